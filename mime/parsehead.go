package mime

import (
	"bytes"
	"slices"
	"strings"
)

// fieldSpan is a field or a stray line within a header.
type fieldSpan struct {
	start, end int
	colon      int // of the field's name; negative for a stray line
}

// noteLimit bounds the defects of one header, which may have one in every few octets.
const noteLimit = 1000

func (o *origin) boundNotes() {
	if len(o.defects) <= noteLimit {
		return
	}
	if o.defects = o.defects[:noteLimit]; cap(o.defects) > 4*noteLimit {
		o.defects = slices.Clone(o.defects)
	}
}

// head reads the header at the beginning of b and gives its length and that of the blank line after it.
func (r *reader) head(p *Part, b []byte) (head, gap int) {
	spans, head, gap := r.spans(p.origin, b)
	if p.origin.eol == "" {
		p.origin.eol = firstBreak(b)
	}
	text := string(b[:head])
	p.header.fields = make([]field, 0, len(spans))
	seen := make(map[string]bool)
	for _, s := range spans {
		f := p.origin.readField(text[s.start:s.end], b[s.start:s.end:s.end], max(s.colon-s.start, -1))
		if f.key != "" && !specOf(f.name, f.key).repeat {
			if seen[f.key] { // RFC 5322 §3.6
				p.origin.note("duplicate-field", f.name, "the field stands there more than once")
			}
			seen[f.key] = true
		}
		p.header.fields = append(p.header.fields, f)
		p.origin.boundNotes()
	}
	return head, gap
}

// spans finds the fields. A header ends at a blank line, or before a line that cannot belong to it.
func (r *reader) spans(o *origin, b []byte) (list []fieldSpan, head, gap int) {
	l := lineCutter{b: b}
	for l.more() {
		start := l.pos
		line, eol := l.next()
		colon := nameLength(line)
		switch {
		case len(line) == 0:
			return list, start, len(eol)
		case l.pos > r.options.MaxHeader:
			o.note("header-too-long", "", "the header is longer than "+itoa(r.options.MaxHeader)+" octets; the rest counts as body")
			return list, start, 0
		case isBlank(line[0]) && len(list) > 0:
			list[len(list)-1].end = l.pos
			continue
		case r.fields <= 0:
			o.note("too-many-fields", "", "the message has more fields than are read")
			list = append(list, fieldSpan{start, l.pos, -1})
			r.restOfHead(&l, &list[len(list)-1])
			return list, l.pos, 0
		case colon > 0:
			colon += start
		case isBlank(line[0]):
			o.note("first-line-continued", "", "the header begins with the continuation of a field")
		case !bytes.HasPrefix(line, []byte("--")) && fieldAhead(l):
			o.note("stray-line", "", "a line of the header has no colon: "+shorten(string(line), 60))
		default:
			o.note("missing-blank-line", "", "no blank line ends the header; the body begins with "+quote(shorten(string(line), 60)))
			return list, start, 0
		}
		r.fields--
		list = append(list, fieldSpan{start, l.pos, colon})
	}
	return list, l.pos, 0
}

// restOfHead makes one stray line of what is left of a header.
func (r *reader) restOfHead(l *lineCutter, last *fieldSpan) {
	for l.more() {
		ahead := *l
		if line, _ := ahead.next(); len(line) == 0 || ahead.pos > r.options.MaxHeader {
			return
		}
		*l = ahead
		last.end = l.pos
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// nameLength gives the place of the colon of a line that begins a field, or -1. Blanks may stand before the colon.
func nameLength(line []byte) int { // RFC 5322 §4.5
	for i, c := range line {
		switch {
		case c == ':' && i > 0:
			return i
		case isBlank(c) && i > 0:
			if rest := bytes.TrimLeft(line[i:], " \t"); len(rest) > 0 && rest[0] == ':' {
				return len(line) - len(rest)
			}
			return -1
		case c <= ' ' || c >= 0x7F || c == ':':
			return -1
		}
	}
	return -1
}

// strayMax is how many lines without a colon may stand between fields.
const strayMax = 3

// fieldAhead tells whether the header goes on after a stray line: a field with a known name follows soon. Otherwise
// the stray line is more likely the beginning of a body whose blank line got lost.
func fieldAhead(l lineCutter) bool {
	for range strayMax {
		line, _ := l.next()
		if len(line) == 0 || bytes.HasPrefix(line, []byte("--")) {
			return false
		}
		if n := nameLength(line); n > 0 {
			key := lower(strings.TrimRight(string(line[:n]), " \t"))
			_, known := fieldIndex()[key]
			return known || strings.HasPrefix(key, "x-")
		}
	}
	return false
}

// lower is strings.ToLower for names.
func lower(s string) string { return strings.ToLower(s) }

// firstBreak is the first line break of b; CRLF when there is none.
func firstBreak(b []byte) string {
	l := lineCutter{b: b}
	if _, eol := l.next(); len(eol) > 0 {
		return string(eol)
	}
	return "\r\n"
}
