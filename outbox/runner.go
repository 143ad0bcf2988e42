package outbox

import (
	"context"
	"errors"
	"time"
)

// Run mails a batch: it walks the source, sends what is open, and returns when
// nothing is left that is due within Job.Wait, or when something ends it before.
// The summary tells in every case how far it came.
//
// The error is a *ChangedError, a *BusyError (of a store that isn't shared), a
// *StoreError, a *LostError, the context's cause, or that of the source or of a
// callback. That single mails failed is no error, nor is that hours are closed or
// StopIf's limit was reached: Summary.Stopped says so.
func Run(ctx context.Context, job Job) (Summary, error) { return runWith(ctx, &job, commitPauses()) }

// runWith waits between tries to commit as pauses say.
func runWith(ctx context.Context, job *Job, pauses []time.Duration) (Summary, error) {
	r := newRunner(ctx, job)
	r.pauses = pauses
	defer r.cancel(nil)
	if job.Env.Watch != nil {
		defer job.Env.Watch(job.ID, r.tally.progress)()
	}
	err := r.run()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return r.summary(), err
}

// runner is a run under way. Its fields belong to the goroutine that called Run.
type runner struct {
	job    *Job
	env    *Env
	ctx    context.Context // ends with the caller's, or when the worker is lost
	cancel context.CancelCauseFunc
	begun  time.Time

	worker  int64
	walk    int64 // whose items are sent; 0: all
	joined  bool  // another process walked the source
	commits *committer
	pauses  []time.Duration // of the committer
	plan    Plan
	stopped string // why nothing more is sent
	wanted  bool   // what is left was to be left
	tally   *tally
	wants   *wants
	wrong   complaints
	queue   *queue // nil: it runs a batch
}

func newRunner(ctx context.Context, job *Job) *runner {
	r := &runner{job: job, env: &job.Env, begun: job.Env.Mono()}
	job.Retry = job.Retry.complete()
	if job.Flags.Doubt != "" {
		job.Doubt = Doubt{Policy: job.Flags.Doubt}
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.tally, r.wants = newTally(job.Env.Mono), newWants(job.Env.Store != nil && job.Env.Store.Shared())
	return r
}

// run goes through the phases of a run.
func (r *runner) run() error {
	if err := r.open(); err != nil || r.stopped != "" {
		return err
	}
	return r.asWorker(r.work)
}

// asWorker does what a worker of the store does, and leaves nothing claimed.
func (r *runner) asWorker(work func() error) error {
	w, err := r.env.Store.Join(r.ctx)
	if err != nil {
		return err
	}
	r.worker = w.ID
	r.commits = startCommitter(r.ctx, r.env.Store, w.ID, r.pauses)
	stopBeating := r.beat()
	err = work()
	stopBeating()
	r.commits.close()
	return worst(err, r.leave())
}

// work is what a worker of the store does.
func (r *runner) work() error {
	if err := r.recover(); err != nil {
		return err
	}
	if err := r.produce(); err != nil || r.stopped != "" {
		return err
	}
	if err := r.makePlan(); err != nil {
		return err
	}
	if goesOn, err := r.confirm(); err != nil || !goesOn {
		return err
	}
	if err := r.settle(); err != nil {
		return err
	}
	if err := r.tellUntold(); err != nil {
		return err
	}
	return newSender(r).run()
}

// open finds or makes the batch, and refuses one that is another than it was.
func (r *runner) open() error {
	Pass(BeforeOpen)
	b, created, err := r.env.Store.OpenBatch(r.ctx, r.job.ID, r.job.Fingerprint, r.env.Wall())
	if err != nil {
		return err
	}
	Pass(AfterOpen)
	r.plan.Batch, r.plan.Resumed = b, !created
	if b.State == BatchCancelled {
		r.stopped = wasCancelled
		return nil
	}
	what := changed(b, r.job.Fingerprint)
	if what == "" {
		return nil
	}
	if !r.job.Flags.AcceptChanges {
		counts, err := r.env.Store.Counts(r.ctx, r.job.ID, 0)
		if left := countUnsettled(counts); err != nil || left > 0 {
			return errors.Join(err, &ChangedError{Batch: b.ID, What: what, Left: left})
		}
	}
	return r.env.Store.AcceptChanges(r.ctx, r.job.ID, r.job.Fingerprint)
}

// changed names what isn't as it was when the batch began.
func changed(b Batch, f Fingerprint) string {
	switch {
	case b.Script != f.Script:
		return "script"
	case b.Template != f.Template:
		return "template"
	}
	return ""
}

func countUnsettled(c Counts) (n int64) {
	for s, one := range c {
		if s.Unsettled() {
			n += one
		}
	}
	return n
}

// recover brings into order what dead workers left.
func (r *runner) recover() error {
	Pass(BeforeRecover)
	ready, inDoubt, err := r.env.Store.Recover(r.ctx)
	Pass(AfterRecover)
	if err == nil && ready+inDoubt > 0 {
		r.env.logger().Info("took over what another process had begun", "batch", r.job.ID, "ready", ready, "in_doubt", inDoubt)
	}
	return err
}

// leave gives back what is claimed. The worker ends even if the store can't be told.
func (r *runner) leave() error {
	Pass(BeforeLeave)
	ctx, cancel := r.lastContext()
	defer cancel()
	err := r.env.Store.Leave(ctx, r.worker)
	if isLost(err) {
		return nil // there is nothing to give back
	}
	return err
}

// lastContext is for what is to be done after the run's context ended too.
func (r *runner) lastContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.ctx), lastTime)
}

// lastTime bounds what a run that is ended still asks the store.
const lastTime = 5 * time.Second
