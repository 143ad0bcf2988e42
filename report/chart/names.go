package chart

import "math"

// nameFit is how names stand below their places: all or each nth, straight or aslant.
type nameFit struct {
	names  []string
	every  int
	aslant bool
	depth  float64 // what they need below the first line
}

// The narrowest names that are worth a chart's place, and how much of one is shown aslant.
const (
	shortestName = 44.0
	longestName  = 110.0
	maxAslant    = 40
	slope        = math.Pi / 5
)

// measuredNames is how many of the names, from the first to the last, say how wide they are.
const measuredNames = 500

// fitNames chooses the first way that fits: straight, two lines' worth shortened, aslant, each nth.
func fitNames(p *plot, names []string) nameFit {
	f := nameFit{names: names, every: 1}
	if len(names) == 0 {
		return f
	}
	width, room := 0.0, (p.right-p.left)/float64(len(names))-6
	for i := 0; i < len(names); i += 1 + len(names)/measuredNames {
		width = max(width, p.on.measure(names[i], labelStyle()))
	}
	switch {
	case width <= room:
	case room >= 2*shortestName:
		f.shorten(p, room)
	case len(names) <= maxAslant && room >= 8 && width > shortestName && p.bottom-p.top > 100:
		f.aslant = true
		f.makeRoom(p, min(width, longestName))
		f.shorten(p, longestName)
		f.depth = min(width, longestName)*math.Sin(slope) - 2
	default:
		f.every = max(1, int(math.Ceil((min(width, longestName)+8)/((p.right-p.left)/float64(len(names))))))
		f.shorten(p, longestName)
	}
	return f
}

// makeRoom moves the left edge so that the first names aslant stand on the picture.
func (f *nameFit) makeRoom(p *plot, width float64) {
	for i := range f.names {
		from, to := p.band(i, len(f.names))
		length := min(width, p.on.measure(f.names[i], labelStyle())) * math.Cos(slope)
		if beyond := length + 4 - (from+to)/2; beyond > 0 {
			p.left += beyond
		}
	}
}

func (f *nameFit) shorten(p *plot, width float64) {
	short := make([]string, len(f.names))
	for i := 0; i < len(short); i += f.every {
		short[i] = p.on.fit(f.names[i], width, labelStyle())
	}
	f.names = short
}

// band is the place of the nth of so many bars.
func (p *plot) band(i, n int) (from, to float64) {
	width := (p.right - p.left) / float64(n)
	return p.left + width*float64(i), p.left + width*float64(i+1)
}

func (p *plot) drawNames(f nameFit) {
	for i := 0; i < len(f.names); i += f.every {
		from, to := p.band(i, len(f.names))
		x, style := (from+to)/2, labelStyle()
		if f.aslant {
			style.align, style.turn = 1, -slope
			p.on.text(f.names[i], point{x + 4, p.bottom + 14}, style)
			continue
		}
		p.label(f.names[i], x)
	}
}

// label writes below the plot, moved so that it stays on the picture, unless another label is in the way.
func (p *plot) label(text string, x float64) {
	style := labelStyle()
	style.align = 0.5
	half := p.on.measure(text, style) / 2
	x = max(half+2, min(x, p.on.width-half-2))
	if x-half >= p.written {
		p.on.text(text, point{x, p.bottom + 16}, style)
		p.written = x + half + 6
	}
}

// rowNames are the names below the rows, nil where x is an axis of times or numbers.
func (c *Chart) rowNames(band bool) []string {
	if !band && c.data.x.kind != namedX {
		return nil
	}
	return c.data.x.rowLabels()
}

// drawPlaces draws the axis of times or numbers.
func (c *Chart) drawPlaces(p *plot) {
	x := &c.data.x
	lo, hi := extent(x.at)
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	if x.kind == timeX {
		c.drawTimes(p, lo, hi)
		return
	}
	axis := niceAxis(lo, hi, c.options.Kind != Scatter, c.options.Kind != Scatter, max(1, int((p.right-p.left)/80)), max(wholeStep(x.at), x.column.Format.LeastStep()))
	p.place = axisScale{axis.lo, axis.hi, p.left + 4, p.right - 4}
	if !c.options.NoX {
		for i, label := range axis.labels(&x.column.Format, false) {
			at := p.place.at(axis.ticks[i])
			p.tick(at)
			p.label(label, at)
		}
	}
}

// wholeStep keeps an axis of whole numbers free of halves.
func wholeStep(values []float64) float64 {
	for _, v := range values {
		if v != math.Trunc(v) && !math.IsNaN(v) {
			return 0
		}
	}
	return 1
}

func (c *Chart) drawTimes(p *plot, lo, hi float64) {
	x := &c.data.x
	p.place = axisScale{lo, hi, p.left + 4, p.right - 4}
	if single := x.at[0]; single == x.at[len(x.at)-1] {
		t := x.time(single)
		p.label(x.timeText(t, x.resolution(), true), p.place.at(single))
		return
	}
	for _, tick := range x.timeTicks(lo, hi, max(2, int((p.right-p.left)/64))) {
		at := p.place.at(tick.at)
		p.tick(at)
		p.label(tick.label, at)
	}
}

func (p *plot) tick(x float64) { p.on.rect(x-0.5, p.bottom, x+0.5, p.bottom+4, axisInk()) }
