package outbox

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"moonpost/relay"
	"moonpost/smtp"
)

// flight is an item from its rendering to its outcome.
type flight struct {
	item       *Item
	place      *place // that it occupies
	goal       *place // where its mail goes
	mail       *Mail
	failure    error // of rendering
	relays     []string
	to         []string
	rest       []MailPart // for other sites
	suppressed []RecipientOutcome

	cohorts []cohortOf // of the places that it may try
	tried   []*attempted
	asked   atomic.Bool // for an intent: it may be durable
	entry   sync.Mutex  // a relay with a site for each domain may send several parts at once
	dot     *way        // that it may send a final dot through
	settles bool        // without having been sent
	prompt  bool        // nothing was waited for to send it
	// It was kept from being sent: nothing is to be learned from its outcome.
	withdrawn bool
	attempt   Attempt
	try       int
	fate      fate
	err       error // of the store
}

// cohortOf is a place with the cohort in which a mail goes there.
type cohortOf struct {
	place  *place
	cohort int
}

// fate is what became of a flight.
type fate uint8

const (
	recorded  fate = iota // its outcome is durable
	returns               // it certainly wasn't delivered, and nothing was decided
	lost                  // the item is another worker's, or was withdrawn
	unsettled             // the store didn't take the outcome: it is in doubt at the next start
)

// occupy takes a seat at a place.
func (f *flight) occupy(p *place) {
	f.place = p
	p.flying++
	p.way.flying++
}

// release gives the seat back.
func (s *sender) release(f *flight) {
	if p := f.place; p != nil {
		p.flying--
		p.way.flying--
		f.place = nil
		p.list()
	}
}

// parked is what rendering fixed.
func (f *flight) parked() Parked {
	return Parked{
		ID: f.item.ID, Sender: f.mail.Sender, Recipients: f.to, Relays: f.relays, Site: f.goal.name,
		MessageID: orElse(f.mail.MessageID, f.item.MessageID), Rest: f.rest,
	}
}

// choose fixes which relays a mail may try: those that aren't given up for now,
// and all if there are no others.
func (s *sender) choose(f *flight) {
	now := s.env.Wall()
	var well, all []cohortOf
	for _, name := range f.relays {
		p, err := s.placeOf(name, f.goal.domain)
		if err != nil {
			continue // the first one is known
		}
		one := cohortOf{p, p.health.cohort}
		all = append(all, one)
		if !p.health.next.After(now) {
			well = append(well, one)
		}
	}
	if f.cohorts = well; len(well) == 0 {
		f.cohorts = all
	}
}

// fly hands a mail to one relay after the other while that may help, and records
// the outcome.
func (s *sender) fly(f *flight) {
	defer func() { s.landed <- f }()
	defer f.leave()
	j := s.judge
	for i, to := range f.cohorts {
		one := s.send(f, to.place.way)
		f.tried = append(f.tried, one)
		j.slow = func(r Reply) bool { return to.place.way.relay.SlowsDown(r.asServer()) }
		if i == len(f.cohorts)-1 || !triesNext(one, s.failover(to.place.way.relay)) {
			break
		}
	}
	Pass(AfterReply)
	last := f.tried[len(f.tried)-1]
	var refused refusedError
	switch {
	case last.result == nil && errors.As(last.err, &refused): // else an earlier transaction reached somebody
		f.fate = lost
		return
	case last.cancelled():
		s.withdraw(f, last)
		return
	}
	j.now = s.env.Wall()
	f.attempt = j.attempt(f.item, last, f.suppressed)
	s.record(f)
}

// withdraw leaves an item to the next run that was kept from being sent. Where its
// intent may be durable that takes an outcome: else the next run would be in doubt.
func (s *sender) withdraw(f *flight, last *attempted) {
	f.withdrawn = true
	trouble := storeTrouble(last.err)
	if f.asked.Load() {
		now := s.env.Wall()
		f.attempt = Attempt{ID: f.item.ID, State: Deferred, Due: now, Relay: last.relay, Reply: Reply{Text: errorText(last.err)}, Recipients: f.to, At: now}
		s.record(f)
	} else {
		f.fate = returns
	}
	switch {
	case trouble != nil:
		f.err = trouble
	case errors.Is(last.err, relay.ErrClosed):
		f.err = relay.ErrClosed
	}
}

// storeTrouble finds the store's error in that of a mail which it kept from being
// sent.
func storeTrouble(err error) error {
	var (
		store *StoreError
		lost  *LostError
	)
	switch {
	case errors.As(err, &lost):
		return lost
	case errors.As(err, &store):
		return store
	}
	return nil
}

// send makes one try with one relay.
func (s *sender) send(f *flight, w *way) *attempted {
	var o smtp.SendOptions
	if f.mail.Options != nil {
		o = *f.mail.Options
	}
	o.From, o.To = &f.mail.Sender, f.to
	o.BeforeFinal = func(ctx context.Context) error {
		if err := f.enter(ctx, w); err != nil {
			return err
		}
		Pass(BeforeIntent)
		p := f.parked()
		p.Relay = w.name
		f.asked.Store(true)
		if err := s.commits.intent(ctx, p); err != nil {
			return err
		}
		Pass(AfterIntent)
		return nil
	}
	result, err := w.relay.Send(s.sending, f.mail.Message, &o)
	return &attempted{relay: w.name, to: f.to, result: result, err: err}
}

// failover asks the relay, and the script on its own goroutine.
func (s *sender) failover(from *relay.Relay) func(Reply) bool {
	return func(r Reply) (yes bool) {
		if from.FailsOver(r.asServer()) || s.job.Failover == nil {
			return from.FailsOver(r.asServer())
		}
		s.onCaller(func() { yes = s.job.Failover(r) })
		return yes
	}
}

// record makes the outcome durable. What is tried again needs a place, and people want
// to know to whom a refused mail went: both are fixed with it, as an intent of which the
// outcome is known already.
func (s *sender) record(f *flight) {
	f.attempt.Tell = !f.withdrawn && s.tells(f.attempt.State)
	var fixed *Parked
	if f.mail != nil && f.goal != nil && (f.attempt.State == Deferred || f.attempt.State == Failed) {
		p := f.parked()
		p.Relay = f.attempt.Relay
		fixed = &p
	}
	Pass(BeforeOutcome)
	var known bool
	f.try, known, f.err = s.commits.attempt(f.attempt, fixed, f.leave)
	switch {
	case f.err != nil:
		f.fate = unsettled
		return
	case !known:
		f.fate = lost
		return
	}
	Pass(AfterOutcome)
}
