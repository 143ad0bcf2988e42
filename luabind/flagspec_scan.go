package luabind

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// scanDepth bounds how deep a script's expressions are searched.
const scanDepth = 500

// scanFlags reads the flags that a script declares out of its text, so that
// a wrong command line is refused before the script runs. It knows calls of
// parse on the local that holds require "flags", and require("flags").parse.
// found tells that the script uses the module at all; literal that spec is
// all it declares: one call, with names and types written out.
func scanFlags(chunk []ast.Stmt) (spec []flagDecl, found, literal bool) {
	s := flagScan{modules: map[string]bool{}, parsers: map[string]bool{}}
	s.stmts(chunk, 0)
	if len(s.calls) != 1 || len(s.calls[0].Args) != 1 {
		return nil, s.found, false
	}
	table, ok := s.calls[0].Args[0].(*ast.TableExpr)
	if !ok {
		return nil, true, false
	}
	literal = true
	for _, field := range table.Fields {
		decl, isFlag, ok := scanFlag(field)
		if isFlag {
			spec = append(spec, decl)
		}
		literal = literal && ok
	}
	return spec, true, literal
}

// scanFlag reads one field of the table; ok is false when its name or type
// is not written out.
func scanFlag(field *ast.Field) (d flagDecl, isFlag, ok bool) {
	name, isName := field.Key.(*ast.StringExpr)
	if !isName {
		return d, false, false
	}
	d.Name = name.Value
	table, isTable := field.Value.(*ast.TableExpr)
	if !isTable {
		_, isText := field.Value.(*ast.StringExpr)
		return d, false, isText && d.Name == "about"
	}
	typed := true
	for _, f := range table.Fields {
		key, isName := f.Key.(*ast.StringExpr)
		if !isName {
			return d, true, false
		}
		value, known := scanConstant(f.Value)
		switch key.Value {
		case "default":
			d.Default, typed = value, typed && (known || d.Type != "")
		case "type":
			d.Type, _ = value.(string)
			typed = known
		case "short":
			d.Short, _ = value.(string)
			typed = typed && known
		case "word":
			n, _ := value.(float64)
			d.Word, typed = int(n), typed && known
		case "help":
			d.Help, _ = value.(string)
		case "required":
			d.Required, _ = value.(bool)
		}
	}
	return d, true, typed
}

// scanConstant gives the value of a literal.
func scanConstant(e ast.Expr) (value any, ok bool) {
	switch e := e.(type) {
	case *ast.StringExpr:
		return e.Value, true
	case *ast.TrueExpr:
		return true, true
	case *ast.FalseExpr:
		return false, true
	case *ast.NumberExpr:
		n, err := strconv.ParseFloat(e.Value, 64)
		return n, err == nil
	case *ast.UnaryMinusOpExpr:
		v, _ := scanConstant(e.Expr)
		n, ok := v.(float64)
		return -n, ok
	case *ast.TableExpr:
		return scanTexts(e)
	}
	return nil, false
}

// scanTexts gives a literal list of strings, the default of a list.
func scanTexts(table *ast.TableExpr) (value any, ok bool) {
	texts := []string{}
	for _, f := range table.Fields {
		s, isText := f.Value.(*ast.StringExpr)
		if f.Key != nil || !isText {
			return nil, false
		}
		texts = append(texts, s.Value)
	}
	return texts, true
}

// flagScan walks a script's syntax tree.
type flagScan struct {
	modules map[string]bool // variables that hold the module
	parsers map[string]bool // variables that hold its function parse
	calls   []*ast.FuncCallExpr
	found   bool
}

func (s *flagScan) stmts(list []ast.Stmt, depth int) {
	if depth > scanDepth {
		return
	}
	depth++
	for _, stmt := range list {
		s.stmt(stmt, depth)
	}
}

func (s *flagScan) stmt(stmt ast.Stmt, depth int) {
	switch x := stmt.(type) {
	case *ast.LocalAssignStmt:
		s.exprs(x.Exprs, depth)
		for i := range min(len(x.Names), len(x.Exprs)) {
			s.bind(x.Names[i], x.Exprs[i])
		}
	case *ast.AssignStmt:
		s.exprs(x.Lhs, depth)
		s.exprs(x.Rhs, depth)
		for i := range min(len(x.Lhs), len(x.Rhs)) {
			if name, ok := x.Lhs[i].(*ast.IdentExpr); ok {
				s.bind(name.Value, x.Rhs[i])
			}
		}
	case *ast.FuncCallStmt:
		s.expr(x.Expr, depth)
	case *ast.FuncDefStmt:
		s.stmts(x.Func.Stmts, depth)
	case *ast.ReturnStmt:
		s.exprs(x.Exprs, depth)
	default:
		s.block(stmt, depth)
	}
}

// block walks the statements that hold others.
func (s *flagScan) block(stmt ast.Stmt, depth int) {
	switch x := stmt.(type) {
	case *ast.DoBlockStmt:
		s.stmts(x.Stmts, depth)
	case *ast.WhileStmt:
		s.expr(x.Condition, depth)
		s.stmts(x.Stmts, depth)
	case *ast.RepeatStmt:
		s.stmts(x.Stmts, depth)
		s.expr(x.Condition, depth)
	case *ast.IfStmt:
		s.expr(x.Condition, depth)
		s.stmts(x.Then, depth)
		s.stmts(x.Else, depth)
	case *ast.NumberForStmt:
		s.exprs([]ast.Expr{x.Init, x.Limit, x.Step}, depth)
		s.stmts(x.Stmts, depth)
	case *ast.GenericForStmt:
		s.exprs(x.Exprs, depth)
		s.stmts(x.Stmts, depth)
	}
}

func (s *flagScan) exprs(list []ast.Expr, depth int) {
	for _, e := range list {
		s.expr(e, depth)
	}
}

func (s *flagScan) expr(e ast.Expr, depth int) {
	if depth > scanDepth {
		return
	}
	depth++
	switch x := e.(type) {
	case *ast.FuncCallExpr:
		s.call(x, depth)
	case *ast.TableExpr:
		for _, f := range x.Fields {
			s.expr(f.Key, depth)
			s.expr(f.Value, depth)
		}
	case *ast.FunctionExpr:
		s.stmts(x.Stmts, depth)
	case *ast.AttrGetExpr:
		s.exprs([]ast.Expr{x.Object, x.Key}, depth)
	case *ast.LogicalOpExpr:
		s.exprs([]ast.Expr{x.Lhs, x.Rhs}, depth)
	case *ast.RelationalOpExpr:
		s.exprs([]ast.Expr{x.Lhs, x.Rhs}, depth)
	case *ast.StringConcatOpExpr:
		s.exprs([]ast.Expr{x.Lhs, x.Rhs}, depth)
	case *ast.ArithmeticOpExpr:
		s.exprs([]ast.Expr{x.Lhs, x.Rhs}, depth)
	case *ast.UnaryMinusOpExpr:
		s.expr(x.Expr, depth)
	case *ast.UnaryNotOpExpr:
		s.expr(x.Expr, depth)
	case *ast.UnaryLenOpExpr:
		s.expr(x.Expr, depth)
	}
}

func (s *flagScan) call(x *ast.FuncCallExpr, depth int) {
	s.found = s.found || scanRequires(x)
	if s.isParse(x.Func) {
		s.found = true
		s.calls = append(s.calls, x)
	}
	s.exprs([]ast.Expr{x.Func, x.Receiver}, depth)
	s.exprs(x.Args, depth)
}

// bind remembers a variable that holds the module or its function.
func (s *flagScan) bind(name string, e ast.Expr) {
	switch {
	case s.isModule(e):
		s.modules[name] = true
	case s.isParse(e):
		s.parsers[name] = true
	}
}

func (s *flagScan) isModule(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.IdentExpr:
		return s.modules[x.Value]
	case *ast.FuncCallExpr:
		return scanRequires(x)
	}
	return false
}

func (s *flagScan) isParse(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.IdentExpr:
		return s.parsers[x.Value]
	case *ast.AttrGetExpr:
		key, ok := x.Key.(*ast.StringExpr)
		return ok && key.Value == "parse" && s.isModule(x.Object)
	}
	return false
}

// scanRequires holds for require "flags".
func scanRequires(x *ast.FuncCallExpr) bool {
	name, ok := x.Func.(*ast.IdentExpr)
	if !ok || name.Value != "require" || len(x.Args) != 1 {
		return false
	}
	module, ok := x.Args[0].(*ast.StringExpr)
	return ok && module.Value == "flags"
}
