package luabind

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestBlame runs the language's own errors and compares each with what PUC Lua
// 5.1.5 says: which variable, field or method was nil.
func TestBlame(t *testing.T) {
	source, err := os.ReadFile("testdata/blame.lua")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/blame.txt")
	if err != nil {
		t.Fatal(err)
	}
	stdout, logged, err := runBinding(t, string(source), "")
	if err != nil {
		t.Fatal(err, logged)
	}
	got, expected := strings.Split(stdout, "\n"), strings.Split(strings.ReplaceAll(string(want), "blame.lua:", "test.lua:"), "\n")
	if len(got) != len(expected) || len(got) < 100 {
		t.Fatalf("%d lines, want %d", len(got), len(expected))
	}
	for i := range got {
		if got[i] != expected[i] {
			t.Errorf("got  %s\nwant %s", got[i], expected[i])
		}
	}
}

// TestBlameIsPUCs checks the list itself where PUC's Lua is installed.
func TestBlameIsPUCs(t *testing.T) {
	lua51, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("SKIPPED: lua5.1 is not installed, so testdata/blame.txt was not compared with it (apt-get install lua5.1)")
	}
	cmd := exec.Command(lua51, "blame.lua")
	cmd.Dir = "testdata"
	got, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(got))
	}
	if want, _ := os.ReadFile("testdata/blame.txt"); !bytes.Equal(got, want) {
		t.Errorf("lua5.1 prints\n%s", got)
	}
}

// TestFramesOfGopherLua checks that the interpreter can still be looked into:
// a new release of gopher-lua may name things otherwise.
func TestFramesOfGopherLua(t *testing.T) {
	_, logged, err := runBinding(t, "local conn\nconn.x = 1", "")
	if err == nil || !strings.Contains(err.Error(), "local 'conn' (a nil value)") {
		t.Errorf("%v %s: see frameFields", err, logged)
	}
}
