package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"moonpost/smtp"
)

// job is a Job on its way.
type job struct {
	Job
	ctx  context.Context
	done chan Outcome // nil: the outcome goes to the results
	site *site

	recipients int       // what the rates count
	shares     []share   // by domain, where that matters
	gates      []passage // of the recipients' domains
	lane       string    // names the gates
	admitted   bool      // by the rates, and counted at the gates
	at         time.Time // when it may go
	queued     bool
	unwatch    func() bool // stops watching ctx
}

// blocked tells that a gate has as many messages on their way as it lets pass.
func (j *job) blocked() bool {
	for _, p := range j.gates {
		if p.gate.full() {
			return true
		}
	}
	return false
}

// narrow tells that a domain of the job's is served by few connections at a time.
func (j *job) narrow() bool {
	return slices.ContainsFunc(j.gates, func(p passage) bool { return p.gate.limits.Connections > 0 })
}

// due returns when the last of the gates is open.
func (j *job) due(now time.Time) time.Time {
	for _, p := range j.gates {
		now = p.gate.limit.earliest(now, p.recipients)
	}
	return now
}

func (j *job) admit(at time.Time) {
	j.at, j.admitted = at, true
	for _, p := range j.gates {
		p.gate.limit.spend(at, p.recipients)
		p.gate.busy++
	}
}

// leave counts a job out at its gates. It reports whether that may let others in.
func (j *job) leave() (letsIn bool) {
	for _, p := range j.gates {
		p.gate.users--
		if !j.admitted {
			continue
		}
		letsIn = letsIn || p.gate.full()
		p.gate.busy--
	}
	return letsIn
}

// accept takes a message, once there is room.
func (r *Relay) accept(j *job) error {
	if j.ctx.Err() != nil {
		return cancelled(j.ctx)
	}
	r.plan(j)
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

// place gives a job to its site. One that has to wait at a gate is watched: there
// may be no worker that would notice the end of its context.
func (r *Relay) place(j *job) {
	s := r.site
	j.site = s
	r.passages(j)
	s.queue.push(j)
	j.queued = true
	s.dispatch()
	if j.queued && len(j.gates) > 0 && j.done == nil {
		j.unwatch = context.AfterFunc(j.ctx, func() { r.giveUp(j) })
	}
}

// giveUp ends a job whose context ended, if it is still queued.
func (r *Relay) giveUp(j *job) {
	if r.withdraw(j) {
		r.finish(j, nil, cancelled(j.ctx))
	}
}

// withdraw takes a job out of the queue, if it is still there.
func (r *Relay) withdraw(j *job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !j.queued {
		return false
	}
	j.queued = false
	return j.site.queue.remove(j)
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
	if j.unwatch != nil {
		j.unwatch()
	}
	if j.leave() {
		defer j.site.dispatch()
	}
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
