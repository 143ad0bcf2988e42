package luabind

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inExampleFolder puts the test into a folder that has the files of examples.
func inExampleFolder(t *testing.T) {
	t.Helper()
	source, err := filepath.Abs(filepath.Join("..", "examples", "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, from := range map[string]string{"report.pdf": "brochure.pdf", "logo.png": "logo.png"} {
		octets, err := os.ReadFile(filepath.Join(source, from))
		if err == nil {
			err = os.WriteFile(name, octets, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("people.jsonl", []byte(`{"email":"ann@example.org"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestModuleExamplesRun runs the example of every row of the everyday
// modules; "-->" tells what it prints.
func TestModuleExamplesRun(t *testing.T) {
	inExampleFolder(t)
	ran := 0
	for _, m := range []Module{jsonModule(nil), timeModule(nil), fsModule(nil), execModule(nil), hashModule(nil), urlModule(nil)} {
		for name, f := range rowsOf(m) {
			ran++
			stdout, logged, err := runBinding(t, "local "+m.Name+" = require \""+m.Name+"\"\n"+f.Example, "")
			if err != nil || logged != "" {
				t.Errorf("%s: %v\n%s\n%s", name, err, f.Example, logged)
			}
			if _, want, told := strings.Cut(f.Example, "--> "); told && want != strings.TrimSpace(stdout) {
				t.Errorf("%s\nprints %s", f.Example, stdout)
			}
		}
	}
	if ran < 50 {
		t.Errorf("only %d examples", ran)
	}
}
