package lua51

import (
	"strings"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// CharPattern is utf8.charpattern: it matches one character of a valid
// string.
const CharPattern = "[\x00-\x7F\xC2-\xF4][\x80-\xBF]*"

// UTF8 gives a function of the library utf8 by name: Lua 5.3's, and upper,
// lower and valid. There is none for other names.
func UTF8(name string) lua.LGFunction {
	return bind(name, map[string]function{
		"char": utf8Char, "codepoint": utf8Codepoint, "codes": utf8Codes, "len": utf8Len, "offset": utf8Offset,
		"lower": utf8Lower, "upper": utf8Upper, "valid": utf8Valid,
	}[name])
}

// decode reads the character that begins at s[0]; size is 0 where none does.
func decode(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size < 3 {
		return r, 0
	}
	return r, size
}

// isContinuation tells a byte that is not the first of its character. The
// end of a string is none.
func isContinuation(s string, i int) bool { return i < len(s) && s[i]&0xC0 == 0x80 }

// fromEnd turns a negative index, which counts from the end, into one from
// the beginning; 0 stands for what lies before.
func fromEnd(i, length int) int {
	switch {
	case i >= 0:
		return i
	case -i > length:
		return 0
	}
	return length + i + 1
}

func utf8Char(c call) int {
	var out []byte
	for i := 1; i <= c.GetTop(); i++ {
		n := c.integer(i)
		if n < 0 || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
			c.badArgument(i, "value out of range")
		}
		out = utf8.AppendRune(out, rune(n))
	}
	return c.pushText(string(out))
}

func utf8Codepoint(c call) int {
	s := c.text(1)
	i := fromEnd(c.optInteger(2, 1), len(s))
	j := fromEnd(c.optInteger(3, i), len(s))
	if i < 1 {
		c.badArgument(2, "out of range")
	}
	if j > len(s) {
		c.badArgument(3, "out of range")
	}
	if i > j {
		return 0
	}
	c.reserve(utf8.RuneCountInString(s[i-1:j]), "string slice too long")
	n := 0
	for at := i - 1; at < j; n++ {
		r, size := decode(s[at:])
		if size == 0 {
			c.fail("invalid UTF-8 code")
		}
		c.Push(lua.LNumber(r))
		at += size
	}
	return n
}

// utf8Codes is utf8.codes: its iterator is given the string and the last
// position by for.
func utf8Codes(c call) int {
	s := c.text(1)
	c.Push(c.NewFunction(bind("for iterator", nextCode)))
	c.pushText(s)
	c.Push(lua.LNumber(0))
	return 3
}

func nextCode(c call) int {
	s, at := c.text(1), max(c.integer(2), 0)
	if at > 0 { // behind the character that begins there
		for isContinuation(s, at) {
			at++
		}
	}
	if at >= len(s) {
		return 0
	}
	r, size := decode(s[at:])
	if size == 0 || isContinuation(s, at+size) {
		c.fail("invalid UTF-8 code")
	}
	c.Push(lua.LNumber(at + 1))
	c.Push(lua.LNumber(r))
	return 2
}

func utf8Len(c call) int {
	s := c.text(1)
	at := fromEnd(c.optInteger(2, 1), len(s)) - 1
	last := fromEnd(c.optInteger(3, -1), len(s)) - 1
	if at < 0 || at > len(s) {
		c.badArgument(2, "initial position out of string")
	}
	if last >= len(s) {
		c.badArgument(3, "final position out of string")
	}
	n := 0
	for ; at <= last; n++ {
		_, size := decode(s[at:])
		if size == 0 {
			c.Push(lua.LNil)
			c.Push(lua.LNumber(at + 1))
			return 2
		}
		at += size
	}
	return c.pushNumber(float64(n))
}

func utf8Offset(c call) int {
	s, n := c.text(1), c.integer(2)
	start := len(s) + 1
	if n >= 0 {
		start = 1
	}
	at := fromEnd(c.optInteger(3, start), len(s)) - 1
	if at < 0 || at > len(s) {
		c.badArgument(3, "position out of range")
	}
	if n != 0 && isContinuation(s, at) {
		c.fail("initial position is a continuation byte")
	}
	if at = offset(s, n, at); at < 0 {
		c.Push(lua.LNil)
		return 1
	}
	return c.pushNumber(float64(at + 1))
}

// offset walks n characters from the one at s[at], which counts as the first
// when n is positive; 0 is the character that at lies in. It gives -1 where
// there is none.
func offset(s string, n, at int) int {
	switch {
	case n == 0:
		for at > 0 && isContinuation(s, at) {
			at--
		}
		return at
	case n < 0:
		for ; n < 0 && at > 0; n++ {
			for at--; at > 0 && isContinuation(s, at); {
				at--
			}
		}
	default:
		for n--; n > 0 && at < len(s); n-- {
			for at++; isContinuation(s, at); {
				at++
			}
		}
	}
	if n != 0 {
		return -1
	}
	return at
}

func utf8Lower(c call) int { return c.pushText(mapRunes(c.text(1), unicode.ToLower)) }

func utf8Upper(c call) int { return c.pushText(mapRunes(c.text(1), unicode.ToUpper)) }

// mapRunes changes each character, and leaves bytes alone that are none.
func mapRunes(s string, change func(r rune) rune) string {
	if utf8.ValidString(s) {
		return strings.Map(change, s)
	}
	out := make([]byte, 0, len(s))
	for s != "" {
		r, size := decode(s)
		if size == 0 {
			out, s = append(out, s[0]), s[1:]
			continue
		}
		out, s = utf8.AppendRune(out, change(r)), s[size:]
	}
	return string(out)
}

func utf8Valid(c call) int {
	c.Push(lua.LBool(utf8.ValidString(c.text(1))))
	return 1
}
