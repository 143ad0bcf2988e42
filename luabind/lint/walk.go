package lint

import "github.com/yuin/gopher-lua/ast"

// guards are what surrounds an expression.
type guards struct {
	soft  bool     // nil will do: it is an operand of and, or, not, == nil, or a condition
	maybe bool     // whether it is reached at all depends on a condition
	tried bool     // pcall or xpcall catches what it raises
	there []string // globals and fields that the conditions around asked for
}

// check looks for what is wrong in the file.
func (f *file) check() { f.checkBlock(f.Chunk) }

func (f *file) checkBlock(block []ast.Stmt) {
	defer f.leave()
	if !f.enter() {
		return
	}
	for _, stmt := range block {
		f.checkStmt(stmt)
	}
}

func (f *file) checkStmt(stmt ast.Stmt) {
	switch s := stmt.(type) {
	case *ast.LocalAssignStmt:
		f.checkAll(s.Exprs)
	case *ast.AssignStmt:
		f.checkAll(s.Rhs)
		for _, e := range s.Lhs {
			f.checkTarget(e)
		}
	case *ast.FuncCallStmt:
		f.checkExpr(s.Expr)
	case *ast.FuncDefStmt:
		if s.Name.Receiver == nil {
			f.checkTarget(s.Name.Func)
		} else {
			f.checkExpr(s.Name.Receiver)
		}
		f.checkExpr(s.Func)
	case *ast.ReturnStmt:
		for _, e := range s.Exprs {
			f.checkExpr(e)
		}
	case *ast.DoBlockStmt:
		f.checkBlock(s.Stmts)
	case *ast.NumberForStmt:
		f.checkAll([]ast.Expr{s.Init, s.Limit, s.Step})
		f.checkBlock(s.Stmts)
	case *ast.GenericForStmt:
		f.checkAll(s.Exprs)
		f.loopTypes(s)
		f.checkBlock(s.Stmts)
	default:
		f.checkConditional(stmt)
	}
}

// checkConditional is for the statements that depend on a condition.
func (f *file) checkConditional(stmt ast.Stmt) {
	before := f.guards
	switch s := stmt.(type) {
	case *ast.IfStmt:
		f.checkSoft(s.Condition)
		f.guards.maybe = true
		around := f.guards
		f.within(f.asked(s.Condition, true))
		f.checkBlock(s.Then)
		f.guards = around
		f.within(f.asked(s.Condition, false))
		f.checkBlock(s.Else)
	case *ast.WhileStmt:
		f.checkSoft(s.Condition)
		f.guards.maybe = true
		f.within(f.asked(s.Condition, true))
		f.checkBlock(s.Stmts)
	case *ast.RepeatStmt:
		f.checkBlock(s.Stmts)
		f.checkSoft(s.Condition)
	}
	f.guards = before
}

func (f *file) checkAll(exprs []ast.Expr) {
	for _, e := range exprs {
		f.checkExpr(e)
	}
}

// checkTarget is for what stands to the left of =.
func (f *file) checkTarget(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		f.checkNewGlobal(e)
	case *ast.AttrGetExpr:
		f.checkExpr(e.Object)
		f.checkExpr(e.Key)
		f.checkSetField(e)
	}
}

// checkSoft is checkExpr where nil will do.
func (f *file) checkSoft(e ast.Expr) {
	before := f.guards
	f.guards.soft = true
	f.checkExpr(e)
	f.guards = before
}

func (f *file) checkExpr(e ast.Expr) {
	defer f.leave()
	if e == nil || !f.enter() {
		return
	}
	before := f.guards
	defer func() { f.guards = before }()
	switch e := e.(type) {
	case *ast.IdentExpr:
		f.checkName(e)
	case *ast.AttrGetExpr:
		f.checkField(e)
		f.guards.soft = false
		f.checkAll([]ast.Expr{e.Object, e.Key})
	case *ast.FuncCallExpr:
		f.guards.soft = false
		f.checkCall(e)
	case *ast.FunctionExpr:
		f.guards.soft = false
		f.checkBlock(e.Stmts)
	case *ast.LogicalOpExpr:
		f.checkSoft(e.Lhs)
		f.guards.maybe = true
		f.within(f.asked(e.Lhs, e.Operator == "and"))
		f.checkSoft(e.Rhs)
	case *ast.UnaryNotOpExpr:
		f.checkSoft(e.Expr)
	case *ast.RelationalOpExpr:
		_, left := e.Lhs.(*ast.NilExpr)
		_, right := e.Rhs.(*ast.NilExpr)
		f.guards.soft = left || right
		f.checkAll([]ast.Expr{e.Lhs, e.Rhs})
	default:
		f.guards.soft = false
		eachOperand(e, f.checkExpr)
	}
}

// loopTypes tells the variables of a for loop their types: those that the iterator gives, and for pairs and ipairs
// that of the elements.
func (f *file) loopTypes(s *ast.GenericForStmt) {
	call, ok := s.Exprs[0].(*ast.FuncCallExpr)
	if !ok {
		return
	}
	locals := f.loops[s]
	if v := f.infer(call.Func); call.Receiver == nil && v.kind == builtin {
		if (v.name == "ipairs" || v.name == "pairs") && len(call.Args) == 1 && len(locals) == 2 {
			locals[1].typ = elementOf(f.infer(call.Args[0]).typ)
		}
		return
	}
	returns := f.returns(call)
	for i, t := range iterated(returns) {
		if i < len(locals) {
			locals[i].typ = t
		}
	}
}

// iterated gives the types of what an iterator gives. Signatures write it as the results of the function and, for
// those after the first, beside it.
func iterated(returns []*Type) []*Type {
	if len(returns) == 0 || len(returns[0].Alternatives) != 1 || returns[0].Alternatives[0].Func == nil {
		return nil
	}
	given := returns[0].Alternatives[0].Func.Returns
	if len(given) == 1 {
		given = append(given[:1:1], returns[1:]...)
	}
	return given
}
