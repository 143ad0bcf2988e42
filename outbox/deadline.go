package outbox

import (
	"container/heap"
	"slices"
	"time"
)

// Job.Wait counts from when the last mail has landed that could be sent at once. From
// then on there are retries, and mail for places that failed before or ask for patience:
// they may be under way without a pause, and none of them ends the run.

// begins notes whether a mail goes at once, which nothing was waited for.
func (s *sender) begins(f *flight) {
	isWell := func(one cohortOf) bool { return one.place.isWell() }
	if f.prompt = !f.item.Due.After(s.start) && slices.ContainsFunc(f.cohorts, isWell); f.prompt {
		s.prompt++
		s.until = time.Time{}
	}
}

// countDown begins to count the time that is waited for retries, if there is nothing else.
func (s *sender) countDown() {
	if s.prompt == 0 && !s.havePrompt() && !s.closed() {
		s.deadline(s.env.Wall())
		s.forgetLate()
	}
}

// havePrompt tells whether there is mail yet that nothing is waited for to send.
func (s *sender) havePrompt() bool {
	if s.pending || len(s.strays) > 0 || len(s.fresh) > 0 {
		return true
	}
	for _, w := range s.order {
		if w.held > 0 && slices.ContainsFunc(w.ring, (*place).isWell) {
			return true
		}
	}
	return false
}

// isWell tells that nothing speaks against sending to a place.
func (p *place) isWell() bool { return p.health.cohorts == 0 && !p.slowed }

// deadline is how long the run waits for anything.
func (s *sender) deadline(now time.Time) time.Time {
	if s.until.IsZero() {
		s.until = now.Add(s.job.Wait)
	}
	return s.until
}

// dueBy is up to when retries have to be due to be made now. What is due only after the
// deadline isn't begun, however long something else is under way.
func (s *sender) dueBy(now time.Time) time.Time {
	if s.until.IsZero() || s.until.After(now) || s.stays() {
		return now
	}
	return s.until
}

// shut tells that nothing goes to a place now. Even a run that waits for nothing tries it
// again after a moment, since it may be back at once.
func (s *sender) shut(p *place, now time.Time) bool {
	if !p.health.hasty() {
		now = s.dueBy(now)
	}
	return p.health.next.After(now)
}

// forgetLate drops the first alarms if they ring too late for this run. Should there be
// other mail once more, the next look finds them again.
func (s *sender) forgetLate() {
	for len(s.alarms) > 0 && !s.stays() && s.late(s.alarms[0]) {
		heap.Pop(&s.alarms).(*place).alarm = time.Time{}
	}
}

func (s *sender) late(p *place) bool {
	return p.alarm.After(s.until) && !(p.health.hasty() && !p.alarm.After(p.health.next))
}

// stays tells that the run goes on until its context ends.
func (s *sender) stays() bool { return s.queue != nil && s.queue.stays }
