package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// treeMaker builds what encoding/json builds into an any.
func treeMaker() JSONMaker[any] {
	return JSONMaker[any]{
		Bool: func(b bool) any { return b }, Number: func(n float64) any { return n }, Text: func(s string) any { return s },
		Array: func(list []any) any { return append([]any{}, list...) },
		Object: func(keys []string, values []any) any {
			m := map[string]any{}
			for i, key := range keys {
				m[key] = values[i]
			}
			return m
		},
	}
}

func TestParseJSON(t *testing.T) {
	for _, c := range []struct {
		text    string
		options JSONOptions
		want    any
	}{
		{`null`, JSONOptions{}, nil},
		{" [ true , false , null ] \r\n", JSONOptions{}, []any{true, false, nil}},
		{"\ufeff{}", JSONOptions{}, map[string]any{}},
		{`[[],{},[[]]]`, JSONOptions{}, []any{[]any{}, map[string]any{}, []any{[]any{}}}},
		{`{"a":1,"b":{"a":[1,2,{"c":3}]},"d":4}`, JSONOptions{}, map[string]any{"a": 1., "b": map[string]any{"a": []any{1., 2., map[string]any{"c": 3.}}}, "d": 4.}},
		{`{"a":1,"a":2}`, JSONOptions{}, map[string]any{"a": 2.}},
		{`{"":0}`, JSONOptions{}, map[string]any{"": 0.}},
		{`[0,-0,1.5,-2e3,1E-2,1e+2]`, JSONOptions{}, []any{0., math.Copysign(0, -1), 1.5, -2000., .01, 100.}},
		{`[9007199254740991,9007199254740992,9007199254740993,-9007199254740993]`, JSONOptions{}, []any{9007199254740991., "9007199254740992", "9007199254740993", "-9007199254740993"}},
		{`[1e20,0.1234567890123456789]`, JSONOptions{}, []any{1e20, 0.12345678901234568}},
		{`[9007199254740993,0.10]`, JSONOptions{Numbers: JSONFloats}, []any{9007199254740992., .1}},
		{`[9007199254740993,0.10,1]`, JSONOptions{Numbers: JSONTexts}, []any{"9007199254740993", "0.10", "1"}},
		{`{"a":null,"b":[null],"c":1}`, JSONOptions{DropNulls: true}, map[string]any{"b": []any{nil}, "c": 1.}},
		{`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀"`, JSONOptions{}, "\"\\/\b\f\n\r\té😀é😀"},
		{`"\ud83d" `, JSONOptions{}, "\ufffd"},
		{`"\ude00\ud83dx"`, JSONOptions{}, "\ufffd\ufffdx"},
		{`"\ud83d\u0041"`, JSONOptions{}, "\ufffdA"},
		{"\"\x7f\"", JSONOptions{}, "\x7f"},
		{strings.Repeat("[", jsonDepth) + strings.Repeat("]", jsonDepth), JSONOptions{}, nestedLists(jsonDepth)},
	} {
		got, err := ParseJSON(c.text, c.options, treeMaker())
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%.60s: %v\n%s", c.text, err, cmp.Diff(got, c.want))
		}
	}
}

func nestedLists(n int) any {
	v := any([]any{})
	for range n - 1 {
		v = []any{v}
	}
	return v
}

func TestParseJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `line 1, column 1: expected a value, got the end of the text`,
		" \n ":                   `line 2, column 2: expected a value, got the end of the text`,
		"{\n  \"a\": 1\n  \"b\"": `line 3, column 3: expected "," or "}", got "\""`,
		`{"a" 1}`:                `line 1, column 6: expected ":" after the name, got "1"`,
		`{"a":}`:                 `line 1, column 6: expected a value, got "}"`,
		`{a:1}`:                  `line 1, column 2: expected a name in quotes, got "a"`,
		`{"a":1,}`:               `line 1, column 8: expected a name in quotes, got "}"`,
		`{"a":1 "b":2}`:          `line 1, column 8: expected "," or "}", got "\""`,
		`{"a":1`:                 `line 1, column 7: expected "," or "}", got the end of the text`,
		`{`:                      `line 1, column 2: expected a name in quotes, got the end of the text`,
		`[1,]`:                   `line 1, column 4: expected a value, got "]"`,
		`[1 2]`:                  `line 1, column 4: expected "," or "]", got "2"`,
		`[1`:                     `line 1, column 3: expected "," or "]", got the end of the text`,
		`]`:                      `line 1, column 1: expected a value, got "]"`,
		`1 2`:                    `line 1, column 3: expected the end of the text, got "2"`,
		`nulll`:                  `line 1, column 1: expected a value, got "nulll"`,
		`None`:                   `line 1, column 1: expected a value, got "None"`,
		`NaN`:                    `line 1, column 1: expected a value, got "NaN"`,
		`{'a':1}`:                `line 1, column 2: expected a name in quotes, got "'"`,
		`// x`:                   `line 1, column 1: expected a value, got "/"`,
		`<html>`:                 `line 1, column 1: expected a value, got "<"`,
		`ü`:                      `line 1, column 1: expected a value, got "ü"`,
		`01`:                     `line 1, column 1: a number must not begin with 0`,
		`[-01]`:                  `line 1, column 2: a number must not begin with 0`,
		`-`:                      `line 1, column 2: expected a digit, got the end of the text`,
		`-x`:                     `line 1, column 2: expected a digit, got "x"`,
		`1.`:                     `line 1, column 3: expected a digit, got the end of the text`,
		`1.e3`:                   `line 1, column 3: expected a digit, got "e3"`,
		`1e`:                     `line 1, column 3: expected a digit, got the end of the text`,
		`.5`:                     `line 1, column 1: expected a value, got "."`,
		`+5`:                     `line 1, column 1: expected a value, got "+"`,
		`0x1F`:                   `line 1, column 2: expected the end of the text, got "x1F"`,
		`[1e999]`:                `line 1, column 2: the number 1e999 is too large`,
		`"a`:                     `line 1, column 1: a text is not closed by a quote`,
		`"a\`:                    `line 1, column 3: unknown escape "\\"`,
		`"a\"`:                   `line 1, column 1: a text is not closed by a quote`,
		`"\x41"`:                 `line 1, column 2: unknown escape "\\x"`,
		`"\u12"`:                 `line 1, column 2: unknown escape "\\u"`,
		`"\u12G4"`:               `line 1, column 2: unknown escape "\\u"`,
		"\"a\nb\"":               `line 1, column 3: a text holds a raw line break`,
		"\"\\n\t\"":              `line 1, column 4: a text holds a raw tab`,
		"\"a\x00\"":              `line 1, column 3: a text holds a raw control character 0x00`,
		"\"é\xff\"":              `line 1, column 3: the octet 0xFF is no UTF-8`,
		"\"\\n\xc3\"":            `line 1, column 4: the octet 0xC3 is no UTF-8`,
		"\xff":                   `line 1, column 1: the octet 0xFF is no UTF-8`,
		"[\"é\", é]":             `line 1, column 7: expected a value, got "é"`,
		"1\x00":                  `line 1, column 2: expected the end of the text, got "\x00"`,
		strings.Repeat("[", 201): `line 1, column 201: arrays and objects nest deeper than 200`,
		strings.Repeat("[", 3e6): `line 1, column 201: arrays and objects nest deeper than 200`,
	} {
		_, err := ParseJSON(text, JSONOptions{}, treeMaker())
		if err == nil || err.Error() != want {
			t.Errorf("%.40q\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestParseJSONHints(t *testing.T) {
	for text, want := range map[string]string{
		`{'a':1}`: "double quotes", `[1,]`: "no comma", `{"a":1,}`: "no comma", `None`: "null", `True`: "true and false",
		`// x`: "comments", `NaN`: "no such number", `<!doctype html>`: "error page", "\"\n\"": `\n`, `"\d"`: `\\`, `1e999`: `numbers = "string"`,
	} {
		_, err := ParseJSON(text, JSONOptions{}, treeMaker())
		var fault *JSONError
		if !errors.As(err, &fault) || !strings.Contains(fault.Hint(), want) || fault.Kind() != "argument" {
			t.Errorf("%q: %#v", text, err)
		}
	}
}

func TestParseJSONStops(t *testing.T) {
	stop := errors.New("stop")
	calls := 0
	check := func() error {
		if calls++; calls == 3 {
			return stop
		}
		return nil
	}
	text := "[" + strings.Repeat("1,", 10*checkEvery) + "1]"
	if _, err := ParseJSON(text, JSONOptions{Check: check}, treeMaker()); !errors.Is(err, stop) || calls != 3 {
		t.Errorf("%v after %d questions", err, calls)
	}
}

// writeTree writes what encoding/json reads into an any.
func writeTree(t *testing.T, w *JSONWriter, v any) string {
	t.Helper()
	if err := encodeTree(w, v); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

func TestJSONWriter(t *testing.T) {
	tree := map[string]any{"b": []any{}, "a": []any{1., "x", nil, true}, "c": map[string]any{}, "d": map[string]any{"e": -1.5}}
	if got, want := writeTree(t, &JSONWriter{}, tree), `{"a":[1,"x",null,true],"b":[],"c":{},"d":{"e":-1.5}}`; got != want {
		t.Errorf("got %s", got)
	}
	want := "{\n  \"a\": [\n    1,\n    \"x\",\n    null,\n    true\n  ],\n  \"b\": [],\n  \"c\": {},\n  \"d\": {\n    \"e\": -1.5\n  }\n}"
	if got := writeTree(t, &JSONWriter{Indent: "  "}, tree); got != want {
		t.Errorf("got %s", got)
	}
	for n, want := range map[float64]string{
		0: "0", 1: "1", -7: "-7", 1e6: "1000000", 9007199254740991: "9007199254740991", 1e20: "100000000000000000000", 1e21: "1e+21", 0.1: "0.1", 1e-6: "0.000001", 1e-7: "1e-07", 1.0 / 3: "0.3333333333333333",
	} {
		if got := writeTree(t, &JSONWriter{}, n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	const nasty = "\"\\/\b\f\n\r\t\x00\x1f\x7f<>&\u2028é😀"
	if got, want := writeTree(t, &JSONWriter{}, nasty), `"\"\\/\b\f\n\r\t\u0000\u001f\u007f<>&`+"\u2028"+`é😀"`; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := writeTree(t, &JSONWriter{HTML: true}, "</script>&\u2028"), `"\u003c/script\u003e\u0026\u2028"`; got != want {
		t.Errorf("got %s", got)
	}
	for _, v := range []any{math.NaN(), math.Inf(1), "a\xff", map[string]any{"\xff": 1.}, nestedLists(jsonDepth + 1), []any{struct{}{}}} {
		if err := encodeTree(&JSONWriter{}, v); err == nil {
			t.Errorf("%v was written", v)
		}
	}
}

func TestJSONLines(t *testing.T) {
	read := func(text string, longest int) (got []string) {
		l := NewJSONLines(strings.NewReader(text), longest)
		for {
			line, n, err := l.Next()
			var long *JSONLineError
			switch {
			case err == nil:
				got = append(got, fmt.Sprintf("%d %s", n, line))
			case errors.As(err, &long):
				got = append(got, fmt.Sprintf("%d long %d", long.Line, len(long.Text)))
			default:
				return got
			}
		}
	}
	long := strings.Repeat("x", 200_000)
	for _, c := range []struct {
		text    string
		longest int
		want    []string
	}{
		{"", 10, nil},
		{"\n\r\n  \n", 10, nil},
		{"a\n\nb\r\n c", 10, []string{"1 a", "3 b", "4  c"}},
		{"\ufeff1\n2", 10, []string{"1 \ufeff1", "2 2"}},
		{"0123456789\r\n01234567890\nb", 10, []string{"1 0123456789", "2 long 11", "3 b"}},
		{"a\n" + long + "\nb\n" + long, 100_000, []string{"1 a", "2 long 123", "3 b", "4 long 123"}},
		{long + "\nb\n", 200_000, []string{"1 " + long, "2 b"}},
	} {
		if got := read(c.text, c.longest); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%.40q: %.200q", c.text, got)
		}
	}
}

// FuzzParseJSON compares with encoding/json: what one takes the other takes,
// and gives the same, but for texts that are no UTF-8.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\u00e9\n",null,true,{}]}`, `[`, `"\ud83d\ude00"`, `-0.0`, "\ufeff1", `{"a":1,"a":2}`, `[1,]`, "\"\xff\"", `9007199254740993`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseJSON(text, JSONOptions{Numbers: JSONFloats}, treeMaker())
		if err != nil {
			var fault *JSONError
			if !errors.As(err, &fault) || fault.Line < 1 || fault.Column < 1 {
				t.Fatalf("%q: %#v", text, err)
			}
		}
		var want any
		other := json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &want)
		if utf8.ValidString(text) && (err == nil) != (other == nil) && strings.Count(text, "[")+strings.Count(text, "{") < jsonDepth {
			t.Fatalf("%q: %v, encoding/json: %v", text, err, other)
		}
		if err != nil || !utf8.ValidString(text) {
			return
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, encoding/json %#v", text, got, want)
		}
		back, err := ParseJSON(writeTree(t, &JSONWriter{Indent: " ", HTML: true}, got), JSONOptions{Numbers: JSONFloats}, treeMaker())
		if err != nil || !reflect.DeepEqual(back, got) {
			t.Fatalf("%q comes back as %#v, %v", text, back, err)
		}
	})
}
