package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"moonpost/luabind"
)

// failed reports an error of a script: for people with the line and a caret,
// or as one JSON object a line where --json asks for that.
func (p *process) failed(err error) { p.report(luabind.Describe(err)) }

// complain reports what is no error of a script, and what to do about it.
func (p *process) complain(text, hint string) { p.complainOf("usage", text, hint) }

// complainOf is complain with the kind that --json shows.
func (p *process) complainOf(kind, text, hint string) {
	r := luabind.Complaint(kind, text, hint)
	p.report(r)
}

func (p *process) report(r *luabind.Report) {
	if !p.json {
		_, _ = fmt.Fprint(p.stderr, r.Text())
		return
	}
	encoder := json.NewEncoder(p.stderr)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(r)
}

// unreadable is the error for a script that cannot be read.
func unreadable(name string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	if _, statErr := os.Stat(name + ".lua"); statErr == nil && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot read script %s: %w; did you mean %s.lua?", name, err, name)
	}
	return fmt.Errorf("cannot read script %s: %w", name, err)
}
