package relay

import (
	"context"
	"errors"
	"slices"

	"moonpost/smtp"
)

// job is a Job on its way.
type job struct {
	Job
	ctx      context.Context
	done     chan Outcome // nil: the outcome goes to the results
	admitted bool         // by the rates
}

// accept takes a message, once there is room.
func (r *Relay) accept(j *job) error {
	if j.ctx.Err() != nil {
		return cancelled(j.ctx)
	}
	select {
	case <-r.closing:
		return ErrClosed
	case <-j.ctx.Done():
		return cancelled(j.ctx)
	case r.slots <- struct{}{}:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		<-r.slots
		return ErrClosed
	}
	r.stats.Submitted++
	r.undone++
	if j.done == nil {
		r.unread++
	}
	r.place(j)
	return nil
}

// place gives a job to the worker used last, to a new one, or to the queue.
func (r *Relay) place(j *job) {
	if n := len(r.idle); n > 0 {
		w := r.idle[n-1]
		r.idle = r.idle[:n-1]
		w.wake <- j
		return
	}
	mayGrow := r.live == 0 || r.live < r.o.Connections && !r.dials.shuns(r.o.Mono())
	if !mayGrow {
		r.queue = append(r.queue, j)
		return
	}
	r.live++
	w := &worker{relay: r, wake: make(chan *job, 1)}
	r.workers.Go(func() { w.run(j) })
}

// putBack leaves a job to workers that have a connection. It reports whether
// there are any; then the calling worker has to end.
func (r *Relay) putBack(j *job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == 0 || r.stop.Err() != nil {
		return false
	}
	r.live--
	if n := len(r.idle); n > 0 {
		w := r.idle[n-1]
		r.idle = r.idle[:n-1]
		w.wake <- j
	} else {
		r.queue = slices.Insert(r.queue, 0, j)
	}
	return true
}

// withdraw takes a job out of the queue, if it is still there.
func (r *Relay) withdraw(j *job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.Index(r.queue, j)
	if i >= 0 {
		r.queue = slices.Delete(r.queue, i, i+1)
	}
	return i >= 0
}

// pop returns the first job of the queue, or nil.
func (r *Relay) pop() *job {
	if len(r.queue) == 0 {
		return nil
	}
	j := r.queue[0]
	r.queue[0] = nil
	r.queue = r.queue[1:]
	return j
}

// finish brings a job that no worker has to its outcome.
func (r *Relay) finish(j *job, result *smtp.Result, err error) {
	out := Outcome{Tag: j.Tag, Result: result, Err: err}
	r.mu.Lock()
	r.record(j, out)
	r.mu.Unlock()
	r.report(j, out)
}

// record counts an outcome and keeps it, if it isn't waited for. r is locked.
func (r *Relay) record(j *job, out Outcome) {
	r.undone--
	switch {
	case out.Err == nil:
		r.stats.Sent++
	case unsent(out.Err):
		r.stats.Cancelled++
	default:
		r.stats.Failed++
	}
	r.stats.Refused += int64(refusals(out.Result, out.Err))
	if j.done == nil {
		r.unread--
		r.results = append(r.results, out)
	}
	r.changed.Broadcast()
}

// report makes room for another job and wakes who waits for this one.
func (r *Relay) report(j *job, out Outcome) {
	<-r.slots
	if j.done != nil {
		j.done <- out
	}
}

// unsent tells an error that only says that the message was not to be sent
// any more.
func unsent(err error) bool {
	var e *smtp.CancelledError
	return errors.As(err, &e) && e.Delivered() == smtp.No
}

func refusals(result *smtp.Result, err error) int {
	if result != nil {
		return len(result.Refused())
	}
	var all *smtp.RecipientsRefusedError
	if errors.As(err, &all) {
		return len(all.Refused)
	}
	return 0
}
