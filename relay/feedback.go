package relay

import (
	"errors"
	"time"

	"moonpost/smtp"
)

// feedback is what an outcome says about the site.
type feedback uint8

const (
	neutral feedback = iota // nothing: it is the message's or a recipient's own, or ours
	well                    // the server takes mail
	badly                   // a connection or session failed, or the server puts a message off
	tooMuch                 // the server asks for less
)

// SlowsDown tells whether a reply asks for less mail rather than refusing this one:
// 421, 454, and what Options.SlowDownOn says. It is no failure; the relay has slowed
// down by itself.
func (r *Relay) SlowsDown(reply smtp.Reply) bool {
	switch {
	case reply.Code == 421, reply.Code == 454: // RFC 5321 §3.8
		return true
	case reply.Code/100 != 4 && reply.Code/100 != 5:
		return false
	}
	return r.o.SlowDownOn != nil && r.o.SlowDownOn(reply)
}

// judge reads an outcome. It may take its time: the relay isn't locked.
func (r *Relay) judge(result *smtp.Result, err error) feedback {
	switch {
	case err == nil && (result == nil || !r.anyAsks(result.Recipients)):
		return well
	case err == nil, r.asksForLess(err):
		return tooMuch
	}
	return judged(err)
}

func judged(err error) feedback {
	var (
		e         smtp.Error
		cancelled *smtp.CancelledError
		content   *smtp.ContentError
		response  *smtp.ResponseError
	)
	switch {
	case !errors.As(err, &e), errors.As(err, &cancelled), errors.As(err, &content):
		return neutral
	case smtp.ScopeOf(err) >= smtp.ScopeSession:
		return badly
	case smtp.ScopeOf(err) == smtp.ScopeMessage && errors.As(err, &response) && e.Temporary():
		return badly
	}
	return neutral
}

// asksForLess looks at the replies that refused everything.
func (r *Relay) asksForLess(err error) bool {
	var all *smtp.RecipientsRefusedError
	var response *smtp.ResponseError
	switch {
	case errors.As(err, &all):
		return r.anyAsks(all.Refused)
	case errors.As(err, &response):
		return r.SlowsDown(response.Reply)
	}
	return false
}

func (r *Relay) anyAsks(list []smtp.RecipientResult) bool {
	for i := range list {
		if !list[i].Reply.Positive() && r.SlowsDown(list[i].Reply) {
			return true
		}
	}
	return false
}

// heed draws the conclusions from an outcome. It reports whether more connections
// are worth it now. The relay is locked.
func (s *site) heed(j *job, err error) (grows bool) {
	switch j.says {
	case well:
		s.dials.recovered()
		if !s.brake.heeds(j.at) {
			return false
		}
		s.brake.eased = true
		return s.window.worked(s.live, s.connections)
	case badly:
		if s.window.failed(s.most()) {
			s.giveUp(err)
		}
	case tooMuch:
		s.slowDown(j, err)
	}
	return false
}

// unmeasured is what a connection carries at least, in messages a second, where no rate is
// set: a server that says 421 to the first greetings hasn't been seen at work, and half of
// hardly anything would last for minutes.
const unmeasured = 5

// slowDown halves the rate, and the connections where there is none to be halved.
func (s *site) slowDown(j *job, err error) {
	if !s.brake.heeds(j.at) {
		return
	}
	now := s.relay.now()
	base, set := s.setRate()
	if !set {
		base = max(s.meter.rate(now), unmeasured*float64(s.most()))
		s.window.halve(s.most())
	}
	if s.brake.slow(now, base) && err != nil {
		s.giveUp(err)
	}
}

// setRate returns the lowest rate of messages in the options that the site's mail
// has to keep, in messages a second.
func (s *site) setRate() (rate float64, ok bool) {
	list := s.relay.o.Rates
	if s.domain != "" {
		list = append(list[:len(list):len(list)], s.relay.gates.limitsOf(s.domain).Rates...)
	}
	for _, one := range list {
		if r := float64(one.Count) / one.Per.Seconds(); !ok || r < rate {
			rate, ok = r, true
		}
	}
	return rate, ok
}

// giveUp fails the site's mail at once for a while.
func (s *site) giveUp(err error) {
	s.dials.failed(s.relay.o.Mono(), &GivenUpError{Site: s.name(), Err: err})
	s.dials.whole = true
}

// name is what people know the site by.
func (s *site) name() string {
	if s.domain != "" {
		return s.domain
	}
	return s.relay.name
}

// most is how many connections the site may have at best, with the relay's share of
// the limits.
func (s *site) most() int { return s.relay.part().of(s.connections) }

// limit is how many it may have now.
func (s *site) limit() int { return min(s.most(), s.window.size) }

// rateInForce returns the rate of the brake on the relay's own clock, 0 where there
// is none.
func (s *site) rateInForce(now time.Time) float64 {
	part := s.relay.part()
	return s.brake.rate(now) * float64(part.held) / float64(part.shards)
}

// Down tells whether mail for the relay would fail at once just now, since no
// connection can be had or nothing gets through. With MX it depends on the domain,
// and the relay isn't.
func (r *Relay) Down() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.site
	return s != nil && (s.open == 0 || s.dials.whole) && s.dials.shuns(r.o.Mono())
}
