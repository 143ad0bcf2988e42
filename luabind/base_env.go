package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// luaGetFEnv gives the environment of a function or of a level of the stack.
func luaGetFEnv(L *lua.LState) int {
	f, level := wantEnvOwner(L, "getfenv", L.GetTop() == 0 || L.Get(1) == lua.LNil)
	switch {
	case f == nil && level == 0:
		L.Push(L.Env)
	case f.IsG:
		L.Push(L.Get(lua.GlobalsIndex))
	default:
		L.Push(f.Env)
	}
	return 1
}

// luaSetFEnv sets the environment of a Lua function, of a level of the stack,
// or for level 0 of the thread.
func luaSetFEnv(L *lua.LState) int {
	env := wantTable(L, 2, "setfenv")
	f, level := wantEnvOwner(L, "setfenv", false)
	if f == nil && level == 0 {
		L.Env = env
		return 0
	}
	if f.IsG {
		raiseText(L, "'setfenv' cannot change environment of given object")
	}
	f.Env = env
	L.Push(f)
	return 1
}

// wantEnvOwner is the first argument of getfenv and setfenv: a function, or
// the level of one. No function at level 0 means the thread.
func wantEnvOwner(L *lua.LState, call string, caller bool) (*lua.LFunction, int) {
	if f, ok := L.Get(1).(*lua.LFunction); ok {
		return f, 0
	}
	level := 1
	if !caller {
		level = wantInt(L, 1, call)
	}
	if level < 0 {
		badArgument(L, 1, call, "level must be non-negative")
	}
	if level == 0 {
		return nil, 0
	}
	f := functionAt(L, level)
	if f == nil {
		badArgument(L, 1, call, "invalid level")
	}
	return f, level
}

// functionAt is the function at a level of the stack, or nil; the running Go
// function is level 0.
func functionAt(L *lua.LState, level int) *lua.LFunction {
	if level > maxFrames {
		return nil
	}
	dbg, ok := L.GetStack(rawLevel(L, level))
	if !ok {
		return nil
	}
	v, err := L.GetInfo("f", dbg, lua.LNil)
	if err != nil {
		return nil
	}
	f, _ := v.(*lua.LFunction)
	return f
}
