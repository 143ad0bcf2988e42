package luabind

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// settleAssignments mends three statements.
//
//	a, b = b, a
//
// becomes a local for each value and one assignment after the other.
//
// QUIRK: gopher-lua 1.1.2 stores a value into a local before the values after it are computed.
//
//	local print = function(...) print("log:", ...) end
//
// gets a second value, nil, that is dropped.
//
// QUIRK: gopher-lua 1.1.2 takes it for a local function, in which its own name is known.
//
//	function(s) s = s .. "x" end
//
// is compiled as if the one value could be several, which changes nothing.
//
// QUIRK: gopher-lua 1.1.2 puts the function of a call that gives one value into a function's last parameter when the value
// is for it, before the arguments are computed of that parameter.
func settleAssignments(stmt ast.Stmt) ast.Stmt {
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		if len(s.Rhs) > 1 && (namesOne(s.Lhs) || len(s.Lhs) > 1 && clearsOne(s)) {
			return splitAssignment(s)
		}
		if call, ok := s.Rhs[0].(*ast.FuncCallExpr); ok && len(s.Lhs) == 1 {
			call.AdjustRet = false
		}
		return settleClearing(s)
	case *ast.LocalAssignStmt:
		if len(s.Names) == 1 && len(s.Exprs) == 1 && s.LastLine() == 0 { // the parser gives local functions a last line
			if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
				s.Exprs = append(s.Exprs, onLine(&ast.NilExpr{}, s.Line()))
			}
		}
	}
	return stmt
}

// namesOne tells whether one of the targets is a name.
func namesOne(targets []ast.Expr) bool {
	for _, target := range targets {
		if _, ok := target.(*ast.IdentExpr); ok {
			return true
		}
	}
	return false
}

// splitAssignment makes a do block in which all is computed before it is
// assigned: the objects and keys of the targets, then the values.
func splitAssignment(s *ast.AssignStmt) ast.Stmt {
	line := s.Lhs[0].Line()
	do := &ast.DoBlockStmt{}
	remember := func(names []string, values []ast.Expr) {
		local := &ast.LocalAssignStmt{Names: names, Exprs: values}
		local.SetLine(line)
		local.SetLastLine(line)
		do.Stmts = append(do.Stmts, local)
	}
	var trims []ast.Stmt
	for i, target := range s.Lhs {
		if field, ok := target.(*ast.AttrGetExpr); ok {
			object, key := fmt.Sprintf("(object %d)", i), fmt.Sprintf("(key %d)", i)
			remember([]string{object, key}, []ast.Expr{field.Object, field.Key})
			if clears(s, i) {
				trims = append(trims, callTrim(object, key, line))
			}
			field.Object = onLine(&ast.IdentExpr{Value: object}, line)
			if _, constant := field.Key.(*ast.StringExpr); !constant {
				field.Key = onLine(&ast.IdentExpr{Value: key}, line)
			}
		}
	}
	names := make([]string, len(s.Lhs))
	for i := range names {
		names[i] = fmt.Sprintf("(value %d)", i)
	}
	remember(names, s.Rhs)
	for i := len(names) - 1; i >= 0; i-- { // the order of PUC Lua
		value := onLine(&ast.IdentExpr{Value: names[i]}, line)
		do.Stmts = append(do.Stmts, onLine(&ast.AssignStmt{Lhs: s.Lhs[i : i+1], Rhs: []ast.Expr{value}}, line))
	}
	do.Stmts = append(do.Stmts, trims...)
	return onLine(do, line)
}

// onLine gives a node its line.
func onLine[N ast.PositionHolder](node N, line int) N {
	node.SetLine(line)
	node.SetLastLine(line)
	return node
}
