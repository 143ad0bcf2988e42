package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
)

// rehearsalVariable is how `moonpost test` tells a script's process what it is. The process takes it out of its
// environment before anything else sees it.
const rehearsalVariable = "MOONPOST_REHEARSAL"

// rehearsal is how a test wants a script to be run.
type rehearsal struct {
	Name   string    `json:"name"`          // the script as the test names it
	Now    time.Time `json:"now"`           // where the wall clock stands
	Zone   bool      `json:"zone"`          // whether Now's zone is the script's local one; else that of TZ is
	Seed   uint64    `json:"seed"`          // of identifiers and boundaries
	Way    string    `json:"way,omitempty"` // address of the trial that takes all mail; "": nothing is connected
	Report string    `json:"report"`        // file for what the process says about its end
}

// rehearsalReport is what the process says about its end, beside its exit status.
type rehearsalReport struct {
	Error   string           `json:"error,omitempty"`   // the uncaught error, with its place
	Batches []outbox.Summary `json:"batches,omitempty"` // what its batches did
}

// readRehearsal reads the variable's value; nil where it is none.
func readRehearsal(text string) *rehearsal {
	var r rehearsal
	if text == "" || json.Unmarshal([]byte(text), &r) != nil {
		return nil
	}
	return &r
}

// rehearse puts the test's world in the place of the process's own.
func (p *process) rehearse(r *rehearsal) {
	if r == nil {
		return
	}
	p.rehearsal = r
	if r.Zone {
		time.Local = r.Now.Location()
	}
	clock := &stillClock{now: r.Now.In(time.Local)}
	p.wall, p.sleep = clock.wall, clock.sleep
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(r.Seed >> (8 * i)) //nolint:gosec // one octet after the other
	}
	p.rand = &sharedRand{r: rand.NewChaCha8(seed)}
}

// sharedRand lets the script and its relays' connections draw from one source.
type sharedRand struct {
	mu sync.Mutex
	r  io.Reader
}

// Read implements io.Reader.
func (s *sharedRand) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(b)
}

// stillClock is a wall clock that stands still, and jumps over waits.
type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stillClock) wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stillClock) sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(0, d))
	return nil
}

// lead sends the script's mail where the test wants it.
func (r *rehearsal) lead(h *luabind.Host) {
	h.Outbound.Local = h.Outbound.Local || r != nil
	switch {
	case r == nil || h.Outbound.Dry:
	case r.Way == "":
		h.Outbound.Closed = true
	default:
		h.Outbound.Sink = &luabind.Sink{Way: r.Way}
	}
}

// tell reports an uncaught error and what the batches did to the test.
func (r *rehearsal) tell(err error, batches []outbox.Summary) {
	if r == nil {
		return
	}
	encoded, err := json.Marshal(rehearsalReport{Error: errorText(err), Batches: batches})
	if err == nil {
		_ = os.WriteFile(r.Report, encoded, 0o600) // without it the test sees exit status and standard error all the same
	}
}

// errorText is an uncaught error with its place; "" where there is none.
func errorText(err error) string {
	var e *luabind.ScriptError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e) && e.Where != "":
		return e.Where + " " + e.Error()
	}
	return err.Error()
}

// readReport reads what a process said about its end; one that was killed said nothing.
func readReport(path string) (r rehearsalReport) {
	encoded, err := os.ReadFile(path)
	if err == nil && json.NewDecoder(bytes.NewReader(encoded)).Decode(&r) != nil {
		return rehearsalReport{}
	}
	return r
}
