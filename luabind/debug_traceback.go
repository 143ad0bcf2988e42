package luabind

import (
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// luaTraceback is debug.traceback: the calls of the running thread, and of
// those that wait for it, or of a coroutine that is given.
func (rt *Runtime) luaTraceback(L *lua.LState) int {
	thread := debugThread(L)
	message := L.Get(1)
	if message.Type() != lua.LTNil && message.Type() != lua.LTString && message.Type() != lua.LTNumber {
		L.Push(message)
		return 1
	}
	level := 1
	if thread != L {
		level = 0
	}
	level = L.OptInt(2, level)
	text := tracebackText(cutFrames(append(framesOf(callsFrom(thread, level)), trace(rt.waiting(thread))...)))
	if text == "" {
		text = "stack traceback:"
	}
	if message.Type() != lua.LTNil {
		text = lua51.Plain(message) + "\n" + text
	}
	L.Push(lua.LString(text))
	return 1
}

// callsFrom lists the calls of a thread from a level on.
func callsFrom(L *lua.LState, level int) []call {
	calls := callStack(L)
	for i := range calls {
		if calls[i].level >= level {
			return calls[i:]
		}
	}
	return nil
}
