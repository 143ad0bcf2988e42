package luabind

import "github.com/yuin/gopher-lua/ast"

// loopLocals are the names that splitLoop gives to a loop's three values;
// no script can write them.
var loopLocals = []string{"(loop function)", "(loop state)", "(loop control)"}

// splitLoop takes the iterator expressions out of a generic for loop, unless
// they are the call of something named:
//
//	for row in require("csv").rows(path) do … end
//	for key, value in next, table do … end
//
// become a local with the three values and a loop over it.
//
// QUIRK: gopher-lua 1.1.2 compiles a call whose function, or whose object, is
// computed wrongly when it stands there: the loop then calls nil, or passes
// it. Of a list of fewer than three values it leaves the others undefined.
func splitLoop(stmt ast.Stmt) ast.Stmt {
	loop, ok := stmt.(*ast.GenericForStmt)
	if ok && len(loop.Stmts) > 0 && mayJump(loop.Stmts[0]) {
		first := &ast.LocalAssignStmt{Names: []string{"(first)"}, Exprs: []ast.Expr{onLine(&ast.TrueExpr{}, loop.Line())}}
		loop.Stmts = append([]ast.Stmt{onLine(first, loop.Line())}, loop.Stmts...)
	}
	if !ok || len(loop.Exprs) == 1 && callsNamed(loop.Exprs[0]) {
		return stmt
	}
	return splitValues(loop)
}

// mayJump tells whether the first instruction of a statement may be a jump.
//
// QUIRK: gopher-lua 1.1.2 leads a jump to a jump on to where the second goes,
// and takes for that a number that it has replaced if the second lies before:
// the jump from a loop's end to a body that begins with break ends anywhere.
func mayJump(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.BreakStmt, *ast.GotoStmt, *ast.LabelStmt, *ast.DoBlockStmt, *ast.WhileStmt, *ast.RepeatStmt:
		return true
	case *ast.IfStmt:
		switch s.Condition.(type) {
		case *ast.IdentExpr, *ast.AttrGetExpr, *ast.FuncCallExpr, *ast.RelationalOpExpr:
			return false
		}
		return true
	}
	return false
}

// splitValues makes a do block of the loop.
func splitValues(loop *ast.GenericForStmt) ast.Stmt {
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

// callsNamed tells a call of what a name stands for from all else.
func callsNamed(e ast.Expr) bool {
	call, ok := e.(*ast.FuncCallExpr)
	return ok && !call.AdjustRet && named(call.Func) && named(call.Receiver)
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
