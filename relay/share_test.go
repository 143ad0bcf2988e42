package relay

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// TestShareOfTheRate: half of the limits halves the rate, none stops it, and what
// waits keeps its place.
func TestShareOfTheRate(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{Rates: []Rate{{10, time.Second}}}, func(t *testing.T, r *Relay) {
		start := time.Now()
		submit(t, t.Context(), r, 0, 10)
		for _, s := range []struct {
			after        time.Duration
			held, shards int
		}{{150 * time.Millisecond, 1, 2}, {550 * time.Millisecond, 0, 2}, {5550 * time.Millisecond, 2, 2}} {
			time.Sleep(s.after - time.Since(start))
			r.SetShare(s.held, s.shards)
		}
		if errs := outcomes(t, r, 10); errs != nil {
			t.Error(errs)
		}
		var got []int64
		for _, at := range h.finals {
			got = append(got, at.Sub(start).Milliseconds())
		}
		// At 150 ms the next is due in 50, which become 100; at 550 it is due in 100 of
		// half the speed, 50 of the whole.
		if diff := cmp.Diff([]int64{0, 100, 250, 450, 5600, 5700, 5800, 5900, 6000, 6100}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestShareOfTheConnections: they are ended and opened at once.
func TestShareOfTheConnections(t *testing.T) {
	h := &fakeHost{answer: slowly(time.Second)}
	bubble(t, h, Options{Connections: 8, Queue: 1000}, func(t *testing.T, r *Relay) {
		open := func(want int) {
			t.Helper()
			time.Sleep(3 * time.Second)
			if got := r.Stats().Connections; got != int64(want) {
				t.Errorf("%d connections, want %d", got, want)
			}
		}
		submit(t, t.Context(), r, 0, 400)
		open(8)
		r.SetShare(2, 8)
		open(2)
		r.SetShare(0, 8)
		open(0)
		before := r.Stats().Sent
		time.Sleep(time.Minute)
		if s := r.Stats(); s.Sent != before || s.Failed != 0 {
			t.Errorf("%+v", s)
		}
		r.SetShare(5, 8)
		open(5)
		r.SetShare(1, 1)
		open(8)
		if errs := outcomes(t, r, 400); errs != nil {
			t.Error(errs)
		}
		synctest.Wait()
		r.SetShare(1, 4) // while all are idle
		synctest.Wait()
		if got := r.Stats().Connections; got > 2 {
			t.Errorf("%d connections", got)
		}
	})
}

func slowly(d time.Duration) func(int, string, string) string {
	return func(_ int, verb, _ string) string {
		if verb == "." {
			time.Sleep(d)
		}
		return ""
	}
}

// TestShareOfTheTotal: so few connections to many domains.
func TestShareOfTheTotal(t *testing.T) {
	hosts := map[string]*fakeHost{}
	for _, domain := range []string{"a.test", "b.test", "c.test", "d.test"} {
		hosts[domain] = &fakeHost{answer: slowly(time.Second)}
	}
	mxBubble(t, hosts, Options{TotalConnections: 4}, func(t *testing.T, r *Relay) {
		for domain := range hosts {
			submitTo(t, r, many(20, domain)...)
		}
		time.Sleep(3 * time.Second)
		r.SetShare(2, 4)
		time.Sleep(2 * time.Second) // one message is on its way, another behind it
		for range 20 {
			time.Sleep(1500 * time.Millisecond)
			if got := r.Stats().Connections; got > 2 {
				t.Errorf("%d connections", got)
			}
		}
		r.SetShare(1, 1)
		if errs := outcomes(t, r, 80); errs != nil {
			t.Error(errs)
		}
	})
}

// TestSharesHoldTogether: workers that pass shards to and fro, and come and go, keep
// the rate in total, with bursts and by domain too.
func TestSharesHoldTogether(t *testing.T) {
	const workers, shards, minutes = 3, 8, 5
	for name, o := range map[string]Options{
		"evenly": {Rates: []Rate{{200, time.Minute}}}, "burst": {Rates: []Rate{{200, time.Minute}}, Burst: 40},
		"domain": {PerDomain: map[string]DomainLimits{"y.test": {Rates: []Rate{{200, time.Minute}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &fakeHost{}
				o.SMTP, o.Connections, o.Queue = smtp.Options{Host: "x.test", Dialer: h}, shards, 4000
				var relays []*Relay
				for range workers {
					r, err := New(o)
					if err != nil {
						t.Fatal(err)
					}
					r.SetShare(0, shards)
					submit(t, t.Context(), r, 0, 1500)
					relays = append(relays, r)
				}
				start, dice := time.Now(), rand.New(rand.NewPCG(1, 2))
				held := []int{shards, 0, 0}
				for time.Since(start) < minutes*time.Minute {
					for i, r := range relays {
						r.SetShare(held[i], shards)
					}
					time.Sleep(5 * time.Second)
					if from, to := dice.IntN(workers), dice.IntN(workers); held[from] > 0 {
						relays[from].SetShare(held[from]-1, shards)
						held[from]--
						held[to]++
					}
				}
				inTime(t, h.finals, start, minutes, max(o.Burst, 1))
				for _, r := range relays {
					r.abort(nil)
					_ = r.Close(t.Context())
				}
			})
		})
	}
}

// inTime checks that no stretch of time had more messages than 200 a minute, and the
// whole within three percent as many.
func inTime(t *testing.T, finals []time.Time, start time.Time, minutes, burst int) {
	t.Helper()
	for i := range finals {
		for k := i; k < len(finals); k++ {
			allowed := float64(burst) + finals[k].Sub(finals[i]).Minutes()*200 + 1e-6
			if n := float64(k - i + 1); n > allowed+float64(3) { // each worker's late or early one
				t.Fatalf("%v messages between %s and %s", n, finals[i].Sub(start), finals[k].Sub(start))
			}
		}
	}
	if n, want := len(finals), 200*minutes; n > want+burst+3 || float64(n) < 0.97*float64(want) {
		t.Errorf("%d messages in %d minutes", n, minutes)
	}
}
