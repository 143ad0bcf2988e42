package luabind

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
)

// luaValue runs code and gives what it returns.
func luaValue(t testing.TB, L *lua.LState, code string) lua.LValue {
	t.Helper()
	if err := L.DoString("return " + code); err != nil {
		if err = L.DoString(code); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
	}
	v := L.Get(-1)
	L.SetTop(0)
	return v
}

func TestTreeFromLua(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	for code, want := range map[string]any{
		`nil`: nil, `true`: true, `"x"`: "x", `1.5`: 1.5,
		`{}`:                     map[string]any{},
		`{1, "a", false}`:        []any{1.0, "a", false},
		`{a = 1, ["x y"] = {2}}`: map[string]any{"a": 1.0, "x y": []any{2.0}},
		`{[""] = 1}`:             map[string]any{"": 1.0},
		`{{}, {b = {}}}`:         []any{map[string]any{}, map[string]any{"b": map[string]any{}}},
		`"\0\255"`:               "\x00\xff",
		`(function() local s = {1}; return {s, s} end)()`: []any{[]any{1.0}, []any{1.0}},
	} {
		got, err := treeFromLua("row", luaValue(t, L, code))
		if err != nil {
			t.Errorf("%s: %v", code, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", code, diff)
		}
	}
}

func TestTreeFromLuaErrors(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	for code, want := range map[string]string{
		`print`:                             `row must be plain data, got a function`,
		`{headers = {x = {1, 2, print}}}`:   `row.headers.x[3] must be plain data, got a function`,
		`{["a b"] = {print}}`:               `row["a b"][1] must be plain data, got a function`,
		`{[""] = print}`:                    `row[""] must be plain data, got a function`,
		`{1, a = 2}`:                        `row has both elements and named values`,
		`{1, nil, 3}`:                       `row has no element 2 of 3`,
		`{[20000] = 1}`:                     `row has no element 1 of 20000`,
		`{[0] = 1}`:                         `row has the key [0], which is neither a name nor an element's number`,
		`{[1.5] = 1}`:                       `row has the key [1.5], which is neither a name nor an element's number`,
		`{[-1] = 1}`:                        `row has the key [-1], which is neither a name nor an element's number`,
		`{[true] = 1}`:                      `row has a boolean for a key`,
		`{x = {[print] = 1}}`:               `row.x has a function for a key`,
		`local a = {}; a.x = {a}; return a`: `row.x[1] holds itself`,
		`local a = {}; for i = 1, 100 do a = {a} end; return a`: `row` + strings.Repeat("[1]", treeDepth) + ` nests deeper than 64 tables`,
		// Sixty tables that each hold the one before twice are 2⁶⁰ values.
		`local a = {1}; for i = 1, 60 do a = {a, a} end; return a`: `holds more than 1048576 values`,
		`newproxy and newproxy() or io.stdout`:                     `row must be plain data, got an object`,
	} {
		_, err := treeFromLua("row", luaValue(t, L, code))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", code, err, want)
		}
	}
	if _, err := treeFromLua("", luaValue(t, L, `{a = {print}}`)); err == nil || err.Error() != "a[1] must be plain data, got a function" {
		t.Errorf("without a root: %v", err)
	}
}

func TestTreeReaderOptions(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	got, err := treeReader{root: "x", split: true}.read(luaValue(t, L, `{1, a = 2}`))
	if diff := cmp.Diff(treeMixed{List: []any{1.0}, Fields: map[string]any{"a": 2.0}}, got); err != nil || diff != "" {
		t.Errorf("split: %v %s", err, diff)
	}
	hooked := treeReader{root: "x", object: func(ud *lua.LUserData) (any, error) {
		if ud.Value == nil {
			return nil, errors.New("empty object")
		}
		return ud.Value, nil
	}}
	ud := L.NewUserData()
	ud.Value = 42
	if got, err := hooked.read(ud); err != nil || got != 42 {
		t.Errorf("object hook: %v, %v", got, err)
	}
	if _, err := hooked.read(L.NewUserData()); err == nil || err.Error() != "empty object" {
		t.Errorf("object hook's error: %v", err)
	}
	if _, err := (treeReader{root: "x", depth: 1}).read(luaValue(t, L, `{{}}`)); err == nil {
		t.Error("depth 1 takes a table in a table")
	}
	if _, err := (treeReader{root: "x", nodes: 2}).read(luaValue(t, L, `{1, 2}`)); err == nil {
		t.Error("2 nodes hold a list of two")
	}
}

func TestTreeToLua(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	v, err := treeToLua(L, map[string]any{
		"s": "x", "b": []byte("y"), "n": 1, "i": int64(2), "f": 1.5, "t": true, "none": nil, "d": 90 * time.Second, "at": time.Unix(7, 0),
		"list": []any{"a", []string{"b"}}, "m": map[string]string{"k": "v"}, "lua": lua.LString("z"),
	})
	if err != nil {
		t.Fatal(err)
	}
	L.SetGlobal("v", v)
	if got := luaValue(t, L, `table.concat({ v.s, v.b, v.n, v.i, v.f, tostring(v.t), tostring(v.none), v.d, v.at, v.list[1], v.list[2][1], v.m.k, v.lua }, " ")`); got.String() != "x y 1 2 1.5 true nil 90 7 a b v z" {
		t.Errorf("got %s", got)
	}
	if got := luaValue(t, L, `local k = {}; for name in pairs(v) do k[#k + 1] = name end; return table.concat(k, " ")`); got.String() != "at b d f i list lua m n s t" {
		t.Errorf("order of the keys: %s", got)
	}
}

func TestTreeToLuaErrors(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if _, err := treeToLua(L, map[string]any{"a": []any{1, struct{}{}}}); err == nil || err.Error() != "value.a[2] has no form in Lua (struct {})" {
		t.Errorf("got %v", err)
	}
	cycle := map[string]any{}
	cycle["x"] = cycle
	if _, err := treeToLua(L, cycle); err == nil || !strings.Contains(err.Error(), "nests deeper") {
		t.Errorf("got %v", err)
	}
}

// FuzzTree builds tables of any shape, with shared and cyclic ones, and
// walks them both ways: no panic, no endless walk, and what can be read
// comes back the same.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{"", "\x00\x01\x02", "ttttttt", "tsnsb", "\x05c\x05c\x05c", "hhh\xff\xfe", strings.Repeat("t", 200)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		L := lua.NewState(lua.Options{SkipOpenLibs: true, MinimizeStackMemory: true, RegistrySize: 256})
		defer L.Close()
		tree, err := treeReader{root: "v", nodes: 1 << 12}.read(fuzzTable(L, program))
		var wrong *TreeError
		if err != nil {
			if !errors.As(err, &wrong) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("error %q", err)
			}
			return
		}
		back, err := treeToLua(L, tree)
		if err != nil {
			t.Fatal(err)
		}
		again, err := treeFromLua("v", back)
		if diff := cmp.Diff(tree, again); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
	})
}

// fuzzTable interprets octets as instructions that build a table.
func fuzzTable(L *lua.LState, program []byte) *lua.LTable {
	root := L.NewTable()
	tables := []*lua.LTable{root}
	for i := 0; i+1 < len(program); i += 2 {
		at, arg := tables[len(tables)-1], program[i+1]
		switch program[i] % 8 {
		case 0:
			child := L.NewTable()
			at.Append(child)
			tables = append(tables, child)
		case 1:
			child := L.NewTable()
			at.RawSetString(string(program[i:i+2]), child)
			tables = append(tables, child)
		case 2:
			at.Append(lua.LNumber(arg))
		case 3:
			at.RawSetString(string(program[i+1:min(len(program), i+4)]), lua.LBool(arg > 100))
		case 4:
			at.RawSet(lua.LNumber(arg)-3, lua.LString("x"))
		case 5:
			at.RawSetString("again", tables[int(arg)%len(tables)])
		case 6:
			tables = tables[:max(1, len(tables)-1)]
		case 7:
			at.RawSet(lua.LNumber(arg)/2, lua.LNumber(arg)/3)
		}
	}
	return root
}

func BenchmarkTreeFromLua(b *testing.B) {
	L := lua.NewState()
	defer L.Close()
	row := luaValue(b, L, `{ email = "ann@example.org", name = "Ann", id = 7, tags = { "a", "b" } }`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := treeFromLua("row", row); err != nil {
			b.Fatal(err)
		}
	}
}
