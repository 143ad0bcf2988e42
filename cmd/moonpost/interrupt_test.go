package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// relayScript submits a thousand messages over ten connections.
const relayScript = `
local relay = smtp.relay{ url = env.SMTP_URL, connections = 10 }
for i = 1, 1000 do
  relay:submit(mime.message{ from = "a@example.org", to = "b" .. i .. "@example.org", subject = "n", text = ("x"):rep(5000) })
end
relay:close()
print("all sent")`

// TestInterrupt sends Ctrl-C in the middle of a thousand messages: the run
// ends soon, no message is half there, and what the server took was counted.
func TestInterrupt(t *testing.T) {
	p, stdout, stderr := testProcess("run", "-e", relayScript)
	var dots atomic.Int32
	server := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
		if line == "." && dots.Add(1) == 300 {
			p.signals <- os.Interrupt
		}
		return ""
	}})
	p.lookupEnv = func(name string) (string, bool) { return "smtp://" + server.Addr(), name == "SMTP_URL" }
	start := time.Now()
	status := p.main()
	if status != statusInterrupted {
		t.Errorf("exit status %d, want %d\n%s%s", status, statusInterrupted, stdout, stderr)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if strings.Contains(stdout.String(), "all sent") {
		t.Error("the script went on after the interrupt")
	}
	counts := regexp.MustCompile(`(\d+) sent, 0 failed, 0 in doubt, \d+ not sent`).FindStringSubmatch(stderr.String())
	if counts == nil {
		t.Fatalf("stderr does not say how far it came:\n%s", stderr)
	}
	received := server.Messages()
	if sent, _ := strconv.Atoi(counts[1]); sent != len(received) || sent < 300 || sent > 999 {
		t.Errorf("%d were counted as sent, the server has %d", sent, len(received))
	}
	for _, m := range received {
		if !strings.HasSuffix(string(m.Data), "x\r\n") {
			t.Errorf("half a message of %d octets", len(m.Data))
		}
	}
}

// TestInterruptNoReply interrupts while the server owes the reply to a final
// dot: it is awaited for the grace time only, and the message is in doubt.
func TestInterruptNoReply(t *testing.T) {
	p, _, stderr := testProcess("run", "--grace", "200ms", "-e", `
smtp.relay{ url = env.SMTP_URL, connections = 1 }:submit(mime.message{ from = "a@example.org", to = "b@example.org", text = "x" })`)
	stop := make(chan struct{})
	server := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
		if line == "." {
			p.signals <- os.Interrupt
			<-stop
		}
		return ""
	}})
	defer close(stop)
	p.lookupEnv = func(name string) (string, bool) { return "smtp://" + server.Addr(), name == "SMTP_URL" }
	if status := p.main(); status != statusInterrupted {
		t.Errorf("exit status %d\n%s", status, stderr)
	}
	if !strings.Contains(stderr.String(), "1 in doubt") {
		t.Errorf("stderr does not tell what is in doubt:\n%s", stderr)
	}
}

// TestBlockedCallEnds ends calls that would block for ever: a server that
// never greets, a terminal where nobody types.
func TestBlockedCallEnds(t *testing.T) {
	silent := smtptest.NewScript(t, "STALL")
	for name, code := range map[string]string{
		"connect": `smtp.connect("` + silent.Addr() + `")`,
		"read":    `io.read()`,
		"loop":    `while true do end`,
		"pcall":   `while true do pcall(error, "x") end`,
	} {
		t.Run(name, func(t *testing.T) {
			p, _, stderr := testProcess("run", "--timeout", "100ms", "--grace", "100ms", "-e", code)
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			p.stdin = reader
			start := time.Now()
			if status := p.main(); status != statusTimeout {
				t.Errorf("exit status %d, want %d\n%s", status, statusTimeout, stderr)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
