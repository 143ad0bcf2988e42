package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// planLeaf is a text with gaps.
type planLeaf struct {
	part    *Part
	text    Gapped
	derived bool // the text is made of the filled page
	special bool // only the general code knows how to encode it
	halved  bool // a line break may have one half in the template and the other in a value
	pieces  []leafPiece
	lined   *lined // nil when only the general code can encode the text
}

// leafPiece is the text before a gap, or behind the last, with CRLF line breaks.
type leafPiece struct {
	data   []byte
	breaks bool
	first  int // octets before the first line break
	last   int // octets behind the last
	dot    bool
}

func newPlanLeaf(part *Part, g Gapped) planLeaf {
	l := planLeaf{part: part, text: g}
	for i, text := range g.Texts {
		if i == 0 {
			text = strings.TrimPrefix(text, bom)
		}
		data := canonical([]byte(text))
		t := scan(data)
		l.halved = l.halved || strings.HasSuffix(text, "\r")
		l.special = l.special || l.halved || !t.sevenBit() || delimiting(data, i == 0, i < len(g.Gaps))
		l.pieces = append(l.pieces, newLeafPiece(data))
	}
	l.lined = newLined(&l)
	return l
}

func newLeafPiece(data []byte) leafPiece {
	p := leafPiece{data: data, first: len(data), last: len(data), dot: bytes.Contains(data, []byte("\n."))}
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		p.breaks, p.first, p.last = true, i-1, len(data)-bytes.LastIndexByte(data, '\n')-1
	}
	return p
}

// delimiting tells whether a line might become a delimiter of a multipart: ours begin with "--=_".
func delimiting(data []byte, first, gap bool) bool {
	lines := bytes.Split(data, []byte("\r\n"))
	for i, line := range lines {
		if i == 0 && !first || len(line) == 0 || line[0] != '-' {
			continue
		}
		if cut := gap && i == len(lines)-1; bytes.HasPrefix(line, []byte("--=")) || cut && bytes.HasPrefix([]byte("--="), line) {
			return true
		}
	}
	return false
}

// leaf writes the encoding's label and the text, which travels as it is. It gives false when the values make it
// anything but 7-bit lines.
func (w *filler) leaf(l *planLeaf) bool {
	w.buf = append(w.buf, "Content-Transfer-Encoding: 7bit\r\n\r\n"...)
	body, shared, col := len(w.buf), w.size, 0
	for i := range l.pieces {
		p := &l.pieces[i]
		if !w.leafPiece(p, i, &col) {
			return false
		}
		if i < len(l.text.Gaps) && !w.leafGap(&l.text.Gaps[i], &col) {
			return false
		}
	}
	if col > lineHard {
		return false
	}
	if w.plan.whole && col > 0 && (len(w.buf) > body || w.size > shared) {
		w.buf = append(w.buf, "\r\n"...)
	}
	return true
}

func (w *filler) leafPiece(p *leafPiece, i int, col *int) bool {
	if len(p.data) == 0 {
		return true
	}
	if *col == 0 && (p.data[0] == '.' || p.data[0] == '-') {
		if p.data[0] == '-' && i > 0 && !w.plan.whole {
			return false
		}
		w.dotSafe = w.dotSafe && p.data[0] != '.'
	}
	if *col+p.first > lineHard {
		return false
	}
	if *col += p.first; p.breaks {
		*col = p.last
	}
	if len(p.data) > shareLimit {
		w.share(segment{data: p.data, dotSafe: !p.dot && p.data[0] != '.'})
		return true
	}
	w.dotSafe = w.dotSafe && !p.dot
	w.buf = append(w.buf, p.data...)
	return true
}

func (w *filler) leafGap(g *Gap, col *int) bool {
	value := w.values[g.Value]
	if !within(value, classBody) {
		return false
	}
	from := len(w.buf)
	w.buf = g.append(w.buf, w.values)
	if *col == 0 && len(w.buf) > from {
		if w.buf[from] == '-' && !w.plan.whole {
			return false
		}
		w.dotSafe = w.dotSafe && w.buf[from] != '.'
	}
	*col += len(w.buf) - from
	return true
}

// filledLeaf is a text that is no 7-bit lines throughout.
type filledLeaf struct {
	encoding encoding
	first    int      // number of the first filled line
	content  *content // when the general code had to encode it
}

// fillLeaf gives ok = false for a text that has no encoding.
func (w *filler) fillLeaf(l *planLeaf, eightBit bool) (filledLeaf, bool) {
	if l.lined != nil {
		first := len(w.lines)
		if e := w.fillLines(l.lined, eightBit); e != encAuto {
			return filledLeaf{encoding: e, first: first}, true
		}
		w.trim(first)
	}
	c, err := l.fill(w.values)
	if err != nil {
		return filledLeaf{}, false
	}
	clash := false
	if c.traits.dashLine {
		around := writer{boundaries: w.plan.frame.around(l.part)}
		clash = around.clashes(c)
	}
	return filledLeaf{content: c, encoding: c.choose(encAuto, eightBit, clash)}, true
}

func (l *planLeaf) fill(values []string) (*content, error) {
	if b := l.lines(values); b != nil {
		return lineContent(b), nil
	}
	text := l.text.fill(values)
	if l.derived {
		text = HTMLToText(text)
	}
	return encodeLines(strings.TrimPrefix(text, bom), utf8Name)
}

// lines fills the text whose line breaks are in order; nil when the values have some, or are not UTF-8.
func (l *planLeaf) lines(values []string) []byte {
	if l.derived || l.halved {
		return nil
	}
	size := 0
	for i := range l.pieces {
		size += len(l.pieces[i].data)
	}
	for i := range l.text.Gaps {
		value := values[l.text.Gaps[i].Value]
		if !utf8.ValidString(value) || strings.IndexByte(value, '\n') >= 0 || strings.IndexByte(value, '\r') >= 0 || strings.HasPrefix(value, bom) {
			return nil
		}
		size += len(value) + len(value)/8
	}
	b := make([]byte, 0, size)
	for i := range l.pieces {
		b = append(b, l.pieces[i].data...)
		if i < len(l.text.Gaps) {
			b = l.text.Gaps[i].append(b, values)
		}
	}
	return b
}

// around gives the boundaries of the multiparts that a part is in.
func (p *Part) around(part *Part) []string {
	for _, child := range p.children {
		if child.holds(part) {
			return append([]string{*p.boundary.Load()}, child.around(part)...)
		}
	}
	return nil
}

func (w *filler) filled(l *filledLeaf, text *lined) {
	w.buf = append(w.buf, "Content-Transfer-Encoding: "...)
	w.buf = append(w.buf, l.encoding.String()...)
	w.buf = append(w.buf, "\r\n\r\n"...)
	body, shared := len(w.buf), w.size
	w.eightBit = w.eightBit || l.encoding == enc8Bit
	if l.content == nil {
		w.writeLines(text, l.encoding, l.first)
	} else {
		w.writeContent(l.content, l.encoding)
	}
	if w.plan.whole && (len(w.buf) > body || w.size > shared) && !w.endsLine() {
		w.buf = append(w.buf, "\r\n"...)
	}
}

func (w *filler) writeContent(c *content, e encoding) {
	b, safe := c.bytes(e), e == encQP || e == encBase64 || !c.traits.dotLine
	if len(b) > shareLimit {
		w.share(segment{data: b, dotSafe: safe})
		return
	}
	w.dotSafe = w.dotSafe && safe
	w.buf = append(w.buf, b...)
}

// endsLine tells whether the last octet is that of a line break.
func (w *filler) endsLine() bool {
	b := w.buf[w.start:]
	if len(b) == 0 && len(w.spans) > 0 {
		b = w.spans[len(w.spans)-1].shared.data
	}
	return len(b) > 0 && b[len(b)-1] == '\n'
}
