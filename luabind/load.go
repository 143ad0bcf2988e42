package luabind

import (
	"io"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// loadfile compiles a file and gives its function, or nil and a message.
func (rt *Runtime) loadfile(L *lua.LState) int {
	file, source, err := rt.chunk(L, "loadfile")
	if err != nil {
		text, _ := namedError(file, err)
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot open " + text))
		return 2
	}
	return loadText(L, source, "@"+file)
}

// chunk reads the file that is the first argument, or standard input.
func (rt *Runtime) chunk(L *lua.LState, call string) (file string, source []byte, err error) {
	if L.Get(1) == lua.LNil {
		source, err = io.ReadAll(rt.stdio.in)
		return "stdin", source, err
	}
	file = wantString(L, 1, call)
	source, err = rt.host.readFile(file)
	return file, source, err
}

// loadstring compiles a string as a script is compiled, gopher-lua's mistakes mended.
func loadstring(L *lua.LState) int {
	source := wantString(L, 1, "loadstring")
	return loadText(L, []byte(source), stringOr(L, 2, "loadstring", source))
}

// loadChunks is load: it compiles the pieces that a function gives until nil
// or "". What the function raises is given back.
func (rt *Runtime) loadChunks(L *lua.LState) int {
	next, name := wantFunction(L, 1, "load"), stringOr(L, 2, "load", "=(load)")
	var source strings.Builder
	for {
		rt.call(L, []lua.LValue{next}, nil)
		ok, piece := L.Get(1), L.Get(2)
		switch {
		case ok != lua.LTrue:
			L.Push(lua.LNil)
			L.Push(piece)
			return 2
		case piece == lua.LNil || piece == lua.LString(""):
			return loadText(L, []byte(source.String()), name)
		case !lua.LVCanConvToString(piece):
			where := L.Where(1)
			L.Push(lua.LNil)
			L.Push(lua.LString(strings.TrimSpace(where + " reader function must return a string")))
			return 2
		}
		source.WriteString(lua51.Plain(piece))
		if source.Len() > maxSource {
			return loadText(L, []byte(source.String()), name)
		}
	}
}

// loadText compiles source under a chunk name, as Lua has them.
func loadText(L *lua.LState, source []byte, name string) int {
	name = shownChunk(name)
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

// maxChunkName bounds a chunk's name as messages show it, in octets.
const maxChunkName = 60

// shownChunk is a chunk's name as messages show it: what follows "=" or "@",
// or for the text of a chunk itself its first line.
func shownChunk(name string) string {
	if name == "" {
		return `[string ""]`
	}
	switch name[0] {
	case '=':
		return name[1:min(len(name), maxChunkName)]
	case '@':
		if len(name) > maxChunkName-7 {
			return "..." + name[len(name)-maxChunkName+8:]
		}
		return name[1:]
	}
	room := maxChunkName - len(` [string "..."] `) - 1 // as PUC Lua counts
	line := name
	if end := strings.IndexAny(name, "\r\n"); end >= 0 {
		line = name[:end]
	}
	if more := len(line) < len(name); more || len(line) > room {
		line = line[:min(len(line), room)] + "..."
	}
	return `[string "` + line + `"]`
}
