package mime

import "strings"

// normalEncoding reads the name of a transfer encoding.
func normalEncoding(name string) (string, error) { // RFC 2045 §6.1
	name = strings.ToLower(name)
	if parseEncoding(name) == encAuto {
		return "", &Error{
			Field: "Content-Transfer-Encoding", What: "this encoding cannot be written", Value: name,
			Advice: "use 7bit, 8bit, quoted-printable or base64, or leave the choice to the content",
		}
	}
	return name, nil
}

func parseEncoding(name string) encoding {
	for e := enc7Bit; e < encodings; e++ {
		if e.String() == name {
			return e
		}
	}
	return encAuto
}

// wanted is the encoding that was asked for, or encAuto.
func (p *Part) wanted() encoding {
	name, _ := p.header.Get("Content-Transfer-Encoding")
	return parseEncoding(name)
}

// admitEncoding checks that the content can be sent in the encoding asked for. Content that must be looked at is
// read into memory.
func (p *Part) admitEncoding(name string) error {
	if p.origin != nil && p.content != nil && !p.replaced {
		return p.recode(name)
	}
	e := parseEncoding(name)
	if p.content == nil {
		if e == encQP || e == encBase64 { // RFC 2045 §6.4
			return fault("Content-Transfer-Encoding", "a "+p.MediaType()+" part has no encoding of its own", name)
		}
		return nil
	}
	if (e == encQP || e == encBase64) && family(p.MediaType()) == familyMessage { // RFC 2046 §5.2.1
		return fault("Content-Transfer-Encoding", "a "+p.MediaType()+" part has no encoding of its own", name)
	}
	if e == encBase64 {
		return nil
	}
	loaded, err := p.content.loaded()
	if err != nil {
		return p.sourceError(err)
	}
	if loaded.binary {
		return fault("Content-Transfer-Encoding", "the charset of the text allows base64 only", name)
	}
	if wrong := loaded.accepts(e); wrong != "" {
		return fault("Content-Transfer-Encoding", wrong, name)
	}
	p.content = loaded
	return nil
}

// sourceError names the part whose source failed; errors.As still finds the cause.
func (p *Part) sourceError(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Field: p.describe(), What: "the content cannot be read", Err: err}
}

// describe names the part for people.
func (p *Part) describe() string {
	if name := p.Filename(); name != "" {
		return p.MediaType() + " " + quote(name)
	}
	return p.MediaType() + " part"
}
