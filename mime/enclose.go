package mime

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Seal makes the part that takes the place of a body: a multipart/signed around it, or what it is encrypted to. entity
// is the body with its Content-* fields, in lines that end in CRLF. Nothing else may hold the slice afterwards but a
// part made with NewVerbatim.
type Seal func(entity []byte, env *Env) (*Part, error)

// Enclose replaces the body of the message by what seal makes of it. The other fields of the header stay, and so do the
// envelope and the signers. The body is read into memory for it, and is in a form that gateways leave alone: 7-bit,
// without blanks at the ends of lines, without lines that begin with "From ". A message that has an author gets its
// Date now, because readers compare it with the time of the signature.
//
// A failure leaves the message as it was.
func (m *Message) Enclose(seal Seal) error { // RFC 1847 §2.1
	if why := m.Locked(); why != "" {
		return &Error{Field: m.describe(), What: why + ", so its body cannot be replaced"}
	}
	if m.env == nil {
		return &Error{Field: m.describe(), What: "the message was read without an Env, and has no clock to be signed by"}
	}
	entity, err := m.entity()
	if err != nil {
		return err
	}
	sealed, err := seal(entity, m.env)
	if err != nil {
		return err
	}
	m.Part.become(sealed)
	return m.dateSealed()
}

// Warn adds to the warnings of the message what is allowed but probably not meant.
func (m *Message) Warn(text string) {
	if !slices.Contains(m.warnings, text) {
		m.warnings = append(slices.Clip(m.warnings), text)
	}
}

// dateSkew is how far the Date may be from the time of a signature. Thunderbird calls a signature invalid beyond.
const dateSkew = time.Hour

// dateSealed fixes the Date of a message with an author, and warns of one that is far from now.
func (m *Message) dateSealed() error {
	now := m.env.Now()
	if f := m.header.find("date"); f != nil {
		if date, err := time.Parse(dateLayout, f.text); err == nil && now.Sub(date).Abs() > dateSkew {
			m.Warn("the Date is more than an hour from the time of the signature, which some readers take for a forgery")
		}
		return nil
	}
	if m.header.index("from") < 0 {
		return nil
	}
	return m.header.SetDate("Date", now)
}

// entity gives the body with the fields that describe it, as it is signed.
func (m *Message) entity() ([]byte, error) {
	if err := m.fixBoundaries(); err != nil {
		return nil, err
	}
	w := &writer{enclosed: true, dotSafe: true}
	if err := w.part(m.Part.body()); err != nil {
		return nil, err
	}
	w.flush()
	var b bytes.Buffer
	encoded := &encodedMessage{segments: w.segments, size: w.size}
	b.Grow(int(encoded.size))
	if _, err := encoded.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// body is the part without the fields that belong to the message: a message that was read would write them all.
func (p *Part) body() *Part {
	q := &Part{
		header:  &Header{fields: slices.DeleteFunc(slices.Clone(p.header.fields), func(f field) bool { return !f.describes() })},
		content: p.content, message: p.message, multi: p.multi, children: p.children, preamble: p.preamble, epilogue: p.epilogue,
		origin: p.origin, replaced: p.replaced, enclosed: p.enclosed,
	}
	q.header.part = q
	q.boundary.Store(p.boundary.Load())
	return q
}

// become gives p the content of q, and the fields that describe it; its other fields it keeps, but not the stray lines
// of a header that was read.
func (p *Part) become(q *Part) {
	p.header.fields = slices.DeleteFunc(slices.Clone(p.header.fields), func(f field) bool { return f.describes() || f.key == "" })
	for _, f := range q.header.fields {
		if f.describes() {
			p.header.fields = append(p.header.fields, f)
		}
	}
	p.content, p.message, p.multi, p.children = q.content, q.message, q.multi, q.children
	p.preamble, p.epilogue, p.named, p.placed = q.preamble, q.epilogue, q.named, q.placed
	p.origin, p.replaced, p.enclosed = nil, false, true
	p.boundary.Store(q.boundary.Load())
	for _, child := range p.children {
		child.lock = p.innerLock()
	}
}

// describes tells the fields that are about the content.
func (f *field) describes() bool { return strings.HasPrefix(f.key, "content-") }

// fragile tells whether gateways may alter the octets as they stand: blanks at the end of a line get lost, and "From "
// at the beginning of one gets a ">".
func fragile(b []byte) bool { // RFC 3156 §3
	for _, pattern := range []string{" \r\n", "\t\r\n", "\nFrom "} {
		if bytes.Contains(b, []byte(pattern)) {
			return true
		}
	}
	return bytes.HasPrefix(b, []byte("From ")) || bytes.HasSuffix(b, []byte(" ")) || bytes.HasSuffix(b, []byte("\t"))
}
