package outbox

import "time"

// Hours are the times of the week in which a batch may send.
type Hours struct {
	Days     [7]bool       // by time.Weekday
	From, To time.Duration // since midnight; To ≤ From goes on past midnight
	Zone     *time.Location
}

// Zero tells that every time will do.
func (h *Hours) Zero() bool { return h.Zone == nil }
