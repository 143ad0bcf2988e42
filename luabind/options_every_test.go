package luabind

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// everySchema gives each options struct of the binding table by the class that
// documents it.
func everySchema(t *testing.T) map[string]*optSchema {
	t.Helper()
	modules(nil) // which makes the classes
	all := map[string]*optSchema{}
	optSchemas.Range(func(key, value any) bool {
		if name, ok := key.(string); ok {
			all[name] = value.(*optSchema)
		}
		return true
	})
	if len(all) < 20 {
		t.Fatalf("%d classes of options", len(all))
	}
	return all
}

// secretWord stands for whatever nobody may see.
const secretWord = "hunter2"

// mistake is a value that an option cannot have, and what the error says.
type mistake struct {
	what  string
	value lua.LValue
	want  string // within the error; "" where the option takes such a value after all
}

// mistakes lists wrong values of a field. Whatever text they hold is a secret.
func mistakes(L *lua.LState, f *optField) []mistake {
	cyclic, deep, hostile, holds := L.NewTable(), L.NewTable(), L.NewTable(), L.NewTable()
	cyclic.RawSetString("self", cyclic)
	inner := deep
	for range 500 {
		next := L.NewTable()
		inner.RawSetInt(1, next)
		inner = next
	}
	meta := L.NewTable()
	for _, event := range []string{"__index", "__tostring", "__len", "__eq"} {
		meta.RawSetString(event, L.NewFunction(func(L *lua.LState) int { L.RaiseError("%s", secretWord); return 0 }))
	}
	hostile.Metatable = meta
	holds.RawSetString("password", lua.LString(secretWord))
	function, object := L.NewFunction(func(*lua.LState) int { return 0 }), L.NewUserData()
	list := []mistake{
		{"true", lua.LTrue, "got a boolean"}, {"a function", function, "got a function"}, {"an object", object, "got an object"},
		{"a table that holds itself", cyclic, "got a table"}, {"a very deep table", deep, "got a table"}, {"a hostile table", hostile, "got a table"},
		{"a table with a secret", holds, "got a table"}, {"NaN", lua.LNumber(math.NaN()), ""}, {"infinity", lua.LNumber(math.Inf(1)), ""},
		{"a huge number", lua.LNumber(1e300), ""}, {"a fraction", lua.LNumber(-0.25), ""}, {"a long text", lua.LString(strings.Repeat(secretWord, 1000)), ""},
		{"a text with line ends", lua.LString(secretWord + "\r\n\x00\xff"), ""},
	}
	return slices.DeleteFunc(list, func(m mistake) bool { return takes(f, m.value) })
}

// takes tells whether a value is of the type of the field, so that it may be right.
func takes(f *optField, v lua.LValue) bool {
	switch f.kind {
	case optAny:
		return true
	case optNumber:
		n, ok := v.(lua.LNumber)
		return ok && math.Abs(float64(n)) <= math.MaxFloat64 && !f.min.set && !f.max.set
	case optBool:
		return v.Type() == lua.LTBool
	case optFunction:
		return v.Type() == lua.LTFunction
	case optTable, optNested:
		return v.Type() == lua.LTTable
	case optTexts:
		return v.Type() == lua.LTTable || f.one && v.Type() == lua.LTString
	case optText:
		return v.Type() == lua.LTString && len(f.enum) == 0
	}
	return false
}

// right is a value that the field takes, for what is required.
func right(L *lua.LState, f *optField) lua.LValue {
	switch {
	case len(f.enum) > 0:
		return lua.LString(f.enum[0])
	case f.kind == optTexts, f.kind == optNested, f.kind == optTable:
		return L.NewTable()
	case f.kind == optBool:
		return lua.LTrue
	case f.kind == optWhole, f.kind == optNumber, f.kind == optDuration, f.kind == optSize:
		return lua.LNumber(max(1, f.min.value))
	case f.kind == optFunction:
		return L.NewFunction(func(*lua.LState) int { return 0 })
	}
	return lua.LString("x")
}

// bindEvery binds options to a new struct of the schema's type, both ways, and
// gives the error, which must be the same.
func bindEvery(t *testing.T, s *optSchema, table *lua.LTable) error {
	t.Helper()
	typ := schemaType(t, s)
	one, two := bindOptions("x.y", table, reflect.New(typ).Interface()), readOptions("x.y", table, reflect.New(typ).Interface())
	if fmt.Sprint(one) != fmt.Sprint(two) {
		t.Errorf("with gluamapper %v, without %v", one, two)
	}
	return one
}

func schemaType(t *testing.T, s *optSchema) (typ reflect.Type) {
	t.Helper()
	optSchemas.Range(func(key, value any) bool {
		if struc, ok := key.(reflect.Type); ok && value == any(s) {
			typ = struc
		}
		return typ == nil
	})
	if typ == nil {
		t.Fatal("a schema of no type")
	}
	return typ
}

// wantMistake wants one line that names call and option, says what was wrong,
// and shows no secret.
func wantMistake(t *testing.T, what string, err error, secret bool, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	text := err.Error()
	if e, ok := err.(*OptionError); !ok || e.Kind() != "argument" || !strings.HasPrefix(text, "x.y: ") || strings.ContainsAny(text, "\r\n\x00") || len(text) > 400 {
		t.Errorf("%s: %T %q", what, err, text)
	}
	if secret && strings.Contains(text, secretWord) {
		t.Errorf("%s shows a secret: %s", what, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s: %q lacks %q", what, text, part)
		}
	}
}

// TestEveryOption makes each kind of mistake with each option of each options
// struct that scripts can fill.
func TestEveryOption(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	for class, s := range everySchema(t) {
		t.Run(class, func(t *testing.T) {
			base := func() *lua.LTable {
				table := L.NewTable()
				for _, f := range s.needed {
					table.RawSetString(f.key, right(L, f))
				}
				if s.items != nil {
					table.Append(lua.LString("x"))
				}
				return table
			}
			if err := bindEvery(t, s, base()); err != nil {
				t.Fatal(err)
			}
			for _, f := range s.fields {
				everyMistake(t, L, s, f, base)
			}
			wrongKeys(t, L, s, base)
		})
	}
}

func everyMistake(t *testing.T, L *lua.LState, s *optSchema, f *optField, base func() *lua.LTable) {
	t.Helper()
	quoted := fmt.Sprintf("option %q", f.key)
	with := func(v lua.LValue) error {
		table := base()
		table.RawSetString(f.key, v)
		return bindEvery(t, s, table)
	}
	for _, m := range mistakes(L, f) {
		isText := m.value.Type() == lua.LTString
		wantMistake(t, f.key+" = "+m.what, with(m.value), f.secret || !isText, quoted, m.want)
	}
	if f.min.set {
		wantMistake(t, f.key+" too small", with(lua.LNumber(-1e6)), true, quoted, "must be")
	}
	if f.max.set {
		wantMistake(t, f.key+" too large", with(lua.LNumber(1e15)), true, quoted, "must be")
	}
	if len(f.enum) > 0 {
		wantMistake(t, f.key+" is none of its words", with(lua.LString("no such word")), true, fmt.Sprintf("option %q", f.key), "must be one of", f.enum[0])
	}
	if f.kind == optTexts {
		list := L.NewTable()
		list.Append(lua.LString("x"))
		list.Append(lua.LNumber(1))
		if len(f.enum) == 0 {
			wantMistake(t, f.key+" with a number in its list", with(list), true, fmt.Sprintf(`option "%s[2]" must be a string, got a number`, f.key))
		}
		named := L.NewTable()
		named.RawSetString("password", lua.LString(secretWord))
		wantMistake(t, f.key+" with named keys", with(named), true, quoted, "must be a list")
	}
	if f.needed {
		table := base()
		table.RawSetString(f.key, lua.LNil)
		wantMistake(t, f.key+" missing", bindEvery(t, s, table), true, quoted, "is missing")
	}
	if len(f.key) > 3 {
		table := base()
		table.RawSetString(f.key[:len(f.key)-1]+f.key[len(f.key)-1:]+"x", lua.LString(secretWord))
		wantMistake(t, f.key+" misspelt", bindEvery(t, s, table), true, fmt.Sprintf("unknown option %q; did you mean", f.key+"x"))
	}
}

// wrongKeys are keys that no option has.
func wrongKeys(t *testing.T, L *lua.LState, s *optSchema, base func() *lua.LTable) {
	t.Helper()
	for _, key := range []lua.LValue{lua.LTrue, lua.LNumber(0), lua.LNumber(-1), lua.LNumber(1.5), lua.LNumber(1e300), lua.LNumber(math.Inf(1)), L.NewTable(), L.NewUserData()} {
		table := base()
		table.RawSet(key, lua.LString(secretWord))
		wantMistake(t, "a key that is "+describe(key), bindEvery(t, s, table), true)
	}
	for _, key := range []string{"", "frobnicate", "a\r\nb", "\x00", strings.Repeat("k", 1<<21)} {
		table := base()
		table.RawSetString(key, lua.LString(secretWord))
		wantMistake(t, "an unknown key", bindEvery(t, s, table), true, "unknown option")
	}
	if s.items == nil {
		table := base()
		table.Append(lua.LString(secretWord))
		wantMistake(t, "an element without a name", bindEvery(t, s, table), true, "a value without a name is no option")
	}
}
