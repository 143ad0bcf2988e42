package outbox

import (
	"context"
	"errors"
	"fmt"
)

// summary tells what the run did, by the store's own counts where it can be asked.
func (r *runner) summary() Summary {
	r.tally.mu.Lock()
	s := Summary{
		Batch: r.job.ID, Sent: r.tally.sent, Skipped: r.tally.skipped, Already: r.plan.Already, Failed: r.tally.failed, Refused: r.tally.refused,
		Duplicate: r.plan.Duplicate, Changed: r.plan.Changed, Gone: r.plan.Gone, BadRows: r.plan.BadRows,
		Wanted: r.wanted,
	}
	s.stop(r.stopped)
	s.note(&r.plan)
	r.tally.mu.Unlock()
	s.Elapsed = r.env.Mono().Sub(r.begun)
	s.Errors = r.wrong.list()
	if r.plan.Batch.ID != "" {
		r.countAtEnd(&s)
	}
	return s
}

// note names what the walk left out.
func (s *Summary) note(p *Plan) {
	s.Duplicates = p.Duplicates
	for _, bad := range p.Bad {
		s.Bad = append(s.Bad, fmt.Sprintf("row %d: %v", bad.Row, bad.Err))
	}
}

// countAtEnd asks the store where the batch stands.
func (r *runner) countAtEnd(s *Summary) {
	ctx, cancel := r.lastContext()
	defer cancel()
	whole, err := r.env.Store.Counts(ctx, r.job.ID, 0)
	if err != nil {
		r.env.logger().Warn("the batch could not be counted at its end", "batch", r.job.ID, "error", err)
		return
	}
	s.Failed, s.Deferred, s.InDoubt, s.Suppressed = whole[Failed], whole[Deferred], whole[InDoubt], whole[Suppressed]
	if !r.env.Store.Shared() {
		s.Already = whole[Sent] - s.Sent // with those in doubt that were taken for sent
	}
	left, err := whole, error(nil)
	if r.job.Flags.Only != nil {
		left, err = r.countOnly(ctx)
	} else if r.walk != 0 {
		left, err = r.env.Store.Counts(ctx, r.job.ID, r.walk)
	}
	if err != nil {
		r.env.logger().Warn("what is left could not be counted", "batch", r.job.ID, "error", err)
	}
	s.Left = max(openOf(left)-s.Skipped, 0)
	if err := errors.Join(r.unknownKeys(ctx, s), r.firstDue(ctx, s)); err != nil {
		r.env.logger().Warn("the summary is not whole", "batch", r.job.ID, "error", err)
	}
}

// unknownKeys names the keys that were asked for and that the batch doesn't have.
func (r *runner) unknownKeys(ctx context.Context, s *Summary) error {
	if r.job.Flags.Only == nil {
		return nil
	}
	states, err := r.env.Store.Lookup(ctx, r.job.ID, r.job.Flags.Only)
	for _, key := range r.job.Flags.Only {
		if _, known := states[key]; !known && err == nil {
			s.Unknown = append(s.Unknown, key)
		}
	}
	return err
}

// firstDue tells when it is worth while to run again, if all that is left is deferred.
func (r *runner) firstDue(ctx context.Context, s *Summary) error {
	if s.Deferred == 0 || s.Left > s.Deferred {
		return nil
	}
	sites, _, err := r.env.Store.DueSites(ctx, r.job.ID, r.walk)
	if len(sites) > 0 {
		s.Due = sites[0].Due
	}
	return err
}
