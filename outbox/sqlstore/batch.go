package sqlstore

import (
	"context"
	"errors"
	"time"

	"moonpost/outbox"
)

const batchColumns = `id, script, template, state, walk, walked, producer, created, updated`

func scanBatch(scan scan) (outbox.Batch, error) {
	var b outbox.Batch
	var state string
	var walked, created, updated int64
	err := scan(&b.ID, &b.Script, &b.Template, &state, &b.Walk, &walked, &b.Producer, &created, &updated)
	b.State, b.Walked = outbox.BatchState(state), walked != 0
	b.Created, b.Updated = fromMilli(created), fromMilli(updated)
	return b, err
}

// batch reads one within a transaction; lock is a mark.
func (t *tx) batch(id, lock string) (outbox.Batch, error) {
	var b outbox.Batch
	found := false
	err := t.each("select "+batchColumns+" from batch where id = $1 "+lock, func(scan scan) (err error) {
		found = true
		b, err = scanBatch(scan)
		return err
	}, id)
	if err == nil && !found {
		err = &outbox.NotFoundError{What: "batch", Name: id}
	}
	return b, err
}

func (s *store) OpenBatch(ctx context.Context, id string, f outbox.Fingerprint, now time.Time) (b outbox.Batch, created bool, err error) {
	err = s.update(ctx, "open batch", "", func(t *tx) error {
		if err := checkBatch(id); err != nil {
			return err
		}
		n, err := t.exec(`insert into batch (id, script, template, state, created, updated) values ($1, $2, $3, 'open', $4, $4)
			on conflict (id) do nothing`, id, f.Script, f.Template, milli(now))
		if err != nil {
			return err
		}
		created = n > 0
		b, err = t.batch(id, "")
		return err
	})
	return b, created, err
}

func checkBatch(id string) error {
	if id == outbox.Queue {
		return errors.New("a batch needs a name")
	}
	return checkTexts("name of the batch", id)
}

func (s *store) AcceptChanges(ctx context.Context, id string, f outbox.Fingerprint) error {
	return s.update(ctx, "accept changes", "", func(t *tx) error {
		n, err := t.exec(`update batch set script = $2, template = $3, updated = $4 where id = $1`, id, f.Script, f.Template, milli(s.wall()))
		if err == nil && n == 0 {
			err = &outbox.NotFoundError{What: "batch", Name: id}
		}
		return err
	})
}

func (s *store) Produce(ctx context.Context, id string, worker int64) (walk int64, err error) {
	err = s.update(ctx, "produce", "", func(t *tx) error {
		if err := t.alive(worker); err != nil {
			return err
		}
		b, err := t.batch(id, "{update}")
		if err != nil {
			return err
		}
		if err := t.busy(b, worker); err != nil {
			return err
		}
		walk = b.Walk + 1
		_, err = t.exec(`update batch set walk = $2, walked = 0, producer = $3, updated = $4 where id = $1`, id, walk, worker, milli(s.wall()))
		return err
	})
	if err == nil {
		s.engine.note(worker, id)
	}
	return walk, err
}

// busy refuses if the batch's producer is another that lives.
func (t *tx) busy(b outbox.Batch, worker int64) error {
	if b.Producer == 0 || b.Producer == worker {
		return nil
	}
	return t.busyBy(b.ID, b.Producer)
}

// busyBy refuses if a worker lives.
func (t *tx) busyBy(batch string, worker int64) error {
	w, ok, err := t.s.engine.living(t, worker)
	if err == nil && ok {
		err = &outbox.BusyError{Batch: batch, By: w}
	}
	return err
}

func (s *store) Walked(ctx context.Context, id string, worker int64) error {
	return s.update(ctx, "walked", "", func(t *tx) error {
		b, err := t.batch(id, "{update}")
		if err != nil {
			return err
		}
		if b.Producer != worker {
			return &outbox.LostError{Worker: worker}
		}
		_, err = t.exec(`update batch set walked = 1, updated = $2 where id = $1`, id, milli(s.wall()))
		return err
	})
}

func (s *store) Batch(ctx context.Context, id string) (outbox.Batch, error) {
	list, err := s.batches(ctx, "show batch", "where id = $1", id)
	if err == nil && len(list) == 0 {
		err = &outbox.NotFoundError{What: "batch", Name: id}
	}
	if err != nil {
		return outbox.Batch{}, err
	}
	if err := s.noteRunning(ctx, list); err != nil {
		return outbox.Batch{}, err
	}
	b := list[0]
	b.Counts, err = s.Counts(ctx, id, 0)
	return b, err
}

func (s *store) ListBatches(ctx context.Context) ([]outbox.Batch, error) {
	list, err := s.batches(ctx, "list batches", "order by created desc, id")
	if err == nil {
		err = s.noteRunning(ctx, list)
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range list {
		at[list[i].ID] = i
		list[i].Counts = outbox.Counts{}
	}
	err = s.ask(ctx, "list batches", `select batch, state, count(*) from item group by batch, state`, func(scan scan) error {
		var id, state string
		var n int64
		err := scan(&id, &state, &n)
		if i, ok := at[id]; ok {
			list[i].Counts[outbox.State(state)] = n
		}
		return err
	})
	return list, err
}

func (s *store) batches(ctx context.Context, op, rest string, args ...any) (list []outbox.Batch, err error) {
	err = s.ask(ctx, op, "select "+batchColumns+" from batch "+rest, func(scan scan) error {
		b, err := scanBatch(scan)
		list = append(list, b)
		return err
	}, args...)
	return list, err
}

// CancelBatch takes claimed items too: they have no intent, which is refused from
// now on, so they certainly don't leave.
func (s *store) CancelBatch(ctx context.Context, id string) (n int64, err error) {
	err = s.update(ctx, "cancel batch", "", func(t *tx) error {
		found, err := t.exec(`update batch set state = 'cancelled', updated = $2 where id = $1`, id, milli(s.wall()))
		if err != nil {
			return err
		}
		if found == 0 {
			return &outbox.NotFoundError{What: "batch", Name: id}
		}
		n, err = t.exec(`update item set state = 'cancelled', taken = 0, updated = $2 where {batch} = $1
			and state in ('pending', 'ready', 'deferred', 'claimed')`, id, milli(s.wall()))
		return err
	})
	return n, err
}
