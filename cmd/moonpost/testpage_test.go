package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestOwnLua runs `moonpost test` over the tests of the repository's own examples and scripts.
func TestOwnLua(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	p, stdout, stderr := testProcess("test", "examples", "scripts")
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	for _, want := range []string{"ok    examples/25-tested_test.lua: ", "ok    scripts/tests/mailmerge_test.lua: ", "ok    scripts/tests/report_test.lua: ", "ok    scripts/start/report/report_test.lua: "} {
		if !strings.Contains(filepath.ToSlash(stdout.String()), want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}

// TestTestingPage runs the tests of docs/testing.md, whose snippets begin with the name of their file.
func TestTestingPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "testing.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	snippets := fencedBlocks(strings.ReplaceAll(string(page), "\r\n", "\n"))["lua"]
	for _, snippet := range snippets {
		first, _, _ := strings.Cut(snippet, "\n")
		name, ok := strings.CutPrefix(first, "-- ")
		if !ok || !strings.HasSuffix(name, ".lua") {
			t.Fatalf("a snippet begins with %q, want the name of its file", first)
		}
		if err := os.WriteFile(name, []byte(snippet), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"test", "--update"}, {"test"}} {
		p, stdout, stderr := testProcess(args...)
		if status := p.main(); status != statusDone || !regexp.MustCompile(`(?m)^6 passed \(`).MatchString(stdout.String()) {
			t.Errorf("%q: exit status %d\n%s%s", args, status, stdout, stderr)
		}
	}
	if len(snippets) != 7 {
		t.Errorf("%d snippets", len(snippets))
	}
}

// TestInterruptedTests ends a run of tests in the middle of a case.
func TestInterruptedTests(t *testing.T) {
	t.Chdir(t.TempDir())
	source := "local test = require 'test'\ntest.case('first', function() end)\ntest.case('endless', function(t) t:run('loop.lua') end)\ntest.case('never', function() end)"
	for name, text := range map[string]string{"x_test.lua": source, "loop.lua": "while true do end"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, stdout, stderr := testProcess("test")
	time.AfterFunc(300*time.Millisecond, func() { p.signals <- os.Interrupt })
	began := time.Now()
	if status := p.main(); status != statusInterrupted || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if !regexp.MustCompile(`^ok    x_test.lua: first \(\S+\)\n1 passed \(`).MatchString(stdout.String()) {
		t.Errorf("printed\n%s", stdout)
	}
}
