package sqlstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"moonpost/outbox"
)

// cpu is what this process has used so far.
func cpu(b *testing.B) time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// stepTimer sums the CPU of each step of an item's way.
type stepTimer struct {
	b    *testing.B
	last time.Duration
	sums map[string]time.Duration
}

func (s *stepTimer) step(name string) {
	now := cpu(s.b)
	s.sums[name] += now - s.last
	s.last = now
}

// BenchmarkItem takes items all the way: added 1,000 at a time, claimed 200 at a
// time, intents and outcomes in groups of 10. It reports µs of CPU an item.
func BenchmarkItem(b *testing.B) {
	stores := map[string]string{"sqlite": filepath.Join(b.TempDir(), "moonpost.db")}
	for name, address := range stores {
		b.Run(name, func(b *testing.B) { benchmarkItem(b, address) })
	}
	_ = os.Stdout
}

func benchmarkItem(b *testing.B, address string) {
	ctx := context.Background()
	s, err := Open(ctx, address, Options{Wall: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w, err := s.Join(ctx)
	check(b, err)
	_, _, err = s.OpenBatch(ctx, "news", outbox.Fingerprint{}, time.Now())
	check(b, err)
	walk, err := s.Produce(ctx, "news", w.ID)
	check(b, err)
	const lot = 10000
	done := 0
	t := &stepTimer{b: b, last: cpu(b), sums: map[string]time.Duration{}}
	for b.Loop() {
		addLot(b, s, w.ID, walk, done, lot)
		t.step("add")
		sendLot(b, s, w.ID, walk, t)
		done += lot
	}
	total := time.Duration(0)
	for name, sum := range t.sums {
		b.ReportMetric(float64(sum.Microseconds())/float64(done), name+"-µs/item")
		total += sum
	}
	b.ReportMetric(float64(total.Microseconds())/float64(done), "µs/item")
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
	for {
		items, err := s.Claim(ctx, outbox.Claim{Worker: worker, Batch: "news", Walk: walk, Pending: true, Now: time.Now(), N: 200})
		check(b, err)
		t.step("claim")
		if len(items) == 0 {
			return
		}
		for len(items) > 0 {
			group := items[:min(10, len(items))]
			items = items[len(group):]
			intents, outcomes := outbox.Group{Worker: worker}, outbox.Group{Worker: worker}
			for _, it := range group {
				intents.Intents = append(intents.Intents, outbox.Parked{
					ID: it.ID, Sender: "news@example.org", Recipients: []string{it.Key}, Relays: []string{"relay"}, Site: "relay", Relay: "relay",
					MessageID: "20261005.0123456789abcdef0123@example.org",
				})
				outcomes.Attempts = append(outcomes.Attempts, outbox.Attempt{
					ID: it.ID, State: outbox.Sent, Counts: true, Relay: "relay", At: time.Now(),
					Reply: outbox.Reply{Code: 250, Enhanced: "2.0.0", Text: "Ok: queued as 4bX1yz0VJTz1", QueueID: "4bX1yz0VJTz1"},
				})
			}
			_, err := s.Commit(ctx, &intents)
			check(b, err)
			t.step("intent")
			_, err = s.Commit(ctx, &outcomes)
			check(b, err)
			t.step("outcome")
		}
	}
}
