package relay

import (
	"context"
	"errors"
	"time"

	"moonpost/smtp"
)

// worker carries messages over one connection at a time.
type worker struct {
	relay   *Relay
	site    *site
	wake    chan *job // the next job while parked, or nil: end
	client  *smtp.Client
	stream  *smtp.Stream // holds client
	host    *host        // of the connection
	since   time.Time
	sent    int           // messages over this connection
	carried map[*gate]int // of them, to domains that limit their number
	worn    bool          // such a limit is reached
	leaving bool          // there are more than there may be
}

// after is what a worker does behind a job.
type after uint8

const (
	goOn   after = iota // look for another job
	parked              // wait to be woken
	ended               // nothing: the worker's place is given up
)

// run works until there is nothing to do for long.
func (w *worker) run(j *job) {
	for {
		for j != nil {
			switch w.do(j) {
			case ended:
				return
			case parked:
				j = w.await()
			default:
				j = w.next()
			}
		}
		w.hangUp()
		if j = w.retire(); j == nil {
			return
		}
	}
}

// next returns another job, or nil if the connection isn't needed any more.
func (w *worker) next() *job {
	if w.wornOut() {
		w.hangUp()
	}
	r := w.relay
	r.mu.Lock()
	if w.yields() {
		r.mu.Unlock()
		return nil
	}
	j := w.site.take()
	if r.o.MX != nil {
		w.site.dispatch()
	}
	idle := j == nil && w.park()
	r.mu.Unlock()
	if idle {
		return w.await()
	}
	return j
}

// park makes the worker one of the idle, if its connection is good for more and
// nobody else needs its place. The relay is locked.
func (w *worker) park() bool {
	r := w.relay
	over := r.closed && r.undone == 0
	if over || w.surplus() || !w.ready() || w.wornOut() || len(r.starving) > 0 {
		return false
	}
	r.idle = append(r.idle, w)
	return true
}

// await waits to be woken, for as long as the connection may be idle.
func (w *worker) await() *job {
	fire, stop := w.relay.o.Timer(w.patience())
	select {
	case j := <-w.wake:
		stop()
		return j
	case <-fire:
	}
	w.relay.mu.Lock()
	left := w.relay.unpark(w)
	w.relay.mu.Unlock()
	if left {
		return nil
	}
	return <-w.wake // somebody was quicker than our timer
}

// patience is how long the connection is kept unused.
func (w *worker) patience() time.Duration {
	o := &w.relay.o
	if o.Lifetime == 0 {
		return o.Idle
	}
	return min(o.Idle, o.Lifetime-o.Mono().Sub(w.since))
}

// retire gives up the worker's place, unless a job was queued because it was
// taken.
func (w *worker) retire() *job {
	r := w.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	if !w.yields() {
		if j := w.site.take(); j != nil {
			return j
		}
	}
	left := w.left()
	w.site.shrink()
	if left {
		w.site.dispatch()
	}
	return nil
}

// errPutBack means that others are to do the job.
var errPutBack = errors.New("put back")

// do brings a job to its outcome, and those that can follow it over the same
// connection. The worker is idle again before the last outcome is seen, so that
// who sends one message after the other does so over one connection.
func (w *worker) do(j *job) after {
	b := &burst{w: w, ctx: joint{stop: w.relay.stop}}
	defer b.ctx.end()
	switch err := w.deliver(b, j); {
	case errors.Is(err, errPutBack):
		return ended
	case err != nil:
		b.conclude(&landed{job: j, err: err})
	}
	w.settle(b)
	return w.conclude(b)
}

// deliver sends the job when it may go, and others behind it.
func (w *worker) deliver(b *burst, j *job) error {
	ctx := b.ctx.of(j.ctx)
	if err := w.admit(ctx, j); err != nil {
		return err
	}
	reused := w.ready()
	if !reused {
		if err := w.connect(ctx, j); err != nil {
			return err
		}
	}
	b.run(j, reused)
	return nil
}

// settle gives what went wrong for the connection's or the server's sake another
// try.
func (w *worker) settle(b *burst) {
	if b.doubt || w.client != nil && !w.client.Alive() {
		w.drop()
	}
	for _, l := range b.redo {
		ctx := b.ctx.of(l.ctx)
		if l.reused && stale(l.result, l.err) {
			l.result, l.err = w.again(ctx, l.job)
			l.host = w.host
		}
		w.failOver(ctx, l)
		l.reused = false
	}
	redone := b.redo
	b.redo = nil
	for _, l := range redone {
		b.conclude(l)
	}
}

// again sends a message over a new connection.
func (w *worker) again(ctx context.Context, j *job) (*smtp.Result, error) {
	if !w.ready() {
		w.drop()
		client, to, err := w.site.dial(ctx, nil)
		if err != nil {
			return nil, err
		}
		if err := w.begin(client, to); err != nil {
			return nil, err
		}
	}
	return w.send(ctx, j)
}

// conclude tells the last outcome.
func (w *worker) conclude(b *burst) after {
	r, then, last := w.relay, goOn, b.landed
	if last != nil {
		last.says = r.judge(last.result, last.err)
	}
	r.mu.Lock()
	if w.site.queue.size == 0 && w.park() {
		then = parked
	}
	if last == nil {
		r.mu.Unlock()
		return then
	}
	out := Outcome{Tag: last.Tag, Result: last.result, Err: last.err}
	r.record(last.job, out)
	r.mu.Unlock()
	return then
}

// admit waits for the rates. A connection that would be idle for too long
// meanwhile, or isn't to be used any more, is closed.
func (w *worker) admit(ctx context.Context, j *job) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	if !j.admitted {
		if err := w.site.letGo(j); err != nil {
			return err
		}
	}
	r := w.relay
	if j.at.Sub(r.now()) > r.o.Idle || w.wornOut() || w.outranked() {
		w.hangUp()
	}
	return r.sleepUntil(ctx, j.at)
}
