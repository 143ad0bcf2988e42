package luabind

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// checkModule runs scripts that have every everyday module as a local.
func checkModule(t *testing.T, cases map[string]string) {
	t.Helper()
	const locals = `local json, time, fs, exec, hash, url = require "json", require "time", require "fs", require "exec", require "hash", require "url"; `
	with := map[string]string{}
	for code, want := range cases {
		with[locals+code] = want
	}
	checkBinding(t, with)
}

func TestJSONDecode(t *testing.T) {
	checkModule(t, map[string]string{
		`local v = json.decode('{"a":[1,2.5,"x",true,null],"b":{"c":{}}}'); print(v.a[1], v.a[2], v.a[3], v.a[4], v.a[5] == json.null, #v.a, next(v.b.c))`: "1\t2.5\tx\ttrue\ttrue\t5\tnil",
		`print(json.decode("null") == json.null, tostring(json.null), json.null and true, require("json").null == json.null)`:                              "true\tnull\ttrue\ttrue",
		`local v = json.decode('{"id":9007199254740993,"n":9007199254740991}'); print(v.id, type(v.id), v.n, type(v.n))`:                                   "9007199254740993\tstring\t9007199254740991\tnumber",
		`print(type(json.decode("9007199254740993", { numbers = "float" })), json.decode("1.10", { numbers = "string" }))`:                                 "number\t1.10",
		`local v = json.decode('{"a":null,"b":[null]}', { nulls = false }); print(v.a, v.b[1] == json.null)`:                                               "nil\ttrue",
		`print(#json.decode('"\\u0000é"'))`:                                               "3",
		`local ok, e = pcall(json.decode, "[1,\n 2,]"); print(e.kind, e.message, e.hint)`: "argument\tjson.decode: line 2, column 4: expected a value, got \"]\"\tJSON has no comma after the last element",
		`json.decode()`:                                           "error: json.decode: text must be a string, got nothing",
		`json.decode({})`:                                         "error: json.decode: text must be a string, got a table",
		`json.decode("1", { number = "float" })`:                  `error: json.decode: unknown option "number"; did you mean "numbers"?`,
		`json.decode("1", { numbers = "floats" })`:                `error: json.decode: option "numbers" must be one of exact, float, string; got "floats"`,
		`json.decode(("["):rep(3e6))`:                             "error: json.decode: line 1, column 201: arrays and objects nest deeper than 200",
		`print(#json.decode("[" .. ("[],"):rep(50000) .. "[]]"))`: "50001",
	})
}

func TestJSONEncode(t *testing.T) {
	checkModule(t, map[string]string{
		`print(json.encode{ b = 1, a = { "x", true, 2.5 }, c = json.null, d = {} })`:                                                               `{"a":["x",true,2.5],"b":1,"c":null,"d":{}}`,
		`print(json.encode(nil), json.encode("é\n"), json.encode(1e15), json.encode(2^53), json.encode(-0.5), json.encode(false))`:                 "null\t\"é\\n\"\t1000000000000000\t9007199254740992\t-0.5\tfalse",
		`print(json.encode(json.decode('{"a":[],"b":{},"c":[[]]}')))`:                                                                              `{"a":[],"b":{},"c":[[]]}`,
		`local t = json.decode("[1]"); table.remove(t); print(json.encode(t)); t.x = nil; t[1] = 5; print(json.encode(t))`:                         "[]\n[5]",
		`local t = json.decode('{"a":1}'); t.a = nil; print(json.encode(t))`:                                                                       `{}`,
		`print(json.encode(json.array()), json.encode(json.array{ 1 }), json.encode(json.object()), json.encode(json.object{ [1] = "x", b = 2 }))`: "[]\t[1]\t{}\t{\"1\":\"x\",\"b\":2}",
		`print(json.encode({ a = { 1 } }, { indent = 2 }))`:                                                                                        "{\n  \"a\": [\n    1\n  ]\n}",
		`print(json.encode("</script>", { html = true }), json.encode("</script>"))`:                                                               "\"\\u003c/script\\u003e\"\t\"</script>\"",
		`print(json.encode({ z = 1, a = 2 }, { sort = false }))`:                                                                                   `{"z":1,"a":2}`,
		`print(json.encode{ at = time.parse("2026-10-05T10:00Z") })`:                                                                               `{"at":"2026-10-05T10:00:00Z"}`,
		`local v = { x = 1 }; print(json.encode{ v, v })`:                                                                                          `[{"x":1},{"x":1}]`,
		`json.encode()`:                                                 "error: json.encode: a value is missing",
		`json.encode(print)`:                                            "error: json.encode: value has no form in JSON: it is a function",
		`json.encode{ a = { b = { print } } }`:                          "error: json.encode: value.a.b[1] has no form in JSON: it is a function",
		`json.encode{ ["a b"] = smtp.error("x") }`:                      `error: json.encode: value["a b"] has no form in JSON: it is an object`,
		`json.encode(0/0)`:                                              "error: json.encode: value is no number that JSON can hold: NaN",
		`json.encode{ x = { 1/0 } }`:                                    "error: json.encode: value.x[1] is no number that JSON can hold: +Inf",
		`json.encode{ 1, 2, x = 3 }`:                                    `error: json.encode: value has both elements and the name "x"`,
		`json.encode{ [2] = 1 }`:                                        "error: json.encode: value has no element 1 of 2",
		`json.encode{ a = { 1, nil, 3 } }`:                              "error: json.encode: value.a has no element 2 of 3",
		`json.encode{ [1.5] = 1 }`:                                      "error: json.encode: value has the key [1.5] but no element 1; json.object takes numbers for names",
		`json.encode{ [true] = 1 }`:                                     "error: json.encode: value has a boolean for a key",
		`json.encode(json.array{ x = 1 })`:                              `error: json.encode: value has both elements and the name "x"`,
		`local t = {}; t.t = { t }; json.encode(t)`:                     "error: json.encode: value.t[1] holds itself",
		`local t = {}; for i = 1, 300 do t = { t } end; json.encode(t)`: "error: json.encode: value" + strings.Repeat("[1]", 200) + " nests deeper than 200 tables",
		`json.encode("a\255")`:                                          "error: json.encode: value is not valid UTF-8 at octet 2",
		`json.encode{ ["\255"] = 1 }`:                                   "error: json.encode: value has a name that is not valid UTF-8 at octet 1",
		`json.encode({}, { indent = "x" })`:                             `error: json.encode: option "indent" must be a whole number, got a string ("x")`,
		`json.encode({}, { indent = 1e9 })`:                             `error: json.encode: option "indent" must be between 0 and 16, got 1000000000`,
	})
}

func TestJSONLinesOfFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	if err := os.WriteFile(path, []byte("\ufeff{\"n\":1}\r\n\nnull\n{\"n\":}\n"+strings.Repeat("9", 200)+"\n[2]"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := func(options string) string {
		return fmt.Sprintf(`for row, line in json.lines(%q%s) do print(line, json.encode(row)) end`, path, options)
	}
	checkModule(t, map[string]string{
		code(`, { max_line = 100, on_error = function(line, what, text) print(line, what, #text) end }`): "1\t{\"n\":1}\n3\tnull\n4\tcolumn 6: expected a value, got \"}\"\t6\n5\tis longer than max_line, 100 octets\t120\n6\t[2]",
		`local ok, e = pcall(function() ` + code("") + ` end); print(e.kind, e.message)`:                 "1\t{\"n\":1}\n3\tnull\nargument\tjson.lines: " + path + ", line 4: column 6: expected a value, got \"}\"",
		`json.lines("no such.jsonl")`:                            "error: cannot read " + absolute(t, "no such.jsonl") + ": no such file or directory",
		`json.lines()`:                                           "error: json.lines: path must be a string, got nothing",
		`json.lines("x", { max_line = 0 })`:                      `error: json.lines: option "max_line" must be between 1 and 1GiB, got 0`,
		code(`, { on_error = function() error("mine", 0) end }`): "error: mine",
	})
	got, _, err := runBinding(t, `for row, line in require("json").lines("-") do print(line, row) end`, "1\n\n\"x\"\n")
	if err != nil || got != "1\t1\n3\tx\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// TestJSONEncodeIsBounded: a table that holds another one twice, that one
// again another, and so on, is a text without end.
func TestJSONEncodeIsBounded(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	bomb := L.NewTable()
	for range 60 {
		outer := L.NewTable()
		outer.Append(bomb)
		outer.Append(bomb)
		bomb = outer
	}
	w := valueWalk{marks: &jsonMarks{}, left: 1000, ctx: t.Context(), form: "JSON", out: new(data.JSONWriter)}
	if err := w.value(bomb); err == nil || !strings.Contains(err.Error(), "holds more than") {
		t.Error(err)
	}
}

// TestJSONNullInTemplates: a null is a missing value, and never the word.
func TestJSONNullInTemplates(t *testing.T) {
	checkModule(t, map[string]string{
		`local row = json.decode('{"name":null}'); print(require("template").new('Dear {{.name | default "friend"}},'):render(row))`: "Dear friend,",
		`local row = json.decode('{"name":null}'); require("template").new('Dear {{.name}},'):render(row)`:                           `error: template text: line 1: field "name" is nil`,
		`local row = json.decode('{"name":null}'); print(pcall(function() return "Dear " .. row.name end) == false)`:                 "true",
	})
}

// TestJSONStops: a long reading ends with the script.
func TestJSONStops(t *testing.T) {
	program, err := Compile(Script{Name: "test.lua", Source: []byte(`local s = "[" .. ("[1,2,3],"):rep(4000000) .. "1]"; while true do require("json").decode(s) end`)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	host := testHost()
	began := time.Now()
	_, err = host.Run(ctx, program)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}
