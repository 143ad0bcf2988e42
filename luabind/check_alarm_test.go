package luabind

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// beyond are findings that say what a snippet lacks by being one.
var beyond = regexp.MustCompile(`^(note )?[\d:]+: (unknown global|cannot read|env\.|module ")`)

// TestLintSnippets holds that no example of the binding table and no piece of Lua in the docs raises a false alarm.
func TestLintSnippets(t *testing.T) {
	snippets := map[string]string{}
	for _, m := range modules(nil) {
		for _, f := range m.Functions {
			snippets[m.Name+"."+f.Name] = f.Example
		}
		for _, c := range m.Classes {
			for _, f := range c.Methods {
				snippets[c.Name+":"+f.Name] = f.Example
			}
		}
	}
	pages, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	if err != nil || len(pages) < 5 {
		t.Fatal(pages, err)
	}
	for _, page := range append(pages, filepath.Join("..", "README.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for i, block := range strings.Split(string(text), "```lua\n")[1:] {
			code, _, _ := strings.Cut(block, "```")
			if page != filepath.Join("..", "docs", "lua.md") && !strings.Contains(code, "---@") {
				snippets[filepath.Base(page)+"#"+string(rune('1'+i))] = code
			}
		}
	}
	delete(snippets, "check.md#1") // is wrong in six ways
	if len(snippets) < 100 {
		t.Fatalf("%d snippets", len(snippets))
	}
	for name, code := range snippets {
		code = strings.ReplaceAll(code, "{ form = ", "{ from = ") // a mistake that a page makes on purpose
		for _, line := range lintText(t, t.TempDir(), code) {
			if !beyond.MatchString(line) {
				t.Errorf("%s: %s\n%s", name, line, code)
			}
		}
	}
}

// TestLintIsFast holds that the time grows with the script, no faster: a thousand lines take some 25 ms, which a busy
// machine makes a few times more.
func TestLintIsFast(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "scripts", "mailmerge.lua"))
	if err != nil {
		t.Fatal(err)
	}
	chunk := "do\n" + string(source) + "\nend\n"
	script := strings.Repeat(chunk, 1+1000/strings.Count(chunk, "\n"))
	best := time.Hour
	for range 5 {
		began := time.Now()
		if got := lintText(t, t.TempDir(), script); len(got) > 0 {
			t.Fatal(got)
		}
		best = min(best, time.Since(began))
	}
	t.Logf("%d lines in %v", strings.Count(script, "\n"), best)
	if best > time.Second {
		t.Errorf("%d lines took %v", strings.Count(script, "\n"), best)
	}
}
