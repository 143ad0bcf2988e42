package outbox

// tells tells whether a callback waits for outcomes of a kind.
func (r *runner) tells(state State) bool { return r.job.Tell.of(state) != nil }

func (c *Callbacks) of(state State) func(*Event) error {
	switch state {
	case Sent:
		return c.Sent
	case Failed:
		return c.Failed
	case Deferred:
		return c.Deferred
	}
	return nil
}

// event is what callbacks are told of a flight.
func (f *flight) event() *Event {
	it := *f.item
	a := &f.attempt
	it.State, it.Reply, it.Relay, it.Due = a.State, a.Reply, a.Relay, a.Due
	it.Tries++
	if a.Counts {
		it.Attempts++
	}
	if f.mail != nil {
		it.MessageID = orElse(f.mail.MessageID, it.MessageID)
		it.Sender, it.Relays = f.mail.Sender, f.relays
		if f.to != nil {
			it.Recipients = f.to
		}
	}
	return &Event{Item: it, Try: f.try, State: a.State, Reply: a.Reply, Relay: a.Relay, At: a.At}
}

// tell calls the script back about an outcome. Once it raised an error, or the run
// is to end, the rest is left to the next run.
func (s *sender) tell(f *flight) {
	if f.try == 0 || !f.attempt.Tell || s.err != nil {
		return
	}
	s.try(s.callBack(f.event()))
}

// callBack tells the script of an event and ticks it. A kind that the script
// doesn't want to hear of any more is ticked alone.
func (r *runner) callBack(e *Event) error {
	if call := r.job.Tell.of(e.State); call != nil {
		Pass(BeforeCallback)
		if err := call(e); err != nil {
			return err
		}
		Pass(AfterCallback)
	}
	told := Told{Item: e.Item.ID, Try: e.Try}
	r.commits.add(func(g *Group) { g.Told = append(g.Told, told) })
	return nil
}

// toldAtOnce is how many events are read at a time.
const toldAtOnce = 100

// tellUntold calls back about what an earlier run of the batch could not tell any
// more.
func (r *runner) tellUntold() error {
	t := &r.job.Tell
	if t.Sent == nil && t.Failed == nil && t.Deferred == nil {
		return nil
	}
	for {
		list, err := r.env.Store.Untold(r.ctx, r.job.ID, toldAtOnce)
		if err != nil {
			return err
		}
		for i := range list {
			if err := r.callBack(&list[i]); err != nil {
				return err
			}
		}
		if err := r.commits.do(func(*Group) {}); err != nil || len(list) < toldAtOnce {
			return err
		}
	}
}
