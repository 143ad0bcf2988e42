package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// checkName looks at a variable that is read.
func (f *file) checkName(e *ast.IdentExpr) {
	name := e.Value
	around := f.visible[e] // nil for what lies deeper than names are resolved
	if around == nil || f.knows(name) || f.quiet || f.program.open {
		return
	}
	locals := around.visibleNames(e.Line())
	near := f.program.world.Near(name, locals)
	if f.maybeMissing(name) && (near == "" || len(name) < 4) { // a script may ask whether something is there
		return
	}
	if later := f.declaredElsewhere(name, e.Line()); later != "" {
		f.report(e.Line(), false, fmt.Sprintf("unknown global %q", name), later, calledAs(name)...)
		return
	}
	if m := f.program.world.Modules[name]; m != nil {
		f.report(e.Line(), false, fmt.Sprintf("unknown global %q", name), fmt.Sprintf("get the module first: local %s = require %q", name, name), calledAs(name)...)
		return
	}
	hint := ""
	if near == "" {
		near = f.program.near(name, f.program.globals())
		if m := f.program.world.Modules[near]; m != nil && !m.Global {
			hint = fmt.Sprintf("get the module first: local %s = require %q", near, near)
		}
	}
	f.report(e.Line(), false, fmt.Sprintf("unknown global %q%s", name, meant(near)), hint, calledAs(name)...)
}

// knows holds for globals that somebody defines.
func (f *file) knows(name string) bool {
	if _, ok := f.program.world.Globals[name]; ok || f.program.assigned[name] {
		return true
	}
	m := f.program.world.Modules[name]
	return m != nil && m.Global
}

// globals lists all globals that are defined, and the modules that might be meant, sorted.
func (p *program) globals() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(p.world.Globals)), maps.Keys(p.assigned))
	names = slices.AppendSeq(names, maps.Keys(p.world.Modules))
	slices.Sort(names)
	return names
}

// declaredElsewhere says where a local of that name is, which cannot be seen from the given line.
func (f *file) declaredElsewhere(name string, line int) string {
	for _, l := range f.locals {
		if l.name != name {
			continue
		}
		_, isFunction := l.init.(*ast.FunctionExpr)
		switch {
		case l.line > line && isFunction:
			return fmt.Sprintf("local function %s is defined later, in line %d; move it up, or write \"local %s\" before line %d and \"function %s\" there", name, l.line, name, line, name)
		case l.line > line:
			return fmt.Sprintf("local %s is declared later, in line %d", name, l.line)
		case l.line < line:
			return fmt.Sprintf("local %s of line %d is known only within its block", name, l.line)
		}
	}
	return ""
}

// checkNewGlobal looks at a global that is set: one that nobody reads and that is named nearly as a local is that
// local, misspelt.
func (f *file) checkNewGlobal(e *ast.IdentExpr) {
	if f.visible[e] == nil || f.program.read[e.Value] || f.quiet || f.program.open || len(e.Value) < 4 {
		return
	}
	if _, ok := f.program.world.Globals[e.Value]; ok {
		return
	}
	if near := f.program.world.Near(e.Value, f.visible[e].visibleNames(e.Line())); near != "" {
		f.report(e.Line(), true, fmt.Sprintf("nobody reads the global %q%s", e.Value, meant(near)), "", e.Value)
	}
}

// meant is the end of a message that names what was probably meant.
func meant(near string) string {
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// checkField looks at a field that is read.
func (f *file) checkField(e *ast.AttrGetExpr) {
	key, ok := e.Key.(*ast.StringExpr)
	if !ok {
		return
	}
	object := f.infer(e.Object)
	switch object.kind {
	case module:
		f.checkModuleField(e, object, key.Value)
	case library:
		f.checkLibraryField(e, object.name, key.Value)
	case typed:
		f.checkMember(key.Line(), object.typ, key.Value, "."+key.Value)
	case options:
		f.checkFlag(key, object.decl)
	case beside:
		f.checkExport(key, object, false)
	}
}

func (f *file) checkModuleField(e *ast.AttrGetExpr, object value, key string) {
	m := object.mod
	if m.Any && m.Functions[key] == nil {
		f.checkEnv(e, key)
		return
	}
	if v := m.field(object.name, key); v.kind != unknown || f.program.fields[object.name+"."+key] || m.Any {
		return
	}
	var names []string
	prefix := object.name[len(m.Name):]
	for name := range m.Functions {
		names = appendWithin(names, "."+name, prefix+".")
	}
	for name := range m.Values {
		names = appendWithin(names, "."+name, prefix+".")
	}
	slices.Sort(names)
	f.report(e.Key.Line(), false, fmt.Sprintf("%s has no function %q%s", object.name, key, meant(f.program.near(key, names))), "", "."+key, key)
}

// appendWithin adds what follows prefix in name.
func appendWithin(names []string, name, prefix string) []string {
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return append(names, name[len(prefix):])
	}
	return names
}

func (f *file) checkLibraryField(e *ast.AttrGetExpr, library, key string) {
	fields := f.program.world.Globals[library]
	if slices.Contains(fields, key) || f.program.fields[library+"."+key] || f.maybeMissing(library+"."+key) || f.program.open {
		return
	}
	f.report(e.Key.Line(), false, fmt.Sprintf("%s has no function %q%s", library, key, meant(f.program.near(key, fields))), "", "."+key, key)
}

// checkMember looks at a field or method of an object.
func (f *file) checkMember(line int, t *Type, key string, names ...string) {
	c := f.class(t)
	if c == nil || c.has(key) {
		return
	}
	near := f.program.near(key, c.names())
	if !c.Object && (near == "" || f.program.fields["."+key]) { // a table, to which a script may add what it likes
		return
	}
	hint := ""
	if near == "" && c.Headers && slices.Contains(headerFields, key) {
		hint = HeaderHint
	}
	f.report(line, false, fmt.Sprintf("%s has no field %q%s", c.Name, key, meant(near)), hint, append(names, key)...)
}

// HeaderHint is for msg.subject, where msg.Subject is meant.
const HeaderHint = "header fields are written with a capital letter, as in msg.Subject"

// headerFields are those that are often written so.
var headerFields = []string{"from", "to", "cc", "bcc", "subject", "date", "sender", "reply_to", "message_id"}

func (f *file) checkSetField(e *ast.AttrGetExpr) {
	object := f.infer(e.Object)
	key, ok := e.Key.(*ast.StringExpr)
	if c := f.class(object.typ); ok && c != nil && c.Object {
		f.checkMember(key.Line(), object.typ, key.Value, "."+key.Value)
	}
}

func (c *Class) has(key string) bool {
	return c.Methods[key] != nil || c.Fields[key] != nil || c.Headers && isHeader(key)
}

// isHeader tells the names that are header fields of a part.
func isHeader(key string) bool {
	return slices.ContainsFunc([]byte(key), func(c byte) bool { return c == '-' || c >= 'A' && c <= 'Z' })
}

// names lists what the class has, sorted.
func (c *Class) names() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(c.Methods)), maps.Keys(c.Fields))
	slices.Sort(names)
	return names
}

// checkEnv looks at env.NAME.
func (f *file) checkEnv(e *ast.AttrGetExpr, name string) {
	if f.guards.tried || f.program.world.EnvSet(name) {
		return
	}
	hint := fmt.Sprintf("export %s=…, or write env.get(%q, default); --env %s=… sets it for the check", name, name, name)
	f.report(e.Key.Line(), f.guards.maybe, fmt.Sprintf("env.%s is not set", name), hint, "env."+name, name)
}

// checkFlag looks at a field of what flags.parse gave.
func (f *file) checkFlag(key *ast.StringExpr, decl *ast.TableExpr) {
	if decl == nil || f.program.fields["."+key.Value] {
		return
	}
	var declared []string
	for _, field := range decl.Fields {
		name, ok := field.Key.(*ast.StringExpr)
		if !ok || name.Value == key.Value && name.Value != "about" {
			return
		}
		declared = append(declared, name.Value)
	}
	f.report(key.Line(), false, fmt.Sprintf("flags.parse declares no flag %q%s", key.Value, meant(f.program.near(key.Value, declared))), "", "."+key.Value, key.Value)
}

// near gives the name that was probably meant, or "": the nearest, else the one that the name abbreviates.
func (p *program) near(name string, names []string) string {
	if len(name) < 3 {
		return ""
	}
	if near := p.world.Near(name, names); near != "" {
		return near
	}
	short := ""
	for _, candidate := range names {
		if !abbreviates(name, candidate) {
			continue
		}
		if short != "" {
			return ""
		}
		short = candidate
	}
	return short
}

// abbreviates holds for "fmt" and "format": the letters in order, the first one the same.
func abbreviates(short, name string) bool {
	if name == "" || short[0] != name[0] {
		return false
	}
	for i := range len(name) {
		if short != "" && name[i] == short[0] {
			short = short[1:]
		}
	}
	return short == ""
}
