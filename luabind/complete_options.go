package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// optionKeys lists the keys that are still missing in the table of options in
// which the text ends; nil where it ends elsewhere.
func (c *completion) optionKeys() []string {
	brace := c.innermost(len(c.tokens))
	n := len(c.tokens)
	if brace < 0 || c.tokens[brace].kind != '{' || !slices.Contains([]rune{'{', ',', ';'}, c.tokens[n-1].kind) {
		return nil
	}
	given := c.given(brace)
	var keys []string
	for _, class := range c.optionClasses(brace) {
		for _, f := range c.s.table.types[class] {
			if name := plain(f.Name); isName(name) && !slices.Contains(given, name) {
				keys = append(keys, name+" = ")
			}
		}
	}
	return keys
}

// optionType is the type of a key of the table in which the text ends.
func (c *completion) optionType(key string) string {
	brace := c.innermost(len(c.tokens))
	if brace < 0 || c.tokens[brace].kind != '{' {
		return ""
	}
	for _, class := range c.optionClasses(brace) {
		for _, f := range c.s.table.types[class] {
			if plain(f.Name) == key {
				return f.Type
			}
		}
	}
	return ""
}

// innermost gives the bracket that is open before token i; -1 for none.
func (c *completion) innermost(i int) int {
	depth := 0
	for i--; i >= 0; i-- {
		switch c.tokens[i].kind {
		case ')', '}', ']':
			depth++
		case '(', '{', '[':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}

// given lists the keys that stand in the table already.
func (c *completion) given(brace int) []string {
	var keys []string
	for i := brace + 1; i+1 < len(c.tokens); i++ {
		if c.tokens[i].kind == typedName && c.tokens[i+1].kind == '=' && c.innermost(i) == brace {
			keys = append(keys, c.tokens[i].text)
		}
	}
	return keys
}

// optionClasses gives the classes of options that the table may be of: by the
// function whose argument it is, or by the option whose value it is.
func (c *completion) optionClasses(brace int) []string {
	if brace == 0 {
		return nil
	}
	switch before := c.tokens[brace-1]; before.kind {
	case typedName:
		return c.argumentClasses(brace, 0)
	case '(', ',':
		open := c.innermost(brace)
		if open > 0 && c.tokens[open].kind == '(' {
			return c.argumentClasses(open, c.commas(open, brace))
		}
	case '=':
		if outer := c.innermost(brace); brace > 1 && outer >= 0 && c.tokens[outer].kind == '{' {
			inner := &completion{s: c.s, tokens: c.tokens[:brace]}
			return c.s.known(inner.optionType(c.tokens[brace-2].text))
		}
	}
	return nil
}

// commas counts the arguments before the one that begins at token end.
func (c *completion) commas(open, end int) int {
	n := 0
	for i := open + 1; i < end; i++ {
		if c.tokens[i].kind == ',' && c.innermost(i) == open {
			n++
		}
	}
	return n
}

// argumentClasses gives the classes of argument n of the function whose name
// ends before token end.
func (c *completion) argumentClasses(end, n int) []string {
	row, colon, ok := c.function(end)
	if !ok {
		return nil
	}
	params := parseSignature(row.Sig).params
	if colon {
		n++
	}
	if n >= len(params) {
		return nil
	}
	return c.s.known(params[n].typ)
}

// function finds the row of the function whose name ends before token end.
func (c *completion) function(end int) (row Function, colon, ok bool) {
	if end > 1 && c.tokens[end-1].kind == typedName && c.tokens[end-2].kind == ':' {
		class, known := c.class(c.receiver(end - 2))
		if !known {
			return row, true, false
		}
		row, ok = c.s.table.rows[class.Name+":"+c.tokens[end-1].text]
		return row, true, ok
	}
	p := c.receiver(end)
	if f, isFunction := c.s.value(p).(*lua.LFunction); isFunction {
		row, ok = c.s.table.rows[c.s.rt.host.functions[f]]
		return row, false, ok
	}
	if len(p) == 2 {
		row, ok = c.s.table.rows[p[0]+"."+p[1]]
	}
	return row, false, ok
}

// class finds the class of the object that the path means.
func (c *completion) class(p namePath) (Class, bool) {
	if ud, ok := c.s.value(p).(*lua.LUserData); ok {
		return c.s.classOf(ud)
	}
	if len(p) == 1 {
		return c.s.usualClass(p[0])
	}
	return Class{}, false
}

// known lists the classes with fields that a type names.
func (s *Session) known(typ string) []string {
	return slices.DeleteFunc(typesIn(typ), func(name string) bool { return s.table.types[name] == nil })
}
