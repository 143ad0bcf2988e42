package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// sqliteStmt is a prepared statement of the driver itself: database/sql would cost
// more than what a statement does to a single row. One at a time runs it.
type sqliteStmt struct {
	stmt  driver.Stmt
	order []int // of a statement for one row: which argument each parameter is
	args  []driver.NamedValue
}

// prepareSQLite prepares on a connection of the driver.
func prepareSQLite(ctx context.Context, conn any, text string, order []int) (*sqliteStmt, error) {
	preparer, ok := conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, fmt.Errorf("%T prepares no statements", conn)
	}
	stmt, err := preparer.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &sqliteStmt{stmt: stmt, order: order}, nil
}

func (s *sqliteStmt) Close() error { return s.stmt.Close() }

// bind makes the driver's arguments of those from number 1 on.
func (s *sqliteStmt) bind(args []any) (err error) {
	s.args = s.args[:0]
	for i, arg := range args {
		one := driver.NamedValue{Ordinal: i + 1, Value: arg}
		switch arg.(type) {
		case nil, string, int64, []byte, float64:
		default:
			if one.Value, err = driver.DefaultParameterConverter.ConvertValue(arg); err != nil {
				return err
			}
		}
		s.args = append(s.args, one)
	}
	return nil
}

func (s *sqliteStmt) exec(ctx context.Context, args []any) (driver.Result, error) {
	if err := s.bind(args); err != nil {
		return nil, err
	}
	execer, ok := s.stmt.(driver.StmtExecContext)
	if !ok {
		return nil, fmt.Errorf("%T runs nothing", s.stmt)
	}
	return execer.ExecContext(ctx, s.args)
}

// each calls do for each row of an answer.
func (s *sqliteStmt) each(ctx context.Context, do func(scan scan) error, args []any) (err error) {
	if err := s.bind(args); err != nil {
		return err
	}
	queryer, ok := s.stmt.(driver.StmtQueryContext)
	if !ok {
		return fmt.Errorf("%T answers nothing", s.stmt)
	}
	found, err := queryer.QueryContext(ctx, s.args)
	if err != nil {
		return err
	}
	defer func() {
		if closed := found.Close(); err == nil {
			err = closed
		}
	}()
	values := make([]driver.Value, len(found.Columns()))
	scan := func(into ...any) error { return assign(into, values) }
	for {
		err := found.Next(values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(scan)
		}
		if err != nil {
			return err
		}
	}
}

// assign is what sql.Rows.Scan does, for the types that this package asks for.
func assign(into []any, values []driver.Value) error {
	if len(into) != len(values) {
		return fmt.Errorf("%d columns for %d variables", len(values), len(into))
	}
	for i, value := range values {
		ok := false
		switch to := into[i].(type) {
		case *string:
			*to, ok = value.(string)
		case *int64:
			*to, ok = value.(int64)
		case *int:
			var n int64
			n, ok = value.(int64)
			*to = int(n)
		case *bool:
			var n int64
			n, ok = value.(int64)
			*to = n != 0
		case *float64:
			*to, ok = value.(float64)
		case *[]byte:
			*to, ok = value.([]byte)
			ok = ok || value == nil
		}
		if !ok {
			return fmt.Errorf("column %d is %T, not for %T", i+1, value, into[i])
		}
	}
	return nil
}
