package mime

import (
	"slices"
	"strings"
)

// boundaryMax is the length of the longest boundary.
const boundaryMax = 70 // RFC 2046 §5.1.1

// NewMultipart makes a multipart; an empty subtype is "mixed". It may start without children, but not be sent so.
func NewMultipart(subtype string, children []*Part, o ...Option) (*Part, error) {
	if subtype == "" {
		subtype = "mixed"
	}
	if err := checkSubtype(subtype); err != nil {
		return nil, err
	}
	p, err := newPart("multipart/" + subtype)
	if err != nil {
		return nil, err
	}
	p.multi = true
	if err := p.Attach(children...); err != nil {
		return nil, err
	}
	return p.apply(o)
}

// NewMessagePart makes a message/rfc822 part of a message.
func NewMessagePart(m *Message, o ...Option) (*Part, error) {
	if m == nil {
		return nil, fault("message/rfc822", "there is no message", "")
	}
	p, err := newPart("message/rfc822")
	if err != nil {
		return nil, err
	}
	p.message = m
	return p.apply(o)
}

// Attach appends parts to a multipart. A part may be attached in several places, but not below itself.
func (p *Part) Attach(parts ...*Part) error {
	if !p.multi {
		return &Error{Field: p.MediaType(), What: "only a multipart can have parts attached"}
	}
	if why := p.innerLock(); why != "" {
		return &Error{Field: p.MediaType(), What: why + ", so no part can be attached"}
	}
	for _, child := range parts {
		if child == nil {
			return &Error{Field: p.MediaType(), What: "there is no part to attach"}
		}
		if child.holds(p) {
			return &Error{Field: p.MediaType(), What: "a part cannot be attached below itself"}
		}
	}
	p.children = append(slices.Clip(p.children), parts...)
	return nil
}

// holds tells whether p is other, or has it somewhere below.
func (p *Part) holds(other *Part) bool {
	if p == other {
		return true
	}
	if p.message != nil {
		return p.message.Part.holds(other)
	}
	return slices.ContainsFunc(p.children, func(child *Part) bool { return child.holds(other) })
}

func checkBoundary(s string) error { // RFC 2046 §5.1.1
	if s == "" || len(s) > boundaryMax || s[len(s)-1] == ' ' {
		return fault("boundary", "a boundary has 1 to 70 characters and does not end in a blank", s)
	}
	if looksEncoded(s) {
		return fault("boundary", "the boundary looks like an encoded-word, which readers would decode", s)
	}
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && strings.IndexByte("'()+_,-./:=? ", s[i]) < 0 {
			return fault("boundary", "the boundary holds a character that none may hold", s)
		}
	}
	return nil
}

// fixBelow draws the boundaries that are still open, here and below.
func (p *Part) fixBelow(env *Env) error {
	if p.message != nil && p.message.origin != nil && !p.message.fresh {
		return p.message.Part.fixBelow(env)
	}
	if p.message != nil {
		return p.message.fix()
	}
	if p.multi && p.boundary.Load() == nil {
		boundary, err := drawBoundary(env)
		if err != nil {
			return err
		}
		p.boundary.CompareAndSwap(nil, boundary)
	}
	for _, child := range p.children {
		if err := child.fixBelow(env); err != nil {
			return err
		}
	}
	return nil
}
