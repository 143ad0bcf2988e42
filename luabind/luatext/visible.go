package luatext

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Visible writes what a terminal would obey as escapes of Lua strings, so that
// a server's words cannot move its cursor. Ends of lines and tabs stay.
func Visible(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\r' && strings.HasPrefix(text[1:], "\n"):
		case r == '\r':
			b.WriteString(`\r`)
		case r == utf8.RuneError && size == 1, !harmless(r) && r < 0x80:
			fmt.Fprintf(&b, `\%03d`, text[0])
		case !harmless(r):
			fmt.Fprintf(&b, `\u{%04X}`, r)
		default:
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}
