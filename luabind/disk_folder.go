package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// folderDisk is one folder with all below it. Names are what they are on the
// whole disk: relative to the working directory or absolute. Symbolic links
// that lead out of the folder lead nowhere.
type folderDisk struct {
	root  *os.Root
	names []string // the folder's absolute name, and that without symbolic links
}

func newFolderDisk(folder string) (*folderDisk, error) {
	full, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(full)
	if err != nil {
		return nil, err
	}
	d := &folderDisk{root: root, names: []string{full}}
	if resolved, err := filepath.EvalSymlinks(full); err == nil && resolved != full {
		d.names = append(d.names, resolved)
	}
	return d, nil
}

// within gives a file's name within the folder.
func (d *folderDisk) within(op, name string) (string, error) {
	if name == "" {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return "", &fs.PathError{Op: op, Path: name, Err: err}
	}
	for _, folder := range d.names {
		if inner, err := filepath.Rel(folder, full); err == nil && filepath.IsLocal(inner) {
			return inner, nil
		}
	}
	return "", &fs.PathError{Op: op, Path: name, Err: d.outside(name)}
}

func (d *folderDisk) outside(name string) error {
	e := &sandboxError{text: "not allowed in the sandbox: it lies outside the script's folder", hint: "the sandbox gives files below " + d.names[0]}
	if !filepath.IsAbs(name) && !strings.HasPrefix(filepath.Clean(name), "..") {
		e.hint += fmt.Sprintf("; files are named relative to the working directory; script.path(%q) means the one beside the script", name)
	}
	return e
}

// settle brings an error of os.Root into the form of package os: with the
// name as it was given, and with the sandbox as the reason where it is.
func (d *folderDisk) settle(name string, err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pathErr):
		return &fs.PathError{Op: strings.TrimSuffix(pathErr.Op, "at"), Path: name, Err: d.reason(name, pathErr.Err)}
	case errors.As(err, &linkErr):
		return &os.LinkError{Op: strings.TrimSuffix(linkErr.Op, "at"), Old: linkErr.Old, New: linkErr.New, Err: d.reason(name, linkErr.Err)}
	}
	return err
}

func (d *folderDisk) reason(name string, err error) error {
	if err.Error() == "path escapes from parent" { // package os doesn't export it
		return d.outside(name)
	}
	return err
}

// folderCall runs one call on the root with the name within the folder.
func folderCall[T any](d *folderDisk, op, name string, call func(inner string) (T, error)) (T, error) {
	inner, err := d.within(op, name)
	if err != nil {
		var none T
		return none, err
	}
	result, err := call(inner)
	return result, d.settle(name, err)
}

// folderDo is folderCall for calls that give nothing.
func folderDo(d *folderDisk, op, name string, call func(inner string) error) error {
	_, err := folderCall(d, op, name, func(inner string) (struct{}, error) { return struct{}{}, call(inner) })
	return err
}

func (d *folderDisk) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return folderCall(d, "open", name, func(inner string) (*os.File, error) { return d.root.OpenFile(inner, flag, perm) })
}
func (d *folderDisk) Stat(name string) (fs.FileInfo, error) {
	return folderCall(d, "stat", name, d.root.Stat)
}
func (d *folderDisk) Lstat(name string) (fs.FileInfo, error) {
	return folderCall(d, "lstat", name, d.root.Lstat)
}
func (d *folderDisk) Readlink(name string) (string, error) {
	return folderCall(d, "readlink", name, d.root.Readlink)
}
func (d *folderDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	return folderCall(d, "open", name, func(inner string) ([]fs.DirEntry, error) {
		return fs.ReadDir(d.root.FS(), filepath.ToSlash(inner))
	})
}
func (d *folderDisk) MkdirAll(name string, perm fs.FileMode) error {
	return folderDo(d, "mkdir", name, func(inner string) error { return d.root.MkdirAll(inner, perm) })
}
func (d *folderDisk) Rename(from, to string) error {
	return folderDo(d, "rename", from, func(old string) error {
		return folderDo(d, "rename", to, func(inner string) error { return d.root.Rename(old, inner) })
	})
}
func (d *folderDisk) Chtimes(name string, accessed, modified time.Time) error {
	return folderDo(d, "chtimes", name, func(inner string) error { return d.root.Chtimes(inner, accessed, modified) })
}
func (d *folderDisk) Remove(name string) error { return folderDo(d, "remove", name, d.root.Remove) }
func (d *folderDisk) RemoveAll(name string) error {
	return folderDo(d, "remove", name, d.root.RemoveAll)
}
