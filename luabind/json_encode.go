package luabind

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// jsonEncodeOptions are the options of json.encode.
type jsonEncodeOptions struct {
	Indent int   `lua:"indent" min:"0" max:"16" doc:"blanks for each level; 0 writes all on one line" default:"0"`
	Sort   *bool `lua:"sort" doc:"false writes names in the table's own order" default:"true"`
	HTML   bool  `lua:"html" doc:"write < > & as escapes, so that the text can stand in a page's script"`
}

func (rt *Runtime) jsonEncode(L *lua.LState) int {
	const call = "json.encode"
	var o jsonEncodeOptions
	checkOptions(L, call, 2, &o)
	w := rt.valueWalk(L, "JSON", &data.JSONWriter{Indent: strings.Repeat(" ", o.Indent), HTML: o.HTML})
	w.sort = o.Sort == nil || *o.Sort
	return w.push(L, call)
}

// valueWalk begins to write a value by out; form is what that writes.
func (rt *Runtime) valueWalk(L *lua.LState, form string, out pieceWriter) *valueWalk {
	return &valueWalk{marks: rt.jsonMarks(), sort: true, left: jsonNodes, ctx: L.Context(), form: form, out: out}
}

// push gives the call's first argument as it is written.
func (w *valueWalk) push(L *lua.LState, call string) int {
	if L.GetTop() == 0 {
		raiseArgument(L, call+": a value is missing")
	}
	if err := w.value(L.Get(1)); err != nil {
		raise(L, treeRoot(call+": value", err))
	}
	L.Push(lua.LString(w.out.String()))
	return 1
}

// jsonNodes bounds what one json.encode writes, and checkEvery is after how
// many values it looks whether the script shall end.
const (
	jsonNodes  = 1 << 23
	checkEvery = 1 << 14
)

// valueWalk writes one Lua value as JSON or YAML; left bounds how many values it may meet,
// because a table that is met many times has no other bound.
type valueWalk struct {
	marks *jsonMarks
	sort  bool
	left  int
	ctx   context.Context
	form  string // "JSON", for errors
	out   pieceWriter
	open  []*lua.LTable
}

// pieceWriter writes a value piece by piece.
type pieceWriter interface {
	scalarWriter
	tableWriter
	fmt.Stringer
}

type tableWriter interface {
	Begin(bracket byte) error
	End(bracket byte)
	Key(name string) error
}

type scalarWriter interface {
	Null()
	Bool(b bool)
	Number(n float64) error
	Text(s string) error
}

func (w *valueWalk) value(v lua.LValue) error {
	if w.left--; w.left < 0 {
		return treeFail("holds more than %d values", jsonNodes)
	}
	if w.left%checkEvery == 0 && w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	switch v := v.(type) {
	case *lua.LNilType:
		w.out.Null()
	case lua.LBool:
		w.out.Bool(bool(v))
	case lua.LNumber:
		return jsonFault(w.out.Number(float64(v)), v)
	case lua.LString:
		return jsonFault(w.out.Text(string(v)), nil)
	case *lua.LTable:
		return w.table(v)
	case *lua.LUserData:
		return w.object(v)
	default:
		return treeFail("has no form in %s: it is %s", w.form, describe(v))
	}
	return nil
}

// jsonFault makes an error of the walk of one of the writer.
func jsonFault(err error, v lua.LValue) error {
	switch {
	case err == nil:
		return nil
	case v != nil:
		return treeFail("%v: %s", err, v.String())
	}
	return treeFail("%v", err)
}

func (w *valueWalk) object(ud *lua.LUserData) error {
	switch v := ud.Value.(type) {
	case jsonNull, data.SQLNull:
		w.out.Null()
		return nil
	case time.Time:
		return w.out.Text(data.ISOTime(v))
	}
	return treeFail("has no form in %s: it is %s", w.form, describe(ud))
}

func (w *valueWalk) table(t *lua.LTable) error {
	if slices.Contains(w.open, t) {
		return treeFail("holds itself")
	}
	w.open = append(w.open, t)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	n := t.Len()
	if t.Metatable == w.marks.array || n > 0 && t.Metatable != w.marks.object {
		return w.array(t, n)
	}
	return w.fields(t)
}

func (w *valueWalk) array(t *lua.LTable, n int) error {
	if key, _ := optAfter(t, n); key != lua.LNil {
		return jsonStray(key, n)
	}
	if err := w.out.Begin('['); err != nil {
		return jsonFault(err, nil)
	}
	for i := 1; i <= n; i++ {
		v := t.RawGetInt(i)
		if v == lua.LNil {
			return treeFail("has no element %d of %d", i, n)
		}
		if err := w.value(v); err != nil {
			return treeUnder("["+strconv.Itoa(i)+"]", err)
		}
	}
	w.out.End(']')
	return nil
}

// jsonStray is the error for a key that an array or an object cannot have.
func jsonStray(key lua.LValue, n int) error {
	switch key := key.(type) {
	case lua.LString:
		return treeFail("has both elements and the name %s", optQuote(string(key)))
	case lua.LNumber:
		if n > 0 {
			return treeFail("has the elements 1 to %d and a key [%s]", n, key.String())
		}
		return treeFail("has the key [%s] but no element 1; json.object takes numbers for names", key.String())
	}
	return treeFail("has %s for a key", describe(key))
}

func (w *valueWalk) fields(t *lua.LTable) error {
	names, err := w.names(t)
	if err != nil {
		return err
	}
	if err := w.out.Begin('{'); err != nil {
		return jsonFault(err, nil)
	}
	for _, f := range names {
		if err := w.out.Key(f.name); err != nil {
			return treeFail("has a name that %v", err)
		}
		if err := w.value(f.value); err != nil {
			return treeUnder(treeStep(f.name), err)
		}
	}
	w.out.End('}')
	return nil
}

type jsonField struct {
	name  string
	value lua.LValue
}

// names lists the fields of an object. Numbers are names where the script
// says that the table is an object.
func (w *valueWalk) names(t *lua.LTable) ([]jsonField, error) {
	var list []jsonField
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		_, number := key.(lua.LNumber)
		if _, text := key.(lua.LString); !text && (!number || t.Metatable != w.marks.object) {
			return nil, jsonStray(key, 0)
		}
		list = append(list, jsonField{key.String(), value})
	}
	if w.sort {
		slices.SortFunc(list, func(a, b jsonField) int { return strings.Compare(a.name, b.name) })
	}
	return list, nil
}
