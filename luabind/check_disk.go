package luabind

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// unwritable is a disk on which nothing can be changed. Calls that would are stopped by Host.Effect already; this holds
// for what forgets to ask.
type unwritable struct{ disk }

func (d unwritable) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	if flag&(os.O_WRONLY|os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 {
		return nil, refuseWrite("open", name)
	}
	return d.disk.OpenFile(name, flag, perm)
}

func (unwritable) MkdirAll(name string, _ fs.FileMode) error { return refuseWrite("mkdir", name) }
func (unwritable) Rename(from, _ string) error               { return refuseWrite("rename", from) }
func (unwritable) Chtimes(name string, _, _ time.Time) error { return refuseWrite("chtimes", name) }
func (unwritable) Remove(name string) error                  { return refuseWrite("remove", name) }
func (unwritable) RemoveAll(name string) error               { return refuseWrite("remove", name) }

func refuseWrite(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: errRehearsalEffect}
}

// disk lets nothing be changed in a check.
func (r *rehearsal) disk(d disk) disk {
	if r == nil {
		return d
	}
	return unwritable{d}
}

// emptyInput is the standard input of a check: at its end, and it remembers that somebody asked.
type emptyInput struct{ r *rehearsal }

func (e emptyInput) Read([]byte) (int, error) {
	e.r.mu.Lock()
	defer e.r.mu.Unlock()
	e.r.asked = true
	return 0, io.EOF
}
