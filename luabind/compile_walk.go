package luabind

import "github.com/yuin/gopher-lua/ast"

// eachStatement replaces every statement, those of inner blocks and functions
// included, by what f makes of it; inner ones come first.
func eachStatement(chunk []ast.Stmt, f func(ast.Stmt) ast.Stmt) {
	bodies := [][]ast.Stmt{chunk}
	for len(bodies) > 0 {
		body := bodies[len(bodies)-1]
		bodies = append(bodies[:len(bodies)-1], functionBodies(body)...)
		inBlock(body, f)
	}
}

// inBlock does so in a block and the blocks within it, without functions.
func inBlock(block []ast.Stmt, f func(ast.Stmt) ast.Stmt) {
	for i, stmt := range block {
		for _, inner := range innerBlocks(stmt) {
			inBlock(inner, f)
		}
		block[i] = f(stmt)
	}
}

// innerBlocks gives the blocks of a statement.
func innerBlocks(stmt ast.Stmt) [][]ast.Stmt {
	switch s := stmt.(type) {
	case *ast.DoBlockStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.WhileStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.RepeatStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.IfStmt:
		return [][]ast.Stmt{s.Then, s.Else}
	case *ast.NumberForStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.GenericForStmt:
		return [][]ast.Stmt{s.Stmts}
	}
	return nil
}

// functionBodies gives the bodies of the functions written in a block's
// expressions, but not those within these bodies.
func functionBodies(block []ast.Stmt) (bodies [][]ast.Stmt) {
	open := exprsOf(block, nil)
	for len(open) > 0 {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		switch e := e.(type) {
		case *ast.FunctionExpr:
			bodies = append(bodies, e.Stmts)
		case *ast.TableExpr:
			for _, field := range e.Fields {
				open = append(open, field.Key, field.Value)
			}
		default:
			open = append(open, operands(e)...)
		}
	}
	return bodies
}
