package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// TestBenchScripts runs what bench/ measures, over both ways of sending, and
// counts what arrives.
func TestBenchScripts(t *testing.T) {
	dir := t.TempDir()
	text := "Dear User {{N}},\n\nyour order number {{N}} is on its way, {{N}}.\n"
	if err := os.WriteFile(filepath.Join(dir, "w1.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"w2.txt": text, "w2.html": `<p>Order</p><p>{{N}}</p><img src="cid:logo@bench">`, "logo.png": "\x89PNG\r\n\x1a\n", "attach.bin": "%PDF", "big.bin": "big",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	people := "n,name,email\n"
	for i := range 30 {
		people += fmt.Sprintf("%d,User %d,user%d@example.net\n", i, i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "people.csv"), []byte(people), 0o600); err != nil {
		t.Fatal(err)
	}
	for script, recipients := range map[string]int{"w1": 1, "w1-message": 1, "merge": 1, "w2": 1, "w3": 1, "w5": 20} {
		for _, inFlight := range []string{"1", "64"} {
			t.Run(script+" in flight "+inFlight, func(t *testing.T) { benchScript(t, script, dir, inFlight, "send", recipients) })
		}
		for _, mode := range []string{"build", "flat"} {
			t.Run(script+" "+mode, func(t *testing.T) { benchScript(t, script, dir, "1", mode, recipients) })
		}
	}
}

func benchScript(t *testing.T, script, dir, inFlight, mode string, recipients int) {
	const count = 30
	server := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "CHUNKING", "8BITMIME"}})
	values := map[string]string{
		"BENCH_ADDR": server.Addr(), "BENCH_DIR": dir, "BENCH_COUNT": "30", "BENCH_CONNS": "2", "BENCH_RCPTS": "20", "BENCH_INFLIGHT": inFlight, "BENCH_MODE": mode,
	}
	p, stdout, stderr := testProcess("run", filepath.Join("..", "..", "bench", script+".lua"))
	p.mono = time.Now
	p.lookupEnv = func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	got := server.Messages()
	for _, m := range got {
		if len(m.To) != recipients || strings.Contains(string(m.Data), "{{") || strings.Count(string(m.Data), "Order ") != 1 {
			t.Errorf("%q\n%s", m.To, m.Data)
		}
	}
	if sends := mode == "send"; sends && len(got) != count || !sends && len(got) > 0 {
		t.Errorf("%d messages", len(got))
	}
}
