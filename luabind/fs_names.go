package luabind

import (
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func fsJoin(L *lua.LState) int {
	const call = "fs.join"
	path := argString(L, call, 1, "first")
	for i := 2; i <= L.GetTop(); i++ {
		next := argString(L, call, i, "name")
		if filepath.IsAbs(next) {
			path = next
			continue
		}
		path = filepath.Join(path, next)
	}
	L.Push(lua.LString(path))
	return 1
}

// fsName makes a function of a path's name.
func fsName(call string, part func(string) string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LString(part(argString(L, call, 1, "path"))))
		return 1
	}
}

// fsExt takes no name that begins with a dot for an ending.
func fsExt(path string) string { return filepath.Ext(strings.TrimLeft(filepath.Base(path), ".")) }

func (rt *Runtime) fsAbsolute(L *lua.LState) int {
	path := argString(L, "fs.absolute", 1, "path")
	full, err := filepath.Abs(path)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	L.Push(lua.LString(full))
	return 1
}
