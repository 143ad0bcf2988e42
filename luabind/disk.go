package luabind

import (
	"io"
	"io/fs"
	"os"
)

// disk is the file system as a script sees it. Every file that a script names
// is reached through it and nowhere else, so that a sandbox holds for all of
// them. Errors are *fs.PathError or *os.LinkError, as those of package os.
type disk interface {
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	MkdirAll(name string, perm fs.FileMode) error
	Rename(from, to string) error
	Remove(name string) error
	RemoveAll(name string) error
}

// openDisk is the whole file system, names relative to the working directory.
type openDisk struct{}

func (openDisk) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm) //nolint:gosec // a script may name any file
}
func (openDisk) Stat(name string) (fs.FileInfo, error)        { return os.Stat(name) }
func (openDisk) Lstat(name string) (fs.FileInfo, error)       { return os.Lstat(name) }
func (openDisk) ReadDir(name string) ([]fs.DirEntry, error)   { return os.ReadDir(name) }
func (openDisk) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }
func (openDisk) Rename(from, to string) error                 { return os.Rename(from, to) }
func (openDisk) Remove(name string) error                     { return os.Remove(name) }
func (openDisk) RemoveAll(name string) error                  { return os.RemoveAll(name) }

// disk is the file system that the host gives the script.
func (h *Host) disk() disk { return openDisk{} }

// readFile reads a whole file that a script names.
func (h *Host) readFile(name string) ([]byte, error) {
	f, err := h.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	return io.ReadAll(f)
}
