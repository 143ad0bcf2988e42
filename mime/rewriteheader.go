package mime

import (
	"bytes"
	"slices"
	"strings"
)

// readHeader writes the fields in their order, and the blank line.
func (w *writer) readHeader(p *Part, m *Message, e encoding) error {
	label := e != encAuto                      // still to be written
	bare := m == nil && p.origin.parent == nil // the root of a message that became a part of another
	for i := range p.header.fields {
		f := &p.header.fields[i]
		switch {
		case bare && !f.describes(): // RFC 2046 §5.1
		case hidden(f.key) && !w.stored:
		case f.key == "content-transfer-encoding" && (e != encAuto || w.tooBroad(p, f)):
			if label {
				w.encodingLine(e)
			}
			label = false
		case f.key == "content-type" && (f.raw == nil || p.rebound()):
			w.startLine()
			w.contentTypeLine(p, f)
		default:
			if err := w.readField(f); err != nil {
				return err
			}
		}
	}
	if label {
		w.encodingLine(e)
	}
	if err := w.lateFields(p, m); err != nil {
		return err
	}
	w.blankLine(p, bare)
	return nil
}

// tooBroad tells that a part with parts within claims 8-bit octets which none of them has any more.
func (w *writer) tooBroad(p *Part, f *field) bool {
	return !w.stored && !w.eightBit && (p.multi || p.message != nil) && codingLabel8(f.text)
}

func codingLabel8(name string) bool {
	return strings.EqualFold(name, "8bit") || strings.EqualFold(name, "binary")
}

// lateFields adds what a message lacks on the wire, and what a changed leaf needs to be understood.
func (w *writer) lateFields(p *Part, m *Message) error {
	if m == nil {
		return nil
	}
	mimeless := m.header.index("mime-version") < 0
	wasPart := p.origin.parent != nil
	if mimeless && slices.ContainsFunc(p.header.fields, func(f field) bool { return (f.raw == nil || wasPart) && f.describes() }) {
		w.startLine()
		w.text("MIME-Version: 1.0\r\n")
	}
	if w.root != m {
		return nil
	}
	for i := range m.late {
		if m.header.index(m.late[i].key) < 0 {
			if err := w.readField(&m.late[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// readField writes a field: the octets it was read from, or what it was set to.
func (w *writer) readField(f *field) error {
	switch {
	case f.raw != nil && w.stored:
		w.startLine()
		w.asRead(f.raw)
		return nil
	case f.raw != nil && w.utf8 && f.key != "content-type" && f.travelsRaw():
		w.body(canonical(f.raw), f.name[0] != '.')
		w.octets8 = w.octets8 || has8Bit(f.raw)
		return nil
	case f.raw != nil && f.wire != nil && len(f.wire) == 0: // what no line can hold, and stray lines, which say nothing to anybody
		return nil
	}
	w.startLine()
	if w.eol != "" || w.stored && f.wire == nil {
		b := f.wire
		if b == nil {
			b = f.append(nil, true)
		}
		w.text(string(b))
		return nil
	}
	if f.raw != nil && f.wire != nil { // not encoded for UTF-8 as a built one is: only of this form it is known that it fits
		w.body(f.wire, f.name[0] != '.')
		return nil
	}
	return w.field(f)
}

// travelsRaw tells whether the field may stand as it is in a header in UTF-8.
func (f *field) travelsRaw() bool { // RFC 6532 §3.2
	if len(f.raw) == 0 || f.name == "" || isASCII(string(f.raw)) || invalidUTF8(string(f.raw)) >= 0 {
		return false
	}
	t := scan(canonical(f.raw))
	return t.lines() && bytes.HasSuffix(f.raw, []byte("\n"))
}

// startLine ends a line that lacks its break.
func (w *writer) startLine() {
	if !w.endsLine && (w.size > 0 || len(w.frame) > 0) {
		w.text("\r\n")
	}
}

// asRead writes octets as they are. A lone CR may have been their line break.
func (w *writer) asRead(b []byte) {
	w.octets8 = w.octets8 || has8Bit(b)
	w.body(b, !scan(b).dotLine)
	w.softEnd = false
	w.endsLine = w.endsLine || bytes.HasSuffix(b, []byte{'\r'})
}

// text writes lines with the line breaks in use.
func (w *writer) text(s string) {
	if w.eol != "" {
		s = strings.ReplaceAll(s, "\r\n", w.eol)
	}
	w.lit(s)
	w.endsLine = true
}

func (w *writer) encodingLine(e encoding) {
	if e != encAuto {
		w.startLine()
		w.text("Content-Transfer-Encoding: " + e.String() + "\r\n")
	}
}

// contentTypeLine writes a Content-Type that was set.
func (w *writer) contentTypeLine(p *Part, f *field) {
	sub := &writer{}
	if f.raw != nil { // it names the old boundary
		f = &field{name: f.name, key: f.key, kind: f.kind, params: f.params}
		f.wire = f.append(nil, false)
	}
	sub.contentType(p, f)
	w.text(string(sub.frame))
}

// blankLine ends the header. A stored message keeps its own, or its lack of one; cut tells that its fields may be gone.
func (w *writer) blankLine(p *Part, cut bool) {
	switch {
	case !w.stored:
		w.lit("\r\n")
	case len(p.origin.gap) > 0:
		w.startLine()
		w.asRead(p.origin.gap)
	case p.replaced || cut:
		w.startLine()
		w.text("\r\n")
	}
}
