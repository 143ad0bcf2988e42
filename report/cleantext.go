package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextError is a text that no page can show.
type TextError struct {
	Where  string // "heading", `row 3, column "name"`
	Offset int    // of the first octet that is no UTF-8
}

func (e *TextError) Error() string {
	return fmt.Sprintf("%s isn't text in UTF-8, from octet %d on", e.Where, e.Offset)
}

// Kind is that of a wrong argument.
func (e *TextError) Kind() string { return "argument" }

// Hint names the usual cause.
func (e *TextError) Hint() string {
	return `a file in another charset is read with it: csv.rows("sales.csv", { charset = "iso-8859-1" })`
}

func checkText(where, s string) error {
	if utf8.ValidString(s) {
		return nil
	}
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			return &TextError{Where: where, Offset: i}
		}
	}
	return nil
}

// Clean takes what is no sign from a text: control characters, and marks that would turn around what follows. Line
// breaks of every kind become "\n".
func Clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), isDirectionMark(r), r == 0xFEFF, r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
			return -1
		}
		return r
	}, s)
}

// plain holds for the texts of which there is nothing to clean.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\n' && s[i] != '\t' || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

// cleanLine is clean for a text of one line.
func cleanLine(s string) string {
	s = Clean(s)
	if !strings.ContainsAny(s, "\n\t") {
		return strings.Trim(s, " ")
	}
	return strings.Trim(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' }), " "), " ")
}

// isDirectionMark holds for what opens or closes a run in a direction of its own: a text that leaves one open would
// turn around its neighbours.
func isDirectionMark(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// isRightToLeft tells whether a text holds letters that are written from right to left.
func isRightToLeft(s string) bool {
	for _, r := range s {
		if r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam) {
			return true
		}
	}
	return false
}

// isolated keeps such a text from turning around the columns beside it.
func isolated(s string) string {
	if isRightToLeft(s) {
		return "\u2068" + s + "\u2069" // first strong isolate … pop
	}
	return s
}

// maxShown is how many columns an error shows of a text.
const maxShown = 40

// Brief is a script's text as it stands in an error: one line, cut.
func Brief(text string) string { return cut(cleanLine(text), maxShown) }
