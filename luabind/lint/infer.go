package lint

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// value is what the text tells about the value of an expression.
type value struct {
	kind valueKind
	name string         // "smtp", "smtp.connect", "string.format", "conn:send_message"
	mod  *Module        // of modules and their functions
	fn   *Function      // of functions of the binding table
	bare bool           // a method that was got with a dot
	typ  *Type          // of typed values
	file *file          // of modules beside the script
	decl *ast.TableExpr // of flags.parse: what was declared
}

type valueKind uint8

const (
	unknown  valueKind = iota
	module             // a module of the binding table, or a table within one: name
	library            // one of Lua's own tables: name
	builtin            // a function of Lua's: name
	function           // of the binding table
	typed
	options // the result of flags.parse
	beside  // a module that lies beside the script: name, file
)

// infer tells what an expression's value is; unknown unless the text leaves no doubt.
func (f *file) infer(e ast.Expr) value {
	if v, ok := f.values[e]; ok {
		return v
	}
	f.values[e] = value{} // in case it leads back to itself
	var v value
	if f.enter() {
		v = f.inferNew(e)
	}
	f.leave()
	f.values[e] = v
	return v
}

func (f *file) inferNew(e ast.Expr) value {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return f.inferName(e)
	case *ast.AttrGetExpr:
		return f.inferField(e)
	case *ast.FuncCallExpr:
		return f.inferCall(e)
	case *ast.StringExpr, *ast.StringConcatOpExpr:
		return ofKind(String)
	}
	return value{}
}

func ofKind(k Kind) value {
	return value{kind: typed, typ: &Type{Alternatives: []Alternative{{Kind: k}}}}
}

func ofType(t *Type) value {
	if t == nil {
		return value{}
	}
	return value{kind: typed, typ: t}
}

func (f *file) inferName(e *ast.IdentExpr) value {
	if l := f.names[e]; l != nil {
		return f.inferLocal(l)
	}
	p := f.program
	if f.visible[e] == nil || p.assigned[e.Value] || f.quiet {
		return value{}
	}
	if m := p.world.Modules[e.Value]; m != nil && m.Global {
		return value{kind: module, name: m.Name, mod: m}
	}
	fields, known := p.world.Globals[e.Value]
	switch {
	case len(fields) > 0 && e.Value != "_G" && e.Value != "package" && e.Value != "arg":
		return value{kind: library, name: e.Value}
	case known:
		return value{kind: builtin, name: e.Value}
	}
	return value{}
}

func (f *file) inferLocal(l *local) value {
	switch {
	case l.assigned:
		return value{}
	case l.typ != nil:
		return ofType(l.typ)
	case l.init == nil:
		return value{}
	case l.at == 0:
		return f.infer(l.init)
	}
	if call, ok := l.init.(*ast.FuncCallExpr); ok {
		if returns := f.returns(call); l.at < len(returns) {
			return ofType(returns[l.at])
		}
	}
	return value{}
}

func (f *file) inferField(e *ast.AttrGetExpr) value {
	object := f.infer(e.Object)
	key, named := e.Key.(*ast.StringExpr)
	if !named {
		return ofType(elementOf(object.typ))
	}
	switch object.kind {
	case module:
		return object.mod.field(object.name, key.Value)
	case library:
		if slices.Contains(f.program.world.Globals[object.name], key.Value) {
			return value{kind: builtin, name: object.name + "." + key.Value}
		}
	case typed:
		c := f.class(object.typ)
		if c == nil {
			return value{}
		}
		if m := c.Methods[key.Value]; m != nil {
			return value{kind: function, name: c.call(key.Value), fn: m, bare: true}
		}
		if field := c.Fields[key.Value]; field != nil {
			return ofType(field.Type)
		}
	}
	return value{}
}

// field gives what a module, or a table within it, has under a name.
func (m *Module) field(at, key string) value {
	name := at + "." + key
	within := strings.TrimPrefix(name, m.Name+".")
	if fn := m.Functions[within]; fn != nil {
		return value{kind: function, name: name, mod: m, fn: fn}
	}
	if t := m.Values[within]; t != nil {
		return ofType(t)
	}
	for other := range m.Functions {
		if strings.HasPrefix(other, within+".") {
			return value{kind: module, name: name, mod: m}
		}
	}
	if m.Any {
		return ofKind(String)
	}
	return value{}
}

// class gives the class of a type that is one and nothing else.
func (f *file) class(t *Type) *Class {
	if t == nil || len(t.Alternatives) != 1 || t.Alternatives[0].Kind != Named {
		return nil
	}
	return f.program.world.Classes[t.Alternatives[0].Name]
}

func isString(t *Type) bool {
	return t != nil && len(t.Alternatives) == 1 && t.Alternatives[0].Kind == String
}

// elementOf gives the type of the elements of a list or of a map.
func elementOf(t *Type) *Type {
	if t == nil || len(t.Alternatives) != 1 {
		return nil
	}
	return t.Alternatives[0].Elem
}

// settled follows locals that never change to what they begin with.
func (f *file) settled(e ast.Expr) ast.Expr {
	for range 10 {
		id, ok := e.(*ast.IdentExpr)
		if !ok {
			return e
		}
		l := f.names[id]
		if l == nil || l.assigned || l.init == nil || l.at != 0 {
			return e
		}
		e = l.init
	}
	return e
}

// text gives the string that an expression is, where the text tells.
func (f *file) text(e ast.Expr, depth int) (string, bool) {
	if depth > 100 {
		return "", false
	}
	switch e := f.settled(e).(type) {
	case *ast.StringExpr:
		return e.Value, true
	case *ast.NumberExpr:
		return e.Value, depth > 0
	case *ast.StringConcatOpExpr:
		left, ok := f.text(e.Lhs, depth+1)
		if !ok {
			return "", false
		}
		right, ok := f.text(e.Rhs, depth+1)
		return left + right, ok
	case *ast.AttrGetExpr:
		return f.program.world.Dir, f.path(e) == "script.dir"
	case *ast.FuncCallExpr:
		if e.Receiver != nil || f.path(e.Func) != "script.path" || len(e.Args) != 1 {
			return "", false
		}
		name, ok := f.text(e.Args[0], depth+1)
		if ok && !filepath.IsAbs(name) {
			name = filepath.Join(f.program.world.Dir, name)
		}
		return name, ok
	}
	return "", false
}
