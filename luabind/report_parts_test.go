package luabind

import "testing"

func TestNoPart(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page("a", false, "b", { false, "c" }, report.tiles{ false, { title = "T", value = 1 } }):text())`: "a\n\nb\n\nc\n\nT: 1",
		`page("a", nil, "b")`:                                "error: report.page: value 2 of 3 is nil",
		`print(select(2, pcall(page, "a", nil, "b")).hint)`:  "false stands for no part: late and report.table{ … } or false",
		`page("a", { "b", nil, "c" })`:                       "error: report.page: part 2[2] must be a part of a page, a string or a list of them, got nothing",
		`print(select(2, pcall(page, function() end)).hint)`: "report.table{ rows = … } makes a part of rows; a function of your own is called: part()",
		`page(true)`: "error: report.page: part 1 must be a part of a page, a string or a list of them, got a boolean",
	})
}

func TestChangesOfTiles(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page(report.tiles{ { title = "a", value = 1, change = 1 / 0 }, { title = "b", value = 0 / 0, change = 0 / 0 } }):text())`:                                                                  "a: 1\nb: –",
		`io.write(page(report.tiles{ { title = "a", value = 1, change = 0.0001 }, { title = "b", value = 1, change = -0.0001 }, { title = "c", value = 1, change = 0 } }):text())`:                           "a: 1 (0.0%)\nb: 1 (0.0%)\nc: 1 (0.0%)",
		`io.write(page(report.tiles{ { title = "a", value = "12.345", format = "0,0 €", change = "0.031" }, { title = "b", value = 1, change = "-5", change_format = "0" } }):text())`:                       "a: 12,3 € (+3.1%)\nb: 1 (-5)",
		`io.write(page(report.tiles{ { title = "a", value = 1, change = "5" }, { title = "b", value = 1, change = "5 more" }, { title = "c", value = 1, change = 0.25, change_format = "0,0 %" } }):text())`: "a: 1 (5)\nb: 1 (5 more)\nc: 1 (+25,0 %)",
		`report.tiles{ { title = "a", value = 1, change = {} } }`: `error: report.tiles: tile 1: option "change" must be a string, number, boolean or time, got a table`,
	})
}

func TestReportBlocks(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page(report.details{ { "Order", 4711 }, { "Sum", "1204.50", format = "€ #,##0.00" }, { "Paid", nil }, { "Shop", "Berlin", link = "https://x.example/" }, false, { "At", true } }):text())`: "Order: 4711\nSum:   € 1,204.50\nPaid:  –\nShop:  Berlin (https://x.example/)\nAt:    true",
		`print(links(page(report.details{ { "Shop", "Berlin", link = "https://x.example/?a&b" } }, report.button("Go", "mailto:a@x.example"), report.footer("[Off](https://x.example/off)"))))`:              "https://x.example/?a&amp;b mailto:a@x.example https://x.example/off",
		`print(page(report.details{}):text() == "")`:                                                                  "true",
		`io.write(page(report.callout("a\n\nb", { kind = "bad", title = "T" }), report.callout("c")):text())`:         "! T\n! a\n! b\n\n> c",
		`io.write(page(report.button("https://x.example", "https://x.example/")):text())`:                             "https://x.example/",
		`print((select(2, page(report.callout("<b>", { kind = "good", title = "<i>" })):html():gsub("<[ib]>", ""))))`: "0",

		`report.details{ order = 1 }`:                         `error: report.details: details must be a list, which has no key "order"`,
		`report.details{ "Order", 4711 }`:                     `error: report.details: detail 1 must be a table, got a string`,
		`report.details{ { 5, 4711 } }`:                       `error: report.details: detail 1 must be a title, which is a string, and a value`,
		`report.details{ { "a", 1, 2 } }`:                     `error: report.details: detail 1 must be a title, which is a string, and a value`,
		`report.details{ { "a", {} } }`:                       `error: report.details: detail 1: the value must be a string, number, boolean, time or nil, got a table`,
		`report.details{ { "a", 1, fromat = "0" } }`:          `error: report.details: detail 1: unknown option "fromat"; did you mean "format"?`,
		`report.details{ { "a", 1, format = "x" } }`:          `error: report.details: detail 1: format "x": 'x' is no part of a format; a text stands in quotation marks`,
		`report.details{ { "a", 1, link = "javascript:x" } }`: `error: report.details: "javascript:x" is no whole http:, https:, mailto: or tel: address`,
		`report.callout("x", { kind = "error" })`:             `error: report.callout: option "kind" must be one of info, good, warning, bad; got "error"`,
		`report.button("x")`:                                  "error: report.button: link must be a string, got nothing",
		`report.button("x", "example.org")`:                   `error: report.button: "example.org" is no whole http:, https:, mailto: or tel: address`,
	})
}
