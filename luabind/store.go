package luabind

import (
	"context"
	"log/slog"

	"moonpost/outbox"
)

// storeError is that a script needs a store where there is none.
type storeError struct{ text, hint string }

func (e *storeError) Error() string { return e.text }
func (e *storeError) Kind() string  { return "store" }
func (e *storeError) Hint() string  { return e.hint }

// store gives the outbox. It is opened when the script first needs it, and closed with the script.
func (rt *Runtime) store(ctx context.Context) (outbox.Store, error) {
	if rt.kept != nil {
		return rt.kept, nil
	}
	if rt.host.Store == nil {
		return nil, &storeError{text: "there is no store here: nothing can be kept"}
	}
	s, err := rt.host.Store(ctx)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, &storeError{text: "there is no store yet, and a rehearsal makes none"}
	}
	rt.kept = s
	rt.opened(&openStore{store: s, log: rt.host.Logger, gone: func() { rt.kept = nil }})
	return s, nil
}

// storeToRead gives the outbox for questions alone; nil where there is none.
func (rt *Runtime) storeToRead(ctx context.Context) (outbox.Store, error) {
	s, err := rt.store(ctx)
	if _, none := err.(*storeError); none { //nolint:errorlint // made above
		return nil, nil
	}
	return s, err
}

// openStore closes the store with the script.
type openStore struct {
	store outbox.Store
	log   *slog.Logger
	gone  func()
}

// finish closes the store. What was committed stays, whatever Close says.
func (s *openStore) finish(context.Context) (failed int) {
	if s.store == nil {
		return 0
	}
	if err := s.store.Close(); err != nil {
		s.log.Error("closing the store", "store", s.store.Name(), "error", err)
	}
	s.store = nil
	s.gone()
	return 0
}

func (s *openStore) abort() { s.finish(context.Background()) }
