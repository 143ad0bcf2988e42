package data

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// CSVError tells what is wrong with a record or with the header.
type CSVError struct {
	Line int    // from 1; 0 if the fault is in the options
	Text string // the first line of the record, shortened
	What string // what was found and what was expected
}

// Error returns the line number and the fault.
func (e *CSVError) Error() string {
	if e.Line == 0 {
		return "csv: " + e.What
	}
	return fmt.Sprintf("csv: line %d: %s", e.Line, e.What)
}

// Kind returns "argument".
func (e *CSVError) Kind() string { return "argument" }

// Hint shows the line at fault.
func (e *CSVError) Hint() string {
	if e.Text == "" {
		return ""
	}
	return fmt.Sprintf("the line reads %q", e.Text)
}

func syntaxText(e *csv.ParseError) string {
	switch {
	case errors.Is(e.Err, csv.ErrBareQuote):
		return fmt.Sprintf("has a quote inside a field without quotes, at column %d; write the field as \"…\" and double the quotes in it", e.Column)
	case e.Line != e.StartLine:
		return "opens a quote that is not closed properly"
	default:
		return fmt.Sprintf("has a quote that is not closed properly, at column %d", e.Column)
	}
}

// textLimit is how much of a line an error shows, in octets.
const textLimit = 120

func firstLine(b []byte) string {
	s := strings.TrimLeft(string(b[:min(len(b), 4*textLimit)]), "\r\n")
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		s = s[:end]
	}
	return shorten(s)
}

// shorten cuts on a character's boundary.
func shorten(s string) string {
	if len(s) <= textLimit {
		return s
	}
	end := textLimit
	for end > textLimit-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

func abbreviate(names []string) string { return shorten(strings.Join(names, ", ")) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
