package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

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
	settleTables(chunk)
	splitLiterals(chunk)
	eachStatement(chunk, splitLoop)
	eachStatement(chunk, settleAssignments)
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, nil, syntaxError(name, source, err)
	}
	return chunk, proto, nil
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

// syntaxError brings the parser's and the compiler's errors into one form.
func syntaxError(name string, source []byte, err error) error {
	var perr *parse.Error
	if errors.As(err, &perr) {
		message := strings.TrimSpace(perr.Message)
		if perr.Pos.Line == parse.EOF {
			last := 1 + bytes.Count(bytes.TrimRight(source, "\n"), []byte("\n"))
			return &SyntaxError{File: name, Line: last, Message: message + " at the end of the file"}
		}
		return &SyntaxError{File: name, Line: perr.Pos.Line, Column: perr.Pos.Column, Message: fmt.Sprintf("%s near %q", message, perr.Token)}
	}
	var cerr *lua.CompileError
	if errors.As(err, &cerr) {
		return &SyntaxError{File: name, Line: cerr.Line, Message: cerr.Message}
	}
	return &SyntaxError{File: name, Line: 1, Message: err.Error()}
}
