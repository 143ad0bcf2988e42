package outbox

import (
	"context"
	"errors"
	"io"
	"time"
)

// Bounds on the walk of a source.
const (
	rowsInGroup  = 1000
	bytesInGroup = 4 << 20
	keysNamed    = 5  // of duplicates
	rowsNamed    = 10 // of those without an item
)

// produce walks the source as the batch's one producer. On a shared store it waits
// for another one's walk, and takes it over if that one dies.
func (r *runner) produce() error {
	for {
		walk, err := r.env.Store.Produce(r.ctx, r.job.ID, r.worker)
		var busy *BusyError
		switch {
		case err == nil:
			r.walk, r.joined = walk, false
			return r.walkSource()
		case !errors.As(err, &busy) || !r.env.Store.Shared():
			return err
		}
		b, err := r.env.Store.Batch(r.ctx, r.job.ID)
		switch {
		case err != nil:
			return err
		case b.State == BatchCancelled:
			r.stopped = wasCancelled
			return nil
		case b.Walked:
			r.walk, r.joined = b.Walk, true
			if r.job.Source == nil { // then that walk brought nothing
				r.walk = 0
			}
			return nil
		}
		r.tally.phase("waiting")
		if err := r.pause(joinPause); err != nil {
			return err
		}
		if err := r.recover(); err != nil {
			return err
		}
	}
}

// joinPause is how often a worker looks whether others came to an end.
const joinPause = time.Second

// pause waits, or tells why it can't.
func (r *runner) pause(d time.Duration) error {
	if err := r.env.Sleep(r.ctx, d); err != nil {
		return orElse(context.Cause(r.ctx), err)
	}
	return nil
}

// walkSource takes all rows of the source.
func (r *runner) walkSource() error {
	r.tally.phase("reading")
	if r.job.Source == nil {
		r.walk = 0
		return r.env.Store.Walked(r.ctx, r.job.ID, r.worker)
	}
	if r.job.Prepare != nil {
		if err := r.job.Prepare(r.ctx); err != nil {
			return err
		}
	}
	w := walker{runner: r}
	for {
		item, err := r.job.Source.Next(r.ctx)
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			return w.end()
		case errors.As(err, &bad):
			w.plan.leaveOut(bad)
		case err != nil:
			return err
		case item != nil:
			if err := w.take(item); err != nil {
				return err
			}
		}
	}
}

// walker brings rows into the store by groups.
type walker struct {
	*runner
	group []NewItem
	size  int
}

func (w *walker) take(item *NewItem) error {
	w.plan.Rows++
	w.group = append(w.group, *item)
	w.size += len(item.Row) + len(item.Key)
	if len(w.group) < rowsInGroup && w.size < bytesInGroup {
		return nil
	}
	return w.flush()
}

func (w *walker) flush() error {
	if len(w.group) == 0 {
		return nil
	}
	Pass(BeforeAdd)
	arrivals, err := w.env.Store.Add(w.ctx, w.job.ID, w.worker, w.walk, w.group, w.env.Wall())
	if err != nil {
		return err
	}
	Pass(AfterAdd)
	for i, a := range arrivals[:min(len(arrivals), len(w.group))] {
		w.arrived(&w.group[i], a)
	}
	clear(w.group)
	w.group, w.size = w.group[:0], 0
	w.tally.read(w.plan.Rows)
	return nil
}

func (w *walker) arrived(item *NewItem, a Arrival) {
	switch a {
	case Duplicate:
		w.plan.repeated(item.Key)
		return
	case Changed:
		w.plan.Changed++
	}
	if item.Failure != nil {
		w.wrong.add(item.Failure.Text, "", item.Key)
	}
}

func (w *walker) end() error {
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.env.Store.Walked(w.ctx, w.job.ID, w.worker); err != nil {
		return err
	}
	Pass(AfterWalk)
	return nil
}
