package mime

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

const (
	wordLine     = 76 // RFC 2047 §2
	wordMax      = 75 // RFC 2047 §2
	wordOverhead = len("=?utf-8?q?") + len("?=")
	// roomTooSmall keeps a line from ending in an encoded-word of a letter or two.
	roomTooSmall = 12
)

// wordPlace says which characters an encoded-word may show as they are.
type wordPlace bool

const (
	inText   wordPlace = false // RFC 2047 §5
	inPhrase wordPlace = true  // RFC 2047 §5
)

func (p wordPlace) literal(c byte) bool {
	if p == inPhrase {
		return isAlnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/'
	}
	return c > ' ' && c < 0x7F && c != '=' && c != '?' && c != '_'
}

func (p wordPlace) cost(c byte) int {
	if c == ' ' || p.literal(c) {
		return 1
	}
	return 3
}

// looksEncoded tells whether a reader might take a piece of s for an encoded-word.
func looksEncoded(s string) bool {
	_, after, found := strings.Cut(s, "=?")
	return found && strings.Contains(after, "?=")
}

// appendWords writes s as encoded-words that begin in column col; each line ends at column limit at the latest.
// All blanks of s lie inside words, so that readers cannot lose any.
func appendWords(b []byte, col int, s string, place wordPlace, limit int) []byte {
	useB := prefersB(s, place)
	for first := true; len(s) > 0; first = false {
		if !first || limit-col-wordOverhead < roomTooSmall {
			b, col = foldLine(b), 1
		}
		n := wordFit(s, min(limit-col, wordMax)-wordOverhead, place, useB)
		start := len(b)
		b = appendWord(b, s[:n], place, useB)
		col += len(b) - start
		s = s[n:]
	}
	return b
}

// prefersB compares the lengths of both encodings over the whole run. The readable one may be a quarter longer.
func prefersB(s string, place wordPlace) bool {
	q := 0
	for i := 0; i < len(s); i++ {
		q += place.cost(s[i])
	}
	return base64.StdEncoding.EncodedLen(len(s))*5 < q*4
}

// wordFit is the number of octets of s that fit into room encoded ones, cut between characters.
func wordFit(s string, room int, place wordPlace, useB bool) int {
	used, n := 0, 0
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		if useB {
			used = base64.StdEncoding.EncodedLen(n + size)
		} else {
			for i := n; i < n+size; i++ {
				used += place.cost(s[i])
			}
		}
		if used > room {
			break
		}
		n += size
	}
	return n
}

func appendWord(b []byte, s string, place wordPlace, useB bool) []byte {
	if useB {
		b = append(b, "=?utf-8?b?"...)
		b = base64.StdEncoding.AppendEncode(b, []byte(s))
		return append(b, "?="...)
	}
	b = append(b, "=?utf-8?q?"...)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			b = append(b, '_')
		case place.literal(c):
			b = append(b, c)
		default:
			b = append(b, '=', upperHex[c>>4], upperHex[c&15])
		}
	}
	return append(b, "?="...)
}
