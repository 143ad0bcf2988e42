package report

// Footer is a text in small letters below all else: who writes, why, and how to get no more of it.
type Footer struct{ Markdown }

// NewFooter reads a text as NewMarkdown does. The errors are its.
func NewFooter(source string) (*Footer, error) {
	m, err := NewMarkdown(source)
	if err != nil {
		return nil, err
	}
	return &Footer{*m}, nil
}

func (f *Footer) writeHTML(w *htmlWriter) { f.writeBlock(w, " md footer") }
