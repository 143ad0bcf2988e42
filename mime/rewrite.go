package mime

import (
	"bytes"
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
