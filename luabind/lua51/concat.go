package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// ConcatFunction makes the function that ".." calls in compiled scripts: it
// joins its arguments as the operator does, numbers in their text form. It
// belongs to no state.
func ConcatFunction() *lua.LFunction {
	return &lua.LFunction{IsG: true, GFunction: concat}
}

// shortText is up to how many bytes are joined on Go's stack.
const shortText = 256

// concat joins its arguments. Most often they are two strings.
func concat(L *lua.LState) int {
	n := L.GetTop()
	if n == 2 {
		left, ok := L.Get(1).(lua.LString)
		right, both := L.Get(2).(lua.LString)
		if ok && both && len(left) <= maxString-len(right) {
			L.Push(left + right)
			return 1
		}
	}
	return concatMany(L, n)
}

// concatMany joins n arguments.
func concatMany(L *lua.LState, n int) int {
	var room [shortText]byte
	out := room[:0]
	for i := 1; i <= n; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			if len(v) > shortText-len(out) {
				return concatLong(call{L, "concat"}, n)
			}
			out = append(out, v...)
		case lua.LNumber:
			if numberSize > shortText-len(out) {
				return concatLong(call{L, "concat"}, n)
			}
			out = AppendNumber(out, float64(v))
		default:
			return concatMixed(call{L, "concat"}, n)
		}
	}
	L.Push(lua.LString(out))
	return 1
}

// concatLong joins n arguments to a text of any size.
func concatLong(c call, n int) int {
	size := 0
	for i := 1; i <= n; i++ {
		switch v := c.Get(i).(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			size += numberSize
		default:
			return concatMixed(c, n)
		}
	}
	c.checkSize(size)
	var out strings.Builder
	out.Grow(size)
	var digits [numberSize]byte
	for i := 1; i <= n; i++ {
		switch v := c.Get(i).(type) {
		case lua.LString:
			out.WriteString(string(v))
		case lua.LNumber:
			out.Write(AppendNumber(digits[:0], float64(v)))
		}
	}
	return c.pushText(out.String())
}

// concatMixed joins n arguments of which some are no text: in pairs from the
// right, as Lua does, by the __concat of the left one or of the right one.
func concatMixed(c call, n int) int {
	right := c.Get(n)
	for i := n - 1; i > 0; i-- {
		left := c.Get(i)
		if !isText(left) || !isText(right) {
			right = c.concatBy(left, right)
			continue
		}
		first := i
		for first > 1 && isText(c.Get(first-1)) {
			first--
		}
		right = c.joinRun(first, i, right)
		i = first
	}
	c.Push(right)
	return 1
}

// joinRun joins arguments from to to and what stands to the right of them,
// which are all text.
func (c call) joinRun(from, to int, right lua.LValue) lua.LValue {
	out := builder{c: c}
	for i := from; i <= to; i++ {
		text, _ := Text(c.Get(i))
		out.add(text)
	}
	text, _ := Text(right)
	out.add(text)
	return lua.LString(out.String())
}

// concatBy asks the operands' metamethod. The error is worded as the virtual
// machine's own, which whoever knows the operands' names makes readable.
func (c call) concatBy(left, right lua.LValue) lua.LValue {
	f := c.GetMetaField(left, "__concat")
	if f == lua.LNil {
		f = c.GetMetaField(right, "__concat")
	}
	if f == lua.LNil {
		c.fail("cannot perform concat operation between %s and %s", left.Type().String(), right.Type().String())
	}
	c.Push(f)
	c.Push(left)
	c.Push(right)
	c.Call(2, 1)
	result := c.Get(-1)
	c.Pop(1)
	return result
}

// isText tells strings and numbers.
func isText(v lua.LValue) bool { return v.Type() == lua.LTString || v.Type() == lua.LTNumber }
