package luabind

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// The want functions check the arguments of Lua's own library functions and
// raise what PUC Lua raises; those of moonpost's modules are the arg functions.

// raiseText raises a text with the place of the Lua code that called the
// running function, if it was Lua code.
func raiseText(L *lua.LState, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if where := L.Where(1); where != "" && where != "[G]:" {
		text = where + " " + text
	}
	L.Error(lua.LString(text), 0)
}

// badArgument raises a wrong argument of a library function.
func badArgument(L *lua.LState, n int, function, text string) {
	raiseText(L, "bad argument #%d to '%s' (%s)", n, function, text)
}

// badType raises an argument of another type than was wanted.
func badType(L *lua.LState, n int, function, wanted string) {
	badArgument(L, n, function, wanted+" expected, got "+typeOf(L, n))
}

// typeOf names an argument's type; what was not given at all has none.
func typeOf(L *lua.LState, n int) string {
	if n > L.GetTop() {
		return "no value"
	}
	return L.Get(n).Type().String()
}

func wantAny(L *lua.LState, n int, function string) lua.LValue {
	if n > L.GetTop() {
		badArgument(L, n, function, "value expected")
	}
	return L.Get(n)
}

func wantTable(L *lua.LState, n int, function string) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		badType(L, n, function, "table")
	}
	return t
}

func wantFunction(L *lua.LState, n int, function string) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		badType(L, n, function, "function")
	}
	return f
}

// wantString takes numbers too, as Lua does.
func wantString(L *lua.LState, n int, function string) string {
	text, ok := lua51.Text(L.Get(n))
	if !ok {
		badType(L, n, function, "string")
	}
	return text
}

func stringOr(L *lua.LState, n int, function, fallback string) string {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return wantString(L, n, function)
}

// wantNumber takes strings that read as a number too, as Lua does.
func wantNumber(L *lua.LState, n int, function string) float64 {
	v, ok := numberOf(L.Get(n))
	if !ok {
		badType(L, n, function, "number")
	}
	return v
}

func wantInt(L *lua.LState, n int, function string) int {
	return toInt(wantNumber(L, n, function))
}

func intOr(L *lua.LState, n int, function string, fallback int) int {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return wantInt(L, n, function)
}

// toInt cuts a number to an integer; what is out of range goes to the nearest.
func toInt(v float64) int {
	switch {
	case math.IsNaN(v):
		return 0
	case v >= math.MaxInt64:
		return math.MaxInt64
	case v <= math.MinInt64:
		return math.MinInt64
	}
	return int(v)
}

// numberOf reads a number, or a string as Lua's arithmetic reads it.
func numberOf(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return parseNumber(strings.TrimSpace(string(v)))
	}
	return 0, false
}

// parseNumber reads decimal and hexadecimal numbers, but not Go's further forms.
func parseNumber(s string) (float64, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		n, err := strconv.ParseUint(digits[2:], 16, 64)
		if strings.HasPrefix(s, "-") {
			return -float64(n), err == nil
		}
		return float64(n), err == nil
	}
	if strings.ContainsAny(s, "_xXpPiInN") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && math.IsInf(f, 0) {
		return f, true // too large is infinite in Lua
	}
	return f, err == nil
}

// wantOption gives one of the named options, the first where nothing was given.
func wantOption(L *lua.LState, n int, function string, options ...string) string {
	given := stringOr(L, n, function, options[0])
	for _, o := range options {
		if o == given {
			return o
		}
	}
	badArgument(L, n, function, fmt.Sprintf("invalid option '%s'", given))
	return ""
}

// setFunctions puts library functions into a table.
func setFunctions(L *lua.LState, table *lua.LTable, functions map[string]lua.LGFunction) {
	for name, f := range functions {
		table.RawSetString(name, L.NewFunction(f))
	}
}
