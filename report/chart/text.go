package chart

import (
	"image/color"
	"strings"
)

// textStyle is how a text stands on a canvas.
type textStyle struct {
	size  float64
	bold  bool
	ink   color.NRGBA
	align float64 // which part of the text lies left of the point: 0, 0.5 or 1
	turn  float64 // radians, clockwise
}

// text draws one line whose letters stand on p.y.
func (c *canvas) text(text string, p point, s textStyle) {
	before := c.gc.GetMatrixTransform()
	defer c.gc.SetMatrixTransform(before)
	c.gc.Translate(p.x*chartScale, p.y*chartScale)
	if s.turn != 0 {
		c.gc.Rotate(s.turn)
	}
	x := 0.0
	if s.align > 0 {
		x = -s.align * c.measure(text, s) * chartScale
	}
	c.gc.SetFontSize(s.size * chartScale)
	c.gc.SetFillColor(s.ink)
	for _, run := range textRuns(text, s.bold) {
		c.gc.SetFont(run.font)
		width, err := c.gc.CreateStringPath(run.text, x+run.right*s.size*chartScale, -run.above*s.size*chartScale)
		if err != nil {
			return // a glyph that can't be read; the rest of the chart counts
		}
		c.inkText(s, run)
		x += width
	}
}

// inkText paints the letters; where a font has no bold letters of its own their outlines are drawn too.
func (c *canvas) inkText(s textStyle, run textRun) {
	if !s.bold || run.font == latin(true) {
		c.gc.Fill()
		return
	}
	c.gc.SetStrokeColor(s.ink)
	c.gc.SetLineWidth(s.size * chartScale / 22)
	c.gc.SetLineDash(nil, 0)
	c.gc.FillStroke()
}

// measure is the width of a text.
func (c *canvas) measure(text string, s textStyle) (width float64) {
	c.gc.SetFontSize(s.size * chartScale)
	for _, run := range textRuns(text, s.bold) {
		c.gc.SetFont(run.font)
		if _, _, right, _, err := c.gc.GetStringBounds(run.text); err == nil {
			width += right
		}
	}
	return width / chartScale
}

// fit shortens a text to a width.
func (c *canvas) fit(text string, width float64, s textStyle) string {
	if c.measure(text, s) <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes)-1
	for low < high { // the longest beginning that fits
		middle := (low + high + 1) / 2
		if c.measure(shortened(runes, middle), s) <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	if low == 0 {
		return ""
	}
	return shortened(runes, low)
}

func shortened(runes []rune, n int) string { return strings.TrimRight(string(runes[:n]), " ") + "…" }

// wrap breaks a text into lines of a width, at spaces where there are any; what is left over is cut.
func (c *canvas) wrap(text string, width float64, lines int, s textStyle) (wrapped []string) {
	for ; lines > 1 && c.measure(text, s) > width; lines-- {
		runes, end := []rune(text), 0
		for i := range runes {
			if c.measure(string(runes[:i+1]), s) > width {
				break
			}
			end = i + 1
		}
		if space := strings.LastIndexByte(string(runes[:end]), ' '); space > 0 {
			end = len([]rune(string(runes[:end])[:space]))
		}
		if end == 0 {
			break
		}
		wrapped = append(wrapped, string(runes[:end]))
		text = strings.TrimSpace(string(runes[end:]))
	}
	return append(wrapped, c.fit(text, width, s))
}
