package main

import (
	"context"
	"io"
	"time"

	"moonpost/luabind"
)

// margin is what the script gets to unwind after the last wait has ended,
// before the program ends without it.
const margin = 300 * time.Millisecond

// life is how long a script may run: until it ends, a signal comes or its
// time is over. The first signal lets replies to final dots come in for the
// grace time; the second ends everything at once.
type life struct {
	ctx    context.Context // the script's
	final  context.Context // governs the wait for replies to final dots
	over   chan struct{}   // closed when nothing is awaited any more
	cancel []context.CancelFunc
}

// live starts to listen for signals.
func (p *process) live(timeout, grace time.Duration) *life {
	ctx, cancel := context.WithCancelCause(context.Background())
	final, endFinal := context.WithCancel(context.Background())
	l := &life{ctx: ctx, final: final, over: make(chan struct{})}
	l.cancel = []context.CancelFunc{func() { cancel(nil) }, endFinal}
	if timeout > 0 {
		var stop context.CancelFunc
		l.ctx, stop = context.WithTimeoutCause(ctx, timeout, errTimeout)
		l.cancel = append(l.cancel, stop)
	}
	go l.watch(p, func() { cancel(errInterrupted) }, endFinal, grace)
	return l
}

// watch waits for the end of the script's time, then for what of it remains.
func (l *life) watch(p *process, interrupt, endFinal func(), grace time.Duration) {
	select {
	case <-p.signals:
		if p.terminal {
			_, _ = io.WriteString(p.stderr, "\r") // the terminal has shown the key as ^C: a bar is drawn from where its line begins
		}
		interrupt()
	case <-l.ctx.Done():
	}
	if isCause(l.ctx, context.Canceled) {
		return
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.signals:
		close(l.over)
		return
	case <-timer.C:
		endFinal()
	}
	timer.Reset(margin)
	select {
	case <-p.signals:
	case <-timer.C:
	}
	close(l.over)
}

// wait runs f and gives its result, or the cause of the end when f does not
// come back in time.
func (l *life) wait(f func(context.Context) (luabind.Outcome, error)) (luabind.Outcome, error) {
	type result struct {
		outcome luabind.Outcome
		err     error
	}
	done := make(chan result, 1)
	go func() {
		outcome, err := f(l.ctx)
		done <- result{outcome, err}
	}()
	select {
	case r := <-done:
		return r.outcome, r.err
	case <-l.over:
		return luabind.Outcome{}, context.Cause(l.ctx)
	}
}

func (l *life) stop() {
	for _, cancel := range l.cancel {
		cancel()
	}
}
