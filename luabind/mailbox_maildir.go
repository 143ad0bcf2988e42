package luabind

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"moonpost/mime/mailbox"
)

// maildir is a folder of the host as a Maildir.
type maildir struct {
	host *Host
	root string
}

func (d maildir) disk() disk { return d.host.disk() }

func (d maildir) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

// Open opens a file for reading.
func (d maildir) Open(name string) (io.ReadCloser, error) { return d.host.open(d.path(name)) }

// List names the files in a folder.
func (d maildir) List(folder string) ([]string, error) {
	entries, err := d.disk().ReadDir(d.path(folder))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

var errNotMaildir = errors.New("not a Maildir: the folder holds other things, and none of tmp, new and cur")

// prepare makes what is missing of the folders; a folder that is in use for something else is left alone.
func (d maildir) prepare() error {
	entries, err := d.disk().ReadDir(d.root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	isOne := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return slices.Contains(mailbox.Folders[:], e.Name()) })
	if len(entries) > 0 && !isOne {
		return errNotMaildir
	}
	for _, folder := range mailbox.Folders {
		if err := d.disk().MkdirAll(d.path(folder), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// Create writes a file and brings it to the disk.
func (d maildir) Create(name string, octets []byte, date time.Time) error {
	f, err := d.disk().OpenFile(d.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(octets)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil || date.IsZero() {
		return err
	}
	return d.disk().Chtimes(d.path(name), date, date)
}

// Rename moves a file and brings the move to the disk.
func (d maildir) Rename(from, to string) error {
	if err := d.disk().Rename(d.path(from), d.path(to)); err != nil {
		return err
	}
	d.host.syncFolder(filepath.Dir(d.path(to)))
	return nil
}

// Remove deletes a file.
func (d maildir) Remove(name string) error { return d.disk().Remove(d.path(name)) }

// syncFolder brings the names in a folder to the disk, where the system can do that. A failure says nothing about the
// message, which is there by now: it must not look undelivered.
func (h *Host) syncFolder(path string) {
	folder, err := h.open(path)
	if err != nil {
		return
	}
	defer folder.Close() //nolint:errcheck // opened for reading only
	folder.Sync()        //nolint:errcheck // see above
}
