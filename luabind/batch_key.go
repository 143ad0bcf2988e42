package luabind

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// key gives the key of a row.
func (s *batchSource) key(L *lua.LState, row lua.LValue, number int) (string, error) {
	v, err := s.column(L, "key", s.b.options.Key, row, number)
	if err != nil {
		return "", err
	}
	if s.b.options.Key == nil {
		if v = row; v.Type() != lua.LTString {
			return "", &OptionError{Call: "batch.run", Key: "key", What: `option "key" is missing`, hint: "write key = \"email\", or a function of the row"}
		}
	}
	return keyText(v)
}

// longestKey bounds keys, in octets: they are looked up in an index.
const longestKey = 1000

// keyText reads a key: a text or a number.
func keyText(v lua.LValue) (string, error) {
	text := ""
	switch v := v.(type) {
	case lua.LString:
		text = strings.TrimSpace(string(v))
	case lua.LNumber:
		if !(math.Abs(float64(v)) < 1<<53) {
			return "", &argumentError{text: "the key is a number that cannot be told from its neighbours: " + lua51.Plain(v), hint: "keep such numbers as strings"}
		}
		text = lua51.Plain(v)
	case *lua.LNilType:
		return "", &argumentError{text: "the key is nil"}
	default:
		return "", &argumentError{text: "the key must be a string or a number, got " + describe(v)}
	}
	switch {
	case text == "":
		return "", &argumentError{text: "the key is blank"}
	case len(text) > longestKey:
		return "", &argumentError{text: fmt.Sprintf("the key is longer than %d octets: %s", longestKey, optQuote(text))}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", &argumentError{text: "the key must be UTF-8 without NUL, got " + optQuote(text)}
	}
	return text, nil
}

// column gives what an option says of a row: the value of a column, or what a function returned.
func (s *batchSource) column(L *lua.LState, key string, option, row lua.LValue, number int) (lua.LValue, error) {
	switch o := option.(type) {
	case *lua.LFunction:
		v, err := s.b.rt.invoke(L, o, row, lua.LNumber(number))
		if err != nil {
			return lua.LNil, plainError(err)
		}
		return v, nil
	case lua.LString:
		t, ok := row.(*lua.LTable)
		if !ok {
			return lua.LNil, &argumentError{text: fmt.Sprintf("the row is a string and has no %q; leave %s out, or write a function", string(o), key)}
		}
		v := t.RawGetString(string(o))
		if v == lua.LNil {
			return v, missingColumn(t, string(o))
		}
		return v, nil
	}
	return lua.LNil, nil
}

// missingColumn is the error for a row that lacks a column.
func missingColumn(row *lua.LTable, name string) error {
	var names []string
	row.ForEach(func(k, _ lua.LValue) {
		if text, ok := k.(lua.LString); ok {
			names = append(names, string(text))
		}
	})
	text := fmt.Sprintf("the row has no %q", name)
	if near := Nearest(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return &argumentError{text: text}
}
