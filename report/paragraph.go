package report

import (
	"regexp"
	"strings"
)

// Paragraph is text as it stands: line breaks stay, blank lines divide paragraphs.
type Paragraph struct{ paragraphs []string }

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

// NewParagraph makes a paragraph of a text, or several. The error is a *TextError.
func NewParagraph(text string) (*Paragraph, error) {
	return &Paragraph{blankLines.Split(strings.TrimSpace(Clean(text)), -1)}, checkText("the paragraph", text)
}

func (p *Paragraph) writeHTML(w *htmlWriter) {
	for _, text := range p.paragraphs {
		w.block("")
		w.element("p", "", text)
		w.endBlock()
	}
}

func (p *Paragraph) writeText(w *textWriter) {
	for _, text := range p.paragraphs {
		var lines []string
		for line := range strings.Lines(text) {
			lines = append(lines, wrap(strings.TrimRight(line, " \t\n"), textWidth)...)
		}
		w.block(lines...)
	}
}
