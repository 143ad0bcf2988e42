package mime

import (
	"unicode"

	"golang.org/x/text/width"
)

// TextWidth counts the columns that a text takes in a fixed pitch: Chinese signs take two, marks upon a letter none.
func TextWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			n++
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}
