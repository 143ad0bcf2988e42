package main

import (
	"strings"
	"testing"
)

// TestUsageTexts holds what a wrong command line prints.
func TestUsageTexts(t *testing.T) {
	for line, want := range map[string]string{
		"news.lua":       "moonpost: unexpected argument news.lua\n  hint: a script is run by moonpost run news.lua\n",
		"chek news.lua":  "moonpost: unexpected argument chek, did you mean \"check\"?\n  hint: moonpost --help lists the commands\n",
		"run -e":         "moonpost: --eval: its value is missing\n  hint: moonpost run --help tells its flags\n",
		"test --timeout": "moonpost: --timeout: its value is missing\n  hint: moonpost test --help tells its flags\n",
		"completion":     "moonpost: the shell is missing\n  hint: moonpost completion --help tells its flags\n",
		"check --bogus":  "moonpost: check: unknown flag --bogus\n  hint: moonpost check --help tells its flags\n",
		"run usage_test": "moonpost: cannot read script usage_test: no such file or directory\n",
		"run testdata/mistakes/54-option-like-none": "moonpost: cannot read script testdata/mistakes/54-option-like-none: no such file or directory; did you mean testdata/mistakes/54-option-like-none.lua?\n",
		"init a/b":              "moonpost: there is no project \"a/b\" to start from; there are digest, heartbeat, invite, mailmerge, report\n  hint: to write into a folder of that name: moonpost init --dir a/b\n",
		"run --sink-dirr x.lua": "moonpost: run: unknown flag --sink-dirr; did you mean --sink-dir?\n  hint: moonpost run --help tells its flags\n",
	} {
		p, _, stderr := testProcess(strings.Fields(line)...)
		if status := p.main(); status != statusUsage || stderr.String() != want {
			t.Errorf("%s: status %d\n%s", line, status, stderr)
		}
	}
}

// TestUsualWords: help and --version, as at any program.
func TestUsualWords(t *testing.T) {
	for line, want := range map[string]string{"help": "Usage: moonpost <command>", "help check": "Usage: moonpost check", "--version": "moonpost ", "-V": "moonpost "} {
		p, stdout, stderr := testProcess(strings.Fields(line)...)
		if status := p.main(); status != statusDone || !strings.HasPrefix(stdout.String(), want) {
			t.Errorf("%s: status %d\n%s%s", line, status, stdout, stderr)
		}
	}
}
