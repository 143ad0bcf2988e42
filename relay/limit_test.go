package relay

import (
	"errors"
	"testing"
	"time"

	"moonpost/smtp"
)

func TestParseRate(t *testing.T) {
	for s, want := range map[string]Rate{
		"14/s": {14, time.Second}, "200/m": {200, time.Minute}, "5000/h": {5000, time.Hour}, "50000/d": {50000, 24 * time.Hour}, "1/d": {1, 24 * time.Hour},
	} {
		got, err := ParseRate(s)
		if err != nil || got != want || got.String() != s {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "/", "14", "14/", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "14/x", "14/second", "10/S", " 1/s", "1/s ", "1 /s", "9999999999/s", "99999999999999999999/s", "1/s/m"} {
		_, err := ParseRate(s)
		var bad *smtp.ArgumentError
		if !errors.As(err, &bad) || bad.Value != s {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzParseRate(f *testing.F) {
	f.Add("14/s")
	f.Add("0/d")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		if again, err := ParseRate(r.String()); err != nil || again != r || !r.valid() {
			t.Fatalf("%q: %v, %v", s, again, err)
		}
	})
}

// reserve admits one message to one recipient as early as may be.
func reserve(l *limiter, now time.Time) time.Time {
	at := l.earliest(now, 1)
	l.spend(at, 1)
	return at
}

// TestLimiter gives the moments in milliseconds at which messages come and those
// at which they may go.
func TestLimiter(t *testing.T) {
	perSecond := func(n int) Rate { return Rate{n, time.Second} }
	tests := []struct {
		name  string
		rates []Rate
		burst int
		come  []int
		want  []int
	}{
		{"none", nil, 0, []int{0, 0, 5}, []int{0, 0, 5}},
		{"even spacing", []Rate{perSecond(10)}, 0, []int{0, 0, 0, 0}, []int{0, 100, 200, 300}},
		{"burst of one is none", []Rate{perSecond(10)}, 1, []int{0, 0, 0}, []int{0, 100, 200}},
		{"burst", []Rate{perSecond(10)}, 3, []int{0, 0, 0, 0, 0}, []int{0, 0, 0, 100, 200}},
		{"late comers don't save up", []Rate{perSecond(10)}, 0, []int{0, 950, 950, 950}, []int{0, 950, 1050, 1150}},
		{"a burst fills again", []Rate{perSecond(10)}, 2, []int{0, 0, 0, 1000, 1000, 1000}, []int{0, 0, 100, 1000, 1000, 1100}},
		{"a burst fills again in part", []Rate{perSecond(10)}, 3, []int{0, 0, 0, 150, 150, 150}, []int{0, 0, 0, 150, 200, 300}},
		{"slower than asked for", []Rate{perSecond(10)}, 0, []int{0, 200, 400}, []int{0, 200, 400}},
		{"the stricter of two", []Rate{perSecond(10), {120, time.Minute}}, 0, []int{0, 0, 0}, []int{0, 500, 1000}},
		{"two with a burst", []Rate{perSecond(10), {120, time.Minute}}, 2, []int{0, 0, 0, 0}, []int{0, 0, 500, 1000}},
		{"by day", []Rate{{86400, 24 * time.Hour}}, 0, []int{0, 0}, []int{0, 1000}},
	}
	start := time.Unix(1000, 0)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimiter(tt.rates, nil, tt.burst, nil)
			for i, ms := range tt.come {
				at := reserve(l, start.Add(time.Duration(ms)*time.Millisecond))
				if got := int(at.Sub(start) / time.Millisecond); got != tt.want[i] {
					t.Errorf("message %d may go at %d ms, want %d", i, got, tt.want[i])
				}
			}
		})
	}
}

// TestLimiterIsNeverTooFast: the interval of 3/s has no end in nanoseconds.
func TestLimiterIsNeverTooFast(t *testing.T) {
	l, start := newLimiter([]Rate{{3, time.Second}}, nil, 0, nil), time.Unix(0, 0)
	var last time.Time
	for range 3*3600 + 1 {
		last = reserve(l, start)
	}
	if d := last.Sub(start); d < time.Hour || d > time.Hour+time.Second {
		t.Error(d)
	}
}

// TestLateTimersDoNotSlowTheRate: who looks every three milliseconds still gets a
// thousand a second through, and no more, whatever the rate is a limit of.
func TestLateTimersDoNotSlowTheRate(t *testing.T) {
	rates := []Rate{{1000, time.Second}}
	for name, tt := range map[string]struct{ domain, whole []Rate }{"a domain": {rates, nil}, "the relay": {nil, rates}, "both": {rates, rates}} {
		t.Run(name, func(t *testing.T) {
			g, whole := newGate(DomainLimits{Rates: tt.domain}), newLimiter(tt.whole, nil, 0, nil)
			var q lanes
			for range 3000 {
				q.push(&job{recipients: 1, gates: []passage{{g, 1}}})
			}
			start, taken := time.Unix(0, 0), 0
			for now := start; now.Before(start.Add(time.Second)); now = now.Add(3 * time.Millisecond) {
				for j := q.take(now, whole); j != nil; j = q.take(now, whole) {
					if taken++; j.at.After(now) {
						break // its worker sleeps
					}
				}
			}
			if taken < 990 || taken > 1010 {
				t.Errorf("%d in a second", taken)
			}
		})
	}
}

// TestPausesAreNotCaughtUp: only what a timer may be late is.
func TestPausesAreNotCaughtUp(t *testing.T) {
	l := newLimiter([]Rate{{10, time.Second}}, nil, 0, nil)
	now := time.Unix(0, 0)
	l.behind = true
	l.spend(now, 1)
	now = now.Add(time.Second)
	l.behind = true
	l.spend(now, 1)
	if at := l.earliest(now, 1); at.Sub(now) != 100*time.Millisecond || l.behind {
		t.Error(at.Sub(now), l.behind)
	}
}

func TestBackOff(t *testing.T) {
	var b backOff
	now, fault := time.Unix(0, 0), errors.New("refused")
	if b.shuns(now) {
		t.Error("shuns before any failure")
	}
	for _, want := range []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second} {
		b.failed(now, fault)
		b.failed(now, fault) // a second one at the same time
		if !b.shuns(now.Add(want-1)) || b.shuns(now.Add(want)) {
			t.Errorf("not %s but %s", want, b.wait)
		}
		now = now.Add(want)
	}
	b.worked()
	if b.shuns(now) {
		t.Error("shuns after success")
	}
}
