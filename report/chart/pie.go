package chart

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"moonpost/report"
)

// maxSlices is how many slices can be told apart; the smallest beyond are summed up.
const maxSlices = 12

// slice is one row of a pie.
type slice struct {
	name  string
	value float64
	ink   color.NRGBA
}

// slices are the rows with a value, in their order, and what the others sum up to.
func (c *Chart) slices() (slices []slice, total float64) {
	values := c.data.series[0].values
	least := sliceBound(values)
	other, others := 0.0, 0
	for row, v := range values {
		switch {
		case math.IsNaN(v) || v == 0:
		case v < least || len(slices) == maxSlices:
			other += v
			others++
		default:
			ink, again := c.seriesColor(len(slices))
			if again {
				ink = lighter(ink)
			}
			slices = append(slices, slice{c.data.x.labels[row], v, ink})
		}
		if !math.IsNaN(v) {
			total += v
		}
	}
	if others > 0 {
		slices = append(slices, slice{fmt.Sprintf("%d others", others), other, color.NRGBA{0xBB, 0xBB, 0xBB, 255}})
	}
	return slices, total
}

// sliceBound is the smallest value that gets a slice of its own.
func sliceBound(values []float64) float64 {
	var sorted []float64
	for _, v := range values {
		if v > 0 {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) <= maxSlices {
		return 0
	}
	slices.Sort(sorted)
	return sorted[len(sorted)-maxSlices+1]
}

func lighter(c color.NRGBA) color.NRGBA {
	half := func(v uint8) uint8 { return v/2 + 128 - v%2/2 }
	return color.NRGBA{half(c.R), half(c.G), half(c.B), 255}
}

// drawPie draws the circle on the left and, beside it or below, what its colours mean: the names need not fit into it.
func (c *Chart) drawPie(on *canvas) {
	top := c.drawTitle(on)
	slices, total := c.slices()
	frame := pieFrame(on, top, len(slices), c.options.Legend)
	from := 0.0
	for _, s := range slices {
		to := from + s.value/total
		inner := 0.0
		if c.options.Kind == Donut {
			inner = frame.radius * 0.6
		}
		on.sector(frame.center, inner, frame.radius, from, to, s.ink)
		from = to
	}
	c.pieGaps(on, frame, slices, total)
	if c.options.Kind == Donut && frame.radius > 50 {
		c.pieTotal(on, frame, total)
	}
	for i, s := range slices[:min(len(slices), frame.rows)] {
		if i == frame.rows-1 && len(slices) > frame.rows {
			on.text(fmt.Sprintf("+%d", len(slices)-i), point{frame.left + 18, frame.top + frame.row*(float64(i)+0.5) + 4}, labelStyle())
			break
		}
		c.pieEntry(on, frame, i, s, total)
	}
}

// pieLayout is where a pie and its legend stand.
type pieLayout struct {
	center                point
	radius                float64
	left, top, right, row float64 // of the legend
	rows                  int     // that there is room for
}

func pieFrame(on *canvas, top float64, entries int, legend *bool) (f pieLayout) {
	height := on.height - top - chartMargin
	f.row = max(15, min(20, height/float64(max(entries, 1))))
	switch {
	case legend != nil && !*legend, height < 60:
		f.radius = min(height, on.width-2*chartMargin) / 2
		f.center = point{on.width / 2, top + height/2}
	case on.width >= height+220:
		f.radius = height / 2
		f.center = point{chartMargin + f.radius, top + height/2}
		f.left, f.right = f.center.x+f.radius+24, min(on.width-chartMargin, f.center.x+f.radius+24+330)
		f.rows = int(height / f.row)
		f.top = max(top, top+(height-float64(entries)*f.row)/2)
	default:
		f.row = max(15, min(20, 0.55*height/float64(max(entries, 1))))
		f.rows = min(entries, int(0.55*height/f.row))
		height -= float64(f.rows)*f.row + 8
		f.radius = min(height, on.width-2*chartMargin) / 2
		f.center = point{on.width / 2, top + height/2}
		f.left, f.right, f.top = chartMargin, on.width-chartMargin, top+height+8
	}
	f.radius = max(f.radius, 1)
	return f
}

// pieGaps keep neighbours apart for those who don't see their colours.
func (c *Chart) pieGaps(on *canvas, f pieLayout, slices []slice, total float64) {
	if len(slices) < 2 {
		return
	}
	turn := 0.0
	for _, s := range slices {
		sin, cos := math.Sincos(2 * math.Pi * turn)
		on.line([]point{f.center, {f.center.x + f.radius*sin, f.center.y - f.radius*cos}}, 1.5, color.NRGBA{255, 255, 255, 255}, false)
		turn += s.value / total
	}
}

// pieTotal stands in the hole of a donut.
func (c *Chart) pieTotal(on *canvas, f pieLayout, total float64) {
	style := textStyle{size: max(12, min(22, f.radius/5)), bold: true, ink: darkInk(), align: 0.5}
	text := c.data.series[0].text(decimalOf(total))
	on.text(on.fit(text, f.radius*1.1, style), point{f.center.x, f.center.y + 0.36*style.size}, style)
}

// pieEntry is a line of the legend: colour, name, value and share.
func (c *Chart) pieEntry(on *canvas, f pieLayout, i int, s slice, total float64) {
	y := f.top + f.row*float64(i) + f.row/2
	style := labelStyle()
	style.align = 1
	share := share(s.value / total)
	on.text(share, point{f.right, y + 4}, style)
	value := c.data.series[0].text(decimalOf(s.value))
	room := f.right - f.left - 20 - 52
	if width := on.measure(value, style); width < room/2 {
		on.text(value, point{f.right - 52, y + 4}, style)
		room -= width + 10
	}
	on.rect(f.left, y-5, f.left+10, y+5, s.ink)
	style.align = 0
	on.text(on.fit(s.name, room, style), point{f.left + 18, y + 4}, style)
}

// share writes a part of the whole.
func share(part float64) string {
	switch {
	case part > 0 && part < 0.001:
		return "<0.1%"
	case part < 1 && part > 0.999:
		return ">99.9%"
	}
	percent := report.PlainNumber(1, false, true)
	return percent.Text(part)
}

// checkPie refuses what has no share of the whole.
func (d *chartData) checkPie(t *report.Table) error {
	for i, v := range d.series[0].values {
		if v < 0 {
			return notDrawable(i+1, d.series[0].column.Name, "zero or more in a pie", t.Rows[i][1])
		}
	}
	return nil
}
