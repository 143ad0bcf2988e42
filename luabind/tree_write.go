package luabind

import (
	"maps"
	"slices"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// toLua makes a Lua value of plain Go data, or raises an error of kind
// "argument" for anything else.
func toLua(L *lua.LState, v any) lua.LValue {
	value, err := treeToLua(L, v)
	if err != nil {
		raise(L, err)
	}
	return value
}

// treeToLua makes a Lua value of nil, booleans, numbers, strings, bytes,
// durations (as seconds), times (as Unix seconds), Lua values, and slices
// and maps of these by string. Errors are *TreeError.
func treeToLua(L *lua.LState, v any) (lua.LValue, error) {
	value, err := treeWriter{L}.value(v, 0)
	if err != nil {
		return nil, treeRoot("value", err)
	}
	return value, nil
}

type treeWriter struct{ L *lua.LState }

func (w treeWriter) value(v any, depth int) (lua.LValue, error) {
	if depth > treeDepth {
		return nil, treeFail("nests deeper than %d tables", treeDepth)
	}
	switch v := v.(type) {
	case []any:
		return treeList(w, v, depth)
	case []string:
		return treeList(w, v, depth)
	case map[string]any:
		return treeMap(w, v, depth)
	case map[string]string:
		return treeMap(w, v, depth)
	}
	if leaf := treeLeaf(v); leaf != nil {
		return leaf, nil
	}
	return nil, treeFail("has no form in Lua (%T)", v)
}

// treeLeaf makes a Lua value of anything but slices and maps; nil where it
// has none.
func treeLeaf(v any) lua.LValue {
	switch v := v.(type) {
	case nil:
		return lua.LNil
	case lua.LValue:
		return v
	case bool:
		return lua.LBool(v)
	case string:
		return lua.LString(v)
	case []byte:
		return lua.LString(v)
	case int:
		return lua.LNumber(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case time.Duration:
		return lua.LNumber(v.Seconds())
	case time.Time:
		return lua.LNumber(v.Unix())
	}
	return nil
}

func treeList[T any](w treeWriter, list []T, depth int) (lua.LValue, error) {
	t := w.L.CreateTable(len(list), 0)
	for i, element := range list {
		v, err := w.value(element, depth+1)
		if err != nil {
			return nil, treeUnder("["+strconv.Itoa(i+1)+"]", err)
		}
		t.RawSetInt(i+1, v)
	}
	return t, nil
}

// treeMap makes a table whose pairs come in the order of the sorted keys.
func treeMap[T any](w treeWriter, m map[string]T, depth int) (lua.LValue, error) {
	t := w.L.CreateTable(0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, err := w.value(m[key], depth+1)
		if err != nil {
			return nil, treeUnder(treeStep(key), err)
		}
		t.RawSetString(key, v)
	}
	return t, nil
}
