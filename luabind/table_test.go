package luabind

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/lua.md and luabind/meta anew")

// TestGeneratedFiles fails when docs/lua.md or the stubs differ from the
// binding table.
func TestGeneratedFiles(t *testing.T) {
	files := map[string]string{filepath.Join("..", "docs", "lua.md"): Markdown()}
	for name, text := range Stubs() {
		files[filepath.Join("meta", name)] = text
	}
	for path, want := range files {
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v; run: make generate", err)
			continue
		}
		if diff := cmp.Diff(strings.ReplaceAll(string(got), "\r\n", "\n"), want); diff != "" {
			t.Errorf("%s is stale; run: make generate\n%s", path, diff)
		}
	}
	stubs, err := filepath.Glob(filepath.Join("meta", "*.lua"))
	if err != nil || len(stubs) != len(Stubs()) {
		t.Errorf("meta holds %d files, the table has %d (%v)", len(stubs), len(Stubs()), err)
	}
}

// TestTypesAreKnown looks up every class that a signature names.
func TestTypesAreKnown(t *testing.T) {
	entries := docEntries()
	for _, m := range modules(nil) {
		rows := m.Functions
		for _, c := range m.Classes {
			rows = append(rows[:len(rows):len(rows)], c.Methods...)
		}
		for _, f := range rows {
			for _, name := range typesIn(f.Sig) {
				if entries[name].text == "" {
					t.Errorf("%s.%s%s: there is no %s", m.Name, f.Name, f.Sig, name)
				}
			}
		}
	}
}

// TestEveryRowIsWhole checks that no row lacks what the documentation needs,
// and that each module has a file of its name.
func TestEveryRowIsWhole(t *testing.T) {
	for _, m := range modules(nil) {
		if _, err := os.Stat(m.Name + ".go"); err != nil {
			t.Errorf("module %s has no file of its name", m.Name)
		}
		if m.Doc == "" {
			t.Errorf("module %s has no documentation", m.Name)
		}
		rows, fields := m.Functions, m.Values
		for _, class := range m.Types {
			if len(classFields(class)) == 0 {
				t.Errorf("%s has no fields:\n%s", m.Name, class)
			}
			fields = append(fields[:len(fields):len(fields)], classFields(class)...)
		}
		for _, c := range m.Classes {
			if c.Doc == "" {
				t.Errorf("class %s has no documentation", c.Name)
			}
			fields = append(fields[:len(fields):len(fields)], c.Fields...)
			rows = append(rows[:len(rows):len(rows)], c.Methods...)
		}
		for _, f := range fields {
			if f.Name == "" || f.Type == "" || f.Doc == "" {
				t.Errorf("a field of %s is not whole: %+v", m.Name, f)
			}
		}
		for _, f := range rows {
			if f.Doc == "" || f.Example == "" || f.Fn == nil || !strings.HasPrefix(f.Sig, "(") {
				t.Errorf("row %s.%s is not whole: %+v", m.Name, f.Name, f)
			}
		}
	}
}

func TestParseSignature(t *testing.T) {
	tests := []struct {
		in   string
		want signature
	}{
		{"()", signature{}},
		{"(a: string): integer, string", signature{[]param{{"a", "string"}}, []string{"integer", "string"}}},
		{"(o: x.Options|string, port?: integer): x.Conn", signature{[]param{{"o", "x.Options|string"}, {"port?", "integer"}}, []string{"x.Conn"}}},
		{"(f: fun(a: string, b: any): ..., t: table<string, any>): { a: string, b: integer }[]",
			signature{[]param{{"f", "fun(a: string, b: any): ..."}, {"t", "table<string, any>"}}, []string{"{ a: string, b: integer }[]"}}},
	}
	for _, tt := range tests {
		if got := parseSignature(tt.in); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s\n got %+v\nwant %+v", tt.in, got, tt.want)
		}
	}
}
