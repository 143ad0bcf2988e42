package luabind

import (
	"runtime"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// openBase puts the base library's functions whose errors or results differ
// from PUC Lua's into the place of gopher-lua's.
func (rt *Runtime) openBase(L *lua.LState) {
	globals := L.Get(lua.GlobalsIndex).(*lua.LTable)
	for _, name := range []string{"_printregs", "_GOPHER_LUA_VERSION"} {
		globals.RawSetString(name, lua.LNil)
	}
	next := L.NewFunction(luaNext)
	aux := L.NewFunction(ipairsNext)
	globals.RawSetString("next", next)
	setFunctions(L, globals, map[string]lua.LGFunction{
		"select": luaSelect, "error": luaError, "type": luaType,
		"rawequal": rawEqual, "rawget": rawGet, "rawset": rawSet,
		"getmetatable": luaGetMetatable, "setmetatable": luaSetMetatable, "newproxy": newProxy,
		"getfenv": luaGetFEnv, "setfenv": luaSetFEnv, "collectgarbage": collectGarbage, "gcinfo": gcInfo,
		"pairs": func(L *lua.LState) int {
			t := wantTable(L, 1, "pairs")
			L.Push(next)
			L.Push(t)
			L.Push(lua.LNil)
			return 3
		},
		"ipairs": func(L *lua.LState) int {
			t := wantTable(L, 1, "ipairs")
			L.Push(aux)
			L.Push(t)
			L.Push(lua.LNumber(0))
			return 3
		},
	})
}

// luaNext walks a table.
func luaNext(L *lua.LState) int {
	t := wantTable(L, 1, "next")
	key := L.Get(2)
	k, v := lua51.Next(t, key)
	if k == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(k)
	L.Push(v)
	return 2
}

func ipairsNext(L *lua.LState) int {
	t := wantTable(L, 1, "ipairs")
	i := wantInt(L, 2, "ipairs") + 1
	v := t.RawGetInt(i)
	if v == lua.LNil {
		return 0
	}
	L.Push(lua.LNumber(i))
	L.Push(v)
	return 2
}

func luaSelect(L *lua.LState) int {
	top := L.GetTop()
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(top - 1))
		return 1
	}
	n := wantInt(L, 1, "select")
	if n < 0 {
		n = top + n
	}
	if n < 1 {
		badArgument(L, 1, "select", "index out of range")
	}
	return max(top-n, 0)
}

// luaError raises any value; a text with the place of the given level.
func luaError(L *lua.LState) int {
	level := intOr(L, 2, "error", 1)
	v := L.Get(1)
	if n, isNumber := v.(lua.LNumber); isNumber && level > 0 {
		v = lua.LString(lua51.Plain(n))
	}
	if text, isText := v.(lua.LString); isText && level > 0 {
		if where := L.Where(min(level, maxFrames)); where != "" && where != "[G]:" {
			v = lua.LString(where + " " + string(text))
		}
	}
	L.Error(v, 0)
	return 0
}

func luaType(L *lua.LState) int {
	L.Push(lua.LString(wantAny(L, 1, "type").Type().String()))
	return 1
}

func rawEqual(L *lua.LState) int {
	L.Push(lua.LBool(L.RawEqual(wantAny(L, 1, "rawequal"), wantAny(L, 2, "rawequal"))))
	return 1
}

func rawGet(L *lua.LState) int {
	L.Push(L.RawGet(wantTable(L, 1, "rawget"), wantAny(L, 2, "rawget")))
	return 1
}

func rawSet(L *lua.LState) int {
	L.RawSet(wantTable(L, 1, "rawset"), wantAny(L, 2, "rawset"), wantAny(L, 3, "rawset"))
	L.SetTop(1)
	return 1
}

func luaGetMetatable(L *lua.LState) int {
	L.Push(L.GetMetatable(wantAny(L, 1, "getmetatable")))
	return 1
}

func luaSetMetatable(L *lua.LState) int {
	t := wantTable(L, 1, "setmetatable")
	mt := L.Get(2)
	if _, isTable := mt.(*lua.LTable); !isTable && (mt != lua.LNil || L.GetTop() < 2) {
		badArgument(L, 2, "setmetatable", "nil or table expected")
	}
	if L.GetMetaField(t, "__metatable") != lua.LNil {
		raiseText(L, "cannot change a protected metatable")
	}
	t.Metatable = mt
	L.SetTop(1)
	return 1
}

// newProxy makes an empty userdata, with a metatable of its own or another's.
func newProxy(L *lua.LState) int {
	ud := L.NewUserData()
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		if v {
			ud.Metatable = L.NewTable()
		}
	case *lua.LUserData:
		if v.Value != nil {
			badArgument(L, 1, "newproxy", "boolean or proxy expected")
		}
		ud.Metatable = v.Metatable
	default:
		badArgument(L, 1, "newproxy", "boolean or proxy expected")
	}
	L.Push(ud)
	return 1
}

// heapKilobytes is what the process's memory holds, Go's own things included.
func heapKilobytes() float64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) / 1024
}

// collectGarbage collects and counts; Go's collector paces itself, so the
// settings give plausible answers and change nothing.
func collectGarbage(L *lua.LState) int {
	what := wantOption(L, 1, "collectgarbage", "collect", "stop", "restart", "count", "step", "setpause", "setstepmul")
	switch what {
	case "collect":
		runtime.GC()
		L.Push(lua.LNumber(0))
	case "count":
		L.Push(lua.LNumber(heapKilobytes()))
	case "step":
		runtime.GC()
		L.Push(lua.LTrue)
	case "setpause", "setstepmul":
		L.Push(lua.LNumber(200))
	default:
		L.Push(lua.LNumber(0))
	}
	return 1
}

func gcInfo(L *lua.LState) int {
	L.Push(lua.LNumber(int(heapKilobytes())))
	return 1
}
