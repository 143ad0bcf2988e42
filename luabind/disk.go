package luabind

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// disk is the file system as a script sees it. Every file that a script names
// is reached through it and nowhere else, so that a sandbox holds for all of
// them. Errors are *fs.PathError or *os.LinkError, as those of package os.
type disk interface {
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	diskReader
	diskWriter
	diskRemover
}

// diskReader tells what is there.
type diskReader interface {
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	Readlink(name string) (string, error)
	ReadDir(name string) ([]fs.DirEntry, error)
}

// diskWriter changes names and dates.
type diskWriter interface {
	MkdirAll(name string, perm fs.FileMode) error
	Rename(from, to string) error
	Chtimes(name string, accessed, modified time.Time) error
}

// diskRemover takes away.
type diskRemover interface {
	Remove(name string) error
	RemoveAll(name string) error
}

// openDisk is the whole file system, names relative to the working directory.
type openDisk struct{}

func (openDisk) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}
func (openDisk) Stat(name string) (fs.FileInfo, error)        { return os.Stat(name) }
func (openDisk) Lstat(name string) (fs.FileInfo, error)       { return os.Lstat(name) }
func (openDisk) Readlink(name string) (string, error)         { return os.Readlink(name) }
func (openDisk) ReadDir(name string) ([]fs.DirEntry, error)   { return os.ReadDir(name) }
func (openDisk) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }
func (openDisk) Rename(from, to string) error                 { return os.Rename(from, to) }
func (openDisk) Chtimes(name string, a, m time.Time) error    { return os.Chtimes(name, a, m) }
func (openDisk) Remove(name string) error                     { return os.Remove(name) }
func (openDisk) RemoveAll(name string) error                  { return os.RemoveAll(name) }

// disk is the file system that the host gives the script.
func (h *Host) disk() disk {
	if h.confined != nil {
		return h.check.disk(h.confined)
	}
	return h.check.disk(openDisk{})
}

// readFile reads a whole file that a script names.
func (h *Host) readFile(name string) ([]byte, error) { return readFrom(h.disk(), name) }

func readFrom(d disk, name string) ([]byte, error) {
	f, err := d.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	return io.ReadAll(f)
}

// maxLinks bounds how many symbolic links lead to a file.
const maxLinks = 40

// target follows symbolic links from a file's name to the file itself, which
// need not be there.
func target(d disk, name string) string {
	for range maxLinks {
		info, err := d.Lstat(name)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return name
		}
		next, err := d.Readlink(name)
		if err != nil {
			return name
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(name), next)
		}
		name = next
	}
	return name
}
