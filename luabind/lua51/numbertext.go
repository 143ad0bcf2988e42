package lua51

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// FormatNumber is the text form that a number has wherever it becomes text: in
// tostring, print and "..", in files and in mail. Whole numbers up to 2^63 are
// digits alone, so that ids stay whole; others have 14 significant digits, as
// C's %.14g writes them and PUC's Lua 5.1 with it: "0.3", "1e+100", "-0",
// "inf", "-inf". What is no number is "nan", without a sign.
func FormatNumber(f float64) string {
	var room [numberSize]byte
	return string(AppendNumber(room[:0], f))
}

// numberSize is how long a number's text form may be.
const numberSize = 24

// AppendNumber appends FormatNumber's text to out.
func AppendNumber(out []byte, f float64) []byte {
	if f >= -1<<63 && f < 1<<63 {
		if n := int64(f); f == float64(n) && (n != 0 || !math.Signbit(f)) {
			return strconv.AppendInt(out, n, 10)
		}
		return strconv.AppendFloat(out, f, 'g', 14, 64)
	}
	switch {
	case math.IsNaN(f):
		return append(out, "nan"...)
	case math.IsInf(f, 1):
		return append(out, "inf"...)
	case math.IsInf(f, -1):
		return append(out, "-inf"...)
	}
	return strconv.AppendFloat(out, f, 'g', 14, 64)
}

// Text is the text of a string or a number, which Lua takes for a string
// wherever one is wanted; ok is false for other values.
func Text(v lua.LValue) (text string, ok bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return FormatNumber(float64(v)), true
	}
	return "", false
}

// Plain is how v is written without asking its __tostring.
func Plain(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return FormatNumber(float64(n))
	}
	return v.String()
}

// ToString is what tostring gives for v: its text form, or what its __tostring
// gives, which may be no string.
func ToString(L *lua.LState, v lua.LValue) lua.LValue {
	switch v := v.(type) {
	case lua.LString:
		return v
	case lua.LNumber:
		return lua.LString(FormatNumber(float64(v)))
	}
	return L.ToStringMeta(v)
}
