package luabind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// functionNames tells a function of the bindings by its full name, such as
// "smtp.Conn:sendmail".
type functionNames map[*lua.LFunction]string

// named remembers the name of a binding's function, in a session.
func (rt *Runtime) named(name string, f *lua.LFunction) *lua.LFunction {
	if rt.host.functions != nil {
		rt.host.functions[f] = name
	}
	return f
}

// nameLibraries learns the names of Lua's own functions and of all modules.
func (s *Session) nameLibraries() {
	L, names := s.rt.state, s.rt.host.functions
	s.libraries = map[*lua.LTable]string{}
	globals := L.Get(lua.GlobalsIndex).(*lua.LTable)
	globals.ForEach(func(key, value lua.LValue) {
		switch v := value.(type) {
		case *lua.LFunction:
			names[v] = key.String()
		case *lua.LTable:
			if v == globals || key.String() == "arg" {
				return
			}
			s.libraries[v] = key.String()
			nameFunctions(names, key.String(), v)
		}
	})
	s.libraries[globals] = "_G"
}

func nameFunctions(names functionNames, library string, t *lua.LTable) {
	t.ForEach(func(key, value lua.LValue) {
		if f, ok := value.(*lua.LFunction); ok && names[f] == "" {
			names[f] = library + "." + key.String()
		}
	})
}

// moduleName tells the library or module that a table is; "" for others.
func (s *Session) moduleName(t *lua.LTable) string {
	if name := s.libraries[t]; name != "" {
		return name
	}
	loaded, ok := s.rt.state.GetField(s.rt.state.Get(lua.RegistryIndex), "_LOADED").(*lua.LTable)
	if !ok {
		return ""
	}
	for name := range s.table.modules {
		if loaded.RawGetString(name) == lua.LValue(t) {
			return name
		}
	}
	return ""
}

// bindingTable is the binding table by name.
type bindingTable struct {
	modules map[string]Module
	rows    map[string]Function // "smtp.connect", "smtp.Conn:send", "string.format"
	classes map[string]Class
	types   map[string][]Field // the fields of classes of options and of plain tables
}

func newBindingTable(list []Module) *bindingTable {
	t := &bindingTable{modules: map[string]Module{}, rows: map[string]Function{}, classes: map[string]Class{}, types: map[string][]Field{}}
	for _, m := range list {
		t.modules[m.Name] = m
		for _, f := range m.Functions {
			t.rows[m.Name+"."+f.Name] = f
		}
		for _, c := range m.Classes {
			t.classes[c.Name] = c
			for _, f := range c.Methods {
				t.rows[c.Name+":"+f.Name] = f
			}
		}
		for _, class := range m.Types {
			t.types[className(class)] = classFields(class)
		}
	}
	return t
}

// classFields reads the fields of a LuaCATS class: "---@field name? type what it is".
func classFields(class string) []Field {
	var fields []Field
	for _, line := range strings.Split(class, "\n") {
		rest, ok := strings.CutPrefix(line, "---@field ")
		if !ok {
			continue
		}
		name, rest, _ := strings.Cut(rest, " ")
		typ, doc := cutType(rest)
		fields = append(fields, Field{Name: name, Type: typ, Doc: doc})
	}
	return fields
}

// cutType splits "table<string, integer> what it is" after the type, in which
// blanks stand within brackets, after a colon or a comma only.
func cutType(s string) (typ, doc string) {
	depth := 0
	for i, r := range s {
		depth += bracket(r)
		if r == ' ' && depth == 0 && (i == 0 || !strings.ContainsRune(":,|", rune(s[i-1]))) {
			return s[:i], strings.TrimSpace(s[i:])
		}
	}
	return s, ""
}

// plain gives an option's name without the mark of what may be absent.
func plain(name string) string { return strings.TrimSuffix(name, "?") }

// memberNames lists a class's methods, or its fields.
func (c Class) memberNames(methods bool) []string {
	var names []string
	if methods {
		for _, f := range c.Methods {
			names = append(names, f.Name)
		}
		return names
	}
	for _, f := range c.Fields {
		names = append(names, f.Name)
	}
	return names
}

// classOf gives the class of an object of the bindings.
func (s *Session) classOf(ud *lua.LUserData) (Class, bool) {
	for name, meta := range s.rt.metas {
		if ud.Metatable == lua.LValue(meta) {
			c, ok := s.table.classes[name]
			return c, ok
		}
	}
	return Class{}, false
}

// sortedUnique sorts names and drops what is there twice.
func sortedUnique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
