package luatext

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Span is a piece of a line: columns count characters from 1, EndColumn is
// the one behind the piece. Column 0: not known.
type Span struct{ Line, Column, EndColumn int }

// Fault says why a source is no Lua.
type Fault struct {
	Span
	Message string // in the words of Lua's own compiler
	Hint    string // what was probably meant; or empty
}

// Diagnose finds the first place where source leaves Lua's grammar, or nil.
func Diagnose(source []byte) *Fault {
	p := &parser{source: source, tokens: Tokens(source)}
	message := p.parse()
	if message == "" {
		return nil
	}
	t := p.token()
	f := &Fault{Message: message, Span: spanOf(source, t)}
	if t.Kind == EOF && p.at > 0 {
		f.Span = spanBehind(source, p.look(-1))
	}
	f.Hint = p.hint(message)
	return f
}

// spanOf is where the token stands; of one with several lines the first.
func spanOf(source []byte, t Token) Span {
	column := Column(source, t.Start)
	width := utf8.RuneCountInString(t.Text)
	if end := strings.IndexAny(t.Text, "\r\n"); end >= 0 {
		width = utf8.RuneCountInString(t.Text[:end])
	}
	return Span{t.Line, column, column + max(width, 1)}
}

// spanBehind is the place just behind the token.
func spanBehind(source []byte, t Token) Span {
	s := Span{Line: t.Line + lineEnds(t.Text), Column: Column(source, t.End)}
	s.EndColumn = s.Column + 1
	return s
}

func lineEnds(text string) int {
	return strings.Count(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// Column counts the characters of the line up to the offset, from 1.
func Column(source []byte, at int) int {
	begin := lineStart(source, at)
	if begin == 0 && at >= 3 && bytes.HasPrefix(source, []byte("\xef\xbb\xbf")) {
		begin = 3
	}
	return utf8.RuneCount(source[begin:at]) + 1
}
