package sqlstore

import (
	"context"
	"slices"
	"time"

	"moonpost/outbox"
)

func (s *store) Add(ctx context.Context, batch string, worker, walk int64, items []outbox.NewItem, now time.Time) (arrivals []outbox.Arrival, err error) {
	err = s.update(ctx, "add", "", func(t *tx) error {
		arrivals = make([]outbox.Arrival, len(items))
		for i := range items {
			if err := checkItem(&items[i]); err != nil {
				return err
			}
		}
		if err := t.walks(batch, worker, walk); err != nil {
			return err
		}
		a := adding{t: t, batch: batch, worker: worker, walk: walk, now: milli(now), items: items, arrivals: arrivals, at: map[string]int{}}
		return a.run()
	})
	return arrivals, err
}

func checkItem(it *outbox.NewItem) error {
	if err := checkTexts("key", it.Key); err != nil {
		return err
	}
	if err := checkTexts("recipient", it.Recipients...); err != nil {
		return err
	}
	if err := checkTexts("relay", it.Relays...); err != nil {
		return err
	}
	if err := checkTexts("site", it.Site); err != nil {
		return err
	}
	return checkTexts("row", string(it.Row))
}

// walks refuses a walk that another has taken over. The batch's row stays locked,
// so that nobody takes it over before the rows are in.
func (t *tx) walks(batch string, worker, walk int64) error {
	b, err := t.batch(batch, "{share}")
	if err == nil && (b.Producer != worker || b.Walk != walk) {
		err = &outbox.LostError{Worker: worker}
	}
	return err
}

// adding is one group of rows on its way in.
type adding struct {
	t        *tx
	batch    string
	worker   int64
	walk     int64
	now      int64
	items    []outbox.NewItem
	arrivals []outbox.Arrival
	at       map[string]int // key → its first place in items
	events   rows           // of failures that a callback waits for
}

func (a *adding) run() error {
	for i := range a.items {
		if _, twice := a.at[a.items[i].Key]; twice {
			a.arrivals[i] = outbox.Duplicate
		} else {
			a.at[a.items[i].Key] = i
		}
	}
	known, err := a.insert()
	if err == nil && known > 0 {
		err = a.refresh()
	}
	if err != nil || a.events.n == 0 {
		return err
	}
	_, err = a.t.exec(`insert into event (item, try, state, relay, code, enhanced, text, queue_id, worker, at, told)
		select r.i, 0, 'failed', '', r.code, r.enhanced, r.text, r.queue_id, cast($2 as bigint), cast($3 as bigint), 0
		from {rows r: i int, code int, enhanced text, text text, queue_id text} where r.i is not null
		on conflict (item, try) do update set told = 0, at = excluded.at, worker = excluded.worker,
		code = excluded.code, enhanced = excluded.enhanced, text = excluded.text`, &a.events, a.worker, a.now)
	return err
}

// tell notes that a callback waits for the failure of a row.
func (a *adding) tell(id int64, i int) {
	if it := &a.items[i]; it.Failure != nil && it.Tell {
		a.events.begin()
		a.events.int(id)
		a.events.reply(*it.Failure)
	}
}

// insert makes items for the keys that are new and tells how many aren't.
func (a *adding) insert() (known int, err error) {
	var r rows
	for i := range a.items {
		if a.arrivals[i] == 0 {
			a.row(&r, &a.items[i])
		}
	}
	ids := make([]int64, len(a.items))
	known = r.n
	err = a.t.each(`insert into item (batch, key, state, walk, site, relays, rcpts, code, enhanced, text, queue_id, created, updated, room)
		select $2, r.k, r.s, cast($3 as bigint), r.site, r.relays, r.rcpts, r.code, r.enhanced, r.text, r.queue_id, cast($4 as bigint), cast($4 as bigint), $5
		from {rows r: k text, s text, site text, relays text, rcpts text, code int, enhanced text, text text, queue_id text}
		where r.k is not null {order r} on conflict (batch, key, part) do nothing returning id, key`, func(scan scan) error {
		var id int64
		var key string
		if err := scan(&id, &key); err != nil {
			return err
		}
		i := a.at[key]
		ids[i], a.arrivals[i] = id, outbox.New
		a.tell(id, i)
		known--
		return nil
	}, &r, a.batch, a.walk, a.now, a.t.s.room(roomForAll))
	if err != nil {
		return 0, err
	}
	return known, a.t.putRows(a.items, ids)
}

func (a *adding) row(r *rows, it *outbox.NewItem) {
	r.begin()
	r.text(it.Key)
	r.text(string(arriving(it)))
	r.text(it.Site)
	r.text(list(it.Relays))
	r.text(list(it.Recipients))
	r.reply(replyOf(it.Failure))
}

func replyOf(p *outbox.Reply) outbox.Reply {
	if p == nil {
		return outbox.Reply{}
	}
	return *p
}

// putRows keeps the rows' JSON by item, where an id is known.
func (t *tx) putRows(items []outbox.NewItem, ids []int64) error {
	var r rows
	for i := range items {
		if ids[i] == 0 || items[i].Row == nil {
			continue
		}
		r.begin()
		r.int(ids[i])
		r.text(string(items[i].Row))
	}
	if r.n == 0 {
		return nil
	}
	_, err := t.exec(`insert into source_row (item, json) select r.i, r.j from {rows r: i int, j text} where r.i is not null
		on conflict (item) do update set json = excluded.json`, &r)
	return err
}

// before is what the store has of a row.
type before struct {
	id     int64
	state  outbox.State
	walk   int64
	parts  int64
	rcpts  string
	site   string
	relays string
	row    string
	told   int64 // recipients of which the fate is known one by one
}

// refresh looks at the items that were there: what this walk has brought is a
// duplicate, the others belong to this walk now.
func (a *adding) refresh() error {
	var keys []string
	for key, i := range a.at {
		if a.arrivals[i] == 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var changed, seen rows
	err := a.t.each(`select id, key, state, walk, (select count(*) from item p where p.batch = item.batch and p.key = item.key),
		(select count(*) from rcpt_outcome o where o.item = item.id),
		rcpts, site, relays, coalesce((select json from source_row where source_row.item = item.id), '')
		from item where batch = $1 and part = 0 and key in {texts $2}`, func(scan scan) error {
		var b before
		var key, state string
		if err := scan(&b.id, &key, &state, &b.walk, &b.parts, &b.told, &b.rcpts, &b.site, &b.relays, &b.row); err != nil {
			return err
		}
		b.state = outbox.State(state)
		a.compare(a.at[key], &b, &changed, &seen)
		return nil
	}, a.batch, array(keys))
	if err != nil {
		return err
	}
	return a.write(&changed, &seen)
}

func (a *adding) compare(i int, b *before, changed, seen *rows) {
	it := &a.items[i]
	if b.walk == a.walk {
		a.arrivals[i] = outbox.Duplicate
		return
	}
	a.arrivals[i] = outbox.Known
	seen.begin()
	seen.text(it.Key)
	if !b.state.Open() {
		return
	}
	differs := b.row != string(it.Row)
	if differs {
		a.arrivals[i] = outbox.Changed
	}
	if state, rcpts, site, relays := b.refreshed(it, differs); differs || rcpts != b.rcpts || site != b.site || relays != b.relays || state != b.state {
		changed.begin()
		changed.int(b.id)
		changed.text(string(state))
		changed.text(rcpts)
		changed.text(site)
		changed.text(relays)
		changed.text(string(it.Row))
		changed.reply(replyOf(it.Failure))
		a.tell(b.id, i)
	}
}

// refreshed is what becomes of an open item. Recipients are left alone once some
// of them may have the mail: they would get it twice.
func (b *before) refreshed(it *outbox.NewItem, differs bool) (state outbox.State, rcpts, site, relays string) {
	state, rcpts, site, relays = b.state, b.rcpts, b.site, b.relays
	switch {
	case it.Failure != nil:
		state = outbox.Failed
	case b.parts > 1 || b.told > 0:
	case it.Recipients != nil:
		rcpts, site, relays = list(it.Recipients), it.Site, list(it.Relays)
		if state == outbox.Pending {
			state = outbox.Ready
		}
	case differs && state == outbox.Ready:
		state, rcpts, site, relays = outbox.Pending, "", "", list(it.Relays)
	}
	return state, rcpts, site, relays
}

// arriving is the state in which a row becomes an item.
func arriving(it *outbox.NewItem) outbox.State {
	switch {
	case it.Failure != nil:
		return outbox.Failed
	case it.Recipients != nil:
		return outbox.Ready
	}
	return outbox.Pending
}

func (a *adding) write(changed, seen *rows) error {
	if seen.n > 0 {
		_, err := a.t.exec(`update item set walk = cast($3 as bigint) where batch = $2 and key in (select r.k from {rows r: k text})`, seen, a.batch, a.walk)
		if err != nil {
			return err
		}
	}
	if changed.n == 0 {
		return nil
	}
	_, err := a.t.exec(`update item set state = r.s, rcpts = r.rcpts, site = r.site, relays = r.relays, updated = cast($2 as bigint),
		code = case when r.text = '' then item.code else r.code end, enhanced = case when r.text = '' then item.enhanced else r.enhanced end,
		text = case when r.text = '' then item.text else r.text end `+changedRows+`where item.id = r.i`, changed, a.now)
	if err != nil {
		return err
	}
	// The parts of a mail have the row in common.
	_, err = a.t.exec(`insert into source_row (item, json) select p.id, r.j `+changedRows+` join item i on i.id = r.i
		join item p on p.batch = i.batch and p.key = i.key where r.j <> '' on conflict (item) do update set json = excluded.json`, changed)
	return err
}

const changedRows = `from {rows r: i int, s text, rcpts text, site text, relays text, j text, code int, enhanced text, text text, queue_id text} `
