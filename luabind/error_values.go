package luabind

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what is shown of a table that was raised.
const (
	shownFields = 8
	shownText   = 60
)

// describedValue makes an error of any value that Lua code raised.
func (rt *Runtime) describedValue(L *lua.LState, v lua.LValue) *ScriptError {
	switch v := v.(type) {
	case lua.LString:
		return &ScriptError{Text: string(v)}
	case lua.LNumber:
		return &ScriptError{Text: lua51.Plain(v)}
	case *lua.LNilType:
		return &ScriptError{Text: "error object is a nil value", Advice: `error needs a text: error("what went wrong")`}
	}
	text, ok, failed := rt.ownText(L, v)
	if ok {
		return &ScriptError{Text: text}
	}
	text = fmt.Sprintf("error object is a %s value", v.Type())
	if failed {
		text += " (and its __tostring failed)"
	}
	if t, isTable := v.(*lua.LTable); isTable {
		text += fieldsText(t)
	}
	return &ScriptError{Text: text}
}

// ownText asks a value's __tostring, which may fail.
func (rt *Runtime) ownText(L *lua.LState, v lua.LValue) (text string, ok, failed bool) {
	f, isFunction := L.GetMetaField(v, "__tostring").(*lua.LFunction)
	if !isFunction {
		return "", false, false
	}
	t, err := rt.protect(L, []lua.LValue{f, v}, 1, nil)
	if err != nil {
		return "", false, true
	}
	result := t.Get(-1)
	rt.protected.give(t)
	if s, isText := result.(lua.LString); isText {
		return string(s), true, false
	}
	return "", false, true
}

// fieldsText shows the fields of a small table of plain values. What may be a
// secret is left out.
func fieldsText(t *lua.LTable) string {
	var parts []string
	whole := true
	t.ForEach(func(k, v lua.LValue) {
		name := k.String()
		if n, isNumber := k.(lua.LNumber); isNumber {
			name = "[" + lua51.Plain(n) + "]"
		}
		if len(parts) > shownFields || len(name) > shownText {
			whole = false
			return
		}
		parts = append(parts, name+" = "+fieldValue(name, v))
	})
	if len(parts) == 0 || len(parts) > shownFields || !whole {
		return ""
	}
	sort.Strings(parts)
	return ": { " + strings.Join(parts, ", ") + " }"
}

// fieldValue writes a value as Lua source, shortened.
func fieldValue(name string, v lua.LValue) string {
	lower := strings.ToLower(name)
	for _, word := range []string{"pass", "secret", "token", "key", "auth"} {
		if strings.Contains(lower, word) {
			return "…"
		}
	}
	switch v := v.(type) {
	case lua.LString:
		text := string(v)
		if len(text) > shownText {
			text = strings.ToValidUTF8(text[:shownText], "") + "…"
		}
		return strconv.Quote(text)
	case lua.LNumber, lua.LBool:
		return lua51.Plain(v)
	}
	return "a " + v.Type().String()
}
