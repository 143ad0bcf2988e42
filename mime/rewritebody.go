package mime

import (
	"bytes"
	"strings"
)

// sealed writes a part that must not change by one octet. Only line breaks become CRLF on the wire, which is the form
// that signatures are made of.
func (w *writer) sealed(p *Part) error { // RFC 1847 §2.1
	b := p.origin.entity
	if w.stored {
		w.body(b, false)
		w.octets8 = w.octets8 || has8Bit(b)
		return nil
	}
	b = canonical(b)
	t := scan(b)
	what := ""
	switch {
	case t.eightBit && !w.eightBit:
		what = "the part has 8-bit text, for which the server lacks 8BITMIME, and it may not be encoded anew: " + p.Locked()
	case !t.lines():
		what = "the part has lines of more than 998 octets, or NULs, and it may not be encoded anew: " + p.Locked()
	case w.clashesRaw(b):
		what = "the part holds the boundary of a multipart around it"
	}
	if what != "" {
		return &Error{Field: p.describe(), What: what}
	}
	w.octets8 = w.octets8 || t.eightBit
	w.body(b, !t.dotLine)
	return nil
}

// clashesRaw tells whether a line of b would be taken for a delimiter of a multipart around it. Of the multiparts that
// were read, none has such a line.
func (w *writer) clashesRaw(b []byte) bool {
	for _, boundary := range w.boundaries {
		delimiter := []byte("--" + boundary)
		if bytes.HasPrefix(b, delimiter) || bytes.Contains(b, append([]byte("\n"), delimiter...)) {
			return true
		}
	}
	return false
}

// readBody writes the encoded octets of a leaf as they were read.
func (w *writer) readBody(p *Part) error {
	b := p.origin.body
	if !w.stored {
		b = canonical(b)
	}
	t := scan(b)
	w.octets8 = w.octets8 || t.eightBit
	w.body(b, !t.dotLine)
	return nil
}

// readMultipart writes the parts between their delimiters; new ones get a delimiter like the others.
func (w *writer) readMultipart(p *Part) error {
	o := p.origin
	w.around8(o.opening, func() { w.text("--" + o.boundary + "\r\n") })
	for i, child := range p.children {
		switch {
		case i == 0:
		case child.origin != nil && child.origin.parent == o && child.origin.before != nil:
			w.glue(child.origin.before)
		default:
			w.text("\r\n--" + o.boundary + "\r\n")
		}
		if err := w.child(child); err != nil {
			return err
		}
	}
	changed := len(p.children) == 0 || p.children[len(p.children)-1].origin == nil || p.children[len(p.children)-1].origin.parent != o
	switch {
	case len(o.closing) > 0:
		w.around8(o.closing, func() { w.text("\r\n--" + o.boundary + "--\r\n") })
	case changed || !w.stored:
		w.text("\r\n--" + o.boundary + "--\r\n")
	}
	return nil
}

// child writes a part in a multipart that was read.
func (w *writer) child(p *Part) error {
	if !w.stored || p.origin != nil {
		return w.part(p)
	}
	return w.converted(func(sub *writer) error { return sub.part(p) })
}

// around8 writes a delimiter with the text around it, which nobody needs and is left out when it cannot travel.
func (w *writer) around8(b []byte, plain func()) {
	if t := scan(canonical(b)); !w.stored && (!t.lines() || t.eightBit && !w.eightBit) {
		plain()
		return
	}
	w.glue(b)
}

// glue writes a delimiter as it was read.
func (w *writer) glue(b []byte) {
	if !w.stored {
		b = canonical(b)
	}
	w.octets8 = w.octets8 || has8Bit(b)
	w.body(b, !scan(b).dotLine)
}

// readNested writes a message within a message. One that came encoded goes out encoded, the old octets if it is still
// the same; on the wire too, since readers understand it though it breaks the rules.
func (w *writer) readNested(p *Part) error {
	if p.origin.packed == nil {
		w.body(p.message.leadFor(w.stored), false)
		w.endsLine = true
		return w.message(p.message)
	}
	b, err := p.message.octets()
	if err != nil {
		return err
	}
	if bytes.Equal(b, p.origin.packed) {
		return w.readBody(p)
	}
	return w.converted(func(sub *writer) error {
		if p.origin.coding == codingQP {
			sub.body(appendQP(nil, b, false), true)
		} else {
			sub.body(appendBase64(nil, b), true)
		}
		return nil
	})
}

// leadFor is what stands before the header; it never travels.
func (m *Message) leadFor(stored bool) []byte {
	if m.origin == nil || !stored {
		return nil
	}
	return m.origin.lead
}

// converted writes what a writer for the wire makes, with the line breaks in use.
func (w *writer) converted(write func(sub *writer) error) error {
	if w.eol == "" {
		return write(w)
	}
	sub := &writer{dotSafe: true, boundaries: w.boundaries, endsLine: true}
	if err := write(sub); err != nil {
		return err
	}
	sub.flush()
	var b bytes.Buffer
	if _, err := (&encodedMessage{segments: sub.segments}).WriteTo(&b); err != nil {
		return err
	}
	w.octets8 = w.octets8 || sub.octets8
	w.body([]byte(strings.ReplaceAll(b.String(), "\r\n", w.eol)), false)
	return nil
}
