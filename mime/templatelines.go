package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const crlf = "\r\n"

// lined is a text with gaps, taken apart into lines. Lines without gaps are encoded once for all messages; of one
// message only the others must be looked at.
type lined struct {
	spans []linedSpan
	fixed tally // of the lines without gaps
}

// linedSpan is a run of whole lines without gaps, or one line with gaps.
type linedSpan struct {
	plain, qp []byte   // of a run
	texts     [][]byte // of a line: one more than gaps; the last ends in the line break, if there is one
	gaps      []*Gap
}

// tally is what the choice of an encoding needs to know of some lines.
type tally struct {
	size int64 // octets
	qp   int64 // octets as quoted-printable
	high int   // octets beyond ASCII
	long bool  // a line is longer than 998 octets
	dot  bool  // a line begins with a dot
}

func (t *tally) add(line, coded []byte) {
	t.size += int64(len(line))
	t.qp += int64(len(coded))
	t.high += countHigh(line)
	t.long = t.long || len(bytes.TrimSuffix(line, []byte(crlf))) > lineHard
	t.dot = t.dot || len(line) > 0 && line[0] == '.'
}

// encoding is what content.choose chooses, or encAuto when that must look at the text itself.
func (t *tally) encoding(eightBit bool) encoding {
	switch {
	case t.high == 0 && !t.long:
		return enc7Bit
	case eightBit && !t.long:
		return enc8Bit
	}
	if limit := qpLimit(t.size); t.size+2*int64(t.high) <= limit && t.qp <= limit {
		return encQP
	}
	return encAuto
}

// newLined takes a leaf apart. It gives nil when lines cannot be judged one by one.
func newLined(l *planLeaf) *lined {
	if l.halved || l.derived {
		return nil
	}
	b := linedBuilder{lined: &lined{}}
	for i := range l.pieces {
		b.text(l.pieces[i].data)
		if i < len(l.text.Gaps) {
			b.gap(&l.text.Gaps[i])
		}
	}
	b.endLine()
	b.endRun()
	if b.odd {
		return nil
	}
	return b.lined
}

// linedBuilder gathers lines.
type linedBuilder struct {
	lined *lined
	line  linedSpan // the line at hand, which may turn out to have no gap
	run   linedSpan
	odd   bool // there is a line that only the general code can judge
}

func (b *linedBuilder) text(data []byte) {
	for len(data) > 0 {
		line, rest, broken := bytes.Cut(data, []byte(crlf))
		if broken {
			line = data[:len(line)+len(crlf)]
		}
		b.begin()
		b.line.texts[len(b.line.texts)-1] = line
		if data = rest; broken {
			b.endLine()
		}
	}
}

func (b *linedBuilder) gap(g *Gap) {
	b.begin()
	b.line.gaps = append(b.line.gaps, g)
	b.line.texts = append(b.line.texts, nil)
}

func (b *linedBuilder) begin() {
	if len(b.line.texts) == 0 {
		b.line.texts = [][]byte{nil}
	}
}

func (b *linedBuilder) endLine() {
	line := b.line
	b.line = linedSpan{}
	switch {
	case len(line.gaps) > 0:
		b.endRun()
		b.lined.spans = append(b.lined.spans, line)
	case len(line.texts) > 0:
		plain := line.texts[0]
		coded := appendQP(nil, plain, true)
		b.odd = b.odd || oddLine(plain)
		b.lined.fixed.add(plain, coded)
		b.run.plain, b.run.qp = append(b.run.plain, plain...), append(b.run.qp, coded...)
	}
}

func (b *linedBuilder) endRun() {
	if len(b.run.plain) > 0 {
		b.lined.spans = append(b.lined.spans, b.run)
		b.run = linedSpan{}
	}
}

// oddLine tells whether a line needs base64, or may be taken for a delimiter: ours begin with "--=_".
func oddLine(line []byte) bool {
	return bytes.IndexByte(line, 0) >= 0 || bytes.HasPrefix(line, []byte("--="))
}

// filledLine is where the octets of a line with gaps end in the filler's lines.
type filledLine struct{ plain, coded int }

// fillLines fills the lines with gaps and chooses the encoding. It gives encAuto when the general code must do it.
func (w *filler) fillLines(l *lined, eightBit bool) encoding {
	sum := l.fixed
	for i := range l.spans {
		s := &l.spans[i]
		if len(s.gaps) == 0 {
			continue
		}
		if !fitLine(s, w.values) {
			return encAuto
		}
		plain, coded := len(w.plain), len(w.coded)
		for k, text := range s.texts {
			if w.plain = append(w.plain, text...); k < len(s.gaps) {
				w.plain = s.gaps[k].append(w.plain, w.values)
			}
		}
		line := w.plain[plain:]
		if oddLine(line) {
			return encAuto
		}
		w.coded = appendQP(w.coded, line, true)
		sum.add(line, w.coded[coded:])
		w.lines = append(w.lines, filledLine{len(w.plain), len(w.coded)})
	}
	return sum.encoding(eightBit)
}

// fitLine tells whether the values of a line break no line and are UTF-8.
func fitLine(s *linedSpan, values []string) bool {
	for _, g := range s.gaps {
		value := values[g.Value]
		if !utf8.ValidString(value) || strings.IndexByte(value, '\n') >= 0 || strings.IndexByte(value, '\r') >= 0 || strings.HasPrefix(value, bom) {
			return false
		}
	}
	return true
}

// writeLines writes a text of which the lines with gaps were filled, beginning with that of number first.
func (w *filler) writeLines(l *lined, e encoding, first int) {
	var at filledLine
	if first > 0 {
		at = w.lines[first-1]
	}
	for i := range l.spans {
		s := &l.spans[i]
		b := s.qp
		if e != encQP {
			b = s.plain
		}
		if len(s.gaps) > 0 {
			end := w.lines[first]
			if b = w.coded[at.coded:end.coded]; e != encQP {
				b = w.plain[at.plain:end.plain]
			}
			at, first = end, first+1
		} else if len(b) > shareLimit {
			w.share(segment{data: b, dotSafe: e == encQP || !l.fixed.dot})
			continue
		}
		w.dotSafe = w.dotSafe && (e == encQP || !dotted(b))
		w.buf = append(w.buf, b...)
	}
}

// dotted tells whether a line of b begins with a dot.
func dotted(b []byte) bool {
	return len(b) > 0 && b[0] == '.' || bytes.Contains(b, []byte("\n."))
}
