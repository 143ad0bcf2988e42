package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"moonpost/luabind/luatext"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// maxSource bounds a script's size in octets: the compiler recurses, and a
// few million nested brackets would end the process.
const maxSource = 4 << 20

// compile parses source and makes a prototype of it, which is read-only.
func compile(source []byte, name string) ([]ast.Stmt, *lua.FunctionProto, error) {
	return compileChanged(source, name, func(chunk []ast.Stmt) []ast.Stmt { return chunk })
}

// compileChanged is compile with a change to the statements before they are compiled.
func compileChanged(source []byte, name string, change func([]ast.Stmt) []ast.Stmt) ([]ast.Stmt, *lua.FunctionProto, error) {
	if len(source) > maxSource {
		return nil, nil, &SyntaxError{File: name, Line: 1, Message: fmt.Sprintf("script is larger than %d MiB", maxSource>>20)}
	}
	text := withoutPreamble(source)
	if line, what := tooDeep(text); line > 0 {
		return nil, nil, &SyntaxError{File: name, Line: line, Message: what}
	}
	chunk, err := parse.Parse(bytes.NewReader(text), name)
	if err != nil {
		return nil, nil, syntaxError(name, source, err)
	}
	if line, what := tooNested(chunk); line > 0 {
		return nil, nil, &SyntaxError{File: name, Line: line, Message: what}
	}
	chunk = change(chunk)
	concat := settle(chunk)
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, nil, syntaxError(name, source, err)
	}
	bindConcat(proto, concat)
	placeFunctions(proto)
	return chunk, proto, nil
}

// settle rewrites what gopher-lua compiles wrongly. It gives the name that
// bindConcat wants.
func settle(chunk []ast.Stmt) (concat string) {
	concat = settleConcat(chunk)
	settleTables(chunk)
	splitLiterals(chunk)
	eachStatement(chunk, splitLoop)
	eachStatement(chunk, settleAssignments)
	return concat
}

// withoutPreamble blanks a byte order mark and a first line that begins with
// '#', and keeps the line count.
func withoutPreamble(source []byte) []byte {
	source = bytes.TrimPrefix(source, []byte("\xef\xbb\xbf"))
	if len(source) == 0 || source[0] != '#' {
		return source
	}
	if end := bytes.IndexByte(source, '\n'); end >= 0 {
		return source[end:]
	}
	return nil
}

// syntaxError brings the parser's and the compiler's errors into one form, with
// the message that Lua's own compiler has for the place.
func syntaxError(name string, source []byte, err error) error {
	e := &SyntaxError{File: name, Line: 1, Message: err.Error()}
	var cerr *lua.CompileError
	var perr *parse.Error
	if errors.As(err, &cerr) {
		e.Line, e.Message, e.Advice = cerr.Line, cerr.Message, compileHint(cerr.Message)
	} else if fault := luatext.Diagnose(source); fault != nil {
		e.Line, e.Column, e.EndColumn = fault.Line, fault.Column, fault.EndColumn
		e.Message, e.Advice = fault.Message, fault.Hint
	} else if errors.As(err, &perr) {
		e.Message = fmt.Sprintf("%s near '%s'", strings.TrimSpace(perr.Message), perr.Token)
		e.Line = perr.Pos.Line
		if e.Line == parse.EOF {
			e.Line = 1 + bytes.Count(bytes.TrimRight(source, "\n"), []byte("\n"))
		}
	}
	e.Source, _ = luatext.Line(source, e.Line)
	return e
}

// compileHint explains what is well written but cannot be compiled.
func compileHint(message string) string {
	switch {
	case strings.HasPrefix(message, "no loop to break"):
		return "break ends a for, while or repeat loop and stands within one; a function ends by return"
	case strings.HasPrefix(message, "no visible label"):
		return "a label is written ::name:: and stands in the same block as its goto, or around it"
	case strings.Contains(message, "too many local variables"), strings.Contains(message, "register overflow"):
		return "a function has room for 200 local variables; put the values into a table"
	}
	return ""
}
