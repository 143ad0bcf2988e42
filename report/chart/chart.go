package chart

import (
	"image/color"
	"sync"

	"moonpost/report"
)

// Kind is how a chart shows its numbers.
type Kind int

// The kinds of charts.
const (
	Line Kind = iota
	Bar
	Stacked
	Area
	Pie
	Donut
	Scatter
	Sparkline
)

// Options say how a chart looks.
type Options struct {
	Kind           Kind
	Width, Height  int    // in CSS pixels; 0: what suits the kind
	Title          string // above the chart
	XTitle, YTitle string // of the axes
	RightTitle     string
	Right, Lines   []int  // which series, from 0, have an axis of their own on the right, and which are lines over bars
	Alt            string // what it shows in words; empty: made from the data
	Colors         []string
	Legend         *bool    // nil: where there is more than one series
	Min, Max       *float64 // of the axis of values; nil: from the data
	Horizontal     bool     // bars lie
	Stack          bool     // areas stand on each other
	Labels         bool     // bars carry their values
	NoX            bool     // the table has no column for x: rows are numbered
}

// Chart is a picture of a table, with the words for those who don't see it.
type Chart struct {
	options Options
	data    chartData
	colors  []color.NRGBA
	encoded func() ([]byte, error)
}

// New makes a chart of a table whose first column is x (a day, a name, a number) and whose others are the series.
// Rows stand in the order of the table, or of time and numbers where x is that. Errors are *Error.
func New(t *report.Table, o Options) (*Chart, error) {
	if err := o.complete(len(t.Rows), len(t.Columns)-1); err != nil {
		return nil, err
	}
	colors, err := chartColors(o.Colors)
	if err != nil {
		return nil, err
	}
	data, err := readChart(t, &o)
	if err == nil && o.isPie() {
		err = data.checkPie(t)
	}
	if err == nil {
		err = data.takeSides(&o)
	}
	if err != nil {
		return nil, err
	}
	c := &Chart{options: o, data: data, colors: colors}
	c.encoded = sync.OnceValues(c.render)
	return c, nil
}

// PNG is the picture, with two pixels for each CSS pixel; the same chart gives the same octets.
func (c *Chart) PNG() ([]byte, error) { return c.encoded() }

// Size is how large the picture is shown, in CSS pixels.
func (c *Chart) Size() (width, height int) { return c.options.Width, c.options.Height }

func (c *Chart) render() ([]byte, error) {
	picture := newCanvas(c.options.Width, c.options.Height)
	switch {
	case c.empty():
		c.drawNothing(picture)
	case c.options.isPie():
		c.drawPie(picture)
	case c.options.Kind == Sparkline:
		c.drawSparkline(picture)
	default:
		c.drawPlot(picture)
	}
	return picture.png()
}

// drawNothing says that there is nothing to draw, in place of an empty frame.
func (c *Chart) drawNothing(on *canvas) {
	top := c.drawTitle(on)
	size := min(13, on.height/2)
	on.text("no data", point{on.width / 2, (top+on.height)/2 + 0.36*size}, textStyle{size: size, ink: quietInk(), align: 0.5})
}
