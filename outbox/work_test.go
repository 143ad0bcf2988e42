package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

// put queues a letter to some people by the relay r.
func (h *house) put(key string, change func(l *outbox.Letter), to ...string) {
	h.t.Helper()
	l := outbox.Letter{
		Key: key, Relays: []string{"r"},
		Message: smtp.Letter("shop@example.org", to, text("Message-ID: <"+key+"@example.org>\r\nSubject: "+key+"\r\n\r\nHello\r\n")),
	}
	if change != nil {
		change(&l)
	}
	r, err := outbox.Put(h.t.Context(), h.store, l, h.clock.Now())
	if err != nil || r.Duplicate != nil {
		h.t.Fatalf("put %s: %+v, %v", key, r, err)
	}
}

func (h *house) duty(wait time.Duration) outbox.Duty {
	return outbox.Duty{
		Once: true, Wait: wait, Relays: h,
		Env: outbox.Env{Store: h.store, Wall: h.clock.Now, Mono: h.clock.Now, Sleep: h.clock.Sleep},
	}
}

func (h *house) work(d outbox.Duty) outbox.Summary {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	sum, err := outbox.Work(ctx, d)
	if err != nil {
		h.t.Fatalf("work: %v; %+v", err, sum)
	}
	return sum
}

// queued are the parts of a mail of the queue, as states and texts.
func (h *house) queued(key string) string {
	h.t.Helper()
	list, err := h.store.Items(h.t.Context(), outbox.Filter{Batch: outbox.Queue, Keys: []string{key}})
	if err != nil {
		h.t.Fatal(err)
	}
	var parts []string
	for i := range list {
		parts = append(parts, fmt.Sprintf("%s %s %s", list[i].State, list[i].Site, list[i].Reply.Text))
	}
	return strings.Join(parts, "; ")
}

func TestWorkDeliversOnce(t *testing.T) {
	h := newHouse(t)
	for i := range 40 {
		h.put(fmt.Sprintf("order-%d", i), nil, fmt.Sprintf("p%d@x.test", i), "copy@x.test")
	}
	if sum := h.work(h.duty(0)); sum.Sent != 40 || sum.Left != 0 || sum.Failed != 0 {
		t.Errorf("%+v", sum)
	}
	if sum := h.work(h.duty(0)); sum.Sent != 0 {
		t.Errorf("again: %+v", sum)
	}
	if n := h.trial.Count(); n != 40 {
		t.Errorf("%d messages", n)
	}
	m := h.trial.Messages()[0]
	if m.From != "shop@example.org" || len(m.To) != 2 || !bytes.Contains(m.Data, []byte("@example.org>\r\nSubject: order-")) {
		t.Errorf("%+v\n%s", m, m.Data)
	}
}

// TestWorkShared: two workers share a queue; a third that lacks the relay takes nothing of it, and says so once.
func TestWorkShared(t *testing.T) {
	h := newHouse(t)
	for i := range 150 {
		h.put(fmt.Sprint(i), nil, fmt.Sprintf("p%03d@x.test", i))
	}
	var log bytes.Buffer
	lacking := h.duty(time.Minute)
	lacking.Relays, lacking.Env.Log = nobody{}, slog.New(slog.NewTextHandler(&log, nil))
	if sum := h.work(lacking); sum.Sent != 0 || sum.Left != 0 {
		t.Errorf("%+v", sum)
	}
	if n := strings.Count(log.String(), "mail waits for a relay that this worker lacks"); n != 1 || !strings.Contains(log.String(), "relay=r messages=150") {
		t.Errorf("%d times\n%s", n, &log)
	}
	var all sync.WaitGroup
	for range 2 {
		other := &house{t: t, path: h.path, clock: h.clock, ways: h.ways}
		other.open()
		all.Go(func() { other.work(other.duty(0)) })
	}
	all.Wait()
	h.work(h.duty(0)) // what one had claimed when the other ended
	if got := received(h.trial); len(got) != 150 || len(slices.Compact(got)) != 150 {
		t.Errorf("%d messages", len(got))
	}
}

// nobody knows no relay.
type nobody struct{}

func (nobody) Relay(name string) (*relay.Relay, error) {
	return nil, &outbox.NotFoundError{What: "relay", Name: name}
}

// TestWorkTimes: not before, not after, and what is held or cancelled not at all.
func TestWorkTimes(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "later@*", Code: 451, Text: "come back"})
	now := h.clock.Now()
	h.put("soon", func(l *outbox.Letter) { l.NotBefore = now.Add(time.Hour) }, "soon@x.test")
	h.put("old", func(l *outbox.Letter) { l.Expires = now.Add(time.Hour) }, "old@x.test")
	h.put("held", nil, "held@x.test")
	h.put("gone", nil, "gone@x.test")
	for key, state := range map[string]outbox.State{"held": outbox.Held, "gone": outbox.Cancelled} {
		if n, err := h.store.Change(t.Context(), outbox.Change{Batch: outbox.Queue, Keys: []string{key}, From: []outbox.State{outbox.Ready}, To: state, Now: now}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	lacking := h.duty(0)
	lacking.Keys = []string{"soon"}
	if sum := h.work(lacking); sum.Sent != 0 || sum.Left != 1 {
		t.Errorf("not yet: %+v", sum)
	}
	_ = h.clock.Sleep(t.Context(), time.Hour)
	h.put("later", func(l *outbox.Letter) { l.Expires = h.clock.Now().Add(3 * time.Minute) }, "later@x.test")
	if sum := h.work(h.duty(time.Hour)); sum.Sent != 1 || sum.Failed != 2 || sum.Left != 0 {
		t.Errorf("%+v", sum)
	}
	for key, want := range map[string]string{
		"soon": "sent r ", "old": "failed r it expired at 2026-10-01 13:00:00 before it could be sent",
		"held": "held r ", "gone": "cancelled r ", "later": "failed r come back",
	} {
		if got := h.queued(key); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

// TestWorkInDoubt: who has taken a mail may not lose it, so it is sent again with the same Message-ID, unless the duty
// says otherwise.
func TestWorkInDoubt(t *testing.T) {
	for policy, want := range map[outbox.Policy]struct {
		messages int
		state    string
	}{"": {2, "sent"}, outbox.Resend: {2, "sent"}, outbox.Hold: {1, "in_doubt"}, outbox.Skip: {1, "sent"}} {
		h := newHouse(t, sink.Rule{Stage: sink.StageAfterDot, First: 1, Action: sink.ActionDrop})
		h.put("k", nil, "a@x.test")
		d := h.duty(time.Hour)
		d.Doubt.Policy = policy
		sum := h.work(d)
		if got := h.queued("k"); h.trial.Count() != want.messages || !strings.HasPrefix(got, want.state) || (sum.InDoubt == 1) != (want.state == "in_doubt") {
			t.Errorf("%q: %d messages, %s, %+v", policy, h.trial.Count(), got, sum)
		}
	}
}

// TestWorkAfterDeath: a worker died between intent and outcome.
func TestWorkAfterDeath(t *testing.T) {
	for policy, want := range map[outbox.Policy]string{"": "sent", outbox.Hold: "in_doubt"} {
		h := newHouse(t)
		h.put("k", nil, "a@x.test")
		h.put("claimed", nil, "b@x.test")
		h.die("k")
		d := h.duty(0)
		d.Doubt.Policy = policy
		h.work(d)
		if got := h.queued("k"); !strings.HasPrefix(got, want) || !strings.HasPrefix(h.queued("claimed"), "sent") {
			t.Errorf("%q: %s, %s", policy, got, h.queued("claimed"))
		}
	}
}

// die claims all as a worker would, commits the intent for one key, and ends.
func (h *house) die(key string) {
	h.t.Helper()
	ctx := h.t.Context()
	other := &house{t: h.t, path: h.path, clock: h.clock}
	other.open()
	w, err := other.store.Join(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	items, err := other.store.Claim(ctx, outbox.Claim{Worker: w.ID, Batch: outbox.Queue, Site: "r", Now: h.clock.Now(), N: 10})
	if err != nil || len(items) != 2 {
		h.t.Fatal(items, err)
	}
	for _, it := range items {
		if it.Key != key {
			continue
		}
		if _, err := other.store.Commit(ctx, &outbox.Group{Worker: w.ID, Intents: []outbox.Parked{{ID: it.ID, Sender: it.Sender, Recipients: it.Recipients, Relays: it.Relays, Site: it.Site, MessageID: it.MessageID, Relay: "r"}}}); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := other.store.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// TestWorkMX: who puts need not know that a relay goes to each domain by itself.
func TestWorkMX(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "*@b.test", Code: 550, Text: "no"})
	h.relay("mx", relay.Options{MX: &relay.MX{Hosts: map[string][]string{"*": {h.trial.Addr()}}}})
	h.put("k", func(l *outbox.Letter) { l.Relays = []string{"mx"} }, "x@a.test", "y@b.test", "z@a.test")
	if sum := h.work(h.duty(0)); sum.Sent != 1 || sum.Failed != 1 {
		t.Errorf("%+v", sum)
	}
	if got := h.queued("k"); got != "sent mx/a.test "+sentText(h, "k")+"; failed mx/b.test no" {
		t.Error(got)
	}
	if m := h.trial.Messages(); len(m) != 1 || strings.Join(m[0].To, " ") != "x@a.test z@a.test" {
		t.Errorf("%+v", m)
	}
}

// sentText is what the server said to the first part.
func sentText(h *house, key string) string {
	list, err := h.store.Items(h.t.Context(), outbox.Filter{Batch: outbox.Queue, Keys: []string{key}})
	if err != nil || len(list) == 0 {
		return fmt.Sprint(err)
	}
	return list[0].Reply.Text
}

func TestWorkSuppressed(t *testing.T) {
	h := newHouse(t)
	if err := h.store.Suppress(t.Context(), []outbox.Suppression{{Address: "ann@x.test", Scope: "*", Reason: "complaint", Created: h.clock.Now()}}); err != nil {
		t.Fatal(err)
	}
	h.put("one", nil, "Ann@X.test")
	h.put("two", nil, "Ann@x.test", "bob@x.test")
	if sum := h.work(h.duty(0)); sum.Sent != 1 || sum.Suppressed != 1 {
		t.Errorf("%+v", sum)
	}
	if got := h.queued("one"); !strings.HasPrefix(got, "suppressed r on the suppression list: complaint") {
		t.Error(got)
	}
	if got := received(h.trial); strings.Join(got, " ") != "bob@x.test" {
		t.Error(got)
	}
}

// TestWorkStays: a worker without Once sends what is put while it works, tells of it, and ends with its context.
func TestWorkStays(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	over := errors.New("over")
	var told []string
	d := h.duty(0)
	d.Once = false
	d.Tell.Sent = func(e *outbox.Event) error {
		told = append(told, e.Item.Key)
		if len(told) < 3 {
			h.put(fmt.Sprint(len(told)), func(l *outbox.Letter) { l.NotBefore = h.clock.Now().Add(10 * time.Minute) }, "b@x.test")
		} else {
			cancel(over)
		}
		return nil
	}
	h.put("0", nil, "a@x.test")
	sum, err := outbox.Work(ctx, d)
	if !errors.Is(err, over) || sum.Sent != 3 || strings.Join(told, " ") != "0 1 2" || h.trial.Count() != 3 {
		t.Errorf("%v, %+v, %v", err, sum, told)
	}
}
