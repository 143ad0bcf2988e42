package luabind

import (
	"strings"
	"testing"
)

func TestChart(t *testing.T) {
	const head = `local chart = require "chart"
		local rows = { { day = "2026-10-04", orders = 12, sum = "1.50" }, { day = "2026-10-05", orders = 48, sum = json.null } } `
	cases := map[string]string{
		`local c = chart.line{ rows = rows, x = "day", y = { "orders", "sum" } } print(c:alt(), c.width, c.height)`:                                   "Line chart: day 2026-10-04 to 2026-10-05; orders from 12 to 48, last 48; sum 1.5.\t640\t320",
		`print(chart.bar{ rows = rows, x = "day", y = "orders", titles = { orders = "Orders" }, formats = { day = "d mmm", orders = "0.0" } }:alt())`: "Bar chart: day 4 Oct to 5 Oct; Orders from 12.0 to 48.0, last 48.0.",
		`print(chart.stacked{ rows = rows, x = "day", y = { "orders", "sum" }, horizontal = true, legend = false }:png():sub(2, 4))`:                  "PNG",
		`print(chart.area{ rows = rows, x = "day", y = "orders", stacked = true, min = 0, max = 60, alt = "so so" }:alt())`:                           "so so",
		`print(chart.donut{ rows = rows, x = "day", y = "orders", width = 300, height = 200 }:png():sub(2, 4))`:                                       "PNG",
		`print(chart.scatter{ rows = rows, x = "orders", y = "sum", x_title = "n", y_title = "€" }:alt())`:                                            "Scatter chart: orders 12 to 48; sum 1.5.",
		`local i = 0; local c = chart.sparkline{ rows = function() i = i + 1 return rows[i] end, y = "orders" } print(c:alt(), c.width, c.height)`:    "Sparkline: orders from 12 to 48, last 48.\t120\t24",
		`print(chart.line{ rows = {}, x = "day", y = "orders", title = "Orders" }:alt())`:                                                             `Line chart "Orders": no data.`,
		`print(chart.line{ rows = { { t = time.parse("2026-10-05T10:00+02:00"), n = 1 } }, x = "t", y = "n" }:alt())`:                                 "Line chart: t 2026-10-05 10:00; n 1.",
		`local p = chart.line{ rows = rows, x = "day", y = "orders" }:part("x.png") print(p.content_type, p.filename, p:data():sub(2, 4))`:            "image/png\tx.png\tPNG",
		`local a, b = chart.pie{ rows = rows, x = "day", y = "orders" }, chart.pie{ rows = rows, x = "day", y = "orders" } print(a:png() == b:png())`: "true",
		`local c = chart.bar{ rows = { { ["城市"] = "北京", n = 5 } }, x = "城市", y = "n" } print(c:alt())`:                                                "Bar chart: n: 北京 5.",
		`chart.line{ rows = rows, x = "dya", y = "orders" }`:                                                                                          `error: chart.line: the rows have no column "dya"; did you mean "day"?`,
		`chart.bar{ rows = { columns = { "day", "orders" } }, x = "day", y = "order" }`:                                                               `error: chart.bar: the rows have no column "order"; did you mean "orders"?`,
		`chart.line{ rows = rows, x = "orders", y = "day" }`:                                                                                          `error: chart.line: row 1: column "day" must be a number, got "2026-10-04"`,
		`chart.line{ rows = rows, x = "day", y = "orders", titles = { order = "x" } }`:                                                                `error: chart.line: option "titles" names "order", which is no column; did you mean "orders"?`,
		`chart.line{ rows = { { day = "2026-10-05", n = 0/0 } }, x = "day", y = "n" }`:                                                                `error: chart.line: row 1: column "n" must be a number, got NaN`,
		`chart.line{ rows = rows, x = "day", y = {} }`:                                                                                                `error: chart.line: y names no column`,
		`chart.line{ rows = rows, x = "day", y = "orders", width = 15 }`:                                                                              `error: chart.line: option "width" must be between 16 and 2000, got 15`,
		`chart.area{ rows = rows, x = "day", y = "orders", colors = { "blu" } }`:                                                                      `error: chart.area: "blu" is no colour; did you mean "blue"?`,
		`chart.pie{ rows = rows, x = "day", y = "orders", min = 0 }`:                                                                                  `error: chart.pie: unknown option "min"`,
		`chart.scatter{ rows = rows, y = "orders" }`:                                                                                                  `error: chart.scatter: option "x" is missing`,
		`chart.sparkline{ rows = function() return { n = 1 } end, y = "n" }`:                                                                          `error: chart.sparkline: more than 250000 values are too many for a chart`,
		`print(chart.line{ rows = rows, x = "day", y = "orders", right = "sum", right_title = "€", titles = { sum = "Sum", other = "O" } }:alt())`:    `error: chart.line: option "titles" names "other", which is no column`,
		`print(chart.line{ rows = rows, x = "day", y = { "orders", "sum" }, right = "sum" }:alt())`:                                                   "Line chart: day 2026-10-04 to 2026-10-05; orders from 12 to 48, last 48; sum (right) 1.5.",
		`print(chart.bar{ rows = rows, x = "day", y = "orders", lines = "sum" }:alt())`:                                                               "Bar chart: day 2026-10-04 to 2026-10-05; orders from 12 to 48, last 48; sum 1.5.",
		`print(chart.stacked{ rows = rows, x = "day", y = "orders", lines = "smu" }:alt())`:                                                           `error: chart.stacked: the rows have no column "smu"; did you mean "sum"?`,
		`chart.line{ rows = rows, x = "day", y = "sum", right = "sum" }`:                                                                              `error: chart.line: all columns are on the right`,
		`chart.line{ rows = rows, x = "day", y = "sum", lines = "sum" }`:                                                                              `error: chart.line: unknown option "lines"`,
		`chart.bar{ rows = rows, x = "day", y = "orders", right = "sum", horizontal = true }`:                                                         `error: chart.bar: lines and an axis on the right go with bars that stand`,
		`chart.bars{}`: `error: chart has no function "bars"; did you mean "bar"?`,
		`local c = chart.pie{ rows = rows, x = "day", y = "orders" } c:save()`:                                          `error: chart.Chart has no field "save"`,
		`local ok, e = pcall(chart.area, { rows = rows, x = "day", y = "orders", colors = "x" }) print(e.kind, e.hint)`: "argument\ta colour is written as in \"#0072b2\", \"#07b\" or \"green\"",
	}
	with := map[string]string{}
	for code, want := range cases {
		with[head+code] = want
	}
	checkModule(t, with)
}

// TestChartWarns: letters that can't be drawn are told where the chart is made.
func TestChartWarns(t *testing.T) {
	_, logged, err := runBinding(t, `require("chart").bar{ rows = { { x = "दिल्ली", n = 1 } }, x = "x", y = "n" }`, "")
	if err != nil || !strings.Contains(logged, `chart.bar: \"दिल्ली\" has letters (Devanagari) that charts can't draw`) {
		t.Errorf("%v\n%s", err, logged)
	}
}
