package luabind

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

func (rt *Runtime) fsGlob(L *lua.LState) int {
	const call = "fs.glob"
	pattern := argPath(L, call, 1, "pattern")
	ctx := L.Context()
	in := &globDisk{disk: rt.host.disk()}
	names, err := data.Glob(filepath.ToSlash(pattern), in, func() error { return context.Cause(ctx) })
	switch {
	case in.refused != nil:
		raise(L, rt.fileError(pattern, in.refused))
	case err != nil:
		raise(L, callFault(call, err))
	}
	L.Push(luaList(L, names))
	return 1
}

// globDisk remembers that the sandbox refused a folder: a search takes folders
// that cannot be read for empty ones.
type globDisk struct {
	disk
	refused error
}

// ReadDir lists a folder.
func (d *globDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := d.disk.ReadDir(name)
	d.note(err)
	return entries, err
}

// Lstat tells whether a name exists.
func (d *globDisk) Lstat(name string) (fs.FileInfo, error) {
	info, err := d.disk.Lstat(name)
	d.note(err)
	return info, err
}

func (d *globDisk) note(err error) {
	var refused *sandboxError
	if d.refused == nil && errors.As(err, &refused) {
		d.refused = err
	}
}

func (rt *Runtime) fsList(L *lua.LState) int {
	path := "."
	if L.Get(1) != lua.LNil {
		path = argPath(L, "fs.list", 1, "path")
	}
	entries, err := rt.host.disk().ReadDir(path)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	slices.Sort(names)
	L.Push(luaList(L, names))
	return 1
}
