package relay

import (
	"context"
	"errors"

	"moonpost/smtp"
)

// worker carries messages over one connection at a time.
type worker struct {
	relay  *Relay
	wake   chan *job // closed by Close
	client *smtp.Client
	sent   int // messages over this connection
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
	j := r.pop()
	idle := j == nil && w.park()
	r.mu.Unlock()
	if idle {
		return w.await()
	}
	return j
}

// park makes the worker one of the idle, if its connection is good for more and
// there is nothing to do now. The relay is locked.
func (w *worker) park() bool {
	r := w.relay
	over := r.closed && r.undone == 0
	if over || len(r.queue) > 0 || !w.ready() || w.wornOut() {
		return false
	}
	r.idle = append(r.idle, w)
	return true
}

// await waits to be woken, for as long as the connection may be idle.
func (w *worker) await() *job {
	fire, stop := w.relay.o.Timer(w.relay.o.Idle)
	select {
	case j := <-w.wake:
		stop()
		return j
	case <-fire:
	}
	if w.leaveIdle() {
		return nil
	}
	return <-w.wake // somebody was quicker than our timer
}

func (w *worker) leaveIdle() bool {
	r := w.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, other := range r.idle {
		if other == w {
			r.idle = append(r.idle[:i], r.idle[i+1:]...)
			return true
		}
	}
	return false
}

// retire gives up the worker's place, unless a job was queued because it was
// taken.
func (w *worker) retire() *job {
	r := w.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.pop()
	if j == nil {
		r.live--
	}
	return j
}

// errPutBack means that others are to do the job.
var errPutBack = errors.New("put back")

// do brings a job to its outcome. The worker is idle again before the outcome is
// seen, so that who sends one message after the other does so over one
// connection.
func (w *worker) do(j *job) after {
	result, err := w.attempt(j)
	if errors.Is(err, errPutBack) {
		return ended
	}
	r, out := w.relay, Outcome{Tag: j.Tag, Result: result, Err: err}
	then := goOn
	r.mu.Lock()
	r.record(j, out)
	if w.park() {
		then = parked
	}
	r.mu.Unlock()
	r.report(j, out)
	return then
}

// attempt delivers under the context of the job, cut short by Close.
func (w *worker) attempt(j *job) (*smtp.Result, error) {
	ctx, cancel := context.WithCancelCause(j.ctx)
	defer cancel(nil)
	stop := w.relay.stop
	release := context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })
	defer release()
	return w.deliver(ctx, j)
}

// deliver sends the message, over a second connection if the first was stale.
func (w *worker) deliver(ctx context.Context, j *job) (*smtp.Result, error) {
	if err := w.admit(ctx, j); err != nil {
		return nil, err
	}
	reused := w.ready()
	if !reused {
		if err := w.connect(ctx, j); err != nil {
			return nil, err
		}
	}
	result, err := w.send(ctx, j)
	if !reused || !stale(result, err) {
		return result, err
	}
	if err := w.connect(ctx, j); err != nil {
		return nil, err
	}
	return w.send(ctx, j)
}

// admit waits for the rates. A connection that would be idle for too long
// meanwhile is closed.
func (w *worker) admit(ctx context.Context, j *job) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	r := w.relay
	r.mu.Lock()
	if j.admitted || len(r.o.Rates) == 0 || !w.ready() && r.dials.shuns(r.o.Mono()) {
		r.mu.Unlock()
		return nil
	}
	now := r.o.Mono()
	at := r.limit.reserve(now)
	r.mu.Unlock()
	j.admitted = true
	if at.Sub(now) > r.o.Idle {
		w.hangUp()
	}
	return r.o.sleepUntil(ctx, at)
}

// ready tells whether the connection can take another message.
func (w *worker) ready() bool { return w.client != nil && w.client.Alive() }

// send makes one attempt and keeps the connection only if it is beyond doubt.
func (w *worker) send(ctx context.Context, j *job) (*smtp.Result, error) {
	result, err := w.client.SendMessage(ctx, j.Message, j.Options)
	w.sent++
	if !w.client.Alive() || err != nil && inDoubt(err) {
		w.drop()
	}
	return result, err
}

// wornOut tells whether the connection has carried as many messages as it may.
func (w *worker) wornOut() bool {
	limit := w.relay.o.MessagesPerConnection
	return limit > 0 && w.sent >= limit
}

// inDoubt tells whether a failure leaves the connection unfit for the next
// message.
func inDoubt(err error) bool {
	var e smtp.Error
	if errors.As(err, &e) && e.Delivered() == smtp.Unknown {
		return true
	}
	return smtp.ScopeOf(err) >= smtp.ScopeSession
}

// stale tells whether a connection from the pool failed at its first command, so
// that the message can't have gone anywhere.
func stale(result *smtp.Result, err error) bool {
	var e smtp.Error
	if result != nil || !errors.As(err, &e) || e.Delivered() != smtp.No {
		return false
	}
	if e.Stage() != smtp.StageMail && e.Stage() != smtp.StageNone {
		return false
	}
	var lost *smtp.DisconnectedError
	var reply *smtp.ResponseError
	return errors.As(err, &lost) || errors.As(err, &reply) && reply.Reply.Code == 421 // RFC 5321 §3.8
}

// connect opens a connection, unless that failed a moment ago. Where others have
// connections the job is left to them: a server that allows fewer than we want
// is no reason to fail.
func (w *worker) connect(ctx context.Context, j *job) error {
	w.drop()
	client, err := w.dial(ctx)
	if err == nil {
		w.client, w.sent = client, 0
		return nil
	}
	if ctx.Err() == nil && w.relay.putBack(j) {
		return errPutBack
	}
	return err
}

func (w *worker) dial(ctx context.Context) (*smtp.Client, error) {
	r := w.relay
	r.mu.Lock()
	if r.dials.shuns(r.o.Mono()) {
		defer r.mu.Unlock()
		return nil, r.dials.last
	}
	r.mu.Unlock()
	client, err := smtp.Dial(ctx, r.o.SMTP)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.dials.worked()
		r.open++
	case ctx.Err() == nil:
		r.dials.failed(r.o.Mono(), err)
	}
	return client, err
}

// hangUp ends the session with QUIT, drop without.
func (w *worker) hangUp() {
	if w.ready() {
		_, _ = w.client.Quit(w.relay.stop)
	}
	w.drop()
}

func (w *worker) drop() {
	if w.client == nil {
		return
	}
	_ = w.client.Close()
	w.client = nil
	w.relay.mu.Lock()
	defer w.relay.mu.Unlock()
	w.relay.open--
}
