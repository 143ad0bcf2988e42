package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// inOrder makes a relay with a primary and fallbacks.
func inOrder(t *testing.T, o Options, list ...*fakeHost) *Relay {
	t.Helper()
	for i, h := range list {
		server := smtp.Options{Host: fmt.Sprintf("mail%d.x.test", i), Dialer: h}
		if i == 0 {
			o.SMTP = server
		} else {
			o.Fallbacks = append(o.Fallbacks, server)
		}
	}
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFailsOver(t *testing.T) {
	refused := func(int) error { return errors.New("refused") }
	tests := []struct {
		name   string
		host   *fakeHost
		want   string // kind of error
		finals int    // at the fallback
	}{
		{"connect failure", &fakeHost{refuse: refused}, "", 1},
		{"421 at EHLO", &fakeHost{answer: onVerb("EHLO", 0, "421 4.3.2 no")}, "", 1},
		{"554 at EHLO", &fakeHost{answer: onVerb("EHLO", 0, "554 5.3.2 no")}, "", 1},
		{"4xx at MAIL", &fakeHost{answer: onVerb("MAIL", 0, "451 4.3.0 later")}, "", 1},
		{"4xx at RCPT", &fakeHost{answer: onVerb("RCPT", 0, "450 4.2.0 greylisted")}, "", 1},
		{"4xx after the dot", &fakeHost{answer: onVerb(".", 0, "451 4.3.0 later")}, "", 1},
		{"drop before the dot", &fakeHost{answer: onVerb("DATA", 0, "-")}, "", 1},
		{"5xx at MAIL", &fakeHost{answer: onVerb("MAIL", 0, "550 5.7.1 no")}, "sender_refused/no", 0},
		{"5xx at RCPT", &fakeHost{answer: onVerb("RCPT", 0, "550 5.1.1 no")}, "recipients_refused/no", 0},
		{"5xx after the dot", &fakeHost{answer: onVerb(".", 0, "554 5.6.0 no")}, "data/no", 0},
		{"unknown", &fakeHost{answer: onVerb(".", 0, "-")}, "disconnected/unknown", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				second := &fakeHost{}
				r := inOrder(t, Options{}, tt.host, second)
				_, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil)
				if tt.want == "" && err != nil || tt.want != "" && kindOf(err) != tt.want {
					t.Errorf("%v, want %q", err, tt.want)
				}
				if _, _, _, finals := second.count(); finals != tt.finals {
					t.Errorf("%d messages at the fallback", finals)
				}
				if err := r.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestManyInARowFailOver: messages that went over one connection before its first
// refusal came find the other server, too.
func TestManyInARowFailOver(t *testing.T) {
	for name, answer := range map[string]func(int, string, string) string{
		"greylisted": onVerb("RCPT", 0, "450 4.2.0 greylisted"), "later": onVerb("MAIL", 0, "451 4.3.0 later"),
		"later, content": onVerb(".", 0, "451 4.3.0 later"), "busy": onVerb("MAIL", 0, "421 4.3.2 busy"), "gone": onVerb("DATA", 0, "-"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				second := &fakeHost{}
				r := inOrder(t, Options{Connections: 1, Queue: 100}, &fakeHost{answer: answer}, second)
				submit(t, t.Context(), r, 0, 50)
				if errs := outcomes(t, r, 50); errs != nil {
					t.Errorf("%d failed: %v", len(errs), errs[0])
				}
				if _, _, _, finals := second.count(); finals != 50 {
					t.Errorf("%d messages at the fallback", finals)
				}
				if err := r.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestAllServersFail: the outcome is that of the last one that had the message,
// and of connections the first.
func TestAllServersFail(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	later := func() *fakeHost { return &fakeHost{answer: onVerb("MAIL", 0, "451 4.3.0 later")} }
	gone := func(err error) *fakeHost { return &fakeHost{refuse: func(int) error { return err }} }
	for name, tt := range map[string]struct {
		hosts []*fakeHost
		want  string
	}{
		"connect": {[]*fakeHost{gone(first), gone(second)}, "connect/no"},
		"later":   {[]*fakeHost{later(), later()}, "sender_refused/no"},
		"mixed":   {[]*fakeHost{gone(first), later(), gone(second)}, "sender_refused/no"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := inOrder(t, Options{}, tt.hosts...)
				_, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil)
				if kindOf(err) != tt.want || errors.Is(err, second) {
					t.Error(err)
				}
				for _, h := range tt.hosts {
					if dials, _, _, _ := h.count(); dials != 1 {
						t.Errorf("%d dials", dials)
					}
				}
				_ = r.Close(t.Context())
			})
		})
	}
}

// TestFailedServerIsRemembered: it isn't tried for the back-off time, then by one
// message at a time, and used again when it is back.
func TestFailedServerIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		primary, second := &fakeHost{}, &fakeHost{}
		primary.refuse = func(int) error {
			if down {
				return errors.New("refused")
			}
			return nil
		}
		r := inOrder(t, Options{Connections: 1}, primary, second)
		send := func(n int) {
			t.Helper()
			for range n {
				if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		var dials []int
		for _, wait := range []time.Duration{0, 0, firstBackOff, 0, 2 * firstBackOff, time.Hour} {
			time.Sleep(wait)
			send(5)
			n, _, _, _ := primary.count()
			dials = append(dials, n)
		}
		if diff := cmp.Diff([]int{1, 1, 2, 2, 3, 4}, dials); diff != "" {
			t.Error(diff)
		}
		down = false
		time.Sleep(time.Minute)
		send(5)
		if _, _, _, finals := primary.count(); finals != 5 {
			t.Errorf("%d messages at the primary", finals)
		}
		_ = r.Close(t.Context())
	})
}

// TestOneProbesADeadServer: a server that swallows packets costs one message the
// time for a connection, not all.
func TestOneProbesADeadServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := New(Options{SMTP: smtp.Options{Host: "dead.x.test", Dialer: blackHole{}}, Fallbacks: []smtp.Options{{Host: "mail.x.test", Dialer: &fakeHost{}}}})
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 4)
		if errs := outcomes(t, r, 4); errs != nil {
			t.Error(errs)
		}
		time.Sleep(10 * time.Second)
		start := time.Now()
		submit(t, t.Context(), r, 0, 40)
		time.Sleep(time.Millisecond)
		if s := r.Stats(); s.InFlight != 1 {
			t.Errorf("%+v", s)
		}
		if errs := outcomes(t, r, 40); errs != nil || time.Since(start) != 30*time.Second {
			t.Error(errs, time.Since(start))
		}
		_ = r.Close(t.Context())
	})
}

// blackHole is a network that swallows what it is sent.
type blackHole struct{}

func (blackHole) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(30 * time.Second):
		return nil, errors.New("timed out")
	}
}

// TestFailoverOn: a refusal for good goes on to the next server only if it is one
// that the options name.
func TestFailoverOn(t *testing.T) {
	for reply, sent := range map[string]bool{"550 5.7.1 blocked by us": true, "550 5.1.1 unknown": false, "554 5.6.0 spam": false} {
		for _, verb := range []string{"RCPT", "MAIL", "."} {
			first, second := &fakeHost{answer: onVerb(verb, 0, reply)}, &fakeHost{}
			wire := network{"one.test:25": first, "two.test:25": second}
			o := Options{
				SMTP: smtp.Options{Host: "one.test", Dialer: wire}, Fallbacks: []smtp.Options{{Host: "two.test", Dialer: wire}},
				FailoverOn: func(reply smtp.Reply) bool { return strings.Contains(reply.String(), "blocked") },
			}
			bubbleAt(t, o, func(t *testing.T, r *Relay) {
				if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); (err == nil) != sent || len(second.rcpts) > 0 != sent {
					t.Errorf("%s to %s: %v", reply, verb, err)
				}
			})
		}
	}
}

func TestDown(t *testing.T) {
	h := &fakeHost{refuse: func(dial int) error {
		if dial > 1 {
			return nil
		}
		return errors.New("refused")
	}}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		if r.Down() {
			t.Error("down before anything")
		}
		_, _ = r.Send(t.Context(), letter{to: "a@y.test"}, nil)
		if !r.Down() {
			t.Error("not down behind a failure")
		}
		time.Sleep(firstBackOff)
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil || r.Down() {
			t.Error(err)
		}
	})
}
