package outboxtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// recipientsTest: an outcome for each, and further tries never go to those who
// have the mail.
func recipientsTest(t *testing.T, f *fixture) {
	w, it := f.one()
	p := intent(it)
	p.Recipients = []string{"a@x", "b@x", "c@x"}
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{p}})
	outcome := func(address string, state outbox.State, code int) outbox.RecipientOutcome {
		return outbox.RecipientOutcome{Address: address, State: state, Reply: outbox.Reply{Code: code, Text: "t"}}
	}
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, Recipients: []string{"b@x"}, At: now(), Outcomes: []outbox.RecipientOutcome{
		outcome("a@x", outbox.Sent, 250), outcome("b@x", outbox.Deferred, 450), outcome("c@x", outbox.Failed, 550),
	}}}})
	is(t, "left to try", line(f.item("b", "k", 0).Recipients), "[b@x]")
	is(t, "outcomes", fates(t, f, it.ID), "a@x sent 250, b@x deferred 450, c@x failed 550")
	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: p.Site})
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{sent(it.ID)}})
	is(t, "outcomes", fates(t, f, it.ID), "a@x sent 250, b@x sent 250, c@x failed 550")

	f.add("b", w, 1, row("m", "{}"))
	it = f.claim(outbox.Claim{Worker: w, Batch: "b", Pending: true})[0]
	p.ID = it.ID
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{p}})
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Failed, At: now(), Outcomes: []outbox.RecipientOutcome{
		outcome("a@x", outbox.Sent, 250), outcome("b@x", outbox.Failed, 550), outcome("c@x", outbox.Failed, 550),
	}}}})
	is(t, "to be tried if a person says so", line(f.item("b", "m", 0).Recipients), "[b@x c@x]")
	list, err := f.s.Outcomes(f.ctx, it.ID+1000)
	is(t, "of an unknown item", line(len(list), err), "0 <nil>")
}

func fates(t *testing.T, f *fixture, item int64) string {
	t.Helper()
	list, err := f.s.Outcomes(f.ctx, item)
	f.must(err)
	var texts []string
	for _, o := range list {
		texts = append(texts, fmt.Sprint(o.Address, " ", o.State, " ", o.Reply.Code))
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

// repeatedTest: a caller that cannot know whether a commit took place calls again
// with the same group.
func repeatedTest(t *testing.T, f *fixture) {
	w, it := f.one()
	g := outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it)}}
	f.commit(g)
	is(t, "an intent that is mine", len(f.commit(g).Refused), 0)

	deferred := outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, Counts: true, Tell: true, At: now()}}}
	f.commit(deferred)
	again := func(what string) {
		t.Helper()
		v := f.commit(deferred)
		is(t, what, line(v.Tries, v.Ignored), "[1] []")
		is(t, what+": attempts", f.item("b", "k", 0).Attempts, 1)
	}
	again("a deferral")
	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "r/example.com"})
	again("after the worker has claimed it again")
	is(t, "which still has it", f.item("b", "k", 0).State, outbox.Claimed)
	f.commit(outbox.Group{Worker: w, Returned: []int64{it.ID}})
	other := f.join()
	f.claim(outbox.Claim{Worker: other, Batch: "b", Site: "r/example.com"})
	again("after another has claimed it")
	done := outbox.Group{Worker: other, Attempts: []outbox.Attempt{sent(it.ID)}}
	done.Attempts[0].At = now().Add(time.Minute)
	for range 2 {
		v := f.commit(done)
		is(t, "sent", line(v.Tries, v.Ignored), "[2] []")
	}
	is(t, "tries", f.item("b", "k", 0).Tries, 2)
}

// mixedTest: one group of first, further and unknown attempts.
func mixedTest(t *testing.T, f *fixture) {
	w := f.join()
	f.add("b", w, f.batch("b", w), ready("first", "s"), ready("second", "s"), ready("doubt", "s"))
	items := f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"})
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{{ID: items[1].ID, State: outbox.Deferred, Counts: true, At: now()}}})
	f.claim(outbox.Claim{Worker: w, Batch: "b", Site: "s"})
	g := outbox.Group{Worker: w, Attempts: []outbox.Attempt{
		{ID: items[2].ID, State: outbox.InDoubt, Counts: true, At: now().Add(time.Second)}, sent(items[0].ID + 1000), sent(items[1].ID), sent(items[0].ID),
	}}
	for range 2 {
		v := f.commit(g)
		is(t, "verdict", line(v.Tries, v.Ignored), line([]int{1, 0, 2, 1}, []int64{items[0].ID + 1000}))
	}
	doubt := f.item("b", "doubt", 0)
	is(t, "in doubt", line(doubt.State, doubt.Attempts, doubt.Tries), "in_doubt 1 1")
	is(t, "second", line(f.item("b", "second", 0).State, f.item("b", "second", 0).Attempts), "sent 2")
}

func partsTest(t *testing.T, f *fixture) {
	w, it := f.one()
	p := intent(it)
	p.Rest = []outbox.MailPart{
		{Recipients: []string{"x@one.example"}, Relays: []string{"r"}, Site: "r/one.example"},
		{Recipients: []string{"y@two.example", "z@two.example"}, Relays: []string{"r"}, Site: "r/two.example"},
	}
	f.commit(outbox.Group{Worker: w, Parked: []outbox.Parked{p}})
	is(t, "parked", f.item("b", "k", 0).State, outbox.Ready)
	again := f.claim(outbox.Claim{Worker: w, Batch: "b", Site: p.Site})
	is(t, "claimed again", line(names(again)), "[k]")
	f.commit(outbox.Group{Worker: w, Intents: []outbox.Parked{p}})
	items, err := f.s.Items(f.ctx, outbox.Filter{Batch: "b"})
	f.must(err)
	is(t, "items", len(items), 3)
	second := f.item("b", "k", 2)
	is(t, "part", line(second.State, second.Site, second.Recipients, second.Sender, second.MessageID, string(second.Row)),
		`ready r/two.example [y@two.example z@two.example] from@example.org k@m {"a":1}`)
	walked := f.claim(outbox.Claim{Worker: w, Batch: "b", Walk: 1, Site: "r/two.example"})
	is(t, "of the same walk", len(walked), 1)
	f.commit(outbox.Group{Worker: w, Attempts: []outbox.Attempt{sent(it.ID), sent(second.ID)}})
	states, err := f.s.Lookup(f.ctx, "b", []string{"k"})
	f.must(err)
	is(t, "a mail with a part left", states["k"], outbox.Ready)
}
