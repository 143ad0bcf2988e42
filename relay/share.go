package relay

import (
	"slices"
	"time"
)

// SetShare leaves the relay a part of its limits, while others who send the same
// way have the rest: rates (those by domain too), bursts, connections and the total
// of them. It holds at once; a message that waits for a rate keeps its place in
// line. With none of the shards nothing begins, messages wait. (1, 1) is the whole,
// as at first.
//
// Workers with different shards keep the limits together, as long as there are no
// more shards than connections and none sends before it was told of its share:
// who has any shard has one connection at least, and a burst of one.
func (r *Relay) SetShare(held, shards int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, next := r.pace.Load(), newPortion(held, shards)
	if old.portion == next {
		return
	}
	now := r.o.Mono()
	own := old.now(now)
	r.pace.Store(newPace(next, now, own))
	close(old.changed)
	r.limit.share(next, own)
	for _, g := range r.gates.open {
		g.share(next, own)
	}
	r.shed()
	r.feed()
	r.each((*site).dispatch)
}

// part is the share of the limits that the relay has.
func (r *Relay) part() portion { return r.pace.Load().portion }

// shed ends idle connections that the limits have no place for.
func (r *Relay) shed() {
	for _, w := range slices.Clone(r.idle) {
		if w.surplus() {
			r.unpark(w)
			w.wake <- nil
		}
	}
}

// surplus tells whether there are more workers than the limits allow just now, so
// that this one leaves. The relay is locked.
func (w *worker) surplus() bool {
	s, r := w.site, w.relay
	if !w.leaving && (s.live-s.leaving > s.limit() || r.o.MX != nil && r.live-r.leaving-r.quiet > r.places()) {
		w.leaving = true
		s.leaving++
		r.leaving++
	}
	return w.leaving
}

// left forgets that the worker was leaving: it has left. It reports whether it was.
func (w *worker) left() bool {
	was := w.leaving
	if was {
		w.leaving = false
		w.site.leaving--
		w.relay.leaving--
	}
	return was
}

// share gives each rate its part of the burst, and of what is left of it. What comes
// from others is empty at first.
func (l *limiter) share(part portion, now time.Time) {
	for i := range l.cells {
		l.cells[i].share(part, now)
	}
}

func (c *cell) share(part portion, now time.Time) {
	burst := part.of(c.whole)
	debt := max(c.arrival.Sub(now), 0)
	if burst > c.burst {
		debt += c.time(burst - c.burst)
	} else if c.burst > 0 {
		used := min(debt, c.time(c.burst))
		debt += time.Duration(float64(used)*float64(burst)/float64(c.burst)) - used
	}
	c.arrival, c.burst = now.Add(debt), burst
}

func (g *gate) share(part portion, now time.Time) {
	g.limit.share(part, now)
	g.connections = part.of(g.limits.Connections)
}
