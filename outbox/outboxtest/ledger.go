package outboxtest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/outbox"
)

func claimsTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(5)...)
	got := f.claim(outbox.Claim{Worker: w, Batch: "b", Walk: walk, Pending: true, N: 2})
	is(t, "claimed", line(names(got)), "[k000 k001]")
	it := got[0]
	is(t, "state", it.State, outbox.Claimed)
	is(t, "worker", it.Worker, w)
	is(t, "row", string(it.Row), `{"n":0}`)
	is(t, "created", it.Created.Equal(now()), true)
	is(t, "recipients", len(it.Recipients), 0)
	is(t, "by keys", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true, Keys: []string{"k004", "k000", "none"}}))), "[k004]")
	is(t, "of another walk", len(f.claim(outbox.Claim{Worker: w, Batch: "b", Walk: walk + 1, Pending: true})), 0)
	is(t, "of another batch", len(f.claim(outbox.Claim{Worker: w, Batch: "c", Pending: true})), 0)
	is(t, "of a site", len(f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com"})), 0)
	is(t, "the rest", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true}))), "[k002 k003]")
	is(t, "nothing left", len(f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true})), 0)

	none, err := f.s.Claim(f.ctx, outbox.Claim{Worker: w, Batch: "b", Pending: true, Now: now(), N: -1})
	is(t, "less than none", line(len(none), err), "0 <nil>")

	// Order of Due, then ID; not what is due later.
	f.add("b", w, walk, ready("x", "s"), ready("y", "s"), ready("z", "s"), ready("o", "other"))
	for _, it := range f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"}) {
		due := map[string]time.Duration{"x": time.Hour, "y": time.Minute, "z": time.Minute}[it.Key]
		f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, Due: now().Add(due), At: now()}}})
	}
	is(t, "none due yet", len(f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"})), 0)
	is(t, "due in a minute", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s", N: 1, Now: now().Add(time.Minute)}))), "[y]")
	is(t, "due in an hour", line(names(f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s", Now: now().Add(time.Hour)}))), "[z x]")

	var lost *outbox.LostError
	if _, err := f.s.Claim(f.ctx, outbox.Claim{Worker: w + 100, Batch: "b", Site: "other", Now: now(), N: 1}); !errors.As(err, &lost) {
		t.Errorf("a claim by an unknown worker: %v", err)
	}
}

func names(items []outbox.Item) []string {
	list := make([]string, len(items))
	for i, it := range items {
		list[i] = it.Key
	}
	return list
}

func disjointTest(t *testing.T, f *fixture) {
	const n, claimers = 200, 4
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, keys(n)...)
	var mu sync.Mutex
	seen := map[string]int{}
	var group sync.WaitGroup
	for range claimers {
		s := f.reopen()
		worker, err := s.Join(f.ctx)
		f.must(err)
		group.Go(func() {
			for {
				items, err := s.Claim(f.ctx, outbox.Claim{Worker: worker.ID, Batch: "b", Walk: walk, Pending: true, Now: now(), N: 7})
				if err != nil {
					t.Error(err)
				}
				if len(items) == 0 {
					return
				}
				mu.Lock()
				for _, it := range items {
					seen[it.Key]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	is(t, "items", len(seen), n)
	for key, times := range seen {
		if times != 1 {
			t.Errorf("%s was claimed %d times", key, times)
		}
	}
}

func intentsTest(t *testing.T, f *fixture) {
	w, it := f.one()
	v := f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it), {ID: it.ID + 1000}}})
	is(t, "refused", line(v.Refused), line([]int64{it.ID + 1000}))
	got := f.item("b", "k", 0)
	is(t, "state", got.State, outbox.Intent)
	is(t, "envelope", line(got.Sender, got.Recipients, got.Relays, got.Site, got.MessageID, got.Relay), "from@example.org [k@example.com] [r s] r/example.com k@m r")
	other := f.join()
	v = f.commit(outbox.Group{Worker: other, Intents: []outbox.Parked{intent(it)}, Attempts: []outbox.Attempt{sent(it.ID)}})
	is(t, "refused to another", line(v.Refused), line([]int64{it.ID}))
	is(t, "ignored of another", line(v.Ignored, v.Tries), line([]int64{it.ID}, []int{0}))
	is(t, "its state", f.item("b", "k", 0).State, outbox.Intent)
	is(t, "not claimed", len(f.claim(outbox.Claim{Worker: other, Batch: "b", Site: "r/example.com"})), 0)
	// What has an intent is neither parked nor returned.
	f.commit(outbox.Group{Worker: w, Parked: []outbox.Parked{intent(it)}, Returned: []int64{it.ID}})
	is(t, "state", f.item("b", "k", 0).State, outbox.Intent)
}

func outcomesTest(t *testing.T, f *fixture) {
	w, it := f.one()
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it)}})
	later := now().Add(time.Hour)
	v := f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{
		ID: it.ID, State: outbox.Deferred, Counts: true, Due: later, Relay: "s",
		Reply: outbox.Reply{Code: 451, Enhanced: "4.7.1", Text: "later", QueueID: "q"}, At: now().Add(time.Second),
	}}})
	is(t, "try", line(v.Tries, v.Ignored, v.Refused), "[1] [] []")
	got := f.item("b", "k", 0)
	is(t, "deferred", line(got.State, got.Attempts, got.Tries, got.Due.Equal(later), got.Relay, got.Reply), line("deferred", 1, 1, true, "s", outbox.Reply{Code: 451, Enhanced: "4.7.1", Text: "later", QueueID: "q"}))
	is(t, "updated", got.Updated.Equal(now().Add(time.Second)), true)
	is(t, "recipients stay", line(got.Recipients), "[k@example.com]")

	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com", Now: later})
	v = f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, At: now().Add(2 * time.Second)}}})
	is(t, "second try", line(v.Tries), "[2]")
	got = f.item("b", "k", 0)
	is(t, "one that doesn't count", line(got.Attempts, got.Tries, got.Due.IsZero(), got.Relay), "1 2 true s")

	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com"})
	last := sent(it.ID)
	last.Reply.Text = "ok \xff\x00 bytes\nof the server"
	v = f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{last}})
	is(t, "third try", line(v.Tries), "[3]")
	got = f.item("b", "k", 0)
	is(t, "sent", line(got.State, got.Attempts, got.Tries), "sent 2 3")
	is(t, "odd words", strings.HasPrefix(got.Reply.Text, "ok ") && strings.HasSuffix(got.Reply.Text, " bytes\nof the server"), true)
	again := sent(it.ID)
	again.At = now().Add(time.Minute)
	v = f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{again}})
	is(t, "once it is settled", line(v.Tries, v.Ignored), line([]int{0}, []int64{it.ID}))
}

func eventsTest(t *testing.T, f *fixture) {
	w, it := f.one()
	first := outbox.Attempt{ID: it.ID, State: outbox.Deferred, Relay: "r", Reply: outbox.Reply{Code: 450, Text: "later"}, At: now(), Tell: true}
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it)}})
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{first}})
	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com"})
	last := sent(it.ID)
	last.At, last.Tell = now().Add(time.Second), true
	v := f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{last}})
	untold := func(n int) []outbox.Event {
		t.Helper()
		list, err := f.s.Untold(f.ctx, "b", n)
		f.must(err)
		return list
	}
	list := untold(10)
	if len(list) != 2 {
		t.Fatalf("%d events, want 2", len(list))
	}
	e := list[0]
	is(t, "the oldest", line(e.Try, e.State, e.Reply.Code, e.Reply.Text, e.Relay, e.At.Equal(now())), "1 deferred 450 later r true")
	is(t, "its item", line(e.Item.Key, e.Item.State, string(e.Item.Row)), `k sent {"a":1}`)
	is(t, "at most", len(untold(1)), 1)
	f.commit(outbox.Group{Worker: w, Told: []outbox.Told{{Item: it.ID, Try: 1}}})
	list = untold(10)
	is(t, "told", line(len(list), list[0].Try), "1 2")
	f.commit(outbox.Group{Worker: w, Told: []outbox.Told{{Item: it.ID, Try: v.Tries[0]}}})
	is(t, "all told", len(untold(10)), 0)

	f.add("b", w, 1, row("quiet", "{}"))
	it = f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true})[0]
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{sent(it.ID)}})
	is(t, "nobody waits", len(untold(10)), 0)
	other, err := f.s.Untold(f.ctx, "other", 10)
	is(t, "another batch", line(len(other), err), "0 <nil>")
}

func sitesTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	f.add("b", w, walk, ready("a", "s"), ready("b", "s"), ready("c", "u"), row("p", "{}"), row("q", "{}"))
	c := f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "u"})[0]
	due := now().Add(time.Hour)
	f.commit(outbox.Group{
		Worker: w, Attempts: []outbox.Attempt{{ID: c.ID, State: outbox.Deferred, Due: due, At: now()}},
		Sites: []outbox.SiteState{{Name: "u", Window: 2.5, Cohorts: 3, Next: due, Budgets: map[string]int64{"10/s": 12345}}},
	})
	sites, pending, err := f.s.DueSites(f.ctx, "b", walk)
	f.must(err)
	is(t, "pending", pending, 2)
	is(t, "sites", line(len(sites), sites[0].Site, sites[0].N, sites[0].Due.IsZero(), sites[0].Relays), "2 s 2 true [r]")
	is(t, "the later one", line(sites[1].Site, sites[1].N, sites[1].Due.Equal(due)), "u 1 true")
	sites, pending, err = f.s.DueSites(f.ctx, "b", walk+1)
	is(t, "another walk", line(len(sites), pending, err), "0 0 <nil>")
	sites, pending, err = f.s.DueSites(f.ctx, "b", 0)
	is(t, "all walks", line(len(sites), pending, err), "2 2 <nil>")

	states, err := f.s.SiteStates(f.ctx, []string{"u", "none"})
	f.must(err)
	is(t, "states", len(states), 1)
	one := states[0]
	is(t, "state", line(one.Name, one.Window, one.Cohorts, one.Next.Equal(due), one.Budgets), "u 2.5 3 true map[10/s:12345]")
	f.commit(outbox.Group{Worker: w, Sites: []outbox.SiteState{{Name: "u", Window: 1}}})
	states, err = f.s.SiteStates(f.ctx, []string{"u"})
	is(t, "replaced", line(states[0].Window, states[0].Cohorts, states[0].Next.IsZero(), len(states[0].Budgets), err), "1 0 true 0 <nil>")
}
