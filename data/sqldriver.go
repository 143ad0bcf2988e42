package data

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// driverConn is a connection by a driver of database/sql. That package's own pool is not used: a script has one
// session, in which its settings, temporary tables and transactions lie.
type driverConn struct {
	conn  driver.Conn
	value func(v driver.Value, column sqlColumn) any // what the script gets
	bind  func(v any) driver.Value
}

// sqlColumn is a column of an answer.
type sqlColumn struct {
	name     string
	typeName string // the driver's, such as "DECIMAL"
	flag     bool   // a number that stands for a boolean
	decimal  bool   // a number that stands for a decimal
	scale    int    // how many digits a decimal has behind the point
}

// driverArgs makes the driver's arguments.
func (c *driverConn) driverArgs(args []any) []driver.NamedValue {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: c.bind(arg)}
	}
	return named
}

func (c *driverConn) prepare(ctx context.Context, text string) (driver.Stmt, error) {
	preparer, ok := c.conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, fmt.Errorf("%T prepares no statements", c.conn)
	}
	return preparer.PrepareContext(ctx, text)
}

// query runs a statement; stmt has to be closed after the rows where it is not nil.
func (c *driverConn) query(ctx context.Context, text string, args []any) (rows driver.Rows, stmt driver.Stmt, err error) {
	named := c.driverArgs(args)
	if queryer, ok := c.conn.(driver.QueryerContext); ok {
		rows, err = queryer.QueryContext(ctx, text, named)
		if !errors.Is(err, driver.ErrSkip) {
			return rows, nil, err
		}
	}
	if stmt, err = c.prepare(ctx, text); err != nil {
		return nil, nil, err
	}
	queryer, ok := stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, nil, errors.Join(fmt.Errorf("%T answers nothing", stmt), stmt.Close())
	}
	if rows, err = queryer.QueryContext(ctx, named); err != nil {
		_ = stmt.Close() // the error that led here says more
		return nil, nil, err
	}
	return rows, stmt, nil
}

// exec runs statements.
func (c *driverConn) exec(ctx context.Context, text string, args []any) (driver.Result, error) {
	named := c.driverArgs(args)
	if execer, ok := c.conn.(driver.ExecerContext); ok {
		result, err := execer.ExecContext(ctx, text, named)
		if !errors.Is(err, driver.ErrSkip) {
			return result, err
		}
	}
	stmt, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	defer stmt.Close() //nolint:errcheck // it has run
	execer, ok := stmt.(driver.StmtExecContext)
	if !ok {
		return nil, fmt.Errorf("%T runs nothing", stmt)
	}
	return execer.ExecContext(ctx, named)
}

// driverAnswer is an answer by a driver of database/sql.
type driverAnswer struct {
	conn    *driverConn
	rows    driver.Rows
	stmt    driver.Stmt // nil: none of its own
	list    []sqlColumn
	scratch []driver.Value
}

func newDriverAnswer(c *driverConn, rows driver.Rows, stmt driver.Stmt) *driverAnswer {
	a := &driverAnswer{conn: c, rows: rows, stmt: stmt}
	typed, _ := rows.(driver.RowsColumnTypeDatabaseTypeName)
	for i, name := range rows.Columns() {
		column := sqlColumn{name: name}
		if typed != nil {
			column.typeName = typed.ColumnTypeDatabaseTypeName(i)
		}
		a.list = append(a.list, column)
	}
	a.scratch = make([]driver.Value, len(a.list))
	return a
}

func (a *driverAnswer) columns() []string {
	names := make([]string, len(a.list))
	for i, c := range a.list {
		names[i] = c.name
	}
	return names
}

func (a *driverAnswer) next(context.Context) ([]any, error) {
	if len(a.list) == 0 {
		return nil, io.EOF
	}
	if err := a.rows.Next(a.scratch); err != nil {
		return nil, err
	}
	row := make([]any, len(a.scratch))
	for i, v := range a.scratch {
		if v != nil {
			row[i] = a.conn.value(v, a.list[i])
		}
	}
	return row, nil
}

func (a *driverAnswer) close() error {
	err := a.rows.Close()
	if a.stmt != nil {
		err = errors.Join(err, a.stmt.Close())
	}
	return err
}
