package lua51

import (
	"cmp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// tabSort is table.sort. The elements are sorted beside the table, so that
// whatever the comparison does, it meets a whole table; an error leaves it
// as it was.
func tabSort(c call) int {
	t := c.table()
	var order *lua.LFunction
	if c.Get(2) != lua.LNil {
		order = c.callable(2)
	}
	values := make([]lua.LValue, t.Len())
	for i := range values {
		values[i] = element(t, i+1)
	}
	slices.SortFunc(values, c.comparison(values, order))
	for i, v := range values {
		t.RawSetInt(i+1, v)
	}
	return 0
}

// comparison is the order of the values: that of the function, else "<".
func (c call) comparison(values []lua.LValue, order *lua.LFunction) func(a, b lua.LValue) int {
	switch {
	case order != nil:
		return func(a, b lua.LValue) int { return sign(c.inOrder(order, a, b)) }
	case all[lua.LNumber](values):
		return c.looking(func(a, b lua.LValue) int { return cmp.Compare(a.(lua.LNumber), b.(lua.LNumber)) })
	case all[lua.LString](values):
		return c.looking(func(a, b lua.LValue) int { return strings.Compare(string(a.(lua.LString)), string(b.(lua.LString))) })
	}
	return func(a, b lua.LValue) int { return sign(c.LessThan(a, b)) }
}

// inOrder asks the script's function whether a comes before b.
func (c call) inOrder(order *lua.LFunction, a, b lua.LValue) bool {
	c.Push(order)
	c.Push(a)
	c.Push(b)
	c.Call(2, 1)
	before := lua.LVAsBool(c.Get(-1))
	c.Pop(1)
	return before
}

// sign makes "comes before" a comparison. What doesn't come before counts as
// equal, which is all that the sort asks.
func sign(before bool) int {
	if before {
		return -1
	}
	return 0
}

// looking lets a comparison without Lua code end with the script.
func (c call) looking(compare func(a, b lua.LValue) int) func(a, b lua.LValue) int {
	rounds := 0
	return func(a, b lua.LValue) int {
		if rounds++; rounds%lookRounds == 0 {
			c.look()
		}
		return compare(a, b)
	}
}

// all tells whether all values have one type.
func all[T lua.LValue](values []lua.LValue) bool {
	for _, v := range values {
		if _, ok := v.(T); !ok {
			return false
		}
	}
	return true
}
