package sink

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// maildir stores messages as files, each of which appears in new only when it is
// whole.
type maildir struct {
	dir   string
	host  string
	sync  bool
	now   func() time.Time
	count atomic.Uint64
}

func openMaildir(dir string, sync bool, now func() time.Time) (*maildir, error) {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("sink: %w", err)
		}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return &maildir{dir: dir, host: strings.NewReplacer("/", `\057`, ":", `\072`).Replace(host), sync: sync, now: now}, nil
}

// name is unique by time, process and number in the process.
func (m *maildir) name() string {
	t := m.now()
	return fmt.Sprintf("%d.M%06dP%dQ%d.%s", t.Unix(), t.Nanosecond()/1000, os.Getpid(), m.count.Add(1), m.host)
}

// draft is a message on its way into the maildir.
type draft struct {
	*os.File
	dir  *maildir
	name string
}

func (m *maildir) create() (*draft, error) {
	for {
		name := m.name()
		f, err := os.OpenFile(filepath.Join(m.dir, "tmp", name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if os.IsExist(err) {
			continue // the clock stands still and an earlier process had our number
		}
		if err != nil {
			return nil, fmt.Errorf("sink: %w", err)
		}
		return &draft{File: f, dir: m, name: name}, nil
	}
}

// keep puts the message into new and returns its path. After it has returned, a
// loss of power loses nothing.
func (d *draft) keep() (string, error) {
	if d.dir.sync {
		if err := d.Sync(); err != nil {
			d.discard()
			return "", err
		}
	}
	if err := d.Close(); err != nil {
		d.discard()
		return "", err
	}
	path := filepath.Join(d.dir.dir, "new", d.name)
	if err := os.Rename(d.Name(), path); err != nil {
		d.discard()
		return "", err
	}
	if !d.dir.sync {
		return path, nil
	}
	return path, syncDir(filepath.Dir(path))
}

func (d *draft) discard() {
	_ = d.Close()
	_ = os.Remove(d.Name())
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}

// envelopeFields are put before the content, so that the file shows who was
// named on the way and not only in the header.
func envelopeFields(from string, to []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Return-Path: <%s>\r\n", printable(from)) // RFC 5321 §4.4
	for _, rcpt := range to {
		fmt.Fprintf(&b, "Delivered-To: %s\r\n", printable(rcpt))
	}
	return b.String()
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// headLimit is how much of a message is kept to read its subject from.
const headLimit = 64 << 10

// head keeps the beginning of what is written to it.
type head struct{ kept []byte }

func (h *head) Write(p []byte) (int, error) {
	if room := headLimit - len(h.kept); room > 0 {
		h.kept = append(h.kept, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// take writes envelope and content to a new file. It returns the file's path,
// the number of octets of the content and its beginning.
func (m *maildir) take(from string, to []string, content io.Reader) (path string, size int64, begin []byte, err error) {
	d, err := m.create()
	if err != nil {
		return "", 0, nil, err
	}
	if _, err = io.WriteString(d, envelopeFields(from, to)); err == nil {
		var h head
		size, err = io.Copy(io.MultiWriter(d, &h), content)
		begin = h.kept
	}
	if err != nil {
		d.discard()
		return "", 0, nil, err
	}
	path, err = d.keep()
	return path, size, begin, err
}
