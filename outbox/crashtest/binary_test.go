// Package crashtest kills batches at every moment that makes a difference, runs them again, and compares what the
// server was given with what the store believes.
package crashtest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// long asks for the whole matrix (minutes) instead of the short form: `make crash`.
var long = flag.Bool("long", false, "kill at every moment, in every way")

// wantLong leaves out what takes minutes.
func wantLong(t *testing.T) {
	t.Helper()
	if !*long {
		t.Skip("takes minutes: `make crash` runs it")
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "moonpost-crash-")
	if err != nil {
		panic(err)
	}
	binaryDir = dir
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

var binaryDir string

// buildBinary compiles moonpost so that it ends where it is told to.
var buildBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "moonpost")
	command := exec.Command("go", "build", "-tags", "crash", "-o", path, "../../cmd/moonpost")
	command.Stderr = os.Stderr
	return path, command.Run()
})

func binary(t testing.TB) string {
	t.Helper()
	path, err := buildBinary()
	if err != nil {
		t.Fatalf("go build -tags crash: %v", err)
	}
	return path
}
