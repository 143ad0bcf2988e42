package bench

import (
	"bytes"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// BenchmarkSharedRate lets two processes on one PostgreSQL send at 200/m for three minutes, and counts at the server.
func BenchmarkSharedRate(b *testing.B) {
	store := os.Getenv("MOONPOST_TEST_POSTGRES")
	if store == "" {
		b.Skip("MOONPOST_TEST_POSTGRES isn't set: `make servers` starts one")
	}
	program := moonpost(b)
	for b.Loop() {
		sharedRate(b, program, store)
	}
}

// minutes are how long it is measured.
const minutes = 3

func sharedRate(b *testing.B, program, store string) {
	b.Helper()
	var mu sync.Mutex
	var came []time.Time
	server := smtptest.NewServer(b, smtptest.Config{Taken: func(smtptest.Message) string {
		mu.Lock()
		defer mu.Unlock()
		came = append(came, time.Now())
		return ""
	}})
	variables := append(os.Environ(), "BENCH_ADDR="+server.Addr(), "BENCH_COUNT=2000", "BENCH_RATE=200/m")
	for range 2 {
		process := exec.Command(program, "run", "--yes", "--store", store, "rate.lua")
		var out bytes.Buffer
		process.Env, process.Stdout, process.Stderr = variables, &out, &out
		if err := process.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = process.Process.Kill()
			if process.Wait(); b.Failed() {
				b.Logf("%s", out.String())
			}
		})
	}
	time.Sleep(minutes*time.Minute + 5*time.Second)
	mu.Lock()
	defer mu.Unlock()
	if len(came) == 0 {
		b.Fatal("nothing came")
	}
	var counts [minutes]int
	total := 0
	for _, at := range came {
		if minute := int(at.Sub(came[0]) / time.Minute); minute < minutes {
			counts[minute]++
			total++
		}
	}
	b.Logf("mails in each minute: %v", counts)
	b.ReportMetric(float64(total)/minutes, "mails/min")
}
