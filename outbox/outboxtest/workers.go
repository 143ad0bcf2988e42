package outboxtest

import (
	"errors"
	"testing"

	"moonpost/outbox"
)

func workersTest(t *testing.T, f *fixture) {
	first, err := f.s.Join(f.ctx)
	f.must(err)
	second, err := f.s.Join(f.ctx)
	f.must(err)
	if first.ID == 0 || first.ID == second.ID || first.Process == 0 || first.Since.IsZero() {
		t.Errorf("workers %+v and %+v", first, second)
	}
	shares, err := f.s.Beat(f.ctx, first.ID, []outbox.Want{{Name: "r", Shards: 4}})
	f.must(err)
	is(t, "alone", line(shares), "[{r 4 4}]")
	shares, err = f.s.Beat(f.ctx, first.ID, nil)
	is(t, "wants nothing", line(len(shares), err), "0 <nil>")
	f.must(f.s.Leave(f.ctx, second.ID))
	var lost *outbox.LostError
	if _, err := f.s.Beat(f.ctx, second.ID, nil); !errors.As(err, &lost) || lost.Worker != second.ID {
		t.Errorf("a beat after leaving: %v", err)
	}
	f.must(f.s.Leave(f.ctx, second.ID))
	third, err := f.s.Join(f.ctx)
	f.must(err)
	if third.ID == second.ID || third.ID == first.ID {
		t.Errorf("worker %d again", third.ID)
	}

	// Leave gives back what was claimed.
	walk := f.batch("b", third.ID)
	f.add("b", third.ID, walk, keys(2)...)
	items := f.claim(outbox.Claim{Worker: third.ID, Batch: "b", Pending: true})
	f.commit(outbox.Group{Worker: third.ID, Intents: []outbox.Parked{intent(items[1])}})
	f.must(f.s.Leave(f.ctx, third.ID))
	is(t, "claimed", f.item("b", "k000", 0).State, outbox.Pending)
	is(t, "with an intent", f.item("b", "k001", 0).State, outbox.InDoubt)
}

// producingTest: one owner for a batch.
func producingTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	is(t, "walk", walk, 1)
	is(t, "again by the same", f.batch("b", w), 2)
	other := f.reopen()
	second, err := other.Join(f.ctx)
	f.must(err)
	var busy *outbox.BusyError
	if _, err := other.Produce(f.ctx, "b", second.ID); !errors.As(err, &busy) || busy.Batch != "b" || busy.By.ID != w || busy.By.Process == 0 {
		t.Fatalf("while another runs it: %v", err)
	}
	if err := other.ForgetBatch(f.ctx, "b"); !errors.As(err, &busy) {
		t.Errorf("forgotten while it runs: %v", err)
	}
	var lost *outbox.LostError
	if err := other.Walked(f.ctx, "b", second.ID); !errors.As(err, &lost) {
		t.Errorf("another's walk: %v", err)
	}
	b, err := f.s.Batch(f.ctx, "b")
	f.must(err)
	is(t, "batch", line(b.Walk, b.Walked, b.Producer == w), "2 false true")
	f.must(f.s.Walked(f.ctx, "b", w))
	b, err = f.s.Batch(f.ctx, "b")
	is(t, "walked", line(b.Walked, err), "true <nil>")
	is(t, "runs", line(b.Runs != nil && b.Runs.ID == w && b.Runs.Process != 0), "true")
	if _, err := other.Produce(f.ctx, "b", second.ID); !errors.As(err, &busy) {
		t.Errorf("while another sends it: %v", err)
	}

	f.Kill(t, f.s, w)
	walk, err = other.Produce(f.ctx, "b", second.ID)
	is(t, "after its death", line(walk, err), "3 <nil>")
	b, err = other.Batch(f.ctx, "b")
	is(t, "begins anew", line(b.Walked, b.Producer == second.ID, err), "false true <nil>")
	// What the dead one still brings is refused.
	if _, err := other.Add(f.ctx, "b", w, 2, keys(1), now()); !errors.As(err, &lost) {
		t.Errorf("rows of the walk before: %v", err)
	}
	var missing *outbox.NotFoundError
	if _, err := other.Produce(f.ctx, "none", second.ID); !errors.As(err, &missing) || missing.Name != "none" {
		t.Errorf("no such batch: %v", err)
	}
	f.must(other.Leave(f.ctx, second.ID))
	list, err := other.ListBatches(f.ctx)
	is(t, "runs no more", line(len(list), list[0].Runs == nil, err), "1 true <nil>")
	third, err := other.Join(f.ctx)
	f.must(err)
	walk, err = other.Produce(f.ctx, "b", third.ID)
	is(t, "after it left", line(walk, err), "4 <nil>")
}

func recoveryTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(3)...)
	f.add("b", w, walk, ready("r", "s"), ready("d", "s"))
	known := f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"})
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: known[1].ID, State: outbox.Deferred, At: now()}}})
	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"})
	items := f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true, N: 2})
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(items[1])}})

	other := f.reopen()
	alive, err := other.Join(f.ctx)
	f.must(err)
	mine, err := other.Claim(f.ctx, outbox.Claim{Worker: alive.ID, Batch: "b", Pending: true, Now: now(), N: 10})
	f.must(err)
	is(t, "others claimed", len(mine), 1)
	ready, doubt, err := other.Recover(f.ctx)
	is(t, "while all live", line(ready, doubt, err), "0 0 <nil>")
	f.Kill(t, f.s, w)
	ready, doubt, err = other.Recover(f.ctx)
	is(t, "after a death", line(ready, doubt, err), "3 1 <nil>")
	f.s = other
	for key, want := range map[string]outbox.State{"k000": outbox.Pending, "k001": outbox.InDoubt, "k002": outbox.Claimed, "r": outbox.Ready, "d": outbox.Deferred} {
		is(t, key, f.item("b", key, 0).State, want)
	}
	ready, doubt, err = other.Recover(f.ctx)
	is(t, "again", line(ready, doubt, err), "0 0 <nil>")
	var lost *outbox.LostError
	if _, err := other.Beat(f.ctx, w, nil); !errors.As(err, &lost) {
		t.Errorf("a beat of the dead: %v", err)
	}
	if _, err := other.Claim(f.ctx, outbox.Claim{Worker: w, Batch: "b", Pending: true, Now: now(), N: 1}); !errors.As(err, &lost) {
		t.Errorf("a claim of the dead: %v", err)
	}
	v, err := other.Commit(f.ctx, &outbox.Group{Worker: w, Intents: []outbox.Parked{intent(items[0]), intent(items[1])}})
	f.must(err)
	is(t, "intents of the dead", len(v.Refused), 2)
}

// lateTest: an outcome that comes after the worker was taken for dead counts
// while the item is in doubt by it.
func lateTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(2)...)
	items := f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true})
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(items[0]), intent(items[1])}})
	other := f.reopen()
	f.Kill(t, f.s, w)
	_, doubt, err := other.Recover(f.ctx)
	is(t, "in doubt", line(doubt, err), "2 <nil>")
	f.s = other
	next := f.join()
	n, err := other.Change(f.ctx, outbox.Change{Batch: "b", Keys: []string{"k001"}, From: []outbox.State{outbox.InDoubt}, To: outbox.Ready, Now: now()})
	is(t, "resent", line(n, err), "1 <nil>")
	is(t, "claimed by the next", len(f.claim(outbox.Claim{Worker: next, Batch: "b", Site: "r/example.com"})), 1)
	v, err := other.Commit(f.ctx, &outbox.Group{Worker: w, Attempts: []outbox.Attempt{sent(items[0].ID), sent(items[1].ID)}})
	f.must(err)
	is(t, "late outcomes", line(v.Tries, v.Ignored), line([]int{1, 0}, []int64{items[1].ID}))
	is(t, "settled by it", f.item("b", "k000", 0).State, outbox.Sent)
	is(t, "the other's", f.item("b", "k001", 0).State, outbox.Claimed)
}
