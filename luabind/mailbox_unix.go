//go:build unix

package luabind

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// hasRecordLocks tells that lockRecord does something.
const hasRecordLocks = true

// infoMark stands before the flags in the names of a Maildir's files.
const infoMark = ":"

// lockRecord locks the whole file for writing until it is closed. A file system without such locks is left to the
// lock file.
func lockRecord(f *os.File) error {
	err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart})
	switch {
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EACCES):
		return errLocked
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENOTSUP):
		return nil
	}
	return err
}
