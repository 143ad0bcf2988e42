package mime

import (
	"bytes"
	"slices"
	"strings"
)

// mergeLimit is the size up to which octets are copied into the frame instead of being a segment of their own.
const mergeLimit = 2048

// Encode settles Date, Message-ID, boundaries and transfer encodings and gives the message for the wire. eightBit
// allows 8-bit text, utf8 a header in UTF-8. A second call gives the same octets. A message that is signed as it goes
// out stays 7-bit where it can: a later server may lack 8BITMIME, and its conversion would break the signature.
func (m *Message) Encode(eightBit, utf8 bool) (Encoded, error) {
	if eightBit && len(m.signers) > 0 && m.origin == nil { // RFC 6376 §5.3
		if e, err := m.encode(false, utf8); err == nil {
			return e, nil
		}
	}
	return m.encode(eightBit, utf8)
}

func (m *Message) encode(eightBit, utf8 bool) (Encoded, error) {
	if err := m.fix(); err != nil {
		return nil, err
	}
	w := &writer{eightBit: eightBit, utf8: utf8, exact: exact(m.signers), dotSafe: true, frame: make([]byte, 0, 1024), root: m}
	if err := w.message(m); err != nil {
		return nil, err
	}
	switch {
	case w.softEnd:
		w.lit("=\r\n") // RFC 2045 §6.7
	case !w.endsLine:
		w.lit("\r\n")
	}
	w.flush()
	e := &encodedMessage{segments: w.segments, size: w.size, eightBit: w.octets8}
	if err := e.sign(m.signers, m.signedAt); err != nil {
		return nil, err
	}
	return e, nil
}

// writer lays a message out as segments: a frame of headers and delimiters, and the bodies between.
type writer struct {
	eightBit bool
	utf8     bool
	enclosed bool     // the octets are signed, so nothing may invite a gateway to alter them
	exact    bool     // a signature needs the blanks at the ends of lines
	stored   bool     // as kept in a file: what was read stays as it was
	moved    bool     // what is written was read elsewhere
	eol      string   // line break in use, when it is not CRLF
	root     *Message // the outermost

	segments []segment
	size     int64
	frame    []byte // octets not yet in a segment begin at start
	start    int
	dotSafe  bool // of the frame since start
	endsLine bool // the last octets written are a line break
	softEnd  bool // they are quoted-printable, to which a line break would add one
	octets8  bool // something beyond ASCII was written

	within     int      // messages around
	boundaries []string // of the multiparts around
	cids       []string // seen so far in this message
}

func (w *writer) lit(s string) {
	w.frame = append(w.frame, s...)
	w.endsLine, w.softEnd = strings.HasSuffix(s, "\n"), false
}

// flush makes a segment of the frame.
func (w *writer) flush() {
	if w.start == len(w.frame) {
		return
	}
	data := w.frame[w.start:len(w.frame):len(w.frame)]
	w.segments = append(w.segments, segment{data: data, dotSafe: w.dotSafe})
	w.size += int64(len(data))
	w.start, w.dotSafe = len(w.frame), true
}

// body adds octets that nobody will change.
func (w *writer) body(b []byte, dotSafe bool) {
	if len(b) == 0 {
		return
	}
	if len(b) <= mergeLimit {
		w.frame = append(w.frame, b...)
		w.dotSafe = w.dotSafe && dotSafe
	} else {
		w.flush()
		w.segments = append(w.segments, segment{data: b, dotSafe: dotSafe})
		w.size += int64(len(b))
	}
	w.endsLine = b[len(b)-1] == '\n'
}

// message writes a header with MIME-Version and what follows it.
func (w *writer) message(m *Message) error {
	outer := w.cids
	w.cids = nil
	defer func() { w.cids = outer }()
	if m.origin != nil {
		return w.read(m.Part, m)
	}
	if err := w.headerFields(m.Part, false); err != nil {
		return err
	}
	if m.undisclosed() {
		w.lit("To: undisclosed-recipients:;\r\n")
	}
	if m.header.index("mime-version") < 0 {
		w.lit("MIME-Version: 1.0\r\n")
	}
	return w.part(m.Part)
}

// undisclosed tells that the recipients are hidden on purpose; receivers distrust mail that is to nobody.
func (m *Message) undisclosed() bool {
	has := func(key string) bool { return m.header.index(key) >= 0 }
	return (has("bcc") || len(m.to) > 0) && !has("to") && !has("cc") && !has("resent-to") && !has("resent-cc")
}

// headerFields writes the fields that describe the content, or all the others.
func (w *writer) headerFields(p *Part, describing bool) error {
	for i := range p.header.fields {
		f := &p.header.fields[i]
		if strings.HasPrefix(f.key, "content-") != describing || hidden(f.key) {
			continue
		}
		switch f.key {
		case "content-type":
			w.contentType(p, f)
		case "content-transfer-encoding":
		default:
			if err := w.field(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) field(f *field) error {
	w.endsLine = true
	w.dotSafe = w.dotSafe && f.name[0] != '.'
	// Below the header of the message, what can travel as ASCII does: what is around would have to be labelled 8bit.
	top := w.within == 0 && len(w.boundaries) == 0
	if w.utf8 && f.kind != kindRaw && (f.wire == nil || top && !isASCII(f.text)) {
		before := len(w.frame)
		w.frame = f.append(w.frame, true)
		w.octets8 = w.octets8 || has8Bit(w.frame[before:])
		return nil
	}
	if f.wire == nil {
		return &Error{
			Field: f.name, What: "an address needs a server with SMTPUTF8", Value: f.text,
			Advice: "use an address whose part before the @ is ASCII",
		}
	}
	w.frame = append(w.frame, f.wire...)
	return nil
}

// contentType adds the boundary of a multipart, and the type of the root that readers of a related one look for.
func (w *writer) contentType(p *Part, f *field) {
	w.frame = append(w.frame, bytes.TrimSuffix(w.globalType(p, f), []byte("\r\n"))...)
	if p.multi {
		if _, given := f.params.get("type"); f.params.value == "multipart/related" && !given && len(p.children) > 0 {
			w.frame = appendParam(w.frame, param{"type", p.children[0].MediaType()}) // RFC 2387 §3.1
		}
		w.frame = appendParam(w.frame, param{"boundary", *p.boundary.Load()})
	}
	w.lit("\r\n")
}

// part writes the describing fields of a part and its content.
func (w *writer) part(p *Part) error {
	if p.origin != nil {
		return w.read(p, nil)
	}
	if id := p.CID(); id != "" {
		if slices.Contains(w.cids, id) { // RFC 2045 §7
			return fault("Content-ID", "two parts of the message have the same identifier", id)
		}
		w.cids = append(w.cids, id)
	}
	if err := w.headerFields(p, true); err != nil {
		return err
	}
	switch {
	case p.multi:
		return w.multipart(p)
	case p.message != nil:
		w.encoding(w.composite(p))
		w.lit("\r\n")
		w.within++
		defer func() { w.within-- }()
		return w.nested(p.message)
	default:
		return w.leaf(p)
	}
}
