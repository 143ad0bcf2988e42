package relay

import "time"

func systemClock() time.Time { return time.Now() } //nolint:forbidigo // the one clock of the room

// Timer fires once after a duration; stop releases it early.
type Timer func(d time.Duration) (fire <-chan time.Time, stop func() bool)

func systemTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}
