package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestChecksRaiseNoFalseAlarm checks all Lua that is ours: examples, the scripts in the binary, benchmarks.
func TestChecksRaiseNoFalseAlarm(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, args := range [][]string{
		{"check", filepath.Join(root, "examples")},
		{"check", filepath.Join(root, "scripts")},
		{"check", "--static", "--env", "BENCH_DIR=x", "--env", "BENCH_ADDR=x", "--env", "BENCH_RATE=x", filepath.Join(root, "bench")},
		{"check", "@mailmerge", "--csv", filepath.Join(root, "examples", "data", "people.csv"), "--text", filepath.Join(root, "go.mod"), "--from", "a@example.org", "--subject", "x"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			p, stdout, stderr := testProcess(args...)
			p.lookupEnv = func(string) (string, bool) { return "", false }
			if status := p.main(); status != statusDone {
				t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
			}
		})
	}
}

// TestCheckOfExamplesSends holds that the mails of the examples are found.
func TestCheckOfExamplesSends(t *testing.T) {
	p, stdout, _ := testProcess("check", "--verbose", filepath.Join("..", "..", "examples", "07-mail-merge.lua"), filepath.Join("..", "..", "examples", "06-lmtp.lua"))
	p.lookupEnv = func(string) (string, bool) { return "", false }
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s", status, stdout)
	}
	for _, want := range []string{
		"6 messages to 6 recipients would have been sent through localhost:2525\n", "\"Welcome, Jörg Müller\" to joerg@example.org\n",
		"1 message to 2 recipients would have been sent through /run/dovecot/lmtp\n", "\n2 scripts, 0 findings\n",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}
