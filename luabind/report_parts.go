package luabind

import (
	"fmt"
	"path/filepath"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportParts are the functions that make parts of pages.
func reportParts(rt *Runtime) []Function {
	return []Function{
		{"heading", "(text: string, level?: integer): report.Part", "A heading; level 1 is the highest, 4 the lowest.", "report.page{ report.heading(\"Sales\"), report.heading(\"By region\", 2) }", rt.reportHeading},
		{"paragraph", "(text: string): report.Part", "Text as it stands, as a plain string among the parts is: line breaks stay, blank lines divide paragraphs.", "report.page{ report.paragraph(\"Good morning,\\nall is well.\") }", rt.reportParagraph},
		{"markdown", "(source: string): report.Part",
			"Text in CommonMark with tables, bare links, task lists and strikethrough. HTML in it is shown as it stands, links lead to whole http:, https:, mailto: and tel: addresses alone, and of pictures there is the text: report.image shows them.",
			"print(report.page{ report.markdown(\"Numbers are **net**.\") }:text()) --> Numbers are net.", rt.reportMarkdown},
		{"table", "(options: report.TableOptions): report.Part",
			"A table of rows, as csv.encode and xlsx take them: a list of tables, or an iterator such as csv.rows or db:rows gives. Columns of numbers stand right. Sums are exact and count all rows, also those that `limit` leaves out. " +
				"Without rows it says so. A total over a text with digits that is no number (\"1,200.50\") or over no number at all is an error; words are left out, which a warning tells. `titles`, `formats`, `totals` and `align` may name columns that this table doesn't show, so that one set serves a chart and a workbook too. " +
				"In the text of the page, links stand below the table, and a table that is too wide shows each row as lines of \"title: value\".",
			"local sales = { { day = \"2026-10-05\", sum = 1204.5 }, { day = \"2026-10-06\", sum = 31 } }\nlocal page = report.page{ report.table{\n  rows = sales, columns = { \"day\", \"sum\" }, titles = { sum = \"Revenue\" }, formats = { day = \"d mmm yyyy\", sum = \"#,##0.00\" },\n  totals = { \"sum\" }, links = { day = \"https://example.org/day/{{.day}}\" },\n} }\n" +
				"print(page:text())\n--> day               Revenue\n--> --------------   --------\n--> 5 Oct 2026 [1]   1,204.50\n--> 6 Oct 2026 [2]      31.00\n--> --------------   --------\n--> Total            1,235.50\n-->\n--> [1] https://example.org/day/2026-10-05\n--> [2] https://example.org/day/2026-10-06",
			rt.reportTablePart},
		{"tiles", "(tiles: report.Tile[]): report.Part",
			"Numbers that matter, side by side. A change is a number, shown as percent, or a text; one upwards is good news unless `better` says otherwise.",
			"local page = report.page{ report.tiles{ { title = \"Revenue\", value = 1204.5, format = \"€ #,##0\", change = 0.031, note = \"since May\" } } }\nprint(page:text()) --> Revenue: € 1,205 (+3.1%), since May", rt.reportTiles},
		{"image", "(image: string|mime.Part, options: report.ImageOptions): report.Part", "A picture from a file or a part: PNG, JPEG or GIF, which all mail programs show.", "report.page{ report.image(\"logo.png\", { alt = \"Our logo\", width = 120 }) }", rt.reportImage},
		{"rule", "(): report.Part", "A line across the page.", "report.page{ \"above\", report.rule(), \"below\" }", rt.reportRule},
	}
}

// pushBlock pushes a part of a page, or raises the error.
func (rt *Runtime) pushBlock(L *lua.LState, call string, block report.Block, err error) int {
	if err != nil {
		raise(L, inCall(call, err))
	}
	L.Push(rt.newObject(L, reportPartName, block))
	return 1
}

func (rt *Runtime) reportHeading(L *lua.LState) int {
	const call = "report.heading"
	text, level := argString(L, call, 1, "text"), 1
	switch v := L.Get(2).(type) {
	case *lua.LNilType:
	case lua.LNumber:
		if level = int(v); lua.LNumber(level) != v || level < 1 || level > report.MaxHeading {
			raiseArgument(L, fmt.Sprintf("%s: level must be a whole number from 1 to %d, got %s", call, report.MaxHeading, optPlain(v)))
		}
	default:
		raiseArgument(L, call+": level must be a number, got "+describe(v))
	}
	heading, err := report.NewHeading(text, level)
	return rt.pushBlock(L, call, heading, err)
}

func (rt *Runtime) reportParagraph(L *lua.LState) int {
	const call = "report.paragraph"
	paragraph, err := report.NewParagraph(argString(L, call, 1, "text"))
	return rt.pushBlock(L, call, paragraph, err)
}

func (rt *Runtime) reportMarkdown(L *lua.LState) int {
	const call = "report.markdown"
	text, err := report.NewMarkdown(argString(L, call, 1, "source"))
	return rt.pushBlock(L, call, text, err)
}

func (rt *Runtime) reportRule(L *lua.LState) int {
	return rt.pushBlock(L, "report.rule", report.Rule{}, nil)
}

// reportImageOptions are the options of report.image.
type reportImageOptions struct {
	Alt   *string `lua:"alt" required:"true" doc:"what it shows, for readers who don't see it; \"\" for one that only decorates"`
	Width int     `lua:"width" min:"1" max:"10000" doc:"width in pixels" default:"its own, at most the page's"`
}

func (rt *Runtime) reportImage(L *lua.LState) int {
	const call = "report.image"
	var o reportImageOptions
	if err := bindOptions(call, argTable(L, call, 2, "options"), &o); err != nil {
		raise(L, err)
	}
	where, octets := call, []byte(nil)
	var err error
	if p := partOf(L.Get(1)); p != nil {
		if err = p.whole(); err == nil {
			octets, err = p.part.Content()
		}
	} else {
		path := argString(L, call, 1, "image")
		where = call + ": " + filepath.Base(path)
		if octets, err = rt.host.readFile(path); err != nil {
			err = rt.fileError(path, err)
		}
	}
	if err != nil {
		raise(L, err)
	}
	image, err := report.NewImage(octets, *o.Alt, o.Width)
	return rt.pushBlock(L, where, image, err)
}
