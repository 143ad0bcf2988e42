package mime

import (
	"bytes"
	"slices"
	"strings"
)

// Stored gives the message as it is kept in a file. A message that was read comes as it was, octet by octet, with its
// own line breaks, its Bcc and the line of an mbox before it; only what was changed is encoded anew, in 7-bit form.
// Any other message, and one that was given a signer, is what Encode gives for the plainest server.
func (m *Message) Stored() (Encoded, error) {
	if m.origin == nil || len(m.signers) > 0 {
		return m.Encode(false, false)
	}
	if err := m.fix(); err != nil {
		return nil, err
	}
	w := &writer{stored: true, dotSafe: true}
	if !m.fresh { // a clone never lay in a mailbox
		w.body(m.origin.lead, false)
	}
	w.endsLine = true
	if err := w.message(m); err != nil {
		return nil, err
	}
	w.flush()
	return &encodedMessage{segments: w.segments, size: w.size, eightBit: w.octets8}, nil
}

// octets gives the stored form in one piece.
func (m *Message) octets() ([]byte, error) {
	e, err := m.Stored()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(e.Size()))
	_, err = e.WriteTo(&b)
	return b.Bytes(), err
}

// fixRead settles what a read message lacks for the wire. It is not made part of the header, which stays as it was.
func (m *Message) fixRead() error {
	if m.Locked() != "" || m.env == nil {
		return nil
	}
	h := &Header{fields: m.late}
	for _, x := range []struct {
		key string
		set func() error
	}{
		{"date", func() error { return h.SetDate("Date", m.env.Now()) }},
		{"message-id", func() error { return h.setMessageID(m.env, m.senderDomain()) }},
	} {
		if m.header.index(x.key) >= 0 || h.index(x.key) >= 0 {
			continue
		}
		if err := x.set(); err != nil {
			return err
		}
	}
	m.late = h.fields
	return nil
}

func (h *Header) setMessageID(env *Env, domain string) error {
	id, err := newMessageID(env, domain)
	if err != nil {
		return err
	}
	return h.Set("Message-ID", id)
}

// read writes a part that was read; m is its message when it is the root of one.
func (w *writer) read(p *Part, m *Message) error {
	if p.Locked() != "" {
		return w.sealed(p)
	}
	if w.stored && p.origin.eol != "\r\n" && w.eol == "" {
		w.eol = p.origin.eol
		defer func() { w.eol = "" }()
	}
	if p.message != nil && p.origin.packed != nil {
		return w.readPacked(p, m)
	}
	e, err := w.readCoding(p)
	if err != nil {
		return err
	}
	if err := w.readHeader(p, m, e); err != nil {
		return err
	}
	switch {
	case p.multi:
		return w.readMultipart(p)
	case p.message != nil:
		return w.readNested(p)
	case e == encAuto:
		return w.readBody(p)
	default:
		return w.converted(func(sub *writer) error { return sub.leafBody(p.leafForWire(), e) })
	}
}

// readCoding decides how a leaf goes out: encAuto as it was read, another encoding when it was changed or may not go
// out as it is.
func (w *writer) readCoding(p *Part) (encoding, error) {
	if p.multi || p.message != nil {
		return encAuto, nil
	}
	if !p.replaced && (w.stored && !(w.moved && w.clashesRaw(p.origin.body)) || w.fits(p)) {
		return encAuto, nil
	}
	q := p.leafForWire()
	if family(p.MediaType()) == familyMultipart || family(p.MediaType()) == familyMessage && !q.content.traits.lines() {
		return encAuto, &Error{Field: p.describe(), What: "the part cannot be encoded for this server, and does not fit as it is"}
	}
	e := w.choose(q)
	if e == enc8Bit && !w.eightBit && !w.stored {
		return encAuto, &Error{Field: p.describe(), What: "the part has 8-bit text, for which the server lacks 8BITMIME, and parts of its type may not be encoded"}
	}
	w.octets8 = w.octets8 || e == enc8Bit
	return e, nil
}

// packedCoding is readCoding for a message that came encoded and is b now. So it also goes out: readers understand it
// though it breaks the rules. The old octets do as long as it is still the same.
func (w *writer) packedCoding(p *Part, b []byte) encoding {
	switch {
	case bytes.Equal(b, p.origin.packed) && (w.stored || w.fits(p)):
		return encAuto
	case p.origin.coding == codingQP:
		return encQP
	default:
		return encBase64
	}
}

// fits tells whether the encoded octets may travel as they were read, but for line breaks.
func (w *writer) fits(p *Part) bool {
	o := p.origin
	if o.coding == codingBinary && bareBreaks(o.body) > 0 || w.enclosed && fragile(canonical(o.body)) {
		return false
	}
	b := canonical(o.body)
	t := scan(b)
	if o.coding == codingQP && len(b)-bytes.LastIndexByte(b, '\n') > lineHard { // a soft line break may have to follow
		return false
	}
	return t.lines() && (w.eightBit || !t.eightBit) && !w.clashesRaw(o.body)
}

// leafForWire is the part with content that can be encoded; for text that is its lines.
func (p *Part) leafForWire() *Part {
	if p.replaced {
		return p
	}
	q := &Part{header: p.header, origin: p.origin, replaced: true}
	b, err := p.content.read()
	if err != nil {
		b = p.origin.body // what is in memory can always be read
	}
	if f := family(p.MediaType()); f == familyText && !wideCharset(charsetName(p.charset())) || f == familyMessage {
		q.content = lineContent(canonical(b))
	} else {
		q.content = octetContent(b)
	}
	return q
}

func (p *Part) charset() string { return charsetOf(p.header.params("content-type")) }

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
