package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRoutingPage makes the script of docs/routing.md and runs the commands, which must print what the page shows.
func TestRoutingPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "routing.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := fencedBlocks(string(page))
	t.Chdir(t.TempDir())
	files := map[string]string{"people.csv": "name,email\nAnn,ann@example.org\n"}
	for _, code := range blocks["lua"] {
		name, _, _ := strings.Cut(code, "\n")
		files[strings.TrimPrefix(name, "-- ")] = code
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commands := 0
	for _, block := range blocks["console"] {
		for _, piece := range strings.Split(block, "$ ")[1:] {
			line, want, _ := strings.Cut(piece, "\n")
			p, stdout, stderr := testProcess(strings.Fields(line)[1:]...)
			p.main()
			if diff := cmp.Diff(want, stdout.String()+stderr.String()); diff != "" {
				t.Errorf("%s\n%s", line, diff)
			}
			commands++
		}
	}
	if commands != 2 {
		t.Errorf("%d commands", commands)
	}
}
