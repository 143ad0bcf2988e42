package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var errFolder = errors.New("is a folder")

// writeError describes why path could not be written; the temporary file's name is of no interest.
func writeError(call, path string, err error) error {
	if path == "" {
		return &argumentError{text: call + ": path is empty"}
	}
	full, absErr := filepath.Abs(path)
	if absErr != nil {
		full = path
	}
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	} else if errors.As(err, &linkErr) {
		err = linkErr.Err
	}
	return fmt.Errorf("%s: %w", call, &fs.PathError{Op: "cannot write", Path: full, Err: err})
}

var errNotRegular = errors.New("not a regular file")

// fileError is a file that could not be used: it gives the full path tried,
// and says so when the file lies beside the script instead.
type fileError struct {
	err  error
	full string
	hint string
}

func (e *fileError) Error() string {
	cause := e.err
	var pathErr *fs.PathError
	if errors.As(e.err, &pathErr) {
		cause = pathErr.Err
	}
	return fmt.Sprintf("cannot read %s: %v", e.full, cause)
}
func (e *fileError) Unwrap() error { return e.err }

// Kind is "io", or "sandbox" where that is the reason.
func (e *fileError) Kind() string {
	if refused := sandboxed(e.err); refused != nil {
		return refused.Kind()
	}
	return "io"
}
func (e *fileError) Hint() string { return e.hint }

// fileError describes why path could not be opened.
func (rt *Runtime) fileError(path string, err error) error {
	full, absErr := filepath.Abs(path)
	if absErr != nil {
		full = path
	}
	e := &fileError{err: err, full: full}
	if refused := sandboxed(err); refused != nil {
		e.hint = refused.hint
	}
	if !errors.Is(err, fs.ErrNotExist) || filepath.IsAbs(path) {
		return e
	}
	beside := filepath.Join(rt.scriptDir(), path)
	if besideFull, absErr := filepath.Abs(beside); absErr == nil && besideFull != full {
		if _, statErr := rt.host.disk().Stat(beside); statErr == nil {
			e.hint = fmt.Sprintf("files are named relative to the working directory; script.path(%q) means the one beside the script", path)
		}
	}
	return e
}
