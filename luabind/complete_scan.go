package luabind

import "strings"

// Kinds of what was typed; a sign is of the kind of its character.
const (
	typedName   rune = 'n'
	typedNumber rune = '0'
	typedString rune = 's'
	typedOpen   rune = '"' // a string that is not closed
)

// typed is one token of a text that may not be Lua yet.
type typed struct {
	kind rune
	text string // of names, and of strings without their quotes
	at   int
}

// scanTyped splits a text into tokens; ok is false where it ends in a comment.
func scanTyped(text string) (tokens []typed, ok bool) {
	for i := 0; i < len(text); {
		rest := text[i:]
		size := 1
		switch b := text[i]; {
		case strings.HasPrefix(rest, "--"):
			if size = commentSize(rest); size < 0 {
				return tokens, false
			}
		case b == ' ' || b == '\t' || b == '\n' || b == '\r':
		case isNameByte(b):
			for size < len(rest) && (isNameByte(rest[size]) || rest[size] >= '0' && rest[size] <= '9') {
				size++
			}
			tokens = append(tokens, typed{typedName, rest[:size], i})
		case b >= '0' && b <= '9':
			for size < len(rest) && (isNameByte(rest[size]) || rest[size] >= '0' && rest[size] <= '9' || rest[size] == '.') {
				size++
			}
			tokens = append(tokens, typed{typedNumber, rest[:size], i})
		case b == '"' || b == '\'' || longOpen(rest) > 0:
			t := scanString(rest)
			t.at, size = i, len(t.text)
			tokens = append(tokens, t.bare())
		default:
			tokens = append(tokens, typed{rune(b), rest[:1], i})
		}
		i += size
	}
	return tokens, true
}

func isNameByte(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// commentSize measures a comment; -1 when it goes on behind the text.
func commentSize(s string) int {
	if n := longOpen(s[2:]); n > 0 {
		if end := strings.Index(s, longClose(n)); end >= 0 {
			return end + n
		}
		return -1
	}
	return strings.IndexByte(s, '\n')
}

// longOpen measures the opening of a long string, [[ or [==[; 0 for others.
func longOpen(s string) int {
	if !strings.HasPrefix(s, "[") {
		return 0
	}
	level := len(s[1:]) - len(strings.TrimLeft(s[1:], "="))
	if len(s) > level+1 && s[level+1] == '[' {
		return level + 2
	}
	return 0
}

func longClose(n int) string { return "]" + strings.Repeat("=", n-2) + "]" }

// scanString reads a string with its quotes; its kind tells whether it is closed.
func scanString(s string) typed {
	if n := longOpen(s); n > 0 {
		if end := strings.Index(s[n:], longClose(n)); end >= 0 {
			return typed{kind: typedString, text: s[:n+end+n]}
		}
		return typed{kind: typedOpen, text: s}
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return typed{kind: typedString, text: s[:i+1]}
		case '\n':
			return typed{kind: typedString, text: s[:i]}
		}
	}
	return typed{kind: typedOpen, text: s}
}

// bare takes the quote off an open string.
func (t typed) bare() typed {
	if t.kind == typedOpen {
		t.text = t.text[1:]
	}
	return t
}
