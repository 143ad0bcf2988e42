package luabind

import (
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// concatFunction is what ".." calls in every script.
var concatFunction = lua51.ConcatFunction() //nolint:gochecknoglobals // it never changes, and every prototype holds it

// A chain of more than longChain operands is joined in groups of groupSize,
// because a function has 200 registers.
const (
	longChain = 120
	groupSize = 64
)

// settleConcat makes a call of our own function of every chain of "..", and
// one string of literals. The function's name is a text that stands nowhere in
// the chunk, which bindConcat finds among the compiled constants.
//
// QUIRK: gopher-lua 1.1.2 writes the numbers in a chain in a form of its own,
// 1.2345675e+06, and drops an operand where it ends in a chain itself, as in
// a .. (b or c .. d).
func settleConcat(chunk []ast.Stmt) (name string) {
	var calls []*ast.StringExpr
	name = "(concat)"
	eachExpr(chunk, func(slot *ast.Expr) {
		switch e := (*slot).(type) {
		case *ast.StringExpr:
			if strings.HasPrefix(e.Value, name) {
				name = e.Value + ")"
			}
		case *ast.StringConcatOpExpr:
			*slot = joined(chainOf(e), e.Line(), &calls)
		}
	})
	for _, call := range calls {
		call.Value = name
	}
	return name
}

// chainOf gives the operands of a chain; those at its end that are literals
// are one.
func chainOf(e *ast.StringConcatOpExpr) []ast.Expr {
	operands := []ast.Expr{e.Lhs}
	for {
		next, ok := e.Rhs.(*ast.StringConcatOpExpr)
		if !ok {
			return foldEnd(append(operands, e.Rhs))
		}
		operands = append(operands, next.Lhs)
		e = next
	}
}

func foldEnd(operands []ast.Expr) []ast.Expr {
	from := len(operands)
	for from > 0 && isLiteral(operands[from-1]) {
		from--
	}
	if from >= len(operands)-1 {
		return operands
	}
	var text strings.Builder
	for _, operand := range operands[from:] {
		text.WriteString(operand.(*ast.StringExpr).Value)
	}
	return append(operands[:from], onLine(&ast.StringExpr{Value: text.String()}, operands[from].Line()))
}

func isLiteral(e ast.Expr) bool {
	_, ok := e.(*ast.StringExpr)
	return ok
}

// joined is the call that joins the operands.
func joined(operands []ast.Expr, line int, calls *[]*ast.StringExpr) ast.Expr {
	if len(operands) == 1 {
		return operands[0]
	}
	if len(operands) > longChain {
		var groups []ast.Expr
		for len(operands) > 0 {
			n := min(len(operands), groupSize)
			groups = append(groups, joined(operands[:n:n], line, calls))
			operands = operands[n:]
		}
		return joined(groups, line, calls)
	}
	last := operands[len(operands)-1]
	oneValue(last)
	function := onLine(&ast.StringExpr{}, line)
	*calls = append(*calls, function)
	return onLine(&ast.FuncCallExpr{Func: function, Args: operands, AdjustRet: true}, max(line, last.Line())) // as PUC's Lua has it
}

// bindConcat puts the function into the place of its name, in a prototype and
// all within it.
func bindConcat(proto *lua.FunctionProto, name string) {
	for i, v := range proto.Constants {
		if v == lua.LString(name) {
			proto.Constants[i] = concatFunction
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		bindConcat(inner, name)
	}
}
