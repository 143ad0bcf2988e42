package mime

import "bytes"

// ParseOptions bound what Parse takes apart. Zero fields stand for the defaults. What lies beyond a bound is kept as
// octets and told as a defect.
type ParseOptions struct {
	MaxDepth  int // of parts within parts; 100
	MaxParts  int // of the message; 10,000
	MaxHeader int // octets of a header; 1 MiB
	MaxFields int // of all headers together; 100,000
}

func (o ParseOptions) withDefaults() ParseOptions {
	for _, x := range []struct {
		value *int
		usual int
	}{{&o.MaxDepth, 100}, {&o.MaxParts, 10_000}, {&o.MaxHeader, 1 << 20}, {&o.MaxFields, 100_000}} {
		if *x.value <= 0 {
			*x.value = x.usual
		}
	}
	return o
}

// Parse reads a message, however broken: what is wrong with it is told by Defects. The octets, which must not be
// changed afterwards, stay the message's own: as long as nothing is changed, Stored gives them back one by one, and a
// change of a field or of a leaf changes nothing else. Leaves are decoded when they are asked for.
func Parse(b []byte, o ParseOptions, env *Env) *Message {
	r := newReader(b, o, env)
	start := leadLength(b)
	p := r.entity(newBuffer(b), start, len(b), place{})
	p.origin.lead = b[:start]
	if start > 0 {
		r.noteLead(p.origin, b[:start])
	}
	return &Message{Part: p, env: env}
}

// ParseSource is Parse for a source, which is read whole. The error tells only that it could not be read.
func ParseSource(s Source, o ParseOptions, env *Env) (*Message, error) {
	b, err := readSource(s)
	if err != nil {
		return nil, &Error{Field: "message", What: "the source cannot be read", Err: err}
	}
	return Parse(b, o, env), nil
}

// reader takes a message apart; its counters hold what the bounds leave.
type reader struct {
	options ParseOptions
	env     *Env
	parts   int
	fields  int
	unpack  int // octets of encoded messages that may still be decoded
}

func newReader(b []byte, o ParseOptions, env *Env) *reader {
	o = o.withDefaults()
	return &reader{options: o, env: env, parts: o.MaxParts, fields: o.MaxFields, unpack: 2 * len(b)}
}

// place is where an entity stands in the tree.
type place struct {
	depth int
	usual string // media type of a part that tells none
	lock  string
	eol   string
	leaf  bool // is not to be taken apart
}

// leadLength is the length of what may stand before a header: a byte order mark, the line of an mbox.
func leadLength(b []byte) int {
	n := 0
	if bytes.HasPrefix(b, []byte(bom)) {
		n = len(bom)
	}
	if rest := b[n:]; bytes.HasPrefix(rest, []byte("From ")) && !bytes.HasPrefix(bytes.TrimLeft(rest[5:], " \t"), []byte(":")) {
		l := lineCutter{b: rest}
		line, eol := l.next()
		n += len(line) + len(eol)
	}
	return n
}

func (r *reader) noteLead(o *origin, lead []byte) {
	if bytes.HasPrefix(lead, []byte(bom)) {
		o.note("byte-order-mark", "", "a byte order mark stands before the header")
	}
	if bytes.Contains(lead, []byte("From ")) {
		o.note("mbox-line", "", "the line of an mbox stands before the header")
	}
}

// entity reads header and body between two places of the buffer.
func (r *reader) entity(buf *buffer, from, to int, at place) *Part {
	o := &origin{entity: buf.octets[from:to:to], usual: at.usual, lock: at.lock, eol: at.eol}
	if o.usual == "" {
		o.usual = "text/plain" // RFC 2045 §5.2
	}
	p := &Part{header: &Header{}, origin: o}
	p.header.part = p
	r.parts--
	head, gap := r.head(p, o.entity)
	o.gap = o.entity[head : head+gap]
	r.body(p, buf, from+head+gap, to, at)
	return p
}

// lineCutter cuts octets at line breaks of every kind.
type lineCutter struct {
	b   []byte
	pos int
	lf  int // the next LF, when it is not before pos
}

// next gives a line and its break, which is empty at the end.
func (l *lineCutter) next() (line, eol []byte) {
	if l.lf <= l.pos {
		if l.lf = bytes.IndexByte(l.b[l.pos:], '\n') + l.pos; l.lf < l.pos {
			l.lf = len(l.b)
		}
	}
	start, end := l.pos, l.lf
	if i := bytes.IndexByte(l.b[start:end], '\r'); i >= 0 {
		end = start + i
	}
	l.pos = end
	if l.pos < len(l.b) && l.b[l.pos] == '\r' {
		l.pos++
	}
	if l.pos < len(l.b) && l.b[l.pos] == '\n' {
		l.pos++
	}
	return l.b[start:end], l.b[end:l.pos]
}

func (l *lineCutter) more() bool { return l.pos < len(l.b) }
