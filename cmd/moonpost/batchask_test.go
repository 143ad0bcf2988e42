package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"

	"github.com/vbauerster/mpb/v8"
)

// TestSettleAsksForSomething: where nothing is in doubt there is nothing to be asked.
func TestSettleAsksForSomething(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	store, err := sqlstore.Open(t.Context(), path, sqlstore.Options{Wall: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.OpenBatch(t.Context(), "news", outbox.Fingerprint{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	p, stdout, stderr := testProcess("batch", "settle", "news", "--resend", "--store", path)
	p.stdin, p.stdinTerminal, p.terminal = strings.NewReader(""), true, true
	if status := p.main(); status != statusDone || stderr.String() != "" || stdout.String() != "Batch news: there is no mail in the state in doubt.\n" {
		t.Errorf("%d, %q, %q", status, stdout, stderr)
	}
}

// TestEndBar: a bar is whole only where all was done.
func TestEndBar(t *testing.T) {
	for name, c := range map[string]struct {
		now   outbox.Progress
		whole bool
	}{
		"all":      {outbox.Progress{Phase: "finishing", Total: 9, Done: 9}, true},
		"half":     {outbox.Progress{Phase: "finishing", Total: 9, Done: 4}, false},
		"nothing":  {outbox.Progress{Phase: "finishing"}, false},
		"declined": {outbox.Progress{Phase: "reading", Total: 9}, false},
	} {
		bars := mpb.New(mpb.WithOutput(io.Discard))
		bar := bars.AddBar(0)
		endBar(bar, c.now)
		bars.Wait()
		if bar.Completed() != c.whole || bar.Aborted() == c.whole {
			t.Errorf("%s: completed %v, aborted %v", name, bar.Completed(), bar.Aborted())
		}
	}
}
