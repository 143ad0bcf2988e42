package smtp

import "time"

// deadline is the moment that a connection was told last. Telling it costs more
// than looking at a clock, so it is moved in steps: a wait may last an eighth
// longer than its timeout, never less.
type deadline struct{ at time.Time }

// move returns the deadline for a wait until at, and whether it is a new one.
func (d *deadline) move(at time.Time, timeout time.Duration) (_ time.Time, change bool) {
	slack := timeout / 8
	if timeout < time.Second {
		slack = 0 // somebody wants it exactly
	}
	if !d.at.Before(at) && d.at.Sub(at) <= slack {
		return d.at, false
	}
	d.at = at.Add(slack)
	return d.at, true
}
