package outbox

import (
	"maps"
	"sync"
	"time"
)

// tally counts what a run does; it may be asked at any time.
type tally struct {
	mono func() time.Time

	mu      sync.Mutex
	now     Progress
	failed  int64
	sent    int64
	skipped int64
	refused int64    // recipients of mails that went to others
	samples []sample // of the last while, oldest first
}

type sample struct {
	at   time.Time
	done int64
}

// Over how long a rate is measured, and by how many samples.
const (
	rateTime    = 15 * time.Second
	rateSamples = 15
)

func newTally(mono func() time.Time) *tally {
	return &tally{mono: mono, now: Progress{Phase: "opening", Counts: Counts{}}}
}

func (t *tally) phase(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.Phase = name
}

// read says how many rows the source has given.
func (t *tally) read(rows int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.Total = rows
}

// begin says what is about to be sent.
func (t *tally) begin(total int64, counts Counts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.Total, t.now.Counts = total, maps.Clone(counts)
	t.samples = []sample{{t.mono(), 0}}
}

// outcome counts that of an item; retried tells that it was deferred before.
func (t *tally) outcome(s State, retried bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave(retried)
	t.now.Counts[s]++
	switch s {
	case Deferred:
		return
	case Sent:
		t.sent++
	case Failed:
		t.failed++
	}
	t.now.Done++
	t.note()
}

// leave takes an item from where it was counted.
func (t *tally) leave(retried bool) {
	order := []State{Pending, Ready, Deferred}
	if retried {
		order = []State{Deferred, Ready, Pending}
	}
	for _, s := range order {
		if t.now.Counts[s] > 0 {
			t.now.Counts[s]--
			return
		}
	}
}

func (t *tally) refuse() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused++
}

func (t *tally) skip() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped++
}

// note takes a sample now and then.
func (t *tally) note() {
	now := t.mono()
	if n := len(t.samples); n > 0 && now.Sub(t.samples[n-1].at) < rateTime/rateSamples {
		return
	}
	t.samples = append(t.samples, sample{now, t.now.Done})
	for len(t.samples) > 2 && now.Sub(t.samples[1].at) > rateTime {
		t.samples = t.samples[1:]
	}
}

// done tells how many items came to an end in this run, and how many of them badly.
func (t *tally) done() (done, failed int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now.Done, t.failed
}

// progress is where the run stands.
func (t *tally) progress() Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.now
	p.Counts = maps.Clone(p.Counts)
	if len(t.samples) == 0 {
		return p
	}
	first := t.samples[0]
	if took := t.mono().Sub(first.at); took > 0 {
		p.Rate = float64(p.Done-first.done) / took.Seconds()
	}
	if left := p.Total - p.Done; p.Rate > 0 && left > 0 {
		p.Left = time.Duration(float64(left) / p.Rate * float64(time.Second))
	}
	return p
}
