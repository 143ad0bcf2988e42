package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// tableFunctions is the library table, with pack and unpack of Lua 5.2.
func tableFunctions() map[string]function {
	return map[string]function{
		"concat": tabConcat, "foreach": tabForeach, "foreachi": tabForeachi, "getn": tabGetn, "insert": tabInsert,
		"maxn": tabMaxn, "pack": tabPack, "remove": tabRemove, "setn": tabSetn, "sort": tabSort, "unpack": luaUnpack,
	}
}

// element reads t[i] without metamethods. RawGetInt alone sees only what
// gopher-lua keeps in a table's array.
func element(t *lua.LTable, i int) lua.LValue {
	if i > 0 && i < lua.MaxArrayIndex {
		return t.RawGetInt(i)
	}
	return t.RawGet(lua.LNumber(i))
}

// lookRounds is how many rounds a loop over a table makes between two looks
// at the script's context.
const lookRounds = 1 << 14

// each calls visit for i to j, and ends with the script.
func (c call) each(i, j int, visit func(i int)) {
	for rounds := 1; i <= j; i, rounds = i+1, rounds+1 {
		if rounds%lookRounds == 0 {
			c.look()
		}
		visit(i)
	}
}

func tabConcat(c call) int {
	t := c.table()
	separator := ""
	if c.Get(2) != lua.LNil {
		separator = c.text(2)
	}
	i := c.optInteger(3, 1)
	j := c.optInteger(4, t.Len())
	var out strings.Builder
	var room [numberSize]byte
	out.Grow(c.joinedSize(t, len(separator), i, j))
	for k := i; k <= j; k++ {
		if k > i {
			out.WriteString(separator)
		}
		switch v := element(t, k).(type) {
		case lua.LString:
			out.WriteString(string(v))
		case lua.LNumber:
			out.Write(AppendNumber(room[:0], float64(v)))
		}
	}
	return c.pushText(out.String())
}

// joinedSize is how long the elements i to j become in one string, where
// numbers count as one character; an error where that is too long.
func (c call) joinedSize(t *lua.LTable, separator, i, j int) int {
	size := -separator
	for k := i; k <= j; k++ {
		if k&(lookRounds-1) == 0 {
			c.look()
		}
		size += c.elementSize(t, k) + separator
		c.checkSize(size)
	}
	return max(size, 0)
}

// elementSize is how long element i becomes in a string, at least; an error
// where it is neither a string nor a number.
func (c call) elementSize(t *lua.LTable, i int) int {
	switch v := element(t, i).(type) {
	case lua.LString:
		return len(v)
	case lua.LNumber:
		return 1
	default:
		c.fail("invalid value (%s) at index %d in table for 'concat'", v.Type().String(), i)
		return 0
	}
}

func tabForeach(c call) int {
	t, f := c.table(), c.callable(2)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = Next(t, key) {
		if c.visit(f, key, value) {
			return 1
		}
	}
	return 0
}

func tabForeachi(c call) int {
	t, f := c.table(), c.callable(2)
	for i, n := 1, t.Len(); i <= n; i++ {
		if c.visit(f, lua.LNumber(i), element(t, i)) {
			return 1
		}
	}
	return 0
}

// visit calls f with a pair, and leaves its result on the stack when it isn't
// nil.
func (c call) visit(f *lua.LFunction, key, value lua.LValue) bool {
	c.Push(f)
	c.Push(key)
	c.Push(value)
	c.Call(2, 1)
	if c.Get(-1) != lua.LNil {
		return true
	}
	c.Pop(1)
	return false
}

func tabGetn(c call) int { return c.pushNumber(float64(c.table().Len())) }

func tabSetn(c call) int {
	c.table()
	c.fail("'setn' is obsolete")
	return 0
}

func tabInsert(c call) int {
	t := c.table()
	end := t.Len() + 1
	switch c.GetTop() {
	case 2:
		t.RawSetInt(end, c.Get(2))
	case 3:
		at := c.integer(2)
		for i := max(end, at); i > at; i-- {
			if i%lookRounds == 0 {
				c.look()
			}
			set(t, i, element(t, i-1))
		}
		set(t, at, c.Get(3))
	default:
		c.fail("wrong number of arguments to 'insert'")
	}
	return 0
}

// set writes t[i] without metamethods.
func set(t *lua.LTable, i int, v lua.LValue) { t.RawSetInt(i, v) }

func tabMaxn(c call) int {
	t := c.table()
	greatest := lua.LNumber(0)
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if n, ok := key.(lua.LNumber); ok && n > greatest {
			greatest = n
		}
	}
	c.Push(greatest)
	return 1
}

func tabPack(c call) int {
	n := c.GetTop()
	t := c.CreateTable(n, 1)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, c.Get(i))
	}
	t.RawSetString("n", lua.LNumber(n))
	c.Push(t)
	return 1
}

func tabRemove(c call) int {
	t := c.table()
	end := t.Len()
	at := c.optInteger(2, end)
	if at < 1 || at > end {
		return 0
	}
	c.Push(t.Remove(at))
	return 1
}

// luaUnpack is unpack, and table.unpack.
func luaUnpack(c call) int {
	t := c.table()
	i := c.optInteger(2, 1)
	j := c.optInteger(3, t.Len())
	if i > j {
		return 0
	}
	n := j - i + 1
	if n <= 0 {
		n = maxResults + 1 // more than an int holds
	}
	c.reserve(n, "too many results to unpack")
	c.each(i, j, func(k int) { c.Push(element(t, k)) })
	return n
}
