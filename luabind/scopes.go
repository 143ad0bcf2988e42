package luabind

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// functionScope lists the local variables of a function in the order in which the
// compiler makes them.
type functionScope struct {
	first, last int // lines of the function; 0 of a chunk
	locals      []local
}

// local is a local variable and how long it lives.
type local struct {
	name     string
	register int
	lastLine int // of its block; 0: to the function's end
	next     int // index of the first local that was made after its block
}

// scopeOf finds the variables of a compiled function, or nil.
//
// QUIRK: gopher-lua 1.1.2 notes the ends of blocks at the wrong variables, so
// that its own debug information loses most names within blocks.
func (s *sources) scopeOf(proto *lua.FunctionProto) *functionScope {
	t := s.get(proto.SourceName)
	if t == nil {
		return nil
	}
	if !t.parsed {
		t.functions, t.parsed = scopesOf(t.tree()), true
	}
	for i := range t.functions {
		if f := &t.functions[i]; f.first == proto.LineDefined && (f.first == 0 || f.last == proto.LastLineDefined) && f.names(proto) {
			return f
		}
	}
	return nil
}

// names tells whether the variables are those of the compiled function.
func (s *functionScope) names(proto *lua.FunctionProto) bool {
	if len(s.locals) != len(proto.DbgLocals) {
		return false
	}
	for i, l := range s.locals {
		if l.name != proto.DbgLocals[i].Name {
			return false
		}
	}
	return true
}

// localAt is the variable that lives in the register while the instruction
// runs; sure tells whether its block is certainly not over.
func (s *functionScope) localAt(proto *lua.FunctionProto, pc, register int) (name string, start int, sure bool) {
	line := proto.DbgSourcePositions[pc]
	for i := len(s.locals) - 1; i >= 0; i-- {
		l, begin := s.locals[i], proto.DbgLocals[i].StartPc
		if l.register != register || begin > pc || l.lastLine > 0 && line > l.lastLine {
			continue
		}
		if l.next > 0 && l.next < len(s.locals) && proto.DbgLocals[l.next].StartPc <= pc && l.lastLine > 0 {
			continue
		}
		return l.name, begin, l.lastLine == 0 || line < l.lastLine
	}
	return "", 0, false
}

// scopesOf lists the scopes of a chunk and of all functions in it.
func scopesOf(chunk []ast.Stmt) []functionScope {
	list := []functionScope{newFunctionScope(nil, false, chunk, 0, 0)}
	open := exprsOf(chunk, nil)
	methods := methodsOf(chunk, nil)
	for len(open) > 0 {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		switch e := e.(type) {
		case *ast.FunctionExpr:
			list = append(list, newFunctionScope(e.ParList, methods[e], e.Stmts, e.Line(), e.LastLine()))
			open = exprsOf(e.Stmts, open)
			methods = methodsOf(e.Stmts, methods)
		case *ast.TableExpr:
			for _, field := range e.Fields {
				open = append(open, field.Key, field.Value)
			}
		default:
			open = append(open, operands(e)...)
		}
	}
	return list
}

// methodsOf finds the functions that are written with a colon.
func methodsOf(block []ast.Stmt, found map[*ast.FunctionExpr]bool) map[*ast.FunctionExpr]bool {
	if found == nil {
		found = map[*ast.FunctionExpr]bool{}
	}
	for _, stmt := range block {
		if def, ok := stmt.(*ast.FuncDefStmt); ok && def.Name.Func == nil {
			found[def.Func] = true
		}
		eachInner(stmt, func(inner []ast.Stmt) { methodsOf(inner, found) })
	}
	return found
}

// eachInner calls f with the blocks within a statement, those of functions not.
func eachInner(stmt ast.Stmt, f func([]ast.Stmt)) {
	switch s := stmt.(type) {
	case *ast.DoBlockStmt:
		f(s.Stmts)
	case *ast.WhileStmt:
		f(s.Stmts)
	case *ast.RepeatStmt:
		f(s.Stmts)
	case *ast.IfStmt:
		f(s.Then)
		f(s.Else)
	case *ast.NumberForStmt:
		f(s.Stmts)
	case *ast.GenericForStmt:
		f(s.Stmts)
	}
}

func newFunctionScope(params *ast.ParList, method bool, body []ast.Stmt, first, last int) functionScope {
	s := functionScope{first: first, last: last}
	depth := 0
	if method {
		depth = s.add(depth, 0, "self")
	}
	if params != nil {
		depth = s.add(depth, 0, params.Names...)
		if params.HasVargs {
			depth = s.add(depth, 0, "arg")
		}
	}
	s.block(body, depth, 0)
	return s
}

// add makes variables and gives the next free register.
func (s *functionScope) add(depth, lastLine int, names ...string) int {
	for _, name := range names {
		s.locals = append(s.locals, local{name: name, register: depth, lastLine: lastLine})
		depth++
	}
	return depth
}

// block adds the variables of a block, which ends in lastLine.
func (s *functionScope) block(stmts []ast.Stmt, depth, lastLine int) {
	for _, stmt := range stmts {
		if l, ok := stmt.(*ast.LocalAssignStmt); ok {
			depth = s.add(depth, lastLine, l.Names...)
			continue
		}
		begin := len(s.locals)
		end := stmt.LastLine()
		if end == 0 {
			end = lastLine
		}
		switch loop := stmt.(type) {
		case *ast.NumberForStmt:
			inner := s.add(depth, end, "(for index)", "(for limit)", "(for step)", loop.Name)
			s.block(loop.Stmts, inner, end)
		case *ast.GenericForStmt:
			inner := s.add(s.add(depth, end, "(for generator)", "(for state)", "(for control)"), end, loop.Names...)
			s.block(loop.Stmts, inner, end)
		case *ast.IfStmt:
			s.inner(loop.Then, depth, end)
			s.inner(loop.Else, depth, end)
		default:
			eachInner(stmt, func(inner []ast.Stmt) { s.inner(inner, depth, end) })
		}
		s.closeBlock(begin)
	}
}

// inner adds the variables of a block without a head; it ends at the latest
// in the line where its statement does.
func (s *functionScope) inner(stmts []ast.Stmt, depth, end int) {
	begin := len(s.locals)
	if len(stmts) > 0 {
		if last := stmts[len(stmts)-1].LastLine(); last > 0 && last < end {
			end = last + 1
		}
	}
	s.block(stmts, depth, end)
	s.closeBlock(begin)
}

// closeBlock notes that the variables from begin on are gone.
func (s *functionScope) closeBlock(begin int) {
	for i := begin; i < len(s.locals); i++ {
		if s.locals[i].next == 0 {
			s.locals[i].next = len(s.locals)
		}
	}
}
