package outbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/sink"
)

// TestRunCancelledMeanwhile ends a batch while it is sent: the run says so, and begins nothing more.
func TestRunCancelledMeanwhile(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(500, "x.test")...)
	job.Tell.Sent = func(e *outbox.Event) error {
		if h.trial.Count() > 400 {
			return nil // it is over
		}
		_, err := h.store.CancelBatch(t.Context(), job.ID)
		return err
	}
	sum := h.run(job)
	if !strings.HasPrefix(sum.Stopped, "the batch was cancelled") || sum.Sent == 0 || sum.Sent > 400 || sum.Sent != int64(h.trial.Count()) {
		t.Errorf("%+v; the server has %d", sum, h.trial.Count())
	}
	rehearsal, err := outbox.Rehearse(t.Context(), h.job(people(500, "x.test")...))
	if err != nil || rehearsal.Sent != 0 || rehearsal.Stopped != sum.Stopped {
		t.Errorf("rehearsed: %+v, %v", rehearsal, err)
	}
}

// TestRunUnknownKeys names the keys that were asked for in vain.
func TestRunUnknownKeys(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(3, "x.test")...)
	job.Flags.Only = []string{"nobody@x.test", people(3, "x.test")[0]}
	want := []string{"nobody@x.test"}
	if sum, err := outbox.Rehearse(t.Context(), job); err != nil || sum.Sent != 1 || !slices.Equal(sum.Unknown, want) {
		t.Errorf("rehearsed: %+v, %v", sum, err)
	}
	job = h.job(people(3, "x.test")...)
	job.Flags.Only = []string{"nobody@x.test", people(3, "x.test")[0]}
	if sum := h.run(job); sum.Sent != 1 || !slices.Equal(sum.Unknown, want) {
		t.Errorf("%+v", sum)
	}
}

// TestRunDue tells when it is worth while to come again.
func TestRunDue(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "*", Code: 451})
	now := h.clock.Now()
	sum := h.run(h.job(people(3, "x.test")...))
	if sum.Deferred != 3 || sum.Due.Before(now.Add(30*time.Second)) || sum.Due.After(now.Add(2*time.Minute)) {
		t.Errorf("due %v, %+v", sum.Due.Sub(now), sum)
	}
}

// TestPlanBesideLimit tells how many there are, besides how many the limit lets through.
func TestPlanBesideLimit(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(9, "x.test")...)
	job.Flags.Limit = 2
	var toSend int64
	job.Env.Confirm = func(p *outbox.Plan) (bool, error) { toSend = p.ToSend; return true, nil }
	if sum := h.run(job); toSend != 9 || sum.Sent != 2 {
		t.Errorf("%d planned, %+v", toSend, sum)
	}
}
