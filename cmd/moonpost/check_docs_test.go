package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckPage makes the scripts of docs/check.md and runs its commands, which must print what the page shows.
func TestCheckPage(t *testing.T) {
	runPage(t, "check.md", 3, "name,email\nAnn,ann@example.org\nBob,bob@example.org\nEve,eve@example.org\nJoe,joe@example.org\n")
}

// runPage makes the scripts of a page of docs, each named by its first line, and people.csv; then it runs the commands, so
// many, which must print what the page shows.
func runPage(t *testing.T, name string, commands int, people string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	blocks := fencedBlocks(string(page))
	dir := t.TempDir()
	t.Chdir(dir)
	files := map[string]string{"people.csv": people}
	for _, code := range blocks["lua"] {
		name, _, _ := strings.Cut(code, "\n")
		files[strings.TrimPrefix(name, "-- ")] = code
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, block := range blocks["console"] {
		for _, piece := range strings.Split(block, "$ ")[1:] {
			line, want, _ := strings.Cut(piece, "\n")
			p, stdout, stderr := testProcess(strings.Fields(line)[1:]...)
			p.main()
			if diff := cmp.Diff(want, strings.ReplaceAll(stdout.String()+stderr.String(), dir, "DIR")); diff != "" {
				t.Errorf("%s\n%s", line, diff)
			}
			ran++
		}
	}
	if ran != commands {
		t.Errorf("%d commands", ran)
	}
}
