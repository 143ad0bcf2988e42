package relay

import (
	"context"
	"slices"
	"time"
)

// site is one destination: a queue, and workers with connections to its hosts.
// Its fields are locked by the relay.
type site struct {
	relay *Relay
	queue lanes
	hosts hosts
	dials backOff // of attempts in which no host could be had
	live  int     // workers
	open  int     // workers with a connection

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
	now := s.relay.o.Mono()
	var j *job
	if s.open == 0 && s.dials.shuns(now) {
		j = s.queue.takeAny()
	} else {
		j = s.queue.take(now, s.relay.limit)
	}
	switch {
	case j != nil:
		j.queued = false
	case s.queue.size > 0:
		s.setAlarm(now)
	}
	return j
}

// setAlarm calls dispatch when the first of the waiting jobs may go.
func (s *site) setAlarm(now time.Time) {
	at, ok := s.queue.next(now)
	if !ok || s.stopAlarm != nil && !at.Before(s.alarmAt) {
		return
	}
	s.clearAlarm()
	ctx, cancel := context.WithCancel(s.relay.stop)
	s.alarmAt, s.stopAlarm = at, cancel
	s.relay.workers.Go(func() {
		if s.relay.o.sleepUntil(ctx, at) != nil {
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

func (s *site) mayGrow() bool {
	return s.live == 0 || s.live < s.relay.o.Connections && !s.dials.shuns(s.relay.o.Mono())
}

func (s *site) grow(j *job) {
	s.live++
	w := &worker{relay: s.relay, site: s, wake: make(chan *job, 1)}
	s.relay.workers.Go(func() { w.run(j) })
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
	s.live--
	s.queue.putBack(j)
	j.queued = true
	s.dispatch()
	return true
}

// unpark takes a worker from the idle ones. It reports whether it was there.
func (r *Relay) unpark(w *worker) bool {
	i := slices.Index(r.idle, w)
	if i >= 0 {
		r.idle = slices.Delete(r.idle, i, i+1)
	}
	return i >= 0
}
