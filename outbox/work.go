package outbox

import (
	"context"
	"time"
)

// Duty is to deliver what was put into the queue. Its functions are called by Work
// on the goroutine that called it, one at a time.
type Duty struct {
	Keys []string // only these; nil: all mail whose first relay is known
	// Once ends when nothing is left that is due within Wait; else it goes on until
	// the context ends.
	Once   bool
	Wait   time.Duration
	Relays Relays
	// Ways gives the names of relays for those that a mail was put with, such as of a
	// pool; nil or an empty list: they are relays already.
	Ways  func(names []string) []string
	Retry Retry
	// Doubt is Resend unless it says otherwise: who has taken a message for delivery
	// may not lose it (RFC 5321 §6.1), and says the same Message-ID again.
	Doubt      Doubt
	Scopes     []string // of the suppression list, besides "*"
	SuppressOn func(r Reply) bool
	Failover   func(r Reply) bool
	OnDeferred func(it *Item, r Reply) ([]string, error)
	Tell       Callbacks
	Flags      Flags // Doubt and RetryFailed
	Env        Env
}

// job is the duty as the scheduler knows it.
func (d *Duty) job() Job {
	j := Job{
		ID: Queue, Relays: d.Relays, Retry: d.Retry, Wait: d.Wait, Doubt: d.Doubt, Scopes: d.Scopes,
		SuppressOn: d.SuppressOn, Failover: d.Failover, OnDeferred: d.OnDeferred, Tell: d.Tell, Env: d.Env,
		Render: letters{d.Env.Store, d.Env.Wall, d.Ways},
	}
	j.Flags = Flags{Only: d.Keys, Doubt: d.Flags.Doubt, RetryFailed: d.Flags.RetryFailed}
	if j.Doubt.Decide == nil && j.Doubt.Policy == "" {
		j.Doubt.Policy = Resend // RFC 5321 §6.1
	}
	return j
}

// Work delivers mail of the queue, beside any number of others. Mail whose first
// relay is unknown here is left to them and named once in the log. Mail that has
// expired fails; held mail stays.
//
// The summary counts what this call did; Deferred, InDoubt and Suppressed are of the
// chosen keys, or of the whole queue, and Left is what failed for now. The error is a *StoreError, a *LostError, the
// context's cause or that of a callback; that single mails failed is none.
func Work(ctx context.Context, d Duty) (Summary, error) {
	job := d.job()
	r := newRunner(ctx, &job)
	defer r.cancel(nil)
	r.queue = &queue{stays: !d.Once, ways: d.Ways, recovered: r.begun}
	if job.Env.Watch != nil {
		defer job.Env.Watch(job.ID, r.tally.progress)()
	}
	err := r.asWorker(r.deliver)
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	s := r.summary()
	r.countQueue(&s)
	return s, err
}

// deliver sends until the duty is done.
func (r *runner) deliver() error {
	if err := r.tidy(); err != nil {
		return err
	}
	if err := r.reopen(); err != nil {
		return err
	}
	if err := r.makePlan(); err != nil {
		return err
	}
	if err := r.tellUntold(); err != nil {
		return err
	}
	for {
		r.queue.crowded = false
		if err := newSender(r).run(); err != nil || !r.queue.crowded {
			return err
		}
	}
}

// tidy takes over what dead workers left, and sends again what is in doubt as the
// policy says.
func (r *runner) tidy() error {
	r.queue.recovered = r.env.Mono()
	if err := r.recover(); err != nil {
		return err
	}
	return r.each(r.ctx, Filter{Keys: r.job.Flags.Only, States: []State{InDoubt}}, func(it *Item) error {
		policy := r.job.Doubt.Policy
		if r.job.Doubt.Decide != nil {
			return r.ask(it)
		}
		if _, ok := r.job.Retry.due(it, it.Attempts, true, r.env.Wall()); policy == Resend && !ok {
			return nil // it had all its attempts: a person decides
		}
		return r.decide(policy, []string{it.Key})
	})
}

// countQueue tells where the mail stands, by the store's own counts.
func (r *runner) countQueue(s *Summary) {
	if r.worker == 0 {
		return
	}
	last, cancel := r.lastContext()
	defer cancel()
	counts, err := r.queueCounts(last)
	if err != nil {
		r.env.logger().Warn("the queue could not be counted at the end", "error", err)
		return
	}
	s.Deferred, s.InDoubt, s.Suppressed = counts[Deferred], counts[InDoubt], counts[Suppressed]
	if r.job.Flags.Only == nil {
		s.Left = counts[Deferred] // what waits for its time or for another worker is as it should be
		return
	}
	s.Left, s.Failed = openOf(counts), counts[Failed]
}

func (r *runner) queueCounts(ctx context.Context) (Counts, error) {
	if r.job.Flags.Only != nil {
		return r.countOnly(ctx)
	}
	return r.env.Store.Counts(ctx, Queue, 0)
}
