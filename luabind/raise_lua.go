package luabind

import (
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// luaError is Lua's error: texts and numbers get the position of the level
// that is asked for, counted on through pcalls and coroutines.
func (rt *Runtime) luaError(L *lua.LState) int {
	v := L.Get(1)
	level := L.OptInt(2, 1)
	if v.Type() != lua.LTString && v.Type() != lua.LTNumber || level <= 0 {
		L.Error(v, 0)
	}
	L.Error(lua.LString(rt.whereAt(L, level)+lua51.Plain(v)), 0)
	return 0
}

// whereAt is the position of a level as "file:12: ", or empty for one of our
// own functions.
func (rt *Runtime) whereAt(L *lua.LState, level int) string {
	for depth := 0; L != nil && depth < maxThreads; depth++ {
		calls := callStack(L)
		if len(calls) == 0 {
			return ""
		}
		for i := range calls {
			if c := &calls[i]; c.level == level {
				if !c.isLua() {
					return ""
				}
				return Frame{File: c.fn.Proto.SourceName, Line: c.line()}.place()
			}
		}
		outer := &calls[len(calls)-1]
		if level <= outer.level+outer.tails {
			return ""
		}
		level -= outer.level + outer.tails + 1
		L = rt.waiting(L)
	}
	return ""
}
