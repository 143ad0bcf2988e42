package chart

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/go-analyze/charts/chartdraw/drawing"
	"github.com/golang/freetype/raster"
)

// chartScale is how many pixels a CSS pixel has on each side: screens of phones and laptops show two or more.
const chartScale = 2

// point is a place on a canvas in CSS pixels, from the upper left corner.
type point struct{ x, y float64 }

// canvas is what charts are drawn on. All measures are CSS pixels.
type canvas struct {
	width, height float64
	image         *image.RGBA
	gc            *drawing.RasterGraphicContext
}

// newCanvas is opaque and white: on a dark page of a mail program the chart stays as it was meant.
func newCanvas(width, height int) *canvas {
	picture := image.NewRGBA(image.Rect(0, 0, width*chartScale, height*chartScale))
	gc := drawing.NewRasterGraphicContextWithPainter(picture, coarsePainter{raster.NewRGBAPainter(picture)})
	gc.SetDPI(72) // a point is a pixel
	c := &canvas{width: float64(width), height: float64(height), image: picture, gc: gc}
	c.rect(0, 0, c.width, c.height, color.NRGBA{255, 255, 255, 255})
	return c
}

// rect fills a rectangle whose edges are moved to whole pixels, which keeps them sharp.
func (c *canvas) rect(x0, y0, x1, y1 float64, fill color.NRGBA) {
	corner := func(v float64) int { return int(math.Round(v * chartScale)) }
	c.gc.SetFillColor(fill)
	c.gc.FillRect(corner(min(x0, x1)), corner(min(y0, y1)), corner(max(x0, x1)), corner(max(y0, y1)))
}

// line draws a line through the points, dashed where told.
func (c *canvas) line(points []point, width float64, stroke color.NRGBA, dashed bool) {
	if len(points) < 2 {
		return
	}
	c.path(points)
	c.gc.SetStrokeColor(stroke)
	c.gc.SetLineWidth(width * chartScale)
	c.gc.SetLineDash(nil, 0)
	if dashed {
		c.gc.SetLineDash([]float64{5 * chartScale, 3 * chartScale}, 0)
	}
	c.gc.Stroke()
}

// area fills a polygon.
func (c *canvas) area(points []point, fill color.NRGBA) {
	if len(points) < 3 {
		return
	}
	c.path(points)
	c.gc.Close()
	c.gc.SetFillColor(fill)
	c.gc.Fill()
}

func (c *canvas) path(points []point) {
	c.gc.MoveTo(points[0].x*chartScale, points[0].y*chartScale)
	for _, p := range points[1:] {
		c.gc.LineTo(p.x*chartScale, p.y*chartScale)
	}
}

// sector fills a piece of a ring between two angles, clockwise from the top in parts of a turn.
func (c *canvas) sector(center point, inner, outer, from, to float64, fill color.NRGBA) {
	const step = 1.0 / 240
	arc := func(radius float64) (points []point) {
		for turn := from; ; turn += step {
			turn = min(turn, to)
			sin, cos := math.Sincos(2 * math.Pi * turn)
			points = append(points, point{center.x + radius*sin, center.y - radius*cos})
			if turn >= to {
				return points
			}
		}
	}
	outline, hole := arc(outer), []point{center}
	if inner > 0 {
		hole = arc(inner)
	}
	slices.Reverse(hole)
	c.area(append(outline, hole...), fill)
}

// dot fills a circle.
func (c *canvas) dot(center point, radius float64, fill color.NRGBA) {
	c.gc.MoveTo((center.x+radius)*chartScale, center.y*chartScale)
	c.gc.ArcTo(center.x*chartScale, center.y*chartScale, radius*chartScale, radius*chartScale, 0, 2*math.Pi)
	c.gc.SetFillColor(fill)
	c.gc.Fill()
}
