package chart

import (
	"image/color"
	"math"
)

// bars draw rectangles along the values, standing or lying.
type bars struct {
	*plot
	lying bool
}

func (b bars) rect(from, to, v0, v1 float64, ink color.NRGBA) {
	if b.lying {
		b.on.rect(b.value.at(v0), from, b.value.at(v1), to, ink)
		return
	}
	b.on.rect(from, b.value.at(v0), to, b.value.at(v1), ink)
}

// places are where the bars of a row stand: the row's band without what keeps it from the next.
func (b bars) places(row, rows, series int) (from, to float64) {
	if b.lying {
		height := (b.bottom - b.top) / float64(rows)
		from = b.top + height*float64(row)
		to = from + height
	} else {
		from, to = b.plot.band(row, rows)
	}
	gap, widest := (to-from)*0.15, max(80, 40*float64(series))
	if to-from-2*gap > widest {
		gap = (to - from - widest) / 2
	}
	return from + gap, max(to-gap, from+gap+1.0/chartScale)
}

// drawBars draws the series of a row side by side.
func (c *Chart) drawBars(p *plot) { c.groupedBars(bars{plot: p}) }

func (c *Chart) groupedBars(b bars) {
	rows, series := len(c.data.x.at), c.barSeries()
	n := float64(len(series))
	for row := range rows {
		from, to := b.places(row, rows, len(series))
		width := (to - from) / n
		for at, i := range series {
			v := c.data.series[i].values[row]
			if math.IsNaN(v) {
				continue
			}
			ink, _ := c.seriesColor(i)
			start := from + width*float64(at)
			end := start + width
			if n > 1 && width > 6 {
				end--
			}
			b.rect(start, end, 0, v, ink)
			if c.options.Labels {
				b.write(c.data.series[i].text(v), start, end, v, c.data.series[i].values)
			}
		}
	}
}

// barSeries are the series that are bars.
func (c *Chart) barSeries() (series []int) {
	for i := range c.data.series {
		if !c.data.series[i].line {
			series = append(series, i)
		}
	}
	return series
}

// write puts a value at the end of its bar, if there is room for all of its series.
func (b bars) write(text string, from, to, v float64, all []float64) {
	style := textStyle{size: 11, ink: quietInk(), align: 0.5}
	at := b.value.at(v)
	if b.lying {
		if to-from < 9 {
			return
		}
		style.align = 0
		if at += 4; v < 0 {
			style.align, at = 1, at-8
		}
		b.on.text(text, point{at, (from+to)/2 + 4}, style)
		return
	}
	if b.on.measure(text, style) > (to-from)/0.7+4 && len(all) > 1 {
		return
	}
	if at -= 4; v < 0 {
		at += 16
	}
	b.on.text(text, point{(from + to) / 2, at}, style)
}

// drawStackedBars puts the series of a row on each other, those below zero downwards.
func (c *Chart) drawStackedBars(p *plot) { c.stackedBars(bars{plot: p}) }

func (c *Chart) stackedBars(b bars) {
	rows := len(c.data.x.at)
	for row := range rows {
		from, to := b.places(row, rows, 1)
		down, up := 0.0, 0.0
		for _, i := range c.barSeries() {
			v := c.data.series[i].values[row]
			ink, _ := c.seriesColor(i)
			switch {
			case v > 0:
				b.rect(from, to, up, up+v, ink)
				up += v
			case v < 0:
				b.rect(from, to, down, down+v, ink)
				down += v
			}
		}
	}
}

// drawLyingBars has the names on the left, where long ones have room, and the values below.
func (c *Chart) drawLyingBars(p *plot) {
	if title := cleanLabel(c.options.XTitle); title != "" {
		p.on.text(p.on.fit(title, p.right-p.left, labelStyle()), point{p.left, p.top + 5}, labelStyle())
		p.top += lineHeight
	}
	if title := cleanLabel(c.options.YTitle); title != "" {
		style := labelStyle()
		style.align = 0.5
		p.on.text(p.on.fit(title, p.right-p.left, style), point{(p.left + p.right) / 2, p.bottom}, style)
		p.bottom -= lineHeight
	}
	p.bottom -= lineHeight
	names := c.data.x.rowLabels()
	most := (p.right - p.left) * 0.4
	width := 0.0
	for i := 0; i < len(names); i += 1 + len(names)/measuredNames {
		width = max(width, min(most, p.on.measure(names[i], labelStyle())))
	}
	p.left += width + 8
	c.lyingAxis(p)
	c.lyingNames(p, names, width)
	b := bars{plot: p, lying: true}
	if c.options.Kind == Stacked {
		c.stackedBars(b)
	} else {
		c.groupedBars(b)
	}
	zero := p.value.at(0)
	p.on.rect(zero-0.5, p.top, zero+0.5, p.bottom, axisInk())
}

func (c *Chart) lyingAxis(p *plot) {
	lo, hi := c.valueExtent(leftSide)
	room := 30 + max(40, p.on.measure(valueText(c.valueFormat(leftSide), decimalOf(lo)), labelStyle()), p.on.measure(valueText(c.valueFormat(leftSide), decimalOf(hi)), labelStyle()))
	axis := valueAxis(lo, hi, true, &c.options, max(1, int((p.right-p.left)/room)), c.leastValue(leftSide))
	labels := c.tickLabels(&axis, leftSide)
	right := p.right
	if c.options.Labels {
		right -= p.on.measure(valueText(c.valueFormat(leftSide), hi), labelStyle())
	}
	left := p.left
	if c.options.Labels && lo < 0 {
		left += p.on.measure(valueText(c.valueFormat(leftSide), lo), labelStyle())
	}
	p.value = axisScale{axis.lo, axis.hi, left, right}
	for i, tick := range axis.ticks {
		x := p.value.at(tick)
		p.on.rect(x-0.5, p.top, x+0.5, p.bottom, gridInk())
		p.label(labels[i], x)
	}
}

func (c *Chart) lyingNames(p *plot, names []string, width float64) {
	height := (p.bottom - p.top) / float64(len(names))
	every := max(1, int(math.Ceil(14/height)))
	style := labelStyle()
	style.align = 1
	for i := 0; i < len(names); i += every {
		y := p.top + height*(float64(i)+0.5)
		p.on.text(p.on.fit(names[i], width, labelStyle()), point{p.left - 8, y + 0.36*chartText}, style)
	}
}
