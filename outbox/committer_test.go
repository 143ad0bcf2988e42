package outbox

import (
	"context"
	"errors"
	"testing"
)

// forgetful is a store that can't keep outcomes for a while.
type forgetful struct {
	Store
	full    bool
	intents []int64
}

func (f *forgetful) Commit(_ context.Context, g *Group) (*Verdict, error) {
	if f.full && len(g.Attempts) > 0 {
		f.full = false
		return nil, ErrNoSpace
	}
	for _, p := range g.Intents {
		f.intents = append(f.intents, p.ID)
	}
	return &Verdict{Tries: make([]int, len(g.Attempts))}, nil
}

// TestLostOutcomes: once an outcome could not be kept no dot is sent any more, though there is room again: each would
// be one more in doubt.
func TestLostOutcomes(t *testing.T) {
	store := &forgetful{full: true}
	c := startCommitter(t.Context(), store, 1, nil)
	if err := c.intent(t.Context(), Parked{ID: 1}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.attempt(Attempt{ID: 1, State: Sent}, nil, func() {}); !errors.Is(err, ErrNoSpace) {
		t.Errorf("the outcome: %v", err)
	}
	if err := c.intent(t.Context(), Parked{ID: 2}); !errors.Is(err, ErrNoSpace) {
		t.Errorf("the next intent: %v", err)
	}
	if _, _, err := c.attempt(Attempt{ID: 3, State: Deferred}, &Parked{ID: 3}, func() {}); err != nil {
		t.Errorf("what goes back: %v", err)
	}
	c.close()
	if len(store.intents) != 2 || store.intents[0] != 1 || store.intents[1] != 3 {
		t.Errorf("intents of %v", store.intents)
	}
}
