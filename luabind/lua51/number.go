package lua51

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// parseNumber reads a number as Lua 5.1 does in C99: decimal or hexadecimal,
// with a fraction and an exponent, blanks around it. "inf" and "nan" are
// none: a word in a table of data is not a number.
func parseNumber(s string) (float64, bool) {
	s = trimSpace(s)
	if n, ok := smallInteger(s); ok {
		return n, true
	}
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return 0, false
	}
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		return parseHex(s, digits[2:])
	}
	if !isNumeral(digits, isDigit, 'e') {
		return 0, false
	}
	n, _ := strconv.ParseFloat(s, 64) // out of range is ±Inf, as with strtod
	return n, true
}

// parseHex reads a hexadecimal number; digits are those of s.
func parseHex(s, digits string) (float64, bool) {
	if !isNumeral(digits, isHex, 'p') {
		return 0, false
	}
	if !strings.ContainsAny(digits, "pP") {
		s += "p0" // Go wants the exponent
	}
	n, _ := strconv.ParseFloat(s, 64) // out of range is ±Inf, as with strtod
	return n, true
}

// smallInteger reads up to 15 digits, which is what most numbers are.
func smallInteger(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), true
}

// isNumeral tells whether s is digits with at most one point and an exponent,
// which exponent begins (in any case).
func isNumeral(s string, digit func(c byte) bool, exponent byte) bool {
	i, digits, points := 0, 0, 0
	for ; i < len(s); i++ {
		if s[i] == '.' {
			points++
		} else if digit(s[i]) {
			digits++
		} else {
			break
		}
	}
	if digits == 0 || points > 1 {
		return false
	}
	if i == len(s) {
		return true
	}
	if s[i]|0x20 != exponent {
		return false
	}
	if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	return i < len(s) && strings.Trim(s[i:], "0123456789") == ""
}

// trimSpace takes off what C's isspace knows.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// parseBase reads an integer in the given base, with a sign and, in base 16,
// a 0x before it. What 53 bits don't hold is rounded.
func parseBase(s string, base int) (float64, bool) {
	s = trimSpace(s)
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	if s == "" {
		return 0, false
	}
	n := 0.0
	for i := range len(s) {
		d := digitValue(s[i])
		if d >= base {
			return 0, false
		}
		n = n*float64(base) + float64(d)
	}
	return sign * n, true
}

// digitValue is what a digit stands for in bases up to 36, or more for what
// is none.
func digitValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case isLetter(c):
		return int(c|0x20-'a') + 10
	}
	return math.MaxInt
}

// luaTonumber is tonumber.
func luaTonumber(c call) int {
	base := c.optInteger(2, 10)
	var n float64
	ok := false
	if base == 10 {
		switch v := c.any(1).(type) {
		case lua.LNumber:
			c.Push(v)
			return 1
		case lua.LString:
			n, ok = parseNumber(string(v))
		}
	} else {
		s := c.text(1)
		if base < 2 || base > 36 {
			c.badArgument(2, "base out of range")
		}
		n, ok = parseBase(s, base)
	}
	if !ok {
		c.Push(lua.LNil)
		return 1
	}
	return c.pushNumber(n)
}

// luaTostring is tostring.
func luaTostring(c call) int {
	c.Push(ToString(c.LState, c.any(1)))
	return 1
}
