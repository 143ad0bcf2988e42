package relay

import (
	"context"
	"errors"
	"slices"
	"time"

	"moonpost/smtp"
)

// host is a server that a site's mail can go to.
type host struct {
	options smtp.Options
	address string // names it in the site's memory
	name    string // of an exchanger, for people
	rank    int    // 0: as good as any
}

// hosts are a site's servers, and which of them failed lately. What is known of
// a site with one server is in site.dials alone.
type hosts struct {
	list   []host
	until  time.Time // when they have to be looked up again, with MX
	failed map[string]*backOff
}

// longestHostBackOff is for a server in whose place another one can be had: with
// no other the back-off keeps short, since all messages fail meanwhile.
const longestHostBackOff = time.Minute

// newHosts checks the options of a relay's servers.
func newHosts(list ...smtp.Options) (hosts, error) {
	var h hosts
	for i, o := range list {
		c, err := smtp.New(o)
		if err != nil {
			return hosts{}, err
		}
		h.list = append(h.list, host{options: o, address: c.Address(), rank: i})
	}
	return h, nil
}

func (h *hosts) shuns(one host, now time.Time) bool {
	b := h.failed[one.address]
	return b != nil && b.shuns(now)
}

// note remembers a failure.
func (h *hosts) note(one host, now time.Time, err error) {
	if h.failed == nil {
		h.failed = map[string]*backOff{}
	}
	b := h.failed[one.address]
	if b == nil {
		b = &backOff{longest: longestHostBackOff}
		h.failed[one.address] = b
	}
	b.failed(now, err)
}

// better tells whether a server before this one may be tried.
func (h *hosts) better(than host, now time.Time) bool {
	return slices.ContainsFunc(h.list[:min(than.rank, len(h.list))], func(one host) bool { return !h.shuns(one, now) })
}

// errNoHost means that no server is left to try.
var errNoHost = errors.New("relay: no other server")

// dial connects to the first server that can be had. Those that failed lately are
// passed over, unless all did; those in not are never tried.
func (s *site) dial(ctx context.Context, not []host) (*smtp.Client, host, error) {
	if err := s.shunned(); err != nil {
		return nil, host{}, err
	}
	client, one, err := s.dialAny(ctx, not)
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	switch {
	case err == nil:
		s.dials.reached()
		s.open++
	case ctx.Err() == nil && len(not) == 0:
		s.dials.failed(s.relay.o.Mono(), err)
	}
	return client, one, err
}

func (s *site) dialAny(ctx context.Context, not []host) (*smtp.Client, host, error) {
	now := s.relay.o.Mono()
	list, known := s.servers(now)
	if !known {
		var err error
		list, err = s.relay.finder.find(ctx, s.domain)
		switch {
		case ctx.Err() != nil:
			return nil, host{}, cancelled(ctx)
		case err != nil:
			return nil, host{}, err
		}
		s.found(list, now.Add(mxKept))
	}
	return s.dialFirst(ctx, s.candidates(list, not))
}

// shunned returns the last failure while connecting isn't tried.
func (s *site) shunned() error {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if s.dials.shuns(s.relay.o.Mono()) {
		return s.dials.last
	}
	return nil
}

// candidates leaves out what failed lately, if anything else is left.
func (s *site) candidates(list, not []host) []host {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	now := s.relay.o.Mono()
	list = slices.DeleteFunc(slices.Clone(list), func(one host) bool { return among(not, one) })
	well := slices.DeleteFunc(slices.Clone(list), func(one host) bool { return s.hosts.shuns(one, now) })
	if len(well) > 0 || len(not) > 0 {
		return well
	}
	return list
}

// dialFirst tries one server after the other. The error is the first one's.
func (s *site) dialFirst(ctx context.Context, list []host) (*smtp.Client, host, error) {
	first := errNoHost
	for i, one := range list {
		s.probe(one, true)
		client, err := smtp.Dial(ctx, one.options)
		s.probe(one, false)
		s.remember(ctx, one, err, len(list) > 1 || one.rank > 0)
		if err == nil {
			return client, one, nil
		}
		if i == 0 {
			first = named(err, one.name)
		}
		if ctx.Err() != nil {
			return nil, one, err
		}
	}
	return nil, host{}, first
}

// probe sees to it that only one message at a time finds out whether a server
// that failed is there again.
func (s *site) probe(one host, begins bool) {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	if b := s.hosts.failed[one.address]; b != nil {
		b.probed = begins
	}
}

// remember notes how a server did, where there are others.
func (s *site) remember(ctx context.Context, one host, err error, others bool) {
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	switch {
	case err == nil:
		delete(s.hosts.failed, one.address)
	case ctx.Err() == nil && others:
		s.hosts.note(one, s.relay.o.Mono(), err)
	}
}
