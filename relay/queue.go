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
	untried    bool      // its site was left alone
	says       feedback  // of its outcome, about the site
	at         time.Time // when it may go
	queued     bool
	unwatch    func() bool // stops watching ctx

	whole *whole // of a message that is split, and of each of its parts
	part  int    // which one
}

// isWhole tells a split message from its parts.
func (j *job) isWhole() bool { return j.whole != nil && j.whole.job == j }

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

// fallBehind tells the gates that aren't open that mail waits for them.
func (j *job) fallBehind(at time.Time) {
	for _, p := range j.gates {
		if p.gate.limit.earliest(at, p.recipients).After(at) {
			p.gate.limit.behind = true
		}
	}
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
	invalid := r.plan(j)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.enter(j.ctx); err != nil {
		return err
	}
	r.stats.Submitted++
	r.undone++
	if j.done == nil {
		r.unread++
	}
	switch {
	case invalid != nil:
		r.parts++
		r.record(j, Outcome{Tag: j.Tag, Err: invalid})
	case j.isWhole():
		for _, p := range j.whole.parts {
			r.place(p, r.siteFor(p.shares[0].domain))
		}
	default:
		r.place(j, r.site)
	}
	return nil
}

// place gives a job to its site. One that has to wait at a gate is watched: there
// may be no worker that would notice the end of its context.
func (r *Relay) place(j *job, s *site) {
	r.parts++
	j.site = s
	r.passages(j)
	s.queue.push(j)
	j.queued = true
	s.dispatch()
	if j.queued && len(j.gates) > 0 && j.done == nil {
		j.unwatch = context.AfterFunc(j.ctx, func() { r.giveUp(j) })
	}
}

// giveUp ends a job whose context ended, or what of it is still queued.
func (r *Relay) giveUp(j *job) {
	jobs := []*job{j}
	if j.isWhole() {
		jobs = j.whole.parts
	}
	for _, j := range jobs {
		if r.withdraw(j) {
			r.finish(j, nil, cancelled(j.ctx))
		}
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
	j.says = r.judge(result, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record(j, Outcome{Tag: j.Tag, Result: result, Err: err})
}

// record notes a job's outcome. With the last part of a message, or the only one,
// it counts the message's, makes room for another and wakes who waits. r is locked.
func (r *Relay) record(j *job, out Outcome) {
	r.parts--
	if j.unwatch != nil {
		j.unwatch()
	}
	if j.site != nil {
		letsIn := j.leave()
		if j.site.note(j, out) || letsIn {
			defer j.site.dispatch()
		}
	}
	if j.whole != nil && j.site != nil {
		if !j.whole.settle(j.part, out) {
			return
		}
		j, out = j.whole.job, j.whole.merge()
	}
	r.count(out)
	r.exit()
	if j.done != nil {
		j.done <- out
	} else {
		r.unread--
		r.keep(out)
	}
	r.changed.Broadcast()
}

func (r *Relay) count(out Outcome) {
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
