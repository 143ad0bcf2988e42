package sqlstore

import (
	"context"
	"time"

	"moonpost/outbox"
)

// bodies are large messages kept elsewhere than in the database.
type bodies interface {
	// keep writes a message where it is too large for the database; kept tells
	// whether it was.
	keep(sum string, message []byte) (kept bool, err error)
	// fetch reads one that was kept.
	fetch(sum string) ([]byte, error)
	// discard deletes those that were kept and that the predicate doesn't want.
	discard(wanted func(sum string) bool) error
}

// lockBodies keeps messages from being swept that are put a second time just then.
const lockBodies = "bodies"

// putBody keeps a message by its hash. The row comes behind the file, so that
// there is none without its message.
func (t *tx) putBody(sum string, message []byte, now time.Time) error {
	var size int64
	if err := t.one(`select size from body where sum = $1 {share}`, []any{&size}, sum); err == nil {
		return nil
	}
	var data any = message
	if message == nil {
		data = []byte{}
	}
	kept, err := t.s.engine.keep(sum, message)
	if err != nil {
		return err
	}
	if kept {
		data = nil
	}
	_, err = t.exec(`insert into body (sum, size, data, created) values ($1, $2, $3, $4) on conflict (sum) do nothing`, sum, len(message), data, milli(now))
	return err
}

func (s *store) Body(ctx context.Context, sum string) (message []byte, err error) {
	found, kept := false, false
	err = s.ask(ctx, "read message", `select data, data is null from body where sum = $1`, func(scan scan) error {
		found = true
		return scan(&message, &kept)
	}, clean(sum))
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, &outbox.NotFoundError{What: "message", Name: sum}
	case kept:
		message, err = s.engine.fetch(sum)
		return message, s.fail(ctx, "read message", err)
	}
	return message, nil
}

// sweep deletes messages that no item needs any more.
func (s *store) sweep(ctx context.Context) error {
	return s.update(ctx, "sweep", lockBodies, func(t *tx) error {
		if _, err := t.exec(`delete from body where not exists (select 1 from item where item.body = body.sum and item.body <> '')`); err != nil {
			return err
		}
		wanted := map[string]bool{}
		err := t.each(`select sum from body where data is null`, func(scan scan) error {
			var sum string
			err := scan(&sum)
			wanted[sum] = true
			return err
		})
		if err != nil {
			return err
		}
		return s.engine.discard(func(sum string) bool { return wanted[sum] })
	})
}
