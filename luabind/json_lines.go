package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// jsonLinesOptions are the options of json.lines.
type jsonLinesOptions struct {
	Decode  jsonDecodeOptions `lua:",embed"`
	MaxLine int64             `lua:"max_line" unit:"size" min:"1" max:"1GiB" doc:"octets of the longest line" default:"16MB"`
	OnError *lua.LFunction    `lua:"on_error" type:"fun(line: integer, what: string, text: string)" doc:"gets each bad line, which is left out then"`
}

// jsonReader is one file that json.lines reads.
type jsonReader struct {
	rt      *Runtime
	name    string
	lines   *data.JSONLines
	options data.JSONOptions
	onError *lua.LFunction
	file    io.Closer // nil for standard input and after the end
	ended   bool
}

func (rt *Runtime) jsonLines(L *lua.LState) int {
	const call = "json.lines"
	o := jsonLinesOptions{MaxLine: 16e6}
	r := &jsonReader{rt: rt, name: argString(L, call, 1, "path")}
	checkOptions(L, call, 2, &o)
	r.options, r.onError = o.Decode.engine(L), o.OnError
	var source io.Reader = rt.stdio.in
	if r.name != "-" {
		file, err := rt.host.open(r.name)
		if err != nil {
			raise(L, rt.fileError(r.name, err))
		}
		rt.opened(r)
		source, r.file = file, file
	}
	r.lines = data.NewJSONLines(source, int(o.MaxLine))
	L.Push(L.NewFunction(guard(call, r.next)))
	return 1
}

// next is the iterator: a value and its line, or nil at the end.
func (r *jsonReader) next(L *lua.LState) int {
	for !r.ended {
		text, line, err := r.lines.Next()
		var v lua.LValue
		if err == nil {
			v, err = data.ParseJSON(text, r.options, r.rt.jsonMaker())
		}
		switch {
		case err == nil:
			L.Push(v)
			L.Push(lua.LNumber(line))
			return 2
		case errors.Is(err, io.EOF):
			r.close()
		default:
			r.bad(L, line, text, err)
		}
	}
	L.Push(lua.LNil)
	return 1
}

// bad gives a bad line to on_error, or raises.
func (r *jsonReader) bad(L *lua.LState, line int, text string, err error) {
	what := ""
	var syntax *data.JSONError
	var long *data.JSONLineError
	switch {
	case errors.As(err, &syntax):
		what = fmt.Sprintf("column %d: %s", syntax.Column, syntax.What)
	case errors.As(err, &long):
		what, text = fmt.Sprintf("is longer than max_line, %d octets", long.Longest), long.Text
	default:
		raise(L, err)
	}
	if r.onError == nil {
		raise(L, &jsonFileError{path: r.name, line: line, what: what, err: err})
	}
	L.Push(r.onError)
	L.Push(lua.LNumber(line))
	L.Push(lua.LString(what))
	L.Push(lua.LString(text))
	L.Call(3, 0)
}

// finish closes the file of an iterator that was left before its end.
func (r *jsonReader) finish(context.Context) (failed int) {
	r.close()
	return 0
}

func (r *jsonReader) abort() { r.close() }

func (r *jsonReader) close() {
	r.ended = true
	if r.file != nil {
		r.file.Close() //nolint:errcheck // opened for reading only
		r.file = nil
	}
}

// jsonFileError is a bad line of a file.
type jsonFileError struct {
	path string
	line int
	what string
	err  error
}

func (e *jsonFileError) Error() string {
	return fmt.Sprintf("json.lines: %s, line %d: %s", e.path, e.line, e.what)
}
func (e *jsonFileError) Unwrap() error { return e.err }
