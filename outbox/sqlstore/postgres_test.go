package sqlstore

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

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

func TestPostgresNameHasNoPassword(t *testing.T) {
	address := "postgres://someone:s3cret@127.0.0.1:1/nowhere"
	_, err := Open(t.Context(), address, Options{Wall: testWall})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
	t.Log(err)
}
