package luabind

import (
	"fmt"
	"io"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// openMethods makes the metatable of file handles, which is its own __index as in PUC Lua.
func (lib *ioLibrary) openMethods(L *lua.LState) {
	mt := L.NewTypeMetatable(fileClass)
	setFunctions(L, mt, map[string]lua.LGFunction{
		"close": lib.closeFile, "flush": flushFile, "lines": lib.fileLines, "read": readFromFile,
		"seek": seekFile, "setvbuf": setBuffering, "write": writeToFile, "__tostring": fileString,
	})
	mt.RawSetString("__index", mt)
}

// handleOf gives the handle in a value, or nil.
func handleOf(v lua.LValue) *luaFile {
	if ud, ok := v.(*lua.LUserData); ok {
		if h, ok := ud.Value.(*luaFile); ok {
			return h
		}
	}
	return nil
}

// wantFile is a file argument, open or not.
func wantFile(L *lua.LState, n int, function string) *luaFile {
	h := handleOf(L.Get(n))
	if h == nil {
		badType(L, n, function, fileClass)
	}
	return h
}

// wantOpen is the open file that a method is called on.
func wantOpen(L *lua.LState, function string) *luaFile {
	h := wantFile(L, 1, function)
	if h.closed {
		raiseText(L, "attempt to use a closed file")
	}
	return h
}

// closeFile closes a file; as in PUC Lua, a standard one stays open, and a
// program's exit status isn't told.
func (lib *ioLibrary) closeFile(L *lua.LState) int {
	h := wantOpen(L, "close")
	if h.standard {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot close standard file"))
		return 2
	}
	return pushSuccess(L, "", lib.files.close(h))
}

func flushFile(L *lua.LState) int {
	return pushSuccess(L, "", wantOpen(L, "flush").flush())
}

func (lib *ioLibrary) fileLines(L *lua.LState) int {
	wantOpen(L, "lines")
	L.Push(lib.lineIterator(L, L.Get(1).(*lua.LUserData), false))
	return 1
}

func readFromFile(L *lua.LState) int {
	return readFormats(L, wantOpen(L, "read"), 2)
}

func writeToFile(L *lua.LState) int {
	return writeValues(L, wantOpen(L, "write"), L.Get(1), 2)
}

// writeValues writes strings and numbers from argument first on. It gives the
// file, as later Luas do, so that writes may be chained.
func writeValues(L *lua.LState, h *luaFile, self lua.LValue, first int) int {
	for i := first; i <= L.GetTop(); i++ {
		text, ok := lua51.Text(L.Get(i))
		if !ok {
			badArgument(L, i, "write", "string expected, got "+typeOf(L, i))
		}
		if err := h.write(text); err != nil {
			return pushFailure(L, "", err)
		}
	}
	L.Push(self)
	return 1
}

func seekFile(L *lua.LState) int {
	h := wantOpen(L, "seek")
	whence := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}
	name := stringOr(L, 2, "seek", "cur")
	from, ok := whence[name]
	if !ok {
		badArgument(L, 2, "seek", fmt.Sprintf("invalid option '%s'", name))
	}
	position, err := h.seek(int64(intOr(L, 3, "seek", 0)), from)
	if err != nil {
		return pushFailure(L, "", err)
	}
	L.Push(lua.LNumber(position))
	return 1
}

// setBuffering sets when what is written leaves the buffer; its size is always the same.
func setBuffering(L *lua.LState) int {
	h := wantOpen(L, "setvbuf")
	if L.Get(2).Type() != lua.LTString {
		badArgument(L, 2, "setvbuf", "string expected, got "+typeOf(L, 2))
	}
	mode := L.Get(2).String()
	if mode != "no" && mode != "full" && mode != "line" {
		badArgument(L, 2, "setvbuf", fmt.Sprintf("invalid option '%s'", mode))
	}
	if !h.standard {
		h.mode = mode
	}
	L.Push(lua.LTrue)
	return 1
}

func fileString(L *lua.LState) int {
	h := wantFile(L, 1, "tostring")
	if h.closed {
		L.Push(lua.LString("file (closed)"))
	} else {
		L.Push(lua.LString(fmt.Sprintf("file (%p)", h)))
	}
	return 1
}
