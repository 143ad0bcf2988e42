package chart

import (
	"image/color"
	"math"
	"slices"
)

// x is where a row stands.
func (c *Chart) x(p *plot, row int) float64 {
	if c.data.x.kind == namedX || c.options.isBar() {
		from, to := p.band(row, len(c.data.x.at))
		return (from + to) / 2
	}
	return p.place.at(c.data.x.at[row])
}

func (c *Chart) drawValues(p *plot) {
	switch {
	case c.options.Kind == Area && c.options.Stack:
		c.drawStack(p)
	case c.options.Kind == Area:
		c.drawAreas(p)
	case c.options.Kind == Line:
		c.drawLines(p)
	case c.options.Kind == Scatter:
		c.drawDots(p)
	case c.options.Kind == Stacked:
		c.drawStackedBars(p)
	default:
		c.drawBars(p)
	}
	if c.options.isBar() {
		p.zeroLine()
		c.drawLines(p)
	}
}

// pieces are the points of a series, cut where a value is missing. What min and max leave out lies beyond the plot.
func (c *Chart) pieces(p *plot, scale axisScale, values []float64) (pieces [][]point) {
	open := false
	for row, v := range values {
		if math.IsNaN(v) {
			open = false
			continue
		}
		if !open {
			pieces, open = append(pieces, nil), true
		}
		last := len(pieces) - 1
		pieces[last] = append(pieces[last], point{c.x(p, row), scale.beyond(v)})
	}
	for i := range pieces {
		pieces[i] = thinned(pieces[i])
	}
	return pieces
}

// thinned keeps of the points that share half a pixel's column the first, the lowest, the highest and the last:
// the line looks the same, and drawing takes as long as the picture is wide.
func thinned(points []point) (kept []point) {
	if len(points) < 500 {
		return points
	}
	for start := 0; start < len(points); {
		end, low, high := start, start, start
		for ; end < len(points) && math.Floor(points[end].x*chartScale) == math.Floor(points[start].x*chartScale); end++ {
			if points[end].y < points[low].y {
				low = end
			}
			if points[end].y > points[high].y {
				high = end
			}
		}
		at := []int{start, low, high, end - 1}
		slices.Sort(at)
		for _, i := range slices.Compact(at) {
			kept = append(kept, points[i])
		}
		start = end
	}
	return kept
}

// drawLines draws the last series first, so that the first lies on top.
func (c *Chart) drawLines(p *plot) {
	for i := len(c.data.series) - 1; i >= 0; i-- {
		if c.data.series[i].line || c.options.Kind == Area && !c.options.Stack {
			c.drawLine(p, i, 2, 3)
		}
	}
}

// drawLine draws one series, and dots where a value stands alone; it gives the pieces that it drew.
func (c *Chart) drawLine(p *plot, series int, width, dot float64) (drawn [][]point) {
	ink, again := c.seriesColor(series)
	scale := p.scale(&c.data.series[series])
	for _, piece := range c.pieces(p, scale, c.data.series[series].values) {
		for _, part := range scale.within(piece) {
			if len(piece) == 1 {
				p.on.dot(part[0], dot, ink) // a line of one point isn't seen
			}
			if c.options.isBar() {
				p.on.line(part, width+2, color.NRGBA{255, 255, 255, 255}, false) // keeps it apart from bars of its colour
			}
			p.on.line(part, width, ink, again)
			drawn = append(drawn, part)
		}
	}
	return drawn
}

// drawAreas draws areas that let each other through.
func (c *Chart) drawAreas(p *plot) {
	zero := p.value.at(0)
	for _, i := range c.barSeries() {
		ink, _ := c.seriesColor(i)
		for _, piece := range c.pieces(p, p.value, c.data.series[i].values) {
			piece = p.value.cut(piece)
			outline := append(slices.Clone(piece), point{piece[len(piece)-1].x, zero}, point{piece[0].x, zero})
			p.on.area(outline, faded(ink, 0x40))
		}
	}
	c.drawLines(p)
}

// drawStack draws areas on each other; a missing value counts as nothing.
func (c *Chart) drawStack(p *plot) {
	below := make([]float64, len(c.data.x.at))
	for _, i := range c.barSeries() {
		above := slices.Clone(below)
		for row, v := range c.data.series[i].values {
			if !math.IsNaN(v) {
				above[row] += v
			}
		}
		ink, _ := c.seriesColor(i)
		upper, lower := p.value.cut(c.pieces(p, p.value, above)[0]), p.value.cut(c.pieces(p, p.value, below)[0])
		p.on.line(upper, 1.5, ink, false)
		slices.Reverse(lower)
		p.on.area(append(slices.Clone(upper), lower...), faded(ink, 0xB0))
		if len(upper) == 1 {
			p.on.rect(upper[0].x-3, upper[0].y, upper[0].x+3, lower[0].y, ink)
		}
		below = above
	}
	c.drawLines(p)
}

// drawDots leaves out what would lie on the same spot.
func (c *Chart) drawDots(p *plot) {
	radius := 3.5
	if len(c.data.x.at) > 300 {
		radius = 2.5
	}
	type spot struct{ series, x, y int }
	seen := map[spot]bool{}
	for i := range c.data.series {
		ink, _ := c.seriesColor(i)
		scale := p.scale(&c.data.series[i])
		for row, v := range c.data.series[i].values {
			at := point{c.x(p, row), scale.at(v)}
			here := spot{i, int(math.Round(at.x * chartScale)), int(math.Round(at.y * chartScale))}
			if !scale.holds(v) || seen[here] {
				continue
			}
			seen[here] = true
			p.on.dot(at, radius, faded(ink, 0xB0))
		}
	}
}
