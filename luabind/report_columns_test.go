package luabind

import (
	"strings"
	"testing"
)

// TestColumnsThatAreNotShown: one table of titles, formats and totals serves a chart, a table, a file and a workbook;
// what no row has is misspelt.
func TestColumnsThatAreNotShown(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page(report.table{ rows = rows, columns = { "id" }, titles = { name = "Who?", sum = "x" }, formats = { sum = "0.00" }, totals = { "sum" }, align = { name = "left" }, links = { url = "https://x.example/" } }):text())`: "id\n--\n 1\n 2",
		`io.write(page(report.table{ rows = { { a = 1 }, { a = 2, b = 3 } }, columns = { "a" }, titles = { b = "B" } }):text())`:                                                                                                           "a\n-\n1\n2",
		`local n = 0; io.write(page(report.table{ rows = function() n = n + 1 return ({ { a = 1 }, { a = 2, other = 3 } })[n] end, columns = { "a" }, titles = { other = "B" } }):text())`:                                                 "a\n-\n1\n2",
		`io.write(page(report.table{ rows = {}, columns = { "a" }, titles = { other = "B" } }):text())`:                                                                                                                                    "a\n-\nno data",
		`io.write((require("csv").encode({ { a = 1, b = 2 } }, { columns = { "a" }, titles = { a = "A", b = "B" } }):gsub("\r", "")))`:                                                                                                     "A\n1",
		`print(#require("xlsx").book{ { rows = rows, columns = { "id", "name" }, titles = { sum = "x" }, totals = { "sum" }, text = { "url" }, widths = { url = 9 } } }:bytes() > 1000)`:                                                   "true",
		`print(require("chart").line{ rows = rows, x = "id", y = "sum", titles = { name = "Who?" }, formats = { url = "0" } }:alt() ~= "")`:                                                                                                "true",

		`report.table{ rows = rows, columns = { "id" }, titles = { nmae = "x" } }`:                                    `error: report.table: option "titles" names "nmae", which is no column; did you mean "name"?`,
		`report.table{ rows = rows, titles = { "Id", "Name" } }`:                                                      `error: report.table: option "titles" must name the columns, and has no name for a string`,
		`report.table{ rows = { { 1 } }, formats = { "0.00" } }`:                                                      `error: report.table: option "formats" must name the columns, and has no name for a string`,
		`report.table{ rows = { { 1, 2 } }, totals = "1" }`:                                                           `error: report.table: option "totals[1]" names "1", and the rows have no names`,
		`local n = 0; report.table{ rows = function() n = n + 1 if n < 3 then return { n } end end, totals = "sum" }`: `error: report.table: option "totals[1]" names "sum", and the rows have no names`,
		`report.table(rows)`: "error: report.table: the rows are an option",
		`report.table{ rows = rows, columns = { "id" }, titles = { zzz = "x" } }`:                                                                                                       `error: report.table: option "titles" names "zzz", which is no column`,
		`report.table{ rows = { { a = 1, beta = 2 } }, columns = { "a" }, totals = { "bata" } }`:                                                                                        `error: report.table: option "totals[1]" names "bata", which is no column; did you mean "beta"?`,
		`report.table{ rows = {}, columns = { "alpha" }, titles = { alpa = "x" } }`:                                                                                                     `error: report.table: option "titles" names "alpa", which is no column; did you mean "alpha"?`,
		`local n = 0; report.table{ rows = function() n = n + 1 if n < 3 then return { a = 1, beta = 2 } end end, columns = { "a" }, formats = { bata = "0" } }`:                        `error: report.table: option "formats" names "bata", which is no column; did you mean "beta"?`,
		`local n = 0; require("xlsx").book{ { name = "S", rows = function() n = n + 1 if n < 3 then return { a = 1, beta = 2 } end end, columns = { "a" }, titles = { bata = "0" } } }`: `error: xlsx.book: sheet "S": option "titles" names "bata", which is no column; did you mean "beta"?`,
		`require("csv").encode({ { a = 1, b = 2 } }, { columns = { "a" }, titles = { c = "B" } })`:                                                                                      `error: csv.encode: option "titles" names "c", which is no column`,
	})
}

func TestRowsOfOtherShapes(t *testing.T) {
	checkReports(t, map[string]string{
		`report.table{ rows = { day = 1, sum = 2 } }`:                                                              "error: report.table: rows must be a list of rows, and is a row itself",
		`report.table{ rows = { { a = 1 }, { 7, a = 4 } } }`:                                                       "error: report.table: row 2 has values with names and values without",
		`report.table{ rows = { { a = 1 }, { 7, 8 } } }`:                                                           "error: report.table: row 2 has 2 values for 1 columns",
		`io.write(page(report.table{ rows = { columns = { "a" } } }):text())`:                                      "a\n-\nno data",
		`io.write(page(report.table{ rows = rows, columns = { "name", "id" }, limit = 0, totals = "id" }):text())`: "name   id\n-----  --\n… and 2 more rows\n-----  --\nTotal   3",
		`io.write(page(report.table{ rows = { n = 0 } }):text())`:                                                  "no data",
	})
}

func TestColumnsOfNumbersStandRight(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page(report.table{ rows = { { d = "12.50" }, { d = "" }, { d = "7" } } }):text())`:                         "    d\n-----\n12.50\n\n    7",
		`io.write(page(report.table{ rows = { { zip = "01234" }, { zip = "999" } } }):text())`:                               "zip\n-----\n01234\n999",
		`io.write(page(report.table{ rows = { { d = "1" }, { d = "none" } } }):text())`:                                      "d\n----\n1\nnone",
		`io.write(page(report.table{ rows = { { d = "1" }, { d = "n/a" } }, formats = { d = "0.00" } }):text())`:             "   d\n----\n1.00\n n/a",
		`io.write(page(report.table{ rows = { { d = 0.1 + 0.2 }, { d = 1 / 3 } }, totals = "d" }):text())`:                   "               d\n----------------\n             0.3\n0.33333333333333\n----------------\n0.63333333333333",
		`io.write(page(report.table{ rows = { { d = "0.1" }, { d = 0.2 } }, totals = "d" }):text())`:                         "  d\n---\n0.1\n0.2\n---\n0.3",
		`io.write(page(report.table{ rows = { { d = "12345678901234567890.15" }, { d = "-0.05" } }, totals = "d" }):text())`: "                      d\n-----------------------\n12345678901234567890.15\n                  -0.05\n-----------------------\n12345678901234567890.10",
	})
}

// TestSumsOfTexts: a total that leaves out values would be a wrong number that nobody sees.
func TestSumsOfTexts(t *testing.T) {
	checkReports(t, map[string]string{
		`report.table{ rows = { { a = "12,50" }, { a = "7,25" } }, totals = "a" }`:                          `error: report.table: row 1: column "a" must be a number to be added up, got "12,50"`,
		`report.table{ rows = { { a = "1" }, { a = "2" }, { a = "1,200.50" } }, totals = "a" }`:             `error: report.table: row 3: column "a" must be a number to be added up, got "1,200.50"`,
		`report.table{ rows = { { a = true } }, totals = "a" }`:                                             `error: report.table: row 1: column "a" must be a number to be added up, got "true"`,
		`report.table{ rows = { { a = "none" }, { a = "many" } }, totals = "a" }`:                           `error: report.table: column "a" has a total and not one number: row 1 has "none"`,
		`require("xlsx").book{ { rows = { { a = "1" }, { a = "12 EUR" } }, totals = "a" } }`:                `error: xlsx.book: sheet 1: row 2: column "a" must be a number to be added up, got "12 EUR"`,
		`print(select(2, pcall(report.table, { rows = { { a = "12,50" } }, totals = "a" })).hint)`:          `a number is written as 1234.50; row.x = row.x:gsub("%.", ""):gsub(",", ".") makes one of 1.234,50`,
		`io.write(page(report.table{ rows = { { a = "" }, {} }, columns = { "a" }, totals = "a" }):text())`: "a\n-\n\n\n-\n0",
	})
	_, logged, err := runBinding(t, reportScript+`report.table{ rows = { { a = "1" }, { a = "n/a" }, { a = "-" }, { a = "?" } }, totals = "a" }`, "")
	if err != nil || !strings.Contains(logged, `report.table: column \"a\": the total leaves out what is no number, \"n/a\" in row 2 and 2 more`) {
		t.Errorf("%v\n%s", err, logged)
	}
}

// TestIteratorsGiveRowsOnce: a table of rows that a chart has read would say that there is no data.
func TestIteratorsGiveRowsOnce(t *testing.T) {
	const iterator = `local n = 0; local function it() n = n + 1 return ({ { a = 1 }, { a = 2 } })[n] end; `
	const again = "error: report.table: the rows were read before, to their end: an iterator gives them once"
	checkReports(t, map[string]string{
		iterator + `report.table{ rows = it } report.table{ rows = it }`:                                                          again,
		iterator + `require("chart").line{ rows = it, x = "a", y = "a" } report.table{ rows = it }`:                               again,
		iterator + `require("xlsx").book{ { rows = it } } report.table{ rows = it, columns = { "a" } }`:                           again,
		iterator + `report.table{ rows = it } n = 0 io.write(page(report.table{ rows = it }):text())`:                             "a\n-\n1\n2",
		`local function none() end io.write(page(report.table{ rows = none }):text())`:                                            "no data",
		`io.write(page(report.table{ rows = rows, columns = { "id" } }, report.table{ rows = rows, columns = { "id" } }):text())`: "id\n--\n 1\n 2\n\nid\n--\n 1\n 2",
	})
}
