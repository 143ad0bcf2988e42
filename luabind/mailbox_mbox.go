package luabind

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"moonpost/mime/mailbox"
)

// lockPause lies between two tries to get a lock.
const lockPause = 50 * time.Millisecond

// errLocked is a lock that somebody else holds.
var errLocked = errors.New("locked")

// appendMbox adds a message to an mbox under both locks. A file that was made for it goes again when that fails.
func (rt *Runtime) appendMbox(path string, m *mailbox.Message, wait time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(rt.base, wait)
	defer cancel()
	d := rt.host.disk()
	unlock, err := lockFile(ctx, d, path)
	if err != nil {
		return err
	}
	defer unlock()
	_, statErr := d.Stat(path)
	f, err := d.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := retry(ctx, path, func() error { return lockRecord(f) }); err != nil {
		return err
	}
	err = mailbox.Append(f, m)
	if errors.Is(statErr, fs.ErrNotExist) {
		if err != nil {
			return errors.Join(err, d.Remove(path))
		}
		rt.host.syncFolder(filepath.Dir(path))
	}
	return err
}

// lockFile makes the file that tells other programs that the mailbox is being written. Where the folder may not be
// written, as with /var/mail, the record lock must do, if the system has it.
func lockFile(ctx context.Context, d disk, path string) (unlock func(), err error) {
	name := path + ".lock"
	err = retry(ctx, path, func() error {
		f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case errors.Is(err, fs.ErrExist):
			return errLocked
		case errors.Is(err, fs.ErrPermission) && hasRecordLocks:
			name = ""
			return nil
		case err != nil:
			return err
		}
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, d.Remove(name))
		}
		return err
	})
	if name == "" || err != nil {
		return func() {}, err
	}
	return func() { d.Remove(name) }, nil //nolint:errcheck // nothing better can be done
}

// retry tries to get a lock until ctx ends.
func retry(ctx context.Context, path string, lock func() error) error {
	for {
		err := lock()
		if !errors.Is(err, errLocked) {
			return err
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return context.Cause(ctx)
			}
			return &mailbox.Error{What: "another program holds the lock", Advice: "if none does any more, remove " + path + ".lock"}
		case <-time.After(lockPause):
		}
	}
}
