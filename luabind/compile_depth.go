package luabind

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// depthCheck walks a chunk until it nests too deep for the compiler; what is not seen in the tokens alone is an elseif,
// which the parser makes an if within the else.
type depthCheck struct {
	blocks int
	depth  int
	line   int // 0: all is well so far
	what   string
}

// tooNested gives the line where blocks or expressions nest beyond the bounds,
// and what to say about it; or 0.
func tooNested(chunk []ast.Stmt) (line int, what string) {
	var c depthCheck
	c.stmts(chunk)
	return c.line, c.what
}

// within runs f one level deeper.
func (c *depthCheck) within(line int, f func()) {
	if c.depth++; c.depth > maxDepth && c.line == 0 {
		c.line, c.what = max(line, 1), fmt.Sprintf("expressions or elseifs nest deeper than %d", maxDepth)
	}
	if c.line == 0 {
		f()
	}
	c.depth--
}

// block checks the statements of a block within a statement or function.
func (c *depthCheck) block(line int, stmts []ast.Stmt) {
	if c.blocks++; c.blocks > maxBlocks && c.line == 0 {
		c.line, c.what = max(line, 1), fmt.Sprintf("blocks and functions nest deeper than %d", maxBlocks)
	}
	if c.line == 0 {
		c.stmts(stmts)
	}
	c.blocks--
}

func (c *depthCheck) stmts(stmts []ast.Stmt) {
	for _, s := range stmts {
		c.within(s.Line(), func() { c.stmt(s) })
		if c.line != 0 {
			return
		}
	}
}

func (c *depthCheck) stmt(stmt ast.Stmt) {
	line := stmt.Line()
	switch s := stmt.(type) {
	case *ast.AssignStmt:
		c.exprs(s.Lhs...)
		c.exprs(s.Rhs...)
	case *ast.LocalAssignStmt:
		c.exprs(s.Exprs...)
	case *ast.FuncCallStmt:
		c.exprs(s.Expr)
	case *ast.ReturnStmt:
		c.exprs(s.Exprs...)
	case *ast.DoBlockStmt:
		c.block(line, s.Stmts)
	case *ast.WhileStmt:
		c.exprs(s.Condition)
		c.block(line, s.Stmts)
	case *ast.RepeatStmt:
		c.exprs(s.Condition)
		c.block(line, s.Stmts)
	case *ast.NumberForStmt:
		c.exprs(s.Init, s.Limit, s.Step)
		c.block(line, s.Stmts)
	case *ast.GenericForStmt:
		c.exprs(s.Exprs...)
		c.block(line, s.Stmts)
	case *ast.FuncDefStmt:
		c.exprs(s.Name.Func, s.Name.Receiver)
		c.block(line, s.Func.Stmts)
	case *ast.IfStmt:
		c.ifStmt(s)
	}
}

// ifStmt takes an elseif for no block of its own.
func (c *depthCheck) ifStmt(s *ast.IfStmt) {
	c.exprs(s.Condition)
	c.block(s.Line(), s.Then)
	if len(s.Else) == 1 {
		if _, chained := s.Else[0].(*ast.IfStmt); chained {
			c.stmts(s.Else)
			return
		}
	}
	c.block(s.Line(), s.Else)
}

func (c *depthCheck) exprs(exprs ...ast.Expr) {
	for _, e := range exprs {
		if e == nil || c.line != 0 {
			continue
		}
		c.within(e.Line(), func() { c.expr(e) })
	}
}

func (c *depthCheck) expr(expr ast.Expr) {
	switch e := expr.(type) {
	case *ast.AttrGetExpr:
		c.exprs(e.Object, e.Key)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			c.exprs(f.Key, f.Value)
		}
	case *ast.FuncCallExpr:
		c.exprs(e.Func, e.Receiver)
		c.exprs(e.Args...)
	case *ast.LogicalOpExpr:
		c.exprs(e.Lhs, e.Rhs)
	case *ast.RelationalOpExpr:
		c.exprs(e.Lhs, e.Rhs)
	case *ast.StringConcatOpExpr:
		c.exprs(e.Lhs, e.Rhs)
	case *ast.ArithmeticOpExpr:
		c.exprs(e.Lhs, e.Rhs)
	case *ast.UnaryMinusOpExpr:
		c.exprs(e.Expr)
	case *ast.UnaryNotOpExpr:
		c.exprs(e.Expr)
	case *ast.UnaryLenOpExpr:
		c.exprs(e.Expr)
	case *ast.FunctionExpr:
		c.block(e.Line(), e.Stmts)
	}
}
