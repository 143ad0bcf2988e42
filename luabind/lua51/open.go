package lua51

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// Open puts this package's functions over those of gopher-lua's libraries
// string, table and math, and over tonumber, tostring and unpack. Those
// libraries must be open.
func Open(L *lua.LState) {
	library(L, "string", stringFunctions())
	library(L, "table", tableFunctions())
	library(L, "math", mathFunctions())
	library(L, "math", randomFunctions())
	alias(L, "string", "gfind", "gmatch")
	alias(L, "math", "mod", "fmod")
	L.GetGlobal("math").(*lua.LTable).RawSetString("huge", lua.LNumber(math.Inf(1)))
	for name, f := range map[string]function{"tonumber": luaTonumber, "tostring": luaTostring, "unpack": luaUnpack} {
		L.SetGlobal(name, L.NewFunction(bind(name, f)))
	}
	openMethods(L)
}

// library sets the functions of a library's table.
func library(L *lua.LState, name string, functions map[string]function) {
	table := L.GetGlobal(name).(*lua.LTable)
	for name, f := range functions {
		table.RawSetString(name, L.NewFunction(bind(name, f)))
	}
}

// alias gives a function of a library the name that it had in Lua 5.0.
func alias(L *lua.LState, library, old, name string) {
	table := L.GetGlobal(library).(*lua.LTable)
	table.RawSetString(old, table.RawGetString(name))
}

// openMethods gives strings their methods by a metatable of their own:
// gopher-lua takes the library for it, in which scripts then find __index.
func openMethods(L *lua.LState) {
	methods := L.GetGlobal("string").(*lua.LTable)
	methods.RawSetString("__index", lua.LNil)
	meta := L.NewTable()
	meta.RawSetString("__index", methods)
	L.SetMetatable(lua.LString(""), meta)
}
