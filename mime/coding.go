package mime

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
)

// coding is a transfer encoding as it is read; more are read than written.
type coding uint8

const (
	codingNone coding = iota // 7bit and 8bit
	codingBinary
	codingQP
	codingBase64
	codingUU
	codingUnknown
)

// codingOf reads the name of a transfer encoding, also in the spellings of wilder mail. odd tells that it was one.
func codingOf(name string) (c coding, odd bool) {
	plain := strings.ToLower(strings.Trim(name, " \t\"';"))
	if i := strings.IndexAny(plain, "(;"); i > 0 {
		plain = strings.TrimRight(plain[:i], " \t")
	}
	odd = plain != lower(name)
	switch plain {
	case "", "7bit", "8bit":
		return codingNone, odd
	case "binary":
		return codingBinary, odd
	case "quoted-printable":
		return codingQP, odd
	case "base64":
		return codingBase64, odd
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		return codingUU, odd
	case "7-bit", "7 bit", "8-bit", "8 bit", "7bits", "8bits", "ascii", "us-ascii", "utf-8", "utf8", "none", "plain", "text":
		return codingNone, true
	case "base-64", "base 64", "b64", "x-base64":
		return codingBase64, true
	case "quoted printable", "quotedprintable", "quoted_printable", "qp", "q-p":
		return codingQP, true
	default:
		return codingUnknown, true
	}
}

// codingFaults are what was wrong with encoded octets.
type codingFaults uint8

const (
	faultPadding codingFaults = 1 << iota
	faultJunk
	faultEscape
	faultUU
)

func (c coding) decode(b []byte) ([]byte, codingFaults) {
	switch c {
	case codingBase64:
		return readBase64(b)
	case codingQP:
		return readQP(b)
	case codingUU:
		return readUU(b)
	default:
		return b, 0
	}
}

// encodedSource decodes a leaf's octets whenever they are asked for.
type encodedSource struct {
	coding coding
	body   []byte
}

func (s encodedSource) Open() (io.ReadCloser, error) {
	b, _ := s.coding.decode(s.body)
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (s encodedSource) Size() (int64, bool) { return 0, false }

// readBase64 decodes what is base64 and skips the rest. A padding in the middle is no end: some programs join pieces
// that were encoded one by one.
func readBase64(b []byte) (out []byte, faults codingFaults) { // RFC 2045 §6.8
	out = make([]byte, 0, len(b)/4*3+3)
	if n, err := base64.StdEncoding.Decode(out[:cap(out)], b); err == nil {
		return out[:n], 0
	}
	var word uint32
	n := 0
	ended := false
	for _, c := range b {
		v := base64Value[c]
		switch {
		case v < 64:
			if ended {
				faults |= faultJunk
				ended = false
			}
			word = word<<6 | uint32(v)
			if n++; n == 4 {
				out = append(out, byte(word>>16), byte(word>>8), byte(word)) //nolint:gosec // three octets of 24 bits
				word, n = 0, 0
			}
		case v == base64Pad:
			switch {
			case n == 2:
				out = append(out, byte(word>>4))
			case n == 3:
				out = append(out, byte(word>>10), byte(word>>2))
			case n == 1 || !ended:
				faults |= faultPadding
			}
			word, n, ended = 0, 0, true
		case v == base64Bad:
			faults |= faultJunk
		}
	}
	switch n {
	case 1:
		faults |= faultPadding
	case 2:
		out, faults = append(out, byte(word>>4)), faults|faultPadding
	case 3:
		out, faults = append(out, byte(word>>10), byte(word>>2)), faults|faultPadding
	}
	return out, faults
}

const (
	base64Pad   = 64
	base64Blank = 65
	base64Bad   = 66
)

// base64Value maps an octet to its six bits, or to what it is instead. The alphabet for URLs is understood too.
var base64Value = func() (t [256]byte) { //nolint:gochecknoglobals // a read-only table
	for i := range t {
		t[i] = base64Bad
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, base64Pad
	t['\r'], t['\n'], t[' '], t['\t'] = base64Blank, base64Blank, base64Blank, base64Blank
	return t
}()

// readQP decodes tolerantly, as DecodeQuotedPrintable does.
func readQP(b []byte) (out []byte, faults codingFaults) {
	out, _ = DecodeQuotedPrintable(string(b)) // it never fails
	for i := bytes.IndexByte(b, '='); i >= 0; {
		if rest := bytes.TrimLeft(b[i+1:], " \t"); !escapes(b[i+1:]) && len(rest) > 0 && rest[0] != '\r' && rest[0] != '\n' {
			return out, faultEscape
		}
		next := bytes.IndexByte(b[i+1:], '=')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return out, 0
}

func escapes(b []byte) bool { return len(b) > 1 && unhex(b[0]) >= 0 && unhex(b[1]) >= 0 }

// readUU decodes the lines between "begin" and "end"; what stands around them is dropped.
func readUU(b []byte) (out []byte, faults codingFaults) {
	l := lineCutter{b: b}
	begun := false
	for l.more() {
		line, _ := l.next()
		switch {
		case !begun:
			begun = bytes.HasPrefix(line, []byte("begin "))
		case bytes.Equal(bytes.TrimRight(line, " \t"), []byte("end")):
			return out, faults
		case len(line) > 0:
			var ok bool
			if out, ok = appendUU(out, line); !ok {
				faults |= faultUU
			}
		}
	}
	if !begun {
		return b, faultUU
	}
	return out, faults | faultUU
}

// appendUU decodes a line: its length as one character, then four characters for three octets.
func appendUU(out, line []byte) ([]byte, bool) {
	n := int(line[0]-' ') & 63
	want := len(out) + n
	for i := 1; i < len(line) && len(out) < want; i += 4 {
		var v [4]byte
		for j := range v {
			if i+j < len(line) {
				v[j] = (line[i+j] - ' ') & 63
			}
		}
		out = append(out, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
	}
	if len(out) < want {
		return out, false
	}
	return out[:want], true
}
