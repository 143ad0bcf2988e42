package luabind

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// pushOctets pushes an encoded message whole, or raises its error.
func pushOctets(L *lua.LState) func(mime.Encoded, error) int {
	return func(encoded mime.Encoded, err error) int {
		var b bytes.Buffer
		if err == nil {
			err = writeAll(&b, encoded)
		}
		if err != nil {
			raise(L, err)
		}
		L.Push(lua.LString(b.Bytes()))
		return 1
	}
}

func (rt *Runtime) partBytes(L *lua.LState) int {
	p := checkObject[*luaPart](L, 1, partClassName)
	var o struct {
		UTF8     bool `lua:"utf8"`
		EightBit bool `lua:"eight_bit"`
	}
	t := argTableOrNil(L, "part:bytes", 2, "options")
	if t == nil {
		return pushOctets(L)(p.stored())
	}
	if err := readOptions("part:bytes", t, &o); err != nil {
		raise(L, err)
	}
	return pushOctets(L)(p.outgoing().Encode(o.EightBit, o.UTF8))
}

func (rt *Runtime) partSize(L *lua.LState) int {
	encoded, err := checkObject[*luaPart](L, 1, partClassName).stored()
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(encoded.Size()))
	return 1
}

// partSave writes to a new file beside the target and renames it, so that
// nobody reads half a message.
func (rt *Runtime) partSave(L *lua.LState) int {
	p, path := checkObject[*luaPart](L, 1, partClassName), argString(L, "part:save", 2, "path")
	encoded, err := p.stored()
	if err != nil {
		raise(L, err)
	}
	rt.effect(L, EffectWrite, "part:save", path)
	if err := rt.host.writeFile(path, encoded); err != nil {
		raise(L, writeError("part:save", path, err))
	}
	return 0
}

func (h *Host) writeFile(path string, encoded mime.Encoded) error {
	d, mode := h.disk(), fs.FileMode(0)
	if info, err := d.Stat(path); err == nil {
		if info.IsDir() {
			return errFolder
		}
		if !info.Mode().IsRegular() { // a device or a pipe stays what it is
			f, err := d.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			return errors.Join(writeAll(f, encoded), f.Close())
		}
		mode, path = info.Mode().Perm(), target(d, path)
	}
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer d.Remove(name) //nolint:errcheck // gone already after the rename
	if mode != 0 {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = writeAll(f, encoded)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return d.Rename(name, path)
}

func (rt *Runtime) partTree(L *lua.LState) int {
	L.Push(lua.LString(strings.TrimRight(rt.thisPart(L).part.Tree(), "\n")))
	return 1
}
