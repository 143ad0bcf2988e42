package data

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// sqliteConn is an open file. Reading a row of a long query cannot be broken off by the driver, so that it is done on a
// goroutine, which is left alone when the script cannot wait: the connection is no more then.
type sqliteConn struct {
	driverConn
	dated map[string]sqliteDated // by the text of a query
	work  chan func()
	lost  bool
}

// sqliteBusyTime is how long another program's lock is waited for where no option does.
const sqliteBusyTime = 5 * time.Second

func connectSQLite(ctx context.Context, t *sqlTarget, o *SQLOptions) (sqlConn, error) {
	connector, err := sqlite.NewConnector(sqliteDSN(t, o))
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &sqliteConn{driverConn: driverConn{conn: conn, value: sqliteValue, bind: sqliteBind}, dated: map[string]sqliteDated{}, work: make(chan func())}
	go c.worker()
	if err := c.settle(ctx, o); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func sqliteDSN(t *sqlTarget, o *SQLOptions) string {
	busy := sqliteBusyTime
	if o.Timeout > 0 {
		busy = min(busy, o.Timeout)
	}
	settings := url.Values{"_error_rc": {"1"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()), "foreign_keys(1)"}}
	if t.memory() {
		if o.ReadOnly {
			settings.Set("_query_only", "1")
		}
		return ":memory:?" + settings.Encode()
	}
	mode := "rw"
	switch {
	case o.ReadOnly:
		mode = "ro"
	case o.Create:
		mode = "rwc"
	}
	settings.Set("mode", mode)
	path := filepath.ToSlash(t.path)
	if full, err := filepath.Abs(t.path); err == nil {
		path = filepath.ToSlash(full)
	}
	if path[0] != '/' {
		path = "/" + path
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

// settle looks whether the file is a database, which SQLite finds out with the first question, and closes the ways to
// other files.
//
// A file whose name is computed (attach 'a' || 'b', attach ?) comes as one without a name, and so does that by which
// SQLite does a plain vacuum, which is refused with it.
func (c *sqliteConn) settle(ctx context.Context, o *SQLOptions) error {
	if _, err := c.driverConn.exec(ctx, "select count(*) from sqlite_schema", nil); err != nil {
		return err
	}
	if !o.Confined {
		return nil
	}
	authorizer, ok := c.conn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return fmt.Errorf("%T cannot be confined", c.conn)
	}
	return authorizer.RegisterAuthorizer(func(action sqlite.AuthorizerActionCode, arg1, _, _, _ string) sqlite.AuthorizerReturnCode {
		switch {
		case action == sqlite.AuthAttach && arg1 != ":memory:",
			action == sqlite.AuthPragma && strings.HasSuffix(strings.ToLower(arg1), "_store_directory"):
			return sqlite.AuthorizerDeny
		}
		return sqlite.AuthorizerOK
	})
}

// worker does what may take long; it ends with the connection.
func (c *sqliteConn) worker() {
	for do := range c.work {
		do()
	}
}

// during runs do on the worker and waits for it as long as ctx lets it.
func (c *sqliteConn) during(ctx context.Context, do func()) error {
	done := make(chan struct{})
	c.work <- func() { defer close(done); do() }
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-done:
		return nil
	case <-time.After(sqliteGrace):
		c.lost = true
		return context.Cause(ctx)
	}
}

// sqliteGrace is how long a statement may take to notice that it shall end.
const sqliteGrace = 300 * time.Millisecond

func (c *sqliteConn) ready(context.Context) bool { return !c.lost }

func (c *sqliteConn) close() {
	if c.lost {
		conn := c.conn
		go func() { c.work <- func() { _ = conn.Close() }; close(c.work) }() // when the row that is read has come
		return
	}
	close(c.work)
	_ = c.conn.Close() // what was not committed is undone
}

// sqliteAhead is how many rows are read at once.
const sqliteAhead = 32

type sqliteAnswer struct {
	conn *sqliteConn
	*driverAnswer
	ahead [][]any
	err   error
}

func (a *sqliteAnswer) next(ctx context.Context) ([]any, error) {
	if len(a.ahead) == 0 && a.err == nil {
		if a.conn.lost {
			return nil, driver.ErrBadConn
		}
		var rows [][]any
		var ended error
		err := a.conn.during(ctx, func() {
			for len(rows) < sqliteAhead && ended == nil {
				var row []any
				if row, ended = a.driverAnswer.next(ctx); ended == nil {
					rows = append(rows, row)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		a.ahead, a.err = rows, ended
	}
	if len(a.ahead) == 0 {
		return nil, a.err
	}
	row := a.ahead[0]
	a.ahead = a.ahead[1:]
	return row, nil
}

func (a *sqliteAnswer) close() error {
	if a.conn.lost {
		return nil // the worker has it
	}
	return a.driverAnswer.close()
}
