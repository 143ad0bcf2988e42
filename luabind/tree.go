package luabind

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of a walk. The depth keeps recursion from ending the process; the
// nodes keep a table that refers to itself in many places from growing
// without end.
const (
	treeDepth = 64
	treeNodes = 1 << 20
)

// TreeError is a Lua value that cannot become plain data, or the other way.
// Its kind is "argument".
type TreeError struct {
	Path string // "headers.x[3]"; the root's name alone for the root
	What string
}

// Error is one line: the path, and what is wrong there.
func (e *TreeError) Error() string { return strings.TrimPrefix(e.Path+" "+e.What, " ") }

// Kind is "argument".
func (e *TreeError) Kind() string { return "argument" }

// treeMixed is a table with both elements and named values, where a reader
// keeps those.
type treeMixed struct {
	List   []any
	Fields map[string]any
}

// treeReader turns Lua values into plain data: map[string]any, []any,
// string, float64, bool and nil. A table whose keys are 1 to n is a list,
// one whose keys are strings a map, an empty one a map.
type treeReader struct {
	root   string                               // how errors name the value: "row"
	split  bool                                 // mixed tables give treeMixed instead of an error
	object func(ud *lua.LUserData) (any, error) // what userdata means; nil refuses it
	number func(n float64) any                  // what a number means; nil: itself
	depth  int                                  // 0: treeDepth
	nodes  int                                  // 0: treeNodes
}

// treeFromLua reads v with the usual bounds; root names it in errors.
func treeFromLua(root string, v lua.LValue) (any, error) {
	return treeReader{root: root}.read(v)
}

// read turns one value into plain data. Errors are *TreeError, or what the
// object hook returned.
func (r treeReader) read(v lua.LValue) (any, error) {
	if r.depth == 0 {
		r.depth = treeDepth
	}
	if r.nodes == 0 {
		r.nodes = treeNodes
	}
	w := treeWalk{treeReader: r, left: r.nodes}
	tree, err := w.value(v)
	if err != nil {
		return nil, treeRoot(r.root, err)
	}
	return tree, nil
}

// treeWalk is one walk: how many values it may still meet, and which tables
// it is in.
type treeWalk struct {
	treeReader
	left int
	open []*lua.LTable
}

func (w *treeWalk) value(v lua.LValue) (any, error) {
	if w.left--; w.left < 0 {
		return nil, treeFail("holds more than %d values", w.nodes)
	}
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LBool:
		return bool(v), nil
	case lua.LNumber:
		if w.number != nil {
			return w.number(float64(v)), nil
		}
		return float64(v), nil
	case lua.LString:
		return string(v), nil
	case *lua.LTable:
		return w.table(v)
	case *lua.LUserData:
		if w.object != nil {
			return w.object(v)
		}
	}
	return nil, treeFail("must be plain data, got %s", describe(v))
}

func (w *treeWalk) table(t *lua.LTable) (any, error) {
	if slices.Contains(w.open, t) {
		return nil, treeFail("holds itself")
	}
	if len(w.open) >= w.depth {
		return nil, treeFail("nests deeper than %d tables", w.depth)
	}
	w.open = append(w.open, t)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	list, err := w.list(t)
	if err != nil {
		return nil, err
	}
	fields, err := w.fields(t, len(list))
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return fields, nil
	case len(fields) == 0:
		return list, nil
	case w.split:
		return treeMixed{list, fields}, nil
	}
	return nil, treeFail("has both elements and named values")
}

// list reads the elements 1 to n; a hole among them is an error, because a
// list that ends at a nil loses what follows.
func (w *treeWalk) list(t *lua.LTable) ([]any, error) {
	n := t.Len()
	var list []any
	for i := 1; i <= n; i++ {
		element := t.RawGetInt(i)
		if element == lua.LNil {
			return nil, treeFail("has no element %d of %d", i, n)
		}
		v, err := w.value(element)
		if err != nil {
			return nil, treeUnder("["+strconv.Itoa(i)+"]", err)
		}
		list = append(list, v)
	}
	return list, nil
}

// fields reads the named values. The first n elements have been read.
func (w *treeWalk) fields(t *lua.LTable, n int) (map[string]any, error) {
	var fields map[string]any
	if n == 0 {
		fields = map[string]any{}
	}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		switch key := key.(type) {
		case lua.LString:
			v, err := w.value(value)
			if err != nil {
				return nil, treeUnder(treeStep(string(key)), err)
			}
			if fields == nil {
				fields = map[string]any{}
			}
			fields[string(key)] = v
		case lua.LNumber:
			if key < 1 || key > lua.LNumber(n) || key != lua.LNumber(int(key)) {
				return nil, treeFail("has the key [%s], which is neither a name nor an element's number", lua51.Plain(key))
			}
		default:
			return nil, treeFail("has %s for a key", describe(key))
		}
	}
	return fields, nil
}

// treeInteger makes whole numbers int64, for readers that print them: a
// million shall not become 1e+06.
func treeInteger(n float64) any {
	if optIsWhole(n) {
		return int64(n)
	}
	return n
}

func treeFail(format string, args ...any) error {
	return &TreeError{What: fmt.Sprintf(format, args...)}
}

// treeUnder puts one step before the path of a TreeError. Paths are made on
// the way out of a failed walk, so that a walk that succeeds pays nothing.
func treeUnder(step string, err error) error {
	if e, ok := err.(*TreeError); ok { //nolint:errorlint // our own, never wrapped
		e.Path = step + e.Path
	}
	return err
}

// treeRoot ends a path with the root's name.
func treeRoot(root string, err error) error {
	err = treeUnder(root, err)
	if e, ok := err.(*TreeError); ok && root == "" { //nolint:errorlint // our own, never wrapped
		e.Path = strings.TrimPrefix(e.Path, ".")
	}
	return err
}

// longestStep bounds the keys that are written as they are, in octets.
const longestStep = 64

// treeStep writes a key as Lua would: .name or ["other key"].
func treeStep(key string) string {
	for i := range len(key) {
		c := key[i] | 0x20
		letter := c >= 'a' && c <= 'z' || key[i] == '_'
		if !letter && (i == 0 || key[i] < '0' || key[i] > '9') {
			return "[" + optQuote(key) + "]"
		}
	}
	if key == "" || len(key) > longestStep {
		return "[" + optQuote(key) + "]"
	}
	return "." + key
}
