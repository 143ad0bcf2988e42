package relay

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"moonpost/smtp"
)

// Rate is so many messages in so much time.
type Rate struct {
	Count int
	Per   time.Duration
}

// ParseRate reads "14/s", "200/m", "5000/h" or "50000/d". The error is a
// *smtp.ArgumentError.
func ParseRate(s string) (Rate, error) {
	number, unit, _ := strings.Cut(s, "/")
	count, err := strconv.Atoi(number)
	per := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[unit]
	r := Rate{count, per}
	if err != nil || number[0] == '+' || !r.valid() {
		return Rate{}, &smtp.ArgumentError{What: "a rate is a number and s, m, h or d, such as 14/s or 5000/h", Value: s}
	}
	return r, nil
}

// fastest is the highest rate that spacing in nanoseconds can keep.
const fastest = 1_000_000_000

func (r Rate) valid() bool { return r.Count > 0 && r.Count <= fastest && r.Per >= time.Second }

// String returns the form that ParseRate reads, where there is one.
func (r Rate) String() string {
	switch r.Per {
	case time.Second:
		return fmt.Sprintf("%d/s", r.Count)
	case time.Minute:
		return fmt.Sprintf("%d/m", r.Count)
	case time.Hour:
		return fmt.Sprintf("%d/h", r.Count)
	case 24 * time.Hour:
		return fmt.Sprintf("%d/d", r.Count)
	default:
		return fmt.Sprintf("%d/%s", r.Count, r.Per)
	}
}

// limiter is the generic cell rate algorithm over several rates at once: each
// has a theoretical arrival time, which every admission moves on by the rate's
// interval, and nothing is admitted earlier than that time less the burst's
// tolerance. Without a burst admissions are evenly spaced.
type limiter struct {
	cells  []cell
	behind bool // mail waited for it a moment ago
}

// catchUp is how late a timer may be without the rate falling behind: mail that had
// to wait is counted for the moment at which it might have gone.
const catchUp = 20 * time.Millisecond

type cell struct {
	interval   time.Duration
	rate       Rate
	whole      int  // burst
	burst      int  // the relay's share of it
	recipients bool // counts recipients instead of messages
	arrival    time.Time
}

// newLimiter takes a burst for all rates, or one for each by position.
func newLimiter(rates, recipientRates []Rate, burst int, bursts []int) *limiter {
	l := &limiter{}
	add := func(list []Rate, recipients bool) {
		for i, r := range list {
			own := burst
			if i < len(bursts) {
				own = bursts[i]
			}
			interval := (r.Per + time.Duration(r.Count) - 1) / time.Duration(r.Count) // rounded up: never faster than asked
			l.cells = append(l.cells, cell{interval: interval, rate: r, whole: max(own, 1), burst: max(own, 1), recipients: recipients})
		}
	}
	add(rates, false)
	add(recipientRates, true)
	return l
}

func (c *cell) weight(recipients int) int {
	if c.recipients {
		return recipients
	}
	return 1
}

// time returns how long n intervals are, within what a Duration can hold.
func (c *cell) time(n int) time.Duration {
	const century = 100 * 365 * 24 * time.Hour
	return time.Duration(min(int64(n), int64(century/c.interval))) * c.interval
}

// earliest returns when a message may go, not before now. One with more
// recipients than the burst goes when the burst is whole, and what follows waits
// for all of them.
func (l *limiter) earliest(now time.Time, recipients int) time.Time {
	at := now
	for i := range l.cells {
		c := &l.cells[i]
		room := c.burst - min(c.weight(recipients), c.burst)
		if earliest := c.arrival.Add(-c.time(room)); earliest.After(at) {
			at = earliest
		}
	}
	return at
}

// spend admits a message at a moment. What was spent is used up, whether the
// message is sent or not.
func (l *limiter) spend(at time.Time, recipients int) {
	if l.behind {
		due := l.earliest(time.Time{}, recipients)
		if l.behind = at.Sub(due) < catchUp; l.behind {
			at = due
		}
	}
	for i := range l.cells {
		c := &l.cells[i]
		if at.After(c.arrival) {
			c.arrival = at
		}
		c.arrival = c.arrival.Add(c.time(c.weight(recipients)))
	}
}

// resting tells that nothing remembers the mail before now.
func (l *limiter) resting(now time.Time) bool {
	for i := range l.cells {
		if l.cells[i].arrival.After(now) {
			return false
		}
	}
	return true
}
