package data

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONError tells what is wrong with a JSON text, and where.
type JSONError struct {
	Line, Column int // from 1; columns count characters
	What         string
	hint         string
}

// Error returns the place and the fault.
func (e *JSONError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// Kind returns "argument".
func (e *JSONError) Kind() string { return "argument" }

// Hint says how to write it, or is empty.
func (e *JSONError) Hint() string { return e.hint }

// fail is the error for what stands at pos.
func (p *jsonParser[T]) fail(what, hint string) error {
	before := p.text[:p.pos]
	start := strings.LastIndexByte(before, '\n') + 1
	column := utf8.RuneCountInString(strings.TrimPrefix(before[start:], "\ufeff"))
	return &JSONError{Line: strings.Count(before, "\n") + 1, Column: column + 1, What: what, hint: hint}
}

// unexpected names what was expected at pos, and what is there.
func (p *jsonParser[T]) unexpected(want string) error {
	p.space()
	rest := p.text[p.pos:]
	if rest == "" {
		return p.fail("expected "+want+", got the end of the text", "")
	}
	r, size := utf8.DecodeRuneInString(rest)
	if r == utf8.RuneError && size == 1 {
		return p.badUTF8(p.pos, p.pos+1)
	}
	got := rest[:size]
	if end := strings.IndexFunc(rest, func(r rune) bool { return !isWordRune(r) }); end != 0 {
		if end < 0 {
			end = len(rest)
		}
		got = rest[:end]
	}
	return p.fail(fmt.Sprintf("expected %s, got %q", want, shorten(got)), jsonHint(got))
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}

// jsonHint knows what people write who think of another language.
func jsonHint(got string) string {
	switch got {
	case "'":
		return `JSON has double quotes only: "text"`
	case "/", "#":
		return "JSON has no comments"
	case "None", "nil", "NULL", "Null", "undefined":
		return "JSON writes null"
	case "True", "TRUE", "False", "FALSE":
		return "JSON writes true and false"
	case "NaN", "Infinity", "inf", "nan":
		return "JSON has no such number"
	case "<":
		return "this is HTML or XML, perhaps the error page of a server"
	}
	return ""
}

// badUTF8 names the first octet between start and end that is no UTF-8.
func (p *jsonParser[T]) badUTF8(start, end int) error {
	for p.pos = start; p.pos < end; {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		p.pos += size
	}
	return p.fail(fmt.Sprintf("the octet 0x%02X is no UTF-8", p.text[p.pos]), "JSON is written in UTF-8 (RFC 8259 section 8.1)")
}

func controlName(c byte) string {
	switch c {
	case '\n', '\r':
		return "line break"
	case '\t':
		return "tab"
	}
	return fmt.Sprintf("control character 0x%02X", c)
}

// escaped goes on with a string that begins at start where the first
// backslash stands.
func (p *jsonParser[T]) escaped(start, backslash int) (string, error) {
	buf := make([]byte, 0, len(p.text[start:backslash])+32)
	buf = append(buf, p.text[start:backslash]...)
	for p.pos = backslash; p.pos < len(p.text); {
		switch c := p.text[p.pos]; {
		case c == '"':
			if !utf8.Valid(buf) {
				return "", p.badUTF8(start, p.pos)
			}
			p.pos++
			return string(buf), nil
		case c == '\\':
			var err error
			if buf, err = p.escape(buf); err != nil {
				return "", err
			}
		case c < 0x20:
			return "", p.fail("a text holds a raw "+controlName(c), `write \n for a line break and \t for a tab`)
		default:
			buf = append(buf, c)
			p.pos++
		}
	}
	p.pos = start - 1
	return "", p.fail("a text is not closed by a quote", "")
}

// jsonEscapes are the letters after a backslash and what they mean.
const (
	jsonEscapes  = `"\/bfnrt`
	jsonMeanings = "\"\\/\b\f\n\r\t"
)

// escape reads one escape at pos.
func (p *jsonParser[T]) escape(buf []byte) ([]byte, error) {
	letter := byte(0)
	if p.pos+1 < len(p.text) {
		letter = p.text[p.pos+1]
	}
	if i := strings.IndexByte(jsonEscapes, letter); i >= 0 && letter != 0 {
		p.pos += 2
		return append(buf, jsonMeanings[i]), nil
	}
	r, ok := p.unicodeEscape(p.pos)
	if letter != 'u' || !ok {
		return nil, p.fail(fmt.Sprintf("unknown escape %q", shorten(p.text[p.pos:min(p.pos+2, len(p.text))])), `a backslash itself is written \\`)
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		// A half alone becomes the replacement character, as in browsers.
		low, ok := p.unicodeEscape(p.pos)
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			p.pos += 6
		}
	}
	return utf8.AppendRune(buf, r), nil
}

// unicodeEscape reads \uXXXX at the given place.
func (p *jsonParser[T]) unicodeEscape(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at+2:at+6], 16, 16)
	return rune(n), err == nil
}
