package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openDebug puts the debug library's functions that differ from PUC Lua's into
// the place of gopher-lua's. Hooks and the registry there are not.
func (rt *Runtime) openDebug(L *lua.LState) {
	table := L.GetGlobal("debug").(*lua.LTable)
	setFunctions(L, table, map[string]lua.LGFunction{
		"traceback": rt.luaTraceback, "getinfo": debugInfo, "getlocal": debugGetLocal, "setlocal": debugSetLocal,
		"getmetatable": debugGetMetatable, "setmetatable": debugSetMetatable,
		"getfenv": debugGetFEnv, "setfenv": debugSetFEnv,
		"getupvalue": debugGetUpvalue, "setupvalue": debugSetUpvalue,
		"gethook": func(L *lua.LState) int {
			L.Push(lua.LNil)
			L.Push(lua.LString(""))
			L.Push(lua.LNumber(0))
			return 3
		},
		"debug": func(L *lua.LState) int {
			raiseText(L, "debug.debug: moonpost repl is the place to try things out")
			return 0
		},
		"sethook": func(L *lua.LState) int {
			if L.GetTop() > 0 {
				raiseText(L, "debug.sethook: there are no hooks in moonpost")
			}
			return 0
		},
		"getregistry": func(L *lua.LState) int {
			raiseText(L, "debug.getregistry: the registry is the host's own")
			return 0
		},
	})
}

// debugThread takes an optional first argument off the stack: the coroutine to look at.
func debugThread(L *lua.LState) *lua.LState {
	thread, ok := L.Get(1).(*lua.LState)
	if !ok {
		return L
	}
	L.Remove(1)
	return thread
}

// debugInfo is debug.getinfo with the fields that can be known. There is no
// namewhat, and no table of the active lines.
func debugInfo(L *lua.LState) int {
	thread := debugThread(L)
	what := stringOr(L, 2, "getinfo", "flnSu")
	if strings.Trim(what, "flnSuL") != "" {
		badArgument(L, 2, "getinfo", "invalid option")
	}
	known := strings.ReplaceAll(what, "L", "") + "f"
	dbg := &lua.Debug{}
	if f, ok := L.Get(1).(*lua.LFunction); ok {
		dbg.CurrentLine = -1
		_, err := thread.GetInfo(">"+known, dbg, f)
		return pushInfo(L, dbg, f, what, err)
	}
	number, ok := numberOf(L.Get(1))
	if !ok {
		badArgument(L, 1, "getinfo", "function or level expected")
	}
	level := toInt(number)
	if level < 0 || level > maxFrames {
		L.Push(lua.LNil)
		return 1
	}
	if dbg, ok = thread.GetStack(rawLevel(thread, level)); !ok {
		L.Push(lua.LNil)
		return 1
	}
	f, err := thread.GetInfo(known, dbg, lua.LNil)
	return pushInfo(L, dbg, f, what, err)
}

// pushInfo makes the table that debug.getinfo gives, under PUC Lua's names.
func pushInfo(L *lua.LState, dbg *lua.Debug, f lua.LValue, what string, err error) int {
	function, ok := f.(*lua.LFunction)
	if err != nil || !ok {
		badArgument(L, 2, "getinfo", "invalid option")
	}
	t := L.NewTable()
	if strings.Contains(what, "S") {
		pushSource(t, dbg, function)
	}
	if strings.Contains(what, "l") {
		t.RawSetString("currentline", lua.LNumber(dbg.CurrentLine))
	}
	if strings.Contains(what, "u") {
		t.RawSetString("nups", lua.LNumber(dbg.NUpvalues))
	}
	if strings.Contains(what, "n") {
		t.RawSetString("namewhat", lua.LString(""))
		if dbg.Name != "" && !strings.ContainsAny(dbg.Name, "<(?") {
			t.RawSetString("name", lua.LString(dbg.Name))
		}
	}
	if strings.Contains(what, "f") {
		t.RawSetString("func", f)
	}
	L.Push(t)
	return 1
}

// pushSource tells where a function is from.
func pushSource(t *lua.LTable, dbg *lua.Debug, f *lua.LFunction) {
	what, source, short, first, last := "C", "=[C]", "[C]", -1, -1
	if !f.IsG {
		what, short = "Lua", f.Proto.SourceName
		first, last = f.Proto.LineDefined, f.Proto.LastLineDefined
		source = "@" + short
		if text, ok := strings.CutPrefix(short, `[string "`); ok {
			source = strings.TrimSuffix(text, `"]`) // cut where the text was long
		}
		if dbg.What == "main" || first == 0 {
			what = "main"
		}
	}
	t.RawSetString("what", lua.LString(what))
	t.RawSetString("source", lua.LString(source))
	t.RawSetString("short_src", lua.LString(short))
	t.RawSetString("linedefined", lua.LNumber(first))
	t.RawSetString("lastlinedefined", lua.LNumber(last))
}

// wantLevel is a level of a thread's stack.
func wantLevel(L, thread *lua.LState, call string) *lua.Debug {
	level := wantInt(L, 1, call)
	if level >= 0 && level <= maxFrames {
		if dbg, ok := thread.GetStack(rawLevel(thread, level)); ok {
			return dbg
		}
	}
	badArgument(L, 1, call, "level out of range")
	return nil
}

func debugGetLocal(L *lua.LState) int {
	thread := debugThread(L)
	dbg, n := wantLevel(L, thread, "getlocal"), wantInt(L, 2, "getlocal")
	if n < 1 {
		L.Push(lua.LNil)
		return 1
	}
	name, value := thread.GetLocal(dbg, n)
	if name == "" || value == nil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(name))
	L.Push(value)
	return 2
}

func debugSetLocal(L *lua.LState) int {
	thread := debugThread(L)
	dbg, n, value := wantLevel(L, thread, "setlocal"), wantInt(L, 2, "setlocal"), wantAny(L, 3, "setlocal")
	if n < 1 {
		L.Push(lua.LNil)
		return 1
	}
	if name := thread.SetLocal(dbg, n, value); name != "" {
		L.Push(lua.LString(name))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func debugGetUpvalue(L *lua.LState) int {
	n, f := wantInt(L, 2, "getupvalue"), wantFunction(L, 1, "getupvalue")
	name, value := L.GetUpvalue(f, n)
	if name == "" || value == nil {
		return 0
	}
	L.Push(lua.LString(name))
	L.Push(value)
	return 2
}

func debugSetUpvalue(L *lua.LState) int {
	value, n, f := wantAny(L, 3, "setupvalue"), wantInt(L, 2, "setupvalue"), wantFunction(L, 1, "setupvalue")
	name := L.SetUpvalue(f, n, value)
	if name == "" {
		return 0
	}
	L.Push(lua.LString(name))
	return 1
}

// debugGetMetatable gives the metatable itself, whatever its __metatable says.
// Those of moonpost's own objects stay hidden: with them a script could break
// what the host relies on.
func debugGetMetatable(L *lua.LState) int {
	switch v := wantAny(L, 1, "getmetatable").(type) {
	case *lua.LTable:
		L.Push(v.Metatable)
	default:
		L.Push(L.GetMetatable(v))
	}
	return 1
}

func debugSetMetatable(L *lua.LState) int {
	v, mt := wantAny(L, 1, "setmetatable"), L.Get(2)
	if mt != lua.LNil && mt.Type() != lua.LTTable {
		badArgument(L, 2, "setmetatable", "nil or table expected")
	}
	if ud, ok := v.(*lua.LUserData); ok && ud.Value != nil {
		raiseText(L, "debug.setmetatable: an object of the host keeps its metatable")
	}
	L.SetMetatable(v, mt)
	L.Push(lua.LTrue)
	return 1
}

func debugGetFEnv(L *lua.LState) int {
	L.Push(L.GetFEnv(wantAny(L, 1, "getfenv")))
	return 1
}

func debugSetFEnv(L *lua.LState) int {
	v, env := wantAny(L, 1, "setfenv"), wantTable(L, 2, "setfenv")
	f, isFunction := v.(*lua.LFunction)
	_, isThread := v.(*lua.LState)
	_, isData := v.(*lua.LUserData)
	if !(isFunction && !f.IsG || isThread || isData) {
		raiseText(L, "'setfenv' cannot change environment of given object")
	}
	L.SetFEnv(v, env)
	L.SetTop(1)
	return 1
}
