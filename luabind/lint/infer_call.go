package lint

import (
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// call writes a method as errors name it: "conn:send_message".
func (c *Class) call(method string) string {
	return strings.ToLower(c.Name[strings.LastIndexByte(c.Name, '.')+1:]) + ":" + method
}

func (f *file) inferCall(e *ast.FuncCallExpr) value {
	if e.Receiver == nil {
		if v, ok := f.inferBuiltin(e); ok {
			return v
		}
	}
	if returns := f.returns(e); len(returns) > 0 {
		return ofType(returns[0])
	}
	return value{}
}

// inferBuiltin knows the functions of Lua's that matter: require, assert, and those that give strings.
func (f *file) inferBuiltin(e *ast.FuncCallExpr) (value, bool) {
	called := f.infer(e.Func)
	if called.name == "flags.parse" && called.kind == function && len(e.Args) == 1 {
		table, _ := f.settled(e.Args[0]).(*ast.TableExpr)
		return value{kind: options, decl: table}, true
	}
	if called.kind != builtin {
		return value{}, false
	}
	switch called.name {
	case "require":
		return f.inferRequire(e), true
	case "assert":
		if len(e.Args) > 0 {
			return f.infer(e.Args[0]), true
		}
	case "tostring", "string.format", "string.rep", "string.sub", "string.upper", "string.lower", "string.gsub", "table.concat":
		return ofKind(String), true
	}
	return value{}, true
}

func (f *file) inferRequire(e *ast.FuncCallExpr) value {
	name, ok := f.literal(e.Args, 0)
	if !ok || f.program.searches {
		return value{}
	}
	if m := f.program.world.Modules[name]; m != nil {
		return value{kind: module, name: m.Name, mod: m}
	}
	if file := f.program.modules[name]; file != nil {
		return value{kind: beside, name: name, file: file}
	}
	if len(f.program.world.Globals[name]) > 0 && f.program.world.Loadable(name) {
		return value{kind: library, name: name}
	}
	return value{}
}

// returns gives the types of what a call gives, where its function is known.
func (f *file) returns(e *ast.FuncCallExpr) []*Type {
	if e.Receiver == nil {
		if v := f.infer(e.Func); v.fn != nil {
			return v.fn.Returns
		}
		return nil
	}
	receiver := f.infer(e.Receiver)
	if isString(receiver.typ) {
		switch e.Method {
		case "format", "rep", "sub", "upper", "lower", "gsub":
			return []*Type{{Alternatives: []Alternative{{Kind: String}}}}
		}
		return nil
	}
	if c := f.class(receiver.typ); c != nil && c.Methods[e.Method] != nil {
		return c.Methods[e.Method].Returns
	}
	return nil
}
