package luabind

import (
	"fmt"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// registerClass makes the metatable that all objects of the class share. A name
// that is neither method nor field is an error that names the nearest.
func (rt *Runtime) registerClass(c *Class) {
	L := rt.state
	mt := L.NewTable()
	if c.get == nil {
		mt.RawSetString("__index", rt.methodTable(c))
	} else {
		mt.RawSetString("__index", rt.memberFunction(c))
	}
	mt.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(c.Name))
		return 1
	}))
	for name, f := range c.meta {
		mt.RawSetString(name, L.NewFunction(guard(c.Name+"."+name, f)))
	}
	rt.metas[c.Name] = mt
}

// methodTable is for classes without fields: a table is looked up without a call.
func (rt *Runtime) methodTable(c *Class) *lua.LTable {
	L, names := rt.state, c.names()
	methods, unknown := L.NewTable(), L.NewTable()
	for _, f := range c.Methods {
		methods.RawSetString(f.Name, rt.named(c.Name+":"+f.Name, L.NewFunction(guard(c.Name+":"+f.Name, f.Fn))))
	}
	unknown.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		raiseArgument(L, unknownText(c.Name, "field", L.Get(2).String(), names))
		return 0
	}))
	methods.Metatable = unknown
	return methods
}

// memberFunction looks methods up by Go map, and fields by the class.
func (rt *Runtime) memberFunction(c *Class) *lua.LFunction {
	L, names := rt.state, c.names()
	methods := make(map[lua.LValue]*lua.LFunction, len(c.Methods))
	for _, f := range c.Methods {
		methods[lua.LString(f.Name)] = rt.named(c.Name+":"+f.Name, L.NewFunction(guard(c.Name+":"+f.Name, f.Fn)))
	}
	return L.NewFunction(func(L *lua.LState) int {
		key := L.Get(2)
		if f, ok := methods[key]; ok {
			L.Push(f)
			return 1
		}
		if v := c.get(L, L.CheckUserData(1).Value, key); v != nil {
			L.Push(v)
			return 1
		}
		raiseArgument(L, unknownText(c.Name, "field", key.String(), names))
		return 0
	})
}

// names lists the methods and fields of the class.
func (c *Class) names() []string {
	var names []string
	for _, f := range c.Methods {
		names = append(names, f.Name)
	}
	for _, f := range c.Fields {
		names = append(names, f.Name)
	}
	return names
}

// newObject makes the userdata of the class around v.
func (rt *Runtime) newObject(L *lua.LState, class string, v any) *lua.LUserData {
	ud := L.NewUserData()
	ud.Value = v
	ud.Metatable = rt.metas[class]
	return ud
}

// checkObject reads argument n, which must be an object that holds a T.
func checkObject[T any](L *lua.LState, n int, class string) T {
	if ud, ok := L.Get(n).(*lua.LUserData); ok {
		if v, ok := ud.Value.(T); ok {
			return v
		}
	}
	text := fmt.Sprintf("%s expected, got %s", class, describe(L.Get(n)))
	if n == 1 {
		text += "; call methods with a colon"
	}
	raiseArgument(L, text)
	panic("unreachable")
}

// describe names the type of a value for an error text.
func describe(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNil:
		return "nothing"
	case lua.LTUserData:
		return "an object"
	case lua.LTTable:
		return "a table"
	}
	return "a " + v.Type().String()
}

// unknownText is the error for a name that does not exist.
func unknownText(where, what, name string, names []string) string {
	text := fmt.Sprintf("%s has no %s %q", where, what, name)
	if near := Nearest(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// argString reads argument n as a string that must be given.
func argString(L *lua.LState, call string, n int, what string) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return lua51.Plain(v)
	}
	raiseArgument(L, fmt.Sprintf("%s: %s must be a string, got %s", call, what, describe(L.Get(n))))
	return ""
}

// argTable reads argument n as a table that must be given.
func argTable(L *lua.LState, call string, n int, what string) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: %s must be a table, got %s", call, what, describe(L.Get(n))))
	}
	return t
}

// argTableOrNil reads argument n as a table, or gives nil where it is nil.
func argTableOrNil(L *lua.LState, call string, n int, what string) *lua.LTable {
	if L.Get(n) == lua.LNil {
		return nil
	}
	return argTable(L, call, n, what)
}

// optString reads argument n as a string, or gives "" where it is nil.
func optString(L *lua.LState, call string, n int, what string) string {
	if L.Get(n) == lua.LNil {
		return ""
	}
	return argString(L, call, n, what)
}

// stringList reads a string or a list of strings.
func stringList(call, what string, v lua.LValue) ([]string, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LString:
		return []string{string(v)}, nil
	case *lua.LTable:
		list := make([]string, 0, v.Len())
		for i := 1; i <= v.Len(); i++ {
			s, ok := v.RawGetInt(i).(lua.LString)
			if !ok {
				return nil, &argumentError{text: fmt.Sprintf("%s: %s[%d] must be a string, got %s", call, what, i, describe(v.RawGetInt(i)))}
			}
			list = append(list, string(s))
		}
		return list, nil
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: %s must be a string or a list of strings, got %s", call, what, describe(v))}
}

// luaList makes a Lua list of strings.
func luaList(L *lua.LState, list []string) *lua.LTable {
	t := L.CreateTable(len(list), 0)
	for i, s := range list {
		t.RawSetInt(i+1, lua.LString(s))
	}
	return t
}

// isHeaderName tells the keys of a part that are header fields: those with a
// capital letter or a hyphen.
func isHeaderName(key string) bool {
	return strings.ContainsAny(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
}
