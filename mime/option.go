package mime

// Option is a property given to a constructor. Options are applied in order.
type Option func(*Part) error

// WithFilename gives the part the name of a file, as SetFilename does.
func WithFilename(name string) Option { return func(p *Part) error { return p.SetFilename(name) } }

// WithCID gives the part a content identifier. A part with a file's name and no disposition becomes inline.
func WithCID(id string) Option { return func(p *Part) error { return p.SetCID(id) } }

// WithDisposition sets "inline" or "attachment", or another word, without losing the file's name.
func WithDisposition(word string) Option {
	return func(p *Part) error {
		d, err := parseParams("Content-Disposition", word)
		if err != nil {
			return err
		}
		for _, x := range p.header.params("content-disposition").list {
			if _, given := d.get(x.name); !given {
				d = d.with(x.name, x.value)
			}
		}
		p.placed = true
		return p.setDisposition(d)
	}
}

// WithDescription sets the Content-Description.
func WithDescription(text string) Option { return WithHeader("Content-Description", text) }

// WithEncoding asks for a transfer encoding: "7bit", "8bit", "quoted-printable" or "base64". Asking for another than
// base64 reads the content into memory, because it must be looked at.
func WithEncoding(name string) Option { return WithHeader("Content-Transfer-Encoding", name) }

// WithParam sets a parameter of the Content-Type.
func WithParam(name, value string) Option {
	return func(p *Part) error { return p.SetParam(name, value) }
}

// WithPreamble sets the text before the first part of a multipart, which only readers without MIME show.
func WithPreamble(text string) Option {
	return func(p *Part) error {
		if !p.multi {
			return fault("preamble", "only a multipart has a preamble", "")
		}
		p.preamble = text
		return checkAround("preamble", text)
	}
}

// WithEpilogue sets the text after the last part of a multipart.
func WithEpilogue(text string) Option {
	return func(p *Part) error {
		if !p.multi {
			return fault("epilogue", "only a multipart has an epilogue", "")
		}
		p.epilogue = text
		return checkAround("epilogue", text)
	}
}

// checkAround wants text that travels as it is.
func checkAround(field, text string) error {
	if t := scan(canonical([]byte(text))); !t.sevenBit() {
		return fault(field, "only ASCII lines of at most 998 octets are allowed", text)
	}
	return nil
}

// WithBoundary fixes the boundary of a multipart. Without it a random one is drawn, which is better.
func WithBoundary(boundary string) Option { return WithParam("boundary", boundary) }

// WithFlowed sends a plain text whose lines are paragraphs as format=flowed, wrapped at 76 characters. With delSp lines
// may also be broken where there is no blank.
func WithFlowed(delSp bool) Option {
	return func(p *Part) error {
		if p.MediaType() != "text/plain" || p.content == nil || !p.content.lines {
			return fault("flowed", "only plain text can be flowed", p.MediaType())
		}
		t := p.header.params("content-type")
		if format, _ := t.get("format"); format == "flowed" {
			return nil
		}
		text, err := p.Text()
		if err != nil {
			return err
		}
		b, err := encodeText(flow(text, delSp), charsetOf(t))
		if err != nil {
			return err
		}
		p.content = lineContent(b)
		if t = t.with("format", "flowed"); delSp {
			t = t.with("delsp", "yes") // RFC 3676 §4
		}
		return p.header.setParams("Content-Type", t)
	}
}

// WithHeader sets a header field of the part.
func WithHeader(name, value string) Option {
	return func(p *Part) error { return p.header.Set(name, value) }
}

// apply runs the options and settles the disposition that depends on several of them.
func (p *Part) apply(options []Option) (*Part, error) {
	for _, option := range options {
		if err := option(p); err != nil {
			return nil, err
		}
	}
	if p.CID() == "" || p.placed || p.multi {
		return p, nil
	}
	d := p.header.params("content-disposition")
	return p, p.setDisposition(&params{value: "inline", list: d.list})
}
