package chart

import (
	"fmt"
	"image/color"
	"math"
)

// chartMargin is the space around a chart, chartText the size of its labels, in CSS pixels.
const (
	chartMargin = 10.0
	chartText   = 12.0
	lineHeight  = 17.0
)

func labelStyle() textStyle { return textStyle{size: chartText, ink: quietInk()} }

// drawTitle gives the height that the title takes.
func (c *Chart) drawTitle(on *canvas) (bottom float64) {
	title := cleanLabel(c.options.Title)
	if title == "" || c.options.Kind == Sparkline {
		return chartMargin
	}
	style, y := textStyle{size: 15, bold: true, ink: darkInk()}, chartMargin
	lines := 2
	if on.height < 160 {
		lines = 1
	}
	for _, line := range on.wrap(title, on.width-2*chartMargin, lines, style) {
		y += 20
		on.text(line, point{chartMargin, y - 5}, style)
	}
	return y + 6
}

// legendRows breaks the legend into lines that fit.
func (c *Chart) legendRows(on *canvas) (rows [][]int, names []string) {
	const swatch, gap = 16.0, 18.0
	x := math.Inf(1)
	for i := range c.data.series {
		name := on.fit(c.legendName(i), on.width-2*chartMargin-swatch, labelStyle())
		names = append(names, name)
		width := swatch + on.measure(name, labelStyle()) + gap
		if x+width-gap > on.width-chartMargin {
			rows, x = append(rows, nil), chartMargin
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], i)
		x += width
	}
	return rows, names
}

// drawLegend gives the height at which it ends. It leaves two thirds to the chart.
func (c *Chart) drawLegend(on *canvas, top float64) (bottom float64) {
	show := len(c.data.series) > 1 && on.height >= 120 // a smaller chart needs its place
	if c.options.Legend != nil {
		show = *c.options.Legend
	}
	if !show {
		return top
	}
	rows, names := c.legendRows(on)
	most := int(on.height / 3 / lineHeight)
	shown := 0
	for r, row := range rows {
		if r >= most {
			on.text(fmt.Sprintf("+%d", len(names)-shown), point{chartMargin, top + 11}, labelStyle())
			return top + lineHeight + 4
		}
		x := chartMargin
		for _, i := range row {
			c.drawSwatch(on, point{x, top + 7}, i)
			on.text(names[i], point{x + 16, top + 11}, labelStyle())
			x += 16 + on.measure(names[i], labelStyle()) + 18
		}
		shown += len(row)
		top += lineHeight
	}
	return top + 4
}

func (c *Chart) drawSwatch(on *canvas, at point, series int) {
	ink, again := c.seriesColor(series)
	switch {
	case c.data.series[series].line:
		on.line([]point{{at.x, at.y}, {at.x + 12, at.y}}, 2.5, ink, again)
	case c.options.Kind == Scatter:
		on.dot(point{at.x + 6, at.y}, 4, ink)
	default:
		on.rect(at.x+1, at.y-5, at.x+11, at.y+5, ink)
	}
}

// plot is the frame in which the values stand.
type plot struct {
	on                       *canvas
	left, top, right, bottom float64
	value, other             axisScale // of the values on the left and on the right
	place                    axisScale // of x
	written                  float64   // where the last label below ends, with some space
}

// scale is where the values of a series stand.
func (p *plot) scale(s *chartSeries) axisScale {
	if s.side == rightSide {
		return p.other
	}
	return p.value
}

// drawPlot draws what has axes.
func (c *Chart) drawPlot(on *canvas) {
	top := c.drawLegend(on, c.drawTitle(on))
	p := &plot{on: on, left: chartMargin, top: top + 6, right: on.width - chartMargin - 4, bottom: on.height - chartMargin}
	if c.options.Horizontal && c.options.isBar() {
		c.drawLyingBars(p)
		return
	}
	c.axisTitles(p)
	p.bottom -= lineHeight
	lo, hi := c.valueExtent(leftSide)
	axis := valueAxis(lo, hi, c.options.fromZero(), &c.options, p.tickCount(), c.leastValue(leftSide))
	labels := c.tickLabels(&axis, leftSide)
	p.left += tickWidth(on, labels, 0.4*on.width) + 8
	other := c.rightAxis(p, axis)
	band := c.options.isBar()
	names := c.rowNames(band)
	fit := fitNames(p, names)
	p.bottom -= fit.depth
	p.value = axisScale{axis.lo, axis.hi, p.bottom, p.top}
	p.drawLevels(axis, labels, c.sideInk(leftSide))
	if c.hasRight() {
		p.other = axisScale{other.lo, other.hi, p.bottom, p.top}
		p.drawOther(other, c.tickLabels(&other, rightSide), c.sideInk(rightSide))
	}
	if names == nil {
		c.drawPlaces(p)
	} else {
		p.drawNames(fit)
	}
	if !band {
		p.zeroLine()
	}
	c.drawValues(p)
}

// drawLevels draws the lines of the axis of values from below, and their labels where they have room.
func (p *plot) drawLevels(axis axisRange, labels []string, ink color.NRGBA) {
	free := math.Inf(1)
	for i, tick := range axis.ticks {
		y := p.value.at(tick)
		p.on.rect(p.left, y-0.5, p.right, y+0.5, gridInk())
		if y <= free {
			p.on.text(labels[i], point{p.left - 8, y + 0.36*chartText}, textStyle{size: chartText, ink: ink, align: 1})
			free = y - chartText
		}
	}
}

// zeroLine is drawn below lines and above bars, which begin at it.
func (p *plot) zeroLine() {
	if p.value.holds(0) {
		y := p.value.at(0)
		p.on.rect(p.left, y-0.5, p.right, y+0.5, axisInk())
	}
}

// axisTitles stand above the axes of values, where they can be read without turning one's head, and below x.
func (c *Chart) axisTitles(p *plot) {
	title, other, room := cleanLabel(c.options.YTitle), cleanLabel(c.options.RightTitle), p.right-p.left
	if other != "" {
		style := labelStyle()
		style.align = 1
		other = p.on.fit(other, room/2, style)
		p.on.text(other, point{p.right + 4, p.top + 5}, style)
		room -= p.on.measure(other, style) + 12
	}
	if title != "" {
		p.on.text(p.on.fit(title, room, labelStyle()), point{p.left, p.top + 5}, labelStyle())
	}
	if title+other != "" {
		p.top += lineHeight + 3
	}
	if title := cleanLabel(c.options.XTitle); title != "" {
		style := labelStyle()
		style.align = 0.5
		p.on.text(p.on.fit(title, p.right-p.left, style), point{(p.left + p.right) / 2, p.bottom}, style)
		p.bottom -= lineHeight
	}
}

func (p *plot) tickCount() int { return max(1, int((p.bottom-p.top)/36)) }

// tickWidth shortens labels to what they may take, and gives what they do.
func tickWidth(on *canvas, labels []string, most float64) (width float64) {
	for i := range labels {
		labels[i] = on.fit(labels[i], most, labelStyle())
		width = max(width, on.measure(labels[i], labelStyle()))
	}
	return width
}
