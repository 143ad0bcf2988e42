package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// loadfile compiles a file and gives its function, or nil and a message.
func (rt *Runtime) loadfile(L *lua.LState) int {
	file := L.CheckString(1)
	source, err := rt.host.readFile(file)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	return loadText(L, source, file)
}

// loadstring compiles a string as a script is compiled, gopher-lua's mistakes mended.
func loadstring(L *lua.LState) int {
	return loadText(L, []byte(L.CheckString(1)), L.OptString(2, "<string>"))
}

// loadChunks is load: it compiles the pieces that a function gives until nil or "".
func loadChunks(L *lua.LState) int {
	next, name := L.CheckFunction(1), L.OptString(2, "?")
	var source strings.Builder
	for {
		L.Push(next)
		L.Call(0, 1)
		piece := L.Get(-1)
		L.Pop(1)
		if piece == lua.LNil || piece == lua.LString("") {
			return loadText(L, []byte(source.String()), name)
		}
		if !lua.LVCanConvToString(piece) {
			L.Push(lua.LNil)
			L.Push(lua.LString("reader function must return a string"))
			return 2
		}
		source.WriteString(piece.String())
	}
}

// loadText compiles source. As in Lua, a name may begin with "=" or "@", which is not shown.
func loadText(L *lua.LState, source []byte, name string) int {
	if len(name) > 1 && (name[0] == '=' || name[0] == '@') {
		name = name[1:]
	}
	if rt := runtimeOf(L); rt != nil {
		rt.sources.add(name, source)
	}
	_, proto, err := compile(source, name)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	L.Push(L.NewFunctionFromProto(proto))
	return 1
}
