package mailbox

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// File is an mbox that is open for reading and writing. The caller holds the locks on it.
type File interface {
	io.ReadWriteSeeker
	// Truncate cuts the file to a size.
	Truncate(size int64) error
	// Sync returns when the file is on the disk.
	Sync() error
}

// Append writes a message to the end of an mbox in the mboxrd form, and returns when it is on the disk. When that
// fails, the file is cut back to what it was; the error is an *Error.
//
// Lines end as the file's last line does, by LF in a new file. Flags are written as the fields Status and X-Status.
func Append(f File, m *Message) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return writeFault(err)
	}
	if err := checkBeginning(f, size); err != nil {
		return err
	}
	eol, gap, err := ending(f, size)
	if err != nil {
		return writeFault(err)
	}
	_, err = f.Write(mboxForm(m, eol, gap))
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		return nil
	}
	if undo := errors.Join(f.Truncate(size), f.Sync()); undo != nil {
		err = errors.Join(err, undo)
	}
	return writeFault(err)
}

func writeFault(err error) *Error { return &Error{What: "cannot be written", Err: err} }

// checkBeginning refuses a file that holds something else than an mbox: a path was mistaken, and the file would be spoilt.
func checkBeginning(f File, size int64) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return writeFault(err)
	}
	head := make([]byte, min(size, 512))
	if _, err := io.ReadFull(f, head); err != nil {
		return writeFault(err)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), "\r\n")
	if len(head) > 0 && !bytes.HasPrefix(head, []byte("From ")) {
		return &Error{What: `not an mbox: it does not begin with "From "`, Advice: "name another file; a message by itself is written by msg:save"}
	}
	return nil
}

// ending finds how the lines of a file end, and what is missing behind its last message.
func ending(f File, size int64) (eol, gap string, err error) {
	tail := make([]byte, min(size, 4))
	if _, err := f.Seek(size-int64(len(tail)), io.SeekStart); err != nil {
		return "", "", err
	}
	if _, err := io.ReadFull(f, tail); err != nil {
		return "", "", err
	}
	end := string(tail)
	if eol = "\n"; strings.HasSuffix(end, "\r\n") {
		eol = "\r\n"
	}
	switch {
	case size == 0, strings.HasSuffix(end, eol+eol):
		return eol, "", nil
	case strings.HasSuffix(end, eol):
		return eol, eol, nil
	default: // somebody's writing was cut short
		return eol, eol + eol, nil
	}
}

// mboxForm is a message between its separator and its blank line.
func mboxForm(m *Message, eol, gap string) []byte {
	b := make([]byte, 0, len(gap)+len(m.Octets)+128)
	b = append(b, gap...)
	b = append(b, fromLine(m.Sender, m.Date)+eol...)
	for _, field := range statusFields(m.Flags) {
		b = append(b, field+eol...)
	}
	for line := range bytes.Lines(m.Octets) {
		if needsQuote(line) {
			b = append(b, '>')
		}
		b = appendLocal(b, line, eol)
	}
	return append(b, eol...)
}

// statusFields are the fields for flags; "passed on" has no mark in an mbox.
func statusFields(flags string) (fields []string) {
	var marks strings.Builder
	for _, pair := range statusMarks[1:] {
		if strings.ContainsRune(flags, pair.flag) {
			marks.WriteRune(pair.mark)
		}
	}
	if strings.ContainsRune(flags, 'S') {
		fields = append(fields, "Status: RO")
	}
	if marks.Len() > 0 {
		fields = append(fields, "X-Status: "+marks.String())
	}
	return fields
}
