package relay

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"
)

func TestSlowsDown(t *testing.T) {
	r, err := New(Options{SMTP: smtp.Options{Host: "x.test"}, SlowDownOn: func(reply smtp.Reply) bool { return strings.Contains(reply.String(), "4.7.28") || reply.Code == 200 }})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"421 4.3.2 busy": true, "454 Throttling": true, "450 4.7.28 too much": true, "550 5.7.1 4.7.28": true,
		"450 4.2.1 busy": false, "250 ok": false, "200 ok": false, "": false, "550 5.1.1 who": false,
	} {
		var reply smtp.Reply
		_, _ = fmt.Sscanf(text, "%d", &reply.Code)
		_, line, _ := strings.Cut(text, " ")
		reply.Lines = []string{line}
		if got := r.SlowsDown(reply); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// TestSlowDown: a server that throttles gets half as much, and the whole again after
// a while.
func TestSlowDown(t *testing.T) {
	var n atomic.Int32
	h := &fakeHost{answer: func(_ int, verb, _ string) string {
		if verb == "." && n.Add(1) == 20 {
			return "454 4.7.0 Throttling failure: maximum sending rate exceeded"
		}
		return ""
	}}
	bubble(t, h, Options{Rates: []Rate{{10, time.Second}}, Queue: 10_000}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 5000)
		time.Sleep(2100 * time.Millisecond)
		if s := r.Stats(); s.Rate < 5 || s.Rate > 5.01 || s.Failed != 1 {
			t.Errorf("%+v", s)
		}
		time.Sleep(time.Second)
		before := r.Stats().Sent
		time.Sleep(10 * time.Second)
		if got := r.Stats().Sent - before; got < 49 || got > 52 {
			t.Errorf("%d in ten seconds at half the rate", got)
		}
		r.SetShare(1, 2)
		if s := r.Stats(); s.Rate < 2.5 || s.Rate > 2.6 {
			t.Errorf("%+v", s)
		}
		r.SetShare(1, 1)
		time.Sleep(5 * time.Minute)
		if s := r.Stats(); s.Rate != 0 {
			t.Errorf("%+v", s)
		}
		if errs := outcomes(t, r, 5000); len(errs) != 1 || kindOf(errs[0]) != "data/no" {
			t.Error(errs)
		}
	})
}

// TestSlowDownOfOneSite: of a relay to many domains only the one that asks is
// slower, also where it asks by refusing a recipient; without a rate it keeps half
// its connections.
func TestSlowDownOfOneSite(t *testing.T) {
	var throttled atomic.Bool
	busy := &fakeHost{answer: func(_ int, verb, _ string) string {
		switch {
		case verb == ".":
			time.Sleep(100 * time.Millisecond)
		case verb == "RCPT" && throttled.CompareAndSwap(true, false):
			return "450 4.7.28 slow down"
		}
		return ""
	}}
	other := &fakeHost{answer: slowly(100 * time.Millisecond)}
	o := Options{Connections: 4, SlowDownOn: func(reply smtp.Reply) bool { return reply.Enhanced == smtp.EnhancedCode{4, 7, 28} }}
	mxBubble(t, map[string]*fakeHost{"busy.test": busy, "other.test": other}, o, func(t *testing.T, r *Relay) {
		submitTo(t, r, many(1000, "busy.test")...)
		submitTo(t, r, many(1000, "other.test")...)
		time.Sleep(5 * time.Second)
		throttled.Store(true)
		s := r.Sites()
		for range 200 {
			if s = r.Sites(); s["busy.test"].Rate > 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if one := s["busy.test"]; one.Rate < 15 || one.Rate > 22 || one.Window > 3 {
			t.Errorf("%+v", one)
		}
		if one := s["other.test"]; one.Rate != 0 || one.Window != 4 {
			t.Errorf("%+v", one)
		}
		time.Sleep(20 * time.Second)
		if one := r.Sites()["other.test"]; one.Sent < 980 {
			t.Errorf("%+v", one)
		}
		if errs := outcomes(t, r, 2000); len(errs) != 1 {
			t.Error(errs)
		}
	})
}

// TestClosedForGood: a server that says 421 to everything is left alone at last.
func TestClosedForGood(t *testing.T) {
	h := &fakeHost{answer: onVerb("MAIL", 0, "421 4.3.2 busy")}
	bubble(t, h, Options{Queue: 1000}, func(t *testing.T, r *Relay) {
		start := time.Now()
		submit(t, t.Context(), r, 0, 1000)
		errs := outcomes(t, r, 1000)
		if len(errs) != 1000 || time.Since(start) > 2*time.Minute {
			t.Errorf("%d failed after %s", len(errs), time.Since(start))
		}
		for _, err := range errs {
			if reply, _ := replyFor(err); reply.Code != 421 || !r.SlowsDown(reply) {
				t.Fatal(err)
			}
		}
	})
}

// TestGivesUpForAWhile: a server that puts off all messages gets few of many, and is
// well again with the first that it takes.
func TestGivesUpForAWhile(t *testing.T) {
	full := true
	h := &fakeHost{}
	h.answer = func(_ int, verb, _ string) string {
		h.mu.Lock()
		defer h.mu.Unlock()
		if verb == "." && full {
			return "452 4.3.1 disk full"
		}
		return ""
	}
	bubble(t, h, Options{Queue: 1000, Connections: 2}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 500)
		errs := outcomes(t, r, 500)
		var given *GivenUpError
		if len(errs) != 500 || !errors.As(errs[499], &given) || kindOf(given) != "connect/no" {
			t.Fatalf("%d, %v", len(errs), errs[len(errs)-1])
		}
		if want := "smtp: mail.x.test:25 is left alone for now, since nothing gets through: 452 4.3.1 disk full"; given.Error() != want {
			t.Error(given)
		}
		if reply, _ := replyFor(given); reply.Code != 452 {
			t.Error(reply)
		}
		if _, _, _, finals := h.count(); finals > 10 {
			t.Errorf("tried %d times", finals)
		}
		time.Sleep(firstBackOff)
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); kindOf(err) != "data/no" {
			t.Error(err) // one finds out
		}
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); kindOf(err) != "connect/no" {
			t.Error(err) // and again it is left alone
		}
		h.mu.Lock()
		full = false
		h.mu.Unlock()
		time.Sleep(2 * firstBackOff)
		submit(t, t.Context(), r, 0, 100)
		if errs := outcomes(t, r, 100); errs != nil {
			t.Error(errs)
		}
		if r.site.window.size != 2 || r.site.dials.last != nil {
			t.Errorf("%+v", r.site.window)
		}
	})
}

// TestRefusalsAreNoFailures: what concerns recipients or a message for good says
// nothing about the site.
func TestRefusalsAreNoFailures(t *testing.T) {
	for _, answer := range []func(int, string, string) string{
		onVerb("RCPT", 0, "450 4.2.0 greylisted"), onVerb("RCPT", 0, "550 5.1.1 who"), onVerb(".", 0, "554 5.6.0 spam"), onVerb("MAIL", 0, "550 5.7.1 no"),
	} {
		bubble(t, &fakeHost{answer: answer}, Options{Queue: 500}, func(t *testing.T, r *Relay) {
			submit(t, t.Context(), r, 0, 100)
			if errs := outcomes(t, r, 100); len(errs) != 100 {
				t.Error(len(errs))
			}
			if w := r.site.window; w.size != 4 || w.cohorts != 0 {
				t.Errorf("%+v", w)
			}
		})
	}
}

// TestHealthyServerGetsAllAtOnce: a relay to one host doesn't begin slowly.
func TestHealthyServerGetsAllAtOnce(t *testing.T) {
	h := &fakeHost{answer: slowly(time.Second)}
	bubble(t, h, Options{Connections: 10}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 50)
		synctest.Wait()
		if _, most, _, _ := h.count(); most != 10 {
			t.Errorf("%d connections", most)
		}
		if errs := outcomes(t, r, 50); errs != nil {
			t.Error(errs)
		}
	})
}
