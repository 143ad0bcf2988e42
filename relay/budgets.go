package relay

import (
	"strings"
	"time"
)

// longRate is the period from which on a rate is remembered beyond the process.
const longRate = time.Hour

// Budgets returns when the rates of an hour or longer are whole again, in Unix
// milliseconds, as far as they aren't: by "50000/d", "50000/d recipients", and where
// the rate is a domain's with the domain before it. A relay without any share of its
// limits has none.
func (r *Relay) Budgets() map[string]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, now, wall := r.pace.Load(), r.o.Mono(), r.o.Wall()
	all := map[string]int64{}
	add := func(prefix string, l *limiter) {
		for i := range l.cells {
			c := &l.cells[i]
			if rest, moves := p.until(c.arrival, now); moves && rest > 0 && c.rate.Per >= longRate {
				all[prefix+c.name()] = max(wall.Add(rest).UnixMilli(), all[prefix+c.name()])
			}
		}
	}
	add("", r.limit)
	for domain, g := range r.gates.open {
		add(domain+" ", g.limit)
	}
	return all
}

// Restore takes what Budgets returned, maybe in another process, before SetShare and
// the first message: what was used up is used up still. Rates that the relay has no
// more are passed over.
func (r *Relay) Restore(budgets map[string]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, now, wall := r.pace.Load(), r.o.Mono(), r.o.Wall()
	own := p.now(now)
	for name, milli := range budgets {
		limit := r.limit
		if domain, rate, ok := strings.Cut(name, " "); ok && !strings.Contains(domain, "/") {
			g := r.gates.of(domain, p.portion, own)
			if g == nil {
				continue
			}
			limit, name = g.limit, rate
		}
		limit.restore(name, own, p.now(now.Add(time.UnixMilli(milli).Sub(wall))))
	}
}

func (l *limiter) restore(name string, now, whole time.Time) {
	for i := range l.cells {
		c := &l.cells[i]
		latest := now.Add(c.time(c.burst) + c.rate.Per) // a clock that was wrong stops nobody for longer
		if whole.After(latest) {
			whole = latest
		}
		if c.name() == name && whole.After(c.arrival) {
			c.arrival = whole
		}
	}
}

// name tells a limiter's cells apart.
func (c *cell) name() string {
	if c.recipients {
		return c.rate.String() + " recipients"
	}
	return c.rate.String()
}
