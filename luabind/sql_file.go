package luabind

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"moonpost/data"
)

// mayLookInto tells whether a check opens the database: a file that is only read is like any other. A journal beside
// it would have to be made, though.
func (rt *Runtime) mayLookInto(address string, o *sqlOptions) bool {
	path := data.SQLFile(address)
	if rt.host.check == nil || !o.ReadOnly || path == "" {
		return false
	}
	f, err := rt.host.disk().OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist) // which sqlFile tells
	}
	defer f.Close() //nolint:errcheck // only read
	head := make([]byte, 20)
	_, err = io.ReadFull(f, head)
	return err == nil && head[18] == 1 // 2 is a write-ahead log, see "Database File Format" of SQLite, 1.3
}

// sqlFile looks whether the file of SQLite is there, by the script's own disk, and makes it where that is asked for.
// It isn't opened when it is there: closing it would give up the locks of another connection of this process.
func (rt *Runtime) sqlFile(address string, o *sqlOptions) error {
	path := data.SQLFile(address)
	if path == "" {
		return nil
	}
	info, err := rt.host.disk().Stat(path)
	switch {
	case err == nil && info.IsDir():
		err = &fs.PathError{Op: "open", Path: path, Err: errFolder}
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist) && o.Create && !o.ReadOnly:
		var f *os.File
		if f, err = rt.host.disk().OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			return f.Close()
		}
	}
	return rt.sqlFileError(path, err)
}

// sqlFileError is fileError with the way to make the file.
func (rt *Runtime) sqlFileError(path string, err error) error {
	wrong := rt.fileError(path, err)
	var known *fileError
	if errors.As(wrong, &known) && known.hint == "" && errors.Is(err, fs.ErrNotExist) {
		known.hint = "create = true makes a new database"
		switch {
		case strings.Contains(path, "?"):
			known.hint = "settings are options of the call: sql.open(address, { read_only = true })"
		case strings.HasPrefix(path, "//"):
			known.hint = "sqlite:file.db is relative to the working directory, sqlite:/srv/file.db is not"
		}
		if _, statErr := rt.host.disk().Stat(filepath.Dir(path)); statErr != nil {
			known.hint = "there is no such folder"
		}
	}
	return callFault("sql.open", wrong)
}
