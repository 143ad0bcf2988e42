package sqlstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// inDatabase is up to which size a message lies in the database.
const inDatabase = 64 << 10

func (e *sqliteEngine) bodiesFolder() string { return e.path + "-bodies" }

// keep writes the file whole under another name first, and makes both durable.
func (e *sqliteEngine) keep(sum string, message []byte) (kept bool, err error) {
	if len(message) < inDatabase {
		return false, nil
	}
	folder := e.bodiesFolder()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return false, err
	}
	temporary := filepath.Join(folder, sum+".new")
	if err := writeSynced(temporary, message); err != nil {
		_ = os.Remove(temporary) // the error that led here says more
		return false, err
	}
	if err := os.Rename(temporary, filepath.Join(folder, sum)); err != nil {
		return false, err
	}
	return true, syncFolder(folder)
}

func writeSynced(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func (e *sqliteEngine) fetch(sum string) ([]byte, error) {
	return os.ReadFile(filepath.Join(e.bodiesFolder(), sum))
}

// discard runs while this process writes, and so while no other puts a message.
func (e *sqliteEngine) discard(wanted func(sum string) bool) error {
	files, err := os.ReadDir(e.bodiesFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, file := range files {
		if !wanted(file.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(e.bodiesFolder(), file.Name())))
		}
	}
	return err
}
