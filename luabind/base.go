package luabind

import (
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// replaceBase puts the host's own functions in the place of those of Lua's
// base and os libraries that would lose error objects, write past the host,
// or end the process with mail still queued.
func (rt *Runtime) replaceBase() {
	L := rt.state
	L.SetGlobal("print", L.NewFunction(rt.print))
	L.SetGlobal("assert", L.NewFunction(luaAssert))
	L.SetGlobal("error", L.NewFunction(rt.luaError))
	L.SetGlobal("pcall", L.NewFunction(rt.pcall))
	L.SetGlobal("xpcall", L.NewFunction(rt.xpcall))
}

// luaAssert raises its second argument: a text with the position, as Lua 5.1
// does, an error object as it is, so that it keeps its identity.
func luaAssert(L *lua.LState) int {
	wantAny(L, 1, "assert")
	if L.ToBool(1) {
		return L.GetTop()
	}
	message := L.Get(2)
	if message == lua.LNil {
		message = lua.LString("assertion failed!")
	}
	if text, ok := message.(lua.LString); ok {
		if where := L.Where(1); where != "" && where != "[G]:" {
			message = lua.LString(where + " " + string(text))
		}
	}
	L.Error(message, 0)
	return 0
}

// print writes its arguments through the host's writer.
func (rt *Runtime) print(L *lua.LState) int {
	var line []byte
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			line = append(line, '\t')
		}
		line = append(line, lua51.ToString(L, L.Get(i)).String()...)
	}
	if _, err := rt.host.Stdout.Write(append(line, '\n')); err != nil {
		raise(L, err)
	}
	return 0
}

// osExit ends the script, not the process: queues are flushed and
// connections closed on the way out, then the status is returned.
func (rt *Runtime) osExit(L *lua.LState) int {
	status := 0
	switch v := L.Get(1).(type) {
	case lua.LNumber:
		status = int(v)
	case lua.LBool:
		if !bool(v) {
			status = 1
		}
	}
	rt.leave(L, status)
	return 0
}

// leave unwinds the script with the given exit status. Cancelling the
// context makes it final: the next instruction after any pcall raises again.
func (rt *Runtime) leave(L *lua.LState, status int) {
	if rt.exit == nil {
		rt.exit = &status
	}
	rt.cancel(errExit)
	L.Error(lua.LString(errExit.Error()), 0)
}
