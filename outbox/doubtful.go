package outbox

import (
	"context"
	"time"
)

// undecided are the mails of a relay that are past their intent and before their
// outcome: so many are in doubt if the process ends now. There are no more than the
// relay can have on its way. A mail that was answered makes room as soon as its
// outcome is on the way into the store: an intent that follows it there can't become
// durable before.
type undecided chan struct{}

// patience bounds the wait for room: a relay may keep a mail back that one of its
// servers refused, to try another server when it has sent those behind it.
const patience = 500 * time.Millisecond

// enter waits for room, and tells whether there was some.
func (u undecided) enter(ctx context.Context) (in bool, err error) {
	select {
	case u <- struct{}{}:
		return true, nil
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case u <- struct{}{}:
		return true, nil
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// doubt lets a flight be in doubt by a relay, which may ask for it twice.
func (f *flight) doubt(ctx context.Context, w *way) error {
	if f.undecided != nil {
		return nil
	}
	in, err := w.undecided.enter(ctx)
	if in {
		f.undecided = w.undecided
	}
	return err
}

// decided makes room for another one.
func (f *flight) decided() {
	if f.undecided != nil {
		<-f.undecided
		f.undecided = nil
	}
}
