package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// update rewrites the goldens of this package.
var update = flag.Bool("update", false, "rewrite golden files")

// TestMistakes runs testdata/mistakes/*.lua, scripts with a mistake that a
// beginner makes, and compares all that is printed with the .txt beside.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "mistakes", "*.lua"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	t.Chdir(filepath.Join("testdata", "mistakes"))
	for _, file := range files {
		script := filepath.Base(file)
		t.Run(strings.TrimSuffix(script, ".lua"), func(t *testing.T) {
			got := runMistake(t, script)
			compareGolden(t, strings.TrimSuffix(script, ".lua")+".txt", string(got))
			for i, line := range strings.Split(string(got), "\n") {
				if strings.Contains(line, ".go:") || strings.Contains(line, "hunter2") || len(line) > 200 {
					t.Errorf("line %d: %s", i+1, line)
				}
			}
		})
	}
}

// runMistake gives what `moonpost run script` prints; it must fail.
func runMistake(t *testing.T, script string) []byte {
	t.Helper()
	var printed bytes.Buffer
	p := &process{
		args: []string{"run", script}, stdin: strings.NewReader(""), stdout: &printed, stderr: &printed,
		lookupEnv: func(string) (string, bool) { return "", false },
		wall:      func() time.Time { return time.Unix(0, 0).UTC() }, mono: time.Now, rand: zeroReader{},
		signals: make(chan os.Signal, 1),
		tempDir: func(string) (string, error) { return t.TempDir(), nil },
		memory:  func() int64 { return 0 },
	}
	if status := p.main(); status != statusScript && status != statusUsage {
		t.Errorf("status %d", status)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(printed.Bytes(), []byte(dir), []byte("/home/ann/mails"))
}

// zeroReader is the least random source.
type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
