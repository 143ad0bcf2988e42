package outbox

import "time"

// Open tells whether the batch may send at a moment.
func (h *Hours) Open(at time.Time) bool {
	if h.Zero() {
		return true
	}
	at = at.In(h.Zone)
	day, clock := at.Weekday(), sinceMidnight(at)
	if h.From < h.To {
		return h.Days[day] && clock >= h.From && clock < h.To
	}
	// Past midnight the night belongs to the day on which it began.
	return h.Days[day] && clock >= h.From || h.Days[(day+6)%7] && clock < h.To
}

// Next is the first moment from at on at which the batch may send; ok is false if
// there is none, since no day is named.
func (h *Hours) Next(at time.Time) (next time.Time, ok bool) {
	if h.Open(at) {
		return at, true
	}
	local := at.In(h.Zone)
	for days := range 9 { // a week, and one more for a day whose hours are over, or that a change of clocks shortened
		y, m, d := local.AddDate(0, 0, days).Date()
		from := time.Date(y, m, d, 0, 0, 0, int(h.From), h.Zone)
		for _, one := range []time.Time{from, from.Add(time.Hour)} { // where clocks are put forward the first may not exist
			if !one.Before(at) && h.Open(one) {
				return one, true
			}
		}
	}
	return time.Time{}, false
}

// sinceMidnight is what a clock on the wall shows, which on two days of the year
// isn't the time that went by.
func sinceMidnight(t time.Time) time.Duration {
	h, m, s := t.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}
