package luabind

import (
	"fmt"
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// endedLimit bounds how many iterators are remembered.
const endedLimit = 1000

// noteEnd remembers that an iterator was read to its end. One that was, and gives nothing from its beginning on, is an
// error: a table of it would say that there is no data.
func (t *tableRows) noteEnd() error {
	if t.next == nil {
		return nil
	}
	key := iteratorKey(t.next)
	if t.n == 0 && t.rt.readRows[key] {
		return &argumentError{
			text: fmt.Sprintf("%s: the rows were read before, to their end: an iterator gives them once", t.call),
			hint: "read them into a list for several uses: local list = {} for row in rows do list[#list + 1] = row end",
		}
	}
	if t.rt.readRows == nil || len(t.rt.readRows) >= endedLimit {
		t.rt.readRows = map[any]bool{}
	}
	t.rt.readRows[key] = true
	return nil
}

// iteratorKey tells an iterator from others without keeping it, and the rows it may hold, in memory.
func iteratorKey(v lua.LValue) any {
	switch v := v.(type) {
	case *lua.LFunction:
		return weak.Make(v)
	case *lua.LUserData:
		return weak.Make(v)
	}
	return nil
}
