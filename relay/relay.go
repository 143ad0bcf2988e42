package relay

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"moonpost/smtp"
)

// Job is a message to be sent in the background. Message must not change until
// the outcome is there.
type Job struct {
	Message smtp.Message
	Options *smtp.SendOptions
	Tag     any // comes back in the Outcome
}

// Outcome is what became of a Job. Result is nil if Err says that nobody was
// reached; both are there if only a part of the recipients was.
//
// With MX and recipients of several domains, a domain that can't be reached doesn't
// fail the others: its recipients are among the refused of Result, with the reply
// of its server, or one made here (451 4.4.1 and the like) and RecipientResult.Err.
// Where it is unknown whether a domain's server took the message, or the context
// ended, its recipients have a zero Reply and Err is that error. If nobody at all
// was accepted Err is a *smtp.RecipientsRefusedError that lists everybody.
type Outcome struct {
	Tag    any
	Result *smtp.Result
	Err    error
}

// Stats are counts since New, those from InFlight on at this moment.
type Stats struct {
	Submitted   int64 // messages taken, by Submit and by Send
	Sent        int64 // messages of which every part went to somebody
	Failed      int64 // messages that ended with another error
	Cancelled   int64 // messages certainly not sent because their context ended
	Refused     int64 // recipients refused, in either
	InFlight    int64 // messages that have a connection or wait for the rate; with MX each domain's part counts
	Queued      int64 // messages that wait for a connection; with MX each domain's part counts
	Connections int64 // open connections
	// Rate is the number of messages a second to which the relay has been slowed down
	// by its server, with its share of the limits; 0: it hasn't. With MX see Sites.
	Rate float64
}

// ErrClosed is returned after Close was called.
var ErrClosed = errors.New("relay: closed")

// Relay sends messages over a pool of connections. It is for any number of
// goroutines.
//
// A connection is opened when a message finds none free. One that turns out to be
// stale at its first command (closed by the server meanwhile, or 421) is replaced
// once and the message sent again; a connection in doubt is not used again.
// With Fallbacks a message goes on to the next server when one can't be had, or says
// "later" before anybody got the message; never after a permanent refusal, and never
// when it is unknown whether the message was delivered. Nothing else is tried twice.
//
// With MX a message is split by the domains of its recipients, each of which is a
// site with connections of its own, and the outcomes are merged: see Outcome.
//
// Messages wait for their domain's limits beside the way: others overtake them.
//
// After an attempt to connect that failed, messages that need a connection fail at
// once with the same error for a quarter of a second, and longer with each further
// failure up to five seconds: a dead host, or a wrong password, is tried by at most
// Connections messages in that time, however many are queued. While other
// connections work, messages wait for those instead.
type Relay struct {
	o       Options
	name    string
	stop    context.Context // ends when Close loses patience
	cancel  context.CancelCauseFunc
	workers sync.WaitGroup

	mu               sync.Mutex
	changed          sync.Cond // results, unread or undone
	intake           intake
	pace             atomic.Pointer[pace] // changed under mu
	limit            *limiter
	gates            gates
	site             *site            // the only one, without MX
	sites            map[string]*site // by domain, with MX
	finder           *finder
	sweep            int       // sites before some are forgotten
	starving         []*site   // with mail, and without a worker because there is no place for it
	live             int       // workers
	leaving          int       // of them, those that end soon because there are too many
	quiet            int       // of them, those that wait for a server for so long that others have their places
	parts            int       // jobs of sites that are not done
	idle             []*worker // each with an open connection; the last used is last
	undone           int       // messages taken and not done
	unread           int       // those of Submit
	results          []kept
	unreadRecipients int // of results
	stats            Stats
	closed           bool
	cut              bool // Close ended before all was done
}

// New checks the options. It doesn't connect.
func New(o Options) (*Relay, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	r := &Relay{o: o, name: o.Name, limit: newLimiter(o.Rates, o.RecipientRates, o.Burst, o.Bursts)}
	now := o.Mono()
	r.pace.Store(newPace(newPortion(1, 1), now, now))
	r.gates.limits, r.gates.sites = o.PerDomain, o.MX != nil
	if err := r.makeSites(); err != nil {
		return nil, err
	}
	r.intake.size = max(o.Connections, o.TotalConnections)*max(o.InFlight, 1) + o.Queue
	r.changed.L, r.intake.free.L = &r.mu, &r.mu
	r.stop, r.cancel = context.WithCancelCause(context.Background())
	return r, nil
}

// makeSites prepares the only site, or the place for those to come.
func (r *Relay) makeSites() error {
	o := &r.o
	if o.MX != nil {
		r.name = orElse(r.name, "mx")
		r.sites, r.sweep = map[string]*site{}, sitesKept
		r.finder = &finder{o: o, resolver: o.MX.Resolver}
		if !o.MX.NoPolicies {
			r.finder.policies = newPolicies(o.MX, &o.SMTP, o.Mono)
		}
		return nil
	}
	servers, err := newHosts(append([]smtp.Options{o.SMTP}, o.Fallbacks...)...)
	if err != nil {
		return err
	}
	r.site = &site{relay: r, hosts: servers, connections: o.Connections}
	r.site.window = r.site.begin()
	if r.name == "" {
		r.name = servers.list[0].address
		if user := o.SMTP.Credentials.User; user != "" {
			r.name = user + "@" + r.name
		}
	}
	return nil
}

// Name returns the relay's identity.
func (r *Relay) Name() string { return r.name }

// Send sends a message and waits for its outcome, as smtp.Client.SendMessage does.
func (r *Relay) Send(ctx context.Context, m smtp.Message, o *smtp.SendOptions) (*smtp.Result, error) {
	j := &job{Job: Job{Message: m, Options: o}, ctx: ctx, done: make(chan Outcome, 1)}
	if err := r.accept(j); err != nil {
		return nil, err
	}
	select {
	case out := <-j.done:
		return out.Result, out.Err
	case <-ctx.Done():
	}
	r.giveUp(j)
	out := <-j.done
	return out.Result, out.Err
}

// Submit takes a message to be sent in the background. It waits only while all
// connections are busy and the queue is full. ctx, with what smtp.WithFinal gave
// it, holds for the message until its outcome: when it ends, a message that has not
// begun is reported as cancelled. A nil error means exactly one outcome; otherwise
// there is none.
func (r *Relay) Submit(ctx context.Context, j Job) error {
	return r.accept(&job{Job: j, ctx: ctx})
}

// Stats returns the counts.
func (r *Relay) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	r.each(func(one *site) {
		s.Queued += int64(one.queue.size)
		s.Connections += int64(one.open)
	})
	s.InFlight = int64(r.parts) - s.Queued
	if r.site != nil {
		s.Rate = r.site.rateInForce(r.now())
	}
	return s
}

// Close takes no more messages, waits for all that were taken, then quits and
// closes the connections. When ctx ends before, no new message begins and those on
// their way are cancelled, but for what smtp.WithFinal granted them; the error is
// then a *smtp.CancelledError. Outcomes can be read afterwards.
func (r *Relay) Close(ctx context.Context) error {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		r.intake.free.Broadcast()
	}
	r.mu.Unlock()
	release := context.AfterFunc(ctx, func() { r.abort(context.Cause(ctx)) })
	r.mu.Lock()
	for r.undone > 0 {
		r.changed.Wait()
	}
	for _, w := range r.idle {
		w.wake <- nil
	}
	r.idle = nil
	r.each((*site).clearAlarm)
	r.mu.Unlock()
	r.workers.Wait()
	release()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		return &smtp.CancelledError{Err: context.Cause(r.stop)}
	}
	return nil
}

// abort ends what Close would have waited for.
func (r *Relay) abort(cause error) {
	r.mu.Lock()
	r.cut = r.cut || r.undone > 0 // before anybody hears of it and is done at once
	r.mu.Unlock()
	r.cancel(cause)
	r.mu.Lock()
	var waiting []*job
	r.each(func(s *site) { waiting = append(waiting, s.queue.drain()...) })
	for _, j := range waiting {
		j.queued = false
	}
	r.mu.Unlock()
	for _, j := range waiting {
		r.finish(j, nil, cancelled(r.stop))
	}
}

// cancelled is the error for a message that didn't begin.
func cancelled(ctx context.Context) error {
	return &smtp.CancelledError{Err: context.Cause(ctx)}
}
