package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Format is one of the forms that mbox files have.
type Format uint8

// The forms of mbox. They differ in how a line that begins with "From " is hidden, and in whether a Content-Length
// is believed.
const (
	MboxRD  Format = iota // a ">" before any number of ">" and "From ": what this package writes
	MboxO                 // a ">" before "From " alone
	MboxCL                // as MboxO, with Content-Length
	MboxCL2               // nothing is hidden, Content-Length tells where a message ends
)

// MboxOptions say how an mbox is read. The zero value is right for most files.
type MboxOptions struct {
	Format Format
	Limit  int64 // octets of the largest message; 0 is 256 MiB
}

// Mbox reads an mbox file message by message, in the memory of one message. It takes what it finds: line breaks of
// both kinds, a missing blank line before a separator, a file that ends within a message.
type Mbox struct {
	r       *bufio.Reader
	format  Format
	limit   int64
	trust   bool   // Content-Length was right so far
	from    string // the separator line of the next message
	started bool
	done    bool
}

// bufferSize is what is looked at in one piece; a separator line that is longer is not found.
const bufferSize = 64 << 10

// NewMbox makes a reader; nothing is read before Next.
func NewMbox(r io.Reader, o MboxOptions) *Mbox {
	return &Mbox{r: bufio.NewReaderSize(r, bufferSize), format: o.Format, limit: orDefault(o.Limit), trust: o.Format >= MboxCL}
}

// Next gives the next message, or io.EOF after the last.
func (m *Mbox) Next() (*Message, error) {
	if !m.started {
		m.started = true
		if err := m.start(); err != nil {
			m.done = true
			return nil, err
		}
	}
	if m.done {
		return nil, io.EOF
	}
	msg := &Message{}
	msg.Sender, msg.Date, _ = parseFromLine(m.from)
	if err := m.message(msg); err != nil {
		m.done = true
		return nil, err
	}
	msg.Flags = statusFlags(msg.Octets)
	return msg, nil
}

// start finds the first separator, which must be the first line that is not blank.
func (m *Mbox) start() error {
	for {
		line, err := m.r.ReadSlice('\n')
		if blank(line) && err == nil {
			continue
		}
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
		switch {
		case bytes.HasPrefix(line, []byte(fromPrefix)):
			m.from = string(bytes.TrimRight(line, "\r\n"))
			return nil
		case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull):
			return readFault(err)
		case blank(line):
			return io.EOF
		}
		return &Error{What: `not an mbox: it does not begin with "From "`, Advice: "a file with one message is read by mime.parse"}
	}
}

func readFault(err error) *Error { return &Error{What: "cannot be read", Err: err} }

func blank(line []byte) bool { return len(bytes.TrimRight(line, "\r\n")) == 0 }

// message reads up to the next separator and takes off the blank line before it.
func (m *Mbox) message(msg *Message) error {
	var b []byte
	lineStart, afterBlank, header := true, false, true
	for {
		line, err := m.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return readFault(err)
		}
		if lineStart && bytes.HasPrefix(line, []byte(fromPrefix)) {
			line = bytes.Clone(line) // looking ahead moves the buffer
			if m.separates(line, afterBlank) {
				m.from = string(bytes.TrimRight(line, "\r\n"))
				break
			}
		}
		if lineStart {
			afterBlank = blank(line)
			line = m.format.unquoted(line)
		}
		if !lineStart && len(line) == 1 && line[0] == '\n' {
			b = bytes.TrimSuffix(b, []byte("\r")) // the buffer ended between CR and LF
		}
		if b = appendLine(b, line); int64(len(b)) > m.limit {
			return tooLarge("")
		}
		if errors.Is(err, io.EOF) {
			m.done = true
			break
		}
		lineStart = err == nil
		if header && lineStart && afterBlank {
			header = false
			if body, ok := m.counted(b); ok {
				msg.Octets = append(b, body...)
				return nil
			}
		}
	}
	msg.Octets = withoutGap(b)
	return nil
}

// withoutGap takes off the blank line that the format puts behind each message, and ends the last line.
func withoutGap(b []byte) []byte {
	if bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		return b[:len(b)-2]
	}
	if len(b) > 0 && b[len(b)-1] != '\n' {
		b = append(b, "\r\n"...)
	}
	return b
}

// separates tells whether a line that begins with "From " stands before a message. Such a line within a text can come
// from a writer that hid none; of what makes a separator, two things of three must be there: a blank line before it, a
// header behind it, and a date at its end.
func (m *Mbox) separates(line []byte, afterBlank bool) bool {
	_, _, dated := parseFromLine(string(line))
	if dated && afterBlank {
		return true
	}
	return (dated || afterBlank) && m.headerAhead()
}

// headerAhead tells whether the next line begins as a header field does.
func (m *Mbox) headerAhead() bool {
	ahead, _ := m.r.Peek(80) // RFC 5322 §2.1.1
	name, _, found := bytes.Cut(ahead, []byte(":"))
	if !found || len(name) == 0 {
		return false
	}
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// counted reads as many octets as the header's Content-Length says. When no separator and no end stand behind them,
// the number was wrong: they are put back, and no further number is believed.
func (m *Mbox) counted(header []byte) (body []byte, ok bool) {
	if !m.trust {
		return nil, false
	}
	n, err := strconv.ParseInt(headerValue(header, "content-length"), 10, 64)
	if err != nil || n < 0 || n > m.limit {
		return nil, false
	}
	var raw bytes.Buffer
	got, err := io.CopyN(&raw, m.r, n)
	if err == nil && got == n && m.atSeparator() {
		for line := range bytes.Lines(raw.Bytes()) {
			body = appendLine(body, m.format.unquoted(line))
		}
		m.skipGap()
		return body, true
	}
	m.trust = false
	m.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(raw.Bytes()), m.r), bufferSize)
	return nil, false
}

// atSeparator looks whether the end of the file or a separator lies ahead, with or without a blank line before it.
func (m *Mbox) atSeparator() bool {
	ahead, _ := m.r.Peek(len("\r\n\r\n" + fromPrefix))
	ahead = bytes.TrimLeft(ahead, "\r\n")
	return len(ahead) == 0 || bytes.HasPrefix(ahead, []byte(fromPrefix))
}

// skipGap goes on to the separator that was seen ahead.
func (m *Mbox) skipGap() {
	for {
		line, err := m.r.ReadSlice('\n')
		switch {
		case bytes.HasPrefix(line, []byte(fromPrefix)):
			m.from = string(bytes.TrimRight(line, "\r\n"))
			return
		case err != nil:
			m.done = true
			return
		}
	}
}

// headerValue gives the value of a short field, whose name is in lower case, from a header of CRLF lines.
func headerValue(header []byte, name string) string {
	for line := range bytes.Lines(header) {
		if blank(line) {
			return ""
		}
		if len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(string(line[:len(name)]), name) {
			return strings.TrimSpace(string(line[len(name)+1:]))
		}
	}
	return ""
}

// statusFlags translates the fields by which mail readers mark messages of an mbox.
func statusFlags(octets []byte) string {
	marks := headerValue(octets, "status") + headerValue(octets, "x-status")
	var b strings.Builder
	for _, pair := range statusMarks {
		if strings.ContainsRune(marks, pair.mark) {
			b.WriteRune(pair.flag)
		}
	}
	return knownFlags(b.String())
}

// statusMarks pair the letters of Status (R) and X-Status with those of a Maildir.
var statusMarks = []struct{ mark, flag rune }{{'R', 'S'}, {'A', 'R'}, {'F', 'F'}, {'D', 'T'}, {'T', 'D'}}
