package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moonpost/scripts"
)

// TestProgramPages compares the flags of the programs in the binary with those that their pages name, both ways.
func TestProgramPages(t *testing.T) {
	moonposts := flagsIn(helpOf(t, "run", "--help") + helpOf(t, "batch", "settle", "--help") + helpOf(t, "init", "--help"))
	for _, program := range scripts.Names() {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", strings.TrimPrefix(program, "@")+".md"))
		if err != nil {
			t.Errorf("%s has no page: %v", program, err)
			continue
		}
		own, told := flagsIn(helpOf(t, "run", program, "--help")), flagsIn(string(text))
		for flag := range own {
			if !told[flag] && flag != "--help" {
				t.Errorf("%s has %s, which its page does not tell of", program, flag)
			}
		}
		for flag := range told {
			if !own[flag] && !moonposts[flag] {
				t.Errorf("the page of %s tells of %s, which it does not have", program, flag)
			}
		}
	}
}

func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	p, stdout, stderr := testProcess(args...)
	if status := p.main(); status != statusDone {
		t.Fatalf("%v: exit status %d\n%s", args, status, stderr)
	}
	return stdout.String()
}

// flagsIn finds the flags that a text names; --[no-]x is --x.
func flagsIn(text string) map[string]bool {
	flags := map[string]bool{}
	for _, m := range regexp.MustCompile(`--(?:\[no-\])?([a-z][a-z-]*)`).FindAllStringSubmatch(text, -1) {
		flags["--"+m[1]] = true
	}
	return flags
}
