package chart

import (
	"image/color"
	"math"
)

// tickLabels are the texts of an axis of values.
func (c *Chart) tickLabels(axis *axisRange, where side) []string {
	return axis.labels(c.valueFormat(where), max(math.Abs(axis.lo), math.Abs(axis.hi)) >= 10000)
}

// rightAxis makes the axis on the right and room for it, if there is one.
func (c *Chart) rightAxis(p *plot, left axisRange) (axis axisRange) {
	if !c.hasRight() {
		return axis
	}
	lo, hi := c.valueExtent(rightSide)
	axis = besideAxis(lo, hi, left, c.leastValue(rightSide))
	p.right -= tickWidth(p.on, c.tickLabels(&axis, rightSide), 0.3*p.on.width) + 4
	return axis
}

// drawOther writes the labels on the right. Their ticks stand at the lines of the left.
func (p *plot) drawOther(axis axisRange, labels []string, ink color.NRGBA) {
	free := math.Inf(1)
	for i, tick := range axis.ticks {
		if y := p.other.at(tick); y <= free {
			label := p.on.fit(labels[i], 0.3*p.on.width, labelStyle())
			p.on.text(label, point{p.right + 8, y + 0.36*chartText}, textStyle{size: chartText, ink: ink})
			free = y - chartText
		}
	}
}

// sideInk is the colour of an axis' labels: beside an axis on the other side that of its series, if it is one, so dark
// that it can be read.
func (c *Chart) sideInk(where side) color.NRGBA {
	if !c.hasRight() || len(c.at(where)) != 1 {
		return quietInk()
	}
	for i := range c.data.series {
		if c.data.series[i].side == where {
			ink, _ := c.seriesColor(i)
			return darker(ink)
		}
	}
	return quietInk()
}

func darker(ink color.NRGBA) color.NRGBA {
	dark := func(v uint8) uint8 { return uint8(uint16(v) * 5 / 8) } //nolint:gosec // less than v
	return color.NRGBA{dark(ink.R), dark(ink.G), dark(ink.B), 255}
}

// legendName is how the legend calls a series; beside two axes an arrow says which is its own.
func (c *Chart) legendName(series int) string {
	s := &c.data.series[series]
	switch {
	case !c.hasRight():
		return s.column.Title
	case s.side == rightSide:
		return s.column.Title + " →"
	}
	return "← " + s.column.Title
}
