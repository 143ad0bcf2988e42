package data

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// SQLOptions say how a database is opened.
type SQLOptions struct {
	// Timeout bounds the connecting and each wait for the database; 0: ten seconds for connecting, no bound else.
	Timeout  time.Duration
	ReadOnly bool // nothing is written
	Create   bool // SQLite: a file that isn't there is made
	TLS      SQLTLS
	CA       []byte // PEM certificates that are trusted instead of the system's
	// Allow is asked before a server is connected to; nil allows all. Network is "tcp" or "unix".
	Allow func(network, address string) error
	// Confined keeps the database from other files than its own.
	Confined bool
	// Mono is the clock by which idle connections are looked at.
	Mono func() time.Time
	// Program is the name under which servers list the connection.
	Program string
}

// SQLTLS says whether a connection to a server is encrypted.
type SQLTLS uint8

// The ways to encrypt.
const (
	SQLTLSAuto       SQLTLS = iota // verified, but on this machine neither required nor verified; an address may say otherwise
	SQLTLSNone                     // never
	SQLTLSVerified                 // always, verified
	SQLTLSUnverified               // always, whoever answers
)

// SQL is one connection to a database. It is used by one goroutine at a time.
type SQL struct {
	target  *sqlTarget
	options SQLOptions
	conn    sqlConn
	open    []*SQLRows // answers that are still read
	depth   int        // transactions within each other
	closed  bool
}

// sqlConn is a driver's connection. Errors are the driver's own.
type sqlConn interface {
	query(ctx context.Context, text string, args []any) (sqlAnswer, error)
	exec(ctx context.Context, text string, args []any) (SQLResult, error)
	// ready tells whether the connection can be used, as far as that is known.
	ready(ctx context.Context) bool
	close()
}

// sqlAnswer is what a query answers, row by row.
type sqlAnswer interface {
	columns() []string
	// next gives the values of a row, or io.EOF.
	next(ctx context.Context) ([]any, error)
	close() error
}

// SQLResult is what a statement did.
type SQLResult struct {
	Rows   int64 // rows that were changed
	LastID int64 // of the row that was inserted last, where HasID
	HasID  bool
}

// SQLBlob is a parameter that is bytes whatever they look like; a string is text where it can be.
type SQLBlob string

// SQLNull is NULL as an element of a list.
type SQLNull struct{}

// OpenSQL connects to the database at an address: postgres://…, mysql://… or mariadb://…, sqlite:PATH, or :memory:.
//
// Errors are *SQLError, a *SQLTimeout or the context's cause; none shows a password.
func OpenSQL(ctx context.Context, address string, o SQLOptions) (*SQL, error) {
	target, err := parseSQLAddress(address)
	if err != nil {
		return nil, err
	}
	db := &SQL{target: target, options: o}
	return db, db.connect(ctx)
}

// sqlConnectTime bounds the connecting where no option does.
const sqlConnectTime = 10 * time.Second

func (db *SQL) connect(ctx context.Context) error {
	limit := db.options.Timeout
	if limit == 0 {
		limit = sqlConnectTime
	}
	wait := newSQLWait(ctx, limit)
	defer wait.end()
	var err error
	switch db.target.dialect {
	case sqlPostgres:
		db.conn, err = connectPostgres(wait.ctx, db.target, &db.options)
	case sqlMySQL:
		db.conn, err = connectMySQL(wait.ctx, db.target, &db.options)
	default:
		db.conn, err = connectSQLite(wait.ctx, db.target, &db.options)
	}
	if err != nil {
		db.conn = nil
		return db.broken(wait, "connecting", err, nil)
	}
	return nil
}

// Driver is "postgres", "mysql" or "sqlite".
func (db *SQL) Driver() string {
	return map[sqlDialect]string{sqlPostgres: "postgres", sqlMySQL: "mysql", sqlSQLite: "sqlite"}[db.target.dialect]
}

// Name is the database's address without secrets.
func (db *SQL) Name() string { return db.target.name }

// sqlCall is one statement on its way.
type sqlCall struct {
	script string // as the script has it
	text   sqlText
	args   []any
}

// prepare checks a statement before anything goes out, and makes room for its answer.
func (db *SQL) prepare(ctx context.Context, text string, args []any, one bool) (*sqlCall, error) {
	c := &sqlCall{script: text, text: parseSQL(text, db.target.dialect), args: args}
	if err := db.check(c, one); err != nil {
		return nil, err
	}
	if err := db.setAside(ctx); err != nil {
		return nil, err
	}
	return c, db.revive(ctx)
}

func (db *SQL) check(c *sqlCall, one bool) error {
	switch n := c.text.holders; {
	case db.closed:
		return &SQLUsageError{Text: "the database is closed"}
	case n != len(c.args):
		e := &SQLUsageError{Text: fmt.Sprintf("the statement has %s, but %s given", sqlCount(n, "placeholder"), sqlCountGiven(len(c.args)))}
		if c.text.numbered {
			e.Tip = "placeholders are written ? for every database"
		}
		return e
	case c.text.numbered && n > 0:
		return &SQLUsageError{Text: "placeholders have no numbers", Tip: "write ? for each, for every database"}
	case db.target.dialect == sqlPostgres && postgresCopies.MatchString(c.script):
		return &SQLUsageError{Text: "copy … from stdin gets no rows here", Tip: "insert them; pg_dump --inserts writes a dump that does"}
	case c.text.several && (one || n > 0):
		return &SQLUsageError{Text: "there is more than one statement", Tip: "db:exec runs several statements when they have no parameters"}
	}
	for i, arg := range c.args {
		if list, ok := arg.([]any); ok && db.target.dialect != sqlPostgres {
			return &SQLUsageError{Text: fmt.Sprintf("parameter %d is a list of %d, which only PostgreSQL takes", i+1, len(list)), Tip: "write a placeholder for each element: in (?, ?)"}
		}
	}
	return nil
}

func sqlCount(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "one " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func sqlCountGiven(n int) string {
	if n == 1 {
		return "one parameter was"
	}
	return sqlCount(n, "parameter") + " were"
}

// setAside closes the answers that nobody reads any more, and reads others to their end where the connection carries
// only one at a time.
func (db *SQL) setAside(ctx context.Context) error {
	for _, r := range slices.Clone(db.open) {
		if r.Abandoned != nil && r.Abandoned() {
			r.Close()
			continue
		}
		if db.target.dialect == sqlSQLite {
			continue
		}
		if err := r.spool(ctx); err != nil {
			return err
		}
	}
	return nil
}

// revive connects again where the connection is lost and nothing depends on it.
func (db *SQL) revive(ctx context.Context) error {
	if db.conn != nil && db.conn.ready(ctx) {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	switch {
	case db.depth > 0:
		return &SQLError{Name: db.Name(), Message: "the connection was lost", Tip: "what the transaction did is undone; run it again"}
	case db.target.memory():
		return &SQLError{Name: db.Name(), Message: "a query was broken off, and the database with it", Tip: "a database in memory ends with its connection"}
	}
	db.hangUp()
	return db.connect(ctx)
}

// Query runs a statement that answers with rows. Its errors are those of OpenSQL and *SQLUsageError.
func (db *SQL) Query(ctx context.Context, text string, args []any) (*SQLRows, error) {
	call, err := db.prepare(ctx, text, args, true)
	if err != nil {
		return nil, err
	}
	wait := newSQLWait(ctx, db.options.Timeout)
	answer, err := db.conn.query(wait.ctx, call.text.text, call.args)
	if err != nil {
		defer wait.end()
		return nil, db.broken(wait, "the query", err, call)
	}
	wait.pause()
	r := &SQLRows{db: db, call: call, answer: answer, wait: wait}
	db.open = append(db.open, r)
	names := answer.columns()
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			r.Close()
			return nil, &SQLError{Message: fmt.Sprintf("two columns are called %q", name), Tip: "give one of them another name: select … as other_name"}
		}
	}
	return r, nil
}

// Exec runs a statement, or several without parameters. Its errors are those of Query.
func (db *SQL) Exec(ctx context.Context, text string, args []any) (SQLResult, error) {
	call, err := db.prepare(ctx, text, args, false)
	if err != nil {
		return SQLResult{}, err
	}
	wait := newSQLWait(ctx, db.options.Timeout)
	defer wait.end()
	result, err := db.conn.exec(wait.ctx, call.text.text, call.args)
	if err != nil {
		return SQLResult{}, db.broken(wait, "the statement", err, call)
	}
	return result, nil
}

// Close ends the connection; what a transaction did is undone.
func (db *SQL) Close() {
	db.hangUp()
	db.closed = true
}

// hangUp gives the connection up, with the answers that come over it.
func (db *SQL) hangUp() {
	for _, r := range slices.Clone(db.open) {
		r.Close()
	}
	if db.conn != nil {
		db.conn.close()
	}
	db.conn = nil
}
