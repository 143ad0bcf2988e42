package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"

	"github.com/golang/freetype/raster"
)

// coarsePainter smooths edges in few steps, which at two pixels for each looks the same: a chart then has few colours,
// and its PNG a quarter of the octets.
type coarsePainter struct{ *raster.RGBAPainter }

// Paint fills spans of pixels.
func (p coarsePainter) Paint(spans []raster.Span, done bool) {
	const step = 0xffff / 15
	for i := range spans {
		spans[i].Alpha = (spans[i].Alpha + step/2) / step * step
	}
	p.RGBAPainter.Paint(spans, done)
}

// png encodes what was drawn.
func (c *canvas) png() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, paletted(c.image))
	return b.Bytes(), err
}

// maxPalette is how many colours a palette has.
const maxPalette = 256

// paletted gives the same picture with a palette. Where there are too many colours the rarest, which are edges that
// cross others, become those next to them.
func paletted(from *image.RGBA) *image.Paletted {
	found := countColors(from)
	kept := found.mostFrequent()
	to := image.NewPaletted(from.Rect, nil)
	index := make([]uint8, len(found.colors))
	for i, at := range kept {
		to.Palette = append(to.Palette, found.colors[at])
		index[at] = uint8(i)
	}
	if len(found.colors) > len(kept) {
		for at := range found.colors {
			if !slices.Contains(kept, at) {
				index[at] = uint8(to.Palette.Index(found.colors[at])) //nolint:gosec // below 256
			}
		}
	}
	last, at := [4]uint8{}, 0
	for i := range to.Pix {
		if pixel := [4]uint8(from.Pix[4*i : 4*i+4]); pixel != last || i == 0 {
			last, at = pixel, found.known[pixel]
		}
		to.Pix[i] = index[at]
	}
	return to
}

// foundColors are the colours of a picture in order of appearance.
type foundColors struct {
	colors []color.RGBA
	counts []int
	known  map[[4]uint8]int // where each stands
}

func countColors(from *image.RGBA) (f foundColors) {
	f.known = map[[4]uint8]int{}
	last, at := [4]uint8{}, 0
	for i := range len(from.Pix) / 4 {
		if pixel := [4]uint8(from.Pix[4*i : 4*i+4]); pixel != last || i == 0 { // runs of one colour are long
			isKnown := false
			if at, isKnown = f.known[pixel]; !isKnown {
				at = len(f.colors)
				f.known[pixel] = at
				f.colors, f.counts = append(f.colors, color.RGBA{pixel[0], pixel[1], pixel[2], pixel[3]}), append(f.counts, 0)
			}
			last = pixel
		}
		f.counts[at]++
	}
	return f
}

// mostFrequent are the colours that get a place in the palette.
func (f *foundColors) mostFrequent() []int {
	order := make([]int, len(f.colors))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return f.counts[b] - f.counts[a] })
	return order[:min(len(order), maxPalette)]
}
