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
		w.asRead(b)
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
	w.asRead(b)
	w.softEnd = !w.stored && p.origin.coding == codingQP && len(b) > 0 && !w.endsLine
	return nil
}

// readMultipart writes the parts between their delimiters; new ones get a delimiter like the others.
func (w *writer) readMultipart(p *Part) error {
	o := p.origin
	boundary := *p.boundary.Load()
	if !w.stored && !p.rebound() {
		boundary = o.wireBoundary()
	}
	asRead := boundary == o.boundary
	w.boundaries = append(w.boundaries, boundary)
	w.around8(o.opening, asRead, "--"+boundary+"\r\n")
	for i, child := range p.children {
		if i > 0 {
			between := []byte(nil)
			if child.origin != nil && child.origin.parent == o {
				between = child.origin.before
			}
			w.around8(between, asRead && between != nil, "\r\n--"+boundary+"\r\n")
		}
		if err := w.child(child, o); err != nil {
			return err
		}
	}
	w.boundaries = w.boundaries[:len(w.boundaries)-1]
	if len(o.closing) > 0 || !w.stored || p.grown() {
		w.around8(o.closing, asRead && len(o.closing) > 0, "\r\n--"+boundary+"--\r\n")
	}
	return nil
}

// grown tells that the last part is not one that was read there.
func (p *Part) grown() bool {
	if len(p.children) == 0 {
		return true
	}
	last := p.children[len(p.children)-1]
	return last.origin == nil || last.origin.parent != p.origin
}

// child writes a part in a multipart that was read.
func (w *writer) child(p *Part, parent *origin) error {
	if p.origin != nil && p.origin.parent != parent {
		defer func(before bool) { w.moved = before }(w.moved)
		w.moved = true
	}
	if !w.stored || p.origin != nil {
		return w.part(p)
	}
	return w.converted(func(sub *writer) error { return sub.part(p) })
}

// around8 writes a delimiter as it was read, with the text around it, which nobody needs: when that cannot travel, the
// plain delimiter has to do.
func (w *writer) around8(b []byte, asRead bool, plain string) {
	t := scan(canonical(b))
	if !asRead || !w.stored && (!t.lines() || t.eightBit && !w.eightBit) {
		w.text(plain)
		return
	}
	w.glue(b)
}

// glue writes a delimiter as it was read.
func (w *writer) glue(b []byte) {
	if !w.stored {
		b = canonical(b)
	}
	w.asRead(b)
}

// readNested writes a message within a message.
func (w *writer) readNested(p *Part) error {
	w.body(p.message.leadFor(w.stored), false)
	w.endsLine = true
	return w.message(p.message)
}

// readPacked writes a part with a message that came encoded. The message is made only once, for within it may be more
// of its kind.
func (w *writer) readPacked(p *Part, m *Message) error {
	b, err := p.message.octets()
	if err != nil {
		return err
	}
	e := w.packedCoding(p, b)
	if err := w.readHeader(p, m, e); err != nil {
		return err
	}
	if e == encAuto {
		return w.readBody(p)
	}
	return w.converted(func(sub *writer) error {
		sub.body(octetContent(b).bytes(e), true)
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
