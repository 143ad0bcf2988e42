package sqlstore

import (
	"database/sql"
	"errors"
	"strconv"

	"moonpost/outbox"
)

// clock is the database's: the one clock that all machines have in common.
const clock = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

// lease is how old a beat may be.
func lease() string { return strconv.FormatInt(outbox.LeaseTime.Milliseconds(), 10) }

func (e *postgresEngine) join(t *tx, w outbox.Worker) error { return t.pulse(w.ID) }

func (t *tx) pulse(worker int64) error {
	_, err := t.exec(`update worker set beat = `+clock+` where id = $1`, worker)
	return err
}

func (e *postgresEngine) left(int64)         {}
func (e *postgresEngine) note(int64, string) {}

func (e *postgresEngine) living(t *tx, worker int64) (w outbox.Worker, ok bool, err error) {
	w.ID = worker
	var since int64
	err = t.one(`select host, process, since from worker where id = $1 and beat > `+clock+` - `+lease(), []any{&w.Host, &w.Process, &since}, worker)
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	w.Since = fromMilli(since)
	return w, err == nil, err
}

// bury leaves those alone that beat or claim at this moment.
func (e *postgresEngine) bury(t *tx) error {
	dead, err := t.ints(`select id from worker where beat <= ` + clock + ` - ` + lease() + ` for update skip locked`)
	if err != nil {
		return err
	}
	for _, id := range dead {
		if err := t.strike("= $1", id); err != nil {
			return err
		}
	}
	return nil
}

func (e *postgresEngine) beat(t *tx, worker int64, wants []outbox.Want) ([]outbox.Share, error) {
	if err := t.pulse(worker); err != nil {
		return nil, err
	}
	names := make([]string, len(wants))
	var r rows
	for i, want := range wants {
		names[i] = clean(want.Name)
		r.begin()
		r.text(names[i])
	}
	for _, query := range []string{
		`delete from want where worker = $1 and name not in {texts $2}`,
		`update share set worker = 0 where worker = $1 and name not in {texts $2}`,
	} {
		if _, err := t.exec(query, worker, array(names)); err != nil {
			return nil, err
		}
	}
	if len(wants) == 0 {
		return nil, nil
	}
	_, err := t.exec(`insert into want (name, worker) select distinct r.name, cast($2 as bigint) from {rows r: name text} on conflict (name, worker) do nothing`, &r, worker)
	if err != nil {
		return nil, err
	}
	return t.share(worker, wants, names)
}

// share divides what the worker wants with the others that want it.
func (t *tx) share(worker int64, wants []outbox.Want, names []string) ([]outbox.Share, error) {
	wanters := map[string][]int64{}
	err := t.each(`select name, worker from want where name in {texts $1} order by worker`, func(scan scan) error {
		var name string
		var id int64
		err := scan(&name, &id)
		wanters[name] = append(wanters[name], id)
		return err
	}, array(names))
	if err != nil {
		return nil, err
	}
	owners := map[string][]int64{}
	err = t.each(`select name, worker from share where name in {texts $1} order by name, shard`, func(scan scan) error {
		var name string
		var id int64
		err := scan(&name, &id)
		owners[name] = append(owners[name], id)
		return err
	}, array(names))
	if err != nil {
		return nil, err
	}
	shares := make([]outbox.Share, len(wants))
	var changed rows
	for i, name := range names {
		before := owners[name]
		after := divide(cut(before, wants[i].Shards), wanters[name], worker)
		owners[name] = after
		shares[i] = outbox.Share{Name: wants[i].Name, Held: held(after, worker), Shards: len(after)}
		if err := t.keepShares(name, before, after, &changed); err != nil {
			return nil, err
		}
	}
	if changed.n == 0 {
		return shares, nil
	}
	_, err = t.exec(`insert into share (name, shard, worker) select r.name, r.s, r.w from {rows r: name text, s int, w int} where r.s is not null
		on conflict (name, shard) do update set worker = excluded.worker`, &changed)
	return shares, err
}

// keepShares notes the shards that have another owner now.
func (t *tx) keepShares(name string, before, after []int64, changed *rows) error {
	for i, owner := range after {
		if i >= len(before) || before[i] != owner {
			changed.begin()
			changed.text(name)
			changed.int(int64(i))
			changed.int(owner)
		}
	}
	if len(after) >= len(before) {
		return nil
	}
	_, err := t.exec(`delete from share where name = $1 and shard >= $2`, name, len(after))
	return err
}
