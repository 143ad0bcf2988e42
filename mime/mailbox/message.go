package mailbox

import (
	"bytes"
	"io"
	"strings"
	"time"
)

// Message is one message of a mailbox, with what the mailbox says about it.
type Message struct {
	Octets []byte    // header and body, CRLF lines
	Sender string    // of an mbox: the envelope sender on the "From " line; "" where none is told
	Date   time.Time // when it was delivered; zero where the mailbox does not tell
	Flags  string    // letters of Maildir in order: Draft, Flagged, Passed, Replied, Seen, Trashed
	Name   string    // of a Maildir: the file below the folder, "new/…" or "cur/…"
	New    bool      // of a Maildir: no mail reader has seen it
}

// Reader gives the messages of a mailbox one by one, then io.EOF. Its other errors are *Error.
type Reader interface {
	Next() (*Message, error)
}

// Error is a mailbox that could not be read or written.
type Error struct {
	Name   string // the file or folder within the mailbox; "" for the mailbox itself
	What   string // what is wrong, in lower case
	Advice string // what to do instead; may be empty
	Err    error  // the cause, when the system failed
}

// Error is one line.
func (e *Error) Error() string {
	text := "mailbox: "
	if e.Name != "" {
		text += e.Name + ": "
	}
	text += e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Kind is always "io".
func (e *Error) Kind() string { return "io" }

// Hint is advice for people, or "".
func (e *Error) Hint() string { return e.Advice }

// defaultLimit is the size of the largest message that is read when the caller names none.
const defaultLimit = 256 << 20

func orDefault(limit int64) int64 {
	if limit <= 0 {
		return defaultLimit
	}
	return limit
}

func tooLarge(name string) *Error {
	return &Error{Name: name, What: "a message is larger than the limit", Advice: "raise the limit if the mailbox can be trusted"}
}

// appendLine adds a line with its break as CRLF, whatever it ended in.
func appendLine(b, line []byte) []byte {
	line, ended := bytes.CutSuffix(line, []byte("\n"))
	if ended {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	b = append(b, line...)
	if ended {
		b = append(b, "\r\n"...)
	}
	return b
}

// toLocal gives octets with the line breaks of a mailbox, the last line ended.
func toLocal(octets []byte, eol string) []byte {
	b := make([]byte, 0, len(octets)+len(eol))
	for line := range bytes.Lines(octets) {
		b = appendLocal(b, line, eol)
	}
	return b
}

func appendLocal(b, line []byte, eol string) []byte {
	line, ended := bytes.CutSuffix(line, []byte("\n"))
	if ended {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return append(append(b, line...), eol...)
}

// readAll reads a message of at most limit octets and makes its lines CRLF.
func readAll(name string, r io.Reader, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, &Error{Name: name, What: "cannot be read", Err: err}
	}
	if int64(len(raw)) > limit {
		return nil, tooLarge(name)
	}
	b := make([]byte, 0, len(raw)+bytes.Count(raw, []byte("\n")))
	for line := range bytes.Lines(raw) {
		b = appendLine(b, line)
	}
	return b, nil
}

// flagLetters are the flags of a Maildir, in the order in which a name holds them.
const flagLetters = "DFPRST"

// NormalFlags sorts flags and drops repetitions; a letter that is none is an *Error.
func NormalFlags(flags string) (string, error) {
	for _, c := range flags {
		if !strings.ContainsRune(flagLetters, c) {
			return "", &Error{What: "there is no flag " + string(c), Advice: "flags are D (draft), F (flagged), P (passed on), R (replied), S (seen) and T (trashed)"}
		}
	}
	return knownFlags(flags), nil
}

// knownFlags keeps the letters that are flags, in order, each once.
func knownFlags(flags string) string {
	var b strings.Builder
	for _, c := range flagLetters {
		if strings.ContainsRune(flags, c) {
			b.WriteRune(c)
		}
	}
	return b.String()
}
