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

// runOn runs code on a host.
func runOn(t *testing.T, host *Host, code string) error {
	t.Helper()
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Run(t.Context(), program)
	return err
}

// TestTimesAndNullsAsText: a row that json.decode gave can be written as CSV,
// and a time stands in a query and among a program's words.
func TestTimesAndNullsAsText(t *testing.T) {
	checkModule(t, map[string]string{
		`print(require("csv").encode({ { a = json.null, b = time.parse("2026-10-05T10:00Z") } }, { columns = { "a", "b" } }))`: "a,b\r\n,2026-10-05T10:00:00Z\r\n",
		`print(url.query{ since = time.parse("2026-10-05T10:00Z") })`:                                                          "since=2026-10-05T10%3A00%3A00Z",
		`io.write(exec.run{ "echo", time.parse("2026-10-05T10:00Z") }.stdout)`:                                                 "2026-10-05T10:00:00Z",
		`url.query{ a = json.null }`:                 `error: url.query: the query's "a" must be a string, a number or a boolean, got an object`,
		`exec.run{ "echo", json.null }`:              "error: exec.run: word 2 must be a string or a number, got an object",
		`require("csv").encode{ { a = io.stdout } }`: `error: csv.encode: row 1: field "a" must be a string, number, boolean, time or nil, got an object`,
	})
}
