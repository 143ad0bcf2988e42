package mime

// NewVerbatim makes a part of octets, header and body, that go out as they are. Lines end in CRLF.
func NewVerbatim(entity []byte) (*Part, error) {
	p, err := newPart("text/plain")
	if err != nil {
		return nil, err
	}
	p.verbatim = entity
	return p, nil
}
