package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"moonpost/sink"
)

// BenchmarkMillion mails BENCH_ROWS people (a million) over ten connections, from a relay and as a batch. The store's
// share is the difference in CPU.
func BenchmarkMillion(b *testing.B) {
	rows := 1_000_000
	if text := os.Getenv("BENCH_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	dir, program, address := b.TempDir(), moonpost(b), discard(b)
	writeText(b, dir)
	writePeople(b, dir, rows, func(int) string { return "example.net" })
	variables := []string{"BENCH_ADDR=" + address, "BENCH_DIR=" + dir, "BENCH_CONNS=10"}
	for b.Loop() {
		plain := run(b, variables, program, "run", "merge.lua")
		durable := run(b, variables, program, "run", "--yes", "--store", filepath.Join(dir, "store.db"), "batch.lua")
		b.Logf("relay: %v\nbatch: %v", plain, durable)
		b.ReportMetric(float64(rows)/durable.elapsed.Seconds(), "mails/s")
		b.ReportMetric(float64(durable.memory)/1e6, "MB-peak")
		b.ReportMetric(float64((durable.cpu-plain.cpu).Microseconds())/float64(rows), "µs-of-store/mail")
		for _, name := range []string{"store.db", "store.db-wal", "store.db-shm"} {
			_ = os.Remove(filepath.Join(dir, name))
		}
	}
}

// BenchmarkBadDomains mails 10,000 people at 500 domains, with and without 15 domains that stall, are busy or reject.
func BenchmarkBadDomains(b *testing.B) {
	dir, program := b.TempDir(), moonpost(b)
	writeText(b, dir)
	for b.Loop() {
		without := lastHealthy(b, dir, program, false)
		with := lastHealthy(b, dir, program, true)
		b.ReportMetric(without.Seconds(), "s-without")
		b.ReportMetric(with.Seconds(), "s-with")
	}
}

// bad are the domains that don't work, 15 of 500.
func bad(i int) string {
	return []string{"stalls", "busy", "rejects"}[i%3] + strconv.Itoa(i/3+1) + ".example"
}

// lastHealthy returns when the last mail to a domain that works had come.
func lastHealthy(b *testing.B, dir, program string, withBad bool) time.Duration {
	b.Helper()
	const people, domains, ill = 10_000, 500, 15
	healthy := 0
	writePeople(b, dir, people, func(i int) string {
		switch i %= domains; {
		case i >= ill:
			healthy++
			return "d" + strconv.Itoa(i) + ".example"
		case withBad:
			return bad(i)
		}
		return ""
	})
	works := trial(b)
	variables := []string{
		"BENCH_DIR=" + dir, "BENCH_ADDR=" + works.Addr(),
		"BENCH_STALLS=" + trial(b, sink.Rule{Stage: sink.StageGreeting, Action: sink.ActionStall}).Addr(),
		"BENCH_BUSY=" + trial(b, sink.Rule{Stage: sink.StageMail, Code: 421}).Addr(),
		"BENCH_REJECTS=" + trial(b, sink.Rule{Stage: sink.StageRcpt, Code: 550}).Addr(),
	}
	began := time.Now()
	took := run(b, variables, program, "run", "--yes", "--store", filepath.Join(b.TempDir(), "store.db"), "mx.lua")
	came := works.Messages()
	if len(came) != healthy {
		b.Fatalf("%d of %d healthy mails came", len(came), healthy)
	}
	last := came[len(came)-1].Time.Sub(began)
	b.Logf("bad domains: %v; the last of %d healthy mails after %v; %v", withBad, healthy, last, took)
	return last
}

// trial starts a server that fails by rules.
func trial(b *testing.B, rules ...sink.Rule) *sink.Trial {
	b.Helper()
	for i := range rules {
		if err := rules[i].Settle(); err != nil {
			b.Fatal(err)
		}
	}
	t, err := sink.StartTrial(sink.TrialOptions{Rules: rules, NoAuth: true, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(t.Close)
	return t
}
