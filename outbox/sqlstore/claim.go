package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"moonpost/outbox"
)

// claimHead begins the question of Claim. Pending items have no site, so that
// both kinds come from one index in order.
const claimHead = `select ` + itemColumns + ` from item where batch = $1 and site = $2 and due <= $3 and ` + isOpen

func (s *store) Claim(ctx context.Context, c outbox.Claim) (items []outbox.Item, err error) {
	if c.N <= 0 {
		return nil, context.Cause(ctx) // SQLite would take a negative limit for none
	}
	query, args := claimQuery(&c)
	err = s.update(ctx, "claim", "", func(t *tx) error {
		items = make([]outbox.Item, 0, min(c.N, 1000))
		if err := t.alive(c.Worker); err != nil {
			return err
		}
		if cancelled, err := t.cancelled(c.Batch); err != nil || cancelled {
			return err
		}
		var r rows
		err := t.each(query, func(scan scan) error {
			it, err := scanItem(scan)
			it.State, it.Worker, it.Updated = outbox.Claimed, c.Worker, fromMilli(milli(c.Now))
			items = append(items, it)
			r.begin()
			r.int(it.ID)
			return err
		}, args...)
		if err != nil {
			return err
		}
		_, err = t.exec(`update item set state = 'claimed', taken = 1, worker = cast($2 as bigint), updated = cast($3 as bigint)
			where id in (select r.i from {rows r: i int})`, &r, c.Worker, milli(c.Now))
		return err
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

func claimQuery(c *outbox.Claim) (query string, args []any) {
	w := conditions{text: claimHead, args: []any{c.Batch, c.Site, milli(c.Now)}}
	if c.Pending {
		w.text, w.args[1] = w.text+" and state = 'pending'", ""
	} else {
		w.text += " and state <> 'pending'"
	}
	switch {
	case c.Walk != 0:
		w.and("walk = ", c.Walk)
	case c.Batch == outbox.Queue:
		w.text += " and walk = 0" // as all of them; it lets the index give the order
	}
	if c.Keys != nil {
		w.in("key", c.Keys)
	}
	return w.text + " order by due, id limit " + w.arg(c.N) + " {skip}", w.args
}

func (t *tx) cancelled(batch string) (bool, error) {
	if batch == outbox.Queue {
		return false, nil
	}
	var state string
	err := t.one(`select state from batch where id = $1`, []any{&state}, batch)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return state == string(outbox.BatchCancelled), err
}

// alive refuses a worker that was taken for dead. Its row stays locked until the
// transaction ends, so that it isn't buried while it takes something.
func (t *tx) alive(worker int64) error {
	var id int64
	err := t.one(`select id from worker where id = $1 {share}`, []any{&id}, worker)
	if errors.Is(err, sql.ErrNoRows) {
		err = &outbox.LostError{Worker: worker}
	}
	return err
}

// DueSites is answered from the index alone, relays apart.
func (s *store) DueSites(ctx context.Context, batch string, walk int64) (sites []outbox.SiteDue, pending int64, err error) {
	where, args := `batch = $1 and `+isOpen, []any{batch}
	if walk != 0 {
		where, args = where+` and walk = $2`, append(args, walk)
	}
	err = s.ask(ctx, "list sites", `select site, n, due, coalesce((select relays from item where batch = $1 and site = g.site and `+isOpen+`
			and state <> 'pending' limit 1), '') from
		(select site, count(*) as n, min(due) as due from item where `+where+` and state <> 'pending' group by site) g order by due, site`,
		func(scan scan) error {
			var one outbox.SiteDue
			var relays string
			var due int64
			err := scan(&one.Site, &one.N, &due, &relays)
			one.Relays, one.Due = parseList(relays), fromMilli(due)
			sites = append(sites, one)
			return err
		}, args...)
	if err != nil {
		return nil, 0, err
	}
	err = s.ask(ctx, "list sites", `select count(*) from item where `+where+` and site = '' and state = 'pending'`, func(scan scan) error {
		return scan(&pending)
	}, args...)
	return sites, pending, err
}
