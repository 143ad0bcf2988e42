package mime

import (
	"strconv"
	"strings"
)

const (
	lineSoft = 78  // RFC 5322 §2.1.1
	lineHard = 998 // RFC 5322 §2.1.1

	upperHex = "0123456789ABCDEF"
)

func itoa(n int) string { return strconv.Itoa(n) }

// foldLine ends the line and begins a continuation. A blank at the end of the line becomes the continuation's.
func foldLine(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return append(b, "\r\n "...)
}

// column is the number of octets after the last line break of b.
func column(b []byte) int {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '\n' {
			return len(b) - i - 1
		}
	}
	return len(b)
}

// appendUnstructured writes free text. Text that readers would see altered goes out as encoded-words: non-ASCII,
// what looks like an encoded-word, blanks at the ends, and runs of blanks where a fold would be needed.
// With raw set, non-ASCII stays as it is.
func appendUnstructured(b []byte, value string, raw bool) []byte {
	if plainText(value, raw) {
		if out, ok := appendFolded(b, value); ok {
			return out
		}
	}
	prefix := asciiPrefix(value, lineSoft-column(b)-wordOverhead-2*roomTooSmall)
	b = append(b, value[:prefix]...)
	b = appendWords(b, column(b), value[prefix:], inText, wordLine)
	return b
}

func plainText(s string, raw bool) bool {
	if !raw && !isASCII(s) || looksEncoded(s) {
		return false
	}
	return s == strings.Trim(s, " \t")
}

// appendFolded breaks at single blanks only: readers that trim around a fold would shorten longer runs.
// It gives ok = false when a line would be too long.
func appendFolded(b []byte, s string) ([]byte, bool) {
	start, col := len(b), column(b)
	for first := true; first || s != ""; first = false {
		n := chunkEnd(s)
		chunk := s[:n]
		if !first && col+1+len(chunk) > lineSoft {
			b, col = append(b, "\r\n"...), 0
		}
		if !first {
			b = append(b, ' ')
			col++
		}
		b = append(b, chunk...)
		col += len(chunk)
		if col > lineHard || col > lineSoft && strings.ContainsAny(chunk, " \t") {
			return b[:start], false
		}
		if n < len(s) {
			n++
		}
		s = s[n:]
	}
	return b, true
}

// chunkEnd finds the first single blank of s, where a line may be folded.
func chunkEnd(s string) int {
	for i := 1; i < len(s)-1; i++ {
		if s[i] == ' ' && s[i-1] != ' ' && s[i-1] != '\t' && s[i+1] != ' ' && s[i+1] != '\t' {
			return i
		}
	}
	return len(s)
}

// asciiPrefix is the length of the leading words, blank included, that may stay readable before an encoded run ("Re: "):
// at most room octets, so that the run begins on the same line. Some readers lose a blank between the two at a fold.
func asciiPrefix(s string, room int) int {
	end := 0
	for i := 0; i < len(s) && s[i] < 0x7F && s[i] != '\t'; i++ {
		if s[i] != ' ' {
			continue
		}
		if i == end || i+1 > room {
			break
		}
		end = i + 1
	}
	misread := strings.Contains(s[:end], "=?") // QUIRK: Go's own reader takes it for the beginning of an encoded-word.
	if isASCII(s) || end > 0 && s[end:] == "" || end < len(s) && s[end] == ' ' || misread {
		return 0
	}
	return end
}
