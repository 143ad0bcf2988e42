package lint

import "github.com/yuin/gopher-lua/ast"

func (f *file) resolveBlock(block []ast.Stmt) {
	f.push()
	f.resolveStmts(block)
	f.pop()
}

func (f *file) resolveStmts(block []ast.Stmt) {
	defer f.leave()
	if !f.enter() {
		return
	}
	for _, stmt := range block {
		f.resolveStmt(stmt)
	}
}

func (f *file) resolveStmt(stmt ast.Stmt) {
	switch s := stmt.(type) {
	case *ast.LocalAssignStmt:
		f.resolveLocal(s)
	case *ast.AssignStmt:
		f.resolveAll(s.Rhs)
		for _, e := range s.Lhs {
			f.resolveTarget(e)
		}
	case *ast.FuncCallStmt:
		f.resolveExpr(s.Expr)
	case *ast.FuncDefStmt:
		f.resolveFuncDef(s)
	case *ast.ReturnStmt:
		f.resolveAll(s.Exprs)
	case *ast.DoBlockStmt:
		f.resolveBlock(s.Stmts)
	case *ast.WhileStmt:
		f.resolveExpr(s.Condition)
		f.resolveBlock(s.Stmts)
	case *ast.RepeatStmt:
		f.push()
		f.resolveStmts(s.Stmts)
		f.resolveExpr(s.Condition)
		f.pop()
	case *ast.IfStmt:
		f.resolveExpr(s.Condition)
		f.resolveBlock(s.Then)
		f.resolveBlock(s.Else)
	case *ast.NumberForStmt:
		f.resolveAll([]ast.Expr{s.Init, s.Limit, s.Step})
		f.push()
		f.declare(s.Name, s.Line(), nil, 0)
		f.resolveStmts(s.Stmts)
		f.pop()
	case *ast.GenericForStmt:
		f.resolveAll(s.Exprs)
		f.push()
		for _, name := range s.Names {
			f.loops[s] = append(f.loops[s], f.declare(name, s.Line(), nil, 0))
		}
		f.resolveStmts(s.Stmts)
		f.pop()
	}
}

func (f *file) resolveLocal(s *ast.LocalAssignStmt) {
	if len(s.Names) == 1 && len(s.Exprs) == 1 {
		if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok { // it can call itself
			f.declare(s.Names[0], s.Line(), s.Exprs[0], 0)
			f.resolveExpr(s.Exprs[0])
			return
		}
	}
	f.resolveAll(s.Exprs)
	for i, name := range s.Names {
		switch last := len(s.Exprs) - 1; {
		case i <= last:
			f.declare(name, s.Line(), s.Exprs[i], 0)
		case last >= 0:
			f.declare(name, s.Line(), s.Exprs[last], i-last)
		default:
			f.declare(name, s.Line(), nil, 0).assigned = true
		}
	}
}

func (f *file) resolveFuncDef(s *ast.FuncDefStmt) {
	if s.Name.Receiver == nil {
		f.resolveTarget(s.Name.Func)
		f.resolveFunction(s.Func, false)
		return
	}
	f.resolveObject(s.Name.Receiver)
	f.setField(s.Name.Receiver, s.Name.Method)
	f.resolveFunction(s.Func, true)
}

// resolveTarget is for what stands to the left of =.
func (f *file) resolveTarget(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if l := f.scope.find(e.Value); l != nil {
			l.assigned = true
			f.names[e] = l
			return
		}
		f.program.assigned[e.Value] = true
		f.visible[e] = f.scope
	case *ast.AttrGetExpr:
		f.resolveObject(e.Object)
		f.resolveExpr(e.Key)
		if key, ok := e.Key.(*ast.StringExpr); ok {
			f.setField(e.Object, key.Value)
		} else if l := f.localOf(e.Object); l != nil {
			l.extended, l.dynamic = true, true
		}
	}
}

// setField remembers that a field of an object is set.
func (f *file) setField(object ast.Expr, key string) {
	p := f.program
	p.fields["."+key] = true
	if l := f.localOf(object); l != nil {
		l.extended, l.fields = true, append(l.fields, key)
	}
	switch path := f.path(object); path {
	case "":
	case "_G":
		p.assigned[key] = true
	case "package", "package.preload", "package.loaded", "package.loaders":
		p.searches = true
	default:
		p.fields[path+"."+key] = true
	}
}

func (f *file) resolveAll(exprs []ast.Expr) {
	for _, e := range exprs {
		f.resolveExpr(e)
	}
}

func (f *file) resolveExpr(e ast.Expr) {
	defer f.leave()
	if !f.enter() {
		return
	}
	switch e := e.(type) {
	case nil:
	case *ast.IdentExpr:
		if l := f.scope.find(e.Value); l != nil {
			f.names[e] = l
			l.bare++
			return
		}
		f.program.read[e.Value] = true
		f.visible[e] = f.scope
	case *ast.FunctionExpr:
		f.resolveFunction(e, false)
	case *ast.AttrGetExpr:
		f.resolveObject(e.Object)
		f.resolveExpr(e.Key)
	case *ast.FuncCallExpr:
		f.resolveExpr(e.Func)
		f.resolveObject(e.Receiver)
		f.resolveAll(e.Args)
		f.resolveCall(e)
	default:
		eachOperand(e, f.resolveExpr)
	}
}

// resolveObject is for an expression of which a field or method is taken.
func (f *file) resolveObject(e ast.Expr) {
	f.resolveExpr(e)
	if l := f.localOf(e); l != nil {
		l.bare--
	}
}

func (f *file) resolveFunction(e *ast.FunctionExpr, method bool) {
	f.push()
	if method {
		f.declare("self", e.Line(), nil, 0)
	}
	for _, name := range e.ParList.Names {
		f.params[e] = append(f.params[e], f.declare(name, e.Line(), nil, 0))
	}
	f.resolveStmts(e.Stmts)
	f.pop()
}

// eachOperand calls visit for the expressions within e, which is neither a call nor a function.
func eachOperand(e ast.Expr, visit func(ast.Expr)) {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		visit(e.Object)
		visit(e.Key)
	case *ast.TableExpr:
		for _, field := range e.Fields {
			if field.Key != nil {
				visit(field.Key)
			}
			visit(field.Value)
		}
	case *ast.LogicalOpExpr:
		visit(e.Lhs)
		visit(e.Rhs)
	case *ast.RelationalOpExpr:
		visit(e.Lhs)
		visit(e.Rhs)
	case *ast.StringConcatOpExpr:
		visit(e.Lhs)
		visit(e.Rhs)
	case *ast.ArithmeticOpExpr:
		visit(e.Lhs)
		visit(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		visit(e.Expr)
	case *ast.UnaryNotOpExpr:
		visit(e.Expr)
	case *ast.UnaryLenOpExpr:
		visit(e.Expr)
	}
}
