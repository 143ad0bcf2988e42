package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"moonpost/outbox"
)

// postgresEngine is a database that machines share.
type postgresEngine struct {
	db *sql.DB
	s  *store
}

// postgresConnections is how many connections a process has to the server at
// most: one commits, one claims, one beats, the others answer questions.
const postgresConnections = 8

const postgresTip = "the address is postgres://user@host:5432/database; the password may stand in it, in PGPASSWORD or in ~/.pgpass"

func openPostgres(ctx context.Context, address string, o Options) (outbox.Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The parser's words may quote what it took for something else than a password.
		return nil, &outbox.StoreError{Store: "postgres", Op: "open", Err: errors.New("the address cannot be read"), Tip: postgresTip}
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "moonpost"
	}
	e := &postgresEngine{}
	s := &store{dialect: dialect{postgres: true}, engine: e, name: postgresName(config), wall: o.Wall, log: o.Log}
	e.s = s
	if err := e.open(ctx, config); err != nil {
		if e.db != nil {
			_ = e.db.Close() // the error that led here says more
		}
		return nil, s.fail(ctx, "open", err)
	}
	return s, nil
}

// postgresName is the address without secrets.
func postgresName(c *pgx.ConnConfig) string {
	host := net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
	if strings.HasPrefix(c.Host, "/") {
		host = ""
	}
	address := url.URL{Scheme: "postgres", Host: host, Path: "/" + c.Database}
	if c.User != "" {
		address.User = url.User(c.User)
	}
	return address.String()
}

func (e *postgresEngine) open(ctx context.Context, config *pgx.ConnConfig) error {
	e.connect(config)
	var durable string
	if err := e.db.QueryRowContext(ctx, "show synchronous_commit").Scan(&durable); err != nil {
		return err
	}
	if durable == "off" {
		// A commit must be on the disk when it returns, whatever else the server is for.
		_ = e.db.Close()
		config.RuntimeParams["synchronous_commit"] = "on"
		e.connect(config)
	}
	return e.migrate(ctx)
}

func (e *postgresEngine) connect(config *pgx.ConnConfig) {
	e.db = stdlib.OpenDB(*config)
	e.db.SetMaxOpenConns(postgresConnections)
	e.db.SetMaxIdleConns(postgresConnections)
	e.db.SetConnMaxIdleTime(5 * time.Minute)
	e.s.read = e.db
}

// Close has nothing of its own: the store closes its pool.
func (e *postgresEngine) Close() error { return nil }

// update runs a transaction. With lock it follows others of the same lock; one
// that begins with "~" is shared with others that have it so.
func (e *postgresEngine) update(ctx context.Context, lock string, do func(t *tx) error) error {
	sqlTx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &tx{s: e.s, ctx: ctx, sqlTx: sqlTx}
	if err = t.advise(lock); err == nil {
		err = do(t)
	}
	if err != nil {
		_ = sqlTx.Rollback() // the error that led here says more
		return err
	}
	outbox.Pass(outbox.InsideCommit)
	return sqlTx.Commit()
}

func (t *tx) advise(lock string) error {
	if lock == "" {
		return nil
	}
	query := "select pg_advisory_xact_lock($1)"
	name, shared := strings.CutPrefix(lock, "~")
	if shared {
		query = "select pg_advisory_xact_lock_shared($1)"
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte("moonpost " + name)) // a hash's Write never fails
	_, err := t.exec(query, int64(hash.Sum64()&(1<<63-1)))
	return err
}

// explain knows PostgreSQL's SQLSTATEs.
func (e *postgresEngine) explain(err error) verdict {
	v := verdict{err: err}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		v.err = onceEach(connect.Unwrap()) // user and database are in the store's name
	}
	var said *pgconn.PgError
	var network net.Error
	switch {
	case errors.Is(err, errTaken):
		v.again, v.transient = true, true
	case errors.As(err, &said):
		e.explainState(said.Code, &v)
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, pgconn.ErrConnClosed), errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone), errors.Is(err, net.ErrClosed):
		v.transient = true
		v.tip = "look whether the server runs and is reachable; what was committed is safe"
	}
	return v
}

// onceEach leaves out what an error says again: every address of the server is tried with TLS and without.
func onceEach(err error) error {
	lines := strings.Split(err.Error(), "\n")
	var said []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(said, line) {
			said = append(said, line)
		}
	}
	if len(said) == len(lines) {
		return err
	}
	return &repeatedError{error: err, text: strings.Join(said, "; ")}
}

// repeatedError is an error with a shorter text.
type repeatedError struct {
	error
	text string
}

func (e *repeatedError) Error() string { return e.text }
func (e *repeatedError) Unwrap() error { return e.error }

// explainState goes by the code's class. PostgreSQL's manual, appendix A.
func (e *postgresEngine) explainState(code string, v *verdict) {
	switch {
	case code == "40001", code == "40P01":
		v.again, v.transient = true, true
	case code == "53100", code == "58030":
		v.err = fmt.Errorf("%w: %w", outbox.ErrNoSpace, v.err)
		v.tip = "make room on the disk of the database's server and run it again; nothing is lost"
	case code == "28P01", code == "28000":
		v.tip = postgresTip
	case code == "3D000":
		v.tip = "make it: createdb NAME"
	case code == "3F000", code == "42501":
		v.tip = "the user needs the right to make tables: a database or schema of its own is best"
	case code == "25006":
		v.tip = "this server only answers questions (a standby); give the address of the primary"
	case strings.HasPrefix(code, "XX"):
		v.tip = "the server's log says more; restore the database from a backup if it is damaged"
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), code == "55P03":
		v.transient = true
	}
}

// migrate brings the schema to the newest version, in one transaction that others
// which start at the same time wait for.
func (e *postgresEngine) migrate(ctx context.Context) error {
	return e.update(ctx, "schema", func(t *tx) error {
		version, err := e.version(t)
		if err != nil {
			return err
		}
		if version > newestVersion() {
			return &outbox.StoreError{Store: e.s.name, Op: "open", Tip: newerTip, Err: newerError(version)}
		}
		for before := version; version < newestVersion(); {
			version++
			statements, err := migration(version)
			if err != nil {
				return err
			}
			for _, statement := range statements {
				if _, err := t.exec(statement); err != nil {
					return fmt.Errorf("version %d: %w", version, err)
				}
			}
			if version == newestVersion() {
				outbox.Pass(outbox.InsideMigration)
				return e.setVersion(t, before, version)
			}
		}
		return nil
	})
}

// version is 0 for a schema without our tables. One that has some of another
// program's is refused.
func (e *postgresEngine) version(t *tx) (version int, err error) {
	ours := false
	var others string
	err = t.each(`select table_name from information_schema.tables where table_schema = current_schema()
		and table_name in ('store_version', 'batch', 'item', 'event', 'site', 'body', 'worker', 'kv') order by table_name desc`, func(scan scan) error {
		var name string
		err := scan(&name)
		if name == "store_version" {
			ours = true
		} else {
			others = name
		}
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case ours:
		return version, t.one(`select version from store_version`, []any{&version})
	case others != "":
		return 0, &outbox.StoreError{Store: e.s.name, Op: "open", Err: fmt.Errorf("the database has a table %q of another program", others),
			Tip: "give moonpost a database of its own, or a schema (?search_path=NAME)"}
	}
	return 0, nil
}

func (e *postgresEngine) setVersion(t *tx, before, version int) error {
	query := `update store_version set version = $1`
	if before == 0 {
		if _, err := t.exec(`create table store_version (version bigint not null)`); err != nil {
			return err
		}
		query = `insert into store_version (version) values ($1)`
	}
	_, err := t.exec(query, version)
	return err
}

func (e *postgresEngine) self() (host string, process int) {
	host, _ = os.Hostname() // without one the process number will do
	return host, os.Getpid()
}

// Messages always lie in the database: the machines share nothing else.
func (e *postgresEngine) keep(string, []byte) (bool, error)   { return false, nil }
func (e *postgresEngine) fetch(string) ([]byte, error)        { return nil, os.ErrNotExist }
func (e *postgresEngine) discard(func(sum string) bool) error { return nil }
