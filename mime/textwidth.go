package mime

import (
	"unicode"

	"golang.org/x/text/width"
)

// TextWidth counts the columns that a text takes in a fixed pitch: Chinese signs and pictures take two, marks upon a
// letter none, and several that are joined to one picture as many as one.
func TextWidth(s string) int {
	n, last := 0, 0 // columns; those of the last sign
	joined := false
	for _, r := range s {
		if r < 0x300 {
			n, last, joined = n+1, 1, false
			continue
		}
		switch {
		case r == zeroWidthJoiner:
			joined = last == 2
		case r == asPicture && last == 1: // ✔ becomes a picture
			n, last = n+1, 2
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1F3FB && r <= 0x1F3FF && last == 2: // colours of skin
		case joined:
			joined = false
		default:
			last = signWidth(r)
			n += last
		}
	}
	return n
}

const (
	zeroWidthJoiner = '\u200d'
	asPicture       = '\ufe0f'
)

func signWidth(r rune) int {
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}
