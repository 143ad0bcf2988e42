package outboxtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// Backend is a store under test.
type Backend struct {
	// New makes an empty store and returns its address.
	New func(t *testing.T) (address string)
	// Open opens the store at an address as a process does.
	Open func(t *testing.T, address string) outbox.Store
	// Kill makes a worker of a store dead for all others at once, as if its process
	// had ended without a word.
	Kill func(t *testing.T, s outbox.Store, worker int64)
}

// Test runs the suite.
func Test(t *testing.T, b Backend) {
	for _, group := range []struct {
		name string
		run  func(t *testing.T, f *fixture)
	}{
		{"workers", workersTest},
		{"batches", batchesTest},
		{"producing", producingTest},
		{"arrivals", arrivalsTest},
		{"refreshing", refreshingTest},
		{"claims", claimsTest},
		{"disjoint claims", disjointTest},
		{"intents", intentsTest},
		{"outcomes", outcomesTest},
		{"recipients", recipientsTest},
		{"repeated commits", repeatedTest},
		{"mixed attempts", mixedTest},
		{"parts", partsTest},
		{"events", eventsTest},
		{"recovery", recoveryTest},
		{"late outcomes", lateTest},
		{"sites", sitesTest},
		{"inventory", inventoryTest},
		{"changes", changesTest},
		{"cancel", cancelTest},
		{"forget and prune", forgetTest},
		{"queue", queueTest},
		{"bodies", bodiesTest},
		{"suppressions", suppressionsTest},
		{"values", valuesTest},
		{"texts", textsTest},
		{"contexts", contextsTest},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			address := b.New(t)
			f := &fixture{T: t, Backend: b, address: address, ctx: t.Context()}
			f.s = f.reopen()
			group.run(t, f)
		})
	}
}

// fixture is one store in one test. Its helpers end the test where the store
// says no.
type fixture struct {
	*testing.T
	Backend
	address string
	s       outbox.Store
	ctx     context.Context
}

// now is the wall clock of all tests.
func now() time.Time { return time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC) }

// reopen opens the store once more, as another process would.
func (f *fixture) reopen() outbox.Store {
	f.Helper()
	s := f.Open(f.T, f.address)
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	return s
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) join() int64 {
	f.Helper()
	w, err := f.s.Join(f.ctx)
	f.must(err)
	return w.ID
}

// batch opens a batch and begins a walk.
func (f *fixture) batch(id string, worker int64) (walk int64) {
	f.Helper()
	_, _, err := f.s.OpenBatch(f.ctx, id, outbox.Fingerprint{Script: "s"}, now())
	f.must(err)
	walk, err = f.s.Produce(f.ctx, id, worker)
	f.must(err)
	return walk
}

func (f *fixture) add(batch string, worker, walk int64, items ...outbox.NewItem) []outbox.Arrival {
	f.Helper()
	arrivals, err := f.s.Add(f.ctx, batch, worker, walk, items, now())
	f.must(err)
	return arrivals
}

func (f *fixture) claim(c outbox.Claim) []outbox.Item {
	f.Helper()
	if c.Now.IsZero() {
		c.Now = now()
	}
	if c.N == 0 {
		c.N = 100
	}
	items, err := f.s.Claim(f.ctx, c)
	f.must(err)
	return items
}

func (f *fixture) commit(g outbox.Group) *outbox.Verdict {
	f.Helper()
	v, err := f.s.Commit(f.ctx, &g)
	f.must(err)
	return v
}

// item returns the item of a key and part.
func (f *fixture) item(batch, key string, part int) outbox.Item {
	f.Helper()
	items, err := f.s.Items(f.ctx, outbox.Filter{Batch: batch, Keys: []string{key}})
	f.must(err)
	for _, it := range items {
		if it.Part == part {
			return it
		}
	}
	f.Fatalf("there is no item %q %q %d", batch, key, part)
	return outbox.Item{}
}

// keys are items of a batch that wait to be rendered.
func keys(n int) []outbox.NewItem {
	items := make([]outbox.NewItem, n)
	for i := range items {
		items[i] = row(fmt.Sprintf("k%03d", i), fmt.Sprintf(`{"n":%d}`, i))
	}
	return items
}

func row(key, json string) outbox.NewItem { return outbox.NewItem{Key: key, Row: []byte(json)} }

// ready is an item whose recipients are known at intake.
func ready(key, site string) outbox.NewItem {
	return outbox.NewItem{Key: key, Row: []byte(`{}`), Recipients: []string{key + "@example.com"}, Relays: []string{"r"}, Site: site}
}

// intent is what rendering says of an item.
func intent(it outbox.Item) outbox.Parked {
	return outbox.Parked{
		ID: it.ID, Sender: "from@example.org", Recipients: []string{it.Key + "@example.com"}, Relays: []string{"r", "s"},
		Site: "r/example.com", MessageID: it.Key + "@m", Relay: "r",
	}
}

func sent(id int64) outbox.Attempt {
	return outbox.Attempt{ID: id, State: outbox.Sent, Counts: true, Relay: "r", Reply: outbox.Reply{Code: 250, Enhanced: "2.0.0", Text: "ok", QueueID: "Q1"}, At: now()}
}

// one prepares a batch "b" with one claimed item "k".
func (f *fixture) one() (worker int64, it outbox.Item) {
	f.Helper()
	worker = f.join()
	walk := f.batch("b", worker)
	f.add("b", worker, walk, row("k", `{"a":1}`))
	items := f.claim(outbox.Claim{Worker: worker, Batch: "b", Walk: walk, Pending: true})
	if len(items) != 1 {
		f.Fatalf("claimed %d items, want 1", len(items))
	}
	return worker, items[0]
}

// is compares and goes on.
func is[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// line is values with spaces between them.
func line(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }
