//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// keyboard is a terminal with moonpost repl on it, as a person has it.
type keyboard struct {
	t      *testing.T
	master *os.File
	cmd    *exec.Cmd

	mu     sync.Mutex
	screen bytes.Buffer // all that was written
	seen   int          // how much of it was looked at
}

// openTerminal starts moonpost on a terminal of its own.
func openTerminal(t *testing.T, dir string, args ...string) *keyboard {
	t.Helper()
	master, slave := newTerminalPair(t)
	k := &keyboard{t: t, master: master, cmd: exec.Command("moonpost", args...)}
	k.cmd.Dir = dir
	k.cmd.Env = append(os.Environ(), "TERM=xterm", "XDG_STATE_HOME="+filepath.Join(dir, "state"), "TMPDIR="+dir)
	k.cmd.Stdin, k.cmd.Stdout, k.cmd.Stderr = slave, slave, slave
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	t.Cleanup(func() { k.cmd.Process.Kill(); k.cmd.Wait(); master.Close() })
	go k.watch()
	return k
}

// newTerminalPair makes a terminal of 100 columns.
func newTerminalPair(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("SKIPPED LOUDLY: no terminals here: %v", err)
	}
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 100})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

func (k *keyboard) watch() {
	buf := make([]byte, 4096)
	for {
		n, err := k.master.Read(buf)
		k.mu.Lock()
		k.screen.Write(buf[:n])
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// press types keys as they are.
func (k *keyboard) press(keys string) {
	k.t.Helper()
	if _, err := k.master.WriteString(keys); err != nil {
		k.t.Fatal(err)
	}
}

// see waits until the text stands on the screen behind what was seen before.
func (k *keyboard) see(text string) {
	k.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		k.mu.Lock()
		rest := k.screen.String()[k.seen:]
		if i := strings.Index(rest, text); i >= 0 {
			k.seen += i + len(text)
			k.mu.Unlock()
			return
		}
		k.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	k.t.Fatalf("%q is not on the screen:\n%q", text, k.screen.String()[k.seen:])
}

// TestReplOnATerminal types as a person does.
func TestReplOnATerminal(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "setup.lua"), []byte("local preset = 42\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k := openTerminal(t, dir, "repl", "setup.lua")
	k.see("Ctrl-D leaves.")
	k.see("> ")
	for _, step := range []struct{ keys, sees string }{
		{"=preset\r", "42"},
		{"smtp.quotea\t(\"Ann <a@x.example>\")\r", `"<a@x.example>"`},
		{"do\r\tif true then\r\t\tprint('pas' .. 'ted')\r\tend\rend\r", "pasted"}, // a Tab would list all words
		{"string.f\t\t\x15", "find format"},
		{"for i = 1, 2 do\r", ">> "},
		{"print('row', i) end\r", "row\t2"},
		{"for i = 1, 2 do\r", ">> "},
		{"\x03", "^C"},
		{"1 +\r", ">> "},
		{"\r", ">> "},
		{"1\r", "2"},
		{"while true do end\r", "\n"},
		{"\x03", "interrupted"},
		{"preset + 1\r", "43"},
		{"_ + 1\r", "44"},
		{"\x1b[A\x1b[A\r", "43"},
		{"io.read()\r", "\n"},
		{"a line\r", `"a line"`},
		{"io.read()\r", "\n"},
		{"\x03", "interrupted"},
		{"password = 'hunter2'\r", "> "},
		{":sink\r", "sink: all mail goes to 127.0.0.1:"},
		{"conn = smtp.connect{ ho\t\"mail.example\" }\r", "sink> "},
		{"conn:qui\t()\r", "221"},
		{":doc smtp.conn\t\r", "smtp.connect(target"},
		{"error('no')\r", "repl:1: no"},
	} {
		k.press(step.keys)
		k.see(step.sees)
		if step.keys == "while true do end\r" || step.keys == "io.read()\r" {
			time.Sleep(100 * time.Millisecond) // it runs now
		}
	}
	k.see("sink> ")
	k.press("\x04")
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("ends with %v", err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "state", "moonpost", "history"))
	if err != nil || strings.Contains(string(kept), "hunter2") || !strings.Contains(string(kept), "preset + 1\n") {
		t.Errorf("the history holds %q, %v", kept, err)
	}
	k = openTerminal(t, dir, "repl")
	k.see("> ")
	k.press("\x1b[A\x1b[A\r")
	k.see(":doc smtp.connect")
	k.see("smtp.connect(target")
	if err := k.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if k.cmd.Wait(); k.cmd.ProcessState.ExitCode() != statusInterrupted {
		t.Errorf("SIGTERM gives %v", k.cmd.ProcessState)
	}
}
