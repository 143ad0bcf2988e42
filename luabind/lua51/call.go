package lua51

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxString bounds every string that the libraries make, in bytes: a script
// that asks for more gets an error, instead of the end of the process.
const maxString = 256 << 20

// maxResults bounds how many values one call may give: they lie on Lua's
// stack, of which the script's own calls need their share.
const maxResults = 1 << 18

// call is one call of a library function by Lua code. Its methods read
// arguments as the auxiliary library of PUC's Lua does, and raise its errors.
type call struct {
	*lua.LState
	name string
}

// function is a row of a library's table.
type function func(c call) int

// bind makes the function callable from Lua under a name, which its errors
// give.
func bind(name string, f function) lua.LGFunction {
	return func(L *lua.LState) int { return f(call{L, name}) }
}

// fail raises an error at the line of the script that called. It doesn't
// return.
func (c call) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for level := 1; ; level++ {
		switch where := c.Where(level); where {
		case "[G]:": // a function of Go's called us
		case "":
			c.Error(lua.LString(text), 0)
		default:
			c.Error(lua.LString(where+" "+text), 0)
		}
	}
}

// badArgument raises an error about argument n.
func (c call) badArgument(n int, text string) {
	c.fail("bad argument #%d to '%s' (%s)", n, c.name, text)
}

// badType raises the error of an argument that has another type than wanted.
func (c call) badType(n int, wanted string) {
	got := "no value"
	if n <= c.GetTop() {
		got = c.Get(n).Type().String()
	}
	c.badArgument(n, wanted+" expected, got "+got)
}

// text is argument n as a string; numbers are strings, too.
func (c call) text(n int) string {
	text, ok := Text(c.Get(n))
	if !ok {
		c.badType(n, "string")
	}
	return text
}

// number is argument n as a number; strings that hold one are numbers, too.
func (c call) number(n int) float64 {
	switch v := c.Get(n).(type) {
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		if f, ok := parseNumber(string(v)); ok {
			return f
		}
	}
	c.badType(n, "number")
	return 0
}

// integer is argument n as an integer; a fraction is cut off.
func (c call) integer(n int) int { return toInteger(c.number(n)) }

// optInteger is integer for an argument that may be absent or nil.
func (c call) optInteger(n, absent int) int {
	if c.Get(n) == lua.LNil {
		return absent
	}
	return c.integer(n)
}

// toInteger cuts off the fraction. What no int holds becomes the nearest
// that does, and no number becomes 0.
func toInteger(f float64) int {
	switch {
	case f >= math.MaxInt:
		return math.MaxInt
	case f <= math.MinInt:
		return math.MinInt
	case f != f:
		return 0
	}
	return int(f)
}

// table is the first argument, which must be a table.
func (c call) table() *lua.LTable {
	if t, ok := c.Get(1).(*lua.LTable); ok {
		return t
	}
	c.badType(1, "table")
	return nil
}

// callable is argument n, which must be a function.
func (c call) callable(n int) *lua.LFunction {
	if f, ok := c.Get(n).(*lua.LFunction); ok {
		return f
	}
	c.badType(n, "function")
	return nil
}

// any is argument n, which must be there.
func (c call) any(n int) lua.LValue {
	if n > c.GetTop() {
		c.badArgument(n, "value expected")
	}
	return c.Get(n)
}

// pushText pushes a result.
func (c call) pushText(s string) int {
	c.Push(lua.LString(s))
	return 1
}

// pushNumber pushes a result.
func (c call) pushNumber(f float64) int {
	c.Push(lua.LNumber(f))
	return 1
}

// reserve makes room for n results at once, because Lua's stack grows in
// small steps only.
func (c call) reserve(n int, tooMany string) {
	if n > maxResults {
		c.fail("%s", tooMany)
	}
	top := c.GetTop()
	c.SetTop(top + n)
	c.SetTop(top)
}

// checkSize raises an error where a string would be too long.
func (c call) checkSize(size int) {
	if size > maxString {
		c.fail("resulting string too large")
	}
}

// done is closed when the script must end; nil without a context.
func (c call) done() <-chan struct{} {
	if ctx := c.Context(); ctx != nil {
		return ctx.Done()
	}
	return nil
}

// look ends the script if it must end. Loops call it every few thousand
// rounds.
func (c call) look() {
	if ctx := c.Context(); ctx != nil && ctx.Err() != nil {
		c.stopped()
	}
}

// stopped raises the error of a script that must end, as Lua's own
// instructions do.
func (c call) stopped() { c.fail("%s", c.Context().Err().Error()) }

// textOf is what tostring gives for v.
func (c call) textOf(v lua.LValue) string {
	text, ok := ToString(c.LState, v).(lua.LString)
	if !ok {
		c.fail("'__tostring' must return a string")
	}
	return string(text)
}

// builder collects a string under the bound of maxString.
type builder struct {
	strings.Builder
	c call
}

func (b *builder) add(s string) {
	b.c.checkSize(b.Len() + len(s))
	b.WriteString(s)
}
