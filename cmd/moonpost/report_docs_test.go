package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// reportFiles names the files of docs/reports.md that are no Lua, by the language of their snippet.
var reportFiles = map[string]string{
	"csv": "sales.csv", "html": "words.html", "json": "events.jsonl", "markdown": "intro.md",
}

// TestReportsPage makes the files of docs/reports.md and runs its commands, which must print what the page shows. Each
// script of the page is run by one of them.
func TestReportsPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := newBatchPage(t)
	blocks := fencedBlocks(string(page))
	commands := strings.Join(blocks["console"], "\n")
	for kind, name := range reportFiles {
		if len(blocks[kind]) != 1 {
			t.Errorf("%d snippets of %s", len(blocks[kind]), kind)
			continue
		}
		p.write(name, blocks[kind][0])
	}
	for _, code := range blocks["lua"] {
		name, _, _ := strings.Cut(strings.TrimPrefix(code, "-- "), "\n")
		p.write(name, code)
		if !strings.Contains(commands, " "+name+"\n") {
			t.Errorf("%s is run by no command of the page", name)
		}
	}
	for _, block := range blocks["console"] {
		for _, piece := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, want, _ := strings.Cut(piece, "\n")
			p.check(line, strings.TrimRight(want, "\n"))
		}
	}
	if got := p.sink.Count(); got != 2 {
		t.Errorf("%d mails", got)
	}
}
