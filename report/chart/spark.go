package chart

// drawSparkline draws the values alone, over the whole picture, with a dot at the last.
func (c *Chart) drawSparkline(on *canvas) {
	const edge = 3.0
	p := &plot{on: on, left: edge, top: edge, right: on.width - edge, bottom: on.height - edge}
	lo, hi := c.valueExtent(leftSide)
	if c.options.Min != nil {
		lo = *c.options.Min
	}
	if c.options.Max != nil {
		hi = *c.options.Max
	}
	p.value = axisScale{lo, hi, p.bottom, p.top}
	first, last := extent(c.data.x.at)
	p.place = axisScale{first, last, p.left, p.right}
	for i := len(c.data.series) - 1; i >= 0; i-- {
		if pieces := c.drawLine(p, i, 1.5, 1.5); len(pieces) > 0 {
			last := pieces[len(pieces)-1]
			ink, _ := c.seriesColor(i)
			on.dot(last[len(last)-1], 2.5, ink)
		}
	}
}
