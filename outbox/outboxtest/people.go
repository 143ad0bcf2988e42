package outboxtest

import (
	"fmt"
	"testing"
	"time"

	"moonpost/outbox"
)

func inventoryTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(5)...)
	f.add("b", w, walk, ready("r", "s"))
	list := func(filter outbox.Filter) []outbox.Item {
		t.Helper()
		filter.Batch = "b"
		items, err := f.s.Items(f.ctx, filter)
		f.must(err)
		return items
	}
	is(t, "all", line(names(list(outbox.Filter{}))), "[k000 k001 k002 k003 k004 r]")
	page := list(outbox.Filter{N: 2})
	is(t, "a page", line(names(page)), "[k000 k001]")
	is(t, "the next", line(names(list(outbox.Filter{N: 2, After: page[1].ID}))), "[k002 k003]")
	is(t, "by state", line(names(list(outbox.Filter{States: []outbox.State{outbox.Ready, outbox.Sent}}))), "[r]")
	is(t, "by key", line(names(list(outbox.Filter{Keys: []string{"k003", "none", "k001", "bad\xff"}}))), "[k001 k003]")
	is(t, "by no key", len(list(outbox.Filter{Keys: []string{}})), 0)
	is(t, "by walk", len(list(outbox.Filter{Walk: walk + 1})), 0)
	is(t, "by walk", len(list(outbox.Filter{Walk: walk, States: []outbox.State{outbox.Pending}})), 5)
	counts, err := f.s.Counts(f.ctx, "b", 0)
	is(t, "counts", line(counts, err), "map[pending:5 ready:1] <nil>")
	counts, err = f.s.Counts(f.ctx, "none", 0)
	is(t, "counts of nothing", line(counts, err), "map[] <nil>")
	states, err := f.s.Lookup(f.ctx, "b", []string{"r", "k000", "none"})
	is(t, "states", line(states, err), "map[k000:pending r:ready] <nil>")
}

func changesTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(2)...)
	f.add("b", w, walk, ready("r", "s"), ready("i", "s"), ready("c", "s"))
	for _, it := range f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"}) {
		switch it.Key {
		case "r":
			f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Failed, Counts: true, Due: now(), At: now()}}})
		case "i":
			f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it)}})
		}
	}
	change := func(c outbox.Change) int64 {
		t.Helper()
		c.Batch, c.Now = "b", now().Add(time.Minute)
		n, err := f.s.Change(f.ctx, c)
		f.must(err)
		return n
	}
	is(t, "held", change(outbox.Change{Keys: []string{"k000", "none"}, From: []outbox.State{outbox.Pending}, To: outbox.Held}), 1)
	is(t, "not claimed", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true}))), "[k001]")
	is(t, "released", change(outbox.Change{Keys: []string{"k000"}, From: []outbox.State{outbox.Held}, To: outbox.Ready}), 1)
	is(t, "not rendered yet", f.item("b", "k000", 0).State, outbox.Pending)
	is(t, "from another state", change(outbox.Change{From: []outbox.State{outbox.Sent}, To: outbox.Ready}), 0)
	is(t, "retried", change(outbox.Change{From: []outbox.State{outbox.Failed}, To: outbox.Ready, Fresh: true, Reply: &outbox.Reply{Text: "a person said so"}}), 1)
	r := f.item("b", "r", 0)
	is(t, "anew", line(r.State, r.Attempts, r.Due.IsZero(), r.Reply.Text, r.Updated.Equal(now().Add(time.Minute))), "ready 0 true a person said so true")
	is(t, "an intent stays", change(outbox.Change{From: []outbox.State{outbox.Intent}, To: outbox.Cancelled}), 0)
	is(t, "a claimed one is taken away", change(outbox.Change{Keys: []string{"c"}, From: []outbox.State{outbox.Claimed}, To: outbox.Cancelled}), 1)
	c := f.item("b", "c", 0)
	is(t, "and its intent refused", len(f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(c)}}).Refused), 1)
}

func suppressionsTest(t *testing.T, f *fixture) {
	entry := func(address, scope, reason string, until time.Time) outbox.Suppression {
		return outbox.Suppression{Address: address, Scope: scope, Reason: reason, Source: "test", Until: until, Created: now()}
	}
	f.must(f.s.Suppress(f.ctx, nil))
	f.must(f.s.Suppress(f.ctx, []outbox.Suppression{
		entry("a@x", "*", "complaint", time.Time{}), entry("b@x", "news", "first", time.Time{}), entry("b@x", "news", "left", now().Add(time.Hour)), entry("c@x", "other", "", time.Time{}),
	}))
	found := func(at time.Time, scopes ...string) string {
		t.Helper()
		list, err := f.s.Suppressed(f.ctx, []string{"a@x", "b@x", "c@x", "d@x"}, scopes, at)
		f.must(err)
		text := ""
		for _, s := range list {
			text += fmt.Sprint(s.Address, " ", s.Scope, " ", s.Reason, ";")
		}
		return text
	}
	is(t, "everywhere", found(now()), "a@x * complaint;")
	is(t, "in a scope", found(now(), "news"), "a@x * complaint;b@x news left;")
	is(t, "run out", found(now().Add(time.Hour), "news"), "a@x * complaint;")
	is(t, "another scope", found(now(), "other", "none"), "a@x * complaint;c@x other ;")
	f.must(f.s.Suppress(f.ctx, []outbox.Suppression{entry("b@x", "news", "again", time.Time{}), entry("e@x", "news", "", time.Time{})}))
	is(t, "replaced", found(now().Add(time.Hour), "news"), "a@x * complaint;b@x news again;")

	list, err := f.s.ListSuppressed(f.ctx, "news", "", 1)
	f.must(err)
	is(t, "first page", line(len(list), list[0].Address, list[0].Source, list[0].Created.Equal(now()), list[0].Until.IsZero()), "1 b@x test true true")
	list, err = f.s.ListSuppressed(f.ctx, "news", "b@x", 10)
	is(t, "second page", line(len(list), list[0].Address, err), "1 e@x <nil>")
	n, err := f.s.Unsuppress(f.ctx, []string{"b@x", "d@x", "c@x"}, "news")
	is(t, "taken off", line(n, err), "1 <nil>")
	is(t, "afterwards", found(now(), "news", "other"), "a@x * complaint;c@x other ;")
}

func valuesTest(t *testing.T, f *fixture) {
	get := func(space, key string, at time.Time) string {
		t.Helper()
		value, until, ok, err := f.s.Value(f.ctx, space, key, at)
		f.must(err)
		if !until.IsZero() {
			return fmt.Sprintf("%q %v until %v", value, ok, until.Sub(now()))
		}
		return fmt.Sprintf("%q %v", value, ok)
	}
	is(t, "absent", get("s", "k", now()), `"" false`)
	f.must(f.s.SetValue(f.ctx, "s", "k", []byte("\x00\xffv"), time.Time{}, now()))
	is(t, "any bytes", get("s", "k", now()), `"\x00\xffv" true`)
	is(t, "another space", get("t", "k", now()), `"" false`)
	f.must(f.s.SetValue(f.ctx, "s", "k", nil, now().Add(time.Hour), now()))
	is(t, "replaced by nothing much", get("s", "k", now()), `"" true until 1h0m0s`)
	is(t, "run out", get("s", "k", now().Add(time.Hour)), `"" false`)

	swap := func(old, value []byte, until, at time.Time) bool {
		t.Helper()
		swapped, err := f.s.SwapValue(f.ctx, "s", "n", old, value, until, at)
		f.must(err)
		return swapped
	}
	is(t, "not the old one", swap([]byte("1"), []byte("2"), time.Time{}, now()), false)
	is(t, "absent and made", swap(nil, []byte("1"), now().Add(time.Hour), now()), true)
	is(t, "not absent", swap(nil, []byte("9"), time.Time{}, now()), false)
	is(t, "swapped", swap([]byte("1"), []byte("2"), now().Add(time.Hour), now()), true)
	is(t, "absent when it ran out", swap(nil, []byte("3"), time.Time{}, now().Add(time.Hour)), true)
	is(t, "deleted", swap([]byte("3"), nil, time.Time{}, now()), true)
	is(t, "gone", get("s", "n", now()), `"" false`)
	f.must(f.s.SetValue(f.ctx, "s", "d", []byte("v"), time.Time{}, now()))
	existed, err := f.s.DeleteValue(f.ctx, "s", "d")
	is(t, "delete", line(existed, err), "true <nil>")
	existed, err = f.s.DeleteValue(f.ctx, "s", "d")
	is(t, "delete again", line(existed, err), "false <nil>")
	countTogether(t, f)
}

// countTogether increments one value from several goroutines by swapping.
func countTogether(t *testing.T, f *fixture) {
	const each, all = 20, 4
	done := make(chan error, all)
	for range all {
		go func() {
			for n := 0; n < each; {
				old, _, ok, err := f.s.Value(f.ctx, "s", "count", now())
				if err != nil {
					done <- err
					return
				}
				if !ok {
					old = nil
				}
				swapped, err := f.s.SwapValue(f.ctx, "s", "count", old, append(append([]byte{}, old...), '+'), time.Time{}, now())
				if err != nil {
					done <- err
					return
				}
				if swapped {
					n++
				}
			}
			done <- nil
		}()
	}
	for range all {
		f.must(<-done)
	}
	value, _, _, err := f.s.Value(f.ctx, "s", "count", now())
	is(t, "counted together", line(len(value), err), line(each*all, "<nil>"))
}
