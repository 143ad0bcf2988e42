package outbox

import (
	"testing"
	"time"
)

func TestRetryWaits(t *testing.T) {
	r := Retry{}.complete()
	for n, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 4: 8 * time.Minute, 7: time.Hour, 1 << 40: time.Hour} {
		if got := r.wait(n, 0); got != want {
			t.Errorf("behind attempt %d: %s, want %s", n, got, want)
		}
	}
	if least, most := r.wait(1, -1), r.wait(1, 1); least != 54*time.Second || most != 66*time.Second {
		t.Errorf("jitter from %s to %s", least, most)
	}
	if got := (Retry{First: time.Second, Factor: 1, Cap: time.Minute}).wait(9, 0); got != time.Second {
		t.Errorf("a factor of 1 waits %s", got)
	}
}

func TestRetrySpread(t *testing.T) {
	low, high := 0.0, 0.0
	for id := range int64(1000) {
		one := spread(id, 1)
		if one != spread(id, 1) {
			t.Fatal("not the same twice")
		}
		low, high = min(low, one), max(high, one)
	}
	if low < -1 || low > -0.95 || high > 1 || high < 0.95 {
		t.Errorf("from %f to %f", low, high)
	}
}

func TestRetryGivesUp(t *testing.T) {
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	r := Retry{Attempts: 3}.complete()
	for _, test := range []struct {
		name   string
		age    time.Duration
		n      int
		counts bool
		want   bool
		batch  string
	}{
		{"second attempt", 0, 2, true, true, Queue},
		{"the last one", 0, 3, true, false, Queue},
		{"one that doesn't count", 0, 3, false, true, Queue},
		{"too old", 48 * time.Hour, 1, true, false, Queue},
		{"too old when it is due", 48*time.Hour - time.Second, 1, false, false, Queue},
		{"first tried after days", 96 * time.Hour, 1, true, true, "b"},
		{"waited for as long", 96 * time.Hour, 60, false, false, "b"},
		{"waited for as long within a moment", time.Hour, 60, false, true, "b"},
	} {
		if _, ok := r.due(&Item{Batch: test.batch, Created: now.Add(-test.age)}, test.n, test.counts, now); ok != test.want {
			t.Errorf("%s: %v", test.name, ok)
		}
	}
}
