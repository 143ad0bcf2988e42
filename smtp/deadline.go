package smtp

import "time"

// deadline is the moment that a connection was told last. Telling it costs more
// than looking at a clock, so long ones are moved in steps: such a wait may last an
// eighth longer than its timeout, never less.
type deadline struct{ at time.Time }

// exactBelow is the timeout below which a wait ends when it was said.
const exactBelow = 30 * time.Second

// move returns the deadline for a wait until at, and whether it is a new one.
func (d *deadline) move(at time.Time, timeout time.Duration) (_ time.Time, change bool) {
	slack := timeout / 8
	if timeout < exactBelow {
		slack = 0
	}
	if !d.at.Before(at) && d.at.Sub(at) <= slack {
		return d.at, false
	}
	d.at = at.Add(slack)
	return d.at, true
}
