package relay

import (
	"slices"
	"time"
)

// gate is what the mail to one domain has to pass.
type gate struct {
	limits      DomainLimits
	limit       *limiter
	connections int // of the limits, the relay's share; 0: no limit
	users       int // messages that wait for it or passed it, and aren't done
	busy        int // messages that passed it and aren't done
}

func newGate(d DomainLimits) *gate {
	return &gate{limits: d, connections: d.Connections, limit: newLimiter(d.Rates, d.RecipientRates, d.Burst, d.Bursts)}
}

func (g *gate) full() bool { return g.connections > 0 && g.busy >= g.connections }

// passage is a job's way through one gate.
type passage struct {
	gate       *gate
	recipients int
}

// lane is the line of jobs that have to pass the same gates.
type lane struct {
	key       string
	jobs      []*job
	notBefore time.Time // when its first job may go, as far as is known
}

// lanes is a queue that lets jobs pass which wait for nothing. Within a lane the
// order is kept; lanes take turns.
type lanes struct {
	first []*job  // jobs that are admitted and were given back
	order []*lane // the next to be served first; none is empty
	byKey map[string]*lane
	size  int
}

func (q *lanes) push(j *job) {
	if q.byKey == nil {
		q.byKey = map[string]*lane{}
	}
	l := q.byKey[j.lane]
	if l == nil {
		l = &lane{key: j.lane}
		q.byKey[j.lane] = l
		q.order = append(q.order, l)
	}
	l.jobs = append(l.jobs, j)
	q.size++
}

// putBack puts an admitted job before all others.
func (q *lanes) putBack(j *job) {
	q.first = append(q.first, j)
	q.size++
}

// take removes the next job that may go at the same time as any other, as far as
// whole is concerned, and admits it for that time. nil: all have to wait.
func (q *lanes) take(now time.Time, whole *limiter) *job {
	if j := q.takeFirst(); j != nil {
		return j
	}
	for i, l := range q.order {
		j := l.jobs[0]
		at := whole.earliest(now, j.recipients)
		if l.notBefore.After(at) || j.blocked() {
			continue
		}
		if due := j.due(now); due.After(at) {
			l.notBefore = due
			j.fallBehind(at)
			continue
		}
		whole.behind = whole.behind || at.After(now)
		whole.spend(at, j.recipients)
		j.admit(at)
		q.pop(i)
		return j
	}
	return nil
}

// takeAny removes the next job without admitting it.
func (q *lanes) takeAny() *job {
	if j := q.takeFirst(); j != nil || len(q.order) == 0 {
		return j
	}
	j := q.order[0].jobs[0]
	q.pop(0)
	return j
}

func (q *lanes) takeFirst() *job {
	if len(q.first) == 0 {
		return nil
	}
	j := q.first[0]
	q.first = slices.Delete(q.first, 0, 1)
	q.size--
	return j
}

// pop removes the first job of the i-th lane and makes the lane the last.
func (q *lanes) pop(i int) {
	l := q.order[i]
	l.jobs[0] = nil
	l.jobs, l.notBefore = l.jobs[1:], time.Time{}
	q.size--
	if len(l.jobs) == 0 {
		delete(q.byKey, l.key)
		q.order = slices.Delete(q.order, i, i+1)
		return
	}
	if i < len(q.order)-1 {
		copy(q.order[i:], q.order[i+1:])
		q.order[len(q.order)-1] = l
	}
}

// remove takes out a job, if it is there.
func (q *lanes) remove(j *job) bool {
	if i := slices.Index(q.first, j); i >= 0 {
		q.first = slices.Delete(q.first, i, i+1)
		q.size--
		return true
	}
	l := q.byKey[j.lane]
	if l == nil {
		return false
	}
	i := slices.Index(l.jobs, j)
	switch {
	case i < 0:
		return false
	case i == 0:
		q.pop(slices.Index(q.order, l))
	default:
		l.jobs = slices.Delete(l.jobs, i, i+1)
		q.size--
	}
	return true
}

// drain removes all jobs.
func (q *lanes) drain() []*job {
	all := q.first
	for _, l := range q.order {
		all = append(all, l.jobs...)
	}
	*q = lanes{}
	return all
}

// next returns when the first of the jobs that wait for a rate may go.
func (q *lanes) next(now time.Time) (at time.Time, ok bool) {
	for _, l := range q.order {
		if l.notBefore.After(now) && (!ok || l.notBefore.Before(at)) {
			at, ok = l.notBefore, true
		}
	}
	return at, ok
}
