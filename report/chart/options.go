package chart

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"

	"moonpost/data"
	"moonpost/report"
)

// Error is a chart that can't be drawn.
type Error struct {
	What string // one line
	Help string // what to do about it, or empty
}

func (e *Error) Error() string { return e.What }

// Hint says what to do about it, or is empty.
func (e *Error) Hint() string { return e.Help }

// The bounds of a chart: sides in CSS pixels, series, and values in all.
const (
	minChartSide   = 16
	maxChartWidth  = 2000
	maxChartHeight = 1500
	maxSeries      = 50
	MaxValues      = 250_000
)

// complete checks the options and fills in what was left out for so many rows and series.
func (o *Options) complete(rows, series int) error {
	if o.Width == 0 {
		if o.Width = 640; o.Kind == Sparkline {
			o.Width = 120
		}
	}
	if o.Height == 0 {
		o.Height = o.usualHeight(rows)
		if o.Horizontal {
			o.Height = max(o.Height, o.lyingHeight(rows, series))
		}
	}
	switch {
	case o.Width < minChartSide || o.Width > maxChartWidth:
		return &Error{What: fmt.Sprintf("width must be between %d and %d CSS pixels, got %d", minChartSide, maxChartWidth, o.Width)}
	case o.Height < minChartSide || o.Height > maxChartHeight:
		return &Error{What: fmt.Sprintf("height must be between %d and %d CSS pixels, got %d", minChartSide, maxChartHeight, o.Height)}
	case o.Min != nil && o.Max != nil && *o.Min >= *o.Max:
		return &Error{What: fmt.Sprintf("min (%v) must be below max (%v)", *o.Min, *o.Max)}
	}
	for _, bound := range []*float64{o.Min, o.Max} {
		if bound != nil && !isDrawable(*bound) {
			return &Error{What: fmt.Sprintf("min and max must be numbers that can be drawn, got %v", *bound)}
		}
	}
	for _, text := range []*string{&o.Title, &o.XTitle, &o.YTitle, &o.RightTitle, &o.Alt} {
		*text = oneLine(*text)
	}
	return nil
}

func (o *Options) isPie() bool { return o.Kind == Pie || o.Kind == Donut }

func (o *Options) usualHeight(rows int) int {
	const few, name = 4, 17 // names that have room anyway
	switch {
	case o.Kind == Sparkline:
		return min(24, max(minChartSide, o.Width))
	case o.isPie() && o.Width >= 480:
		return 280
	case o.isPie():
		return min(o.Width, 360) + name*max(0, min(rows, maxSlices)-few) // with the names below
	}
	return min(max(o.Width/2, min(o.Width, 230)), 320)
}

// lyingHeight has room for the name of each row, up to some fifty of them.
func (o *Options) lyingHeight(rows, series int) int {
	const around, name, bar, most = 70, 18, 10, 1000
	row := name
	if o.Kind == Bar {
		row = max(name, 6+bar*series)
	}
	return min(around+row*min(rows, most), most)
}

// isDrawable holds for numbers whose differences and sums stay numbers.
func isDrawable(v float64) bool { return math.Abs(v) <= 1e150 }

// oneLine makes one line of a text.
func oneLine(text string) string {
	return strings.Join(strings.Fields(report.Clean(strings.ToValidUTF8(text, "\uFFFD"))), " ")
}

// chartColors reads "#06c", "#0066cc" and the names that CSS has; without any they are those of all charts.
func chartColors(names []string) (colors []color.NRGBA, err error) {
	if len(names) == 0 {
		names = report.ChartColors()
	}
	for _, name := range names {
		if named, ok := colornames.Map[strings.ToLower(name)]; ok {
			colors = append(colors, color.NRGBA(named))
			continue
		}
		digits, ok := strings.CutPrefix(name, "#")
		if len(digits) == 3 {
			digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
		}
		n, err := strconv.ParseUint(digits, 16, 32)
		if !ok || len(digits) != 6 || err != nil {
			return nil, noColor(name)
		}
		colors = append(colors, color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}) //nolint:gosec // cut to eight bits on purpose
	}
	return colors, nil
}

func noColor(name string) error {
	what := fmt.Sprintf("%q is no colour", inBrief(name))
	if near := data.Nearest(strings.ToLower(name), colornames.Names); near != "" {
		what += fmt.Sprintf("; did you mean %q?", near)
	}
	return &Error{What: what, Help: `a colour is written as in "#0072b2", "#07b" or "green"`}
}

// inBrief is a text of the script's as it stands in an error.
func inBrief(text string) string {
	const longest = 60
	if runes := []rune(oneLine(text)); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return oneLine(text)
}

// The colours of what isn't data.
func darkInk() color.NRGBA  { return color.NRGBA{0x22, 0x22, 0x22, 255} }
func quietInk() color.NRGBA { return color.NRGBA{0x55, 0x55, 0x55, 255} }
func gridInk() color.NRGBA  { return color.NRGBA{0xE4, 0xE4, 0xE4, 255} }
func axisInk() color.NRGBA  { return color.NRGBA{0x99, 0x99, 0x99, 255} }

// faded is a colour that lets what is behind it through.
func faded(c color.NRGBA, alpha uint8) color.NRGBA { c.A = alpha; return c }

// seriesColor is the colour of a series; beyond the palette they come again, dashed.
func (c *Chart) seriesColor(i int) (ink color.NRGBA, again bool) {
	return c.colors[i%len(c.colors)], i >= len(c.colors)
}
