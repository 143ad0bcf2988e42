package relay

import (
	"math"
	"testing"
	"time"
)

func TestPortionOf(t *testing.T) {
	tests := []struct{ held, shards, n, want int }{
		{1, 1, 4, 4}, {0, 4, 4, 0}, {1, 4, 4, 1}, {2, 4, 4, 2}, {3, 4, 4, 3}, {1, 4, 0, 0}, {1, 64, 4, 1},
		{3, 4, 10, 7}, {1, 3, 1e9, 333333333}, {5, 4, 4, 4}, {-1, 4, 4, 0}, {1, 0, 4, 4}, {2, 4, 1, 1},
	}
	for _, tt := range tests {
		if got := newPortion(tt.held, tt.shards).of(tt.n); got != tt.want {
			t.Errorf("%d/%d of %d: %d, want %d", tt.held, tt.shards, tt.n, got, tt.want)
		}
	}
}

// TestPace changes the share once in a while: the clock goes on from where it was,
// and what it shows it shows after the time that it tells.
func TestPace(t *testing.T) {
	start := time.Unix(1000, 0)
	p := newPace(newPortion(1, 1), start, start)
	steps := []struct {
		held, shards int
		clock, own   time.Duration // since the start, when the next share holds
	}{
		{1, 4, 10 * time.Second, 10 * time.Second}, {0, 4, 50 * time.Second, 20 * time.Second},
		{3, 4, 100 * time.Second, 20 * time.Second}, {1, 1, 104 * time.Second, 23 * time.Second}, {1, 1, 105 * time.Second, 24 * time.Second},
	}
	for _, s := range steps {
		clock, want := start.Add(s.clock), start.Add(s.own)
		if got := p.now(clock); !got.Equal(want) {
			t.Fatalf("after %s it shows %s, want %s", s.clock, got.Sub(start), s.own)
		}
		p = newPace(newPortion(s.held, s.shards), clock, p.now(clock))
		rest, moves := p.until(want.Add(time.Second), clock)
		if moves != (s.held > 0) || moves && rest != (time.Second*time.Duration(s.shards)+time.Duration(s.held)-1)/time.Duration(s.held) {
			t.Errorf("%d/%d: a second takes %s, %t", s.held, s.shards, rest, moves)
		}
	}
	if rest, moves := newPace(newPortion(1, 1000), start, start).until(start.Add(200*365*24*time.Hour), start); !moves || rest != math.MaxInt64 {
		t.Error(rest, moves)
	}
}
