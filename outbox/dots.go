package outbox

import (
	"context"
	"time"
)

// enter waits until the outcome of another mail is noted, if as many are open as the
// relay's connections can carry.
func (f *flight) enter(ctx context.Context, w *way) error {
	f.entry.Lock()
	defer f.entry.Unlock()
	if f.dot == w { // a further transaction, or another server of the relay
		return nil
	}
	f.giveWay()
	select {
	case w.dots <- struct{}{}:
		f.dot = w
		return nil
	default:
	}
	timer := time.NewTimer(dotPatience)
	defer timer.Stop()
	select {
	case w.dots <- struct{}{}:
		f.dot = w
	case <-timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// dotPatience bounds that wait: a relay keeps mails back that one of its servers put
// off, to try the next server when it has sent those behind them.
const dotPatience = time.Second

// leave lets another mail's dot go.
func (f *flight) leave() {
	f.entry.Lock()
	defer f.entry.Unlock()
	f.giveWay()
}

func (f *flight) giveWay() {
	if f.dot != nil {
		<-f.dot.dots
		f.dot = nil
	}
}
