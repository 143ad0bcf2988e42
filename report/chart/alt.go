package chart

import (
	"fmt"
	"math"
	"strings"

	"moonpost/report"
)

// The bounds of the words for a chart: series and names that are told one by one.
const (
	maxToldSeries = 5
	maxToldNames  = 8
)

// Alt says in words what the chart shows.
func (c *Chart) Alt() string {
	if c.options.Alt != "" {
		return c.options.Alt
	}
	head := c.kindName()
	if c.options.Title != "" {
		head += fmt.Sprintf(" %q", inBrief(c.options.Title))
	}
	if c.empty() {
		return head + ": no data."
	}
	if c.options.isPie() {
		return head + ": " + c.tellSlices() + "."
	}
	var told []string
	if x := c.tellX(); x != "" {
		told = append(told, x)
	}
	for i := range c.data.series {
		if i == maxToldSeries {
			told = append(told, fmt.Sprintf("and %d more", len(c.data.series)-i))
			break
		}
		told = append(told, c.tellSeries(&c.data.series[i]))
	}
	return head + ": " + strings.Join(told, "; ") + "."
}

func (c *Chart) kindName() string {
	return [...]string{"Line chart", "Bar chart", "Stacked bar chart", "Area chart", "Pie chart", "Donut chart", "Scatter chart", "Sparkline"}[c.options.Kind]
}

// tellX says from where to where the chart goes.
func (c *Chart) tellX() string {
	x := &c.data.x
	if c.options.NoX {
		return ""
	}
	name, n := inBrief(x.column.Title), len(x.at)
	switch x.kind {
	case timeX:
		if n == 1 {
			return name + " " + x.timeWord(0)
		}
		return fmt.Sprintf("%s %s to %s", name, x.timeWord(0), x.timeWord(n-1))
	case numberX:
		return fmt.Sprintf("%s %s to %s", name, valueText(&x.column.Format, x.at[0]), valueText(&x.column.Format, x.at[n-1]))
	}
	if c.tellsNames() {
		return ""
	}
	return fmt.Sprintf("%d of %s, %s to %s", n, name, inBrief(x.labels[0]), inBrief(x.labels[n-1]))
}

// timeWord writes a time with no more than it has.
func (x *chartX) timeWord(row int) string {
	t := x.clock(row)
	switch {
	case x.column.Format.Kind == report.TimeFormat:
		return oneLine(x.column.Format.Text(t))
	case x.resolution() == seconds:
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02")
}

// tellsNames is for few rows with names: each is told with its value.
func (c *Chart) tellsNames() bool {
	return c.data.x.kind == namedX && len(c.data.x.labels) <= maxToldNames
}

func (c *Chart) tellSeries(s *chartSeries) string {
	name := inBrief(s.column.Title)
	if s.side == rightSide {
		name += " (right)"
	}
	if c.tellsNames() {
		var values []string
		for row, v := range s.values {
			if !math.IsNaN(v) {
				values = append(values, inBrief(c.data.x.labels[row])+" "+s.text(v))
			}
		}
		if len(values) == 0 {
			return name + " has no value"
		}
		return name + ": " + strings.Join(values, ", ")
	}
	lo, hi := extent(s.values)
	if math.IsInf(lo, 0) {
		return name + " has no value"
	}
	text := fmt.Sprintf("%s from %s to %s", name, s.text(lo), s.text(hi))
	if lo == hi {
		text = fmt.Sprintf("%s %s", name, s.text(lo))
	}
	if c.options.Kind == Scatter || c.data.x.kind == namedX || lo == hi {
		return text
	}
	return text + ", last " + s.text(lastOf(s.values))
}

func lastOf(values []float64) float64 {
	for i := len(values) - 1; i >= 0; i-- {
		if !math.IsNaN(values[i]) {
			return values[i]
		}
	}
	return math.NaN()
}

func (c *Chart) tellSlices() string {
	slices, total := c.slices()
	var told []string
	for _, s := range slices {
		told = append(told, fmt.Sprintf("%s %s", inBrief(s.name), share(s.value/total)))
	}
	return strings.Join(told, ", ")
}
