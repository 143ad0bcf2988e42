package outbox

import (
	"context"
	"slices"
	"testing"
	"time"
)

// doubtful is a store with items in doubt.
type doubtful struct {
	Store
	items  []Item
	resent []string
}

func (d *doubtful) Shared() bool                                  { return true }
func (d *doubtful) Items(context.Context, Filter) ([]Item, error) { return d.items, nil }
func (d *doubtful) Change(_ context.Context, c Change) (int64, error) {
	d.resent = append(d.resent, c.Keys...)
	return int64(len(c.Keys)), nil
}

// TestResendsWithinBounds: news from the store don't send again what had all its attempts.
func TestResendsWithinBounds(t *testing.T) {
	store := &doubtful{items: []Item{{Key: "killed", Attempts: 0}, {Key: "once", Attempts: 1}, {Key: "never answered", Attempts: 2}}}
	r := newRunner(t.Context(), &Job{
		ID: "b", Doubt: Doubt{Policy: Resend}, Retry: Retry{Attempts: 2}, Env: Env{Store: store, Wall: time.Now, Mono: time.Now},
	})
	if err := r.settleDoubtsAgain(); err != nil || !slices.Equal(store.resent, []string{"killed", "once"}) {
		t.Errorf("%q, %v", store.resent, err)
	}
}
