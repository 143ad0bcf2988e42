package luabind

import "github.com/yuin/gopher-lua/ast"

// eachExpr calls f with the place of every expression of a chunk, those of
// inner blocks and functions included; f may put another one there. Outer ones
// come first.
func eachExpr(chunk []ast.Stmt, f func(place *ast.Expr)) {
	open := exprPlaces(chunk, nil)
	for len(open) > 0 { // a list, since operators nest as deep as a script is long
		place := open[len(open)-1]
		open = open[:len(open)-1]
		if *place == nil {
			continue
		}
		f(place)
		switch e := (*place).(type) {
		case *ast.TableExpr:
			for _, field := range e.Fields {
				open = append(open, &field.Key, &field.Value)
			}
		case *ast.FunctionExpr:
			open = exprPlaces(e.Stmts, open)
		default:
			open = append(open, operandPlaces(e)...)
		}
	}
}

// operandPlaces gives the places within an expression that is neither table nor function.
func operandPlaces(e ast.Expr) []*ast.Expr {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		return []*ast.Expr{&e.Object, &e.Key}
	case *ast.FuncCallExpr:
		return append(places(e.Args), &e.Func, &e.Receiver)
	case *ast.LogicalOpExpr:
		return []*ast.Expr{&e.Lhs, &e.Rhs}
	case *ast.RelationalOpExpr:
		return []*ast.Expr{&e.Lhs, &e.Rhs}
	case *ast.StringConcatOpExpr:
		return []*ast.Expr{&e.Lhs, &e.Rhs}
	case *ast.ArithmeticOpExpr:
		return []*ast.Expr{&e.Lhs, &e.Rhs}
	case *ast.UnaryMinusOpExpr:
		return []*ast.Expr{&e.Expr}
	case *ast.UnaryNotOpExpr:
		return []*ast.Expr{&e.Expr}
	case *ast.UnaryLenOpExpr:
		return []*ast.Expr{&e.Expr}
	}
	return nil
}

func places(list []ast.Expr) []*ast.Expr {
	out := make([]*ast.Expr, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// exprPlaces adds the places in a block's statements, those of inner blocks included.
func exprPlaces(block []ast.Stmt, out []*ast.Expr) []*ast.Expr {
	for _, stmt := range block {
		switch s := stmt.(type) {
		case *ast.AssignStmt:
			out = append(append(out, places(s.Lhs)...), places(s.Rhs)...)
		case *ast.LocalAssignStmt:
			out = append(out, places(s.Exprs)...)
		case *ast.FuncCallStmt:
			out = append(out, &s.Expr)
		case *ast.WhileStmt:
			out = append(out, &s.Condition)
		case *ast.RepeatStmt:
			out = append(out, &s.Condition)
		case *ast.IfStmt:
			out = append(out, &s.Condition)
		case *ast.NumberForStmt:
			out = append(out, &s.Init, &s.Limit, &s.Step)
		case *ast.GenericForStmt:
			out = append(out, places(s.Exprs)...)
		case *ast.FuncDefStmt:
			out = exprPlaces(s.Func.Stmts, out)
		case *ast.ReturnStmt:
			out = append(out, places(s.Exprs)...)
		}
		for _, inner := range innerBlocks(stmt) {
			out = exprPlaces(inner, out)
		}
	}
	return out
}
