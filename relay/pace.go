package relay

import (
	"context"
	"math"
	"time"
)

// portion is a part of a relay's limits: held of so many shards.
type portion struct{ held, shards int64 }

// newPortion takes any two numbers for a portion: none at least, all at most.
func newPortion(held, shards int) portion {
	all := int64(max(shards, 1))
	return portion{held: min(max(int64(held), 0), all), shards: all}
}

// of returns its part of a number of things, rounded down, but one while
// anything is held.
func (p portion) of(n int) int {
	if p.held == p.shards || p.held == 0 || n == 0 {
		return n * int(min(p.held, 1))
	}
	return max(1, int(int64(n)/p.shards*p.held+int64(n)%p.shards*p.held/p.shards))
}

// pace is the clock by which the rates of a relay go. With a quarter of the limits
// it runs at a quarter of the speed, so that whatever waits for it keeps its place
// when the share changes; with nothing it stands still. It never changes: another
// takes its place.
type pace struct {
	portion
	clock, own time.Time     // one moment on both clocks
	changed    chan struct{} // closed when another pace holds
}

func newPace(p portion, clock, own time.Time) *pace {
	return &pace{portion: p, clock: clock, own: own, changed: make(chan struct{})}
}

// now returns what the pace's clock shows at a moment of the relay's.
func (p *pace) now(clock time.Time) time.Time {
	passed := clock.Sub(p.clock)
	if p.held != p.shards {
		n := int64(passed)
		passed = time.Duration(n/p.shards*p.held + n%p.shards*p.held/p.shards)
	}
	return p.own.Add(passed)
}

// until returns how long it is, on the relay's clock, till the pace's shows a
// moment. moves is false if it never will at this pace.
func (p *pace) until(at, clock time.Time) (rest time.Duration, moves bool) {
	left := at.Sub(p.now(clock))
	switch {
	case left <= 0 || p.held == p.shards:
		return left, true
	case p.held == 0:
		return 0, false
	}
	n := int64(left)
	if n/p.held >= math.MaxInt64/p.shards-1 {
		return math.MaxInt64, true
	}
	return time.Duration(n/p.held*p.shards + (n%p.held*p.shards+p.held-1)/p.held), true
}

// now returns the time by which rates go.
func (r *Relay) now() time.Time { return r.pace.Load().now(r.o.Mono()) }

// sleepUntil waits for a moment of the pace, whatever becomes of it meanwhile, or
// for the end of ctx.
func (r *Relay) sleepUntil(ctx context.Context, at time.Time) error {
	for {
		p := r.pace.Load()
		rest, moves := p.until(at, r.o.Mono())
		if moves && rest <= 0 {
			return nil
		}
		var fire <-chan time.Time
		stop := func() bool { return true }
		if moves {
			fire, stop = r.o.Timer(rest)
		}
		select {
		case <-fire:
		case <-p.changed:
			stop()
		case <-ctx.Done():
			stop()
			return cancelled(ctx)
		}
	}
}
