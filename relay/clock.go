package relay

import (
	"context"
	"time"
)

func systemClock() time.Time { return time.Now() } //nolint:forbidigo // the one clock of the room

// Timer fires once after a duration; stop releases it early.
type Timer func(d time.Duration) (fire <-chan time.Time, stop func() bool)

func systemTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}

// sleepUntil waits for a moment of the relay's clock, which may run at a speed of
// its own, or for the end of ctx.
func (o *Options) sleepUntil(ctx context.Context, at time.Time) error {
	for {
		rest := at.Sub(o.Mono())
		if rest <= 0 {
			return nil
		}
		fire, stop := o.Timer(rest)
		select {
		case <-fire:
		case <-ctx.Done():
			stop()
			return cancelled(ctx)
		}
	}
}
