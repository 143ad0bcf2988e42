package luabind

import "testing"

func TestNoPart(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page("a", false, "b", { false, "c" }, report.tiles{ false, { title = "T", value = 1 } }):text())`: "a\n\nb\n\nc\n\nT: 1",
		`page("a", nil, "b")`:                                "error: report.page: value 2 of 3 is nil",
		`print(select(2, pcall(page, "a", nil, "b")).hint)`:  "false stands for no part: late and report.table{ … } or false",
		`page("a", { "b", nil, "c" })`:                       "error: report.page: part 2[2] must be a part of a page, a string or a list of them, got nothing",
		`print(select(2, pcall(page, function() end)).hint)`: "call it: the part is what it returns",
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
