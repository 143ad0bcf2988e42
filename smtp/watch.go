package smtp

import (
	"context"
	"time"
)

// watched are the contexts of the running operation: one for all of it, and one
// that takes its place while the end of a message is on its way.
type watched struct {
	ctx, final context.Context
	ending     bool // final governs now
	over       bool // ctx ended
	finalOver  bool
	doomed     bool // the one that governs ended
}

// governing returns the context that counts now.
func (w *wire) governing() context.Context {
	if w.watched.ending {
		return w.watched.final
	}
	return w.watched.ctx
}

// watch makes the end of ctx cut short every read and write until release. When
// nothing was cut the connection stays usable.
func (w *wire) watch(ctx context.Context) (release func()) {
	w.watched = watched{ctx: ctx, final: finalContext(ctx)}
	first := w.onEnd(ctx, &w.watched.over)
	if w.watched.final == ctx {
		return first
	}
	second := w.onEnd(w.watched.final, &w.watched.finalOver)
	return func() { first(); second() }
}

func (w *wire) onEnd(ctx context.Context, flag *bool) (release func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	fired := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		w.mark(flag, true)
		close(fired)
	})
	return func() {
		if !stop() {
			<-fired
			w.mark(flag, false)
		}
	}
}

// beginEnd lets the second context govern, until endEnd.
func (w *wire) beginEnd() { w.mark(&w.watched.ending, true) }

func (w *wire) endEnd() { w.mark(&w.watched.ending, false) }

// mark sets one of the flags and draws the conclusion: a deadline in the past
// wakes whoever waits.
func (w *wire) mark(flag *bool, v bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*flag = v
	x := &w.watched
	doomed := x.finalOver && x.ending || x.over && (!x.ending || x.final == x.ctx)
	if doomed && !x.doomed {
		_ = w.conn.SetDeadline(time.Unix(1, 0))
		w.reading, w.writing = deadline{}, deadline{}
	}
	x.doomed = doomed
}
