package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"
)

// lockFile is a file locked by this process.
type lockFile struct {
	file *os.File
	note lockNote
}

// tryLock makes the file if need be and locks it, unless another has it.
func tryLock(path string) (lock *lockFile, ok bool, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	if ok, err = lockNow(file); !ok || err != nil {
		return nil, false, errors.Join(err, file.Close())
	}
	return &lockFile{file: file}, true, nil
}

// lockPoll is how often a lock is tried that is held for a moment only.
const lockPoll = 5 * time.Millisecond

func waitForLock(ctx context.Context, path string) (*lockFile, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		lock, ok, err := tryLock(path)
		if ok || err != nil {
			return lock, err
		}
		timer.Reset(lockPoll)
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// write replaces what stands in the file.
func (l *lockFile) write() error {
	text, err := json.Marshal(l.note)
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(append(text, '\n'), 0)
	return err
}

// remove deletes the file, which is locked until then.
func (l *lockFile) remove() {
	err := os.Remove(l.file.Name())
	l.close()
	if err != nil {
		_ = os.Remove(l.file.Name()) // Windows removes no open file; what stays is removed by the next that looks
	}
}

func (l *lockFile) close() { _ = l.file.Close() }
