package sqlstore

import (
	"context"
	"strconv"

	"moonpost/outbox"
)

// workers is how the two databases know who lives.
type workers interface {
	membership
	// note writes beside a worker what it runs, for people.
	note(worker int64, batch string)
	// beat renews a worker's life and divides what is wanted.
	beat(t *tx, worker int64, wants []outbox.Want) ([]outbox.Share, error)
	self() (host string, process int)
}

// membership is the list of workers, each with what shows that it lives.
type membership interface {
	// join gives a new worker's row what shows that it lives, before anybody sees it.
	join(t *tx, w outbox.Worker) error
	// left takes that away again.
	left(worker int64)
	// living returns a worker that lives.
	living(t *tx, worker int64) (w outbox.Worker, ok bool, err error)
	// bury deletes the rows of dead workers.
	bury(t *tx) error
}

// lockWorkers makes transactions that move a worker's items away from it follow
// each other: each looks at the list of workers and at what they hold.
const lockWorkers = "workers"

func (s *store) Join(ctx context.Context) (w outbox.Worker, err error) {
	host, process := s.engine.self()
	err = s.update(ctx, "join", "", func(t *tx) error {
		w = outbox.Worker{Host: clean(host), Process: process, Since: fromMilli(milli(s.wall()))}
		err := t.one(`insert into worker (host, process, since, beat) values ($1, $2, $3, 0) returning id`, []any{&w.ID}, w.Host, w.Process, milli(w.Since))
		if err != nil {
			return err
		}
		return s.engine.join(t, w)
	})
	if err != nil {
		s.engine.left(w.ID)
		return outbox.Worker{}, err
	}
	return w, nil
}

func (s *store) Beat(ctx context.Context, worker int64, wants []outbox.Want) (shares []outbox.Share, err error) {
	lock := ""
	if len(wants) > 0 {
		lock = "shares"
	}
	err = s.update(ctx, "beat", lock, func(t *tx) error {
		if err := t.alive(worker); err != nil {
			return err
		}
		shares, err = s.engine.beat(t, worker, wants)
		return err
	})
	if err != nil {
		return nil, err
	}
	return shares, nil
}

func (s *store) Leave(ctx context.Context, worker int64) error {
	err := s.update(ctx, "leave", lockWorkers, func(t *tx) error {
		_, _, err := t.release("worker = $1", worker)
		if err != nil {
			return err
		}
		return t.strike("= $1", worker)
	})
	if err == nil {
		s.engine.left(worker)
	}
	return err
}

// strike deletes workers from all lists.
func (t *tx) strike(which string, args ...any) error {
	for _, query := range []string{
		"update share set worker = 0 where worker " + which,
		"delete from want where worker " + which,
		"delete from worker where id " + which,
	} {
		if _, err := t.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// release takes items from workers: claimed ones certainly weren't delivered, of
// those with an intent nobody knows.
func (t *tx) release(whose string, args ...any) (ready, inDoubt int64, err error) {
	n := "$" + strconv.Itoa(len(args)+1)
	args = append(args, milli(t.s.wall()))
	ready, err = t.exec("update item set state = "+asBefore+", taken = 0, updated = "+n+" where taken = 1 and state = 'claimed' and "+whose, args...)
	if err != nil {
		return 0, 0, err
	}
	inDoubt, err = t.exec("update item set state = 'in_doubt', taken = 0, updated = "+n+" where taken = 1 and state = 'intent' and "+whose, args...)
	return ready, inDoubt, err
}

func (s *store) Recover(ctx context.Context) (ready, inDoubt int64, err error) {
	err = s.update(ctx, "recover", lockWorkers, func(t *tx) error {
		if err := s.engine.bury(t); err != nil {
			return err
		}
		ready, inDoubt, err = t.release("worker not in (select id from worker)")
		return err
	})
	return ready, inDoubt, err
}
