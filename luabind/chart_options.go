package luabind

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"moonpost/report"
	"moonpost/report/chart"

	lua "github.com/yuin/gopher-lua"
)

// chartOptions are what all charts take.
type chartOptions struct {
	Rows    lua.LValue  `lua:"rows" required:"true" type:"table[]|fun(): table?" doc:"a list of tables, or an iterator over them"`
	Width   int         `lua:"width" min:"16" max:"2000" doc:"CSS pixels" default:"640, a sparkline's 120"`
	Height  int         `lua:"height" min:"16" max:"1500" doc:"CSS pixels" default:"what suits the kind"`
	Title   string      `lua:"title" doc:"stands above"`
	Alt     string      `lua:"alt" doc:"what the chart shows in words" default:"made from the rows"`
	Titles  *lua.LTable `lua:"titles" type:"table<string, string>" doc:"what the legend says for a column, instead of its name"`
	Formats *lua.LTable `lua:"formats" type:"table<string, string>" doc:"how a column's values are shown: \"0.00\", \"#,##0\", \"0%\", \"d mmm\""`
	Colors  []string    `lua:"colors" one:"true" doc:"\"#0072b2\", \"#07b\" or \"green\", one for each column or slice" default:"eight that colour-blind people can tell apart"`
}

// chartAxisOptions are what charts with axes take.
type chartAxisOptions struct {
	X      string   `lua:"x" required:"true" doc:"the column of dates, numbers or names"`
	Y      []string `lua:"y" one:"true" required:"true" doc:"the columns of values"`
	Right  []string `lua:"right" one:"true" doc:"columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines"`
	XTitle string   `lua:"x_title" doc:"what x is"`
	YTitle string   `lua:"y_title" doc:"what the values are"`
	RTitle string   `lua:"right_title" doc:"what those on the right are"`
	Legend *bool    `lua:"legend" doc:"whether the columns are named" default:"where there are several"`
	Min    *float64 `lua:"min" doc:"where the axis of values begins" default:"from the values"`
	Max    *float64 `lua:"max" doc:"where it ends" default:"from the values"`
}

// chartLineOptions are the options of chart.line and chart.scatter.
type chartLineOptions struct {
	chartOptions     `lua:",embed"`
	chartAxisOptions `lua:",embed"`
}

// chartBarOptions are the options of chart.bar.
type chartBarOptions struct {
	chartOptions     `lua:",embed"`
	chartAxisOptions `lua:",embed"`

	Lines      []string `lua:"lines" one:"true" doc:"columns, of y or besides, that are lines over the bars: an aim, an average"`
	Horizontal bool     `lua:"horizontal" doc:"the bars lie, with room for long names" default:"false"`
	Labels     bool     `lua:"labels" doc:"each bar carries its value" default:"false"`
}

// chartStackedOptions are the options of chart.stacked.
type chartStackedOptions struct {
	chartOptions     `lua:",embed"`
	chartAxisOptions `lua:",embed"`

	Lines      []string `lua:"lines" one:"true" doc:"columns, of y or besides, that are lines over the bars: an aim, an average"`
	Horizontal bool     `lua:"horizontal" doc:"the bars lie, with room for long names" default:"false"`
}

// chartAreaOptions are the options of chart.area.
type chartAreaOptions struct {
	chartOptions     `lua:",embed"`
	chartAxisOptions `lua:",embed"`

	Stacked bool `lua:"stacked" doc:"the areas stand on each other" default:"false"`
}

// chartPieOptions are the options of chart.pie and chart.donut.
type chartPieOptions struct {
	chartOptions `lua:",embed"`

	X      string `lua:"x" required:"true" doc:"the column of names"`
	Y      string `lua:"y" required:"true" doc:"the column of values"`
	Legend *bool  `lua:"legend" doc:"whether the slices are named" default:"true"`
}

// chartSparklineOptions are the options of chart.sparkline.
type chartSparklineOptions struct {
	chartOptions `lua:",embed"`

	X   string   `lua:"x" doc:"the column of dates or numbers" default:"the rows' numbers"`
	Y   []string `lua:"y" one:"true" required:"true" doc:"the columns of values"`
	Min *float64 `lua:"min" doc:"the value at the lower edge" default:"the smallest"`
	Max *float64 `lua:"max" doc:"the value at the upper edge" default:"the largest"`
}

// engine turns what all charts take into the engine's options.
func (o *chartOptions) engine(kind chart.Kind) chart.Options {
	return chart.Options{Kind: kind, Width: o.Width, Height: o.Height, Title: o.Title, Alt: o.Alt, Colors: o.Colors}
}

// addTo adds what charts with axes take. The columns of lines and of the right that aren't in y stand behind it.
func (o *chartAxisOptions) addTo(engine chart.Options, lines []string) chart.Options {
	engine.XTitle, engine.YTitle, engine.RightTitle = o.XTitle, o.YTitle, o.RTitle
	engine.Legend, engine.Min, engine.Max = o.Legend, o.Min, o.Max
	engine.Lines, engine.Right = o.places(lines), o.places(o.Right)
	return engine
}

// places are where columns stand in y, to which those that lack there are added.
func (o *chartAxisOptions) places(columns []string) (at []int) {
	for _, name := range columns {
		i := slices.Index(o.Y, name)
		if i < 0 {
			i = len(o.Y)
			o.Y = append(o.Y, name)
		}
		at = append(at, i)
	}
	return at
}

func (rt *Runtime) chartLine(L *lua.LState) int {
	return rt.lineOrDots(L, "chart.line", chart.Line)
}

func (rt *Runtime) chartScatter(L *lua.LState) int {
	return rt.lineOrDots(L, "chart.scatter", chart.Scatter)
}

func (rt *Runtime) lineOrDots(L *lua.LState, call string, kind chart.Kind) int {
	var o chartLineOptions
	chartTable(L, call, &o)
	engine := o.addTo(o.engine(kind), nil)
	return rt.pushChart(L, call, &o.chartOptions, o.X, o.Y, engine)
}

func (rt *Runtime) chartBar(L *lua.LState) int {
	var o chartBarOptions
	chartTable(L, "chart.bar", &o)
	engine := o.addTo(o.engine(chart.Bar), o.Lines)
	engine.Horizontal, engine.Labels = o.Horizontal, o.Labels
	return rt.pushChart(L, "chart.bar", &o.chartOptions, o.X, o.Y, engine)
}

func (rt *Runtime) chartStacked(L *lua.LState) int {
	var o chartStackedOptions
	chartTable(L, "chart.stacked", &o)
	engine := o.addTo(o.engine(chart.Stacked), o.Lines)
	engine.Horizontal = o.Horizontal
	return rt.pushChart(L, "chart.stacked", &o.chartOptions, o.X, o.Y, engine)
}

func (rt *Runtime) chartArea(L *lua.LState) int {
	var o chartAreaOptions
	chartTable(L, "chart.area", &o)
	engine := o.addTo(o.engine(chart.Area), nil)
	engine.Stack = o.Stacked
	return rt.pushChart(L, "chart.area", &o.chartOptions, o.X, o.Y, engine)
}

func (rt *Runtime) chartPie(L *lua.LState) int { return rt.pieOrDonut(L, "chart.pie", chart.Pie) }

func (rt *Runtime) chartDonut(L *lua.LState) int {
	return rt.pieOrDonut(L, "chart.donut", chart.Donut)
}

func (rt *Runtime) pieOrDonut(L *lua.LState, call string, kind chart.Kind) int {
	var o chartPieOptions
	chartTable(L, call, &o)
	engine := o.engine(kind)
	engine.Legend = o.Legend
	return rt.pushChart(L, call, &o.chartOptions, o.X, []string{o.Y}, engine)
}

func (rt *Runtime) chartSparkline(L *lua.LState) int {
	const call = "chart.sparkline"
	var o chartSparklineOptions
	chartTable(L, call, &o)
	engine := o.engine(chart.Sparkline)
	engine.Min, engine.Max, engine.NoX = o.Min, o.Max, o.X == ""
	return rt.pushChart(L, call, &o.chartOptions, o.X, o.Y, engine)
}

// chartTable reads the options of a call.
func chartTable(L *lua.LState, call string, out any) {
	if err := bindOptions(call, argTable(L, call, 1, "options"), out); err != nil {
		raise(L, err)
	}
}

// pushChart reads the rows and gives the chart.
func (rt *Runtime) pushChart(L *lua.LState, call string, o *chartOptions, x string, y []string, engine chart.Options) int {
	columns := y
	if x != "" {
		columns = append([]string{x}, y...)
	}
	table, err := rt.chartRows(L, call, o, columns)
	if err != nil {
		raise(L, err)
	}
	chart, err := chart.New(table, engine)
	if err != nil {
		raise(L, chartFault(call, err))
	}
	rt.warn(L, call, chart.Warnings())
	L.Push(rt.newObject(L, chartClassName, chart))
	return 1
}

// chartRows reads the rows as far as a chart may have them.
func (rt *Runtime) chartRows(L *lua.LState, call string, o *chartOptions, columns []string) (*report.Table, error) {
	rows, err := rt.tableRows(L, call, o.Rows, &tableOptions{Columns: columns, Titles: o.Titles, Formats: o.Formats})
	if err != nil {
		return nil, err
	}
	rows.strict = true
	table := &report.Table{}
	for len(table.Rows)*len(columns) <= chart.MaxValues {
		row, err := rows.Next()
		if err == io.EOF { //nolint:errorlint // Next gives it as it is
			break
		}
		if err != nil {
			return nil, err
		}
		table.Rows = append(table.Rows, slices.Clone(row))
	}
	table.Columns = rows.columns
	return table, nil
}

// chartFault gives an error of the engine the name of the call.
func chartFault(call string, err error) error {
	var fault *chart.Error
	if !errors.As(err, &fault) {
		return err
	}
	return &argumentError{text: fmt.Sprintf("%s: %s", call, fault.What), hint: fault.Help}
}
