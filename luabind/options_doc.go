package luabind

import (
	"fmt"
	"reflect"
	"strings"
)

// optionRow is one option in the documentation.
type optionRow struct {
	Key      string // "[]" stands for the elements without a name
	Type     string // LuaCATS
	Default  string // empty where absent means nothing in particular
	Doc      string
	Required bool
}

// optionsDoc lists the options of struct type t in order of declaration.
// Nested options follow theirs, under dotted keys.
func optionsDoc(t reflect.Type) []optionRow { return schemaOf(t).rows("") }

func (s *optSchema) rows(prefix string) []optionRow {
	var rows []optionRow
	if s.items != nil {
		rows = append(rows, optionRow{Key: "[]", Type: s.items.lua(""), Doc: s.items.doc, Required: s.items.needed})
	}
	for _, f := range s.fields {
		rows = append(rows, optionRow{Key: prefix + f.key, Type: f.lua(""), Default: f.preset, Doc: f.doc, Required: f.needed})
		if f.nested != nil {
			rows = append(rows, f.nested.rows(prefix+f.key+".")...)
		}
	}
	return rows
}

// optionsClass gives the LuaCATS class of the options of struct type t under
// the given name, such as "smtp.ConnectOptions". Nested options are a class
// named by the room and the Go field: "smtp.Timeouts".
func optionsClass(name string, t reflect.Type) string {
	s := schemaOf(t)
	optSchemas.LoadOrStore(name, s)
	room, _, _ := strings.Cut(name, ".")
	var b strings.Builder
	b.WriteString("---@class " + name)
	if s.items != nil {
		fmt.Fprintf(&b, "\n---@field [integer] %s %s", s.items.lua(room), s.items.doc)
	}
	for _, f := range s.fields {
		optional := "?"
		if f.needed {
			optional = ""
		}
		line := fmt.Sprintf("\n---@field %s%s %s %s", f.key, optional, f.lua(room), f.doc)
		if f.preset != "" {
			line += fmt.Sprintf(" (default %s)", f.preset)
		}
		b.WriteString(strings.TrimRight(line, " "))
	}
	return b.String()
}

// lua is the option's type in LuaCATS; without a room nested options are
// plain tables.
func (f *optField) lua(room string) string {
	if f.luaType != "" {
		return f.luaType
	}
	text := "string"
	if len(f.enum) > 0 {
		text = `"` + strings.Join(f.enum, `"|"`) + `"`
	}
	switch f.kind {
	case optText:
		return text
	case optTexts:
		return f.luaTexts(text)
	case optNested:
		if room == "" {
			return "table"
		}
		return room + "." + f.name
	}
	return [...]string{
		optBool: "boolean", optWhole: "integer", optNumber: "number", optDuration: "number|string", optSize: "integer|string",
		optAny: "any", optTable: "table", optFunction: "function", optItems: "any",
	}[f.kind]
}

func (f *optField) luaTexts(text string) string {
	list := text + "[]"
	if strings.Contains(text, "|") {
		list = "(" + text + ")[]"
	}
	if f.one {
		return text + "|" + list
	}
	return list
}
