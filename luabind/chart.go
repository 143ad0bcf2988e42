package luabind

import (
	"reflect"

	"moonpost/mime"
	"moonpost/report/chart"

	lua "github.com/yuin/gopher-lua"
)

const chartClassName = "chart.Chart"

// chartModule is `chart`: pictures of rows.
func chartModule(rt *Runtime) Module {
	const rows = "local rows = { { day = \"2026-10-04\", orders = 12 }, { day = \"2026-10-05\", orders = 48 } }\n"
	const shares = "local rows = { { region = \"East\", revenue = 75 }, { region = \"West\", revenue = 25 } }\n"
	return Module{
		Name: "chart", Doc: "Charts of rows, as PNG pictures for mails: twice as many pixels as they are wide, on white, with words for those who don't see them. " +
			"x is a time axis where all its values are ISO dates or times, an axis of numbers where all are numbers (not below bars), else names. " +
			"Values are numbers or texts that are plain decimals; nil is a gap. Names are drawn in Latin, Greek, Cyrillic, Chinese, Japanese, Korean, Arabic, Hebrew, Armenian, Georgian, Thai and Lao letters; those of India aren't, and a warning says so.",
		Functions: []Function{
			{"line", "(options: chart.LineOptions): chart.Chart", "Makes a line for each column of y.",
				rows + "local c = chart.line{ rows = rows, x = \"day\", y = \"orders\", title = \"Orders\" }\nprint(c:alt()) --> Line chart \"Orders\": day 2026-10-04 to 2026-10-05; orders from 12 to 48, last 48.", rt.chartLine},
			{"bar", "(options: chart.BarOptions): chart.Chart", "Makes a bar for each row, or a group of them for several columns.",
				rows + "local c = chart.bar{ rows = rows, x = \"day\", y = \"orders\", labels = true }\nprint(c.width, c.height) --> 640 320", rt.chartBar},
			{"stacked", "(options: chart.StackedOptions): chart.Chart", "Makes a bar for each row, of the columns on top of each other; those below zero go down.",
				"local rows = { { month = \"May\", new = 3, gone = -1 }, { month = \"June\", new = 5, gone = -2 } }\nlocal c = chart.stacked{ rows = rows, x = \"month\", y = { \"new\", \"gone\" } }", rt.chartStacked},
			{"area", "(options: chart.AreaOptions): chart.Chart", "Makes lines with what is below them filled, with `stacked = true` on top of each other.",
				rows + "local c = chart.area{ rows = rows, x = \"day\", y = \"orders\", colors = \"#009e73\" }", rt.chartArea},
			{"pie", "(options: chart.PieOptions): chart.Chart", "Makes a pie with a slice for each row: x is its name, y its size. Beyond twelve the smallest are summed up.",
				shares + "local c = chart.pie{ rows = rows, x = \"region\", y = \"revenue\" }\nprint(c:alt()) --> Pie chart: East 75.0%, West 25.0%.", rt.chartPie},
			{"donut", "(options: chart.PieOptions): chart.Chart", "Makes a pie with a hole, in which the sum stands.",
				shares + "local c = chart.donut{ rows = rows, x = \"region\", y = \"revenue\", formats = { revenue = \"€ 0.00\" } }", rt.chartDonut},
			{"scatter", "(options: chart.LineOptions): chart.Chart", "Makes a dot for each value.",
				"local c = chart.scatter{ rows = { { size = 1.5, weight = 3 }, { size = 2, weight = 5 } }, x = \"size\", y = \"weight\" }", rt.chartScatter},
			{"sparkline", "(options: chart.SparklineOptions): chart.Chart", "Makes a small line without anything around it, for the middle of a text.",
				rows + "local c = chart.sparkline{ rows = rows, y = \"orders\" }\nprint(c:alt()) --> Sparkline: orders from 12 to 48, last 48.", rt.chartSparkline},
		},
		Classes: []Class{chartClass(rt)},
		Types: []string{
			optionsClass("chart.LineOptions", reflect.TypeFor[chartLineOptions]()),
			optionsClass("chart.BarOptions", reflect.TypeFor[chartBarOptions]()),
			optionsClass("chart.StackedOptions", reflect.TypeFor[chartStackedOptions]()),
			optionsClass("chart.AreaOptions", reflect.TypeFor[chartAreaOptions]()),
			optionsClass("chart.PieOptions", reflect.TypeFor[chartPieOptions]()),
			optionsClass("chart.SparklineOptions", reflect.TypeFor[chartSparklineOptions]()),
		},
	}
}

func chartClass(rt *Runtime) Class {
	const made = "local c = chart.line{ rows = { { day = \"2026-10-04\", orders = 12 } }, x = \"day\", y = \"orders\" }\n"
	return Class{
		Name: chartClassName, Doc: "A chart. report.page takes it as it is; `part` makes an image for mime.message.",
		Methods: []Function{
			{"png", "(self: chart.Chart): string", "Gives the picture's octets. The same rows and options give the same octets.",
				made + "print(c:png():sub(2, 4)) --> PNG", chartPNG},
			{"part", "(self: chart.Chart, filename?: string): mime.Part", "Makes an image part of it, to be an attachment or, under `inline`, to stand in the HTML.",
				made + "local mail = mime.message{ from = \"ann@example.org\", to = \"bob@example.org\", subject = \"Orders\",\n  html = '<img src=\"cid:orders\" width=\"640\" alt=\"Orders\">', inline = { orders = c:part() } }\nprint(c:part(\"orders.png\").filename) --> orders.png", rt.chartPart},
			{"alt", "(self: chart.Chart): string", "Says in words what it shows: the option `alt`, else made from the rows.",
				made + "print(c:alt()) --> Line chart: day 2026-10-04; orders 12.", chartAlt},
		},
		Fields: []Field{{"width", "integer", "in CSS pixels, which is half of its pixels"}, {"height", "integer", "the same"}},
		get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
			width, height := self.(*chart.Chart).Size()
			switch key {
			case lua.LString("width"):
				return lua.LNumber(width)
			case lua.LString("height"):
				return lua.LNumber(height)
			}
			return nil
		},
	}
}

func thisChart(L *lua.LState) *chart.Chart { return checkObject[*chart.Chart](L, 1, chartClassName) }

func chartOctets(L *lua.LState) []byte {
	octets, err := thisChart(L).PNG()
	if err != nil {
		raise(L, err)
	}
	return octets
}

func chartPNG(L *lua.LState) int {
	L.Push(lua.LString(chartOctets(L)))
	return 1
}

func chartAlt(L *lua.LState) int {
	L.Push(lua.LString(thisChart(L).Alt()))
	return 1
}

func (rt *Runtime) chartPart(L *lua.LState) int {
	octets, name := chartOctets(L), optString(L, "chart:part", 2, "filename")
	if name == "" {
		name = "chart.png"
	}
	return rt.pushPart(L)(mime.NewImage(mime.Bytes(octets), "png", mime.WithFilename(name)))
}
