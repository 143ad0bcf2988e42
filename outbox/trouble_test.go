package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/sink"
)

// faulty is a store of which calls fail.
type faulty struct {
	outbox.Store
	commit func(g *outbox.Group) error // asked before
	after  func(g *outbox.Group) error // asked when it is durable
	add    func() error
}

func (f *faulty) Commit(ctx context.Context, g *outbox.Group) (*outbox.Verdict, error) {
	if f.commit != nil {
		if err := f.commit(g); err != nil {
			return nil, err
		}
	}
	v, err := f.Store.Commit(ctx, g)
	if err == nil && f.after != nil {
		err = f.after(g)
	}
	return v, err
}

func (f *faulty) Add(ctx context.Context, batch string, worker, walk int64, list []outbox.NewItem, now time.Time) ([]outbox.Arrival, error) {
	if f.add != nil {
		if err := f.add(); err != nil {
			return nil, err
		}
	}
	return f.Store.Add(ctx, batch, worker, walk, list, now)
}

func noSpace() error { return &outbox.StoreError{Store: "x", Op: "commit", Err: outbox.ErrNoSpace} }

func TestRunInterrupted(t *testing.T) {
	h := newHouse(t, sink.Rule{Stage: sink.StageAfterDot, Nth: 3, Delay: 200 * time.Millisecond})
	ctx, stop := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	go func() {
		_ = h.trial.Wait(t.Context(), 2)
		stop(why)
	}()
	job := h.job(people(120, "x.test")...)
	job.Env.Final = context.WithoutCancel(ctx)
	sum, err := outbox.Run(ctx, job)
	if !errors.Is(err, why) || sum.InDoubt != 0 || sum.Sent != int64(h.trial.Count()) || sum.Sent+sum.Left != 120 {
		t.Errorf("%v, %+v; the server has %d", err, sum, h.trial.Count())
	}
	if sum := h.run(h.job(people(120, "x.test")...)); sum.Sent+sum.Already != 120 {
		t.Errorf("%+v", sum)
	}
	if got := received(h.trial); !slices.Equal(got, people(120, "x.test")) {
		t.Errorf("received %d", len(got))
	}
}

func TestRunInterruptedInTheWalk(t *testing.T) {
	h := newHouse(t)
	ctx, stop := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	job := h.job()
	job.Source = sourceFunc(func(ctx context.Context) (*outbox.NewItem, error) {
		stop(why)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if sum, err := outbox.Run(ctx, job); !errors.Is(err, why) || sum.Sent != 0 {
		t.Errorf("%v, %+v", err, sum)
	}
}

type sourceFunc func(ctx context.Context) (*outbox.NewItem, error)

func (f sourceFunc) Next(ctx context.Context) (*outbox.NewItem, error) { return f(ctx) }

func TestRunInDoubt(t *testing.T) {
	drop := func() sink.Rule { return sink.Rule{Stage: sink.StageAfterDot, First: 1, Action: sink.ActionDrop} }
	for _, test := range []struct {
		name          string
		job, flag     outbox.Policy
		decide        bool
		first, second outbox.Counts
		taken         int
	}{
		{name: "hold", first: outbox.Counts{outbox.InDoubt: 1, outbox.Sent: 1}, second: outbox.Counts{outbox.InDoubt: 1, outbox.Sent: 1}, taken: 2},
		{name: "resend", job: outbox.Resend, first: outbox.Counts{outbox.Deferred: 1, outbox.Sent: 1}, second: outbox.Counts{outbox.Sent: 2}, taken: 3},
		{name: "skip", job: outbox.Skip, first: outbox.Counts{outbox.Sent: 2}, second: outbox.Counts{outbox.Sent: 2}, taken: 2},
		{name: "by the flag", flag: outbox.Resend, first: outbox.Counts{outbox.InDoubt: 1, outbox.Sent: 1}, second: outbox.Counts{outbox.Sent: 2}, taken: 3},
		{name: "by the script", decide: true, first: outbox.Counts{outbox.InDoubt: 1, outbox.Sent: 1}, second: outbox.Counts{outbox.Sent: 2}, taken: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, drop())
			job := h.job("a@x.test", "b@x.test")
			job.Doubt.Policy = test.job
			h.run(job)
			h.counts(test.first)
			h.clock.now = h.clock.now.Add(time.Hour)
			job = h.job("a@x.test", "b@x.test")
			job.Doubt.Policy, job.Flags.Doubt = test.job, test.flag
			if test.decide {
				job.Doubt.Decide = func(it *outbox.Item) (outbox.Policy, error) { return outbox.Resend, nil }
			}
			h.run(job)
			h.counts(test.second)
			if n := h.trial.Count(); n != test.taken {
				t.Errorf("the server took %d", n)
			}
		})
	}
}

// TestRunAfterADeadOne: a worker dies behind an intent and before another one.
func TestRunAfterADeadOne(t *testing.T) {
	h := newHouse(t)
	job := h.job("a@x.test", "b@x.test", "c@x.test")
	job.Env.Confirm = func(*outbox.Plan) (bool, error) { return false, nil }
	h.run(job)
	ctx := t.Context()
	w, err := h.store.Join(ctx)
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.store.Claim(ctx, outbox.Claim{Worker: w.ID, Batch: "b", Pending: true, Now: h.clock.now, N: 2})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	_, err = h.store.Commit(ctx, &outbox.Group{Worker: w.ID, Intents: []outbox.Parked{{ID: list[0].ID, Recipients: []string{list[0].Key}, Site: "r", Relays: []string{"r"}, MessageID: "m"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	h.open()
	sum := h.run(h.job("a@x.test", "b@x.test", "c@x.test"))
	if sum.Sent != 2 || sum.InDoubt != 1 {
		t.Errorf("%+v", sum)
	}
}

// TestRunStoreComesBack: a store that is away for a moment is waited for.
func TestRunStoreComesBack(t *testing.T) {
	h := newHouse(t)
	var n atomic.Int64
	job := h.job(people(20, "x.test")...)
	job.Env.Store = &faulty{Store: h.store, commit: func(*outbox.Group) error {
		if n.Add(1)%5 == 1 {
			return noSpace()
		}
		return nil
	}, after: func(*outbox.Group) error {
		if n.Load()%5 == 3 {
			n.Add(1)
			return errors.New("the connection was lost; who knows whether it was committed")
		}
		return nil
	}}
	told := map[string]int{}
	job.Tell.Sent = func(e *outbox.Event) error { told[e.Item.Key]++; return nil }
	if sum := h.run(job); sum.Sent != 20 {
		t.Errorf("%+v", sum)
	}
	if got := received(h.trial); !slices.Equal(got, people(20, "x.test")) {
		t.Errorf("received %v", got)
	}
	if len(told) != 20 {
		t.Errorf("told of %d", len(told))
	}
}

// TestRunStoreFails: the disk is full for good, at each kind of step.
func TestRunStoreFails(t *testing.T) {
	for _, test := range []struct {
		name string
		when func(g *outbox.Group) bool
	}{
		{"at the intents", func(g *outbox.Group) bool { return len(g.Intents) > 0 }},
		{"at the outcomes", func(g *outbox.Group) bool { return len(g.Attempts) > 0 }},
		{"always", func(*outbox.Group) bool { return true }},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			job := h.job(people(50, "x.test")...)
			var n atomic.Int64
			job.Env.Store = &faulty{Store: h.store, commit: func(g *outbox.Group) error {
				if test.when(g) && n.Add(1) > 2 {
					return noSpace()
				}
				return nil
			}}
			sum, err := outbox.RunHastily(t.Context(), job)
			if !errors.Is(err, outbox.ErrNoSpace) {
				t.Errorf("%v, %+v", err, sum)
			}
			taken := received(h.trial)
			sum = h.run(h.job(people(50, "x.test")...))
			left := int64(50) - int64(len(taken))
			if sum.Sent < left || sum.Sent+sum.Already+sum.InDoubt != 50 {
				t.Errorf("with space again: %+v, %d were taken before", sum, len(taken))
			}
			checkOnce(t, h, people(50, "x.test"))
		})
	}
}

// checkOnce is the oracle: who isn't in doubt has the mail once, others at most once.
func checkOnce(t *testing.T, h *house, keys []string) {
	t.Helper()
	times := map[string]int{}
	for _, a := range received(h.trial) {
		times[a]++
	}
	for _, key := range keys {
		it := h.item(key)
		if n := times[key]; n > 1 || n == 0 && it.State != outbox.InDoubt {
			t.Errorf("%s is %s and was taken %d times", key, it.State, n)
		}
	}
}

func TestRunIntakeFails(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(5, "x.test")...)
	job.Env.Store = &faulty{Store: h.store, add: noSpace}
	if sum, err := outbox.Run(t.Context(), job); !errors.Is(err, outbox.ErrNoSpace) || sum.Sent != 0 {
		t.Errorf("%v, %+v", err, sum)
	}
	if sum := h.run(h.job(people(5, "x.test")...)); sum.Sent != 5 {
		t.Errorf("%+v", sum)
	}
}

func TestRunCallsBack(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "no@*", Code: 550, Text: "no"}, sink.Rule{Rcpt: "later@*", Code: 450, Text: "later"})
	job := h.job("a@x.test", "no@x.test", "later@x.test")
	var heard []string
	hear := func(e *outbox.Event) error {
		if it := h.item(e.Item.Key); it.State != e.State {
			t.Errorf("%s is %s in the store, %s was told", it.Key, it.State, e.State)
		}
		heard = append(heard, fmt.Sprintf("%s %s %d %s %s", e.Item.Key, e.State, e.Item.Attempts, e.Reply.String(), e.Item.MessageID))
		return nil
	}
	job.Tell = outbox.Callbacks{Sent: hear, Failed: hear, Deferred: hear}
	h.run(job)
	slices.Sort(heard)
	want := []string{
		"a@x.test sent 1 250 2.0.0 taken a@x.test.id@example.org",
		"later@x.test deferred 1 450 4.1.1 later later@x.test.id@example.org",
		"no@x.test failed 1 550 5.1.1 no no@x.test.id@example.org",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q", heard)
	}
	if left, err := h.store.Untold(t.Context(), "b", 10); err != nil || len(left) != 0 {
		t.Errorf("untold: %v, %v", left, err)
	}
}

// TestRunCallbackRaises: the run ends, and the next one tells what wasn't told.
func TestRunCallbackRaises(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(30, "x.test")...)
	raised := errors.New("news.lua:7: nil")
	told := map[string]int{}
	job.Tell.Sent = func(e *outbox.Event) error {
		if told[e.Item.Key]++; len(told) == 3 {
			return raised
		}
		return nil
	}
	sum, err := outbox.Run(t.Context(), job)
	if !errors.Is(err, raised) || len(told) != 3 || sum.Sent == 0 {
		t.Errorf("%v, %+v, told of %d", err, sum, len(told))
	}
	job = h.job(people(30, "x.test")...)
	job.Tell.Sent = func(e *outbox.Event) error { told[e.Item.Key]++; return nil }
	if sum := h.run(job); sum.Sent+sum.Already != 30 {
		t.Errorf("%+v", sum)
	}
	twice := 0
	for _, n := range told {
		twice += n - 1
	}
	if len(told) != 30 || twice != 1 {
		t.Errorf("told of %d, %d of them twice", len(told), twice)
	}
	checkOnce(t, h, people(30, "x.test"))
}
