package relay

import "time"

// brake slows down a site whose server asks for less. Each time the rate is halved,
// down to a sixteenth, and climbs back evenly: in ten minutes from nothing to the
// whole, so that a halved one is itself again after five. Its moments are the
// pace's.
type brake struct {
	base    float64 // messages a second without it; 0: nobody brakes
	low     float64 // after the last halving
	since   time.Time
	arrival time.Time // of the next message, not before
	eased   bool      // something went well since
}

const (
	gentlest = 16
	recovery = 10 * time.Minute
)

// rate returns how many messages a second may go, 0 without a limit.
func (b *brake) rate(now time.Time) float64 {
	if b.base == 0 {
		return 0
	}
	r := b.low + b.base*float64(now.Sub(b.since))/float64(recovery)
	if r >= b.base {
		*b = brake{}
		return 0
	}
	return r
}

// slow halves the rate, which is base while nothing is slowed down. It reports
// whether that is in vain: the rate can't be lower and nothing went well at it.
func (b *brake) slow(now time.Time, base float64) (inVain bool) {
	rate := b.rate(now)
	if rate == 0 {
		*b = brake{base: base, eased: true}
		rate = base
	}
	floor := b.base / gentlest
	inVain = !b.eased && rate/2 < floor
	b.low, b.since, b.eased = max(rate/2, floor), now, false
	b.arrival = now.Add(gap(b.low))
	return inVain
}

// heeds tells whether a message that began at a moment knew of the rate: what became
// of one that was on its way at the last halving says nothing new.
func (b *brake) heeds(at time.Time) bool { return b.base == 0 || !at.Before(b.since) }

// earliest returns when the next message may go, not before now.
func (b *brake) earliest(now time.Time) time.Time {
	if b.base == 0 || b.arrival.Before(now) {
		return now
	}
	return b.arrival
}

// spend admits a message.
func (b *brake) spend(at time.Time) {
	rate := b.rate(at)
	if rate == 0 {
		return
	}
	if at.After(b.arrival) {
		b.arrival = at
	}
	b.arrival = b.arrival.Add(gap(rate))
}

// gap is the time between two messages.
func gap(rate float64) time.Duration {
	const century = 100 * 365 * 24 * time.Hour
	if seconds := 1 / rate; seconds < century.Seconds() {
		return time.Duration(seconds * float64(time.Second))
	}
	return century
}

// meter measures the rate of a site, in messages a second.
type meter struct {
	since time.Time
	n     int
	last  float64
}

// measured is how long the meter counts before it begins again.
const measured = 5 * time.Second

func (m *meter) count(now time.Time) {
	if passed := now.Sub(m.since); m.n == 0 || passed >= measured {
		m.last = 0
		if m.n > 0 && passed < 2*measured {
			m.last = float64(m.n) / passed.Seconds()
		}
		m.n, m.since = 0, now
	}
	m.n++
}

// rate returns what was measured, one a second at least: who sends less has no
// rate to be halved.
func (m *meter) rate(now time.Time) float64 {
	passed := max(now.Sub(m.since), time.Second)
	if passed > 2*measured {
		return 1
	}
	return max(m.last, float64(m.n)/passed.Seconds(), 1)
}
