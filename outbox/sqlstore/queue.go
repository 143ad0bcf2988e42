package sqlstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"moonpost/outbox"
)

func (s *store) Put(ctx context.Context, m outbox.NewMail, now time.Time) (id int64, dup *outbox.Item, same bool, err error) {
	if err := checkMail(&m); err != nil {
		return 0, nil, false, s.fail(ctx, "put", err)
	}
	if m.Key == "" {
		m.Key = rand.Text()
	}
	hash := sha256.Sum256(m.Body)
	sum := hex.EncodeToString(hash[:])
	err = s.update(ctx, "put", "~"+lockBodies, func(t *tx) (err error) {
		dup, same = nil, false
		if dup, err = t.taken(m.Key, milli(now)); err != nil {
			return err
		}
		if dup != nil {
			id, same = dup.ID, dup.Body == sum
			return nil
		}
		if err := t.putBody(sum, m.Body, now); err != nil {
			return err
		}
		id, err = t.putMail(&m, sum, now)
		return err
	})
	if err != nil {
		return 0, nil, false, err
	}
	return id, dup, same, nil
}

func checkMail(m *outbox.NewMail) error {
	if len(m.Parts) == 0 {
		return errors.New("a mail needs recipients")
	}
	if err := checkTexts("key", m.Key); err != nil {
		return err
	}
	if err := checkTexts("sender or Message-ID", m.Sender, m.MessageID); err != nil {
		return err
	}
	for _, part := range m.Parts {
		if err := checkPart(part); err != nil {
			return err
		}
	}
	return nil
}

// taken finds the mail that has the key. One whose time has run out makes way:
// its key gets its number behind it.
func (t *tx) taken(key string, now int64) (*outbox.Item, error) {
	_, err := t.exec(`update item set key = item.key || '#' || (select min(id) from item f where f.batch = '' and f.key = item.key)
		where batch = '' and key = $1 and key_until > 0 and key_until <= $2`, key, now)
	if err != nil {
		return nil, err
	}
	var found *outbox.Item
	err = t.each("select "+itemColumns+" from item where batch = '' and key = $1 order by part limit 1", func(scan scan) error {
		it, err := scanItem(scan)
		found = &it
		return err
	}, key)
	return found, err
}

func (t *tx) putMail(m *outbox.NewMail, sum string, now time.Time) (id int64, err error) {
	var r rows
	for i, part := range m.Parts {
		r.begin()
		r.int(int64(i))
		r.text(array(part.Recipients))
		r.text(list(part.Relays))
		r.text(part.Site)
	}
	var until int64
	if m.KeyTTL > 0 {
		until = milli(now.Add(m.KeyTTL))
	}
	n := 0
	err = t.each(`insert into item (batch, key, part, state, site, relays, sender, rcpts, message_id, due, expires, body, key_until, created, updated)
		select '', $2, r.p, 'ready', r.site, r.relays, $3, r.rcpts, $4, cast($5 as bigint), cast($6 as bigint), $7, cast($8 as bigint), cast($9 as bigint), cast($9 as bigint)
		from {rows r: p int, rcpts text, relays text, site text} where r.p is not null {order r} on conflict (batch, key, part) do nothing returning id, part`,
		func(scan scan) error {
			var one int64
			var part int
			err := scan(&one, &part)
			if n++; part == 0 {
				id = one
			}
			return err
		}, &r, m.Key, m.Sender, m.MessageID, milli(m.Due), milli(m.Expires), sum, until, milli(now))
	if err == nil && n < len(m.Parts) {
		err = errTaken
	}
	return id, err
}

// errTaken is another's transaction that put the same key at the same time; the
// next look finds it.
var errTaken = errors.New("the key was taken at the same time")
