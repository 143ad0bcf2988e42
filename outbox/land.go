package outbox

// land takes in what became of a flight.
func (s *sender) land(f *flight) {
	s.flying--
	if f.settles {
		s.settling--
	}
	if f.prompt {
		s.prompt--
	}
	s.feedBack(f)
	s.release(f)
	if f.goal != nil && f.goal.aged {
		f.goal.list()
	}
	if f.err != nil {
		s.fail(f.err)
	}
	switch f.fate {
	case returns:
		s.back = append(s.back, f.item.ID)
	case lost:
		s.lost(f)
	case unsettled:
		s.env.logger().Error("an outcome could not be kept", "batch", s.job.ID, "key", f.item.Key,
			"state", f.attempt.State, "reply", f.attempt.Reply.String(), "error", f.err)
	case recorded:
		if !f.withdrawn {
			s.recorded(f)
		}
	}
}

// lost takes note of an item that another has now. A person may have cancelled the batch: then nothing more is begun.
func (s *sender) lost(f *flight) {
	if s.stopped == wasCancelled {
		return
	}
	if s.queue == nil && s.err == nil {
		if b, err := s.env.Store.Batch(s.ctx, s.job.ID); err == nil && b.State == BatchCancelled {
			s.stopped = wasCancelled
			return
		}
	}
	s.env.logger().Info("an item isn't this worker's any more", "batch", s.job.ID, "key", f.item.Key)
}

// recorded goes on from an outcome that is durable.
func (s *sender) recorded(f *flight) {
	a := &f.attempt
	retried := f.item.Tries > 0
	s.tally.outcome(a.State, retried)
	switch a.State {
	case Deferred:
		s.deferred(f)
	case InDoubt:
		s.doubtful(f)
	}
	if a.State != Sent && a.State != Suppressed {
		s.wrong.add(a.Reply.String(), f.hint(), f.item.Key)
	}
	s.missed(f)
	s.suppress(f)
	s.logOutcome(f)
	if why := s.job.StopIf.stops(s.tally.done()); why != "" && s.stopped == "" {
		s.stopped = why
	}
	s.tell(f)
}

// missed tells of recipients who don't get a mail that others get, or may get yet.
func (s *sender) missed(f *flight) {
	if f.attempt.State == Failed {
		return
	}
	for _, o := range f.attempt.Outcomes {
		if o.State == Failed {
			s.tally.refuse()
			s.wrong.add(o.Reply.String(), "", f.item.Key)
			s.env.logger().Warn("refused for one of several recipients", "batch", s.job.ID, "key", f.item.Key, "to", o.Address, "reply", o.Reply.String())
		}
	}
}

// hint is what may be done about what the last try ended with.
func (f *flight) hint() string {
	if len(f.tried) == 0 {
		return hintOf(f.failure)
	}
	return hintOf(f.tried[len(f.tried)-1].err)
}

func (s *sender) deferred(f *flight) {
	if s.handed != nil {
		s.later = append(s.later, f.item.Key)
	}
	if f.goal != nil {
		s.alarms.wake(f.goal, f.attempt.Due)
	}
}

// doubtful asks the script about an item of which nobody knows whether it was
// delivered.
func (s *sender) doubtful(f *flight) {
	if s.job.Doubt.Decide == nil || s.ends() {
		return
	}
	it := f.event().Item
	if s.try(s.ask(&it)) && f.goal != nil {
		s.noteDue(SiteDue{Site: f.goal.name, Relays: f.relays}, s.env.Wall())
	}
}

// feedBack learns from a flight how its places are.
func (s *sender) feedBack(f *flight) {
	for i, a := range f.tried {
		p := f.cohorts[i].place
		switch {
		case a.placeFailed():
			if p.health.failed(f.cohorts[i].cohort, a, s.job.Retry, s.env.Wall()) {
				p.aged = p.health.cohorts >= deadAfter
				s.healthChanged(p)
			}
		case a.cancelled():
		default:
			p.proven = true
			p.slowed = f.fate == recorded && i == len(f.tried)-1 && f.attempt.State == Deferred && !f.attempt.Counts
			if p.health.cohorts > 0 {
				p.health.worked()
				s.healthChanged(p)
			}
		}
	}
}

// healthChanged keeps what is known of a place for other runs.
func (s *sender) healthChanged(p *place) {
	s.keep(p.name)
	if !p.health.next.IsZero() {
		s.alarms.wake(p, p.health.next)
	}
	if p.health.cohorts == deadAfter {
		s.env.logger().Warn("a place can't be reached; its mail waits", "site", p.name, "until", p.health.next, "reason", p.health.reason.String())
	}
	p.list()
}

// suppress takes recipients off the mail for ever of whom a server said that there
// is no such address.
func (s *sender) suppress(f *flight) {
	if s.job.SuppressOn == nil {
		return
	}
	outcomes := f.attempt.Outcomes
	if outcomes == nil {
		for _, a := range f.to {
			outcomes = append(outcomes, RecipientOutcome{Address: a, State: f.attempt.State, Reply: f.attempt.Reply})
		}
	}
	var list []Suppression
	for _, o := range outcomes {
		if o.State == Failed && o.Reply.Code != 0 && s.job.SuppressOn(o.Reply) {
			list = append(list, Suppression{Address: personOf(o.Address), Scope: "*", Reason: o.Reply.String(), Source: s.job.ID, Created: s.env.Wall()})
		}
	}
	if len(list) > 0 {
		s.listed.anybody = true
		s.try(s.env.Store.Suppress(s.ctx, list))
	}
}
