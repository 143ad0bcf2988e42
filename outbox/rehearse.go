package outbox

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"

	"moonpost/smtp"
)

// Rehearse does what Run would do, and records nothing: it walks the source, looks
// up in the store what was sent already, renders the rest and sends it through
// Job.Relays one by one, in the source's order. Those stand in for the real ones.
// Without a store everything counts as not sent. Failures are counted, and the
// summary lists them; the errors are those of Run.
func Rehearse(ctx context.Context, job Job) (Summary, error) {
	r := &rehearsal{runner: newRunner(ctx, &job), seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
	defer r.cancel(nil)
	err := r.run()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return r.summary(), err
}

// rehearsal is a run of which nothing stays.
type rehearsal struct {
	*runner
	seed   maphash.Seed
	seen   map[uint64]struct{} // hashes of keys: of a million rows they are small
	group  []*NewItem
	handed int64
	sum    Summary
}

func (r *rehearsal) summary() Summary {
	s := r.sum
	s.Batch, s.Wanted = r.job.ID, r.wanted
	s.stop(r.stopped)
	s.note(&r.plan)
	s.Elapsed, s.Errors = r.env.Mono().Sub(r.begun), r.wrong.list()
	return s
}

func (r *rehearsal) run() error {
	if r.job.Source == nil {
		return nil
	}
	if err := r.cancelled(); err != nil || r.stopped != "" {
		return err
	}
	if r.job.Prepare != nil {
		if err := r.job.Prepare(r.ctx); err != nil {
			return err
		}
	}
	for r.stopped == "" && !r.wanted {
		item, err := r.job.Source.Next(r.ctx)
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			r.missing()
			return r.flush()
		case errors.As(err, &bad):
			r.sum.BadRows++
			r.plan.leaveOut(bad)
		case err != nil:
			return err
		case item != nil && !r.repeats(item.Key):
			if r.group = append(r.group, item); len(r.group) == rowsInGroup {
				if err := r.flush(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// missing notes the keys that were asked for and that the source doesn't have.
func (r *rehearsal) missing() {
	for _, key := range r.job.Flags.Only {
		if _, known := r.seen[maphash.String(r.seed, key)]; !known {
			r.sum.Unknown = append(r.sum.Unknown, key)
		}
	}
}

// repeats tells whether the source has brought a key before.
func (r *rehearsal) repeats(key string) bool {
	sum := maphash.String(r.seed, key)
	_, known := r.seen[sum]
	r.seen[sum] = struct{}{}
	if known {
		r.sum.Duplicate++
		r.plan.repeated(key)
	}
	return known
}

// flush rehearses the items that were gathered.
func (r *rehearsal) flush() error {
	states, err := r.lookUp()
	if err != nil {
		return err
	}
	for i, item := range r.group {
		if r.stopped != "" || r.wanted {
			break
		}
		if err := r.one(&Item{
			ID: int64(i), Batch: r.job.ID, Key: item.Key, Row: item.Row, Recipients: item.Recipients, Relays: item.Relays,
			Site: item.Site, State: orElse(states[item.Key], Pending), Created: r.env.Wall(),
		}, item.Failure); err != nil {
			return err
		}
	}
	r.group = r.group[:0]
	return nil
}

// cancelled stops where Run would: a person has ended the batch.
func (r *rehearsal) cancelled() error {
	if r.env.Store == nil {
		return nil
	}
	b, err := r.env.Store.Batch(r.ctx, r.job.ID)
	if errors.As(err, new(*NotFoundError)) {
		return nil
	}
	if err == nil && b.State == BatchCancelled {
		r.stopped = wasCancelled
	}
	return err
}

// lookUp asks the store what it knows of the gathered items.
func (r *rehearsal) lookUp() (map[string]State, error) {
	if r.env.Store == nil || len(r.group) == 0 {
		return nil, nil
	}
	keys := make([]string, len(r.group))
	for i, item := range r.group {
		keys[i] = item.Key
	}
	states, err := r.env.Store.Lookup(r.ctx, r.job.ID, keys)
	var unknown *NotFoundError
	if errors.As(err, &unknown) {
		return nil, nil
	}
	return states, err
}

// one rehearses an item.
func (r *rehearsal) one(it *Item, failure *Reply) error {
	switch only := r.job.Flags.Only; {
	case only != nil && !slices.Contains(only, it.Key):
		return nil
	case it.State == Sent:
		r.sum.Already++
		return nil
	case it.State == Failed && !r.job.Flags.RetryFailed, !it.State.Open() && it.State != Failed:
		return nil // Run would leave it as it is
	case failure != nil:
		r.failed(it, *failure, "")
		return nil
	}
	mail, err := r.job.Render.Render(r.ctx, it)
	switch {
	case r.ctx.Err() != nil:
		return context.Cause(r.ctx)
	case err != nil:
		r.failed(it, Reply{Text: errorText(err)}, hintOf(err))
	case mail == nil:
		r.sum.Skipped++
	default:
		return r.send(it, mail)
	}
	return nil
}

// send hands the mail to the first of its relays.
func (r *rehearsal) send(it *Item, mail *Mail) error {
	relays := mail.Relays
	if len(relays) == 0 {
		relays = it.Relays
	}
	if len(relays) == 0 {
		r.failed(it, Reply{Text: errNoRelay.Error()}, "")
		return nil
	}
	to, err := r.job.Relays.Relay(relays[0])
	if err != nil {
		return err
	}
	var o smtp.SendOptions
	if mail.Options != nil {
		o = *mail.Options
	}
	o.From, o.To = &mail.Sender, mail.To
	one := &attempted{relay: relays[0], to: mail.To}
	one.result, one.err = to.Send(r.ctx, mail.Message, &o)
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	r.handed++
	r.wanted = r.job.Flags.Limit > 0 && r.handed >= r.job.Flags.Limit
	j := judge{retry: r.job.Retry, now: r.env.Wall()}
	switch a := j.attempt(it, one, nil); a.State {
	case Sent:
		r.sum.Sent++
	case Deferred:
		r.sum.Deferred++
		r.wrong.add(a.Reply.String(), hintOf(one.err), it.Key)
	default:
		r.failed(it, a.Reply, hintOf(one.err))
	}
	return nil
}

func (r *rehearsal) failed(it *Item, why Reply, hint string) {
	r.sum.Failed++
	r.wrong.add(why.String(), hint, it.Key)
	if text := r.job.StopIf.stops(r.sum.Sent+r.sum.Failed, r.sum.Failed); text != "" {
		r.stopped = text
	}
}
