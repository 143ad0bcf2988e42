package luabind

import (
	"errors"
	"strconv"
	"strings"

	"moonpost/luabind/luatext"
)

// explained adds to an error that ended the script what it takes to show it:
// the line, the place on it, and a hint.
func (rt *Runtime) explained(err error) error {
	var e *ScriptError
	if !errors.As(err, &e) {
		return err
	}
	var syntax *SyntaxError
	if errors.As(e.Err, &syntax) {
		e.Spot = syntax.Spot()
		return err
	}
	e.Spot, e.Plain = rt.spotOf(e)
	if e.Hint() == "" {
		e.Advice = rt.advice(e)
	}
	return err
}

// spotOf finds the line that the error is about, and the place on it. It
// gives the error's text without positions, too.
func (rt *Runtime) spotOf(e *ScriptError) (s Spot, plain string) {
	s, plain = rt.place(e)
	source, ok := rt.sources.line(s.File, s.Line)
	if !ok {
		return s, plain
	}
	s.Source = source
	text := rt.sources.get(s.File).text
	if at := luatext.Find(text, s.Line, luatext.Sought(plain, e.raisedBy())...); at.Column > 0 {
		s.Line, s.Column, s.EndColumn = at.Line, at.Column, at.EndColumn
		s.Source, _ = luatext.Line(text, at.Line)
	}
	return s, plain
}

// place is the innermost position that the error tells, and its text without
// the positions before: its own one, the last one before the text, or the
// innermost call. What looks like a position and names no source of this run,
// such as "people.csv:12: ", belongs to the text.
func (rt *Runtime) place(e *ScriptError) (s Spot, text string) {
	where, text := e.Where, e.Error()
	for {
		next, rest := splitWhere(text)
		file, _, _ := cutAtLast(strings.TrimSuffix(next, ": "), ":")
		if next == "" || rt.sources.texts[file] == nil {
			break
		}
		where, text = strings.TrimSuffix(next, " "), rest
	}
	e.innermost = where
	file, number, _ := cutAtLast(strings.TrimSuffix(where, ":"), ":")
	if line, err := strconv.Atoi(number); err == nil {
		return Spot{File: file, Line: line}, text
	}
	for _, f := range e.Frames {
		if f.Line > 0 {
			return Spot{File: f.File, Line: f.Line}, text
		}
	}
	return Spot{}, text
}

// raisedBy is the function of Lua's own that raised the error, if the text
// doesn't name it.
func (e *ScriptError) raisedBy() string {
	if e.Err == nil {
		return "error"
	}
	return e.Call
}
