package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// letter is a message to one address.
type letter struct {
	to  string
	err error
}

func (l letter) Envelope() (string, []string, bool, error) {
	return "me@x.test", strings.Split(l.to, " "), false, l.err
}

func (l letter) Encode(bool, bool) (smtp.Encoded, error) {
	return smtp.Octets([]byte("Subject: x\r\n\r\nhello\r\n")), nil
}

// bubble runs a test on a clock that jumps when everybody waits. The relay is
// closed at the end.
func bubble(t *testing.T, h *fakeHost, o Options, f func(t *testing.T, r *Relay)) {
	t.Helper()
	o.SMTP.Host, o.SMTP.Dialer = "mail.x.test", h
	bubbleAt(t, o, f)
}

// bubbleAt is bubble with servers of the options' own.
func bubbleAt(t *testing.T, o Options, f func(t *testing.T, r *Relay)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		f(t, r)
		_ = r.Close(t.Context())
		if s := r.Stats(); s.InFlight != 0 || s.Queued != 0 || s.Connections != 0 || s.Sent+s.Failed+s.Cancelled != s.Submitted {
			t.Errorf("left behind: %+v", s)
		}
	})
}

func submit(t *testing.T, ctx context.Context, r *Relay, from, to int) { //nolint:revive // t comes first in helpers
	t.Helper()
	for i := from; i < to; i++ {
		if err := r.Submit(ctx, Job{Message: letter{to: fmt.Sprintf("r%d@y.test", i)}, Tag: i}); err != nil {
			t.Fatal(err)
		}
	}
}

// outcomes reads to the end; each tag has to come once.
func outcomes(t *testing.T, r *Relay, n int) (errs []error) {
	t.Helper()
	seen := map[any]bool{}
	for {
		out, ok := r.Next(context.Background())
		if !ok {
			break
		}
		if seen[out.Tag] {
			t.Errorf("%v came twice", out.Tag)
		}
		seen[out.Tag] = true
		if out.Err != nil {
			errs = append(errs, out.Err)
		} else if out.Result == nil {
			t.Errorf("%v has neither result nor error", out.Tag)
		}
	}
	if len(seen) != n {
		t.Errorf("%d outcomes, want %d", len(seen), n)
	}
	return errs
}

func kindOf(err error) string {
	var e smtp.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return e.Kind() + "/" + e.Delivered().String()
}

func TestSubmitsToAll(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Queue: 500}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 300)
		if errs := outcomes(t, r, 300); errs != nil {
			t.Error(errs)
		}
		dials, most, _, finals := h.count()
		if dials > 4 || most > 4 || finals != 300 {
			t.Errorf("%d dials, %d at once, %d messages", dials, most, finals)
		}
		want := Stats{Submitted: 300, Sent: 300, Connections: r.Stats().Connections}
		if diff := cmp.Diff(want, r.Stats()); diff != "" {
			t.Error(diff)
		}
	})
	if _, _, quits, _ := h.count(); quits == 0 {
		t.Error("no QUIT")
	}
}

func TestDialsLateAndReuses(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		time.Sleep(time.Minute)
		if dials, _, _, _ := h.count(); dials != 0 {
			t.Error("dialled for nothing")
		}
		for range 10 {
			if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if dials, _, _, _ := h.count(); dials != 1 {
			t.Errorf("%d dials", dials)
		}
		time.Sleep(defaultIdle + time.Second)
		if _, _, quits, _ := h.count(); quits != 1 || r.Stats().Connections != 0 {
			t.Errorf("%d quits, %+v", quits, r.Stats())
		}
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMessagesPerConnection(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Connections: 1, MessagesPerConnection: 3}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 10)
		if errs := outcomes(t, r, 10); errs != nil {
			t.Error(errs)
		}
		if dials, most, _, _ := h.count(); dials != 4 || most != 1 {
			t.Errorf("%d dials, %d at once", dials, most)
		}
	})
	if _, _, quits, _ := h.count(); quits != 4 {
		t.Errorf("%d quits", quits)
	}
}

func TestReplacesStaleConnectionOnce(t *testing.T) {
	tests := []struct {
		name   string
		upset  func(h *fakeHost)
		want   string
		dials  int
		finals int
	}{
		{"closed while idle", func(h *fakeHost) { h.hangUpAll() }, "", 2, 2},
		{"421 at MAIL", func(h *fakeHost) { h.answer = onVerb("MAIL", 1, "421 4.4.2 idle") }, "", 2, 2},
		{"closes at MAIL", func(h *fakeHost) { h.answer = onVerb("MAIL", 1, "-") }, "", 2, 2},
		{"421 again", func(h *fakeHost) { h.answer = onVerb("MAIL", 0, "421 4.3.2 going down") }, "sender_refused/no", 2, 1},
		{"dial fails then", func(h *fakeHost) {
			h.refuse = func(int) error { return errors.New("refused") }
			h.hangUpAll()
		}, "connect/no", 2, 1},
		{"451 at MAIL is an answer", func(h *fakeHost) { h.answer = onVerb("MAIL", 0, "451 4.3.0 later") }, "sender_refused/no", 1, 1},
		{"closes at RCPT", func(h *fakeHost) { h.answer = onVerb("RCPT", 1, "-") }, "disconnected/no", 1, 1},
		{"closes after the dot", func(h *fakeHost) { h.answer = onVerb(".", 1, "-") }, "disconnected/unknown", 1, 2},
		{"421 after the dot", func(h *fakeHost) { h.answer = onVerb(".", 1, "421 4.3.2 going down") }, "data/no", 1, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := &fakeHost{}
			bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
				if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				tt.upset(h)
				synctest.Wait()
				_, err := r.Send(t.Context(), letter{to: "b@y.test"}, nil)
				if tt.want == "" && err != nil || tt.want != "" && kindOf(err) != tt.want {
					t.Errorf("got %s (%v), want %s", kindOf(err), err, tt.want)
				}
				if dials, _, _, finals := h.count(); dials != tt.dials || finals != tt.finals {
					t.Errorf("%d dials, %d final dots; want %d, %d", dials, finals, tt.dials, tt.finals)
				}
			})
		})
	}
}

// onVerb answers one verb on one connection, or on all if it is 0.
func onVerb(verb string, conn int, reply string) func(int, string, string) string {
	return func(id int, v, _ string) string {
		if v == verb && (conn == 0 || id == conn) {
			return reply
		}
		return ""
	}
}

func TestFreshConnectionIsNotReplaced(t *testing.T) {
	h := &fakeHost{answer: onVerb("MAIL", 0, "421 4.3.2 no")}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); kindOf(err) != "sender_refused/no" {
			t.Error(err)
		}
		if dials, _, _, _ := h.count(); dials != 1 {
			t.Errorf("%d dials", dials)
		}
	})
}

func TestKeepsConnectionAfterRefusals(t *testing.T) {
	h := &fakeHost{answer: func(_ int, verb, arg string) string {
		if verb == "RCPT" && strings.Contains(arg, "no@") {
			return "550 5.1.1 unknown"
		}
		return ""
	}}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		for range 3 {
			if _, err := r.Send(t.Context(), letter{to: "no@y.test"}, nil); kindOf(err) != "recipients_refused/no" {
				t.Error(err)
			}
			if res, err := r.Send(t.Context(), letter{to: "yes@y.test no@y.test"}, nil); err != nil || len(res.Refused()) != 1 {
				t.Error(res, err)
			}
			broken := errors.New("no such file")
			if _, err := r.Send(t.Context(), letter{err: broken}, nil); !errors.Is(err, broken) {
				t.Error(err)
			}
		}
		if dials, _, _, _ := h.count(); dials != 1 {
			t.Errorf("%d dials", dials)
		}
		if s := r.Stats(); s.Refused != 6 || s.Failed != 6 || s.Sent != 3 {
			t.Errorf("%+v", s)
		}
	})
}

func TestDeadHost(t *testing.T) {
	refused := errors.New("connection refused")
	h := &fakeHost{refuse: func(int) error { return refused }}
	bubble(t, h, Options{Queue: 1000}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 1000)
		errs := outcomes(t, r, 1000)
		for _, err := range errs {
			if kindOf(err) != "connect/no" || !errors.Is(err, refused) {
				t.Fatal(err)
			}
		}
		if dials, _, _, _ := h.count(); len(errs) != 1000 || dials > 4 {
			t.Errorf("%d errors, %d dials", len(errs), dials)
		}
		h.mu.Lock()
		h.refuse, h.dials = nil, 0
		h.mu.Unlock()
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); kindOf(err) != "connect/no" {
			t.Error("dialled during the back-off", err)
		}
		time.Sleep(firstBackOff)
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
			t.Error(err)
		}
	})
}

// TestFewerConnectionsThanWanted: the server allows two.
func TestFewerConnectionsThanWanted(t *testing.T) {
	h := &fakeHost{}
	h.refuse = func(int) error {
		if h.open >= 2 {
			return errors.New("too many connections")
		}
		return nil
	}
	h.answer = func(_ int, verb, _ string) string {
		if verb == "." {
			time.Sleep(100 * time.Millisecond)
		}
		return ""
	}
	bubble(t, h, Options{Connections: 8, Queue: 100}, func(t *testing.T, r *Relay) {
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 50)
		if errs := outcomes(t, r, 50); errs != nil {
			t.Errorf("%d failed: %v", len(errs), errs[0])
		}
		if dials, _, _, _ := h.count(); dials > 20 {
			t.Errorf("%d dials", dials)
		}
	})
}

// TestMessageLeftToOthersCountsOnce: it has its place in the rate already.
func TestMessageLeftToOthersCountsOnce(t *testing.T) {
	h := &fakeHost{refuse: func(dial int) error {
		if dial > 1 {
			return errors.New("too many connections")
		}
		return nil
	}}
	bubble(t, h, Options{Rates: []Rate{{1, time.Second}}}, func(t *testing.T, r *Relay) {
		start := time.Now()
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 3)
		if errs := outcomes(t, r, 3); errs != nil {
			t.Error(errs)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestDeadHostWastesNoTime: what fails at once doesn't wait for the rate.
func TestDeadHostWastesNoTime(t *testing.T) {
	h := &fakeHost{refuse: func(int) error { return errors.New("refused") }}
	bubble(t, h, Options{Queue: 100, Rates: []Rate{{1, time.Minute}}}, func(t *testing.T, r *Relay) {
		start := time.Now()
		submit(t, t.Context(), r, 0, 100)
		if errs := outcomes(t, r, 100); len(errs) != 100 {
			t.Errorf("%d errors", len(errs))
		}
		if took := time.Since(start); took > 4*time.Minute {
			t.Errorf("took %s", took)
		}
	})
}

// TestCancelledDialIsNoFailure: the next message dials.
func TestCancelledDialIsNoFailure(t *testing.T) {
	h := &fakeHost{answer: func(conn int, verb, _ string) string {
		if conn == 1 && verb == "EHLO" {
			time.Sleep(time.Minute)
		}
		return ""
	}}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Send(ctx, letter{to: "a@y.test"}, nil); kindOf(err) != "cancelled/no" {
			t.Error(err)
		}
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // for the host's first connection to end
	})
}

func TestRatesSpaceEvenly(t *testing.T) {
	tests := []struct {
		burst int
		ms    []int64
	}{
		{0, []int64{0, 100, 200, 300, 400, 500, 600, 700}},
		{5, []int64{0, 0, 0, 0, 0, 100, 200, 300}},
	}
	for _, tt := range tests {
		h := &fakeHost{}
		bubble(t, h, Options{Rates: []Rate{{10, time.Second}, {10000, time.Hour}}[:1], Burst: tt.burst}, func(t *testing.T, r *Relay) {
			start := time.Now()
			submit(t, t.Context(), r, 0, 8)
			if errs := outcomes(t, r, 8); errs != nil {
				t.Error(errs)
			}
			var got []int64
			for _, at := range h.finals {
				got = append(got, at.Sub(start).Milliseconds())
			}
			if diff := cmp.Diff(tt.ms, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSlowRateKeepsNoConnection: nobody holds a connection for an hour.
func TestSlowRateKeepsNoConnection(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Connections: 1, Rates: []Rate{{1, time.Hour}}}, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 2)
		time.Sleep(time.Minute)
		if s := r.Stats(); s.Sent != 1 || s.Connections != 0 {
			t.Errorf("%+v", s)
		}
		if errs := outcomes(t, r, 2); errs != nil {
			t.Error(errs)
		}
	})
}

// TestManyAtOnce is for the race detector: senders, submitters and readers, on a
// host that fails in every way now and then.
func TestManyAtOnce(t *testing.T) {
	var mu sync.Mutex
	n := 0
	h := &fakeHost{refuse: func(dial int) error {
		if dial%5 == 0 {
			return errors.New("refused")
		}
		return nil
	}}
	h.answer = func(_ int, verb, _ string) string {
		mu.Lock()
		defer mu.Unlock()
		n++
		switch {
		case n%97 == 0:
			return "-"
		case n%61 == 0 && verb != "QUIT" && verb != "EHLO":
			return "421 4.3.2 now and then"
		case n%37 == 0 && verb == "RCPT":
			return "550 5.1.1 unknown"
		}
		return ""
	}
	bubble(t, h, Options{MessagesPerConnection: 7, Queue: 5}, func(t *testing.T, r *Relay) {
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() { submit(t, t.Context(), r, 0, 200) })
			group.Go(func() {
				for range 50 {
					_, _ = r.Send(t.Context(), letter{to: "a@y.test"}, nil)
				}
			})
		}
		got := 0
		group.Go(func() {
			for got < 600 {
				if _, ok := r.Next(t.Context()); ok {
					got++
				} else {
					time.Sleep(time.Millisecond)
				}
			}
		})
		group.Wait()
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if s := r.Stats(); s.Submitted != 750 || s.Sent+s.Failed != 750 {
			t.Errorf("%+v", s)
		}
		if _, ok := r.Poll(); ok {
			t.Error("one outcome too many")
		}
		if _, most, _, _ := h.count(); most > 4 {
			t.Errorf("%d connections at once", most)
		}
	})
}

func TestNew(t *testing.T) {
	host := smtp.Options{Host: "mail.x.test", Port: 587}
	for _, bad := range []Options{
		{}, {SMTP: host, Connections: -1}, {SMTP: host, Queue: -1}, {SMTP: host, Idle: -1}, {SMTP: host, Rates: []Rate{{0, time.Second}}}, {SMTP: smtp.Options{Host: "a b"}},
	} {
		if r, err := New(bad); err == nil {
			t.Errorf("%+v: made %v", bad, r)
		}
	}
	for want, o := range map[string]Options{
		"mail.x.test:587":   {SMTP: host},
		"u@mail.x.test:587": {SMTP: smtp.Options{Host: "mail.x.test", Port: 587, Credentials: smtp.Credentials{User: "u"}}},
		"eu":                {Name: "eu", SMTP: host},
		"/run/dovecot/lmtp": {SMTP: smtp.Options{Socket: "/run/dovecot/lmtp", Protocol: smtp.LMTP}},
	} {
		if r, err := New(o); err != nil || r.Name() != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}
