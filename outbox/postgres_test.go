package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
	"moonpost/relay"
	"moonpost/smtp"
)

// TestPostgresWorkers: three processes, as stores of their own, send a batch together; one of them is interrupted.
func TestPostgresWorkers(t *testing.T) {
	address := os.Getenv("MOONPOST_TEST_POSTGRES")
	if address == "" {
		t.Skip("LOUD: three workers on PostgreSQL are not tried: MOONPOST_TEST_POSTGRES is empty")
	}
	address = ownSchema(t, address)
	for _, byDomain := range []bool{false, true} {
		t.Run(fmt.Sprint("by domain ", byDomain), func(t *testing.T) {
			h := newHouse(t)
			keys := slices.Concat(people(60, "a.test"), people(60, "b.test"), people(60, "c.test"))
			id := fmt.Sprintf("b-%d", time.Now().UnixNano())
			first, stop := context.WithCancel(t.Context())
			var jobs []outbox.Job
			for range 3 {
				jobs = append(jobs, postgresJob(t, h, address, id, byDomain, keys))
			}
			go func() {
				_ = h.trial.Wait(first, 40)
				stop()
			}()
			jobs[0].Env.Final = context.WithoutCancel(first)
			ended := make(chan outbox.Summary, 1)
			go func() {
				sum, _ := outbox.Run(first, jobs[0])
				ended <- sum
			}()
			sums := together(t, jobs[1:]...)
			sums = append(sums, <-ended)
			if n := sums[0].Sent + sums[1].Sent + sums[2].Sent; n != int64(len(keys)) {
				t.Errorf("%d sent: %+v", n, sums)
			}
			slices.Sort(keys)
			if got := received(h.trial); !slices.Equal(got, keys) {
				t.Errorf("received %d", len(got))
			}
		})
	}
}

// ownSchema makes a schema for the test and returns the address of it.
func ownSchema(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("run%d", os.Getpid())
	if _, err := db.Exec("create schema " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("drop schema " + name + " cascade"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}

func postgresJob(t *testing.T, h *house, address, id string, byDomain bool, keys []string) outbox.Job {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), address, sqlstore.Options{Wall: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	other := &house{t: t, ways: map[string]*relay.Relay{}}
	o := relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}}
	if byDomain {
		o = relay.Options{MX: &relay.MX{Hosts: map[string][]string{"*": {h.trial.Addr()}}}}
	}
	other.relay("r", o)
	job := realTime(h.job(keys...))
	job.ID, job.Relays, job.Env.Store = id, other, store
	return job
}
