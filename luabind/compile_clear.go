package luabind

import (
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// trimName stands for the function trimList in what is compiled: a constant
// that no script has reason to write.
const trimName = "\x00moonpost.trim\x00"

// trimList is called with a table and the key whose value was set to nil.
var trimList = &lua.LFunction{IsG: true, GFunction: func(L *lua.LState) int {
	if t, ok := L.Get(1).(*lua.LTable); ok {
		lua51.Trim(t, L.Get(2))
	}
	return 0
}}

// settleClearing lets a list become shorter by
//
//	stack[#stack] = nil
//
// which becomes a do block that calls trimList afterwards.
func settleClearing(s *ast.AssignStmt) ast.Stmt {
	if len(s.Lhs) != 1 || !clears(s, 0) {
		return s
	}
	field := s.Lhs[0].(*ast.AttrGetExpr)
	line := field.Line()
	object, key := "(object)", "(key)"
	locals := onLine(&ast.LocalAssignStmt{Names: []string{object, key}, Exprs: []ast.Expr{field.Object, field.Key}}, line)
	field.Object, field.Key = onLine(&ast.IdentExpr{Value: object}, line), onLine(&ast.IdentExpr{Value: key}, line)
	return onLine(&ast.DoBlockStmt{Stmts: []ast.Stmt{locals, s, callTrim(object, key, line)}}, line)
}

// clears tells whether target i is an element that is set to nil.
func clears(s *ast.AssignStmt, i int) bool {
	if i >= len(s.Rhs) {
		return false
	}
	field, isField := s.Lhs[i].(*ast.AttrGetExpr)
	_, isNil := s.Rhs[i].(*ast.NilExpr)
	if !isField || !isNil {
		return false
	}
	_, named := field.Key.(*ast.StringExpr)
	return !named
}

// clearsOne tells whether one of the targets is such an element.
func clearsOne(s *ast.AssignStmt) bool {
	for i := range s.Lhs {
		if clears(s, i) {
			return true
		}
	}
	return false
}

// callTrim calls trimList with two locals.
func callTrim(object, key string, line int) ast.Stmt {
	local := func(name string) ast.Expr { return onLine(&ast.IdentExpr{Value: name}, line) }
	call := &ast.FuncCallExpr{Func: onLine(&ast.StringExpr{Value: trimName}, line), Args: []ast.Expr{local(object), local(key)}}
	return onLine(&ast.FuncCallStmt{Expr: onLine(call, line)}, line)
}

// placeFunctions puts trimList into the constants of a function and of those
// within it.
func placeFunctions(proto *lua.FunctionProto) {
	for i, c := range proto.Constants {
		if c == lua.LString(trimName) {
			proto.Constants[i] = trimList
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		placeFunctions(inner)
	}
}
