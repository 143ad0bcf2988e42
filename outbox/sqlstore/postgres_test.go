package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"moonpost/outbox"
	"moonpost/outbox/outboxtest"
)

// postgresServer is the URL of an empty database, or the test is skipped.
func postgresServer(t testing.TB) string {
	t.Helper()
	address := os.Getenv("MOONPOST_TEST_POSTGRES")
	if address == "" {
		t.Skip("PostgreSQL is NOT tested: MOONPOST_TEST_POSTGRES is not set")
	}
	return address
}

// schemas numbers the schemas of this process.
var schemas atomic.Int64

// newSchema makes a schema for one test and returns the address of it.
func newSchema(t testing.TB) string {
	t.Helper()
	server := postgresServer(t)
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), schemas.Add(1))
	if _, err := db.Exec("create schema " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("drop schema " + name + " cascade"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}

func TestPostgres(t *testing.T) {
	postgresServer(t)
	outboxtest.Test(t, outboxtest.Backend{
		New:  func(t *testing.T) string { return newSchema(t) },
		Open: openTest,
		Kill: func(t *testing.T, s outbox.Store, worker int64) {
			if _, err := s.(*store).read.Exec("update worker set beat = 0 where id = $1", worker); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// TestPostgresSecrets: no password is in a name or an error.
func TestPostgresSecrets(t *testing.T) {
	for _, address := range []string{
		"postgres://someone:s3cret@127.0.0.1:1/nowhere", "postgres://someone:s3cret@127.0.0.1:port/nowhere",
		"postgres://someone@127.0.0.1:1/nowhere?password=s3cret&connect_timeout=x", "postgres://s3cret:%zz@127.0.0.1:1/x",
	} {
		_, err := Open(t.Context(), address, Options{Wall: testWall})
		var refused *outbox.StoreError
		if !errors.As(err, &refused) || strings.Contains(err.Error()+refused.Hint(), "s3cret") || refused.Hint() == "" {
			t.Errorf("%v (%v)", err, refused)
		}
	}
	s := openTest(t, newSchema(t))
	if name := s.Name(); !strings.HasPrefix(name, "postgres://") || strings.Contains(name, "?") {
		t.Errorf("name %q", name)
	}
}

func TestPostgresDown(t *testing.T) {
	_, err := Open(t.Context(), "postgres://someone@127.0.0.1:1/nowhere", Options{Wall: testWall})
	var refused *outbox.StoreError
	if !errors.As(err, &refused) || !refused.Temporary() || refused.Hint() == "" || strings.Count(err.Error(), "127.0.0.1:1: connect") > 1 {
		t.Errorf("%v", err)
	}
}

func TestPostgresOpenTogether(t *testing.T) { openTogether(t, newSchema(t)) }

func TestPostgresRefusals(t *testing.T) {
	for _, test := range []struct{ statement, want string }{
		{"create table item (id integer)", "another program"},
		{"create table store_version (version bigint); insert into store_version values (99)", "version 99"},
	} {
		address := newSchema(t)
		db, err := sql.Open("pgx", address)
		fatal(t, err)
		_, err = db.Exec(test.statement)
		fatal(t, err)
		_, err = Open(t.Context(), address, Options{Wall: testWall})
		var refused *outbox.StoreError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) || refused.Hint() == "" {
			t.Errorf("%s: %v", test.statement, err)
		}
		var n int
		fatal(t, db.QueryRow("select count(*) from information_schema.tables where table_schema = current_schema()").Scan(&n))
		if n != 1 {
			t.Errorf("%d tables are left, want 1", n)
		}
		fatal(t, db.Close())
	}
}

// TestPostgresConnectionLost: the server ends a connection within a transaction,
// as it does when it is restarted; that call fails and may be repeated, and
// nothing of it is kept.
func TestPostgresConnectionLost(t *testing.T) {
	s := openTest(t, newSchema(t)).(*store)
	err := s.update(t.Context(), "test", "", func(tx *tx) error {
		if _, err := tx.exec("insert into kv (space, key, value, until, updated) values ('s', 'k', '', 0, 0)"); err != nil {
			return err
		}
		_, err := tx.exec("select pg_terminate_backend(pg_backend_pid())")
		return err
	})
	var failed *outbox.StoreError
	if !errors.As(err, &failed) || !failed.Temporary() {
		t.Fatalf("%v", err)
	}
	_, _, ok, err := s.Value(t.Context(), "s", "k", testWall())
	if ok || err != nil {
		t.Errorf("the next call: %v, %v", ok, err)
	}
	_, err = s.Join(t.Context())
	fatal(t, err)
}

// TestPostgresDeadlock: two transactions that wait for each other; the server
// ends one, which is repeated.
func TestPostgresDeadlock(t *testing.T) {
	s := openTest(t, newSchema(t)).(*store)
	fatal(t, s.SetValue(t.Context(), "s", "a", nil, testWall(), testWall()))
	fatal(t, s.SetValue(t.Context(), "s", "b", nil, testWall(), testWall()))
	var first, second sync.Once
	met := make(chan struct{}, 2)
	meet := make(chan struct{})
	both := func(one, other string, once *sync.Once) error {
		return s.update(context.Background(), "test", "", func(t *tx) error {
			if _, err := t.exec("update kv set updated = updated + 1 where key = $1", one); err != nil {
				return err
			}
			once.Do(func() { met <- struct{}{}; <-meet })
			_, err := t.exec("update kv set updated = updated + 1 where key = $1", other)
			return err
		})
	}
	failed := make(chan error, 2)
	go func() { failed <- both("a", "b", &first) }()
	go func() { failed <- both("b", "a", &second) }()
	<-met
	<-met
	close(meet)
	fatal(t, <-failed)
	fatal(t, <-failed)
}

// TestPostgresShares: workers of two processes divide what they want; the sum is
// never more than the whole, and what a dead one held is free when it is buried.
func TestPostgresShares(t *testing.T) {
	s := openTest(t, newSchema(t))
	ctx := t.Context()
	first, err := s.Join(ctx)
	fatal(t, err)
	second, err := s.Join(ctx)
	fatal(t, err)
	beat := func(w outbox.Worker, wants ...outbox.Want) string {
		t.Helper()
		shares, err := s.Beat(ctx, w.ID, wants)
		fatal(t, err)
		return fmt.Sprint(shares)
	}
	want := outbox.Want{Name: "r", Shards: 5}
	for _, step := range []struct{ got, want string }{
		{beat(first, want), "[{r 5 5}]"}, {beat(second, want), "[{r 0 5}]"}, {beat(first, want), "[{r 3 5}]"}, {beat(second, want, outbox.Want{Name: "s", Shards: 2}), "[{r 2 5} {s 2 2}]"},
		{beat(second), "[]"}, {beat(first, want), "[{r 5 5}]"}, {beat(second, want), "[{r 0 5}]"},
	} {
		if step.got != step.want {
			t.Errorf("got %s, want %s", step.got, step.want)
		}
	}
	_, err = s.(*store).read.Exec("update worker set beat = 0 where id = $1", first.ID)
	fatal(t, err)
	if got := beat(second, want); got != "[{r 0 5}]" {
		t.Errorf("before the dead one is buried: %s", got)
	}
	_, _, err = s.Recover(ctx)
	fatal(t, err)
	if got := beat(second, want); got != "[{r 5 5}]" {
		t.Errorf("after: %s", got)
	}
}

func TestPostgresStates(t *testing.T) {
	e := &postgresEngine{}
	for code, want := range map[string]string{
		"53100": "no space", "58030": "no space", "40001": "again", "40P01": "again", "57P01": "transient", "57P03": "transient", "53300": "transient", "08006": "transient", "23505": "", "42P01": "",
	} {
		v := e.explain(fmt.Errorf("query: %w", &pgconn.PgError{Code: code}))
		got := ""
		switch {
		case errors.Is(v.err, outbox.ErrNoSpace):
			got = "no space"
		case v.again:
			got = "again"
		case v.transient:
			got = "transient"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
