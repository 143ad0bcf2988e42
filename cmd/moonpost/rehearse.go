package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"moonpost/luabind"
)

// startRehearsal runs a script for t:run as a process of its own.
func (p *process) startRehearsal(ctx context.Context, r luabind.Rehearsal) (*luabind.Rehearsed, error) {
	if err := writeFiles(r.Dir, r.Files); err != nil {
		return nil, err
	}
	command, report, err := p.rehearsalCommand(ctx, r)
	if err != nil {
		return nil, err
	}
	var stdout, stderr boundedBuffer
	command.Stdout, command.Stderr = &stdout, &stderr
	began := p.mono()
	killed, err := runKilled(command, r)
	if err != nil && command.ProcessState == nil {
		return nil, fmt.Errorf("t:run: %w", err)
	}
	said := readReport(report)
	result := &luabind.Rehearsed{
		Exit: exitStatus(command.ProcessState), Stdout: stdout.String(), Stderr: stderr.String(), Error: said.Error, Batches: said.Batches,
		Seconds: p.mono().Sub(began).Seconds(), Killed: killed, TimedOut: ctx.Err() != nil,
	}
	if result.TimedOut {
		result.Exit, result.Error, result.Batches = statusKilled, "", nil
	}
	return result, nil
}

// statusKilled is what shells say of a process that was killed. One whose time is over is asked to end first, so that
// nothing is left of the programs that it runs; to the test that is all the same.
const statusKilled = 128 + 9

// rehearsalCommand makes the command, and names the file into which it reports.
func (p *process) rehearsalCommand(ctx context.Context, r luabind.Rehearsal) (command *exec.Cmd, report string, err error) {
	program, err := p.executable()
	if err != nil {
		return nil, "", err
	}
	report = filepath.Join(r.Home, "report.json")
	if err := os.RemoveAll(report); err != nil {
		return nil, "", err
	}
	_, zoned := r.Env["TZ"]
	own := rehearsal{Name: r.Name, Now: r.Now, Zone: !zoned, Seed: r.Seed, Report: report}
	if r.Sink != nil {
		own.Way = r.Sink.WayAddr()
	}
	encoded, err := json.Marshal(own)
	if err != nil {
		return nil, "", err
	}
	args := []string{"run"}
	switch {
	case r.Work:
		args = []string{"work", "--once"}
	case r.Dry:
		args = append(args, "--dry-run")
	}
	command = exec.CommandContext(ctx, program, slices.Concat(args, []string{r.Script}, r.Args)...) //nolint:gosec // our own program
	command.Args[0] = "moonpost"
	command.Dir = r.Dir
	command.Env = append(p.rehearsalEnv(r), rehearsalVariable+"="+string(encoded))
	command.Stdin = strings.NewReader(r.Stdin)
	ownSignals(command)
	command.Cancel = func() error { return askToEnd(command.Process) }
	command.WaitDelay = endTime
	return command, report, nil
}

// endTime is how long a script that was asked to end, or what it left behind, has until it is killed or left alone:
// longer than it takes to end the programs that it runs.
const endTime = 2 * time.Second

// kept are the variables that a rehearsed script has from the process that tests it: without them programs are not
// found, and nothing starts on Windows.
var kept = []string{"PATH", "SystemRoot", "PATHEXT", "ComSpec"}

// rehearsalEnv is the script's environment.
func (p *process) rehearsalEnv(r luabind.Rehearsal) []string {
	vars := []string{"HOME=" + r.Home, "USERPROFILE=" + r.Home, "TMPDIR=" + r.Home, "TEMP=" + r.Home, "TZ=UTC"}
	for _, name := range kept {
		if value, ok := p.lookupEnv(name); ok {
			vars = append(vars, name+"="+value)
		}
	}
	for name, value := range r.Env {
		vars = append(vars, name+"="+value) // of two with one name the last counts
	}
	return vars
}

// killTime bounds the wait for a killed process to be gone.
const killTime = 10 * time.Second

// runKilled runs the command; with KillAfter it is gone before the sink answers the message after which it is killed.
func runKilled(command *exec.Cmd, r luabind.Rehearsal) (killed bool, err error) {
	if r.KillAfter == 0 {
		return false, command.Run()
	}
	gone := make(chan struct{})
	started := make(chan struct{})
	resume := r.Sink.CutAfter(r.KillAfter, func() {
		<-started
		if command.Process == nil {
			return
		}
		killed = command.Process.Kill() == nil
		select {
		case <-gone:
		case <-time.After(killTime):
		}
	})
	err = command.Start()
	close(started)
	if err == nil {
		err = command.Wait()
	}
	close(gone)
	resume() // waits for the cut that may be under way
	return killed, err
}

// exitStatus is what a shell would say: 128 and the signal's number for a process that was killed.
func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// writeFiles puts what the test gives into the script's folder. Paths are local ones.
func writeFiles(dir string, files map[string]string) error {
	for name, content := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755) //nolint:gosec // as a user would make it
		if err == nil {
			err = os.WriteFile(path, []byte(content), 0o644) //nolint:gosec // as an editor writes it
		}
		if err != nil {
			return fmt.Errorf("t:run: files: %w", err)
		}
	}
	return nil
}

// longestOutput bounds what is kept of a script's output.
const longestOutput = 16 << 20

// boundedBuffer keeps what is written to it, up to longestOutput.
type boundedBuffer struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

// Write implements io.Writer; it takes everything.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept.Write(p[:min(len(p), max(0, longestOutput-b.kept.Len()))])
	return len(p), nil
}

// String gives what was kept.
func (b *boundedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.String()
}

// take gives what was kept, and forgets it.
func (b *boundedBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.kept.String()
	b.kept.Reset()
	return text
}
