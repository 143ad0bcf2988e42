package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

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

// png encodes what was drawn, with a palette where it has no more colours than fit into one.
func (c *canvas) png() ([]byte, error) {
	var picture image.Image = c.image
	if small := paletted(c.image); small != nil {
		picture = small
	}
	var b bytes.Buffer
	err := png.Encode(&b, picture)
	return b.Bytes(), err
}

// paletted gives the same picture with a palette, in order of appearance, or nil where it has more than 256 colours.
func paletted(from *image.RGBA) *image.Paletted {
	to := image.NewPaletted(from.Rect, nil)
	indexes := map[[4]uint8]uint8{}
	last, index := [4]uint8{}, uint8(0) // runs of one colour are long
	for i := range to.Pix {
		pixel := [4]uint8(from.Pix[4*i : 4*i+4])
		if pixel != last || i == 0 {
			known := false
			if index, known = indexes[pixel]; !known {
				if len(to.Palette) == 256 {
					return nil
				}
				index = uint8(len(to.Palette)) //nolint:gosec // below 256
				indexes[pixel] = index
				to.Palette = append(to.Palette, color.RGBA{pixel[0], pixel[1], pixel[2], pixel[3]})
			}
			last = pixel
		}
		to.Pix[i] = index
	}
	return to
}
