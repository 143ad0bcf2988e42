package report

import "strings"

// Callout is a text in a box that is not to be missed.
type Callout struct {
	title string
	kind  CalloutKind
	text  Paragraph
}

// CalloutKind is what a callout is about; it chooses the colour.
type CalloutKind string

// The kinds.
const (
	InfoCallout    CalloutKind = "info"
	GoodCallout    CalloutKind = "good"
	WarningCallout CalloutKind = "warning"
	BadCallout     CalloutKind = "bad"
)

// NewCallout makes a callout; title may be empty. The error is a *TextError.
func NewCallout(kind CalloutKind, title, text string) (*Callout, error) {
	if err := checkText("the title", title); err != nil {
		return nil, err
	}
	p, err := NewParagraph(text)
	if err != nil {
		return nil, err
	}
	return &Callout{cleanLine(title), kind, *p}, nil
}

// writeHTML draws the bar as a cell, because it stands on the other side where lines begin on the right.
func (c *Callout) writeHTML(w *htmlWriter) {
	w.block("")
	w.printf(`<table class="callout" width="100%%" %s><tr><td class="bar bar-%s" width="4">&nbsp;</td><td class="callout-text callout-%s" align="%s">`, layout, c.kind, c.kind, w.start())
	if c.title != "" {
		w.element("p", "callout-title", c.title)
	}
	for _, text := range c.text.paragraphs {
		w.element("p", "", text)
	}
	w.WriteString("</td></tr></table>")
	w.endBlock()
}

// writeText marks what is urgent with a sign, for readers without colours.
func (c *Callout) writeText(w *textWriter) {
	sign := map[CalloutKind]string{WarningCallout: "! ", BadCallout: "! "}[c.kind]
	if sign == "" {
		sign = "> "
	}
	var lines []string
	for _, text := range append([]string{c.title}, c.text.paragraphs...) {
		if text == "" {
			continue
		}
		for line := range strings.Lines(text) {
			for _, part := range wrap(line, textWidth-len(sign)) {
				lines = append(lines, sign+part)
			}
		}
	}
	w.block(lines...)
}
