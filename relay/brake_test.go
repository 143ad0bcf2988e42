package relay

import (
	"testing"
	"time"
)

// TestBrake halves and lets time pass. Rates are messages a second.
func TestBrake(t *testing.T) {
	start := time.Unix(1000, 0)
	type step struct {
		at     time.Duration
		what   string // slow, ok, or nothing
		rate   float64
		inVain bool
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"halves and climbs", []step{{0, "slow", 8, false}, {150 * time.Second, "", 12, false}, {300 * time.Second, "", 0, false}, {time.Hour, "slow", 8, false}}},
		{"halves what it has climbed to", []step{{0, "slow", 8, false}, {150 * time.Second, "slow", 6, false}, {225 * time.Second, "", 8, false}}},
		{"down to a sixteenth, and then in vain", []step{{0, "slow", 8, false}, {0, "slow", 4, false}, {0, "slow", 2, false}, {0, "slow", 1, false}, {0, "slow", 1, true}, {0, "ok", 1, false}, {0, "slow", 1, false}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b brake
			for i, s := range tt.steps {
				now, inVain := start.Add(s.at), false
				switch s.what {
				case "slow":
					inVain = b.slow(now, 16)
				case "ok":
					b.eased = true
				}
				if got := b.rate(now); got != s.rate || inVain != s.inVain {
					t.Errorf("step %d: %v, %t; want %v, %t", i, got, inVain, s.rate, s.inVain)
				}
			}
		})
	}
}

func TestBrakeSpacesEvenly(t *testing.T) {
	var b brake
	now := time.Unix(1000, 0)
	if at := b.earliest(now); !at.Equal(now) {
		t.Error(at)
	}
	b.slow(now, 4)
	for i, want := range []int64{500, 999, 1498} { // a little faster each time
		at := b.earliest(now)
		if got := at.Sub(now).Round(time.Millisecond).Milliseconds(); got != want {
			t.Errorf("message %d after %d ms", i, got)
		}
		b.spend(at)
	}
	if b.heeds(now.Add(-1)) || !b.heeds(now) {
		t.Error("who knew of the rate?")
	}
}

func TestMeter(t *testing.T) {
	var m meter
	now := time.Unix(1000, 0)
	if got := m.rate(now); got != 1 {
		t.Errorf("%v without any mail", got)
	}
	for range 1000 {
		m.count(now)
		now = now.Add(10 * time.Millisecond)
	}
	if got := m.rate(now); got < 95 || got > 105 {
		t.Errorf("%v of 100", got)
	}
	if got := m.rate(now.Add(time.Minute)); got != 1 {
		t.Errorf("%v after a pause", got)
	}
}
