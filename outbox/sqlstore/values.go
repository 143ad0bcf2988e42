package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"
)

func (s *store) Value(ctx context.Context, space, key string, now time.Time) (value []byte, until time.Time, ok bool, err error) {
	if !isText(space, key) {
		return nil, time.Time{}, false, nil
	}
	var ends int64
	err = s.ask(ctx, "read value", `select value, until from kv where space = $1 and key = $2 and (until = 0 or until > $3)`, func(scan scan) error {
		ok = true
		return scan(&value, &ends)
	}, space, key, milli(now))
	return value, fromMilli(ends), ok, err
}

func (s *store) SetValue(ctx context.Context, space, key string, value []byte, until, now time.Time) error {
	return s.update(ctx, "set value", "", func(t *tx) error {
		if err := checkTexts("key", space, key); err != nil {
			return err
		}
		return t.setValue(space, key, value, until, now)
	})
}

func (t *tx) setValue(space, key string, value []byte, until, now time.Time) error {
	if value == nil {
		value = []byte{} // nil would be SQL's null
	}
	_, err := t.exec(`insert into kv (space, key, value, until, updated) values ($1, $2, $3, $4, $5)
		on conflict (space, key) do update set value = excluded.value, until = excluded.until, updated = excluded.updated`,
		space, key, value, milli(until), milli(now))
	return err
}

func (s *store) DeleteValue(ctx context.Context, space, key string) (existed bool, err error) {
	if !isText(space, key) {
		return false, nil
	}
	err = s.update(ctx, "delete value", "", func(t *tx) error {
		n, err := t.exec(`delete from kv where space = $1 and key = $2 and (until = 0 or until > $3)`, space, key, milli(s.wall()))
		existed = n > 0
		return err
	})
	return existed, err
}

// SwapValue locks by key even where there is no row yet.
func (s *store) SwapValue(ctx context.Context, space, key string, old, value []byte, until, now time.Time) (swapped bool, err error) {
	err = s.update(ctx, "swap value", "kv "+space+" "+key, func(t *tx) error {
		swapped = false
		if err := checkTexts("key", space, key); err != nil {
			return err
		}
		var found []byte
		err := t.one(`select value from kv where space = $1 and key = $2 and (until = 0 or until > $3) {update}`, []any{&found}, space, key, milli(now))
		there := err == nil
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if there != (old != nil) || !bytes.Equal(found, old) {
			return nil
		}
		swapped = true
		if value == nil {
			_, err := t.exec(`delete from kv where space = $1 and key = $2`, space, key)
			return err
		}
		return t.setValue(space, key, value, until, now)
	})
	return swapped, err
}
