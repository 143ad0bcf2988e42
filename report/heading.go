package report

import (
	"fmt"
	"strings"

	"moonpost/mime"
)

// Heading is a line above what follows.
type Heading struct {
	text  string
	level int
}

// MaxHeading is the lowest level of a heading; 1 is the highest.
const MaxHeading = 4

// NewHeading makes a heading. The error is a *TextError.
func NewHeading(text string, level int) (*Heading, error) {
	return &Heading{cleanLine(text), min(max(level, 1), MaxHeading)}, checkText("the heading", text)
}

func (h *Heading) writeHTML(w *htmlWriter) {
	w.block("")
	w.element(fmt.Sprintf("h%d", h.level), "", h.text)
	w.endBlock()
}

func (h *Heading) writeText(w *textWriter) { w.heading(h.text, h.level) }

// heading underlines a heading, the higher the thicker; those below the second level stand alone.
func (w *textWriter) heading(text string, level int) {
	lines := wrap(text, textWidth)
	widest := 0
	for _, line := range lines {
		widest = max(widest, mime.TextWidth(line))
	}
	switch level {
	case 1:
		lines = append(lines, strings.Repeat("=", widest))
	case 2:
		lines = append(lines, strings.Repeat("-", widest))
	}
	w.block(lines...)
}

// Rule is a line across the page.
type Rule struct{}

func (Rule) writeHTML(w *htmlWriter) {
	w.block("")
	w.WriteString(`<hr class="rule">`)
	w.endBlock()
}

func (Rule) writeText(w *textWriter) { w.block(strings.Repeat("-", textWidth)) }
