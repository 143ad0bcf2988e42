package luabind

import "reflect"

const (
	reportPageName = "report.Page"
	reportPartName = "report.Part"
)

// reportModule is `report`.
func reportModule(rt *Runtime) Module {
	return Module{
		Name: "report", Doc: "Pages of numbers as mails that people like to read: HTML that holds in mail programs, with dark mode and narrow screens, and the same as text. " +
			"A page is made of parts: those below, charts, plain strings, and lists of them. `mime.message{ report = page }` mails it.",
		Functions: append([]Function{{
			"page", "(options: report.PageOptions): report.Page",
			"Puts parts one below the other. The page is made at once, so that what is wrong with it shows before anything is mailed. " +
				"A page of more than 102 KB of HTML, of which Gmail shows only the beginning, is logged as a warning. The style sheet may have rules for the elements and for the classes block, data, stripe, sum, tile, details, callout-text, button-cell, button-link, picture, md and footer; it can't load anything.",
			"local page = report.page{\n  report.heading(\"Last 30 days\"),\n  \"All sums are net of returns.\",\n  report.table{ rows = rows, columns = { \"id\", \"email\" } },\n}\nprint(page:text():match(\"[^\\n]+\")) --> Last 30 days",
			rt.reportPage,
		}}, append(reportParts(rt), reportBlocks(rt)...)...),
		Classes: []Class{
			{
				Name: reportPageName, Doc: "A page, which mime.message takes as `report`.",
				Methods: []Function{
					{"html", "(self: report.Page): string", "Gives the HTML with the pictures within, as a browser shows it.", "local page = report.page{ \"Hello\" }\nprint(page:html():match(\"<p[^>]*>(.-)</p>\")) --> Hello", reportPageHTML},
					{"text", "(self: report.Page): string", "Gives the text that goes beside the HTML: lines of 76 columns at most.", "print(report.page{ \"Hello\" }:text()) --> Hello", reportPageText},
					{"save", "(self: report.Page, path: string)", "Writes the HTML to a file, or the text where the name ends in .txt.", "report.page{ \"Hello\" }:save(\"report.html\")", rt.reportPageSave},
				},
			},
			{Name: reportPartName, Doc: "A part of a page."},
		},
		Types: []string{
			optionsClass("report.PageOptions", reflect.TypeFor[pageOptions]()),
			optionsClass("report.Words", reflect.TypeFor[pageWords]()),
			optionsClass("report.TableOptions", reflect.TypeFor[reportTableOptions]()),
			optionsClass("report.Tile", reflect.TypeFor[reportTile]()),
			optionsClass("report.ImageOptions", reflect.TypeFor[reportImageOptions]()),
			optionsClass("report.Detail", reflect.TypeFor[reportDetail]()),
			optionsClass("report.CalloutOptions", reflect.TypeFor[reportCalloutOptions]()),
		},
	}
}
