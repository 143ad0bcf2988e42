package outboxtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"moonpost/outbox"
)

// put queues a mail to one site and returns its item.
func (f *fixture) put(m outbox.NewMail) outbox.Item {
	f.Helper()
	if m.Parts == nil {
		m.Parts = []outbox.MailPart{{Recipients: []string{"to@x"}, Relays: []string{"r"}, Site: "r"}}
	}
	id, dup, _, err := f.s.Put(f.ctx, m, now())
	f.must(err)
	if dup != nil {
		f.Fatalf("key %q is taken", m.Key)
	}
	items, err := f.s.Items(f.ctx, outbox.Filter{Batch: outbox.Queue, After: id - 1, N: 1})
	f.must(err)
	return items[0]
}

func queueTest(t *testing.T, f *fixture) {
	m := outbox.NewMail{
		Key: "order-1", Sender: "from@x", MessageID: "mid@x", Body: []byte("Subject: x\r\n\r\nhello\r\n"), Due: now().Add(time.Minute), Expires: now().Add(time.Hour),
		Parts: []outbox.MailPart{{Recipients: []string{"a@x"}, Relays: []string{"r", "s"}, Site: "r/x"}, {Recipients: []string{"b@y"}, Relays: []string{"r"}, Site: "r/y"}},
	}
	it := f.put(m)
	is(t, "item", line(it.Batch, it.Key, it.Part, it.State, it.Sender, it.Recipients, it.Relays, it.Site, it.MessageID, it.Due.Equal(m.Due), it.Expires.Equal(m.Expires), it.Row == nil),
		line("", "order-1", 0, "ready", "from@x", []string{"a@x"}, []string{"r", "s"}, "r/x", "mid@x", true, true, true))
	is(t, "second part", line(f.item(outbox.Queue, "order-1", 1).Recipients), "[b@y]")
	body, err := f.s.Body(f.ctx, it.Body)
	is(t, "body", fmt.Sprintf("%q %v", body, err), fmt.Sprintf("%q <nil>", m.Body))

	id, dup, same, err := f.s.Put(f.ctx, m, now())
	f.must(err)
	is(t, "again", line(id == it.ID, dup != nil && dup.ID == it.ID, same), "true true true")
	m.Body = []byte("other")
	_, dup, same, err = f.s.Put(f.ctx, m, now())
	is(t, "other content", line(dup != nil, same, err), "true false <nil>")
	first, second := f.put(outbox.NewMail{Body: []byte("x")}), f.put(outbox.NewMail{Body: []byte("x")})
	is(t, "without keys", first.Key != "" && second.Key != "" && first.Key != second.Key, true)
	if _, _, _, err := f.s.Put(f.ctx, outbox.NewMail{Key: "nobody"}, now()); err == nil {
		t.Error("a mail to nobody was kept")
	}

	short := outbox.NewMail{Key: "daily", Body: []byte("1"), KeyTTL: time.Hour, Parts: m.Parts}
	one := f.put(short)
	_, dup, _, err = f.s.Put(f.ctx, short, now().Add(time.Hour-time.Second))
	is(t, "while the key lives", line(dup != nil, err), "true <nil>")
	id, dup, _, err = f.s.Put(f.ctx, short, now().Add(time.Hour))
	is(t, "when it has run out", line(dup == nil, id != one.ID, err), "true true <nil>")
	items, err := f.s.Items(f.ctx, outbox.Filter{Batch: outbox.Queue, After: one.ID - 1})
	is(t, "the mail before is still there", line(len(items), err), "4 <nil>")

	w := f.join()
	claimed := f.claim(outbox.Claim{Worker: w, Batch: outbox.Queue, Site: "r/x", Now: now().Add(time.Minute)})
	is(t, "claimed", line(len(claimed), claimed[len(claimed)-1].Key), "3 order-1")
	sites, pending, err := f.s.DueSites(f.ctx, outbox.Queue, 0)
	is(t, "sites", line(len(sites), pending, err), "2 0 <nil>")
}

func bodiesTest(t *testing.T, f *fixture) {
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 300 << 10} {
		message := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
		for range 2 {
			it := f.put(outbox.NewMail{Body: message})
			got, err := f.s.Body(f.ctx, it.Body)
			if err != nil || !bytes.Equal(got, message) {
				t.Errorf("%d bytes: got %d, %v", size, len(got), err)
			}
		}
	}
	var missing *outbox.NotFoundError
	if _, err := f.s.Body(f.ctx, "none"); !errors.As(err, &missing) {
		t.Errorf("no such message: %v", err)
	}
	_, err := f.s.Change(f.ctx, outbox.Change{From: []outbox.State{outbox.Ready}, To: outbox.Cancelled, Now: now()})
	f.must(err)
	waits := f.put(outbox.NewMail{Body: bytes.Repeat([]byte("0123456789abcde\n"), 300<<6)})
	_, _, err = f.s.Prune(f.ctx, now().Add(time.Hour))
	f.must(err)
	got, err := f.s.Body(f.ctx, waits.Body)
	is(t, "still needed", line(len(got), err), line(300<<10, "<nil>"))
}

// textsTest: what is no text is refused alike by all stores, before anything of
// its group is kept.
func textsTest(t *testing.T, f *fixture) {
	w := f.join()
	walk := f.batch("b", w)
	for _, bad := range []string{"nul\x00", "latin\xe9"} {
		_, _, errBatch := f.s.OpenBatch(f.ctx, bad, outbox.Fingerprint{}, now())
		_, errKey := f.s.Add(f.ctx, "b", w, walk, []outbox.NewItem{row("good", "{}"), row(bad, "{}")}, now())
		to := ready("good", "s")
		to.Recipients = []string{bad}
		_, errTo := f.s.Add(f.ctx, "b", w, walk, []outbox.NewItem{to}, now())
		_, errRow := f.s.Add(f.ctx, "b", w, walk, []outbox.NewItem{row("good", bad)}, now())
		_, _, _, errPut := f.s.Put(f.ctx, outbox.NewMail{Key: bad, Parts: []outbox.MailPart{{Recipients: []string{"a@x"}}}}, now())
		_, errIntent := f.s.Commit(f.ctx, &outbox.Group{Worker: w, Intents: []outbox.Parked{{ID: 1, Sender: bad}}})
		errValue := f.s.SetValue(f.ctx, "s", bad, nil, time.Time{}, now())
		errSuppress := f.s.Suppress(f.ctx, []outbox.Suppression{{Address: bad, Scope: "*"}})
		for what, err := range map[string]error{
			"batch": errBatch, "key": errKey, "recipient": errTo, "row": errRow, "put": errPut, "intent": errIntent, "value": errValue, "suppression": errSuppress,
		} {
			var refused *outbox.TextError
			var store *outbox.StoreError
			if !errors.As(err, &refused) || !errors.As(err, &store) || refused.Text != bad {
				t.Errorf("%s %q: %v", what, bad, err)
			}
		}
	}
	counts, err := f.s.Counts(f.ctx, "b", 0)
	is(t, "nothing was kept", line(counts, err), "map[] <nil>")
}

// contextsTest: a call whose context has ended says why, and changes nothing.
func contextsTest(t *testing.T, f *fixture) {
	w, it := f.one()
	why := errors.New("the user has had enough")
	ctx, cancel := context.WithCancelCause(f.ctx)
	cancel(why)
	_, errClaim := f.s.Claim(ctx, outbox.Claim{Worker: w, Batch: "b", Pending: true, Now: now(), N: 1})
	_, errCommit := f.s.Commit(ctx, &outbox.Group{Worker: w, Intents: []outbox.Parked{intent(it)}})
	_, errItems := f.s.Items(ctx, outbox.Filter{Batch: "b"})
	for what, err := range map[string]error{"claim": errClaim, "commit": errCommit, "items": errItems} {
		if !errors.Is(err, why) {
			t.Errorf("%s: %v", what, err)
		}
	}
	is(t, "state", f.item("b", "k", 0).State, outbox.Claimed)
}
