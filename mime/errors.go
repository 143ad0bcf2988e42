package mime

import (
	"strconv"
	"strings"
)

// Error tells what is wrong with a value given to the builder, or that a source of content could not be read.
type Error struct {
	Field  string // the header field, parameter, option or part concerned
	What   string // what is wrong, in lower case
	Value  string // the value as given; empty when there is none to show
	Advice string // what to do instead; empty when What says it all
	Err    error  // the cause, when a source failed
}

// Error gives one line: package, field, fault and value, with the value quoted and shortened.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("mime: ")
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.What)
	if e.Value != "" && !strings.HasSuffix(e.What, e.Value) {
		b.WriteString(": " + strconv.Quote(shorten(e.Value, 120)))
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Kind is always "mime".
func (e *Error) Kind() string { return "mime" }

// Hint is advice for people, or "".
func (e *Error) Hint() string { return e.Advice }

// shorten cuts s to about n octets, so that a megabyte given by mistake does not fill a terminal.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

func fault(field, what, value string) *Error {
	return &Error{Field: field, What: what, Value: value}
}
