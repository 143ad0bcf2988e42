package chart

// These keep lines inside a plot whose axis doesn't reach to all values. A line that ran along the edge instead would
// show values that aren't there.

// cut puts a point where a line leaves the scale and moves what lies beyond to its end: the edge of an area.
func (s axisScale) cut(line []point) (kept []point) {
	top, bottom := min(s.from, s.to), max(s.from, s.to)
	for i, p := range line {
		if i > 0 {
			kept = append(kept, crossings(line[i-1], p, top, bottom)...)
		}
		kept = append(kept, point{p.x, min(max(p.y, top), bottom)})
	}
	return kept
}

// within are the parts of a line that lie on the scale.
func (s axisScale) within(line []point) (parts [][]point) {
	top, bottom := min(s.from, s.to), max(s.from, s.to)
	var part []point
	flush := func() {
		if len(part) > 1 || len(part) == 1 && len(line) == 1 {
			parts = append(parts, part)
		}
		part = nil
	}
	for i, p := range line {
		if i > 0 {
			part = append(part, crossings(line[i-1], p, top, bottom)...)
		}
		if p.y < top || p.y > bottom {
			flush()
			continue
		}
		part = append(part, p)
	}
	flush()
	return parts
}

// crossings are where the line from a to b passes the edges, in its order.
func crossings(a, b point, top, bottom float64) (edges []point) {
	levels := []float64{top, bottom}
	if a.y > b.y {
		levels[0], levels[1] = bottom, top
	}
	for _, y := range levels {
		if (a.y < y) != (b.y < y) && a.y != y && b.y != y {
			edges = append(edges, point{a.x + (b.x-a.x)*(y-a.y)/(b.y-a.y), y})
		}
	}
	return edges
}
