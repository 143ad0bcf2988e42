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
	e.Spot = rt.spotOf(e)
	if e.Hint() == "" {
		e.Advice = rt.advice(e)
	}
	return err
}

// spotOf finds the line that the error is about, and the place on it.
func (rt *Runtime) spotOf(e *ScriptError) Spot {
	s := e.place()
	source, ok := rt.sources.line(s.File, s.Line)
	if !ok {
		return s
	}
	s.Source = source
	text := rt.sources.get(s.File).text
	if at := luatext.Find(text, s.Line, luatext.Sought(e.plainText(), e.raisedBy())...); at.Column > 0 {
		s.Line, s.Column, s.EndColumn = at.Line, at.Column, at.EndColumn
		s.Source, _ = luatext.Line(text, at.Line)
	}
	return s
}

// place is the innermost position that the error tells: its own, the last one
// before its text, or the innermost call.
func (e *ScriptError) place() Spot {
	where := e.Where
	if where == "" {
		rest := e.Error()
		for {
			next, text := splitWhere(rest)
			if next == "" {
				break
			}
			where, rest = strings.TrimSuffix(next, " "), text
		}
	}
	file, number, _ := cutLast(strings.TrimSuffix(where, ":"), ":")
	if line, err := strconv.Atoi(number); err == nil {
		return Spot{File: file, Line: line}
	}
	for _, f := range e.Frames {
		if f.Line > 0 {
			return Spot{File: f.File, Line: f.Line}
		}
	}
	return Spot{}
}

// plainText is the message without positions.
func (e *ScriptError) plainText() string {
	text := e.Error()
	for {
		where, rest := splitWhere(text)
		if where == "" {
			return text
		}
		text = rest
	}
}

// raisedBy is the function of Lua's own that raised the error, if the text
// doesn't name it.
func (e *ScriptError) raisedBy() string {
	if e.Err == nil {
		return "error"
	}
	return e.Call
}
