package relay

import (
	"context"
	"slices"
	"time"
)

// site is one destination: a queue, and workers with connections to its hosts.
// Its fields are locked by the relay.
type site struct {
	relay  *Relay
	domain string // of the recipients, with MX
	queue  lanes
	hosts  hosts
	dials  backOff // of attempts in which no host could be had
	live   int     // workers
	open   int     // workers with a connection

	connections int    // at most
	window      window // what of them the outcomes allow
	leaving     int    // workers that are too many and end soon
	brake       brake
	meter       meter
	starving    bool // in the relay's list
	counts      SiteStats

	alarmAt   time.Time // when dispatch is called for jobs that wait for a rate
	stopAlarm context.CancelFunc
}

// dispatch gives what may go to workers that are idle, and to new ones.
func (s *site) dispatch() {
	for s.queue.size > 0 {
		w := s.idle()
		if w == nil && !s.mayGrow() {
			return // who is busy looks for more afterwards
		}
		j := s.take()
		if j == nil {
			return
		}
		if w != nil {
			s.relay.unpark(w)
			w.wake <- j
			continue
		}
		s.grow(j)
	}
}

// take chooses what a connection carries next, or sets the alarm if all have to
// wait. Where no host can be had nothing waits: it fails at once.
func (s *site) take() *job {
	if s.queue.size == 0 {
		return nil
	}
	clock := s.relay.o.Mono()
	pace := s.relay.pace.Load()
	now := pace.now(clock)
	var j *job
	switch {
	case pace.held == 0:
		return nil // SetShare looks again
	case s.dials.shuns(clock) && (s.open == 0 || s.dials.whole):
		j = s.queue.takeAny()
	default:
		j = s.takeDue(now)
	}
	switch {
	case j != nil:
		j.queued = false
		s.meter.count(now)
	case s.queue.size > 0:
		s.setAlarm(now)
	}
	return j
}

// takeDue chooses a job that the limits and the site's brake let go.
func (s *site) takeDue(now time.Time) *job {
	if len(s.queue.first) > 0 {
		return s.queue.takeFirst()
	}
	if s.brake.earliest(now).After(now) {
		return nil
	}
	j := s.queue.take(now, s.relay.limit)
	if j != nil {
		s.brake.spend(j.at)
	}
	return j
}

// letGo admits a job that was taken in order to fail, unless its site is still left
// alone.
func (s *site) letGo(j *job) error {
	r := s.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.dials.shuns(r.o.Mono()) {
		j.untried = true
		return s.dials.last
	}
	now := r.now()
	at := j.due(r.limit.earliest(now, j.recipients))
	r.limit.spend(at, j.recipients)
	s.brake.spend(at)
	j.admit(at)
	return nil
}

// setAlarm calls dispatch when the first of the waiting jobs may go.
func (s *site) setAlarm(now time.Time) {
	at, ok := s.queue.next(now)
	if braked := s.brake.earliest(now); braked.After(now) {
		at, ok = braked, true
	}
	if !ok || s.stopAlarm != nil && !at.Before(s.alarmAt) {
		return
	}
	s.clearAlarm()
	ctx, cancel := context.WithCancel(s.relay.stop)
	s.alarmAt, s.stopAlarm = at, cancel
	s.relay.workers.Go(func() {
		if s.relay.sleepUntil(ctx, at) != nil {
			return
		}
		s.relay.mu.Lock()
		defer s.relay.mu.Unlock()
		if ctx.Err() == nil {
			s.clearAlarm()
			s.dispatch()
		}
	})
}

func (s *site) clearAlarm() {
	if s.stopAlarm != nil {
		s.stopAlarm()
		s.stopAlarm = nil
	}
}

// idle returns the worker used last of those that wait with a connection.
func (s *site) idle() *worker {
	for _, w := range slices.Backward(s.relay.idle) {
		if w.site == s {
			return w
		}
	}
	return nil
}

// mayGrow tells whether there may be another worker. A site that has none and
// can't have one is put on the list of those that wait.
func (s *site) mayGrow() bool {
	if s.live >= s.limit() || s.live > 0 && s.dials.shuns(s.relay.o.Mono()) {
		return false
	}
	if s.relay.room() {
		return true
	}
	if s.live == 0 && !s.starving {
		s.wait()
		s.relay.evict()
	}
	return false
}

func (s *site) grow(j *job) {
	s.live++
	s.relay.live++
	w := &worker{relay: s.relay, site: s, wake: make(chan *job, 1)}
	s.relay.workers.Go(func() { w.run(j) })
}

// shrink counts a worker out.
func (s *site) shrink() {
	s.live--
	s.relay.live--
	s.wait()
	s.relay.feed()
}

// putBack leaves a job to workers that have a connection. It reports whether
// there are any; then the calling worker has to end.
func (s *site) putBack(j *job) bool {
	r := s.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.open == 0 || r.stop.Err() != nil {
		return false
	}
	if !j.untried {
		s.window.failed(s.most())
	}
	s.queue.putBack(j)
	j.queued, j.untried = true, false
	s.shrink()
	s.dispatch()
	return true
}

// note counts an outcome. It reports whether more connections are worth it now.
func (s *site) note(j *job, out Outcome) (grows bool) {
	if out.Err != nil {
		s.counts.Failed++
	} else {
		s.counts.Sent++
	}
	return !j.untried && s.heed(j, out.Err)
}

// unpark takes a worker from the idle ones. It reports whether it was there.
func (r *Relay) unpark(w *worker) bool {
	i := slices.Index(r.idle, w)
	if i >= 0 {
		r.idle = slices.Delete(r.idle, i, i+1)
	}
	return i >= 0
}
