package luabind

import (
	"bytes"
	"errors"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// localsName is how rewritten chunks name the session's locals; no script can
// spell it.
const localsName = "=locals"

// scope is the environment of a session's chunks: top-level locals, and the
// globals behind them. A local of an earlier line hides a global of its name
// and is no global for modules, as in a script.
type scope struct {
	env      *lua.LTable
	declared map[string]bool
}

func newScope(L *lua.LState) *scope {
	s := &scope{env: L.NewTable(), declared: map[string]bool{"_": true}}
	globals := L.Get(lua.GlobalsIndex)
	meta := L.NewTable()
	meta.RawSetString("__index", globals)
	meta.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		if name, ok := L.Get(2).(lua.LString); ok && s.declared[string(name)] {
			s.set(string(name), L.Get(3))
			return 0
		}
		L.SetTable(globals, L.Get(2), L.Get(3))
		return 0
	}))
	s.env.Metatable = meta
	s.env.RawSetString(localsName, s.door(L))
	return s
}

// door is a table through which chunks set locals.
func (s *scope) door(L *lua.LState) *lua.LTable {
	meta := L.NewTable()
	meta.RawSetString("__newindex", L.NewFunction(func(L *lua.LState) int {
		s.set(L.Get(2).String(), L.Get(3))
		return 0
	}))
	door := L.NewTable()
	door.Metatable = meta
	return door
}

// set gives a local a value.
func (s *scope) set(name string, v lua.LValue) {
	s.declared[name] = true
	s.env.RawSetString(name, v)
}

// names lists the locals that have a value.
func (s *scope) names() []string {
	var names []string
	for name := range s.declared {
		if s.env.RawGetString(name) != lua.LNil {
			names = append(names, name)
		}
	}
	return names
}

// compileSession compiles a chunk whose top-level locals, as far as move says,
// become the session's.
func compileSession(source []byte, name string, move func([]ast.Stmt) func(name string) bool) (*lua.FunctionProto, error) {
	_, proto, err := compileChanged(source, name, func(chunk []ast.Stmt) []ast.Stmt {
		return moveLocals(chunk, move(chunk))
	})
	return proto, err
}

// moveAll moves every local.
func moveAll([]ast.Stmt) func(string) bool { return func(string) bool { return true } }

// keepTwice leaves alone what a chunk declares twice: functions between may
// mean the first of them.
func keepTwice(chunk []ast.Stmt) func(string) bool {
	times := map[string]int{}
	for _, stmt := range chunk {
		if local, ok := stmt.(*ast.LocalAssignStmt); ok {
			for _, name := range local.Names {
				times[name]++
			}
		}
	}
	return func(name string) bool { return times[name] == 1 }
}

// moveLocals makes assignments of the top level's `local` statements. One that
// declares a name that stays local stays as it is.
func moveLocals(chunk []ast.Stmt, moves func(name string) bool) []ast.Stmt {
	for i, stmt := range chunk {
		local, ok := stmt.(*ast.LocalAssignStmt)
		if !ok || !all(local.Names, moves) {
			continue
		}
		assign := &ast.AssignStmt{Rhs: local.Exprs}
		assign.SetLine(local.Line())
		assign.SetLastLine(local.LastLine())
		for _, name := range local.Names {
			assign.Lhs = append(assign.Lhs, sessionLocal(name, local.Line()))
		}
		if len(assign.Rhs) == 0 {
			none := &ast.NilExpr{}
			none.SetLine(local.Line())
			assign.Rhs = []ast.Expr{none}
		}
		chunk[i] = assign
	}
	return chunk
}

// sessionLocal is the expression that sets a session's local.
func sessionLocal(name string, line int) ast.Expr {
	door := &ast.IdentExpr{Value: localsName}
	key := &ast.StringExpr{Value: name}
	e := &ast.AttrGetExpr{Object: door, Key: key}
	door.SetLine(line)
	key.SetLine(line)
	e.SetLine(line)
	return e
}

func all(names []string, ok func(string) bool) bool {
	for _, name := range names {
		if !ok(name) {
			return false
		}
	}
	return true
}

// parseChunk tells how a chunk fails to parse, within the bounds of a script.
func parseChunk(chunk string) error {
	if len(chunk) > maxSource {
		return &SyntaxError{Message: "too large"}
	}
	if line, what := tooDeep([]byte(chunk)); line > 0 {
		return &SyntaxError{File: SessionName, Line: line, Message: what}
	}
	_, err := parse.Parse(bytes.NewReader([]byte(chunk)), SessionName)
	return err
}

// endsEarly tells that the parser came to the end and wanted more. A string in
// quotes ends on its line.
func endsEarly(err error) bool {
	var e *parse.Error
	return errors.As(err, &e) && e.Pos.Line == parse.EOF && e.Message != "unterminated string"
}
