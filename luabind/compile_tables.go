package luabind

import "github.com/yuin/gopher-lua/ast"

// settleTables makes the calls that are values of named fields give one value:
//
//	mime.text{ body, charset = charset_of(body) }
//
// QUIRK: gopher-lua 1.1.2 also puts the value of the last field into the list
// of the elements without a name when it is a call, or "...".
func settleTables(block []ast.Stmt) {
	eachExpr(block, func(place *ast.Expr) {
		table, ok := (*place).(*ast.TableExpr)
		if !ok {
			return
		}
		for _, field := range table.Fields {
			if field.Key != nil {
				oneValue(field.Value)
			}
		}
	})
}

// oneValue does what brackets around a call do.
func oneValue(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
}

// operands gives the expressions within one that is neither table nor function.
func operands(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		return []ast.Expr{e.Object, e.Key}
	case *ast.FuncCallExpr:
		return append([]ast.Expr{e.Func, e.Receiver}, e.Args...)
	case *ast.LogicalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.RelationalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.StringConcatOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.ArithmeticOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.UnaryMinusOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryNotOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryLenOpExpr:
		return []ast.Expr{e.Expr}
	}
	return nil
}

// exprsOf adds the expressions of a block's statements, those of inner blocks included.
func exprsOf(block []ast.Stmt, out []ast.Expr) []ast.Expr {
	for _, stmt := range block {
		switch s := stmt.(type) {
		case *ast.AssignStmt:
			out = append(append(out, s.Lhs...), s.Rhs...)
		case *ast.LocalAssignStmt:
			out = append(out, s.Exprs...)
		case *ast.FuncCallStmt:
			out = append(out, s.Expr)
		case *ast.DoBlockStmt:
			out = exprsOf(s.Stmts, out)
		case *ast.WhileStmt:
			out = exprsOf(s.Stmts, append(out, s.Condition))
		case *ast.RepeatStmt:
			out = exprsOf(s.Stmts, append(out, s.Condition))
		case *ast.IfStmt:
			out = exprsOf(s.Else, exprsOf(s.Then, append(out, s.Condition)))
		case *ast.NumberForStmt:
			out = exprsOf(s.Stmts, append(out, s.Init, s.Limit, s.Step))
		case *ast.GenericForStmt:
			out = exprsOf(s.Stmts, append(out, s.Exprs...))
		case *ast.FuncDefStmt:
			out = append(out, s.Func)
		case *ast.ReturnStmt:
			out = append(out, s.Exprs...)
		}
	}
	return out
}
