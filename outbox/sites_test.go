package outbox_test

import (
	"context"
	"fmt"
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

// TestRunSickDomains: of 40 domains some stall, some ask for patience, some refuse and some can't be reached; the
// others don't notice.
func TestRunSickDomains(t *testing.T) {
	stall, slow, refuse := newTrial(t, sink.Rule{Stage: sink.StageMail, Action: sink.ActionStall}),
		newTrial(t, sink.Rule{Stage: sink.StageMail, Code: 421}), newTrial(t, sink.Rule{Rcpt: "*", Code: 550})
	h := newHouse(t)
	hosts := map[string][]string{}
	var keys []string
	for i := range 40 {
		domain := fmt.Sprintf("d%02d.test", i)
		hosts[domain] = []string{h.trial.Addr()}
		switch {
		case i < 4:
			hosts[domain] = []string{stall.Addr()}
		case i < 8:
			hosts[domain] = []string{slow.Addr()}
		case i < 12:
			hosts[domain] = []string{refuse.Addr()}
		case i < 16:
			hosts[domain] = []string{"127.0.0.1:1"}
		}
		keys = append(keys, people(8, domain)...)
	}
	// The stalled ones come first, and would fill every place there is.
	h.relay("r", relay.Options{MX: &relay.MX{Hosts: hosts}, TotalConnections: 8})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	job := realTime(h.job(keys...))
	go func() {
		_ = h.trial.Wait(ctx, 24*8)
		cancel()
	}()
	sum, err := outbox.Run(ctx, job)
	if h.trial.Count() != 24*8 || err == nil {
		t.Errorf("%d of %d healthy ones; %v, %+v", h.trial.Count(), 24*8, err, sum)
	}
}

// TestRunRenders: with several renderers each item is rendered by one of them.
func TestRunRenderers(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(80, "x.test")...)
	var mu sync.Mutex
	busy, by := map[int]bool{}, map[int]int{}
	renderer := func(i int) renderFunc {
		return func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
			mu.Lock()
			if busy[i] {
				t.Error("a renderer is called twice at once")
			}
			busy[i] = true
			by[i]++
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			busy[i] = false
			mu.Unlock()
			return letter(it), nil
		}
	}
	job.Render, job.Renderers = renderer(0), []outbox.Renderer{renderer(1), renderer(2)}
	if sum := h.run(job); sum.Sent != 80 || by[0]+by[1]+by[2] != 80 || by[1] == 0 {
		t.Errorf("%+v, rendered %v", sum, by)
	}
}

// TestRunOnDeferred: what was deferred goes another way, in the next run too.
func TestRunOnDeferred(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "*", Code: 450, Text: "later"})
	second := newTrial(t)
	h.relay("second", relay.Options{SMTP: smtp.Options{Host: second.Addr()}})
	job := h.job("a@x.test")
	job.Wait = time.Hour
	job.OnDeferred = func(it *outbox.Item, r outbox.Reply) ([]string, error) {
		if r.Text != "later" || it.Key != "a@x.test" {
			t.Errorf("%+v, %+v", it, r)
		}
		if it.Attempts >= 2 {
			return []string{"second"}, nil
		}
		return nil, nil
	}
	if sum := h.run(job); sum.Sent != 1 || second.Count() != 1 {
		t.Errorf("%+v", sum)
	}
	if it := h.item("a@x.test"); it.Attempts != 3 || it.Relay != "second" {
		t.Errorf("%+v", it)
	}
}

// TestRunTwoRelays: one that is slow doesn't hold up the other's mail behind it.
func TestRunTwoRelays(t *testing.T) {
	slow := newTrial(t, sink.Rule{Stage: sink.StageMail, Action: sink.ActionStall})
	h := newHouse(t)
	h.relay("slow", relay.Options{SMTP: smtp.Options{Host: slow.Addr()}, Connections: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	job := realTime(h.job(people(60, "x.test")...))
	job.Env.Final = context.WithoutCancel(ctx)
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		if it.Key < "p0008" {
			m.Relays = []string{"slow"}
		}
		return m, nil
	})
	go func() {
		_ = h.trial.Wait(ctx, 52)
		cancel()
	}()
	if sum, _ := outbox.Run(ctx, job); sum.Sent != 52 || sum.Left != 8 {
		t.Errorf("%+v", sum)
	}
}

func TestRunKeepsBudgets(t *testing.T) {
	h := newHouse(t)
	o := relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}, Rates: []relay.Rate{{Count: 24, Per: 24 * time.Hour}}, Burst: 10, Wall: h.clock.Now}
	h.relay("r", o)
	h.run(h.job(people(5, "x.test")...))
	states, err := h.store.SiteStates(t.Context(), []string{"r"})
	if err != nil || len(states) != 1 || len(states[0].Budgets) != 1 {
		t.Fatalf("%+v, %v", states, err)
	}
	again := h.relay("r", o)
	h.run(h.job("b@x.test"))
	now, first := again.Budgets(), states[0].Budgets
	for name := range first {
		if moved := time.Duration(now[name]-first[name]) * time.Millisecond; moved < 59*time.Minute || moved > 61*time.Minute {
			t.Errorf("one more mail of 24 a day moved %s by %s", name, moved)
		}
	}
}

func TestRunKeepsWindows(t *testing.T) {
	h := newHouse(t)
	o := relay.Options{MX: &relay.MX{Hosts: map[string][]string{"*": {h.trial.Addr()}}}}
	h.relay("r", o)
	h.run(h.job(people(60, "x.test")...))
	states, err := h.store.SiteStates(t.Context(), []string{"r/x.test"})
	if err != nil || len(states) != 1 || states[0].Window < 2 {
		t.Fatalf("%+v, %v", states, err)
	}
	again := h.relay("r", o)
	h.run(h.job("b@x.test"))
	if got := again.States()["x.test"].Window; got != states[0].Window {
		t.Errorf("it began with %g connections, %g were kept", got, states[0].Window)
	}
}

func TestRunProgress(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "p0003@*", Code: 550})
	job := h.job(people(40, "x.test")...)
	var snapshot func() outbox.Progress
	var phases []string
	stopped := false
	job.Env.Watch = func(id string, s func() outbox.Progress) func() {
		snapshot = s
		return func() { stopped = id == "b" }
	}
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		if p := snapshot().Phase; !slices.Contains(phases, p) {
			phases = append(phases, p)
		}
		return letter(it), nil
	})
	h.run(job)
	p := snapshot()
	if p.Total != 40 || p.Done != 40 || p.Counts[outbox.Sent] != 39 || p.Counts[outbox.Failed] != 1 || p.Counts[outbox.Pending] != 0 || !stopped {
		t.Errorf("%+v", p)
	}
	if strings.Join(phases, " ") != "sending" || p.Phase != "finishing" {
		t.Errorf("phases %v, then %s", phases, p.Phase)
	}
}
