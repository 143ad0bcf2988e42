package outbox

// othersAreAtIt tells whether other workers have items of the walk in hand: what
// they can't bring to an end comes back.
func (s *sender) othersAreAtIt() bool {
	if !s.env.Store.Shared() {
		return false
	}
	counts, err := s.env.Store.Counts(s.ctx, s.job.ID, s.walk)
	return s.try(err) && counts.Of(Claimed, Intent) > int64(len(s.skipped))
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
