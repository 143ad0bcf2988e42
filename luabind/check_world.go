package luabind

import (
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"moonpost/luabind/lint"

	lua "github.com/yuin/gopher-lua"
)

// lintWorld tells the linter what scripts can use: the binding table, and what the state of a script holds.
func lintWorld(rt *Runtime) *lint.World {
	w := &lint.World{
		Globals: luaGlobals(rt.state), Modules: map[string]*lint.Module{}, Classes: map[string]*lint.Class{},
		Near: Nearest, Dir: rt.scriptDir(),
		NearOption: lintNearOption,
		EnvSet:     func(name string) bool { _, ok := rt.host.LookupEnv(name); return ok },
	}
	for _, m := range modules(nil) {
		delete(w.Globals, m.Name)
		w.Modules[m.Name] = lintModule(m)
		for _, text := range m.Types {
			c := lint.ParseClass(text)
			addChecks(c)
			w.Classes[c.Name] = c
		}
		for i := range m.Classes {
			w.Classes[m.Classes[i].Name] = lintClass(&m.Classes[i])
		}
	}
	w.Classes["moonpost.Error"] = &lint.Class{Name: "moonpost.Error", Object: true, Fields: lintFields(errorFields)}
	loaded, _ := rt.state.GetField(rt.state.GetGlobal("package"), "loaded").(*lua.LTable)
	w.Loadable = func(name string) bool { return loaded != nil && loaded.RawGetString(name) != lua.LNil }
	w.Load = rt.lintLoad
	w.Missing = rt.lintMissing
	return w
}

func lintNearOption(call, name string, names []string) (near, hint string) {
	if near = nearestOption(name, names); near == "" {
		hint = optionsListed(call)
	}
	return near, hint
}

// luaGlobals lists the state's globals, and the fields of those that are tables.
func luaGlobals(L *lua.LState) map[string][]string {
	globals := map[string][]string{"_G": nil}
	L.G.Global.ForEach(func(key, value lua.LValue) {
		var fields []string
		if t, ok := value.(*lua.LTable); ok {
			t.ForEach(func(key, _ lua.LValue) { fields = append(fields, key.String()) })
		}
		slices.Sort(fields)
		globals[key.String()] = fields
	})
	return globals
}

func lintModule(m Module) *lint.Module {
	out := &lint.Module{Name: m.Name, Global: m.Global, Functions: map[string]*lint.Function{}, Values: map[string]*lint.Type{}}
	for _, f := range m.Functions {
		out.Functions[f.Name] = lint.ParseSignature(f.Sig)
	}
	for _, v := range m.Values {
		out.Values[v.Name], _ = lint.ParseType(v.Type)
	}
	out.Any = m.Name == "env"
	return out
}

func lintClass(c *Class) *lint.Class {
	out := &lint.Class{
		Name: c.Name, Object: true, Methods: map[string]*lint.Function{}, Fields: lintFields(c.Fields),
		Headers: strings.Contains(c.Extra, "[string]"), Items: strings.Contains(c.Extra, "[integer]"),
	}
	for _, f := range c.Methods {
		out.Methods[f.Name] = lint.ParseSignature(f.Sig)
	}
	return out
}

func lintFields(fields []Field) map[string]*lint.Field {
	out := map[string]*lint.Field{}
	for _, f := range fields {
		t, _ := lint.ParseType(f.Type)
		out[f.Name] = &lint.Field{Type: t}
	}
	return out
}

// addChecks makes a class of options out of one whose schema is known: unknown keys are refused, and values are
// checked as when the call is made.
func addChecks(c *lint.Class) {
	v, ok := optSchemas.Load(c.Name)
	if !ok {
		return
	}
	schema := v.(*optSchema)
	c.Strict = true
	for _, f := range schema.fields {
		field := c.Fields[f.key]
		if field == nil || f.kind == optNested {
			continue
		}
		field.Required = f.needed
		field.Check = func(call, prefix string, v lua.LValue) (message, hint string) {
			b := optBinder{call: call, prefix: prefix}
			var wrong *OptionError
			if err := b.fill(f, v, reflect.New(f.typ).Elem()); errors.As(err, &wrong) {
				return wrong.Error(), wrong.Hint()
			}
			return "", ""
		}
	}
}

// lintLoad reads a module as require would.
func (rt *Runtime) lintLoad(name string) (*lint.File, *lint.Finding) {
	for _, candidate := range rt.candidates(rt.state, name) {
		source, err := rt.readModule(candidate)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &lint.Finding{File: candidate, Line: 1, Message: err.Error()}
		}
		return lintFile(source, candidate)
	}
	return nil, nil
}

// lintMissing tells why a file that the script names cannot be read.
func (rt *Runtime) lintMissing(path string) (message, hint string) {
	f, err := rt.host.open(filepath.FromSlash(path))
	if err == nil {
		_ = f.Close()
		return "", ""
	}
	wrong := rt.fileError(path, err)
	var hinted interface{ Hint() string }
	if errors.As(wrong, &hinted) {
		hint = hinted.Hint()
	}
	return wrong.Error(), hint
}
