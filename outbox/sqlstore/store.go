package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
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

func each(found *sql.Rows, err error, do func(scan scan) error) error {
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		if err := do(found.Scan); err != nil {
			return err
		}
	}
	return found.Err()
}

// tx is a transaction.
type tx struct {
	s   *store
	ctx context.Context
	// prepare returns a statement that the connection keeps, with room for n rows.
	prepare func(query string, n, first int) (*sqliteStmt, error)
	sqlTx   *sql.Tx // of PostgreSQL, whose driver keeps statements itself
}

func (t *tx) exec(query string, args ...any) (n int64, err error) {
	err = t.run(query, args, func(stmt *sqliteStmt, args []any) error {
		var result driver.Result
		if stmt == nil {
			result, err = t.sqlTx.ExecContext(t.ctx, t.s.text(query), args...)
		} else {
			result, err = stmt.exec(t.ctx, args)
		}
		if err != nil {
			return err
		}
		one, err := result.RowsAffected()
		n += one
		return err
	})
	return n, err
}

// each calls do for each row of an answer.
func (t *tx) each(query string, do func(scan scan) error, args ...any) error {
	return t.run(query, args, func(stmt *sqliteStmt, args []any) error {
		if stmt == nil {
			found, err := t.sqlTx.QueryContext(t.ctx, t.s.text(query), args...)
			return each(found, err, do)
		}
		return stmt.each(t.ctx, do, args)
	})
}

// run prepares a statement and calls do. If the first argument is *rows, the
// statement goes over them: on PostgreSQL all at once, on SQLite as many at a time
// as a prepared statement has room for, or one by one.
func (t *tx) run(query string, args []any, do func(stmt *sqliteStmt, args []any) error) error {
	var r *rows
	if len(args) > 0 {
		r, _ = args[0].(*rows)
	}
	switch {
	case t.sqlTx != nil && r != nil:
		return do(nil, append([]any{r.json()}, args[1:]...))
	case t.sqlTx != nil:
		return do(nil, args)
	case r != nil && strings.Contains(query, "{each "):
		return t.runEach(query, r, args, do)
	case r != nil:
		return t.runRows(query, r, args, do)
	}
	stmt, err := t.prepare(query, 0, 0)
	if err != nil {
		return err
	}
	return do(stmt, args)
}

// runEach runs a statement for one row after the other.
func (t *tx) runEach(query string, r *rows, args []any, do func(stmt *sqliteStmt, args []any) error) error {
	if r.n == 0 {
		return nil
	}
	stmt, err := t.prepare(query, oneByOne, len(args))
	if err != nil {
		return err
	}
	bound := make([]any, len(stmt.order))
	for width, values := len(r.values)/r.n, r.values; len(values) > 0; values = values[width:] {
		for i, at := range stmt.order {
			if at < len(args) {
				bound[i] = args[at]
			} else {
				bound[i] = values[at-len(args)]
			}
		}
		if err := do(stmt, bound); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) runRows(query string, r *rows, args []any, do func(stmt *sqliteStmt, args []any) error) error {
	if r.n == 0 {
		return nil
	}
	width := len(r.values) / r.n
	first := len(args)
	for values := r.values; len(values) > 0; {
		n := room(len(values) / width)
		stmt, err := t.prepare(query, n, first+1)
		if err != nil {
			return err
		}
		now := min(n*width, len(values))
		bound := make([]any, first+n*width) // the first is nil, and so are rows behind the last
		copy(bound[1:], args[1:])
		copy(bound[first:], values[:now])
		values = values[now:]
		if err := do(stmt, bound); err != nil {
			return err
		}
	}
	return nil
}

// room is for how many rows a statement is prepared to which n are given: few
// sizes, so that it is prepared seldom, and near enough to n.
func room(n int) int {
	for _, size := range []int{1, 2, 4, 7, 10, 13, 16, 20, 25, 32, 50, 100} {
		if n <= size {
			return size
		}
	}
	return 100
}

// one scans the first row of an answer, sql.ErrNoRows without any.
func (t *tx) one(query string, into []any, args ...any) error {
	found := false
	err := t.each(query, func(scan scan) error {
		if found {
			return nil
		}
		found = true
		return scan(into...)
	}, args...)
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return err
}
