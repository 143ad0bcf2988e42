package crashtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shape is how a campaign sends.
type shape struct {
	recipients  int
	connections int
	inFlight    int
	chunking    bool
	lmtp        bool // with two recipients a mail, each with a reply of its own
}

func (s shape) String() string {
	text := fmt.Sprintf("%d connections, %d in flight", s.connections, s.inFlight)
	if s.lmtp {
		text += ", LMTP"
	}
	return text
}

// doubt is how many items one killed process may leave in doubt.
func (s shape) doubt() int { return s.connections * s.inFlight }

// campaign is one batch with its store and the server that takes its mail.
type campaign struct {
	shape
	t      testing.TB
	dir    string
	store  string
	server *server
	batch  string   // its name, outbox.Queue for mail that was put
	runs   []string // the command and its flags
	script string
	// mayDoubt is how many items may be in doubt, after what was done to processes and connections so far.
	mayDoubt int
	// mayTwice is how many may have been mailed twice, since what was in doubt was resent.
	mayTwice int
}

// newCampaign makes the source. An empty store is a file of SQLite's beside it.
func newCampaign(t testing.TB, s shape, store string) *campaign {
	t.Helper()
	c := &campaign{shape: s, t: t, dir: t.TempDir(), store: store, server: newServer(t, s), batch: "crash", runs: []string{"run", "--yes"}, script: "news.lua"}
	if store == "" {
		c.store = filepath.Join(c.dir, "store.db")
	}
	var rows strings.Builder
	rows.WriteString("key\n")
	for _, key := range c.keys() {
		rows.WriteString(key + "\n")
	}
	if err := os.WriteFile(c.file("rows.csv"), []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *campaign) file(name string) string { return filepath.Join(c.dir, name) }

func (c *campaign) keys() []string {
	keys := make([]string, c.recipients)
	for i := range keys {
		keys[i] = fmt.Sprintf("k%04d", i)
	}
	return keys
}

// process is one run of the batch.
type process struct {
	*exec.Cmd
	output bytes.Buffer
	ended  chan struct{}
}

// order is what a crash build is told: "kill MOMENT N".
type order string

// start begins a run of the batch. Flags are those of its command.
func (c *campaign) start(o order, flags ...string) *process {
	c.t.Helper()
	return c.launch(o, c.script, append(slices.Clone(c.runs), flags...)...)
}

// launch begins a command with a script.
func (c *campaign) launch(o order, script string, command ...string) *process {
	c.t.Helper()
	_, port, err := net.SplitHostPort(c.server.Addr())
	if err != nil {
		c.t.Fatal(err)
	}
	protocol := "smtp"
	if c.lmtp {
		protocol = "lmtp"
	}
	p := &process{ended: make(chan struct{})}
	p.Cmd = exec.Command(binary(c.t), append(command, "--store", c.store, filepath.Join("testdata", script))...)
	p.Env = append(os.Environ(),
		"CRASH_PORT="+port, "CRASH_CONNECTIONS="+strconv.Itoa(c.connections), "CRASH_IN_FLIGHT="+strconv.Itoa(c.inFlight),
		"CRASH_ROWS="+c.file("rows.csv"), "CRASH_TOLD="+c.file("told"), "CRASH_RATE=1000/s", "CRASH_PROTOCOL="+protocol, "MOONPOST_CRASH="+string(o), "MOONPOST_MOMENTS="+c.file("moments"))
	p.Stdout, p.Stderr = &p.output, &p.output
	if err := p.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		_ = p.Cmd.Wait()
		close(p.ended)
	}()
	c.t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
	})
	return p
}

// patience is how long a run may take at most.
const patience = 2 * time.Minute

// wait returns the exit status, -1 for a process that a signal ended.
func (p *process) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.Process.Signal(syscall.SIGQUIT) // so that it shows where it hangs
		<-p.ended
		t.Fatalf("a run didn't end within %v:\n%s", patience, p.output.String())
	}
	return p.ProcessState.ExitCode()
}

// kill ends the process from outside and tells whether it was still there.
func (p *process) kill() bool {
	err := p.Process.Kill()
	<-p.ended
	return !errors.Is(err, os.ErrProcessDone) && p.killed()
}

// killed tells whether SIGKILL ended it.
func (p *process) killed() bool {
	status, ok := p.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// Exit statuses of a run.
const (
	statusDone        = 0
	statusRefused     = 4
	statusFailed      = 6
	statusInDoubt     = 7
	statusInterrupted = 130
)

// finish runs the batch once more, to its end.
func (c *campaign) finish(flags ...string) {
	c.t.Helper()
	p := c.start("", flags...)
	if status := p.wait(c.t); status != statusDone && status != statusInDoubt {
		c.t.Fatalf("the run that should have finished ended with status %d:\n%s", status, p.output.String())
	}
}

// moments counts how often each was passed by all runs so far.
func (c *campaign) moments() map[string]int {
	c.t.Helper()
	counts := map[string]int{}
	text, err := os.ReadFile(c.file("moments"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, name := range strings.Fields(string(text)) {
		counts[name]++
	}
	return counts
}
