package outbox

import "context"

// makePlan counts what is about to be done.
func (r *runner) makePlan() error {
	whole, err := r.env.Store.Counts(r.ctx, r.job.ID, 0)
	if err != nil {
		return err
	}
	walked := whole
	if r.walk != 0 {
		if walked, err = r.env.Store.Counts(r.ctx, r.job.ID, r.walk); err != nil {
			return err
		}
	}
	p := &r.plan
	p.Counts, p.Already, p.Former = whole, whole[Sent], whole[Sent]-walked[Sent]
	p.Gone = openOf(whole) - openOf(walked)
	mine := walked
	if r.job.Flags.Only != nil {
		if mine, err = r.countOnly(r.ctx); err != nil {
			return err
		}
	}
	p.ToSend = openOf(mine)
	if r.job.Doubt.Decide == nil && r.job.Doubt.Policy == Resend {
		p.ToSend += mine[InDoubt]
	}
	now := p.ToSend
	if limit := r.job.Flags.Limit; limit > 0 {
		now = min(now, limit)
	}
	r.tally.begin(now, mine)
	return nil
}

func openOf(c Counts) int64 { return c.Of(Pending, Ready, Deferred) }

// countOnly counts the items that Flags.Only names.
func (r *runner) countOnly(ctx context.Context) (Counts, error) {
	counts := Counts{}
	err := r.each(ctx, Filter{Keys: r.job.Flags.Only}, func(it *Item) error {
		counts[it.State]++
		return nil
	})
	return counts, err
}

// each visits the items of the run's walk that a filter chooses.
func (r *runner) each(ctx context.Context, f Filter, visit func(it *Item) error) error {
	f.Batch, f.Walk, f.N = r.job.ID, r.walk, rowsInGroup
	for {
		list, err := r.env.Store.Items(ctx, f)
		if err != nil {
			return err
		}
		for i := range list {
			if err := visit(&list[i]); err != nil {
				return err
			}
			f.After = list[i].ID
		}
		if len(list) < f.N {
			return nil
		}
	}
}

// confirm asks whether what is planned shall be done.
func (r *runner) confirm() (goesOn bool, err error) {
	if r.job.expired(r.env.Wall()) {
		r.stopped = r.job.whyExpired()
		return false, nil
	}
	if r.env.Confirm == nil {
		return true, nil
	}
	goesOn, err = r.env.Confirm(&r.plan)
	if err == nil && !goesOn {
		r.stopped = StoppedDeclined
	}
	return goesOn, err
}
