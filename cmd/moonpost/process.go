package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // zones are known on machines without a tz database too, such as bare containers

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
	stdinTerminal  bool
	columns        func() int // of the terminal, 0 when there is none
	lookupEnv      func(string) (string, bool)
	wall, mono     func() time.Time
	rand           io.Reader
	signals        chan os.Signal
	tempDir        func(pattern string) (string, error)
	memory         func() int64                                     // what the machine or its cgroup has, in octets; 0: not known
	limitMemory    func(octets int64)                               // asks the collector to stay below it
	executable     func() (string, error)                           // this program
	sleep          func(ctx context.Context, d time.Duration) error // nil: the real wait
	rehearsal      *rehearsal                                       // nil: not run by a test
}

// gcPercent lets the heap grow further than Go does by itself: a mail leaves a few
// kilobytes of garbage, and little is alive at any time, so that three of four
// collections can be had for some megabytes.
const gcPercent = 400

// systemProcess is the real one.
func systemProcess() *process {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	// net/http tells of connections that wait unused by a logger of its own, with lines that a server has chosen.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	p := &process{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		terminal:       term.IsTerminal(int(os.Stderr.Fd())),
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		stdinTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		columns:        columns,
		lookupEnv:      os.LookupEnv, wall: time.Now, mono: time.Now, rand: rand.Reader,
		signals: make(chan os.Signal, 2),
		tempDir: func(pattern string) (string, error) { return os.MkdirTemp("", pattern) },
		memory:  machineMemory,
	}
	p.limitMemory = func(octets int64) {
		if os.Getenv("GOMEMLIMIT") == "" {
			debug.SetMemoryLimit(octets)
		}
	}
	p.executable = os.Executable
	p.rehearse(readRehearsal(os.Getenv(rehearsalVariable)))
	_ = os.Unsetenv(rehearsalVariable)
	signal.Notify(p.signals, os.Interrupt, syscall.SIGTERM)
	return p
}

// columns is the width of the terminal.
func columns() int {
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return width
}
