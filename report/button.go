package report

// Button is a link that stands out.
type Button struct{ text, link string }

// NewButton makes a button. The error is a *TextError or a *LinkError.
func NewButton(text, link string) (*Button, error) {
	if !SafeLink(link) {
		return nil, &LinkError{link}
	}
	return &Button{cleanLine(text), link}, checkText("the button", text)
}

// writeHTML gives the cell the colour, which Outlook draws; others make all of the coloured room lead there.
func (b *Button) writeHTML(w *htmlWriter) {
	w.block("")
	w.printf(`<table class="button" %s><tr><td class="button-cell" bgcolor="#1d4ed8" align="center">`, layout)
	w.printf(`<a class="button-link"%s%s>`, attribute("href", b.link), w.direction(b.text))
	w.text(b.text)
	w.WriteString("</a></td></tr></table>")
	w.endBlock()
}

func (b *Button) writeText(w *textWriter) {
	if saysWhere(b.text, b.link) {
		w.block(b.link)
		return
	}
	w.block(wrap(b.text+": "+b.link, textWidth)...)
}
