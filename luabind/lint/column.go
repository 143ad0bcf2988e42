package lint

import (
	"strings"
	"unicode/utf8"
)

// placeLines is how many lines below the first are searched for a name: the parser gives a chain of calls the line on
// which it begins.
const placeLines = 40

// place finds the line and the column of the first of names that stands once in a line from the given one on. The
// column is that of the name, without the dot or colon before it.
func (f *file) place(line int, names []string) (int, int) {
	for n := line; n < line+placeLines && n <= len(f.lines) && n >= 1; n++ {
		found := false
		for _, name := range names {
			at, count := words(f.lines[n-1], name)
			if count == 1 {
				if name[0] == '.' || name[0] == ':' {
					at++
				}
				return n, utf8.RuneCountInString(f.lines[n-1][:at]) + 1
			}
			found = found || count > 0
		}
		if found {
			return n, 0
		}
	}
	return line, 0
}

// calledAs lists how a name may stand in a script, the most telling first.
func calledAs(name string) []string { return []string{name + "(", name + ".", name + ":", name} }

// words counts where name stands as a word of its own, and gives the last such place.
func words(text, name string) (at, count int) {
	at = -1
	for from := 0; name != ""; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			break
		}
		i += from
		from = i + 1
		end := i + len(name)
		if i > 0 && isWord(text[i-1]) && isWord(name[0]) || end < len(text) && isWord(text[end]) && isWord(name[len(name)-1]) {
			continue
		}
		at = i
		count++
	}
	return at, count
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
