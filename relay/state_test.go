package relay

import (
	"errors"
	"testing"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// TestBudgets: what a process has used up of a day's mail is used up for the next
// one, also where that has only a share.
func TestBudgets(t *testing.T) {
	h := &fakeHost{}
	o := Options{
		Rates: []Rate{{86400, 24 * time.Hour}, {100, time.Second}}, RecipientRates: []Rate{{3600, time.Hour}}, Burst: 100,
		PerDomain: map[string]DomainLimits{"*": {Rates: []Rate{{3600, time.Hour}}, Burst: 50}},
	}
	bubble(t, h, o, func(t *testing.T, r *Relay) {
		submit(t, t.Context(), r, 0, 50)
		if errs := outcomes(t, r, 50); errs != nil {
			t.Error(errs)
		}
		whole := time.Now().Add(50 * time.Second).UnixMilli()
		kept := r.Budgets()
		if diff := cmp.Diff(map[string]int64{"86400/d": whole, "3600/h recipients": whole, "y.test 3600/h": whole}, kept); diff != "" {
			t.Fatal(diff)
		}
		time.Sleep(20 * time.Second)
		for _, tt := range []struct {
			name         string
			held, shards int
			first, last  time.Duration // of 30 messages, ten seconds later each time
		}{{"whole", 1, 1, 0, 10 * time.Second}, {"half", 1, 2, 0, 30 * time.Second}} {
			h := &fakeHost{}
			o := o
			o.SMTP = smtp.Options{Host: "x.test", Dialer: h}
			again, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			again.Restore(kept)
			again.SetShare(tt.held, tt.shards)
			start := time.Now()
			submit(t, t.Context(), again, 0, 30)
			if errs := outcomes(t, again, 30); errs != nil {
				t.Error(errs)
			}
			if first, last := h.finals[0].Sub(start), h.finals[29].Sub(start); first != tt.first || last != tt.last {
				t.Errorf("%s: from %s to %s", tt.name, first, last)
			}
			_ = again.Close(t.Context())
		}
		r.SetShare(0, 2)
		if got := r.Budgets(); len(got) != 0 {
			t.Error(got)
		}
	})
}

// TestRestoreIsBounded: nonsense in the store stops nobody for good.
func TestRestoreIsBounded(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Rates: []Rate{{1, time.Hour}}}, func(t *testing.T, r *Relay) {
		r.Restore(map[string]int64{"1/h": 1 << 60, "5/d": 1, "": -1, "a.test 5/d": 1 << 62, "a.test": 3})
		start := time.Now()
		if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil || time.Since(start) > 2*time.Hour {
			t.Error(err, time.Since(start))
		}
	})
}

func TestStates(t *testing.T) {
	full := &fakeHost{answer: onVerb(".", 0, "452 4.3.1 disk full")}
	fine := &fakeHost{answer: slowly(time.Second)}
	hosts := map[string]*fakeHost{"full.test": full, "fine.test": fine, "new.test": {}}
	mxBubble(t, hosts, Options{Connections: 3}, func(t *testing.T, r *Relay) {
		submitTo(t, r, many(3, "full.test")...)
		submitTo(t, r, many(20, "fine.test")...)
		time.Sleep(100 * time.Millisecond)
		if errs := outcomes(t, r, 23); len(errs) != 3 {
			t.Error(errs)
		}
		submitTo(t, r, many(1, "full.test")...)
		if errs := outcomes(t, r, 1); len(errs) != 1 {
			t.Error(errs)
		}
		want := map[string]State{"full.test": {Cohorts: failedCohorts - 1, Next: time.Now().Add(2 * firstBackOff)}, "fine.test": {Window: 3}}
		got := r.States()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		o := r.o
		again, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		again.Resume(got)
		var given *GivenUpError
		if _, err := again.Send(t.Context(), letter{to: "a@full.test"}, nil); !errors.As(err, &given) {
			t.Error(err)
		}
		if s := again.Sites()["fine.test"]; s.Window != 3 {
			t.Errorf("%+v", s)
		}
		if diff := cmp.Diff(want, again.States()); diff != "" {
			t.Error(diff)
		}
		_ = again.Close(t.Context())
	})
}

func TestStateOfOneHost(t *testing.T) {
	h := &fakeHost{answer: onVerb(".", 0, "452 4.3.1 disk full")}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		if got := r.States(); len(got) != 0 {
			t.Error(got)
		}
		_, _ = r.Send(t.Context(), letter{to: "a@y.test"}, nil)
		if diff := cmp.Diff(map[string]State{"": {Window: 3}}, r.States()); diff != "" {
			t.Error(diff)
		}
		r.Resume(map[string]State{"": {Window: 2}, "y.test": {Window: 7}})
		if diff := cmp.Diff(map[string]State{"": {Window: 2}}, r.States()); diff != "" {
			t.Error(diff)
		}
		r.Resume(map[string]State{"": {Window: 99, Cohorts: 99}})
		if w := r.site.window; w.size != 4 || w.cohorts != failedCohorts-1 {
			t.Errorf("%+v", w)
		}
	})
}
