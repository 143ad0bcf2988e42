package outbox

import (
	"context"
	"time"
)

// longestNap bounds a wait for landings, since a clock that jumps tells nobody.
const longestNap = time.Second

// closed tells that the batch may not send now.
func (s *sender) closed() bool {
	now := s.env.Wall()
	at, ok := s.job.opens(now)
	return !ok || at.After(now)
}

// wait waits for something to do; false if there will be nothing.
func (s *sender) wait() (goesOn bool) {
	s.countDown()
	switch {
	case s.ends():
		return false
	case s.flying > 0:
		s.nap()
		return true
	}
	if s.closed() {
		return s.waitForOpening()
	}
	mono := s.env.Mono()
	if at := s.pace.earliest(mono); at.After(mono) && s.haveMail() {
		return s.sleep(at.Sub(mono))
	}
	return s.waitForMail()
}

// nap waits for what is on its way, or until something else is due.
func (s *sender) nap() {
	d := longestNap
	if at, ok := s.alarms.next(); ok {
		d = min(d, at.Sub(s.env.Wall()))
	}
	mono := s.env.Mono()
	if at := s.pace.earliest(mono); at.After(mono) {
		d = min(d, at.Sub(mono))
	}
	timer := time.NewTimer(max(d, time.Millisecond))
	defer timer.Stop()
	select {
	case f := <-s.landed:
		s.land(f)
		s.gather(timer)
	case q := <-s.asks:
		q.answer()
	case <-s.wants.news:
		s.reshared()
	case <-s.ctx.Done():
	case <-timer.C:
	}
}

// gathered is how many landings are waited for, for gatherTime, before more mail is
// rendered: a few at a time cost less than one by one.
const gathered = 8

// gather takes in further landings, while enough mail is under way.
func (s *sender) gather(timer *time.Timer) {
	timer.Reset(gatherTime)
	for n := 1; n < gathered && s.flying > gathered; n++ {
		select {
		case f := <-s.landed:
			s.land(f)
		case <-timer.C:
			return
		}
	}
}

// sleep waits while nothing is on its way.
func (s *sender) sleep(d time.Duration) (goesOn bool) {
	s.tally.phase("waiting")
	defer s.tally.phase("sending")
	err := s.env.Sleep(s.ctx, d)
	if err != nil && s.ctx.Err() != nil {
		err = context.Cause(s.ctx)
	}
	return s.try(err)
}

func (s *sender) waitForOpening() bool {
	now := s.env.Wall()
	at, ok := s.job.opens(now)
	if ok && !at.After(s.deadline(now)) {
		return s.sleep(at.Sub(now))
	}
	s.stopped = s.job.whyClosed(now, at, ok)
	return false
}

// vainLooks is how often mail that is said to wait may turn out to be none, as
// others may be quicker to take it.
const vainLooks = 3

// lockedLooks is how often that may be where transactions of others hold it, which
// may be those of a worker that is gone.
const lockedLooks = vainLooks + 5

// waitForMail waits until mail is due, within Job.Wait.
func (s *sender) waitForMail() bool {
	s.vain++
	if !s.try(s.look()) {
		return false
	}
	if s.takeIn(); s.vain <= vainLooks && s.haveMail() {
		return true
	}
	now := s.env.Wall()
	s.deadline(now)
	s.forgetLate()
	at, ok := s.alarms.next()
	switch {
	case s.stays():
		return s.linger()
	case ok:
		return s.sleep(at.Sub(now))
	case s.awaitsShares():
		s.nap()
		return true
	case s.othersAreAtIt(), s.wants.shared && s.vain <= lockedLooks && s.haveMail():
		return s.sleep(joinPause) && s.try(s.recover())
	}
	s.complain()
	return false
}

// haveMail tells whether there is something to claim.
func (s *sender) haveMail() bool {
	if s.pending || len(s.strays) > 0 || len(s.fresh) > 0 {
		return true
	}
	for _, w := range s.order {
		if len(w.ring) > 0 && w.held > 0 {
			return true
		}
	}
	return false
}
