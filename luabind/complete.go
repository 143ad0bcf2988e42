package luabind

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Complete gives the words that may stand at the end of text, which is what
// was typed of a chunk up to the cursor. Each is for what begins at octet start.
func (s *Session) Complete(text string) (start int, words []string) {
	tokens, ok := scanTyped(text)
	if !ok {
		return len(text), nil
	}
	c := &completion{s: s, tokens: tokens}
	start, prefix := len(text), ""
	if n := len(tokens); n > 0 {
		switch last := tokens[n-1]; {
		case last.kind == typedOpen:
			start, prefix = last.at+1, last.text
			return start, keep(c.inString(tokens[:n-1], prefix), prefix)
		case last.kind == typedName && last.at+len(last.text) == len(text):
			start, prefix = last.at, last.text
			c.tokens = tokens[:n-1]
		}
	}
	return start, keep(c.words(), prefix)
}

// keep sorts the words that begin with prefix.
func keep(words []string, prefix string) []string {
	words = slices.DeleteFunc(words, func(w string) bool { return !strings.HasPrefix(w, prefix) })
	return sortedUnique(words)
}

// completion looks at the tokens before the word that is completed.
type completion struct {
	s      *Session
	tokens []typed
}

// words lists what may follow the tokens.
func (c *completion) words() []string {
	n := len(c.tokens)
	if n > 0 && (c.tokens[n-1].kind == '.' || c.tokens[n-1].kind == ':') {
		return c.s.members(c.receiver(n-1), c.tokens[n-1].kind == ':')
	}
	words := slices.Concat(luaKeywords, c.s.scope.names(), c.typedNames())
	c.s.rt.state.Get(lua.GlobalsIndex).(*lua.LTable).ForEach(func(key, _ lua.LValue) {
		if name := key.String(); isName(name) {
			words = append(words, name)
		}
	})
	if keys := c.optionKeys(); keys != nil {
		if n > 0 && c.tokens[n-1].kind != '{' && len(keys) > 0 {
			return keys
		}
		return append(keys, c.s.scope.names()...)
	}
	return words
}

// typedNames are the names that the chunk itself has: parameters, locals of blocks.
func (c *completion) typedNames() []string {
	var names []string
	for i, t := range c.tokens {
		field := i > 0 && (c.tokens[i-1].kind == '.' || c.tokens[i-1].kind == ':')
		if t.kind == typedName && !field {
			names = append(names, t.text)
		}
	}
	return names
}

// inString lists what may stand in a string: modules after require, the
// values of an option, files.
func (c *completion) inString(before []typed, prefix string) []string {
	n := len(before)
	if n > 0 && before[n-1].kind == '(' {
		n--
	}
	if n > 0 && before[n-1].text == "require" {
		return moduleNames()
	}
	inner := &completion{s: c.s, tokens: before}
	if n := len(before); n > 1 && before[n-1].kind == '=' && before[n-2].kind == typedName {
		if values := literals(inner.optionType(before[n-2].text)); len(values) > 0 {
			return values
		}
	}
	return c.s.files(prefix)
}

// literals lists the strings that a LuaCATS type names.
func literals(typ string) []string {
	var values []string
	for i, part := range strings.Split(typ, `"`) {
		if i%2 == 1 {
			values = append(values, part)
		}
	}
	return values
}

// files lists the files whose path begins with prefix.
func (s *Session) files(prefix string) []string {
	dir, _ := filepath.Split(prefix)
	entries, err := s.rt.host.disk().ReadDir(filepath.Join(".", dir))
	if filepath.IsAbs(dir) {
		entries, err = s.rt.host.disk().ReadDir(dir)
	}
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, dir+e.Name()+slash(e))
	}
	return names
}

func slash(e fs.DirEntry) string {
	if e.IsDir() {
		return "/"
	}
	return ""
}

// namePath is an expression of names: smtp.connect, msg, conn.esmtp_features.
type namePath []string

// receiver reads the path that ends before token i; nil for other expressions.
func (c *completion) receiver(i int) namePath {
	var names namePath
	for i > 0 && c.tokens[i-1].kind == typedName {
		names = append(namePath{c.tokens[i-1].text}, names...)
		if i -= 2; i <= 0 || c.tokens[i].kind != '.' {
			if i >= 0 && c.tokens[i].kind == ':' {
				return nil
			}
			return names
		}
	}
	if i > 1 && c.tokens[i-1].kind == ')' { // ("x"):
		i--
	}
	if len(names) == 0 && i > 0 && c.tokens[i-1].kind == typedString {
		return namePath{"string"}
	}
	return nil
}

// value is what the path means now; nil for nothing. Only plain tables and
// the fields of our objects are read: nothing of the script's own runs.
func (s *Session) value(p namePath) lua.LValue {
	if len(p) == 0 {
		return nil
	}
	v := s.scope.env.RawGetString(p[0])
	if v == lua.LNil {
		v = s.rt.state.Get(lua.GlobalsIndex).(*lua.LTable).RawGetString(p[0])
	}
	for _, name := range p[1:] {
		v = s.field(v, name)
	}
	if v == lua.LNil {
		return nil
	}
	return v
}

func (s *Session) field(v lua.LValue, name string) lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		return v.RawGetString(name)
	case *lua.LUserData:
		class, ok := s.classOf(v)
		if ok && class.get != nil && slices.Contains(class.memberNames(false), name) {
			w := newShower(s, s.rt.state)
			if v, ok := w.try(func() lua.LValue { return class.get(w.L, v.Value, lua.LString(name)) }); ok && v != nil {
				return v
			}
		}
	}
	return lua.LNil
}

// members lists what may stand after the path's dot or colon.
func (s *Session) members(p namePath, methods bool) []string {
	switch v := s.value(p).(type) {
	case *lua.LTable:
		return tableNames(v, methods)
	case lua.LString:
		return tableNames(s.rt.state.GetGlobal("string"), methods)
	case *lua.LUserData:
		if class, ok := s.classOf(v); ok {
			return class.memberNames(methods)
		}
		if caught(v) != nil {
			return fieldKeys(errorFields)
		}
	}
	if len(p) != 1 {
		return nil
	}
	if m, ok := s.table.modules[p[0]]; ok && !methods {
		return m.names()
	}
	if class, ok := s.usualClass(p[0]); ok {
		return class.memberNames(methods)
	}
	return nil
}

// tableNames lists a table's names, also those that it inherits from tables.
func tableNames(v lua.LValue, onlyFunctions bool) []string {
	var names []string
	for range showDepth {
		t, ok := v.(*lua.LTable)
		if !ok {
			break
		}
		t.ForEach(func(key, value lua.LValue) {
			if name, ok := key.(lua.LString); ok && isName(string(name)) && (!onlyFunctions || value.Type() == lua.LTFunction) {
				names = append(names, string(name))
			}
		})
		meta, ok := t.Metatable.(*lua.LTable)
		if !ok {
			break
		}
		v = meta.RawGetString("__index")
	}
	return names
}

// names lists a module's functions and values.
func (m Module) names() []string {
	names := fieldKeys(m.Values)
	for _, f := range m.Functions {
		name, _, _ := strings.Cut(f.Name, ".")
		names = append(names, name)
	}
	return names
}

func fieldKeys(fields []Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, plain(f.Name))
	}
	return names
}

// usualClass guesses by the name that people give to a class's objects: in a
// function that isn't called yet its parameters have no values.
func (s *Session) usualClass(name string) (Class, bool) {
	name = usualClass(name)
	for class, c := range s.table.classes {
		if _, last, _ := strings.Cut(class, "."); strings.EqualFold(last, name) {
			return c, true
		}
	}
	return Class{}, false
}
