package luabind

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"moonpost/data"
)

// jsonMegabyte is a document of about a megabyte.
func jsonMegabyte() string {
	var rows []string
	for i := range 8000 {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"name":"Person %d","email":"person%d@example.org","tags":["a","b"],"active":true,"score":%d.25,"note":null}`, i, i, i, i))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// BenchmarkJSON reads and writes a megabyte, beside encoding/json into an any.
func BenchmarkJSON(b *testing.B) {
	text := jsonMegabyte()
	rt := newRuntime(b.Context(), testHost(), &Program{}, nil)
	defer rt.state.Close()
	value, err := data.ParseJSON(text, data.JSONOptions{}, rt.jsonMaker())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := data.ParseJSON(text, data.JSONOptions{}, rt.jsonMaker()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			w := valueWalk{marks: rt.jsonMarks(), sort: true, left: jsonNodes, ctx: b.Context(), form: "JSON", out: new(data.JSONWriter)}
			if err := w.value(value); err != nil {
				b.Fatal(err)
			}
		}
	})
	var tree any
	b.Run("encoding-json decode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if err := json.Unmarshal([]byte(text), &tree); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json encode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := json.Marshal(tree); err != nil {
				b.Fatal(err)
			}
		}
	})
}
