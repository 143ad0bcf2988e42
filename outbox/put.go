package outbox

import (
	"bytes"
	"context"
	"time"
)

// Receipt is what became of a Letter.
type Receipt struct {
	ID        int64
	Key       string
	Duplicate *Item // that had the key before; nil: the letter is in the queue
	// Same tells that the duplicate says the same, as far as Letter.Alike sees.
	Same bool
}

// Put keeps a letter until a worker has delivered it. When it returns without an
// error the letter is durable, and nobody who puts the same key again doubles it.
//
// Errors are those of the message, a *LetterError for what the letter asks for, or the store's.
func Put(ctx context.Context, store MailQueue, l Letter, now time.Time) (Receipt, error) {
	m, err := l.Mail(now)
	if err != nil {
		return Receipt{}, err
	}
	Pass(BeforePut)
	id, dup, same, err := store.Put(ctx, m, now)
	if err != nil {
		return Receipt{}, err
	}
	Pass(AfterPut)
	if dup == nil {
		return Receipt{ID: id, Key: m.Key}, nil
	}
	if !same {
		if same, err = sameContent(ctx, store, dup, m.Body, l.Alike); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{ID: dup.ID, Key: dup.Key, Duplicate: dup, Same: same}, nil
}

// sameContent compares with the message that the store has. One whose body is
// gone can't be told to differ.
func sameContent(ctx context.Context, store MailQueue, it *Item, body []byte, alike func(a, b []byte) bool) (bool, error) {
	if it.Body == "" {
		return true, nil
	}
	kept, err := store.Body(ctx, it.Body)
	switch {
	case isGone(err):
		return true, nil
	case err != nil:
		return false, err
	case alike == nil:
		return bytes.Equal(kept, body), nil
	}
	return alike(kept, body), nil
}
