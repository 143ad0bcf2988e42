package mime

import (
	"bytes"
	"slices"
	"strings"
)

// qpLine is what a line carries before its soft line break.
const qpLine = 75 // RFC 2045 §6.7

// qpPlain marks the octets that quoted-printable shows as they are. Blanks are among them, unless they end a line.
var qpPlain = func() (t [256]bool) { //nolint:gochecknoglobals // a read-only table
	for c := ' '; c <= '~'; c++ {
		t[c] = c != '='
	}
	t['\t'] = true
	return t
}()

// appendQP appends src as quoted-printable. In text, CRLF stays a line break; otherwise every CR and LF is escaped.
// No line of the output begins with a dot or with "From ", so that neither SMTP nor an mbox alters it.
func appendQP(dst, src []byte, text bool) []byte {
	for text {
		end := bytes.Index(src, []byte("\r\n"))
		if end < 0 {
			break
		}
		dst = append(appendQPLine(dst, src[:end]), '\r', '\n')
		src = src[end+2:]
	}
	return appendQPLine(dst, src)
}

// appendQPLine encodes one line, broken softly as often as needed.
func appendQPLine(dst, line []byte) []byte {
	n := len(dst)
	// The worst case is three octets each, and a break of three after every 25.
	dst = slices.Grow(dst, 3*len(line)+3*(len(line)/25+1))
	dst = dst[:cap(dst)]
	last := len(line) // a blank at the end must not stay one
	if last > 0 && line[last-1] <= ' ' {
		last--
	}
	room := qpLine
	for i := 0; i < len(line); {
		if room < qpLine || !mustHide(line[i:]) {
			run := plainRun(line[i:min(last, i+room)])
			n += copy(dst[n:], line[i:i+run])
			if i, room = i+run, room-run; i == len(line) {
				break
			}
		}
		if room < 3 && (room == 0 || !qpPlain[line[i]] || i == last) {
			n += copy(dst[n:], "=\r\n")
			room = qpLine
			continue
		}
		c := line[i]
		dst[n], dst[n+1], dst[n+2] = '=', upperHex[c>>4], upperHex[c&15]
		i, n, room = i+1, n+3, room-3
	}
	return dst[:n]
}

// plainRun is the number of octets up to the first that must be escaped.
func plainRun(b []byte) int {
	for i, c := range b {
		if !qpPlain[c] {
			return i
		}
	}
	return len(b)
}

// mustHide tells whether line would be altered by SMTP's dots or by an mbox.
func mustHide(line []byte) bool {
	return line[0] == '.' || line[0] == 'F' && bytes.HasPrefix(line, []byte("From "))
}

// EncodeQuotedPrintable gives b as quoted-printable text: CRLF and LF are line breaks, lines have at most 76 octets.
func EncodeQuotedPrintable(b []byte) string {
	return string(appendQP(nil, canonical(b), true))
}

// DecodeQuotedPrintable reads quoted-printable tolerantly: an "=" that begins no escape stands for itself,
// blanks at the end of a line are dropped, line breaks stay as they are.
func DecodeQuotedPrintable(s string) ([]byte, error) { // RFC 2045 §6.7
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		line, rest, broken := strings.Cut(s, "\n")
		end := "\n"
		if strings.HasSuffix(line, "\r") {
			line, end = line[:len(line)-1], "\r\n"
		}
		line = strings.TrimRight(line, " \t")
		soft := strings.HasSuffix(line, "=")
		out = appendUnescaped(out, strings.TrimSuffix(line, "="))
		if broken && !soft {
			out = append(out, end...)
		}
		s = rest
	}
	return out, nil
}

func appendUnescaped(dst []byte, line string) []byte {
	for i := 0; i < len(line); i++ {
		if line[i] == '=' && i+2 < len(line) {
			hi, lo := unhex(line[i+1]), unhex(line[i+2])
			if hi >= 0 && lo >= 0 {
				dst = append(dst, byte(hi<<4|lo)) //nolint:gosec // two hexadecimal digits
				i += 2
				continue
			}
		}
		dst = append(dst, line[i])
	}
	return dst
}

func unhex(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	default:
		return -1
	}
}
