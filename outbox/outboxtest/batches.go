package outboxtest

import (
	"errors"
	"testing"
	"time"

	"moonpost/outbox"
)

func batchesTest(t *testing.T, f *fixture) {
	first := outbox.Fingerprint{Script: "aa", Template: "bb"}
	b, created, err := f.s.OpenBatch(f.ctx, "news", first, now())
	f.must(err)
	is(t, "made", line(created, b.ID, b.Script, b.Template, b.State, b.Walk, b.Walked, b.Producer, b.Counts == nil), "true news aa bb open 0 false 0 true")
	is(t, "created", b.Created.Equal(now()), true)
	b, created, err = f.s.OpenBatch(f.ctx, "news", outbox.Fingerprint{Script: "other"}, now().Add(time.Hour))
	is(t, "opened", line(created, b.Script, b.Created.Equal(now()), err), "false aa true <nil>")
	f.must(f.s.AcceptChanges(f.ctx, "news", outbox.Fingerprint{Script: "cc"}))
	b, err = f.s.Batch(f.ctx, "news")
	is(t, "accepted", line(b.Script, b.Template, err), "cc  <nil>")

	var missing *outbox.NotFoundError
	for what, err := range map[string]error{
		"accept": f.s.AcceptChanges(f.ctx, "none", first), "walked": f.s.Walked(f.ctx, "none", 1), "forget": f.s.ForgetBatch(f.ctx, "none"),
	} {
		if !errors.As(err, &missing) || missing.Name != "none" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := f.s.Batch(f.ctx, "none"); !errors.As(err, &missing) {
		t.Errorf("show: %v", err)
	}
	if _, _, err := f.s.OpenBatch(f.ctx, outbox.Queue, first, now()); err == nil {
		t.Error("the queue was opened as a batch")
	}

	_, _, err = f.s.OpenBatch(f.ctx, "later", first, now().Add(time.Minute))
	f.must(err)
	w := f.join()
	f.add("later", w, f.batch("later", w), keys(3)...)
	list, err := f.s.ListBatches(f.ctx)
	f.must(err)
	is(t, "list", line(len(list), list[0].ID, list[0].Counts, list[1].ID, list[1].Counts), "2 later map[pending:3] news map[]")
}

func cancelTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(4)...)
	items := f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true, N: 3})
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(items[0]), intent(items[1])}})
	n, err := f.s.CancelBatch(f.ctx, "b")
	is(t, "cancelled", line(n, err), "2 <nil>")
	v := f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(items[2])}, Attempts: []outbox.Attempt{
		sent(items[0].ID), {ID: items[1].ID, State: outbox.Deferred, At: now()},
	}})
	is(t, "an intent afterwards", len(v.Refused), 1)
	is(t, "an outcome afterwards", f.item("b", "k000", 0).State, outbox.Sent)
	is(t, "nothing leaves any more", len(f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com"})), 0)
	b, err := f.s.Batch(f.ctx, "b")
	is(t, "state", line(b.State, err), "cancelled <nil>")
	var missing *outbox.NotFoundError
	if _, err := f.s.CancelBatch(f.ctx, "none"); !errors.As(err, &missing) {
		t.Errorf("no such batch: %v", err)
	}
}

func forgetTest(t *testing.T, f *fixture) {
	w, it := f.one()
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Failed, Tell: true, At: now(), Outcomes: []outbox.RecipientOutcome{{Address: "a@x", State: outbox.Failed}}}}})
	f.must(f.s.Leave(f.ctx, w))
	f.must(f.s.ForgetBatch(f.ctx, "b"))
	var missing *outbox.NotFoundError
	if _, err := f.s.Batch(f.ctx, "b"); !errors.As(err, &missing) {
		t.Errorf("forgotten: %v", err)
	}
	states, err := f.s.Lookup(f.ctx, "b", []string{"k"})
	is(t, "keys", line(len(states), err), "0 <nil>")
	outcomes, err := f.s.Outcomes(f.ctx, it.ID)
	is(t, "outcomes", line(len(outcomes), err), "0 <nil>")
	events, err := f.s.Untold(f.ctx, "b", 10)
	is(t, "events", line(len(events), err), "0 <nil>")
	w = f.join()
	is(t, "may be mailed again", f.add("b", w, f.batch("b", w), row("k", "{}"))[0], outbox.New)

	// Prune: what came to its end before, and nothing else.
	ended := func(id string, state outbox.State, at time.Time) {
		t.Helper()
		f.add(id, w, f.batch(id, w), row("k", "{}"))
		it := f.claim(outbox.Claim{Worker: w, Batch: id, Pending: true})[0]
		f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: state, At: at}}})
	}
	ended("old", outbox.Sent, now())
	ended("doubt", outbox.InDoubt, now())
	ended("young", outbox.Failed, now().Add(48*time.Hour))
	old := f.put(outbox.NewMail{Key: "done", Body: []byte("old")})
	f.put(outbox.NewMail{Key: "waits", Body: []byte("waits")})
	_, err = f.s.Change(f.ctx, outbox.Change{Keys: []string{"done"}, From: []outbox.State{outbox.Ready}, To: outbox.Cancelled, Now: now()})
	f.must(err)
	f.must(f.s.Leave(f.ctx, w))
	batches, items, err := f.s.Prune(f.ctx, now().Add(24*time.Hour))
	is(t, "pruned", line(batches, items, err), "1 2 <nil>")
	list, err := f.s.ListBatches(f.ctx)
	is(t, "left", line(len(list), err), "3 <nil>")
	if _, err := f.s.Body(f.ctx, old.Body); !errors.As(err, &missing) {
		t.Errorf("a message that nobody needs: %v", err)
	}
	is(t, "queued", f.item(outbox.Queue, "waits", 0).State, outbox.Ready)
	batches, items, err = f.s.Prune(f.ctx, now().Add(24*time.Hour))
	is(t, "again", line(batches, items, err), "0 0 <nil>")
}
