package luabind

import (
	"bufio"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// fileClass is the metatable's name of file handles, as in PUC Lua.
const fileClass = "FILE*"

// ioLibrary is Lua's io library on the host's streams and disk.
type ioLibrary struct {
	rt            *Runtime
	input, output *lua.LUserData // what io.read and io.write mean
	files         openFiles
}

// openIO makes the io library.
func (rt *Runtime) openIO(L *lua.LState) {
	lib := &ioLibrary{rt: rt}
	lib.files.rt = rt
	rt.io = lib
	lib.openMethods(L)
	table := L.NewTable()
	setFunctions(L, table, map[string]lua.LGFunction{
		"open": lib.open, "close": lib.close, "type": lib.typeOf, "tmpfile": lib.tmpfile, "popen": lib.popen,
		"input": lib.setInput, "output": lib.setOutput, "read": lib.read, "write": lib.write, "lines": lib.lines, "flush": lib.flush,
	})
	lib.input = rt.newFileValue(L, &luaFile{in: rt.stdio.in, standard: true, mode: "full"})
	lib.output = rt.newFileValue(L, standardOutput(rt.host.Stdout))
	table.RawSetString("stdin", lib.input)
	table.RawSetString("stdout", lib.output)
	table.RawSetString("stderr", rt.newFileValue(L, standardOutput(rt.host.Stderr)))
	L.SetGlobal("io", table)
	L.SetField(L.GetField(L.GetGlobal("package"), "loaded"), "io", table)
}

// standardOutput is a stream that is written at once, so that its lines keep
// their order among those of print and of the log.
func standardOutput(w io.Writer) *luaFile {
	return &luaFile{out: bufio.NewWriter(w), standard: true, mode: "no"}
}

// openFile opens a file by a C mode; the mode has been checked.
func (lib *ioLibrary) openFile(L *lua.LState, call, name, mode string) (*lua.LUserData, error) {
	flags := openFlags[mode]
	if flags != os.O_RDONLY {
		lib.rt.effect(L, EffectWrite, call, name)
	}
	f, err := lib.rt.host.disk().OpenFile(name, flags, 0o666)
	if err != nil {
		return nil, err
	}
	h := newLuaFile(f, flags)
	if h.out != nil {
		lib.files.keep(h, name)
	}
	return lib.rt.newFileValue(L, h), nil
}

func (lib *ioLibrary) open(L *lua.LState) int {
	name, mode := wantString(L, 1, "open"), stringOr(L, 2, "open", "r")
	plain := strings.Replace(mode, "b", "", 1)
	if _, ok := openFlags[plain]; !ok || strings.HasPrefix(mode, "b") {
		badArgument(L, 2, "open", "invalid mode")
	}
	ud, err := lib.openFile(L, "io.open", name, plain)
	if err != nil {
		return pushFailure(L, name, err)
	}
	L.Push(ud)
	return 1
}

// tmpfile opens a file that is removed when it is closed.
func (lib *ioLibrary) tmpfile(L *lua.LState) int {
	name := lib.rt.host.temporaryName()
	lib.rt.effect(L, EffectWrite, "io.tmpfile", name)
	disk := lib.rt.host.disk()
	f, err := disk.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return pushFailure(L, name, err)
	}
	h := newLuaFile(f, os.O_RDWR)
	h.finish = func() error { return disk.Remove(name) }
	lib.files.keep(h, name)
	L.Push(lib.rt.newFileValue(L, h))
	return 1
}

// temporaryName is a name that nobody else has, in the folder for such files;
// in a sandbox that is the script's.
func (h *Host) temporaryName() string {
	folder := os.TempDir()
	if h.confined != nil {
		folder = h.confined.names[0]
	}
	return filepath.Join(folder, "lua_"+rand.Text())
}

func (lib *ioLibrary) typeOf(L *lua.LState) int {
	wantAny(L, 1, "type")
	if h := handleOf(L.Get(1)); h == nil {
		L.Push(lua.LNil)
	} else if h.closed {
		L.Push(lua.LString("closed file"))
	} else {
		L.Push(lua.LString("file"))
	}
	return 1
}

func (lib *ioLibrary) close(L *lua.LState) int {
	if L.GetTop() == 0 {
		L.Push(lib.output)
	}
	return lib.closeFile(L)
}

func (lib *ioLibrary) setInput(L *lua.LState) int {
	return lib.choose(L, &lib.input, "input", "r")
}

func (lib *ioLibrary) setOutput(L *lua.LState) int {
	return lib.choose(L, &lib.output, "output", "w")
}

// choose gives the default file, after setting it when a file or name is given.
func (lib *ioLibrary) choose(L *lua.LState, which **lua.LUserData, call, mode string) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString, lua.LNumber:
		ud, err := lib.openFile(L, "io."+call, lua51.Plain(v), mode)
		if err != nil {
			text, _ := namedError(lua51.Plain(v), err)
			badArgument(L, 1, call, text)
		}
		*which = ud
	default:
		wantFile(L, 1, call)
		*which = v.(*lua.LUserData)
	}
	L.Push(*which)
	return 1
}

// chosen is the default file, which must be open.
func chosen(L *lua.LState, ud *lua.LUserData, kind string) *luaFile {
	h := handleOf(ud)
	if h.closed {
		raiseText(L, "standard %s file is closed", kind)
	}
	return h
}

func (lib *ioLibrary) read(L *lua.LState) int {
	return readFormats(L, chosen(L, lib.input, "input"), 1)
}

func (lib *ioLibrary) write(L *lua.LState) int {
	return writeValues(L, chosen(L, lib.output, "output"), lib.output, 1)
}

func (lib *ioLibrary) flush(L *lua.LState) int {
	return pushSuccess(L, "", chosen(L, lib.output, "output").flush())
}

// lines iterates over the default input, or over a file that it closes at the end.
func (lib *ioLibrary) lines(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		chosen(L, lib.input, "input")
		L.Push(lib.lineIterator(L, lib.input, false))
		return 1
	}
	name := wantString(L, 1, "lines")
	ud, err := lib.openFile(L, "io.lines", name, "r")
	if err != nil {
		text, _ := namedError(name, err)
		badArgument(L, 1, "lines", text)
	}
	L.Push(lib.lineIterator(L, ud, true))
	return 1
}

// lineIterator gives the next line at each call.
func (lib *ioLibrary) lineIterator(L *lua.LState, ud *lua.LUserData, closes bool) *lua.LFunction {
	h := handleOf(ud)
	return L.NewFunction(func(L *lua.LState) int {
		if h.closed {
			raiseText(L, "file is already closed")
		}
		in, err := h.reader()
		var line lua.LValue
		if err == nil {
			line, err = readLine(in, false)
		}
		if err != nil {
			pushFailure(L, "", err)
			raiseText(L, "%s", lua.LVAsString(L.Get(-2)))
		}
		if line == lua.LNil && closes {
			err = lib.files.close(h)
		}
		if err != nil {
			raise(L, err)
		}
		L.Push(line)
		return 1
	})
}
