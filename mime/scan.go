package mime

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// traits are what the choice of a transfer encoding needs to know of some octets.
type traits struct {
	eightBit  bool // an octet above 127
	nul       bool
	bareBreak bool // a CR without LF, or a LF without CR
	longLine  bool // a line of more than 998 octets
	dotLine   bool // a line that begins with a dot
	dashLine  bool // a line that begins with two hyphens, as delimiters do
	escapes   int  // octets that quoted-printable triples, at least
}

// scan looks at every line of b once.
func scan(b []byte) traits {
	t := traits{eightBit: has8Bit(b), nul: bytes.IndexByte(b, 0) >= 0}
	for start := 0; start < len(b); {
		end, next := len(b), len(b)
		if i := bytes.IndexByte(b[start:], '\n'); i >= 0 {
			next = start + i + 1
			end = next - 1
			if i > 0 && b[end-1] == '\r' {
				end--
			} else {
				t.bareBreak = true
			}
		}
		t.line(b[start:end])
		start = next
	}
	if t.eightBit {
		t.escapes = countHigh(b)
	}
	return t
}

func (t *traits) line(line []byte) {
	if len(line) == 0 {
		return
	}
	t.longLine = t.longLine || len(line) > lineHard
	t.dotLine = t.dotLine || line[0] == '.'
	t.dashLine = t.dashLine || len(line) > 1 && line[0] == '-' && line[1] == '-'
	t.bareBreak = t.bareBreak || bytes.IndexByte(line, '\r') >= 0
}

// sevenBit tells whether the octets may travel as they are through any server.
func (t *traits) sevenBit() bool { return !t.eightBit && t.lines() } // RFC 2045 §2.7

// lines tells whether the octets are lines that may travel where 8BITMIME is offered.
func (t *traits) lines() bool { return !t.nul && !t.bareBreak && !t.longLine } // RFC 2045 §2.8

// has8Bit looks at eight octets at a time.
func has8Bit(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return true
		}
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

func countHigh(b []byte) int {
	n := 0
	for ; len(b) >= 8; b = b[8:] {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(b) & 0x8080808080808080)
	}
	for _, c := range b {
		n += int(c >> 7)
	}
	return n
}

// canonical gives b with CRLF for every line break: CRLF, lone CR and lone LF alike. It copies only when it must.
func canonical(b []byte) []byte { // RFC 2046 §4.1.1
	breaks := bareBreaks(b)
	if breaks == 0 {
		return b
	}
	out := make([]byte, 0, len(b)+breaks)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		line, broken := b, end >= 0
		if broken {
			line, b = bytes.TrimSuffix(b[:end], []byte{'\r'}), b[end+1:]
		} else {
			b = nil
		}
		for cr := bytes.IndexByte(line, '\r'); cr >= 0; cr = bytes.IndexByte(line, '\r') {
			out = append(append(out, line[:cr]...), crlf...)
			line = line[cr+1:]
		}
		if out = append(out, line...); broken {
			out = append(out, crlf...)
		}
	}
	return out
}

// bareBreaks counts the CRs and LFs that are not halves of a CRLF.
func bareBreaks(b []byte) int {
	return bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - 2*bytes.Count(b, []byte("\r\n"))
}
