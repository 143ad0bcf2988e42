package luabind

import "github.com/yuin/gopher-lua/ast"

// loopLocals are the names that splitLoops gives to a loop's three values;
// no script can write them.
var loopLocals = []string{"(loop function)", "(loop state)", "(loop control)"}

// splitLoops takes the iterator expressions out of generic for loops:
//
//	for row in require("csv").rows(path) do … end
//
// becomes a local with the values and a loop over it.
//
// QUIRK: gopher-lua 1.1.2 compiles a call whose function, or whose object, is
// computed wrongly when it stands there: the loop then calls nil, or passes it.
func splitLoops(block []ast.Stmt) []ast.Stmt {
	for i, stmt := range block {
		eachBlock(stmt, func(inner []ast.Stmt) []ast.Stmt { return splitLoops(inner) })
		if loop, ok := stmt.(*ast.GenericForStmt); ok && callsCalled(loop.Exprs) {
			block[i] = splitLoop(loop)
		}
	}
	return block
}

// splitLoop makes a do block of the loop.
func splitLoop(loop *ast.GenericForStmt) ast.Stmt {
	values := &ast.LocalAssignStmt{Names: loopLocals, Exprs: loop.Exprs}
	names := make([]ast.Expr, len(loopLocals))
	for i, name := range loopLocals {
		ident := &ast.IdentExpr{Value: name}
		ident.SetLine(loop.Line())
		names[i] = ident
	}
	values.SetLine(loop.Line())
	loop.Exprs = names
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{values, loop}}
	do.SetLine(loop.Line())
	do.SetLastLine(loop.LastLine())
	return do
}

// callsCalled tells whether an expression calls what another expression gave,
// rather than what a name stands for.
func callsCalled(exprs []ast.Expr) bool {
	for _, e := range exprs {
		call, ok := e.(*ast.FuncCallExpr)
		if ok && !(named(call.Func) && named(call.Receiver)) {
			return true
		}
	}
	return false
}

// named tells a name, a constant, or a field of these from what has to be computed.
func named(e ast.Expr) bool {
	switch e := e.(type) {
	case nil, *ast.IdentExpr, *ast.StringExpr:
		return true
	case *ast.AttrGetExpr:
		return named(e.Object)
	default:
		return false
	}
}

// eachBlock replaces the blocks within a statement, those of functions
// included, by what f makes of them.
func eachBlock(stmt ast.Stmt, f func([]ast.Stmt) []ast.Stmt) {
	switch s := stmt.(type) {
	case *ast.DoBlockStmt:
		s.Stmts = f(s.Stmts)
	case *ast.WhileStmt:
		s.Stmts = f(s.Stmts)
		eachFunction([]ast.Expr{s.Condition}, f)
	case *ast.RepeatStmt:
		s.Stmts = f(s.Stmts)
		eachFunction([]ast.Expr{s.Condition}, f)
	case *ast.IfStmt:
		s.Then, s.Else = f(s.Then), f(s.Else)
		eachFunction([]ast.Expr{s.Condition}, f)
	case *ast.NumberForStmt:
		s.Stmts = f(s.Stmts)
	case *ast.GenericForStmt:
		s.Stmts = f(s.Stmts)
		eachFunction(s.Exprs, f)
	case *ast.FuncDefStmt:
		s.Func.Stmts = f(s.Func.Stmts)
	case *ast.LocalAssignStmt:
		eachFunction(s.Exprs, f)
	case *ast.AssignStmt:
		eachFunction(s.Rhs, f)
	case *ast.ReturnStmt:
		eachFunction(s.Exprs, f)
	case *ast.FuncCallStmt:
		eachFunction([]ast.Expr{s.Expr}, f)
	}
}

// eachFunction finds the functions written in expressions.
func eachFunction(exprs []ast.Expr, f func([]ast.Stmt) []ast.Stmt) {
	for _, e := range exprs {
		switch e := e.(type) {
		case *ast.FunctionExpr:
			e.Stmts = f(e.Stmts)
		case *ast.FuncCallExpr:
			eachFunction(append([]ast.Expr{e.Func, e.Receiver}, e.Args...), f)
		case *ast.TableExpr:
			for _, field := range e.Fields {
				eachFunction([]ast.Expr{field.Value}, f)
			}
		case *ast.LogicalOpExpr:
			eachFunction([]ast.Expr{e.Lhs, e.Rhs}, f)
		}
	}
}
