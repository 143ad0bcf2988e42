package luabind

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

// Modes of what a script makes, before the process's umask.
const (
	newFileMode   fs.FileMode = 0o666
	newFolderMode fs.FileMode = 0o777
	ownerMay      fs.FileMode = 0o600 // while the content is written
)

// replaceFile writes a file by way of another one beside it, so that it is
// there as a whole or not at all. mode is that of the new file; 0 keeps that
// of the old one.
func (rt *Runtime) replaceFile(path string, mode fs.FileMode, content io.Reader) error {
	disk := rt.host.disk()
	info, err := disk.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return errFolder
	case err == nil && !info.Mode().IsRegular():
		return writeInPlace(disk, path, content)
	case err == nil && mode == 0:
		mode = info.Mode().Perm()
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	temporary, file, err := rt.temporaryBeside(path, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if mode != 0 {
		keepOwner(file, info)
		err = errors.Join(err, file.Chmod(mode))
	}
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = disk.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, disk.Remove(temporary))
	}
	syncRename(disk, filepath.Dir(path))
	return nil
}

func writeInPlace(disk disk, path string, content io.Reader) error {
	file, err := disk.OpenFile(path, os.O_WRONLY|os.O_TRUNC, newFileMode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// longestStem is how much of a file's name the name of its temporary file
// repeats: file systems have room for 255 octets.
const longestStem = 200

// temporaryBeside makes a new file in the folder of path, with a name that a
// glob for * does not find. Nobody may read it meanwhile who may not read a
// file of that mode.
func (rt *Runtime) temporaryBeside(path string, mode fs.FileMode) (name string, file *os.File, err error) {
	stem := filepath.Base(path)
	stem = stem[:min(len(stem), longestStem)]
	if mode == 0 {
		mode = newFileMode
	}
	for range 10 {
		var octets [6]byte
		if _, err := io.ReadFull(rt.host.random(), octets[:]); err != nil {
			return "", nil, err
		}
		name = filepath.Join(filepath.Dir(path), "."+stem+"."+hex.EncodeToString(octets[:])+".tmp")
		file, err = rt.host.disk().OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|ownerMay)
		if !errors.Is(err, fs.ErrExist) {
			return name, file, err
		}
	}
	return "", nil, err
}

// syncRename makes a rename durable where the system can; the file itself is
// whole in any case.
func syncRename(disk disk, path string) {
	if folder, err := disk.OpenFile(path, os.O_RDONLY, 0); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// into gives the name that a file has at the other end of a move or a copy.
func (rt *Runtime) into(from, to string) string {
	if info, err := rt.host.disk().Stat(to); err == nil && info.IsDir() {
		return filepath.Join(to, filepath.Base(from))
	}
	return to
}

func (rt *Runtime) fsMove(L *lua.LState) int {
	const call = "fs.move"
	from, to := rt.pathToWrite(L, call, 1, "from"), rt.pathToWrite(L, call, 2, "to")
	disk := rt.host.disk()
	info, err := disk.Lstat(from)
	if err != nil {
		raise(L, rt.fileError(from, err))
	}
	target := rt.into(from, to)
	err = disk.Rename(from, target)
	if errors.Is(err, syscall.EXDEV) && info.Mode().IsRegular() {
		if err = rt.copyFile(from, target); err == nil {
			err = disk.Remove(from)
		}
	}
	if err != nil {
		raise(L, writeError(call, target, err))
	}
	return 0
}

func (rt *Runtime) fsCopy(L *lua.LState) int {
	const call = "fs.copy"
	from, to := argPath(L, call, 1, "from"), rt.pathToWrite(L, call, 2, "to")
	info, err := rt.host.disk().Stat(from)
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		raise(L, rt.fileError(from, err))
	}
	target := rt.into(from, to)
	if other, err := rt.host.disk().Stat(target); err == nil && os.SameFile(info, other) {
		raiseArgument(L, call+": "+from+" and "+target+" are the same file")
	}
	if err := rt.copyFile(from, target); err != nil {
		raise(L, writeError(call, target, err))
	}
	return 0
}

// copyFile copies content and mode.
func (rt *Runtime) copyFile(from, to string) error {
	source, err := rt.host.open(from)
	if err != nil {
		return err
	}
	defer source.Close() //nolint:errcheck // opened for reading only
	info, err := source.Stat()
	if err != nil {
		return err
	}
	return rt.replaceFile(to, info.Mode().Perm(), &endingReader{rt.state.Context(), source})
}
