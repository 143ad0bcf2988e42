package relay

import (
	"errors"
	"time"
)

// State is what is known of a site and worth knowing when it is mailed the next
// time, maybe by another process.
type State struct {
	Window  float64   // connections that its answers allow; 0: as many as the options do
	Cohorts int       // failures on all of these connections since anything went well
	Next    time.Time // on the wall clock: it is left alone until then
}

// States returns what is known of sites, by domain with MX, else by "", as far as it
// is something.
func (r *Relay) States() map[string]State {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, wall := r.o.Mono(), r.o.Wall()
	all := map[string]State{}
	r.each(func(s *site) {
		one := State{Cohorts: int(s.window.cohorts)}
		if s.window.size != s.begin().size {
			one.Window = float64(s.window.size)
		}
		if s.dials.shuns(now) && !s.dials.probed {
			one.Next = wall.Add(s.dials.until.Sub(now))
		}
		if one != (State{}) {
			all[s.domain] = one
		}
	})
	return all
}

// Resume takes what States returned, before the first message.
func (r *Relay) Resume(states map[string]State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, wall := r.o.Mono(), r.o.Wall()
	for domain, one := range states {
		s := r.site
		if r.o.MX != nil {
			s = r.siteFor(domain)
		} else if domain != "" {
			continue
		}
		s.window = s.begin()
		if one.Window >= 1 {
			s.window.size = int(min(one.Window, float64(s.connections)))
		}
		s.window.cohorts = float64(min(max(one.Cohorts, 0), failedCohorts-1))
		if rest := min(one.Next.Sub(wall), longestBackOff); rest > 0 {
			s.dials = backOff{until: now.Add(rest), wait: rest, last: &GivenUpError{Site: s.name(), Err: errEarlier}, whole: true}
		}
	}
}

// errEarlier stands for what isn't known any more.
var errEarlier = errors.New("relay: failed before the program began")

// begin returns the window of a site that nothing is known of: one connection where
// the server is a stranger.
func (s *site) begin() window {
	if s.relay.o.MX != nil {
		return window{size: 1}
	}
	return window{size: s.connections}
}
