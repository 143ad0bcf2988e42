package luabind

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// Tables of more than manyFields constants are filled by functions of
// fieldsEach fields.
const (
	manyFields = 1000
	fieldsEach = 500
)

// splitLiterals makes large tables of constants quick to compile and
// unlimited in size: data written as Lua.
//
// QUIRK: gopher-lua 1.1.2 looks a constant up by going through all of the
// function's, in time that grows with the square of their number. So the
// table is filled by many functions that have few each.
func splitLiterals(chunk []ast.Stmt) {
	eachStatement(chunk, func(stmt ast.Stmt) ast.Stmt {
		switch s := stmt.(type) {
		case *ast.ReturnStmt:
			splitIn(s.Exprs)
		case *ast.LocalAssignStmt:
			splitIn(s.Exprs)
		case *ast.AssignStmt:
			splitIn(s.Rhs)
		case *ast.FuncCallStmt:
			splitIn([]ast.Expr{s.Expr})
		}
		return stmt
	})
}

// splitIn looks for large tables in a list, in the arguments of calls and in the fields of tables.
func splitIn(list []ast.Expr) {
	for i, e := range list {
		switch e := e.(type) {
		case *ast.TableExpr:
			if len(e.Fields) > manyFields && constant(e) {
				list[i] = splitLiteral(e)
				continue
			}
			for _, field := range e.Fields {
				if value, ok := field.Value.(*ast.TableExpr); ok {
					inner := []ast.Expr{value}
					splitIn(inner)
					field.Value = inner[0]
				}
			}
		case *ast.FuncCallExpr:
			splitIn(e.Args)
		case *ast.LogicalOpExpr:
			sides := []ast.Expr{e.Lhs, e.Rhs}
			splitIn(sides)
			e.Lhs, e.Rhs = sides[0], sides[1]
		}
	}
}

// constant tells literals, and tables of nothing else.
func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case nil, *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr:
		return true
	case *ast.UnaryMinusOpExpr:
		_, ok := e.Expr.(*ast.NumberExpr)
		return ok
	case *ast.TableExpr:
		for _, field := range e.Fields {
			if !constant(field.Key) || !constant(field.Value) {
				return false
			}
		}
		return true
	}
	return false
}

// splitLiteral gives a call of a function that makes the table by many others:
//
//	(function() local t = {} (function() t[1] = … end)() … return t end)()
func splitLiteral(e *ast.TableExpr) ast.Expr {
	line := e.Line()
	table := func() ast.Expr { return onLine(&ast.IdentExpr{Value: "(table)"}, line) }
	body := []ast.Stmt{onLine(&ast.LocalAssignStmt{Names: []string{"(table)"}, Exprs: []ast.Expr{onLine(&ast.TableExpr{}, line)}}, line)}
	var fill []ast.Stmt
	flush := func() {
		if len(fill) > 0 {
			body = append(body, onLine(&ast.FuncCallStmt{Expr: calledBody(fill, line)}, line))
			fill = nil
		}
	}
	next := 1.0
	for _, field := range e.Fields {
		key := field.Key
		if key == nil {
			key = onLine(&ast.NumberExpr{Value: strconv.FormatFloat(next, 'f', -1, 64)}, line)
			next++
		}
		target := onLine(&ast.AttrGetExpr{Object: table(), Key: key}, line)
		fill = append(fill, onLine(&ast.AssignStmt{Lhs: []ast.Expr{target}, Rhs: []ast.Expr{field.Value}}, line))
		if len(fill) == fieldsEach {
			flush()
		}
	}
	flush()
	body = append(body, onLine(&ast.ReturnStmt{Exprs: []ast.Expr{table()}}, line))
	call := calledBody(body, line)
	call.AdjustRet = true
	return call
}

// calledBody is a call of a function without parameters.
func calledBody(body []ast.Stmt, line int) *ast.FuncCallExpr {
	function := onLine(&ast.FunctionExpr{ParList: &ast.ParList{Names: []string{}}, Stmts: body}, line)
	return onLine(&ast.FuncCallExpr{Func: function}, line)
}
