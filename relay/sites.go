package relay

import (
	"slices"
	"time"
)

// SiteStats are counts for the mail to one domain, of a relay to MX hosts. A
// message to several domains counts with each of them.
type SiteStats struct {
	Sent, Failed int64 // since New, or since the site was last forgotten
	Queued       int64 // messages that wait for a connection
	Connections  int64 // open connections
	Window       int64 // connections that the outcomes of late allow
	// Rate is the number of messages a second to which the site has been slowed down
	// by its server, with the relay's share of the limits; 0: it hasn't.
	Rate float64
}

const (
	sitesKept = 4096 // before those that nothing is to be remembered of are forgotten
	turn      = 10   // messages after which a connection leaves its place to a site without any
)

// Sites returns the counts by domain, nil without MX. Domains that were mailed long
// before the last few thousand others may be missing.
func (r *Relay) Sites() map[string]SiteStats {
	if r.o.MX == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string]SiteStats, len(r.sites))
	now := r.now()
	for domain, s := range r.sites {
		c := s.counts
		c.Queued, c.Connections = int64(s.queue.size), int64(s.open)
		c.Window, c.Rate = int64(s.limit()), s.rateInForce(now)
		all[domain] = c
	}
	return all
}

// siteFor returns the site for a domain. r is locked.
func (r *Relay) siteFor(domain string) *site {
	if s := r.sites[domain]; s != nil {
		return s
	}
	r.forgetSites()
	s := &site{relay: r, domain: domain, connections: orElse(r.gates.limitsOf(domain).Connections, r.o.Connections)}
	s.window = s.begin()
	r.sites[domain] = s
	return s
}

func (r *Relay) forgetSites() {
	if len(r.sites) < r.sweep {
		return
	}
	now, own := r.o.Mono(), r.now()
	for domain, s := range r.sites {
		if s.live == 0 && s.queue.size == 0 && !s.starving && !s.dials.shuns(now) && s.brake.rate(own) == 0 {
			delete(r.sites, domain)
		}
	}
	r.sweep = max(sitesKept, 2*len(r.sites))
}

// each calls f for every site.
func (r *Relay) each(f func(*site)) {
	if r.site != nil {
		f(r.site)
	}
	for _, s := range r.sites {
		f(s)
	}
}

// room tells whether the relay may have another worker.
func (r *Relay) room() bool { return r.o.MX == nil || r.live-r.quiet < r.places() }

// wait puts a site with mail and without a worker on the list of those that get
// the next free places.
func (s *site) wait() {
	if s.live == 0 && !s.starving && s.queue.size > 0 {
		s.starving = true
		s.relay.starving = append(s.relay.starving, s)
	}
}

// evict ends the connection that was idle for longest, for a site that waits.
func (r *Relay) evict() {
	if len(r.starving) > 0 && len(r.idle) > 0 {
		w := r.idle[0]
		r.idle = slices.Delete(r.idle, 0, 1)
		w.wake <- nil
	}
}

// feed gives free places to the sites that wait.
func (r *Relay) feed() {
	for len(r.starving) > 0 && r.room() {
		s := r.starving[0]
		r.starving = slices.Delete(r.starving, 0, 1)
		s.starving = false
		s.dispatch()
	}
}

// yields tells whether a worker leaves its place: the limits have become lower, or
// another site has none and it was its turn for long enough, or its own site has
// others. The relay is locked.
func (w *worker) yields() bool {
	return w.surplus() || len(w.relay.starving) > 0 && (w.site.live > 1 || w.sent >= turn)
}

// servers returns where the site's mail goes. What the DNS said is used for a
// while.
func (s *site) servers(now time.Time) (list []host, known bool) {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if s.relay.o.MX == nil || now.Before(s.hosts.until) {
		return s.hosts.list, true
	}
	return nil, false
}

// found keeps what the DNS said, and what is known of the servers that stay.
func (s *site) found(list []host, until time.Time) {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.hosts.list, s.hosts.until = list, until
	for address := range s.hosts.failed {
		if !slices.ContainsFunc(list, func(one host) bool { return one.address == address }) {
			delete(s.hosts.failed, address)
		}
	}
}
