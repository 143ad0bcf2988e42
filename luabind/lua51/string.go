package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// stringFunctions is the library string.
func stringFunctions() map[string]function {
	return map[string]function{
		"byte": strByte, "char": strChar, "dump": strDump, "find": strFind, "format": strFormat,
		"gmatch": strGmatch, "gsub": strGsub, "len": strLen, "lower": strLower,
		"match": strMatch, "rep": strRep, "reverse": strReverse, "sub": strSub, "upper": strUpper,
	}
}

// bounds turns the indexes i and j of Lua, negative ones from the end, into
// those of a slice.
func bounds(i, j, length int) (from, to int) {
	if i < 0 {
		i = max(length+i+1, 1)
	}
	if j < 0 {
		j = length + j + 1
	}
	from, to = max(i, 1)-1, min(j, length)
	if from >= to {
		return 0, 0
	}
	return from, to
}

func strByte(c call) int {
	s := c.text(1)
	i := c.optInteger(2, 1)
	from, to := bounds(i, c.optInteger(3, i), len(s))
	c.reserve(to-from, "string slice too long")
	for _, b := range []byte(s[from:to]) {
		c.Push(lua.LNumber(b))
	}
	return to - from
}

func strChar(c call) int {
	octets := make([]byte, c.GetTop())
	for i := range octets {
		n := c.integer(i + 1)
		if n < 0 || n > 255 {
			c.badArgument(i+1, "invalid value")
		}
		octets[i] = byte(n)
	}
	return c.pushText(string(octets))
}

func strDump(c call) int {
	c.callable(1)
	c.fail("unable to dump given function")
	return 0
}

func strLen(c call) int { return c.pushNumber(float64(len(c.text(1)))) }

func strLower(c call) int { return c.pushText(mapped(c.text(1), isUpper)) }

func strUpper(c call) int { return c.pushText(mapped(c.text(1), isLower)) }

// mapped changes the case of the ASCII letters that wrong tells.
func mapped(s string, wrong func(b byte) bool) string {
	i := 0
	for i < len(s) && !wrong(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	out := []byte(s)
	for ; i < len(out); i++ {
		if wrong(out[i]) {
			out[i] ^= 0x20
		}
	}
	return string(out)
}

func strRep(c call) int {
	s, n := c.text(1), c.integer(2)
	if n <= 0 || s == "" {
		return c.pushText("")
	}
	if n > maxString/len(s) {
		c.fail("resulting string too large")
	}
	return c.pushText(strings.Repeat(s, n))
}

func strReverse(c call) int {
	s := c.text(1)
	out := make([]byte, len(s))
	for i := range len(s) {
		out[len(s)-1-i] = s[i]
	}
	return c.pushText(string(out))
}

func strSub(c call) int {
	s := c.text(1)
	from, to := bounds(c.integer(2), c.optInteger(3, -1), len(s))
	return c.pushText(s[from:to])
}
