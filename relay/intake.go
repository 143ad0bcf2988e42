package relay

import (
	"context"
	"sync"
)

// intake bounds the messages that were taken and are not done. Once it is full, who
// waits goes on only when a part of it is free again: messages made one by one
// would cost a change of goroutines each.
type intake struct {
	size  int
	taken int
	full  bool // until it is down to resume
	free  sync.Cond
}

// resume is how many may be left when a full intake lets others in.
func (o *intake) resume() int { return o.size - max(o.size/4, 1) }

// enter waits for a place. r is locked.
func (r *Relay) enter(ctx context.Context) error {
	if r.intake.full && !r.closed {
		stop := context.AfterFunc(ctx, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.intake.free.Broadcast()
		})
		defer stop()
	}
	for r.intake.full && !r.closed && ctx.Err() == nil {
		r.intake.free.Wait()
	}
	switch {
	case r.closed:
		return ErrClosed
	case ctx.Err() != nil:
		return cancelled(ctx)
	}
	r.intake.taken++
	r.intake.full = r.intake.taken >= r.intake.size
	return nil
}

// exit gives a place back. r is locked.
func (r *Relay) exit() {
	r.intake.taken--
	if r.intake.full && r.intake.taken <= r.intake.resume() {
		r.intake.full = false
		r.intake.free.Broadcast()
	}
}
