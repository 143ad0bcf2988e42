package sqlstore

import (
	"context"
	"errors"
	"time"

	"moonpost/outbox"
)

func (s *store) ForgetBatch(ctx context.Context, id string) error {
	err := s.update(ctx, "forget batch", "", func(t *tx) error {
		b, err := t.batch(id, "{update}")
		if err != nil {
			return err
		}
		if err := t.busy(b, 0); err != nil {
			return err
		}
		holders, err := t.ints(`select distinct worker from item where {batch} = $1 and taken = 1`, id)
		if err != nil {
			return err
		}
		for _, worker := range holders {
			if err := t.busyBy(id, worker); err != nil {
				return err
			}
		}
		return t.forget(id)
	})
	if err == nil {
		err = s.sweep(ctx)
	}
	return err
}

// forget deletes a batch with all that hangs on its items.
func (t *tx) forget(id string) error {
	for _, table := range []string{"source_row", "rcpt_outcome", "event"} {
		if _, err := t.exec("delete from "+table+" where item in (select id from item where batch = $1)", id); err != nil {
			return err
		}
	}
	if _, err := t.exec("delete from item where batch = $1", id); err != nil {
		return err
	}
	_, err := t.exec("delete from batch where id = $1", id)
	return err
}

func (t *tx) ints(query string, args ...any) (list []int64, err error) {
	err = t.each(query, func(scan scan) error {
		var n int64
		err := scan(&n)
		list = append(list, n)
		return err
	}, args...)
	return list, err
}

// unsettled are the states of items that aren't at their end.
const unsettled = `('pending', 'ready', 'deferred', 'claimed', 'intent', 'in_doubt', 'held')`

func (s *store) Prune(ctx context.Context, before time.Time) (batches, items int64, err error) {
	ended := `select id, producer from batch b where updated < $1 and not exists
		(select 1 from item where batch = b.id and (updated >= $1 or state in ` + unsettled + `))`
	var found []outbox.Batch
	err = s.ask(ctx, "prune", ended, func(scan scan) error {
		var b outbox.Batch
		err := scan(&b.ID, &b.Producer)
		found = append(found, b)
		return err
	}, milli(before))
	for _, b := range found {
		if err != nil {
			break
		}
		var n int64
		var gone bool
		if n, gone, err = s.pruneBatch(ctx, b.ID, before); gone {
			batches++
			items += n
		}
	}
	if err == nil {
		var n int64
		n, err = s.pruneQueue(ctx, before)
		items += n
	}
	if err == nil {
		err = s.sweep(ctx)
	}
	return batches, items, err
}

// pruneBatch looks again, now that nobody can begin to run it.
func (s *store) pruneBatch(ctx context.Context, id string, before time.Time) (n int64, gone bool, err error) {
	err = s.update(ctx, "prune", "", func(t *tx) error {
		gone = false
		b, err := t.batch(id, "{update}")
		if errors.As(err, new(*outbox.NotFoundError)) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.busy(b, 0); err != nil {
			if errors.As(err, new(*outbox.BusyError)) {
				return nil
			}
			return err
		}
		var left int64
		err = t.one(`select count(*), coalesce(sum(case when updated >= $2 or state in `+unsettled+` then 1 else 0 end), 0)
			from item where batch = $1`, []any{&n, &left}, id, milli(before))
		if err != nil || left > 0 || !b.Updated.Before(before) {
			return err
		}
		gone = true
		return t.forget(id)
	})
	return n, gone && err == nil, err
}

// pruneQueue deletes queued mail of which all parts came to their end.
func (s *store) pruneQueue(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.update(ctx, "prune", "", func(t *tx) error {
		ids, err := t.ints(`select id from item i where batch = '' and updated < $1 and state not in `+unsettled+`
			and not exists (select 1 from item o where o.batch = '' and o.key = i.key and (o.updated >= $1 or o.state in `+unsettled+`))`, milli(before))
		if err != nil || len(ids) == 0 {
			return err
		}
		n = int64(len(ids))
		return t.deleteItems(ids)
	})
	return n, err
}

func (t *tx) deleteItems(ids []int64) error {
	var r rows
	for _, id := range ids {
		r.begin()
		r.int(id)
	}
	for _, where := range []string{"source_row where item", "rcpt_outcome where item", "event where item", "item where id"} {
		if _, err := t.exec("delete from "+where+" in (select r.gone from {rows r: gone int})", &r); err != nil {
			return err
		}
	}
	return nil
}
