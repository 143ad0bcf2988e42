package data

import (
	"math"
	"testing"
	"unicode/utf8"
)

// writeYAML writes plain data with names in order.
func writeYAML(w *YAMLWriter, v any) error {
	switch v := v.(type) {
	case nil:
		w.Null()
	case bool:
		w.Bool(v)
	case float64:
		return w.Number(v)
	case string:
		return w.Text(v)
	case []any:
		if err := w.Begin('['); err != nil {
			return err
		}
		for _, element := range v {
			if err := writeYAML(w, element); err != nil {
				return err
			}
		}
		w.End(']')
	case []Pair: // a mapping of texts
		if err := w.Begin('{'); err != nil {
			return err
		}
		for _, p := range v {
			if err := w.Key(p.Name); err != nil {
				return err
			}
			if err := w.Text(p.Value); err != nil {
				return err
			}
		}
		w.End('}')
	case map[string]any: // of one field
		if err := w.Begin('{'); err != nil {
			return err
		}
		for name, value := range v {
			if err := w.Key(name); err != nil {
				return err
			}
			if err := writeYAML(w, value); err != nil {
				return err
			}
		}
		w.End('}')
	}
	return nil
}

func TestYAMLWriter(t *testing.T) {
	type list = []any
	type field = map[string]any
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "null\n"},
		{list{}, "[]\n"},
		{field{}, "{}\n"},
		{"a", "a\n"},
		{field{"a": 1.0}, "a: 1\n"},
		{field{"a": list{1.0, 2.5, true, nil, 1e21, 1.5e-7, math.Inf(-1), math.Inf(1), math.NaN()}}, "a:\n  - 1\n  - 2.5\n  - true\n  - null\n  - 1.0e+21\n  - 1.5e-07\n  - -.inf\n  - .inf\n  - .nan\n"},
		{list{list{1.0, list{2.0}}, field{"a": field{"b": list{}}}, list{}, field{}}, "- - 1\n  - - 2\n- a:\n    b: []\n- []\n- {}\n"},
		{list{[]Pair{{"a", "x"}, {"b", "y"}}, "z"}, "- a: x\n  b: \"y\"\n- z\n"},
		{field{"a": "one\ntwo\n"}, "a: |\n  one\n  two\n"},
		{field{"a": list{"one\n\n  two", "x\ny\n\n"}}, "a:\n  - |-\n    one\n\n      two\n  - |+\n    x\n    y\n\n"},
		{list{"", " ", "no", "On", "~", "1", "-1", ".5", "0x1F", "1:30", "2026-10-05", "null", "a: b", "a:b", "a #b", "a#b", "#a", "- a", "*a", "a:", "it's", "{a", "ü 北京 😀", "a\tb", "\u2028\ufeff\x7f\u0085"},
			"- \"\"\n- \" \"\n- \"no\"\n- \"On\"\n- \"~\"\n- \"1\"\n- \"-1\"\n- \".5\"\n- \"0x1F\"\n- \"1:30\"\n- \"2026-10-05\"\n- \"null\"\n- \"a: b\"\n- a:b\n- \"a #b\"\n- a#b\n- \"#a\"\n- \"- a\"\n- \"*a\"\n- \"a:\"\n- it's\n- \"{a\"\n- ü 北京 😀\n- \"a\\tb\"\n- \"\\u2028\\ufeff\\u007f\\u0085\"\n"},
		{[]Pair{{"no", "x"}, {"a b", "x"}, {"1", "x"}, {"a\nb", "x"}}, "\"no\": x\na b: x\n\"1\": x\n\"a\\nb\": x\n"},
	} {
		var w YAMLWriter
		if err := writeYAML(&w, c.value); err != nil || w.String() != c.want {
			t.Errorf("%v: %v\n%s\nwant\n%s", c.value, err, w.String(), c.want)
		}
	}
	var w YAMLWriter
	if err := w.Text("a\xff"); err == nil || err.Error() != "is not valid UTF-8 at octet 2" {
		t.Error(err)
	}
	deep := any(1.0)
	for range jsonDepth + 1 {
		deep = list{deep}
	}
	if err := writeYAML(new(YAMLWriter), deep); err == nil {
		t.Error("no bound of depth")
	}
}

// FuzzYAMLWriter: texts come back as they were, wherever they stand.
func FuzzYAMLWriter(f *testing.F) {
	for _, s := range []string{"", "a", "no", "a\nb\n", "a\n\n b", "a: b", "x\n#y", "x\n---\ny", "- a\n- b", "\r\n", "a\\n\"b\"", "\u0085", "😀\U0010ffff", "a\n\n\n", "%a\nb", "|\na", "x\n\ty"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		value := []any{a, map[string]any{"k": a}, []any{[]any{b}}, []Pair{{"x" + a, b}, {"y", a}}, b}
		var w YAMLWriter
		if err := writeYAML(&w, value); err != nil {
			if utf8.ValidString(a) && utf8.ValidString(b) {
				t.Fatal(err)
			}
			return
		}
		got, err := yamlText(w.String(), JSONOptions{})
		if err != nil {
			t.Fatalf("%q: %v\n%s", value, err, w.String())
		}
		var want JSONWriter
		if err := encodeTree(&want, []any{a, map[string]any{"k": a}, []any{[]any{b}}, map[string]any{"x" + a: b, "y": a}, b}); err != nil {
			t.Fatal(err)
		}
		if got != want.String() {
			t.Fatalf("got  %s\nwant %s\n%s", got, want.String(), w.String())
		}
	})
}
