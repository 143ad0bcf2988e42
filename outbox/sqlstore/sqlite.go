package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"moonpost/outbox"
)

// sqliteEngine is one file, with folders beside it for large messages and for
// the locks that show which workers live.
type sqliteEngine struct {
	path    string
	db      *sql.DB                  // of the writer
	conn    *sql.Conn                // the writer
	stmts   map[prepared]*sqliteStmt // of the writer
	turn    chan struct{}            // held by who writes
	s       *store
	wall    func() time.Time
	log     *slog.Logger
	mu      sync.Mutex
	workers map[int64]*lockFile // those of this store
}

// pages of the log after which the writer copies them into the database: often
// enough that the log stays small, seldom enough that pages which change again
// and again are copied once.
const checkpointPages = 4000

func openSQLite(ctx context.Context, path string, o Options) (outbox.Store, error) {
	e := &sqliteEngine{path: resolved(path), stmts: map[prepared]*sqliteStmt{}, turn: make(chan struct{}, 1), wall: o.Wall, log: o.Log, workers: map[int64]*lockFile{}}
	s := &store{engine: e, name: "sqlite:" + path, wall: o.Wall, log: o.Log}
	e.s = s
	// What other builds of SQLite do on Linux: a commit then doesn't wait for the
	// file's time to be on the disk too. Elsewhere there is no such call.
	_, _ = sqlite.Fdatasync(true)
	if err := e.open(ctx, o); err != nil {
		_ = e.Close() // the error that led here says more
		if s.read != nil {
			_ = s.read.Close()
		}
		return nil, s.fail(ctx, "open", err)
	}
	return s, nil
}

// resolved follows a symbolic link, as SQLite does for its log: whoever opens the store by
// another name must find the same locks and messages beside it.
func resolved(path string) string {
	info, err := os.Lstat(path) //nolint:gosec // whoever runs the script names its store
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return path
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

func (e *sqliteEngine) open(ctx context.Context, o Options) error {
	if err := e.make(ctx, o); err != nil {
		return err
	}
	version, err := e.inspect(ctx)
	if err != nil {
		return err
	}
	if e.db, e.conn, err = openWriter(ctx, e.path, o.Wait); err != nil {
		return err
	}
	if version < newestVersion() {
		if err := migrateSQLite(ctx, e.conn); err != nil {
			return err
		}
	}
	e.s.read, err = openPool(e.path, o.Wait, "&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	e.s.read.SetMaxOpenConns(4)
	return e.s.read.PingContext(ctx)
}

// openPool opens a database; settings are more of the driver's.
func openPool(path string, wait time.Duration, settings string) (*sql.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	full = filepath.ToSlash(full)
	if full[0] != '/' {
		full = "/" + full
	}
	dsn := fmt.Sprintf("file:%s?_pragma=busy_timeout(%d)%s", (&url.URL{Path: full}).EscapedPath(), wait.Milliseconds(), settings)
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func openWriter(ctx context.Context, path string, wait time.Duration) (*sql.DB, *sql.Conn, error) {
	db, err := openPool(path, wait, fmt.Sprintf("&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(%d)"+
		"&_pragma=journal_size_limit(%d)&_pragma=cache_size(-16000)", checkpointPages, 2*checkpointPages*4096))
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return db, conn, nil
}

func (e *sqliteEngine) Close() error {
	e.mu.Lock()
	for id, lock := range e.workers {
		lock.close()
		delete(e.workers, id)
	}
	e.mu.Unlock()
	e.turn <- struct{}{} // a transaction that has begun comes to its end
	defer func() { <-e.turn }()
	if e.conn == nil {
		return nil
	}
	_ = e.conn.Raw(func(any) error {
		for _, stmt := range e.stmts {
			_ = stmt.Close()
		}
		return nil
	})
	err := errors.Join(e.conn.Close(), e.db.Close())
	e.conn = nil
	return err
}

// update has one transaction after the other: SQLite has one writer, and who
// gives up should not wait for it.
func (e *sqliteEngine) update(ctx context.Context, _ string, do func(t *tx) error) error {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if e.conn == nil {
		return sql.ErrConnDone
	}
	return e.conn.Raw(func(conn any) error { return e.transact(ctx, conn, do) })
}

// transact runs a transaction on the driver's connection.
func (e *sqliteEngine) transact(ctx context.Context, conn any, do func(t *tx) error) error {
	// Its statements are short and on this machine; a context that may end would
	// cost a goroutine for each.
	ctx = context.WithoutCancel(ctx)
	t := &tx{s: e.s, ctx: ctx}
	t.prepare = func(query string, n, first int) (*sqliteStmt, error) { return e.prepare(ctx, conn, query, n, first) }
	if _, err := t.exec("begin immediate"); err != nil {
		return err
	}
	err := do(t)
	if err == nil {
		outbox.Pass(outbox.InsideCommit)
		_, err = t.exec("commit")
	}
	if err != nil {
		_, _ = t.exec("rollback") // it fails if SQLite has rolled back itself
	}
	return err
}

// prepared names a statement: its text here, and for how many rows.
type prepared struct {
	query string
	n     int
}

// prepare keeps statements for as long as the writer lives.
func (e *sqliteEngine) prepare(ctx context.Context, conn any, query string, n, first int) (*sqliteStmt, error) {
	if stmt, ok := e.stmts[prepared{query, n}]; ok {
		return stmt, nil
	}
	text, order := e.s.sql(query, n, first), []int(nil)
	if n == oneByOne {
		text, order = perRow(query, first)
	}
	stmt, err := prepareSQLite(ctx, conn, text, order)
	if err == nil {
		e.stmts[prepared{query, n}] = stmt
	}
	return stmt, err
}

// explain knows SQLite's result codes and the file system's errors.
func (e *sqliteEngine) explain(err error) verdict {
	v := verdict{err: err}
	var failed *sqlite.Error
	code := 0
	if errors.As(err, &failed) {
		code = failed.Code()
	}
	switch {
	case code&0xff == lib.SQLITE_FULL, errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		v.err = fmt.Errorf("%w: %w", outbox.ErrNoSpace, err)
		v.tip = "make room on the disk of " + filepath.Dir(e.path) + " and run it again; nothing is lost"
	case code == lib.SQLITE_IOERR_WRITE, code == lib.SQLITE_IOERR_FSYNC, code == lib.SQLITE_IOERR_SHMSIZE, code == lib.SQLITE_IOERR_TRUNCATE:
		v.err = fmt.Errorf("%w, or the disk refuses to write: %w", outbox.ErrNoSpace, err)
		v.tip = "look at the disk of " + filepath.Dir(e.path) + " and run it again; nothing is lost"
	case code&0xff == lib.SQLITE_BUSY, code&0xff == lib.SQLITE_LOCKED:
		v.err = fmt.Errorf("the file is locked by another program%s: %w", e.others(), err)
		v.transient, v.tip = true, "end that program, or what it does with the file, and run it again"
	case code&0xff == lib.SQLITE_CORRUPT, code&0xff == lib.SQLITE_NOTADB:
		v.err = fmt.Errorf("the file is damaged: %w", err)
		v.tip = damagedTip
	case code&0xff == lib.SQLITE_READONLY:
		v.tip = "the file and its folder must be writable"
	case code&0xff == lib.SQLITE_CANTOPEN:
		v.tip = "the folder must be writable too: SQLite keeps its log beside the file"
	case errors.Is(err, os.ErrPermission):
		v.tip = "look at the rights of the file and its folder"
	}
	return v
}

const damagedTip = "restore it from a backup, or save what can be read (sqlite3 FILE .recover); it was left as it is"
