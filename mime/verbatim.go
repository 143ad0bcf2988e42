package mime

// NewVerbatim makes a part of octets: header fields, a blank line and a body, in lines of at most 998 octets that end
// in CRLF. They go out exactly as they are, as a signature needs it. The part and what is below can be read like any
// other, but not changed. The error is an *Error, for octets that no server would leave as they are; 8-bit ones fail
// only when the message is encoded for a server without 8BITMIME.
func NewVerbatim(entity []byte) (*Part, error) { // RFC 1847 §2.1
	t := scan(entity)
	switch {
	case t.bareBreak:
		return nil, fault("entity", "a line does not end in CRLF", "")
	case t.longLine:
		return nil, fault("entity", "a line is longer than 998 octets", "")
	case t.nul:
		return nil, fault("entity", "there is a NUL", "")
	}
	r := newReader(entity, ParseOptions{}, nil)
	p := r.entity(newBuffer(entity), 0, len(entity), place{lock: lockVerbatim})
	if len(p.origin.gap) == 0 && len(p.origin.body) > 0 {
		return nil, fault("entity", "no blank line ends the header", "")
	}
	return p, nil
}
