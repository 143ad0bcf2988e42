package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// checkCall looks at a call, then at its arguments.
func (f *file) checkCall(e *ast.FuncCallExpr) {
	if e.Receiver != nil {
		f.checkExpr(e.Receiver)
		f.checkMethodCall(e)
	} else {
		f.checkExpr(e.Func)
		f.checkFunctionCall(e)
	}
	before := f.guards
	for i, arg := range e.Args {
		f.guards = before
		f.guards.soft = f.asks(e) && i == 0
		if _, ok := arg.(*ast.FunctionExpr); ok && i == 0 && f.tries(e) {
			f.guards.tried = true
		}
		f.checkExpr(arg)
	}
	f.guards = before
}

// asks holds for type(x), which is how scripts ask whether x is there.
func (f *file) asks(e *ast.FuncCallExpr) bool {
	return e.Receiver == nil && f.infer(e.Func).name == "type"
}

func (f *file) tries(e *ast.FuncCallExpr) bool {
	if e.Receiver != nil {
		return false
	}
	name := f.infer(e.Func).name
	return name == "pcall" || name == "xpcall"
}

func (f *file) checkMethodCall(e *ast.FuncCallExpr) {
	receiver := f.infer(e.Receiver)
	switch {
	case receiver.kind == module:
		name := receiver.name + "." + e.Method
		if v := receiver.mod.field(receiver.name, e.Method); v.fn != nil {
			f.report(e.Line(), false, fmt.Sprintf("%s is called with a dot", name), fmt.Sprintf("write %s(…)", name), ":"+e.Method)
		} else {
			f.checkModuleField(&ast.AttrGetExpr{Object: e.Receiver, Key: stringAt(e.Method, e.Line())}, receiver, e.Method)
		}
	case isString(receiver.typ):
		f.checkStringMethod(e)
	case receiver.typ != nil:
		c := f.class(receiver.typ)
		if c == nil || !c.Object {
			return
		}
		if m := c.Methods[e.Method]; m != nil {
			f.checkArgs(c.call(e.Method), m.Params[min(1, len(m.Params)):], e, e.Args)
			return
		}
		f.checkMember(e.Line(), receiver.typ, e.Method, ":"+e.Method)
	}
}

func stringAt(text string, line int) *ast.StringExpr {
	e := &ast.StringExpr{Value: text}
	e.SetLine(line)
	return e
}

func (f *file) checkStringMethod(e *ast.FuncCallExpr) {
	p := f.program
	methods := p.world.Globals["string"]
	if slices.Contains(methods, e.Method) || p.fields["string."+e.Method] || p.strings || p.open {
		return
	}
	f.report(e.Line(), false, fmt.Sprintf("strings have no method %q%s", e.Method, meant(p.near(e.Method, methods))), "", ":"+e.Method, e.Method)
}

func (f *file) checkFunctionCall(e *ast.FuncCallExpr) {
	called := f.infer(e.Func)
	if get, ok := e.Func.(*ast.AttrGetExpr); ok {
		if module := f.infer(get.Object); module.kind == beside {
			if key, ok := get.Key.(*ast.StringExpr); ok {
				f.checkExport(key, module, true)
			}
		}
	}
	switch {
	case called.kind == builtin:
		f.checkBuiltinCall(e, called.name)
	case called.kind != function:
	case called.bare:
		f.checkBareMethod(e, called)
	default:
		f.checkArgs(called.name, called.fn.Params, e, e.Args)
	}
}

// checkBareMethod looks at conn.quit(), where conn:quit() is meant: the first argument must be the object.
func (f *file) checkBareMethod(e *ast.FuncCallExpr, called value) {
	object := e.Func
	if get, ok := object.(*ast.AttrGetExpr); ok {
		object = get.Object
	}
	if len(e.Args) > 0 {
		if v := f.infer(e.Args[0]); v.kind != typed || f.class(v.typ) != nil && f.class(v.typ) == f.classOf(e.Func) {
			f.checkArgs(called.name, called.fn.Params, e, e.Args)
			return
		}
	}
	name := "object"
	if id, ok := object.(*ast.IdentExpr); ok {
		name = id.Value
	}
	method := called.name[strings.IndexByte(called.name, ':')+1:]
	f.report(e.Line(), false, called.name+" is called with a colon", fmt.Sprintf("write %s:%s(…)", name, method), name+"."+method)
}

// classOf gives the class of the object of which a field is taken; nil where the text doesn't tell.
func (f *file) classOf(field ast.Expr) *Class {
	get, ok := f.settled(field).(*ast.AttrGetExpr)
	if !ok {
		return nil
	}
	return f.class(f.infer(get.Object).typ)
}

func (f *file) checkBuiltinCall(e *ast.FuncCallExpr, name string) {
	switch name {
	case "require":
		f.checkRequire(e)
	case "dofile", "io.lines":
		if len(e.Args) > 0 {
			f.checkFile(e.Args[0])
		}
	case "assert":
		if open, ok := firstArg(e).(*ast.FuncCallExpr); ok && open.Receiver == nil && f.infer(open.Func).name == "io.open" {
			if mode, known := f.literal(open.Args, 1); len(open.Args) == 1 || known && !strings.ContainsAny(mode, "wa") {
				f.checkFile(firstArg(open))
			}
		}
	case "pcall":
		if v := f.infer(firstArg(e)); v.kind == function && !v.bare {
			f.guards.tried = true
			f.checkArgs(v.name, v.fn.Params, e, e.Args[1:])
			f.guards.tried = false
		}
	}
}

func firstArg(e *ast.FuncCallExpr) ast.Expr {
	if len(e.Args) == 0 {
		return nil
	}
	return e.Args[0]
}

// checkRequire looks for the module.
func (f *file) checkRequire(e *ast.FuncCallExpr) {
	name, ok := f.literal(e.Args, 0)
	p := f.program
	if !ok || !p.lacking[name] || p.searches || p.open || f.guards.tried {
		return
	}
	names := []string{}
	for module := range p.world.Modules {
		names = append(names, module)
	}
	slices.Sort(names)
	f.report(e.Line(), f.guards.maybe, fmt.Sprintf("module %q not found%s", name, meant(p.near(name, names))), "modules lie beside the script: "+strings.ReplaceAll(name, ".", "/")+".lua", name)
}

// checkArgs compares arguments with parameters.
func (f *file) checkArgs(call string, params []Param, e *ast.FuncCallExpr, args []ast.Expr) {
	rest := len(params) > 0 && params[len(params)-1].Rest
	if len(args) > len(params) && !rest {
		f.report(e.Line(), false, fmt.Sprintf("%s takes %s, got %d", call, atMost(len(params)), len(args)), "", lastName(call))
		args = args[:len(params)]
	}
	if len(args) < len(params) && !f.several(args) {
		if p := params[len(args)]; !p.Optional && !p.Rest && !takesNil(p.Type) {
			f.report(e.Line(), false, fmt.Sprintf("%s: %s is missing", call, p.Name), "", lastName(call))
		}
	}
	for i, arg := range args {
		p := params[min(i, len(params)-1)]
		f.checkArg(call, p, arg)
	}
}

func atMost(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return strconv.Itoa(n) + " arguments"
}

// lastName is what stands in the script for "mime.address.parse" or "conn:send_message".
func lastName(call string) string { return call[strings.LastIndexAny(call, ".:")+1:] }

// several holds when the last argument may stand for more than one.
func (f *file) several(args []ast.Expr) bool {
	if len(args) == 0 {
		return false
	}
	switch last := args[len(args)-1].(type) {
	case *ast.FuncCallExpr:
		return !last.AdjustRet
	case *ast.Comma3Expr:
		return !last.AdjustRet
	}
	return false
}

func takesNil(t *Type) bool {
	return t == nil || t.Optional || slices.ContainsFunc(t.Alternatives, func(a Alternative) bool { return a.Kind == Any || a.Kind == Nil })
}

// checkArg compares one argument with its parameter.
func (f *file) checkArg(call string, p Param, arg ast.Expr) {
	if p.Type == nil || p.Rest {
		return
	}
	if fn, ok := arg.(*ast.FunctionExpr); ok {
		f.callbackTypes(fn, p.Type)
	}
	what := f.settled(arg)
	if got := f.refused(p.Type, what); got != "" {
		f.report(arg.Line(), false, fmt.Sprintf("%s: %s must be %s, got %s", call, p.Name, f.describe(p.Type), got), "", f.shown(arg)...)
		return
	}
	if table, ok := what.(*ast.TableExpr); ok {
		f.checkTable(call, "", p.Type, table, f.localOf(arg))
	}
	if p.Name == readers[call] && p.Name != "" {
		f.checkFile(arg)
	}
}

// callbackTypes tells the parameters of a function what it will be called with.
func (f *file) callbackTypes(fn *ast.FunctionExpr, t *Type) {
	for _, a := range t.Alternatives {
		if a.Func == nil {
			continue
		}
		for i, l := range f.params[fn] {
			if i < len(a.Func.Params) {
				l.typ = a.Func.Params[i].Type
			}
		}
	}
}
