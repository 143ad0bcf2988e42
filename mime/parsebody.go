package mime

import (
	"bytes"
	"slices"
	"strings"
)

// buffer is octets with the places where two hyphens begin a line, which is where delimiters are looked for.
type buffer struct {
	octets []byte
	dashes []int
}

func newBuffer(b []byte) *buffer {
	buf := &buffer{octets: b}
	for i := 0; i < len(b); {
		n := bytes.Index(b[i:], []byte("--"))
		if n < 0 {
			break
		}
		if i += n; i == 0 || b[i-1] == '\n' || b[i-1] == '\r' {
			buf.dashes = append(buf.dashes, i)
		}
		for i++; i < len(b) && b[i] == '-'; {
			i++
		}
	}
	return buf
}

// within gives the places between two others.
func (buf *buffer) within(from, to int) []int {
	i, _ := slices.BinarySearch(buf.dashes, from)
	j, _ := slices.BinarySearch(buf.dashes, to)
	return buf.dashes[i:j]
}

// body takes apart what follows the header.
func (r *reader) body(p *Part, buf *buffer, from, to int, at place) {
	o := p.origin
	o.body = buf.octets[from:to:to]
	label, _ := p.header.Get("Content-Transfer-Encoding")
	var odd bool
	if o.coding, odd = codingOf(label); odd {
		o.note("odd-transfer-encoding", "Content-Transfer-Encoding", "this is not the name of an encoding: "+shorten(label, 40))
	}
	mediaType := p.MediaType()
	if f := family(mediaType); (f == familyMultipart || holdsMessage(mediaType)) && (at.leaf || at.depth >= r.options.MaxDepth) {
		o.note("too-deep", "", "the part lies too deep, or too far behind, to be taken apart")
	} else if f == familyMultipart && r.multipart(p, buf, from, to, at) || f == familyMessage && r.nested(p, buf, from, to, at) {
		return
	}
	p.content = o.leafContent()
}

// leafContent is the content that the body stands for.
func (o *origin) leafContent() *content {
	switch o.coding {
	case codingNone, codingBinary, codingUnknown:
		return binaryContent(Bytes(o.body))
	default:
		return binaryContent(encodedSource{o.coding, o.body})
	}
}

// holdsMessage tells which parts hold a message.
func holdsMessage(mediaType string) bool { // RFC 2046 §5.2.1
	return mediaType == "message/rfc822" || mediaType == "message/global" || mediaType == "message/news"
}

// nested reads a message within a message. That it should not be encoded keeps nobody from encoding it.
func (r *reader) nested(p *Part, buf *buffer, from, to int, at place) bool {
	if !holdsMessage(p.MediaType()) {
		return false
	}
	o := p.origin
	if o.coding == codingBase64 || o.coding == codingQP || o.coding == codingUU { // RFC 2046 §5.2.1
		o.note("encoded-message", "Content-Transfer-Encoding", "a message within a message is encoded")
		if r.unpack -= len(o.body); r.unpack < 0 {
			o.note("too-deep", "", "messages are encoded within encoded messages too often")
			return false
		}
		o.packed, _ = o.coding.decode(o.body)
		buf, from, to = newBuffer(o.packed), 0, len(o.packed)
	}
	lead := leadLength(buf.octets[from:to])
	inner := r.entity(buf, from+lead, to, place{depth: at.depth + 1, lock: p.innerLock()})
	inner.origin.lead = buf.octets[from : from+lead]
	p.message = &Message{Part: inner, env: r.env}
	return true
}

// multipart divides the body at its delimiters; false when there are none.
func (r *reader) multipart(p *Part, buf *buffer, from, to int, at place) bool {
	o := p.origin
	if o.boundary == "" {
		o.note("no-boundary", "Content-Type", "the multipart tells no boundary")
		return false
	}
	cuts := delimiters(buf, from, to, o.boundary)
	if len(cuts) == 0 || cuts[0].last {
		o.note("no-first-delimiter", "", "no line begins the first part of the multipart")
		return false
	}
	if o.coding == codingBase64 || o.coding == codingQP || o.coding == codingUU { // RFC 2045 §6.4
		o.note("encoded-multipart", "Content-Transfer-Encoding", "a multipart cannot be encoded")
	}
	o.opening = buf.octets[from:cuts[0].end]
	inner := place{depth: at.depth + 1, lock: p.innerLock(), eol: o.eol}
	if p.MediaType() == "multipart/digest" {
		inner.usual = "message/rfc822" // RFC 2046 §5.1.5
	}
	p.multi = true
	p.boundary.Store(&o.boundary)
	r.children(p, buf, to, cuts, inner)
	return true
}

// children reads the part behind each delimiter.
func (r *reader) children(p *Part, buf *buffer, to int, cuts []cut, inner place) {
	o := p.origin
	for i, c := range cuts {
		if c.last {
			o.closing = buf.octets[c.start:to]
			return
		}
		start, end := c.end, to
		switch {
		case r.parts <= 1 && i+1 < len(cuts) && !cuts[i+1].last:
			o.note("too-many-parts", "", "the message has more parts than are read; the last one holds all the others")
			inner.leaf = true
		case i+1 < len(cuts):
			end = max(start, cuts[i+1].start)
		default:
			o.note("no-last-delimiter", "", "no line ends the last part of the multipart")
		}
		child := r.entity(buf, start, end, inner)
		child.origin.parent = o
		if i > 0 {
			child.origin.before = buf.octets[c.start:c.end]
		}
		p.children = append(p.children, child)
		if inner.leaf {
			return
		}
	}
}

// cut is a delimiter: it begins with the line break before it.
type cut struct {
	start, end int
	last       bool
}

// delimiters finds the delimiters of one multipart, up to the last.
func delimiters(buf *buffer, from, to int, boundary string) []cut { // RFC 2046 §5.1.1
	var list []cut
	floor := from // what is before belongs to another delimiter
	for _, at := range buf.within(from, to) {
		line := buf.octets[at+2 : to]
		if at < floor || len(line) < len(boundary) || string(line[:len(boundary)]) != boundary {
			continue
		}
		line = line[len(boundary):]
		rest, last := bytes.CutPrefix(line, []byte("--"))
		n, ok := blankLine(rest)
		if !ok && last { // a boundary may go on with hyphens
			last = false
			n, ok = blankLine(line)
			rest = line
		}
		if !ok {
			continue
		}
		c := cut{start: max(floor, breakBefore(buf.octets, at)), end: to - len(rest) + n, last: last}
		list = append(list, c)
		if last {
			break
		}
		floor = c.end
	}
	return list
}

// blankLine gives the length of a line that shows nothing, its break included. A last delimiter may lack the break.
func blankLine(b []byte) (n int, ok bool) {
	for n < len(b) && isBlank(b[n]) {
		n++
	}
	switch {
	case n == len(b):
		return n, true
	case strings.HasPrefix(string(b[n:min(len(b), n+2)]), "\r\n"):
		return n + 2, true
	case b[n] == '\n' || b[n] == '\r':
		return n + 1, true
	default:
		return 0, false
	}
}

// breakBefore gives the place of the line break that ends before place at.
func breakBefore(b []byte, at int) int {
	switch {
	case at >= 2 && b[at-2] == '\r' && b[at-1] == '\n':
		return at - 2
	case at >= 1:
		return at - 1
	default:
		return 0
	}
}
