package main

import (
	"os/exec"
	"strings"
	"testing"
)

// completions gives what bash offers for a command line that ends at the
// cursor, by the text that moonpost printed.
func completions(t *testing.T, words ...string) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("SKIPPED: bash is not installed, so what it completes was not tried")
	}
	p, stdout, stderr := testProcess("completion", "bash")
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quoteShell(word)
	}
	script := stdout.String() + "COMP_WORDS=(" + strings.Join(quoted, " ") + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_moonpost\necho \"${COMPREPLY[@]}\"\n"
	command := exec.CommandContext(t.Context(), bash, "--norc", "-c", script)
	command.Dir = t.TempDir()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"moonpost ru", "run"},
		{"moonpost run --dr", "--dry-run"},
		{"moonpost run @mail", "@mailmerge"},
		{"moonpost run a.lua --redir", "--redirect"},
		{"moonpost completion z", "zsh"},
		{"moonpost doc smtp.conn", "smtp.connect"},
		{"moonpost completion x", ""},
		{"moonpost nothing --", ""},
		{"moonpost batch se", "settle"},
		{"moonpost batch items news --state in", "intent in_doubt"},
		{"moonpost batch items --cs", "--csv"},
		{"moonpost outbox hol", "hold"},
	} {
		if got := completions(t, strings.Fields(c.line)...); got != c.want {
			t.Errorf("%s: got %q, want %q", c.line, got, c.want)
		}
	}
}

// TestCompletionNamesEverything: every command and every flag is in the text for every shell.
func TestCompletionNamesEverything(t *testing.T) {
	parser, err := (&process{}).parser(&cli{}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	commands := completedCommands(parser.Model)
	for name, text := range map[string]string{"bash": bashCompletion(commands), "zsh": zshCompletion(commands), "fish": fishCompletion(commands)} {
		for _, command := range commands {
			for _, flag := range command.flags {
				if !strings.Contains(text, flag.name) || !strings.Contains(text, command.name) {
					t.Errorf("%s lacks %s --%s", name, command.name, flag.name)
				}
			}
		}
	}
	if len(commands) < 5 {
		t.Errorf("only %d commands", len(commands))
	}
}
