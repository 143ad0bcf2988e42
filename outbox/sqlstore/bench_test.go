//go:build unix

package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"moonpost/outbox"
)

// cpu is what this process has used so far, in its own code and in the system's
// (most of it syncing the disk).
func cpu(b *testing.B) (user, system time.Duration) {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano()), time.Duration(used.Stime.Nano())
}

// stepTimer sums the CPU of each step of an item's way.
type stepTimer struct {
	b            *testing.B
	user, system time.Duration
	sums         map[string]time.Duration
}

func (s *stepTimer) step(name string) {
	user, system := cpu(s.b)
	s.sums[name] += user - s.user + system - s.system
	s.sums["user"] += user - s.user
	s.sums["system"] += system - s.system
	s.user, s.system = user, system
}

// BenchmarkItem takes items all the way: added 1,000 at a time, claimed 200 at a
// time, then as ten connections have it: each commit carries the outcomes of ten
// items with the intents of the next ten. It reports µs of CPU an item.
func BenchmarkItem(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkItem(b, filepath.Join(b.TempDir(), "moonpost.db")) })
	b.Run("postgres", func(b *testing.B) { benchmarkItem(b, newSchema(b)) }) // without the server's share
}

func benchmarkItem(b *testing.B, address string) {
	ctx := context.Background()
	s, err := Open(ctx, address, Options{Wall: time.Now})
	check(b, err)
	defer s.Close()
	w, err := s.Join(ctx)
	check(b, err)
	_, _, err = s.OpenBatch(ctx, "news", outbox.Fingerprint{}, time.Now())
	check(b, err)
	walk, err := s.Produce(ctx, "news", w.ID)
	check(b, err)
	const lot = 10000
	done := 0
	t := &stepTimer{b: b, sums: map[string]time.Duration{}}
	t.user, t.system = cpu(b)
	for b.Loop() {
		addLot(b, s, w.ID, walk, done, lot)
		t.step("add")
		sendLot(b, s, w.ID, walk, t)
		done += lot
	}
	for name, sum := range t.sums {
		b.ReportMetric(float64(sum.Microseconds())/float64(done), name+"-µs/item")
	}
	b.ReportMetric(float64((t.sums["user"]+t.sums["system"]).Microseconds())/float64(done), "µs/item")
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func addLot(b *testing.B, s outbox.Store, worker, walk int64, from, n int) {
	rows := make([]outbox.NewItem, 0, 1000)
	for i := from; i < from+n; i++ {
		rows = append(rows, outbox.NewItem{
			Key: fmt.Sprintf("person%07d@example.com", (i*7919)%10000019),
			Row: fmt.Appendf(nil, `{"email":"Person%07d@example.com","name":"Person Number %d","id":"%d","plan":"gold","city":"Berlin"}`, i, i, i),
		})
		if len(rows) == cap(rows) {
			_, err := s.Add(context.Background(), "news", worker, walk, rows, time.Now())
			check(b, err)
			rows = rows[:0]
		}
	}
}

func sendLot(b *testing.B, s outbox.Store, worker, walk int64, t *stepTimer) {
	ctx := context.Background()
	g := outbox.Group{Worker: worker}
	for {
		items, err := s.Claim(ctx, outbox.Claim{Worker: worker, Batch: "news", Walk: walk, Pending: true, Now: time.Now(), N: 200})
		check(b, err)
		t.step("claim")
		for len(items) > 0 {
			group := items[:min(10, len(items))]
			items = items[len(group):]
			commitNext(b, s, &g, group)
			t.step("commit")
		}
		if len(g.Intents) == 0 {
			return
		}
		if len(items) == 0 {
			commitNext(b, s, &g, nil)
			t.step("commit")
		}
	}
}

// commitNext commits the outcomes of those whose intents are in g, and intents of
// the next.
func commitNext(b *testing.B, s outbox.Store, g *outbox.Group, next []outbox.Item) {
	g.Attempts = g.Attempts[:0]
	for i := range g.Intents {
		g.Attempts = append(g.Attempts, outbox.Attempt{
			ID: g.Intents[i].ID, State: outbox.Sent, Counts: true, Relay: "relay", At: time.Now(),
			Reply: outbox.Reply{Code: 250, Enhanced: "2.0.0", Text: "Ok: queued as 4bX1yz0VJTz1", QueueID: "4bX1yz0VJTz1"},
		})
	}
	g.Intents = g.Intents[:0]
	for _, it := range next {
		g.Intents = append(g.Intents, outbox.Parked{
			ID: it.ID, Sender: "news@example.org", Recipients: []string{it.Key}, Relays: []string{"relay"}, Site: "relay", Relay: "relay",
			MessageID: "20261005.0123456789abcdef0123@example.org",
		})
	}
	_, err := s.Commit(context.Background(), g)
	check(b, err)
}
