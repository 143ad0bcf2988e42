package lint

import "strings"

// Type is a type of LuaCATS: any one of its alternatives.
type Type struct {
	Alternatives []Alternative
	Optional     bool
}

// Kind is the kind of an alternative of a type.
type Kind uint8

// The kinds of types.
const (
	Any Kind = iota
	Nil
	String
	Number
	Integer
	Boolean
	Table
	Func
	Literal // a certain string: Name
	List    // of Elem
	Map     // to Elem
	Named   // a class: Name
)

// Alternative is one alternative of a type.
type Alternative struct {
	Kind Kind
	Name string
	Elem *Type
	Func *Function
}

// ParseType reads the LuaCATS type with which text begins, and gives what follows it.
func ParseType(text string) (t *Type, rest string) {
	r := typeReader{text: text}
	t = r.union()
	return t, r.text
}

// ParseSignature reads "(a: T, b?: U): R, S".
func ParseSignature(text string) *Function {
	r := typeReader{text: text}
	return r.function(true)
}

// typeReader reads types from the left. What it does not understand is any.
type typeReader struct {
	text  string
	depth int
}

func (r *typeReader) take(s string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(r.text, " "), s)
	if ok {
		r.text = rest
	}
	return ok
}

func (r *typeReader) word() string {
	r.text = strings.TrimLeft(r.text, " ")
	end := 0
	for end < len(r.text) && (isWord(r.text[end]) || r.text[end] == '.') {
		end++
	}
	word := r.text[:end]
	r.text = r.text[end:]
	return word
}

func (r *typeReader) union() *Type {
	t := &Type{}
	if r.depth++; r.depth > 20 {
		r.text = ""
		t.Alternatives = append(t.Alternatives, Alternative{Kind: Any})
		return t
	}
	defer func() { r.depth-- }()
	for {
		r.alternative(t)
		if !strings.HasPrefix(r.text, "|") {
			return t
		}
		r.text = r.text[1:]
	}
}

// alternative reads one alternative with what stands after it: "[]" and "?".
func (r *typeReader) alternative(t *Type) {
	one := &Type{}
	switch {
	case r.take("("):
		one = r.union()
		r.take(")")
	case r.take(`"`):
		name, rest, _ := strings.Cut(r.text, `"`)
		r.text = rest
		one.Alternatives = []Alternative{{Kind: Literal, Name: name}}
	case r.take("{"):
		r.skipTo('}')
		one.Alternatives = []Alternative{{Kind: Table}}
	case r.take("..."):
		one.Alternatives = []Alternative{{Kind: Any}}
	default:
		one.Alternatives = []Alternative{r.named(r.word())}
	}
	for strings.HasPrefix(r.text, "[]") {
		r.text = r.text[2:]
		one = &Type{Alternatives: []Alternative{{Kind: List, Elem: one}}}
	}
	if strings.HasPrefix(r.text, "?") {
		r.text = r.text[1:]
		t.Optional = true
	}
	t.Optional = t.Optional || one.Optional
	t.Alternatives = append(t.Alternatives, one.Alternatives...)
}

// skipTo passes a bracket's content.
func (r *typeReader) skipTo(end byte) {
	depth := 1
	for i := range len(r.text) {
		switch r.text[i] {
		case '{', '(', '<':
			depth++
		case '}', ')', '>':
			depth--
		}
		if depth == 0 && r.text[i] == end {
			r.text = r.text[i+1:]
			return
		}
	}
	r.text = ""
}

func (r *typeReader) named(word string) Alternative {
	switch word {
	case "string":
		return Alternative{Kind: String}
	case "number":
		return Alternative{Kind: Number}
	case "integer":
		return Alternative{Kind: Integer}
	case "boolean", "true", "false":
		return Alternative{Kind: Boolean}
	case "nil":
		return Alternative{Kind: Nil}
	case "function":
		return Alternative{Kind: Func}
	case "fun":
		return Alternative{Kind: Func, Func: r.function(false)}
	case "table":
		return r.table()
	case "any", "", "unknown", "userdata":
		return Alternative{Kind: Any}
	}
	return Alternative{Kind: Named, Name: word}
}

// table reads what may stand after the word table: "<K, V>".
func (r *typeReader) table() Alternative {
	if !strings.HasPrefix(r.text, "<") {
		return Alternative{Kind: Table}
	}
	r.text = r.text[1:]
	r.union()
	r.take(",")
	elem := r.union()
	r.take(">")
	return Alternative{Kind: Map, Elem: elem}
}

// function reads "(a: T, b?: U): R"; several results only where a comma cannot mean anything else.
func (r *typeReader) function(whole bool) *Function {
	f := &Function{}
	if !r.take("(") {
		return f
	}
	for !r.take(")") && r.text != "" {
		f.Params = append(f.Params, r.param())
		r.take(",")
	}
	if !strings.HasPrefix(r.text, ":") {
		return f
	}
	r.text = r.text[1:]
	for {
		f.Returns = append(f.Returns, r.union())
		if !whole || !r.take(",") {
			return f
		}
	}
}

func (r *typeReader) param() Param {
	if r.take("...") {
		p := Param{Name: "...", Rest: true, Optional: true}
		if r.take(":") {
			p.Type = r.union()
		}
		return p
	}
	p := Param{Name: r.word()}
	p.Optional = r.take("?")
	if r.take(":") {
		p.Type = r.union()
		p.Optional = p.Optional || p.Type.Optional
	} else if p.Name == "" { // nothing that a parameter can be
		r.text = ""
	}
	return p
}

// ParseClass reads a LuaCATS class: a line ---@class and lines ---@field.
func ParseClass(text string) *Class {
	c := &Class{Fields: map[string]*Field{}, Methods: map[string]*Function{}}
	for _, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "---@class "); ok {
			c.Name = strings.TrimSpace(name)
		}
		field, ok := strings.CutPrefix(line, "---@field ")
		switch {
		case !ok:
		case strings.HasPrefix(field, "["):
			c.Items = true
		default:
			name, rest, _ := strings.Cut(field, " ")
			name, optional := strings.CutSuffix(name, "?")
			t, _ := ParseType(rest)
			c.Fields[name] = &Field{Type: t, Required: !optional && !t.Optional}
		}
	}
	return c
}
