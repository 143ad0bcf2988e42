package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"

	"moonpost/outbox"
)

// store is the outbox on either database.
type store struct {
	dialect
	engine engine
	name   string
	read   *sql.DB
	wall   func() time.Time
	log    *slog.Logger
	texts  sync.Map // statements of this package → those of the dialect
	stmts  sync.Map // and → prepared on read
}

// engine is what the two databases do in ways of their own.
type engine interface {
	transactions
	workers
	bodies
	Close() error
}

// transactions are run by a database, which knows its own errors.
type transactions interface {
	// explain tells what an error of the database is about.
	explain(err error) verdict
	// update runs do in a transaction, once. Transactions of the same lock follow
	// each other; those with "~" before it may run at the same time.
	update(ctx context.Context, lock string, do func(t *tx) error) error
}

// verdict is what a database's error is about.
type verdict struct {
	err       error // what to wrap
	transient bool
	again     bool // the whole transaction may be repeated at once
	tip       string
}

func (s *store) Name() string { return s.name }
func (s *store) Shared() bool { return s.postgres }

func (s *store) Close() error {
	s.stmts.Range(func(_, stmt any) bool {
		_ = stmt.(*sql.Stmt).Close()
		return true
	})
	return errors.Join(s.engine.Close(), s.read.Close())
}

// fail makes an error of the package out of a database's.
func (s *store) fail(ctx context.Context, op string, err error) error {
	var busy *outbox.BusyError
	var missing *outbox.NotFoundError
	var lost *outbox.LostError
	var known *outbox.StoreError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &busy), errors.As(err, &missing), errors.As(err, &lost), errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	v := s.engine.explain(err)
	return &outbox.StoreError{Store: s.name, Op: op, Err: v.err, Tip: v.tip, Transient: v.transient}
}

// maxRepeats bounds how often a transaction is repeated that the database ended
// for the sake of another.
const maxRepeats = 10

// update runs do in a transaction that may write. On PostgreSQL, transactions of
// the same non-empty lock follow each other; on SQLite all do.
func (s *store) update(ctx context.Context, op, lock string, do func(t *tx) error) error {
	var err error
	for range maxRepeats {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err = s.engine.update(ctx, lock, do); err == nil || !s.engine.explain(err).again {
			break
		}
	}
	return s.fail(ctx, op, err)
}

// text is a statement in the dialect.
func (s *store) text(query string) string {
	if text, ok := s.texts.Load(query); ok {
		return text.(string)
	}
	text := s.sql(query, 0, 0)
	s.texts.Store(query, text)
	return text
}

// statement is a prepared one for questions outside of transactions.
func (s *store) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := s.read.PrepareContext(ctx, s.text(query))
	if err != nil {
		return nil, err
	}
	if before, loaded := s.stmts.LoadOrStore(query, stmt); loaded {
		_ = stmt.Close()
		return before.(*sql.Stmt), nil
	}
	return stmt, nil
}

// ask calls do for each row of an answer, outside of transactions.
func (s *store) ask(ctx context.Context, op, query string, do func(scan scan) error, args ...any) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.fail(ctx, op, s.askOnce(ctx, query, do, args...))
}

func (s *store) askOnce(ctx context.Context, query string, do func(scan scan) error, args ...any) error {
	if s.postgres {
		found, err := s.read.QueryContext(ctx, s.text(query), args...) // its driver keeps statements itself
		return each(found, err, do)
	}
	ctx = context.WithoutCancel(ctx) // a statement is short, and one whose context may end costs a goroutine
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return err
	}
	found, err := stmt.QueryContext(ctx, args...)
	return each(found, err, do)
}

// scan is sql.Rows.Scan.
type scan func(into ...any) error
