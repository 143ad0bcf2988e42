package luabind

import "testing"

func TestYAMLDecode(t *testing.T) {
	const load = `local yaml = require "yaml"; `
	cases := map[string]string{}
	for code, want := range map[string]string{
		`local v = yaml.decode("a: 1\nb: [x, 2.5, true, ~]\nid: 12345678901234567890\n"); print(v.a, v.b[1], v.b[2], v.b[3], v.b[4] == json.null, v.id)`: "1\tx\t2.5\ttrue\ttrue\t12345678901234567890",
		`print(json.encode(yaml.decode("a: []\nb: {}\nc: [[]]")))`:                                                                                       `{"a":[],"b":{},"c":[[]]}`,
		`print(yaml.decode("") == json.null, yaml.decode("a: ~", { nulls = false }).a, yaml.decode("1.10", { numbers = "string" }))`:                     "true\tnil\t1.10",
		`local v = yaml.decode("a: &x {n: 1}\nb: *x"); v.a.n = 2; print(v.b.n)`:                                                                          "1",
		`local all = yaml.decode_all("--- 1\n--- 2\n"); print(#all, all[1], all[2])`:                                                                     "2\t1\t2",
		`local all = yaml.decode_all(""); print(#all, all[1] == json.null)`:                                                                              "1\ttrue",
		`local ok, e = pcall(yaml.decode, "a: 1\nb: [1,\n"); print(e.kind, e.message, e.hint)`:                                                           "argument\tyaml.decode: line 2, column 4: sequence end token ']' not found\tthe line reads \"b: [1,\"",
		`local ok, e = pcall(yaml.decode, "--- 1\n--- 2\n"); print(e.kind, e.message, e.hint)`:                                                           "argument\tyaml.decode: the text has 2 documents\tyaml.decode_all gives them as a list",
		`yaml.decode("a: 1\na: 2")`:           `error: yaml.decode: line 2, column 1: mapping key "a" already defined at [1:1]`,
		`yaml.decode()`:                       "error: yaml.decode: text must be a string, got nothing",
		`yaml.decode("1", { number = true })`: `error: yaml.decode: unknown option "number"; did you mean "numbers"?`,
		`io.write(yaml.encode{ b = { 1, "no", {}, json.array{}, { x = "y\nz\n" } }, a = json.null, [ "k: v" ] = 1/0 })`:                                                       "a: null\nb:\n  - 1\n  - \"no\"\n  - {}\n  - []\n  - x: |\n      y\n      z\n\"k: v\": .inf\n",
		`local v = { { a = { 1, { 2 } }, b = "2026-10-05" }, "a\n b", "12345678901234567890", json.null }; print(json.encode(yaml.decode(yaml.encode(v))) == json.encode(v))`: "true",
		`yaml.encode{ a = print }`:              "error: yaml.encode: value.a has no form in YAML: it is a function",
		`yaml.encode{ a = "\255" }`:             "error: yaml.encode: value.a is not valid UTF-8 at octet 1",
		`yaml.encode()`:                         "error: yaml.encode: a value is missing",
		`local t = {}; t.t = t; yaml.encode(t)`: "error: yaml.encode: value.t holds itself",
		`yaml.load("x")`:                        `error: yaml has no function "load"`,
	} {
		cases[load+code] = want
	}
	checkModule(t, cases)
}
