package report

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// Picture is what a page can show as an image, such as a chart.
type Picture interface {
	PNG() ([]byte, error)
	Alt() string               // what it shows, for readers who don't see it
	Size() (width, height int) // in CSS pixels
}

// Image is a picture as wide as it is, or as wide as the page where that is less.
type Image struct {
	data          []byte
	subtype, alt  string
	width, height int // in CSS pixels
}

// ErrImage is octets that aren't a picture which all mail programs show.
var ErrImage = errors.New("this is no PNG, JPEG or GIF, which are what mail programs show")

// NewImage makes an image of a file's octets; width is in CSS pixels, 0 for its own. The error is ErrImage or a
// *TextError.
func NewImage(data []byte, alt string, width int) (*Image, error) {
	m := &Image{data: data, alt: cleanLine(alt)}
	size, subtype, err := imageSize(data)
	if err != nil {
		return nil, err
	}
	m.subtype, m.width, m.height = subtype, size.Width, size.Height
	if width > 0 {
		m.scale(width)
	}
	return m, checkText("the alternative text", alt)
}

// NewPicture makes an image of a chart. The error is the chart's.
func NewPicture(p Picture) (*Image, error) {
	data, err := p.PNG()
	if err != nil {
		return nil, err
	}
	m, err := NewImage(data, p.Alt(), 0)
	if err != nil {
		return nil, err
	}
	if width, height := p.Size(); width > 0 && height > 0 {
		m.width, m.height = width, height
	}
	return m, nil
}

func imageSize(data []byte) (size image.Config, subtype string, err error) {
	decode := png.DecodeConfig
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		subtype = "png"
	case bytes.HasPrefix(data, []byte("\xFF\xD8")):
		subtype, decode = "jpeg", jpeg.DecodeConfig
	case bytes.HasPrefix(data, []byte("GIF8")):
		subtype, decode = "gif", gif.DecodeConfig
	default:
		return size, "", ErrImage
	}
	size, err = decode(bytes.NewReader(data))
	if err != nil || size.Width <= 0 || size.Height <= 0 {
		return size, "", ErrImage
	}
	return size, subtype, nil
}

func (m *Image) scale(width int) {
	m.height = max(1, int(int64(m.height)*int64(width)/int64(m.width)))
	m.width = width
}

func (m *Image) writeHTML(w *htmlWriter) {
	shown := *m
	if shown.width > w.width {
		shown.scale(w.width)
	}
	w.block("")
	w.printf(`<img class="picture" src="data:image/%s;base64,%s"%s width="%d" height="%d" style="width:100%%;max-width:%dpx">`,
		m.subtype, base64.StdEncoding.EncodeToString(m.data), attribute("alt", m.alt), shown.width, shown.height, shown.width)
	w.endBlock()
}

func (m *Image) writeText(w *textWriter) {
	if m.alt != "" {
		w.block(wrap("["+m.alt+"]", textWidth)...)
	}
}
