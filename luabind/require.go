package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// replaceLoaders makes require find moonpost's modules first and then files
// beside the script, or beside it in the binary.
func (rt *Runtime) replaceLoaders() {
	L := rt.state
	pkg := L.GetGlobal("package").(*lua.LTable)
	loaders := pkg.RawGetString("loaders").(*lua.LTable)
	loaders.RawSetInt(2, L.NewFunction(rt.loadModule))
	dir := rt.program.Script.Dir
	pkg.RawSetString("path", lua.LString(filepath.Join(dir, "?.lua")+";"+filepath.Join(dir, "?", "init.lua")))
	rt.openPackage(L)
	L.SetGlobal("dofile", L.NewFunction(rt.dofile))
	L.SetGlobal("loadfile", L.NewFunction(rt.loadfile))
	L.SetGlobal("loadstring", L.NewFunction(loadstring))
	L.SetGlobal("load", L.NewFunction(rt.loadChunks))
}

// loadModule is the second loader of require: it gives the compiled chunk,
// or a text that tells where it looked.
func (rt *Runtime) loadModule(L *lua.LState) int {
	name := L.CheckString(1)
	var tried []string
	for _, candidate := range rt.candidates(L, name) {
		source, err := rt.readModule(candidate)
		if errors.Is(err, fs.ErrNotExist) {
			tried = append(tried, fmt.Sprintf("no file '%s'", candidate))
			continue
		}
		if err != nil {
			raise(L, err)
		}
		rt.noteModule(source)
		L.Push(rt.load(L, source, candidate))
		return 1
	}
	text := "\n\t" + strings.Join(tried, "\n\t")
	if near := Nearest(name, moduleNames()); near != "" {
		text += fmt.Sprintf("\n\tdid you mean %q?", near)
	}
	L.Push(lua.LString(text))
	return 1
}

// candidates lists the files that may hold the module.
func (rt *Runtime) candidates(L *lua.LState, name string) []string {
	if rt.program.Script.Library != nil {
		file := strings.ReplaceAll(name, ".", "/")
		return []string{file + ".lua", path.Join(file, "init.lua")}
	}
	file := strings.ReplaceAll(name, ".", string(filepath.Separator))
	patterns := lua.LVAsString(L.GetField(L.GetGlobal("package"), "path"))
	var files []string
	for _, pattern := range strings.Split(patterns, ";") {
		if pattern != "" {
			files = append(files, strings.ReplaceAll(pattern, "?", file))
		}
	}
	return files
}

func (rt *Runtime) readModule(file string) ([]byte, error) {
	if lib := rt.program.Script.Library; lib != nil {
		return fs.ReadFile(lib, file)
	}
	return rt.host.readFile(file)
}

// load compiles source in the running state; a syntax error is raised with
// the place in the module.
func (rt *Runtime) load(L *lua.LState, source []byte, name string) *lua.LFunction {
	rt.sources.add(name, source)
	_, proto, err := compile(source, name)
	if err != nil {
		e := &ScriptError{Err: err}
		e.setTrace(trace(L))
		raise(L, e)
	}
	return L.NewFunctionFromProto(proto)
}

// dofile runs a file, named relative to the working directory.
func (rt *Runtime) dofile(L *lua.LState) int {
	file, source, err := rt.chunk(L, "dofile")
	if err != nil {
		raise(L, err)
	}
	f := rt.load(L, source, file)
	L.SetTop(0)
	L.Push(f)
	L.Call(0, lua.MultRet)
	return L.GetTop()
}

// moduleNames lists the modules of the binding table.
func moduleNames() []string {
	var names []string
	for _, m := range modules(nil) {
		names = append(names, m.Name)
	}
	return names
}
