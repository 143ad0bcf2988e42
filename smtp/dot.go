package smtp

import (
	"bytes"
	"io"
)

// maxTextLine is the longest line of text without its CRLF.
const maxTextLine = 998 // RFC 5321 §4.5.3.1.6

// dotState is what the writer has to remember across segments: whether the next
// octet begins a line, or follows a CR that isn't yet a line end.
type dotState uint8

const (
	atStart   dotState = iota // nothing was written: counts as the start of a line
	lineStart                 // after CRLF
	inLine
	afterCR
)

// dotWriter turns content into the octets that may follow 354: every line ends
// with CRLF and no line of the content is a lone dot. The final dot is left to
// the caller, since what may happen before it is a matter of the transaction.
type dotWriter struct {
	w       io.Writer
	maxLine int // longest line allowed, 0 for any
	state   dotState
	line    int // octets of the current line so far
}

// segment writes one segment. A dotSafe one is known to have no line that begins
// with a dot and no lone CR or LF; it goes out as it is, without a scan.
func (d *dotWriter) segment(b []byte, dotSafe bool) error {
	if len(b) == 0 {
		return nil
	}
	if !dotSafe {
		return d.scan(b)
	}
	if err := d.join(b[0]); err != nil {
		return err
	}
	if _, err := d.w.Write(b); err != nil {
		return err
	}
	d.remember(b)
	return nil
}

// join makes the border to the next segment sound, whatever came before: a CR
// left open becomes a line end, and a dot at a line start is doubled.
func (d *dotWriter) join(next byte) error {
	if d.state == afterCR && next != '\n' {
		if err := d.emit("\n"); err != nil {
			return err
		}
		d.state = lineStart
	}
	if next == '.' && d.state <= lineStart {
		return d.emit(".") // RFC 5321 §4.5.2
	}
	return nil
}

// remember derives the state from the end of an unscanned segment.
func (d *dotWriter) remember(b []byte) {
	switch n := len(b); {
	case b[n-1] == '\r':
		d.state = afterCR
	case b[n-1] == '\n':
		d.state, d.line = lineStart, 0
	default:
		d.state = inLine
		d.line = len(b) - 1 - bytes.LastIndexByte(b, '\n')
	}
}

// scan writes runs of octets as long as nothing has to be inserted.
func (d *dotWriter) scan(b []byte) error {
	if err := d.join(b[0]); err != nil {
		return err
	}
	if d.state == afterCR { // join left it, so b begins with its LF
		d.state = inLine
		return d.finishLine(b)
	}
	return d.scanFrom(b, 0)
}

// finishLine ends the line whose CR closed the previous segment.
func (d *dotWriter) finishLine(b []byte) error {
	d.state, d.line = lineStart, 0
	if len(b) == 1 {
		return d.emit("\n")
	}
	if b[1] == '.' {
		if err := d.emit("\n."); err != nil {
			return err
		}
		return d.scanFrom(b, 1)
	}
	if err := d.emit("\n"); err != nil {
		return err
	}
	return d.scanFrom(b, 1)
}

// scanFrom scans b from i on, which is in a line or at the start of one whose
// dot was already doubled.
func (d *dotWriter) scanFrom(b []byte, i int) error {
	start := i // first octet not yet written
	for i < len(b) {
		end := indexLineEnd(b[i:])
		if end < 0 {
			d.state, d.line = inLine, d.line+len(b)-i
			if err := d.checkLine(); err != nil {
				return err
			}
			break
		}
		d.line += end
		if err := d.checkLine(); err != nil {
			return err
		}
		i += end
		insert, next := d.lineEnd(b, i)
		if insert != "" {
			if err := d.emitRun(b[start:next.keep], insert); err != nil {
				return err
			}
			start = next.resume
		}
		i = next.resume
	}
	_, err := d.w.Write(b[start:])
	return err
}

// cut tells where a run ends and where scanning goes on.
type cut struct {
	keep   int // octets before this are written as they are
	resume int // scanning goes on here
}

// lineEnd looks at the CR or LF at b[i] and says what has to be inserted there:
// the missing half of a lone one, and the dot of a line that begins with one.
func (d *dotWriter) lineEnd(b []byte, i int) (insert string, c cut) {
	d.line, d.state = 0, lineStart
	switch {
	case b[i] == '\n':
		insert, c = "\r\n", cut{i, i + 1}
	case i+1 == len(b):
		d.state = afterCR
		return "", cut{i + 1, i + 1}
	case b[i+1] == '\n':
		c = cut{i + 2, i + 2}
	default:
		insert, c = "\n", cut{i + 1, i + 1}
	}
	if c.resume < len(b) && b[c.resume] == '.' {
		insert += "."
	}
	return insert, c
}

// indexLineEnd finds the first CR or LF.
func indexLineEnd(b []byte) int {
	lf := bytes.IndexByte(b, '\n')
	if lf < 0 {
		return bytes.IndexByte(b, '\r')
	}
	if cr := bytes.IndexByte(b[:lf], '\r'); cr >= 0 {
		return cr
	}
	return lf
}

func (d *dotWriter) checkLine() error {
	if d.maxLine > 0 && d.line > d.maxLine {
		return longLineError()
	}
	return nil
}

func longLineError() error {
	err := argumentError("a line of the message is longer than 998 octets", "")
	err.hint = "encode the text as quoted-printable or base64, or set allow_long_lines = true"
	return err
}

func (d *dotWriter) emit(s string) error {
	_, err := io.WriteString(d.w, s)
	return err
}

func (d *dotWriter) emitRun(run []byte, insert string) error {
	if _, err := d.w.Write(run); err != nil {
		return err
	}
	return d.emit(insert)
}

// finish ends the last line. Empty content becomes one empty line.
func (d *dotWriter) finish() error {
	switch d.state {
	case lineStart:
		return nil
	case afterCR:
		d.state = lineStart
		return d.emit("\n")
	default:
		d.state = lineStart
		return d.emit("\r\n")
	}
}

// finalDot ends the content, after its last CRLF.
const finalDot = ".\r\n" // RFC 5321 §4.1.1.4
