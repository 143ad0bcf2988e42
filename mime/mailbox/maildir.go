package mailbox

import (
	"cmp"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"moonpost/mime"
)

// Folder is a Maildir as it is read. Names are relative to it, with "/" between their elements.
type Folder interface {
	// Open opens a file; a missing one is fs.ErrNotExist.
	Open(name string) (io.ReadCloser, error)
	// List names the files in a folder, in any order.
	List(folder string) ([]string, error)
}

// Shelf is a Maildir as it is written. What its methods did is on the disk when they return.
type Shelf interface {
	// Create makes a file that must not exist yet, with these octets. A date that is not zero becomes the file's own.
	Create(name string, octets []byte, date time.Time) error
	// Rename moves a file within the Maildir.
	Rename(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
}

// Folders are the three folders of a Maildir.
var Folders = [3]string{"tmp", "new", "cur"}

// Deliver puts a message into a Maildir and gives its name, "new/…", or "cur/…" when it has flags. It is written whole
// into tmp and then moved, so that nobody ever finds half a message. infoMark stands before the flags: ":" but on
// systems whose names cannot hold it. The error is an *Error.
func Deliver(s Shelf, m *Message, infoMark string, env *mime.Env) (name string, err error) {
	base, err := uniqueName(env)
	if err != nil {
		return "", err
	}
	name = "new/" + base
	if m.Flags != "" {
		name = "cur/" + base + infoMark + "2," + m.Flags
	}
	draft := "tmp/" + base
	if err := s.Create(draft, toLocal(m.Octets, "\n"), m.Date); err != nil {
		_ = s.Remove(draft) // what is left of it is in nobody's way
		return "", &Error{Name: draft, What: "cannot be written", Err: err}
	}
	if err := s.Rename(draft, name); err != nil {
		_ = s.Remove(draft)
		return "", &Error{Name: name, What: "cannot be written", Err: err}
	}
	return name, nil
}

// uniqueName is the time, for sorting, and 128 random bits. No host's name: names of files travel with backups.
func uniqueName(env *mime.Env) (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(env.Rand, raw[:]); err != nil {
		return "", &Error{What: "no randomness for the name of a file", Err: err}
	}
	now := env.Now()
	micros := strconv.Itoa(now.Nanosecond() / 1000)
	return strconv.FormatInt(now.Unix(), 10) + ".M" + micros + "R" + hex.EncodeToString(raw[:]) + ".moonpost", nil
}

// Maildir reads the messages of a Maildir in the order of their delivery.
type Maildir struct {
	folder Folder
	limit  int64
	names  []string
	listed bool
	now    map[string]string // by base, where messages were when one was missing
}

// NewMaildir makes a reader; nothing is read before Next. limit is the size of the largest message, 0 is 256 MiB.
func NewMaildir(f Folder, limit int64) *Maildir { return &Maildir{folder: f, limit: orDefault(limit)} }

// Next gives the next message, or io.EOF after the last. A message that another program has moved meanwhile is found
// again, one that it deleted is passed over.
func (m *Maildir) Next() (*Message, error) {
	if !m.listed {
		m.listed = true
		var err error
		if m.names, err = m.list(); err != nil {
			return nil, err
		}
	}
	for len(m.names) > 0 {
		name := m.names[0]
		m.names = m.names[1:]
		msg, err := m.read(name)
		if msg != nil || err != nil {
			return msg, err
		}
	}
	return nil, io.EOF
}

func (m *Maildir) list() ([]string, error) {
	var all []string
	for _, folder := range Folders[1:] {
		names, err := m.folder.List(folder)
		if err != nil {
			return nil, &Error{Name: folder, What: "cannot be read", Err: err}
		}
		for _, name := range names {
			if !strings.HasPrefix(name, ".") {
				all = append(all, folder+"/"+name)
			}
		}
	}
	slices.SortFunc(all, byDelivery)
	return all, nil
}

func byDelivery(a, b string) int {
	return cmp.Or(cmp.Compare(seconds(a), seconds(b)), strings.Compare(a[len("new/"):], b[len("new/"):]))
}

// seconds is the time of delivery that a name begins with, or 0.
func seconds(name string) int64 {
	digits, _, _ := strings.Cut(name[len("new/"):], ".")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > maxSeconds {
		return 0
	}
	return n
}

const maxSeconds = 253402300799 // the end of the year 9999

// read opens a message; nil means that it is gone.
func (m *Maildir) read(name string) (*Message, error) {
	file, err := m.folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if name = m.moved(name); name == "" {
			return nil, nil
		}
		file, err = m.folder.Open(name)
	}
	if err != nil {
		return nil, &Error{Name: name, What: "cannot be read", Err: err}
	}
	defer func() { _ = file.Close() }() // it was only read
	octets, err := readAll(name, file, m.limit)
	if err != nil {
		return nil, err
	}
	msg := &Message{Octets: octets, Name: name, New: strings.HasPrefix(name, "new/")}
	if n := seconds(name); n > 0 {
		msg.Date = time.Unix(n, 0)
	}
	_, msg.Flags = splitInfo(name)
	return msg, nil
}

// moved finds a message whose flags were changed since the folder was listed; "" means that it is gone.
func (m *Maildir) moved(name string) string {
	base, _ := splitInfo(name[len("new/"):])
	if now := m.now[base]; now != "" && now != name {
		return now
	}
	names, err := m.folder.List("cur")
	if err != nil {
		return ""
	}
	m.now = make(map[string]string, len(names))
	for _, other := range names {
		b, _ := splitInfo(other)
		m.now[b] = "cur/" + other
	}
	if now := m.now[base]; now != name {
		return now
	}
	return ""
}

// splitInfo takes the flags off a name. Windows' names have ";" where ":" cannot stand.
func splitInfo(name string) (base, flags string) {
	for _, mark := range []string{":2,", ";2,"} {
		if i := strings.LastIndex(name, mark); i >= 0 {
			return name[:i], knownFlags(name[i+len(mark):])
		}
	}
	return strings.TrimSuffix(name, ":"), ""
}
