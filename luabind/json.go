package luabind

import (
	"context"
	"reflect"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// jsonModule is `json`: JSON texts in and out.
func jsonModule(rt *Runtime) Module {
	return Module{
		Name: "json", Doc: "JSON (RFC 8259): texts in and out, and files with one value on each line.",
		Functions: []Function{
			{"decode", "(text: string, options?: json.DecodeOptions): any",
				"Reads a JSON text. Objects and arrays become tables that remember which they are, null is `json.null`, and an integer beyond 2⁵³, which no Lua number holds, is a string of its digits. Of equal names the last counts. Errors name line and column.",
				`print(json.decode('{ "id": 12345678901234567890, "tags": ["a", "b"] }').id) --> 12345678901234567890`, rt.jsonDecode},
			{"encode", "(value: any, options?: json.EncodeOptions): string",
				"Writes a value as JSON, names in order. A table with the elements 1 to n is an array, one with names an object, an empty one an object unless `json.array` or `json.decode` made it; `time` values are ISO 8601 strings. What JSON cannot hold raises and is named by its path: functions, NaN, text that is no UTF-8, holes, tables with both elements and names, or within themselves.",
				`print(json.encode{ name = "Ann", tags = { "a", "b" }, none = json.null }) --> {"name":"Ann","none":null,"tags":["a","b"]}`, rt.jsonEncode},
			{"lines", "(path: string, options?: json.LinesOptions): fun(): any, integer?",
				"Reads a file that has one JSON value on each line, or standard input for \"-\", and gives an iterator over the values and the numbers of their lines; blank lines are skipped. A bad line raises with its number, unless `on_error` takes it.",
				"for row, line in json.lines(\"people.jsonl\") do\n  print(line, row.email)\nend --> 1\tann@example.org", rt.jsonLines},
			{"array", "(list?: any[]): any[]", "Marks a table as an array, so that it is written as one even when it is empty.", `print(json.encode{ tags = json.array{} }) --> {"tags":[]}`, rt.jsonArray},
			{"object", "(fields?: table<string, any>): table<string, any>", "Marks a table as an object. An empty table is one anyway; one with numbers for names must be told.",
				`print(json.encode(json.object{ [2026] = "a year" })) --> {"2026":"a year"}`, rt.jsonObject},
		},
		Values: []Field{{"null", "userdata", "JSON's null: what an explicit null is read as, and what writes one. It is no nil, and so true in a condition"}},
		Types: []string{
			optionsClass("json.DecodeOptions", reflect.TypeFor[jsonDecodeOptions]()),
			optionsClass("json.EncodeOptions", reflect.TypeFor[jsonEncodeOptions]()),
			optionsClass("json.LinesOptions", reflect.TypeFor[jsonLinesOptions]()),
		},
		value: func(_ *lua.LState, key string) lua.LValue {
			if key == "null" {
				return rt.jsonMarks().null
			}
			return nil
		},
	}
}

// jsonDecodeOptions are the options of json.decode.
type jsonDecodeOptions struct {
	Numbers string `lua:"numbers" enum:"exact,float,string" doc:"exact: integers beyond 2⁵³ are strings; float: all are numbers; string: all are the digits as they stand" default:"exact"`
	Nulls   *bool  `lua:"nulls" doc:"false leaves fields that are null out, so that they are nil; elements of arrays stay" default:"true"`
}

func (o *jsonDecodeOptions) engine(L *lua.LState) data.JSONOptions {
	engine := data.JSONOptions{DropNulls: o.Nulls != nil && !*o.Nulls}
	switch o.Numbers {
	case "float":
		engine.Numbers = data.JSONFloats
	case "string":
		engine.Numbers = data.JSONTexts
	}
	if ctx := L.Context(); ctx != nil {
		engine.Check = func() error { return context.Cause(ctx) }
	}
	return engine
}

// jsonMarks are what makes tables arrays and objects in one run: their
// metatables, which hold nothing, and the null.
type jsonMarks struct {
	null          *lua.LUserData
	array, object *lua.LTable
}

// jsonNull is what the userdata of json.null holds.
type jsonNull struct{}

// isNull tells whether an object is json.null or sql.null: nothing, where nil can't stand.
func isNull(v lua.LValue) bool {
	if ud, ok := v.(*lua.LUserData); ok {
		switch ud.Value.(type) {
		case jsonNull, data.SQLNull:
			return true
		}
	}
	return false
}

// jsonMarks gives the run's marks.
func (rt *Runtime) jsonMarks() *jsonMarks {
	if rt.json == nil {
		L := rt.state
		null, meta := L.NewUserData(), L.NewTable()
		meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int { L.Push(lua.LString("null")); return 1 }))
		null.Value, null.Metatable = jsonNull{}, meta
		rt.json = &jsonMarks{null: null, array: L.NewTable(), object: L.NewTable()}
	}
	return rt.json
}

func (rt *Runtime) jsonDecode(L *lua.LState) int {
	const call = "json.decode"
	var o jsonDecodeOptions
	text := argString(L, call, 1, "text")
	checkOptions(L, call, 2, &o)
	v, err := data.ParseJSON(text, o.engine(L), rt.jsonMaker())
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(v)
	return 1
}

// jsonMaker builds Lua values.
func (rt *Runtime) jsonMaker() data.JSONMaker[lua.LValue] {
	marks := rt.jsonMarks()
	return data.JSONMaker[lua.LValue]{
		Null:   marks.null,
		Bool:   func(b bool) lua.LValue { return lua.LBool(b) },
		Number: func(n float64) lua.LValue { return lua.LNumber(n) },
		Text:   func(s string) lua.LValue { return lua.LString(s) },
		Array: func(elements []lua.LValue) lua.LValue {
			t := rt.state.CreateTable(len(elements), 0)
			for _, v := range elements {
				t.Append(v)
			}
			t.Metatable = marks.array
			return t
		},
		Object: func(keys []string, values []lua.LValue) lua.LValue {
			t := rt.state.CreateTable(0, len(keys))
			for i, key := range keys {
				t.RawSetString(key, values[i])
			}
			t.Metatable = marks.object
			return t
		},
	}
}

func (rt *Runtime) jsonArray(L *lua.LState) int {
	return jsonMark(L, "json.array", "list", rt.jsonMarks().array)
}

func (rt *Runtime) jsonObject(L *lua.LState) int {
	return jsonMark(L, "json.object", "fields", rt.jsonMarks().object)
}

func jsonMark(L *lua.LState, call, what string, mark *lua.LTable) int {
	t := argTableOrNil(L, call, 1, what)
	if t == nil {
		t = L.NewTable()
	}
	t.Metatable = mark
	L.Push(t)
	return 1
}

// plainObject says what objects mean as plain data, for templates, logs and
// the like: json.null is nothing, a time is itself.
func plainObject(ud *lua.LUserData) (any, error) {
	switch v := ud.Value.(type) {
	case jsonNull, data.SQLNull:
		return nil, nil
	case time.Time:
		return v, nil
	}
	return nil, treeFail("must be plain data, got %s", describe(ud))
}
