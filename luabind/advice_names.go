package luabind

import (
	"fmt"
	"slices"

	"moonpost/luabind/luatext"

	lua "github.com/yuin/gopher-lua"
)

// unknownFunction is for the call of a global that is nil.
func (t *trouble) unknownFunction() string {
	name := t.match[1]
	if hint := t.insideString(name); hint != "" {
		return hint
	}
	if line := t.definedBelow(name); line > 0 {
		return fmt.Sprintf("the local function %s is written in line %d, below; it has to stand before its first use", name, line)
	}
	if lua := borrowed(name); lua != "" {
		return fmt.Sprintf("Lua has no %s; write %s", name, lua)
	}
	if near := t.nearGlobal(name, true); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if place := t.inModule(name); place != "" {
		return fmt.Sprintf("did you mean %s?", place)
	}
	return t.unset(name)
}

// unknownGlobal is for the use of a global that is nil.
func (t *trouble) unknownGlobal() string {
	name := t.match[1]
	switch {
	case slices.Contains(moduleNames(), name):
		return fmt.Sprintf("%s is a module: begin the script with local %s = require %q", name, name, name)
	case name == "null" || name == "None" || name == "NULL" || name == "undefined":
		return "nothing is written nil in Lua"
	case name == "self":
		return "self exists in functions that are written with a colon: function obj:name()"
	case name == "this":
		return "the object of a method is called self in Lua"
	case name == "console":
		return "Lua has no console; write print(…)"
	}
	if near := t.nearGlobal(name, false); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return t.unset(name)
}

// unset tells that a global has no value, and of a local that is not seen here.
func (t *trouble) unset(name string) string {
	if line := t.declared(name); line > 0 {
		return fmt.Sprintf("the local %s of line %d is not known here: a local lives from its line to the end of its block", name, line)
	}
	return fmt.Sprintf("nothing was ever assigned to %s; is it written otherwise elsewhere?", name)
}

// calledModule is for smtp{…} and mime{…}.
func (t *trouble) calledModule() string {
	name := t.match[1]
	table, ok := t.global(name).(*lua.LTable)
	if !ok {
		return ""
	}
	for _, usual := range []string{"connect", "message", "rows", "run", "parse", "new", "info"} {
		if table.RawGetString(usual) != lua.LNil {
			return fmt.Sprintf("%s is a module; call one of its functions: %s.%s(…)", name, name, usual)
		}
	}
	return fmt.Sprintf("%s is a table; call one of its functions: %s.name(…)", name, name)
}

// early is for a local that is declared, but filled only later.
func (t *trouble) early() string {
	return fmt.Sprintf("%s is declared, but has no value yet when this line runs", t.match[1])
}

// unknownField is for the call of a field that is nil, as in string.fomat.
func (t *trouble) unknownField() string {
	name := t.match[1]
	object := t.before(name, ".")
	if table, ok := t.global(object).(*lua.LTable); ok {
		if near := Nearest(name, stringKeys(table)); near != "" {
			return fmt.Sprintf("did you mean %s.%s?", object, near)
		}
		if place := t.inModule(name); place != "" {
			return fmt.Sprintf("%s has no function %s; did you mean %s?", object, name, place)
		}
	}
	if name == "?" {
		return "what stands between [ ] names nothing in this table"
	}
	if object == "" {
		return fmt.Sprintf("there is no %s in this table", name)
	}
	return fmt.Sprintf("the table %s has no function %s", object, name)
}

// unknownMethod is for the call of a method that is nil, as in text:trim().
func (t *trouble) unknownMethod() string {
	name := t.match[1]
	strings, _ := t.global("string").(*lua.LTable)
	if strings != nil {
		if near := Nearest(name, stringKeys(strings)); near != "" {
			return fmt.Sprintf("if it is a text: did you mean :%s()?", near)
		}
	}
	if own := borrowed(name); own != "" {
		return fmt.Sprintf("Lua has no %s; write %s", name, own)
	}
	return fmt.Sprintf("the value before the colon has no function %s", name)
}

// calledOther is for the call of what is no function at all.
func (t *trouble) calledOther() string {
	kind := t.match[1]
	switch {
	case t.onLine("for") && t.onLine("in") && kind != "nil":
		return "a loop over a table is written for key, value in pairs(t) do, over a list for i, value in ipairs(list) do"
	case kind == "table":
		return "a table cannot be called; an element is written t[key] or t.key"
	case kind == "string", kind == "number", kind == "boolean":
		return fmt.Sprintf("a %s is followed by a bracket, which calls it; is an operator or a comma missing, or an end of line?", kind)
	}
	return ""
}

// dotted is for conn.quit() where conn:quit() is meant.
func (t *trouble) dotted() string {
	tokens := t.tokens()
	for i := 2; i+1 < len(tokens); i++ {
		if tokens[i-1].Is(".") && tokens[i-2].Kind == luatext.Name && tokens[i+1].Is("(") && t.marked(tokens[i]) {
			return fmt.Sprintf("write %s:%s(…)", tokens[i-2].Text, tokens[i].Text)
		}
	}
	return ""
}

// definedBelow is the line after the error where a local function is written.
func (t *trouble) definedBelow(name string) int {
	source := t.rt.sources.get(t.spot.File)
	if source == nil {
		return 0
	}
	tokens := luatext.Tokens(source.text)
	for i := 2; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i].Line > t.spot.Line && tokens[i-1].Is("function") && tokens[i-2].Is("local") {
			return tokens[i].Line
		}
	}
	return 0
}

// declared is the line where a local of that name is declared anywhere.
func (t *trouble) declared(name string) int {
	source := t.rt.sources.get(t.spot.File)
	if source == nil {
		return 0
	}
	tokens := luatext.Tokens(source.text)
	for i := 1; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Is("local") {
			return tokens[i].Line
		}
	}
	return 0
}

// nearGlobal is the global whose name is nearest.
func (t *trouble) nearGlobal(name string, function bool) string {
	var names []string
	t.rt.state.G.Global.ForEach(func(k, v lua.LValue) {
		if key, ok := k.(lua.LString); ok && (!function || v.Type() == lua.LTFunction) {
			names = append(names, string(key))
		}
	})
	if !function {
		names = append(names, moduleNames()...)
	}
	slices.Sort(names)
	return Nearest(name, names)
}

// inModule finds the library that has a function of that name.
func (t *trouble) inModule(name string) string {
	for _, module := range []string{"string", "table", "math", "os", "io"} {
		if table, ok := t.global(module).(*lua.LTable); ok && table.RawGetString(name).Type() == lua.LTFunction {
			return module + "." + name
		}
	}
	for _, m := range modules(nil) {
		for _, f := range m.Functions {
			if f.Name == name {
				return m.Name + "." + name
			}
		}
	}
	return ""
}

func stringKeys(table *lua.LTable) []string {
	var keys []string
	table.ForEach(func(k, _ lua.LValue) {
		if s, ok := k.(lua.LString); ok {
			keys = append(keys, string(s))
		}
	})
	slices.Sort(keys)
	return keys
}
