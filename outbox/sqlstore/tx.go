package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
)

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
