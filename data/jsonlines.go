package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// JSONLines reads a text that has one JSON value on each line. It is for one
// goroutine.
type JSONLines struct {
	in      *bufio.Reader
	longest int
	line    int
}

// NewJSONLines prepares reading; a line of more than longest octets is an
// error of that line.
func NewJSONLines(r io.Reader, longest int) *JSONLines {
	return &JSONLines{in: bufio.NewReaderSize(r, 64<<10), longest: longest}
}

// JSONLineError is a line that is longer than allowed.
type JSONLineError struct {
	Line    int
	Longest int
	Text    string // how it begins
}

// Error returns the line number and the bound.
func (e *JSONLineError) Error() string {
	return fmt.Sprintf("line %d is longer than %d octets", e.Line, e.Longest)
}

// Kind returns "size".
func (e *JSONLineError) Kind() string { return "size" }

// Next returns the next line that is not blank and its number, and io.EOF
// after the last. After a *JSONLineError the next call goes on behind it;
// other errors are those of the underlying reader.
func (l *JSONLines) Next() (text string, line int, err error) {
	for {
		raw, err := l.read()
		if err != nil && (raw == nil || !errors.Is(err, io.EOF)) {
			return "", l.line, err
		}
		if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && string(trimmed) != "\ufeff" {
			return string(bytes.TrimRight(raw, "\r\n")), l.line, nil
		}
	}
}

// read gives the next line with its end; after the last one without an end
// it gives io.EOF too.
func (l *JSONLines) read() ([]byte, error) {
	var line []byte
	long := false
	for {
		piece, err := l.in.ReadSlice('\n')
		if len(piece) > 0 && line == nil && !long {
			l.line++
		}
		if len(line)+len(bytes.TrimRight(piece, "\r\n")) > l.longest {
			long = true
			line = append(line, piece[:min(len(piece), max(0, textLimit-len(line)))]...)
		}
		switch {
		case !long:
			line = append(line, piece...)
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, &JSONLineError{Line: l.line, Longest: l.longest, Text: firstLine(line)}
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
