package outboxtest

import (
	"fmt"
	"testing"
	"time"

	"moonpost/outbox"
)

func arrivalsTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	failed := row("bad", "{}")
	failed.Failure, failed.Tell = &outbox.Reply{Code: 0, Enhanced: "5.1.3", Text: "no address"}, true
	got := f.add("b", w, walk, row("a", `{"x":"é\u0000\"\\"}`), row("b", "{}"), row("a", "{}"), failed, ready("r", "s"), outbox.NewItem{Key: "bare"})
	is(t, "arrivals", line(got), line([]outbox.Arrival{outbox.New, outbox.New, outbox.Duplicate, outbox.New, outbox.New, outbox.New}))
	a := f.item("b", "a", 0)
	is(t, "row", string(a.Row), `{"x":"é\u0000\"\\"}`)
	is(t, "state", line(a.State, a.Recipients == nil, a.Attempts), "pending true 0")
	bad := f.item("b", "bad", 0)
	is(t, "failed", line(bad.State, bad.Reply), line(outbox.Failed, *failed.Failure))
	untold, err := f.s.Untold(f.ctx, "b", 10)
	if f.must(err); len(untold) != 1 || untold[0].Item.Key != "bad" || untold[0].Try != 0 || untold[0].State != outbox.Failed {
		t.Errorf("untold: %+v", untold)
	}
	f.commit(outbox.Group{Worker: w, Told: []outbox.Told{{Item: bad.ID}}})
	untold, err = f.s.Untold(f.ctx, "b", 10)
	if f.must(err); len(untold) != 0 {
		t.Errorf("told and untold: %+v", untold)
	}
	known := f.item("b", "r", 0)
	is(t, "ready", line(known.State, known.Recipients, known.Relays, known.Site), "ready [r@example.com] [r] s")
	is(t, "without a row", f.item("b", "bare", 0).Row == nil, true)
	got = f.add("b", w, walk, row("b", "{}"), row("c", "{}"))
	is(t, "in a further group", line(got), line([]outbox.Arrival{outbox.Duplicate, outbox.New}))
	got = f.add("b", w, walk)
	is(t, "nothing", len(got), 0)
	w2 := f.batch("other", w)
	is(t, "another batch", f.add("other", w, w2, row("a", "{}"))[0], outbox.New)
}

// refreshingTest walks the source a second time.
func refreshingTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, row("same", "{}"), row("changed", `{"v":1}`), row("sent", `{"v":1}`), row("parked", `{"v":1}`), row("deferred", `{"v":1}`),
		row("twofold", `{"v":1}`), ready("told", "s"), row("gone", "{}"), row("fails", "{}"))
	for _, it := range f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true, Keys: []string{"sent", "parked", "deferred", "twofold"}}) {
		p := intent(it)
		switch it.Key {
		case "sent":
			f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{sent(it.ID)}})
		case "twofold":
			p.Rest = []outbox.MailPart{{Recipients: []string{"x@y"}, Site: "y"}}
			fallthrough
		case "parked":
			f.commit(outbox.Group{Worker: w, Parked: []outbox.Parked{p}})
		case "deferred":
			f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{p}})
			f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, Counts: true, Due: now().Add(time.Hour), At: now()}}})
		}
	}
	walk = f.batch("b", w)
	told := ready("told", "s2")
	told.Recipients = []string{"new@example.com"}
	fails := row("fails", `{"v":2}`)
	fails.Failure = &outbox.Reply{Text: "no address"}
	got := f.add("b", w, walk, row("same", "{}"), row("changed", `{"v":2}`), row("sent", `{"v":2}`), row("parked", `{"v":2}`), row("deferred", `{"v":2}`),
		row("twofold", `{"v":2}`), told, row("new", "{}"), row("changed", `{"v":3}`), fails)
	is(t, "arrivals", line(got), line([]outbox.Arrival{
		outbox.Known, outbox.Changed, outbox.Known, outbox.Changed, outbox.Changed, outbox.Changed, outbox.Known, outbox.New, outbox.Duplicate, outbox.Changed,
	}))
	for key, want := range map[string]string{
		"same": "pending {} []", "changed": `pending {"v":2} []`, "sent": `sent {"v":1} []`, "parked": `pending {"v":2} []`,
		"deferred": `deferred {"v":2} [deferred@example.com]`, "twofold": `ready {"v":2} [twofold@example.com]`,
		"told": "ready {} [new@example.com]", "fails": `failed {"v":2} []`,
	} {
		it := f.item("b", key, 0)
		is(t, key, fmt.Sprint(it.State, " ", string(it.Row), " ", it.Recipients), want)
	}
	is(t, "a further part", string(f.item("b", "twofold", 1).Row), `{"v":2}`)
	is(t, "its attempts stay", f.item("b", "deferred", 0).Attempts, 1)
	is(t, "the failure's words", f.item("b", "fails", 0).Reply.Text, "no address")
	left, err := f.s.Counts(f.ctx, "b", walk)
	f.must(err)
	is(t, "of this walk", left.Total(), 10) // without "gone", with the further part
	got = f.add("b", w, walk, row("same", "{}"))
	is(t, "twice in this walk", got[0], outbox.Duplicate)
	is(t, "gone ones aren't claimed", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Walk: walk, Pending: true}))), "[same changed parked new]")
}
