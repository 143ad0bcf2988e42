package mime

// WithFilenameCompat tells how a file's name beyond ASCII is written: "both" (and "") adds an encoded name= to the
// Content-Type, which old readers look at; "strict" writes what RFC 2231 says and nothing else.
func WithFilenameCompat(mode string) Option {
	return func(p *Part) error {
		switch mode {
		case "", "both":
			p.strict = false
		case "strict":
			p.strict = true
		default:
			return &Error{Field: "filename_compat", What: "this is not a way to write names of files", Value: mode, Advice: `use "both" or "strict"`}
		}
		if d := p.header.params("content-disposition"); d.value != "" {
			return p.setDisposition(d)
		}
		return nil
	}
}

// WithLanguage sets the Content-Language: "de", or "de, en" for a part in both.
func WithLanguage(tags string) Option { return WithHeader("Content-Language", tags) } // RFC 3282 §2
