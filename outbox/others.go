package outbox

// reshare goes by the shares that the worker has now. Mail for a site that is
// another worker's is given back to the store.
func (s *sender) reshare() {
	if len(s.pace.cells) > 0 {
		s.pace.held, s.pace.shards = s.wants.held(s.batchSite())
	}
	for _, w := range s.order {
		w.held, w.shards = s.wants.held(w.name)
	}
	for _, p := range s.places {
		if !p.way.relay.ByDomain() {
			continue
		}
		held, _ := s.wants.held(p.name)
		if p.away = held == 0; !p.away {
			p.list()
		} else if len(p.queue) > 0 {
			s.surrender(p)
		}
	}
	for _, w := range s.order {
		if p := s.places[w.name]; p != nil {
			p.list()
		}
	}
}

// reshared takes note of news from the store: shares are others, or dead workers
// left something in doubt.
func (s *sender) reshared() {
	s.reshare()
	s.vain = 0 // what could not be sent for want of a share may go now
	if s.ends() {
		return
	}
	s.try(s.settleDoubtsAgain())
}

// awaitsShares tells whether there is mail for which the worker has no share yet.
func (s *sender) awaitsShares() bool {
	awaits := s.pace.stands() && s.haveMail()
	for _, w := range s.order {
		awaits = awaits || w.held == 0 && s.pending
	}
	for _, p := range s.places {
		if (p.away || p.way.held == 0) && (p.more || len(p.queue) > 0) {
			awaits = true
			s.want(p)
		}
	}
	return awaits
}

// want asks for a share of a place anew, if it was spared.
func (s *sender) want(p *place) {
	s.wants.add(p.way.name, shardsOf(p.way.relay), p.way.relay)
	if p.way.relay.ByDomain() {
		s.wants.add(p.name, 1, nil)
	}
}

// surrender gives back the mail that is claimed for a place.
func (s *sender) surrender(p *place) {
	ids := make([]int64, len(p.queue))
	for i, it := range p.queue {
		ids[i] = it.ID
	}
	s.waiting -= len(ids)
	p.queue, p.more = nil, true
	// It is waited for: repeated later, because nobody knew whether it came through, it
	// would take away what is claimed again by then.
	s.try(s.commits.do(func(g *Group) { g.Returned = append(g.Returned, ids...) }))
}

// spare lets others have the shares that aren't needed now.
func (s *sender) spare() {
	if !s.wants.shared {
		return
	}
	s.wants.drop(func(name string) bool {
		p := s.places[name]
		if p == nil || !p.way.relay.ByDomain() {
			return false
		}
		return p.flying == 0 && len(p.queue) == 0 && !p.more
	})
}

// othersAreAtIt tells whether other workers have items of the walk in hand: what
// they can't bring to an end comes back. What this one skipped is theirs to try,
// and its shares are free meanwhile.
func (s *sender) othersAreAtIt() bool {
	if !s.wants.shared {
		return false
	}
	if ids := append(s.back, s.skipped...); len(ids) > 0 { // else it would wait for itself
		if s.shunned == nil {
			s.shunned = map[int64]bool{}
		}
		for _, id := range s.skipped {
			s.shunned[id] = true
		}
		s.back, s.skipped = nil, nil
		if !s.try(s.commits.do(func(g *Group) { g.Returned = append(g.Returned, ids...) })) {
			return false
		}
	}
	counts, err := s.env.Store.Counts(s.ctx, s.job.ID, s.walk)
	if !s.try(err) || counts.Of(Claimed, Intent) == 0 {
		return false
	}
	s.spare()
	return true
}

// complain tells why mail is left that could have been sent.
func (s *sender) complain() {
	for _, w := range s.order {
		p := s.places[w.name]
		if p == nil || p.health.cohorts < deadAfter || !p.more && len(p.queue) == 0 {
			continue
		}
		s.stopped = "the relay " + w.name + " can't be had: " + p.health.reason.String()
		return
	}
}
