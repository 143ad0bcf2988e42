package mime

import (
	"bytes"
	"slices"
	"strings"
)

// mergeLimit is the size up to which octets are copied into the frame instead of being a segment of their own.
const mergeLimit = 2048

// Encode settles Date, Message-ID, boundaries and transfer encodings and gives the message for the wire. eightBit
// allows 8-bit text, utf8 a header in UTF-8. A second call gives the same octets.
func (m *Message) Encode(eightBit, utf8 bool) (Encoded, error) {
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

func (w *writer) encoding(e encoding) {
	if e != encAuto {
		w.lit("Content-Transfer-Encoding: ")
		w.lit(e.String())
		w.lit("\r\n")
	}
}

// composite is the label of a part with parts inside: 8bit when one of them is, otherwise none.
func (w *writer) composite(p *Part) encoding { // RFC 2045 §6.4
	if w.eightBit && w.anyEightBit(p) || w.international(p) {
		return enc8Bit
	}
	return encAuto
}

func (w *writer) anyEightBit(p *Part) bool {
	switch {
	case p.message != nil:
		return w.anyEightBit(p.message.Part)
	case p.multi:
		return slices.ContainsFunc(p.children, w.anyEightBit)
	default:
		return w.choose(p) == enc8Bit
	}
}

func (w *writer) choose(p *Part) encoding {
	if p.origin != nil && !p.replaced {
		return p.origin.weight()
	}
	if family(p.MediaType()) == familyMessage {
		if p.content.traits.sevenBit() {
			return enc7Bit
		}
		return enc8Bit
	}
	e := p.content.choose(p.wanted(), w.eightBit, w.clashes(p.content))
	if e == enc7Bit && w.enclosed && fragile(p.content.data) {
		return encQP
	}
	if p.wanted() == encAuto {
		e = w.guard(p.content, e)
	}
	if e == encQP && w.clashesBroken(p.content) {
		return encBase64
	}
	return e
}

// clashesBroken tells whether a line of the content could be taken for a delimiter when it is broken softly before it.
// A boundary with "=", as the random ones have, never shows in quoted-printable.
func (w *writer) clashesBroken(c *content) bool { // RFC 2046 §5.1.1
	return slices.ContainsFunc(w.boundaries, func(boundary string) bool {
		return !strings.Contains(boundary, "=") && bytes.Contains(c.data, []byte("--"+boundary))
	})
}

// clashes tells whether a line of the content would be taken for a delimiter of a multipart around it.
func (w *writer) clashes(c *content) bool { // RFC 2046 §5.1.1
	if !c.traits.dashLine {
		return false
	}
	return slices.ContainsFunc(w.boundaries, func(boundary string) bool {
		delimiter := []byte("--" + boundary)
		return bytes.HasPrefix(c.data, delimiter) || bytes.Contains(c.data, append([]byte("\n"), delimiter...))
	})
}

func (w *writer) multipart(p *Part) error {
	boundary := *p.boundary.Load()
	if len(p.children) == 0 { // RFC 2046 §5.1
		return &Error{Field: p.MediaType(), What: "the multipart has no parts"}
	}
	for _, outer := range w.boundaries {
		if strings.HasPrefix(boundary, outer) || strings.HasPrefix(outer, boundary) {
			return fault("boundary", "one boundary begins with that of a multipart around it", boundary)
		}
	}
	w.boundaries = append(w.boundaries, boundary)
	w.encoding(w.composite(p))
	w.lit("\r\n")
	if err := w.around(p.preamble, boundary, "preamble"); err != nil {
		return err
	}
	for i, child := range p.children {
		if i > 0 || p.preamble != "" {
			w.lit("\r\n")
		}
		w.lit("--" + boundary + "\r\n")
		if err := w.part(child); err != nil {
			return err
		}
	}
	w.lit("\r\n--" + boundary + "--")
	w.boundaries = w.boundaries[:len(w.boundaries)-1]
	if p.epilogue != "" {
		w.lit("\r\n")
	}
	return w.around(p.epilogue, boundary, "epilogue")
}

// around writes the text before or after the parts.
func (w *writer) around(text, boundary, field string) error {
	if text == "" {
		return nil
	}
	c := lineContent(canonical([]byte(text)))
	if w.clashes(c) || strings.Contains(text, "--"+boundary) {
		return fault(field, "the text holds the boundary", text)
	}
	w.octets8 = w.octets8 || !c.traits.sevenBit()
	w.body(c.data, !c.traits.dotLine)
	return nil
}

func (w *writer) leaf(p *Part) error {
	e := w.choose(p)
	if family(p.MediaType()) == familyMessage {
		if e == enc8Bit && !w.eightBit {
			what := "the attached message has 8-bit text, for which the server lacks 8BITMIME"
			if w.enclosed {
				what = "the attached message has 8-bit text, and what is signed or encrypted must be 7-bit"
			}
			return &Error{Field: p.describe(), What: what}
		}
		if w.clashes(p.content) {
			return &Error{Field: p.describe(), What: "the attached message holds the boundary of a multipart around it"}
		}
	}
	w.octets8 = w.octets8 || e == enc8Bit
	w.encoding(e)
	w.lit("\r\n")
	return w.leafBody(p, e)
}

// leafBody writes the content in its encoding, or notes where it is to be streamed.
func (w *writer) leafBody(p *Part, e encoding) error {
	b, err := p.content.ready(e)
	if err != nil {
		return p.sourceError(err)
	}
	if b != nil {
		w.body(b, e == encQP || e == encBase64 || !p.content.traits.dotLine)
		w.softEnd = e == encQP && !p.content.lines && !w.endsLine
		return nil
	}
	n, err := measure(p.content.source)
	if err != nil {
		return p.sourceError(err)
	}
	if _, inMemory := p.content.source.(bytesSource); n > 0 || !inMemory { // an empty file may have grown when it is read
		w.flush()
		w.segments = append(w.segments, segment{part: p, octets: n, dotSafe: true})
		w.size += base64Size(n)
		w.endsLine = n == 0
	}
	return nil
}
