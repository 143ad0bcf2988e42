package lint

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// asked lists the globals and fields that are there when a condition holds, or with whether false when it fails:
// "jit" of `if jit then`, "table.unpack" of `table.unpack and …`. Scripts ask so what another Lua has.
func (f *file) asked(condition ast.Expr, whether bool) []string {
	defer f.leave()
	if condition == nil || !f.enter() {
		return nil
	}
	switch e := condition.(type) {
	case *ast.IdentExpr, *ast.AttrGetExpr:
		if path := f.path(e); whether && path != "" {
			return []string{path}
		}
	case *ast.UnaryNotOpExpr:
		return f.asked(e.Expr, !whether)
	case *ast.LogicalOpExpr:
		if (e.Operator == "and") == whether {
			return append(f.asked(e.Lhs, whether), f.asked(e.Rhs, whether)...)
		}
	case *ast.RelationalOpExpr:
		if (e.Operator == "==") != whether && isNil(e.Rhs) { // x ~= nil holds, or x == nil does not
			return f.asked(e.Lhs, true)
		}
		if call, ok := e.Lhs.(*ast.FuncCallExpr); ok && (e.Operator == "==") == whether && f.asks(call) && len(call.Args) == 1 {
			return f.asked(call.Args[0], true) // type(x) == "function"
		}
	}
	return nil
}

func isNil(e ast.Expr) bool {
	_, ok := e.(*ast.NilExpr)
	return ok
}

// within adds what was asked for to the guards of what follows.
func (f *file) within(paths []string) {
	f.guards.there = append(slices.Clip(f.guards.there), paths...)
}

// maybeMissing holds for names of which nil will do here, or that were asked for.
func (f *file) maybeMissing(path string) bool {
	return f.guards.soft || slices.Contains(f.guards.there, path)
}
