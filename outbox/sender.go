package outbox

import (
	"context"
	"time"

	"moonpost/smtp"
)

// sender claims items, renders them and hands them to relays. It belongs to the
// goroutine that called Run, which renders, calls back and takes in the outcomes;
// each mail on its way has a goroutine to itself.
type sender struct {
	*runner
	sending context.Context // of all mails: those of one context follow each other closely on a connection

	judge  judge
	pace   *pace
	ways   map[string]*way
	order  []*way
	places map[string]*place
	alarms alarms
	// Places of which the store wasn't asked yet.
	strangers []*place

	fresh   []*Item  // claimed, to be rendered, of which no place is known
	pending bool     // the store may have more of those
	strays  []string // sites of the store that are no places
	waiting int      // items that are claimed and not rendered
	keys    []string // only these; nil: all
	handed  map[int64]bool
	later   []string // keys of those handed on that were deferred
	scouted time.Time
	lookAt  time.Time
	keepAt  time.Time
	listed  listed
	vain    int       // how often it was looked for mail since some was claimed
	start   time.Time // on the wall clock
	until   time.Time // how long it is waited for retries; zero: there is other mail yet

	flying   int          // goroutines under way
	settling int          // of those, without a relay: their end is known and to be committed
	prompt   int          // of those, with mail that nothing was waited for
	next     chan *flight // for those that have landed theirs
	landed   chan *flight
	asks     chan *question

	shunned map[int64]bool // skipped, and given back for others
	skipped []int64        // held until the end, so that they are not rendered again
	back    []int64        // to be returned
	err     error          // ends the run once all is settled that is on its way
}

func newSender(r *runner) *sender {
	s := &sender{
		runner: r, pace: newPace(r.job.Rates), ways: map[string]*way{}, places: map[string]*place{},
		next: make(chan *flight), landed: make(chan *flight, 256), asks: make(chan *question), keys: r.job.Flags.Only,
	}
	if s.sending = r.ctx; r.env.Final != nil {
		s.sending = smtp.WithFinal(r.ctx, r.env.Final)
	}
	s.scouted, s.start = r.env.Mono(), r.env.Wall()
	s.judge = judge{retry: r.job.Retry}
	if r.job.Doubt.Decide == nil {
		s.judge.policy = r.job.Doubt.Policy
	}
	if r.job.Flags.Limit > 0 {
		s.handed = map[int64]bool{}
	}
	return s
}

// run sends until nothing is left, or something ends it.
func (s *sender) run() error {
	s.tally.phase("sending")
	s.try(s.beginPace())
	s.try(s.look())
	for s.takeIn(); !s.ends(); s.takeIn() {
		if !s.round() && !s.wait() {
			break
		}
	}
	s.tally.phase("finishing")
	s.drain()
	close(s.next)
	s.keepSites()
	return worst(s.err, s.giveBack())
}

// worst is the first of what went wrong: the rest follows from it, as a rule.
func worst(first, then error) error {
	if first != nil {
		return first
	}
	return then
}

// try ends the run if there is an error.
func (s *sender) try(err error) (ok bool) {
	if err != nil {
		s.fail(err)
	}
	return err == nil
}

// ends tells whether nothing new is to be begun any more.
func (s *sender) ends() bool {
	if s.err == nil && s.ctx.Err() != nil {
		s.err = context.Cause(s.ctx)
	}
	return s.err != nil || s.stopped != ""
}

// fail ends the run for a reason that is its error.
func (s *sender) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	if isLost(err) {
		s.cancel(err) // others have what is on its way: nothing more of it may be sent
	}
}

// drain waits for all that is on its way.
func (s *sender) drain() {
	for s.flying > 0 {
		select {
		case f := <-s.landed:
			s.land(f)
		case q := <-s.asks:
			q.answer()
		}
	}
}

// takeIn handles what has come in, without waiting.
func (s *sender) takeIn() {
	for {
		select {
		case f := <-s.landed:
			s.land(f)
		case q := <-s.asks:
			q.answer()
		case <-s.wants.news:
			s.reshared()
		default:
			return
		}
	}
}

// question is what only the caller's goroutine may answer.
type question struct {
	answer func()
	done   chan struct{}
}

// onCaller runs f on the goroutine that called Run.
func (s *sender) onCaller(f func()) {
	q := &question{done: make(chan struct{})}
	q.answer = func() { f(); close(q.done) }
	s.asks <- q
	<-q.done
}

// giveBack returns what is claimed and wasn't sent.
func (s *sender) giveBack() error {
	ids := append(s.back, s.skipped...)
	for _, it := range s.fresh {
		ids = append(ids, it.ID)
	}
	for _, p := range s.places {
		for _, it := range p.queue {
			ids = append(ids, it.ID)
		}
	}
	s.back, s.skipped, s.fresh = nil, nil, nil
	if len(ids) == 0 || isLost(s.err) {
		return nil
	}
	Pass(BeforeReturn)
	err := s.commits.do(func(g *Group) { g.Returned = append(g.Returned, ids...) })
	Pass(AfterReturn)
	return err
}
