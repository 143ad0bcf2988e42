package relay

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// stalled is a host that answers no final dot until the gate is closed.
func stalled() (h *fakeHost, gate chan struct{}) {
	gate = make(chan struct{})
	return &fakeHost{answer: func(_ int, verb, _ string) string {
		if verb == "." {
			<-gate
		}
		return ""
	}}, gate
}

func TestBackPressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, gate := stalled()
		r, err := New(Options{Connections: 2, Queue: 3, SMTP: smtp.Options{Host: "x.test", Dialer: h}})
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 5)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Submit(ctx, Job{Message: letter{to: "a@y.test"}}); kindOf(err) != "cancelled/no" {
			t.Error(err)
		}
		synctest.Wait()
		// Each connection has a message whose reply it awaits, and maybe one behind it.
		if s := r.Stats(); s.InFlight < 2 || s.InFlight > 4 || s.InFlight+s.Queued != 5 || s.Submitted != 5 {
			t.Errorf("%+v", s)
		}
		close(gate)
		submit(t, t.Context(), r, 5, 20)
		if errs := outcomes(t, r, 20); errs != nil {
			t.Error(errs)
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestInterrupt ends the context of all messages while one waits for the reply to
// its final dot, one for the rate and the rest in the queue.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, gate := stalled()
		r, err := New(Options{Connections: 2, SMTP: smtp.Options{Host: "x.test", Dialer: h}, Rates: []Rate{{1, time.Minute}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		submit(t, smtp.WithFinal(ctx, t.Context()), r, 0, 10)
		synctest.Wait()
		cancel()
		synctest.Wait()
		if s := r.Stats(); s.InFlight != 1 || s.Cancelled != 9 || s.Failed != 0 {
			t.Errorf("%+v", s)
		}
		close(gate)
		if errs := outcomes(t, r, 10); len(errs) != 9 || kindOf(errs[0]) != "cancelled/no" {
			t.Error(errs)
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if dials, _, _, finals := h.count(); dials != 1 || finals != 1 {
			t.Errorf("%d dials, %d final dots", dials, finals)
		}
	})
}

// TestCloseLosesPatience: Close's own context ends.
func TestCloseLosesPatience(t *testing.T) {
	for _, grace := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			h, gate := stalled()
			r, err := New(Options{Connections: 2, SMTP: smtp.Options{Host: "x.test", Dialer: h}})
			if err != nil {
				t.Fatal(err)
			}
			submitCtx := t.Context()
			if grace {
				final, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				submitCtx = smtp.WithFinal(submitCtx, final)
				time.AfterFunc(2*time.Second, func() { close(gate) })
			}
			submit(t, submitCtx, r, 0, 10)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			err = r.Close(ctx)
			want := time.Second
			if grace {
				want = 2 * time.Second
			}
			if took := time.Since(start); kindOf(err) != "cancelled/no" || took != want {
				t.Errorf("%v after %s", err, took)
			}
			kinds := map[string]int{}
			for _, err := range outcomes(t, r, 10) {
				kinds[kindOf(err)]++
			}
			wantKinds := map[string]int{"cancelled/no": 8}
			if !grace {
				wantKinds["cancelled/unknown"] = 2
				close(gate)
			}
			if diff := cmp.Diff(wantKinds, kinds); diff != "" {
				t.Error(diff)
			}
			if err := r.Submit(t.Context(), Job{Message: letter{to: "a@y.test"}}); !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		})
	}
}

func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, gate := stalled()
		r, err := New(Options{SMTP: smtp.Options{Host: "x.test", Dialer: h}})
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 20)
		time.AfterFunc(time.Minute, func() { close(gate) })
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if s := r.Stats(); s.Sent != 20 || s.Connections != 0 {
			t.Errorf("%+v", s)
		}
		for range 20 {
			if _, ok := r.Poll(); !ok {
				t.Fatal("an outcome is missing")
			}
		}
		if _, ok := r.Next(t.Context()); ok {
			t.Error("one outcome too many")
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestNextHonoursContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, gate := stalled()
		r, err := New(Options{SMTP: smtp.Options{Host: "x.test", Dialer: h}})
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, ok := r.Next(ctx); ok {
			t.Error("an outcome from nowhere")
		}
		if _, ok := r.Poll(); ok {
			t.Error("an outcome from nowhere")
		}
		close(gate)
		if errs := outcomes(t, r, 1); errs != nil {
			t.Error(errs)
		}
		_ = r.Close(t.Context())
	})
}

func TestSendLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, gate := stalled()
		r, err := New(Options{Connections: 1, SMTP: smtp.Options{Host: "x.test", Dialer: h}})
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), r, 0, 1)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Send(ctx, letter{to: "a@y.test"}, nil); kindOf(err) != "cancelled/no" {
			t.Error(err)
		}
		if s := r.Stats(); s.Queued != 0 || s.InFlight != 1 {
			t.Errorf("%+v", s)
		}
		close(gate)
		if errs := outcomes(t, r, 1); errs != nil {
			t.Error(errs)
		}
		_ = r.Close(t.Context())
	})
}
