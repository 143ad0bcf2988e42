package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// typist gives the lines of docs/repl.md to a session as a terminal would.
type typist struct {
	lines []string
	out   io.Writer
}

func (k *typist) line(prompt string) (string, error) {
	if len(k.lines) == 0 {
		return "", io.EOF
	}
	line := k.lines[0]
	k.lines = k.lines[1:]
	_, err := io.WriteString(k.out, prompt+line+"\n")
	return line, err
}

func (k *typist) close() {}

// TestReplPage types what docs/repl.md shows and compares what comes back.
func TestReplPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "repl.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, block := range strings.Split(string(page), "```\n") {
		if i%2 == 1 {
			want = append(want, strings.TrimPrefix(block, "$ moonpost repl\n"))
		}
	}
	typed := regexp.MustCompile(`(?m)^(?:(?:sink)?>|>>) (.*)$`)
	var out bytes.Buffer
	hold := &holder{}
	screen := hold.writer(&out)
	keys := &typist{out: screen}
	for _, m := range typed.FindAllStringSubmatch(strings.Join(want, ""), -1) {
		keys.lines = append(keys.lines, m[1])
	}
	dir := t.TempDir()
	p := &process{
		stdout: screen, stderr: screen, wall: time.Now, mono: time.Now, rand: systemProcess().rand, signals: make(chan os.Signal),
		lookupEnv: func(name string) (string, bool) { return "secret", name == "SMTP_PASSWORD" },
		columns:   func() int { return 80 }, tempDir: func(string) (string, error) { return dir, nil },
	}
	r := &repl{p: p, cmd: &replCmd{}, in: keys, hold: hold, out: screen, err: screen, interactive: true}
	if status := r.main(); status != statusDone {
		t.Errorf("ends with %d", status)
	}
	got := out.String()
	for _, mask := range [][2]string{
		{regexp.QuoteMeta(dir), "DIR"}, {`DIR/new/\S+`, "DIR/FILE"}, {`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"}, {`\d+ octets`, "SIZE octets"}, {`moonpost \S+, Lua`, "moonpost VERSION, Lua"},
	} {
		got = regexp.MustCompile(mask[0]).ReplaceAllString(got, mask[1])
	}
	if diff := cmp.Diff(strings.Join(want, ""), got); diff != "" {
		t.Errorf("docs/repl.md differs (-page +session):\n%s", diff)
	}
}
