package luabind

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// rowRuntime makes a state for rows.
func rowRuntime(tb testing.TB) *Runtime {
	tb.Helper()
	ctx, cancel := context.WithCancelCause(tb.Context())
	tb.Cleanup(func() { cancel(nil) })
	program, err := Compile(Script{Name: "test.lua"})
	if err != nil {
		tb.Fatal(err)
	}
	rt := newRuntime(ctx, &Host{Stdin: strings.NewReader(""), Wall: time.Now, Mono: time.Now}, program, cancel)
	rt.base = ctx
	tb.Cleanup(rt.state.Close)
	return rt
}

// luaOf gives the value of a Lua expression.
func luaOf(tb testing.TB, rt *Runtime, expression string) lua.LValue {
	tb.Helper()
	if err := rt.state.DoString("json, time = require 'json', require 'time'\nreturn " + expression); err != nil {
		tb.Fatal(err)
	}
	v := rt.state.Get(-1)
	rt.state.Pop(1)
	return v
}

// TestRowJSON shows how rows are kept, and that they come back as they were.
func TestRowJSON(t *testing.T) {
	rt := rowRuntime(t)
	for expression, want := range map[string]string{
		`{ name = "Ann", email = "a@x.test" }`:    `{"name":"Ann","email":"a@x.test"}`,
		`"ann@x.test"`:                            `"ann@x.test"`,
		`{ 1, 2.5, true, "x" }`:                   `[1,2.5,true,"x"]`,
		`{}`:                                      `{}`,
		`json.array{}`:                            `[]`,
		`json.array{ 1 }`:                         `[1]`,
		`{ a = json.null }`:                       `{"a":null}`,
		`{ 1, nil, 3 }`:                           `{"$table":[[1,1],[3,3]]}`,
		`{ [10] = "x" }`:                          `{"$table":[[10,"x"]]}`,
		`{ "a", b = 2 }`:                          `{"$table":[[1,"a"],["b",2]]}`,
		`json.object{ [2026] = "a" }`:             `{"$object":[[2026,"a"]]}`,
		`{ ["$bytes"] = "x", ["$$"] = 1 }`:        `{"$$bytes":"x","$$$":1}`,
		`{ a = "\255\0" }`:                        `{"a":{"$bytes":"/wA="}}`,
		`{ ["\255"] = 1 }`:                        `{"$table":[[{"$bytes":"/w=="},1]]}`,
		`"a\"b\\c\nd\te\rf\0g\127" .. "\195\188"`: `"a\"b\\c\nd\te\rf\u0000g\u007fü"`,
		`{ 2^53, -2^53, 2^63, 1e300, 0.1, -0.0 * 1, 123456789012345 }`: `[9.007199254740992e+15,-9.007199254740992e+15,9.223372036854776e+18,1e+300,0.1,-0,123456789012345]`,
		`{ 0/0, 1/0, -1/0 }`:                                                   `[{"$number":"nan"},{"$number":"inf"},{"$number":"-inf"}]`,
		`{ at = time.parse("2026-10-05T10:00:00Z") }`:                          `{"at":{"$time":"2026-10-05T10:00:00Z"}}`,
		`{ at = time.parse("2026-10-05T10:00:00Z"):in_zone("Europe/Berlin") }`: `{"at":{"$time":"2026-10-05T12:00:00+02:00[Europe/Berlin]"}}`,
		`{ deep = { deep = { list = { { a = 1 }, {} } } } }`:                   `{"deep":{"deep":{"list":[{"a":1},{}]}}}`,
		`setmetatable({ a = 1 }, { __index = { b = 2 } })`:                     `{"a":1}`,
		`{ [true] = 1 }`: `{"$table":[[true,1]]}`,
	} {
		v := luaOf(t, rt, expression)
		row, err := rowJSON(v, rt.jsonMarks())
		if err != nil || string(row) != want {
			t.Errorf("%s is kept as %s, want %s (%v)", expression, row, want, err)
			continue
		}
		back, err := rt.rowValue(row)
		if err != nil || !sameLua(v, back) {
			t.Errorf("%s comes back as %s (%v)", row, luaShown(back), err)
		}
		if _, err := rowTree(row); err != nil {
			t.Errorf("%s is no tree: %v", row, err)
		}
	}
}

func TestRowJSONRefuses(t *testing.T) {
	rt := rowRuntime(t)
	rt.state.SetGlobal("nest", rt.state.NewFunction(func(L *lua.LState) int {
		inner := L.NewTable()
		for range 100 {
			outer := L.NewTable()
			outer.RawSetString("t", inner)
			inner = outer
		}
		L.Push(inner)
		return 1
	}))
	for expression, want := range map[string]string{
		`{ f = print }`:               "row.f must be plain data, got a function",
		`{ list = { 1, io.stdout } }`: "row.list[2] must be plain data, got an object",
		`(function() local t = {} t.x = { t } return t end)()`: "row.x[1] holds itself",
		`nest()`:       "nests deeper than 48 tables",
		`{ [{}] = 1 }`: "row has a table for a key",
		`("x"):rep(17 * 2^20) and { ("x"):rep(17 * 2^20), 1 }`:                       "row[2] is larger than 16 MB",
		`(function() local t = {} for i = 1, 300000 do t[i] = i end return t end)()`: "holds more than 262144 values",
	} {
		if _, err := rowJSON(luaOf(t, rt, expression), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expression, err, want)
		}
	}
	for _, row := range []string{`{"$time":"x"}`, `{"$table":1}`, `{"$table":[1]}`, `{"$table":[[{},1]]}`, `{"$bytes":"%"}`, `{"$number":"1"}`, `{"$number":1}`, `{"$what":"x"}`, `{`, ``} {
		if _, err := rt.rowValue([]byte(row)); err == nil {
			t.Errorf("%s is read", row)
		}
	}
}

// sameLua compares two values, tables by what is in them.
func sameLua(a, b lua.LValue) bool {
	x, ok := a.(*lua.LTable)
	y, both := b.(*lua.LTable)
	if ok != both {
		return false
	}
	if !ok {
		return sameLeaf(a, b)
	}
	n, m := 0, 0
	same := true
	x.ForEach(func(k, v lua.LValue) { n++; same = same && sameLua(v, y.RawGet(k)) })
	y.ForEach(func(lua.LValue, lua.LValue) { m++ })
	return same && n == m
}

func sameLeaf(a, b lua.LValue) bool {
	switch a := a.(type) {
	case lua.LNumber:
		b, ok := b.(lua.LNumber)
		return ok && math.Float64bits(float64(a)) == math.Float64bits(float64(b)) || ok && a != a && b != b
	case *lua.LUserData:
		b, ok := b.(*lua.LUserData)
		if at, isTime := a.Value.(time.Time); ok && isTime {
			bt, isTime := b.Value.(time.Time)
			return isTime && at.Equal(bt) && at.Format(time.RFC3339Nano) == bt.Format(time.RFC3339Nano)
		}
		return ok && reflect.DeepEqual(a.Value, b.Value)
	}
	return a == b
}

func luaShown(v lua.LValue) string {
	row, _ := rowJSON(v, nil)
	return string(row)
}

// FuzzRow makes tables of octets, keeps them and reads them back; and reads whatever JSON.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{"", "a1b2", "{[}]", `{"$table":[[1,2]]}`, "\x00\xff{k\x01v", `{"a":{"$bytes":"/wA="}}`} {
		f.Add([]byte(seed))
	}
	rt := rowRuntime(f)
	f.Fuzz(func(t *testing.T, octets []byte) {
		v := (&luaMaker{rt: rt, octets: octets}).value(0)
		row, err := rowJSON(v, rt.jsonMarks())
		if err != nil {
			t.Fatal(err)
		}
		back, err := rt.rowValue(row)
		if err != nil || !sameLua(v, back) {
			t.Fatalf("%s comes back as %s (%v)", row, luaShown(back), err)
		}
		if again, err := rowJSON(back, rt.jsonMarks()); err != nil || string(again) != string(row) {
			t.Fatalf("%s is then kept as %s (%v)", row, again, err)
		}
		_, fromLua := rt.rowValue(octets)
		_, fromTree := rowTree(octets)
		if fromTree != nil && fromLua == nil {
			t.Fatalf("%q: %v", octets, fromTree)
		}
	})
}

// luaMaker makes a value of octets.
type luaMaker struct {
	rt     *Runtime
	octets []byte
}

func (m *luaMaker) next() byte {
	if len(m.octets) == 0 {
		return 0
	}
	c := m.octets[0]
	m.octets = m.octets[1:]
	return c
}

func (m *luaMaker) text() lua.LString {
	n := min(int(m.next()%8), len(m.octets))
	s := m.octets[:n]
	m.octets = m.octets[n:]
	return lua.LString(s)
}

func (m *luaMaker) value(depth int) lua.LValue {
	switch c := m.next(); c % 8 {
	case 0:
		return lua.LBool(c >= 8)
	case 1:
		return lua.LNumber(int8(m.next()))
	case 2:
		return lua.LNumber(math.Float64frombits(uint64(m.next())<<56 | uint64(m.next())<<48 | uint64(m.next())))
	case 3, 4:
		return m.text()
	case 5:
		return m.rt.jsonMarks().null
	}
	t := m.rt.state.NewTable()
	if depth < rowDepth-1 {
		for range m.next() % 8 {
			var key lua.LValue = m.text()
			if m.next()%3 == 0 {
				key = lua.LNumber(m.next() % 8)
			}
			t.RawSet(key, m.value(depth+1))
		}
	}
	return t
}

func BenchmarkRow(b *testing.B) {
	rt := rowRuntime(b)
	v := luaOf(b, rt, `{ id = "100017", name = "Ann-Kathrin Müller", email = "ann.mueller@example.org", city = "Köln", plan = "premium", since = "2019-04-01" }`)
	row, err := rowJSON(v, rt.jsonMarks())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("keep", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = rowJSON(v, rt.jsonMarks())
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = rt.rowValue(row)
		}
	})
	b.Run("tree", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = rowTree(row)
		}
	})
}
