package relay

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

func submitTo(t *testing.T, r *Relay, to ...string) {
	t.Helper()
	for _, address := range to {
		if err := r.Submit(t.Context(), Job{Message: letter{to: address}, Tag: address}); err != nil {
			t.Fatal(err)
		}
	}
}

// many gives n addresses at a domain.
func many(n int, domain string) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("r%d@%s", i, domain))
	}
	return list
}

// arrivals are the milliseconds after start at which each domain's messages came.
func arrivals(h *fakeHost, start time.Time) map[string][]int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	got := map[string][]int64{}
	for i, at := range h.finals {
		_, domain, _ := strings.Cut(strings.TrimSuffix(h.rcpts[i], ">"), "@")
		got[domain] = append(got[domain], at.Sub(start).Milliseconds())
	}
	return got
}

func TestPerDomainRateHoldsUpNobodyElse(t *testing.T) {
	h := &fakeHost{}
	o := Options{Connections: 2, PerDomain: map[string]DomainLimits{"Slow.test": {Rates: []Rate{{1, time.Second}}}}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		start := time.Now()
		submitTo(t, r, many(4, "slow.test")...)
		submitTo(t, r, many(4, "fast.test")...)
		if errs := outcomes(t, r, 8); errs != nil {
			t.Error(errs)
		}
		want := map[string][]int64{"slow.test": {0, 1000, 2000, 3000}, "fast.test": {0, 0, 0, 0}}
		if diff := cmp.Diff(want, arrivals(h, start)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPerDomainAndWholeRate: both hold, and the domain's messages keep their
// distance although they wait for the relay's rate too.
func TestPerDomainAndWholeRate(t *testing.T) {
	h := &fakeHost{}
	o := Options{Rates: []Rate{{10, time.Second}}, PerDomain: map[string]DomainLimits{"slow.test": {Rates: []Rate{{2, time.Second}}}}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		start := time.Now()
		submitTo(t, r, append(many(3, "slow.test"), many(7, "fast.test")...)...)
		if errs := outcomes(t, r, 10); errs != nil {
			t.Error(errs)
		}
		got := arrivals(h, start)
		if diff := cmp.Diff([]int64{0, 500, 1000}, got["slow.test"]); diff != "" {
			t.Error(diff)
		}
		if n := len(got["fast.test"]); n != 7 || got["fast.test"][6] > 900 {
			t.Error(got)
		}
	})
}

func TestAnyDomainHasItsOwnRate(t *testing.T) {
	h := &fakeHost{}
	o := Options{PerDomain: map[string]DomainLimits{"*": {Rates: []Rate{{1, time.Second}}}, "free.test": {}}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		start := time.Now()
		for _, domain := range []string{"a.test", "b.test", "free.test"} {
			submitTo(t, r, many(3, domain)...)
		}
		if errs := outcomes(t, r, 9); errs != nil {
			t.Error(errs)
		}
		want := map[string][]int64{"a.test": {0, 1000, 2000}, "b.test": {0, 1000, 2000}, "free.test": {0, 0, 0}}
		if diff := cmp.Diff(want, arrivals(h, start)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPerDomainConnections: of four connections one at most is busy with a domain
// that takes its time, and the others serve the rest.
func TestPerDomainConnections(t *testing.T) {
	slow, most := 0, 0
	h := &fakeHost{}
	h.answer = func(_ int, verb, arg string) string {
		if verb != "." || !strings.Contains(arg, "slow.test") {
			return ""
		}
		h.mu.Lock()
		slow++
		most = max(most, slow)
		h.mu.Unlock()
		time.Sleep(time.Second)
		h.mu.Lock()
		slow--
		h.mu.Unlock()
		return ""
	}
	o := Options{PerDomain: map[string]DomainLimits{"slow.test": {Connections: 1}}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		start := time.Now()
		submitTo(t, r, many(5, "slow.test")...)
		submitTo(t, r, many(20, "fast.test")...)
		time.Sleep(time.Millisecond)
		if got := arrivals(h, start); len(got["fast.test"]) != 20 {
			t.Error(got)
		}
		if errs := outcomes(t, r, 25); errs != nil || most != 1 || time.Since(start) != 5*time.Second {
			t.Error(errs, most, time.Since(start))
		}
	})
}

func TestPerDomainMessagesPerConnection(t *testing.T) {
	h := &fakeHost{}
	o := Options{Connections: 1, PerDomain: map[string]DomainLimits{"picky.test": {MessagesPerConnection: 2}}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		submitTo(t, r, many(10, "easy.test")...)
		if errs := outcomes(t, r, 10); errs != nil {
			t.Error(errs)
		}
		submitTo(t, r, many(5, "picky.test")...)
		if errs := outcomes(t, r, 5); errs != nil {
			t.Error(errs)
		}
		if dials, _, _, _ := h.count(); dials != 3 {
			t.Errorf("%d dials", dials)
		}
	})
}

// TestMessageToSeveralDomains needs a place with each of them.
func TestMessageToSeveralDomains(t *testing.T) {
	h := &fakeHost{}
	one := DomainLimits{RecipientRates: []Rate{{1, time.Second}}}
	bubble(t, h, Options{PerDomain: map[string]DomainLimits{"a.test": one, "b.test": one}}, func(t *testing.T, r *Relay) {
		start := time.Now()
		submitTo(t, r, "x@a.test y@a.test z@b.test", "x@b.test", "x@a.test")
		var ended []string
		for range 3 {
			out, _ := r.Next(t.Context())
			ended = append(ended, fmt.Sprint(out.Tag, " ", time.Since(start), " ", out.Err))
		}
		want := []string{"x@a.test y@a.test z@b.test 0s <nil>", "x@b.test 1s <nil>", "x@a.test 2s <nil>"}
		if diff := cmp.Diff(want, ended); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRecipientRate: a message with more recipients than the burst goes, and what
// follows waits for all of them.
func TestRecipientRate(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{RecipientRates: []Rate{{10, time.Second}}, Burst: 2}, func(t *testing.T, r *Relay) {
		start := time.Now()
		var got []int64
		for _, n := range []int{5, 1, 2, 1} {
			if _, err := r.Send(t.Context(), letter{to: strings.Join(many(n, "y.test"), " ")}, nil); err != nil {
				t.Fatal(err)
			}
			got = append(got, time.Since(start).Milliseconds())
		}
		if diff := cmp.Diff([]int64{0, 400, 600, 700}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBurstForEachRate(t *testing.T) {
	h := &fakeHost{}
	o := Options{Rates: []Rate{{10, time.Second}, {60, time.Minute}}, Bursts: []int{1, 3}}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		start := time.Now()
		submitTo(t, r, many(5, "y.test")...)
		if errs := outcomes(t, r, 5); errs != nil {
			t.Error(errs)
		}
		if diff := cmp.Diff([]int64{0, 100, 200, 1000, 2000}, arrivals(h, start)["y.test"]); diff != "" {
			t.Error(diff)
		}
	})
}

// TestInterruptAtAGate: nobody works, and still the messages end with their context.
func TestInterruptAtAGate(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{PerDomain: map[string]DomainLimits{"*": {Rates: []Rate{{1, time.Hour}}}}}, func(t *testing.T, r *Relay) {
		ctx, cancel := context.WithCancel(t.Context())
		submit(t, ctx, r, 0, 5)
		time.Sleep(time.Minute)
		if s := r.Stats(); s.Queued != 4 || s.Sent != 1 || s.Connections != 0 {
			t.Errorf("%+v", s)
		}
		cancel()
		synctest.Wait()
		if s := r.Stats(); s.Cancelled != 4 || s.Queued != 0 {
			t.Errorf("%+v", s)
		}
		if errs := outcomes(t, r, 5); len(errs) != 4 {
			t.Error(errs)
		}
	})
}

func TestLifetime(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Lifetime: time.Minute, Idle: time.Hour}, func(t *testing.T, r *Relay) {
		for range 10 {
			if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(25 * time.Second)
		}
		if dials, _, quits, _ := h.count(); dials != 4 || quits != 3 {
			t.Errorf("%d dials, %d quits", dials, quits)
		}
	})
}

// TestGatesAreForgotten: a domain that was mailed long ago costs no memory.
func TestGatesAreForgotten(t *testing.T) {
	g := gates{limits: map[string]DomainLimits{"*": {Rates: []Rate{{1, time.Second}}}}}
	now := time.Unix(0, 0)
	for i := range 10 * firstSweep {
		one := g.of(fmt.Sprint(i), newPortion(1, 1), now)
		one.limit.spend(now, 1)
		now = now.Add(time.Millisecond)
	}
	if n := len(g.open); n > 3*firstSweep {
		t.Errorf("%d gates", n)
	}
}

func TestDomainLimitsAreChecked(t *testing.T) {
	host := smtp.Options{Host: "mail.x.test"}
	for name, bad := range map[string]map[string]DomainLimits{
		"name": {"a b": {}}, "connections": {"a.test": {Connections: -1}}, "rate": {"*": {Rates: []Rate{{0, time.Second}}}},
		"burst": {"*": {Burst: -1}}, "bursts": {"*": {Bursts: []int{1}}},
	} {
		if _, err := New(Options{SMTP: host, PerDomain: bad}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
