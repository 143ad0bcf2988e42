package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageSection is the Lua of one section of a page, and what its comments say that it prints.
type pageSection struct{ title, code, want string }

// luaSections joins the snippets of each section; what they print stands behind "-->".
func luaSections(page string) []pageSection {
	var list []pageSection
	inside := false
	for line := range strings.Lines(page) {
		title, isTitle := strings.CutPrefix(line, "## ")
		switch {
		case inside && line == "```\n":
			inside = false
		case inside:
			statement, result, _ := strings.Cut(line, "-->")
			now := &list[len(list)-1]
			now.code += strings.TrimRight(statement, " \n") + "\n"
			now.want += result + "\n"
		case line == "```lua\n":
			inside = true
		case isTitle:
			list = append(list, pageSection{title: strings.TrimSpace(title)})
		}
	}
	return list
}

// TestMessagesPage runs the Lua of docs/messages.md section by section against
// the sink, and compares what it prints with what the page says. White space
// counts only as space.
func TestMessagesPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "messages.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := luaSections(strings.ReplaceAll(string(page), "\r\n", "\n"))
	data, err := filepath.Abs(filepath.Join("..", "..", "examples", "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("data", os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, s := range sections {
		if s.code == "" {
			continue
		}
		ran++
		t.Run(s.title, func(t *testing.T) {
			p, stdout, stderr := testProcess("run", "--sink", "--sink-dir", t.TempDir(), "-e", s.code)
			p.lookupEnv = func(string) (string, bool) { return "", false }
			if status := p.main(); status != statusDone {
				t.Errorf("exit status %d\n%s", status, stderr)
			}
			if diff := cmp.Diff(strings.Fields(s.want), strings.Fields(stdout.String())); diff != "" {
				t.Errorf("the section prints other than the page says (-page +script):\n%s\n%s%s", diff, stdout, stderr)
			}
			if strings.Contains(stderr.String(), "WRN") {
				t.Errorf("it warns:\n%s", stderr)
			}
		})
	}
	if ran < 8 {
		t.Errorf("%d sections with Lua", ran)
	}
}
