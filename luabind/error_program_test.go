package luabind

import (
	"context"
	"testing"
)

// TestReportOfProgram tells mistakes of those who call a program of the binary without its lines, and its own with them.
func TestReportOfProgram(t *testing.T) {
	for code, want := range map[string]string{
		"error('another run goes on', 0)":         "moonpost: @news: another run goes on\n",
		`require("csv").rows "/nowhere/nope.csv"`: "moonpost: @news: cannot read /nowhere/nope.csv: no such file or directory\n",
		"prnt()": "moonpost: @news:1: attempt to call global 'prnt' (a nil value)\n   1 | prnt()\n     | ^~~~\n  hint: did you mean \"print\"?\n",
	} {
		program, err := Compile(Script{Name: "@news", Source: []byte(code)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = testHost().Run(context.Background(), program)
		if err == nil {
			t.Fatalf("%s: no error", code)
		}
		if got := Describe(err).Text(); got != want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", code, got, want)
		}
	}
}
