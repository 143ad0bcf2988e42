package luabind

import (
	"reflect"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// optionFromText turns text, such as a value of a URL's query, into what the
// option key of struct type t takes: a number or a boolean where it wants
// one and the text is one, else the text itself. Checking stays with
// bindOptions, and a password of digits stays a string.
func optionFromText(t reflect.Type, key, text string) lua.LValue {
	field := schemaOf(t).byKey[key]
	if field == nil || field.secret {
		return lua.LString(text)
	}
	switch field.kind {
	case optBool, optAny:
		if text == "true" || text == "false" {
			return lua.LBool(text == "true")
		}
	}
	switch field.kind {
	case optWhole, optNumber, optAny:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return lua.LNumber(n)
		}
	}
	return lua.LString(text)
}
