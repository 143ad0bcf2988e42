package main

import (
	"crypto/rand"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/term"
)

// process is all that the program takes from its surroundings. Nothing else
// in the repository touches arguments, environment, standard streams, clocks
// or signals.
type process struct {
	args           []string // without the program's own name
	stdin          io.Reader
	stdout, stderr io.Writer
	terminal       bool // stderr is one
	stdoutTerminal bool
	json           bool // errors are printed as JSON lines
	lookupEnv      func(string) (string, bool)
	wall, mono     func() time.Time
	rand           io.Reader
	signals        chan os.Signal
	tempDir        func(pattern string) (string, error)
}

// gcPercent lets the heap grow a little further than Go does by itself: a mail
// leaves a few kilobytes of garbage, and little is alive at any time, so that half
// of the collections can be had for a few megabytes.
const gcPercent = 200

// systemProcess is the real one.
func systemProcess() *process {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	p := &process{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		terminal:       term.IsTerminal(int(os.Stderr.Fd())),
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		lookupEnv:      os.LookupEnv, wall: time.Now, mono: time.Now, rand: rand.Reader,
		signals: make(chan os.Signal, 2),
		tempDir: func(pattern string) (string, error) { return os.MkdirTemp("", pattern) },
	}
	signal.Notify(p.signals, os.Interrupt, syscall.SIGTERM)
	return p
}
