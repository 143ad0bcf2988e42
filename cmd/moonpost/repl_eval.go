package main

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"moonpost/luabind"
)

var (
	errTerminated = errors.New("terminated")
	errStuck      = errors.New("interrupted")
	errQuit       = errors.New("quit")
)

// patience is how long an interrupted input may take to stop beyond the wait
// for replies, before the person is told what else can be done.
const patience = time.Second

// evaluation is the input that runs now.
type evaluation struct {
	mu     sync.Mutex
	cancel context.CancelCauseFunc
}

// begin makes the context of one input. It ends by an interrupt alone, not
// with the input: coroutines and what was submitted live on.
func (e *evaluation) begin() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel = cancel
	return ctx
}

// stop ends the input that runs now.
func (e *evaluation) stop(cause error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel(cause)
}

// evaluate runs f until it ends, a signal comes or its time is over. The first
// Ctrl-C ends the input; one that doesn't stop is left by a second, with the
// whole session.
func (r *repl) evaluate(f func(context.Context) error) error {
	ctx := r.line.begin()
	final, endFinal := context.WithCancel(context.Background())
	r.host.Final = final
	grace := time.Duration(r.cmd.Grace)
	stopped := context.AfterFunc(ctx, func() { time.AfterFunc(grace, endFinal) })
	_ = stopped // lives as long as the context: what was submitted may still wait for replies
	if limit := time.Duration(r.cmd.Timeout); limit > 0 {
		defer time.AfterFunc(limit, func() { r.line.stop(errTimeout) }).Stop()
	}
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	return r.await(ctx, done, grace+patience)
}

// await waits for the end of an input.
func (r *repl) await(ctx context.Context, done <-chan error, patience time.Duration) error {
	var late <-chan time.Time
	ending := ctx.Done()
	for {
		select {
		case err := <-done:
			var exit *luabind.ExitError
			if errors.As(err, &exit) {
				r.over = err
			}
			return err
		case <-ending:
			ending, late = nil, time.After(patience)
		case <-late:
			if r.over != nil {
				return r.over
			}
			r.p.complain("the input doesn't stop", "Ctrl-C once more leaves moonpost")
		case s := <-r.p.signals:
			switch {
			case s != os.Interrupt:
				r.over = errTerminated
				r.line.stop(errTerminated)
			case ctx.Err() != nil:
				r.over = errStuck
				return errStuck
			default:
				if r.interactive { // the terminal shows ^C
					_, _ = io.WriteString(r.err, "\n")
				}
				r.line.stop(errInterrupted)
			}
		}
	}
}
