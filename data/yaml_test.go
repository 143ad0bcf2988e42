package data

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// yamlText reads a YAML text and writes each document as JSON.
func yamlText(text string, o JSONOptions) (string, error) {
	documents, err := ParseYAML(text, o, JSONMaker[any]{
		Bool:   func(b bool) any { return b },
		Number: func(n float64) any { return n },
		Text:   func(s string) any { return s },
		Array:  func(elements []any) any { return append([]any{}, elements...) },
		Object: func(keys []string, values []any) any {
			m := map[string]any{}
			for i, key := range keys {
				m[key] = values[i]
			}
			return m
		},
	})
	if err != nil {
		return "", err
	}
	var out []string
	for _, d := range documents {
		var w JSONWriter
		if err := encodeTree(&w, d); err != nil {
			return fmt.Sprint(documents...), nil //nolint:nilerr // infinity has no form in JSON
		}
		out = append(out, w.String())
	}
	return strings.Join(out, " "), nil
}

func TestYAML(t *testing.T) {
	for text, want := range map[string]string{
		"":                                            `null`,
		"# only a comment\n":                          `null`,
		"a":                                           `"a"`,
		"a: 1\nb: [x, 2.5, true, null, ~]\n":          `{"a":1,"b":["x",2.5,true,null,null]}`,
		"a:\nb: ''\nc: \"\"\n":                        `{"a":null,"b":"","c":""}`,
		"- a\n- - b\n  - c\n-\n  d: 1\n":              `["a",["b","c"],{"d":1}]`,
		"a:\n- 1\n- 2\nb: {c: d, e: [f]}\n":           `{"a":[1,2],"b":{"c":"d","e":["f"]}}`,
		"{a: 1, b: {}, c: []}":                        `{"a":1,"b":{},"c":[]}`,
		`{"a": "x\ty\u00fc", 'b': 'it''s'}`:           `{"a":"x\tyü","b":"it's"}`,
		"a: |\n  one\n  two\nb: >-\n  x\n  y\n":       `{"a":"one\ntwo\n","b":"x y"}`,
		"a: one\n  two\n":                             `{"a":"one two"}`,
		"\ufeffa: ü\n":                                `{"a":"ü"}`,
		"a: 1\r\nb: 2\r\n":                            `{"a":1,"b":2}`,
		"a: 1 # why\n# what\nb: 2\n":                  `{"a":1,"b":2}`,
		"%YAML 1.2\n---\na: 1\n":                      `{"a":1}`,
		"---\na: 1\n---\n- 2\n...\n":                  `{"a":1} [2]`,
		"--- 1\n--- 2\n":                              `1 2`,
		"%YAML 1.2\n---\na: 1\n...\n# end\n":          `{"a":1}`,
		"a: 1\n...\nb: 2\n":                           `{"a":1} {"b":2}`,
		"---\n---\na: 1\n---\n":                       `null {"a":1} null`,
		"---\n---\n---\na: 1\n":                       `null null {"a":1}`,
		"# a\n---\n---\na: 1\n":                       `null {"a":1}`,
		"? a\n: 1\n":                                  `{"a":1}`,
		"1: a\ntrue: b\n2.5: c\n~: d\n":               `{"1":"a","2.5":"c","true":"b","~":"d"}`,
		"https://x.test/: a\nb: http://x.test/?a=b#c": `{"b":"http://x.test/?a=b#c","https://x.test/":"a"}`,
		// Scalars of the core schema.
		"[1, -1, +1, 017, 0x1F, 0o17, 1e3, 1.5E-1, .5, 5., -0]":                                        `[1,-1,1,17,31,15,1000,0.15,0.5,5,-0]`,
		"[yes, No, on, y, 1_000, 1:30, 0b1, 08x, 0x, 1e, +, -, ., e1, 1.2.3, 2026-10-05, 12:30:00, =]": `["yes","No","on","y","1_000","1:30","0b1","08x","0x","1e","+","-",".","e1","1.2.3","2026-10-05","12:30:00","="]`,
		"[true, True, FALSE, null, NULL, Null, nULL, tRUE]":                                            `[true,true,false,null,null,null,"nULL","tRUE"]`,
		"[9007199254740991, 9007199254740993, -12345678901234567890, 0xffffffffffffffffff]":            `[9007199254740991,"9007199254740993","-12345678901234567890","4722366482869645213695"]`,
		"['1', \"true\", \"null\"]": `["1","true","null"]`,
		"[!!str 1, !!int \"2\", !!float 3, !!bool \"true\", !!null \"\", ! 5]":       `["1",2,3,true,null,"5"]`,
		"a: !!binary aGk=\nb: !<tag:yaml.org,2002:str> 1\nc: !!timestamp 2026-10-05": `{"a":"hi","b":"1","c":"2026-10-05"}`,
		// Anchors and merges.
		"a: &x {p: 1}\nb: *x\nc: [*x, &y 5, *y]":                             `{"a":{"p":1},"b":{"p":1},"c":[{"p":1},5,5]}`,
		"a: &x 1\nb: &x 2\nc: *x":                                            `{"a":1,"b":2,"c":2}`,
		"b: &b\n  p: 1\n  q: 2\na:\n  <<: *b\n  q: 3\n":                      `{"a":{"p":1,"q":3},"b":{"p":1,"q":2}}`,
		"x: &x {a: 1, b: 1}\ny: &y {a: 2, c: 2}\nz:\n  b: 9\n  <<: [*x, *y]": `{"x":{"a":1,"b":1},"y":{"a":2,"c":2},"z":{"a":1,"b":9,"c":2}}`,
		"a: {\"<<\": 1}": `{"a":{"<<":1}}`,
		"&k a: 1\nb: *k": `{"a":1,"b":"a"}`,
	} {
		got, err := yamlText(text, JSONOptions{})
		if err != nil || got != want {
			t.Errorf("%q\ngot  %s %v\nwant %s", text, got, err, want)
		}
	}
}

func TestYAMLOptions(t *testing.T) {
	const text = "a: null\nb: [1.10, ~, 0x10]\nc: 9007199254740993\nd: .inf\n"
	for want, o := range map[string]JSONOptions{
		`map[b:[1.1 <nil> 16] c:9007199254740993 d:+Inf]`:              {DropNulls: true},
		`map[a:<nil> b:[1.10 <nil> 0x10] c:9007199254740993 d:.inf]`:   {Numbers: JSONTexts},
		`map[a:<nil> b:[1.1 <nil> 16] c:9.007199254740992e+15 d:+Inf]`: {Numbers: JSONFloats},
	} {
		got, err := yamlText(text, o)
		if strings.HasPrefix(got, "{") {
			got = strings.NewReplacer(`"`, "", "{", "map[", "}", "]", ",", " ", "null", "<nil>").Replace(got)
		}
		if err != nil || got != want {
			t.Errorf("%+v\ngot  %s %v\nwant %s", o, got, err, want)
		}
	}
	documents, err := ParseYAML("[-.INF, .NaN, +.inf]", JSONOptions{}, JSONMaker[float64]{
		Number: func(n float64) float64 { return n }, Array: func(n []float64) float64 {
			if !math.IsInf(n[0], -1) || !math.IsNaN(n[1]) || !math.IsInf(n[2], 1) {
				t.Errorf("%v", n)
			}
			return 7
		},
	})
	if err != nil || documents[0] != 7 {
		t.Errorf("%v %v", documents, err)
	}
}

func TestYAMLErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [1, 2\n":                 "line 2, column 4: sequence end token ']' not found",
		"a: 1\n  b: 2\n":                   "line 1, column 4: mapping value is not allowed in this context",
		"a: 'x\n":                          "line 1, column 4: could not find end character of single-quoted text",
		"a:\n\t- 1\n":                      "line 2, column 1: a tab stands where only blanks may",
		"a: 1\na: 2\n":                     `line 2, column 1: mapping key "a" already defined at [1:1]`,
		"{a: 1, 'a': 2}":                   `line 1, column 8: mapping key "a" already defined at [1:2]`,
		"x: {1: a, \"1\": b}":              `line 1, column 11: `,
		"a: \xff\n":                        "line 1, column 4: the octet 0xFF is no UTF-8",
		"a: ü\nü\x00: 1":                   "line 2, column 2: a control character 0x00 cannot stand in YAML",
		"a: *b\n":                          "line 1, column 4: *b: there is no &b before it",
		"a: &a [*a]\n":                     "line 1, column 8: *a stands within &a itself",
		"a: &a {b: {<<: *a}}\n":            "line 1, column 16: *a stands within &a itself",
		"<<: 1\n":                          "line 1, column 5: << takes mappings, or a list of these",
		"? [a]\n: 1\n":                     "line 2, column 1: found an invalid key for this map",
		"a: !Ref x\n":                      "line 1, column 4: the tag !Ref is not known",
		"a: !!int x\n":                     `line 1, column 4: "x" is no int`,
		"a: !!str [1]\n":                   "",
		"a: !!binary _\n":                  "line 1, column 4: !!binary must be base64",
		"a: 1e999\n":                       "line 1, column 4: the number 1e999 is too large",
		"a: 0x" + strings.Repeat("f", 300): "line 1, column 4: the number 0xfff",
		strings.Repeat("[", 300):           "line 1, column 201: values nest deeper than 200",
		strings.Repeat("- ", 300):          "line 1, column 401: values nest deeper than 200",
		strings.Repeat("{a: ", 300):        "values nest deeper than 200",
		strings.Repeat("? ", 300):          "line 1, column 33: more than 16 anchors, tags and question marks stand before one value",
		strings.Repeat("&a ", 300):         "more than 16 anchors",
		strings.Repeat("!a ", 300):         "more than 16 anchors",
		strings.Repeat("--- 1\n", 1001):    "line 1001, column 1: the text has more than 1000 documents",
		strings.Repeat("#", 1<<20+1):       "the text is longer than 1048576 octets",
		yamlBomb(9):                        "aliases make more than 100000 values of this text",
		"a: &a " + strings.Repeat("x", 9e5) + "\nb: [" + strings.Repeat("*a,", 30) + "]": "or 10485760 octets of texts",
		yamlKeys(5000): "mappings have more than 4000 fields",
	} {
		_, err := yamlText(text, JSONOptions{})
		var bad *YAMLError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q\ngot  %v\nwant %s", text, err, want)
		}
	}
	_, err := yamlText("a: 1\nb: *c # why\n", JSONOptions{})
	var bad *YAMLError
	if !errors.As(err, &bad) || bad.Hint() != `the line reads "b: *c # why"` {
		t.Errorf("%+v", bad)
	}
}

// yamlBomb names ten of the level before on each level.
func yamlBomb(levels int) string {
	text := "a0: &a0 [x]\n"
	for i := 1; i <= levels; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	return text
}

func yamlKeys(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "k%d: %d\n", i, i)
	}
	return text.String()
}

// TestYAMLStops: what ends a script ends a long reading.
func TestYAMLStops(t *testing.T) {
	stop := errors.New("stop")
	_, err := yamlText(strings.Repeat("- a\n", 40000), JSONOptions{Check: func() error { return stop }})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

func FuzzYAML(f *testing.F) {
	for _, text := range []string{
		"a: 1\nb: [x, {c: d}]\n", "&a [*a]", "? a\n: - b\n", "a: |\n  x\n", "- !!int 1\n", "<<: {a: 1}", "--- 1\n...\n%YAML 1.2\n---\n", "\"\\u00e4\"", "a:\n\t- 1", "!!str", "&a", "*a", "? ", "{", "[,]",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		began := time.Now()
		_, err := yamlText(text, JSONOptions{})
		var bad *YAMLError
		if err != nil && (!errors.As(err, &bad) || strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 400) {
			t.Errorf("%q: %v", text, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}
