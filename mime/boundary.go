package mime

import "strings"

// drawBoundary makes a boundary that was never there before.
func drawBoundary(env *Env) (*string, error) {
	if env == nil {
		return nil, &Error{Field: "boundary", What: "the message was read without an Env, and has no randomness for a boundary"}
	}
	token, err := env.token()
	if err != nil {
		return nil, err
	}
	boundary := "=_" + token // stands neither in quoted-printable nor in base64
	return &boundary, nil
}

// fixBoundaries draws the boundaries that are still open. A multipart may hold one with the same boundary below: a
// copy that holds what it was copied from, mail that was read and attached to mail from the same sender. What is
// below stays as it was sent; the multipart around gets another boundary, unless its own was asked for.
func (m *Message) fixBoundaries() error { // RFC 2046 §5.1.1
	if err := m.Part.fixBelow(m.env); err != nil || m.env == nil {
		return err
	}
	return m.Part.settleBoundaries(m.env, nil)
}

func (p *Part) settleBoundaries(env *Env, around []*Part) error {
	if p.message != nil && (p.origin == nil || p.origin.packed == nil) {
		return p.message.Part.settleBoundaries(env, around)
	}
	if !p.multi {
		return nil
	}
	for _, outer := range around {
		if outer.named || !outer.clashesWith(p) {
			continue
		}
		boundary, err := drawBoundary(env)
		if err != nil {
			return err
		}
		outer.boundary.Store(boundary)
	}
	if p.Locked() == "" {
		around = append(around, p)
	}
	for _, child := range p.children {
		if err := child.settleBoundaries(env, around); err != nil {
			return err
		}
	}
	return nil
}

// clashesWith tells whether the delimiters of a multipart below would be taken for p's. Those of mail that was read
// did not, as long as they are not the same.
func (p *Part) clashesWith(below *Part) bool {
	outer, inner := *p.boundary.Load(), *below.boundary.Load()
	if p.origin != nil {
		return outer == inner
	}
	return strings.HasPrefix(outer, inner) || strings.HasPrefix(inner, outer)
}

// rebound tells that a multipart that was read goes out with another boundary.
func (p *Part) rebound() bool { return p.multi && *p.boundary.Load() != p.origin.boundary }
