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
type limiter struct{ cells []cell }

type cell struct {
	interval  time.Duration
	tolerance time.Duration
	arrival   time.Time
}

func newLimiter(rates []Rate, burst int) *limiter {
	l := &limiter{}
	for _, r := range rates {
		interval := (r.Per + time.Duration(r.Count) - 1) / time.Duration(r.Count) // rounded up: never faster than asked
		l.cells = append(l.cells, cell{interval: interval, tolerance: time.Duration(max(burst, 1)-1) * interval})
	}
	return l
}

// reserve admits one message and returns when it may go, now or later. What was
// reserved is used up, whether it is sent or not.
func (l *limiter) reserve(now time.Time) time.Time {
	at := now
	for i := range l.cells {
		if earliest := l.cells[i].arrival.Add(-l.cells[i].tolerance); earliest.After(at) {
			at = earliest
		}
	}
	for i := range l.cells {
		c := &l.cells[i]
		if at.After(c.arrival) {
			c.arrival = at
		}
		c.arrival = c.arrival.Add(c.interval)
	}
	return at
}
