package data

import (
	"context"
	"fmt"
	"slices"
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
	manual  bool       // a transaction that a statement of the script's began
	closed  bool
}

// sqlConn is a driver's connection. Errors are the driver's own.
type sqlConn interface {
	query(ctx context.Context, text *sqlText, args []any) (sqlAnswer, error)
	exec(ctx context.Context, text *sqlText, args []any) (SQLResult, error)
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

// Query runs a statement that answers with rows. Its errors are those of OpenSQL and *SQLUsageError.
func (db *SQL) Query(ctx context.Context, text string, args []any) (*SQLRows, error) {
	call, err := db.prepare(ctx, text, args, true)
	if err != nil {
		return nil, err
	}
	wait := newSQLWait(ctx, db.options.Timeout)
	answer, err := db.conn.query(wait.ctx, &call.text, call.args)
	db.follow(&call.text, err)
	if err != nil {
		defer wait.end()
		return nil, db.broken(wait, "the query", err, call)
	}
	wait.pause()
	r := &SQLRows{db: db, call: call, answer: answer, wait: wait, depth: db.depth}
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
	return db.run(ctx, call)
}

func (db *SQL) run(ctx context.Context, call *sqlCall) (SQLResult, error) {
	wait := newSQLWait(ctx, db.options.Timeout)
	defer wait.end()
	result, err := db.conn.exec(wait.ctx, &call.text, call.args)
	db.follow(&call.text, err)
	if err != nil {
		return SQLResult{}, db.broken(wait, "the statement", err, call)
	}
	return result, nil
}

// Close ends the connection; what a transaction did is undone.
func (db *SQL) Close() {
	db.hangUp(errSQLClosed)
	db.closed = true
}

// What ends the reading of rows that were not all read: a loop over them must not end as if they were.
var (
	errSQLClosed = &SQLError{Message: "the database was closed before all of these rows were read"}
	errSQLUndone = &SQLError{Message: "the transaction was undone before all of these rows were read"}
	errSQLGone   = &SQLError{Message: "the connection was lost before all of these rows were read"}
)

// hangUp gives the connection up, with the answers that come over it.
func (db *SQL) hangUp(why error) {
	for _, r := range slices.Clone(db.open) {
		r.cut(why)
	}
	if db.conn != nil {
		db.conn.close()
	}
	db.conn, db.manual = nil, false
}
