package outbox_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
	"moonpost/relay"
	"moonpost/smtp"
)

// BenchmarkRun sends b.N mails of 2 KB over ten connections to a server that takes everything at once: by a batch on
// SQLite, and by a relay alone. The difference of their cpu-µs/item is what durability costs.
func BenchmarkRun(b *testing.B) {
	b.Run("batch", func(b *testing.B) {
		h := newBench(b)
		source := &counting{left: b.N}
		job := outbox.Job{
			ID: "b", Source: source, Relays: h, Render: renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) { return h.letter(it.Key), nil }),
			Env: outbox.Env{Store: h.store, Wall: time.Now, Mono: time.Now, Sleep: func(context.Context, time.Duration) error { return nil }},
		}
		h.measure(b, func() {
			sum, err := outbox.Run(b.Context(), job)
			if err != nil || sum.Sent != int64(b.N) {
				b.Fatalf("%v, %+v", err, sum)
			}
		})
	})
	b.Run("relay", func(b *testing.B) {
		h := newBench(b)
		r := h.relay
		h.measure(b, func() {
			done := 0
			take := func(out relay.Outcome, ok bool) bool {
				if out.Err != nil {
					b.Fatal(out.Err)
				}
				if ok {
					done++
				}
				return ok
			}
			for i := range b.N {
				m := h.letter(fmt.Sprintf("p%07d@x.test", i))
				if err := r.Submit(b.Context(), relay.Job{Message: m.Message}); err != nil {
					b.Fatal(err)
				}
				for take(r.Poll()) {
				}
			}
			for take(r.Next(b.Context())) {
			}
			if done != b.N {
				b.Fatalf("%d of %d", done, b.N)
			}
		})
	})
}

// bench is a store with a relay to a server in this process.
type bench struct {
	relay *relay.Relay
	store outbox.Store
	body  string
}

func newBench(b *testing.B) *bench {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go swallow(c)
		}
	}()
	h := &bench{body: "Subject: x\r\n\r\n" + strings.Repeat("Nothing much is said in this line of the mail's text, again and again.\r\n", 28)}
	if h.relay, err = relay.New(relay.Options{Name: "r", SMTP: smtp.Options{Host: l.Addr().String()}, Connections: 10}); err != nil {
		b.Fatal(err)
	}
	if h.store, err = sqlstore.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "box.db"), sqlstore.Options{Wall: time.Now}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = h.relay.Close(context.Background())
		h.store.Close()
	})
	return h
}

func (h *bench) Relay(string) (*relay.Relay, error) { return h.relay, nil }

func (h *bench) letter(to string) *outbox.Mail {
	return &outbox.Mail{
		Message: smtp.Letter("news@example.org", []string{to}, text(h.body)), Sender: "news@example.org", To: []string{to},
		MessageID: to + ".id", Relays: []string{"r"},
	}
}

// measure reports the process's CPU time, the server's included.
func (h *bench) measure(b *testing.B, run func()) {
	b.Helper()
	before := cpuTime()
	b.ResetTimer()
	run()
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(b.N), "cpu-µs/item")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

func cpuTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// counting is a source of so many rows.
type counting struct{ left int }

func (c *counting) Next(context.Context) (*outbox.NewItem, error) {
	if c.left == 0 {
		return nil, io.EOF
	}
	c.left--
	key := fmt.Sprintf("p%07d@x.test", c.left)
	return &outbox.NewItem{Key: key, Row: fmt.Appendf(nil, `{"email":%q,"name":"Somebody"}`, key)}, nil
}

// swallow is a server that says yes.
func swallow(c net.Conn) {
	defer c.Close()
	in, out := bufio.NewReaderSize(c, 64<<10), bufio.NewWriter(c)
	say := func(s string) { fmt.Fprint(out, s+"\r\n") }
	say("220 x")
	body := false
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		switch {
		case body:
			if body = !bytes.Equal(line, []byte(".\r\n")); !body {
				say("250 2.0.0 taken")
			}
		case bytes.HasPrefix(line, []byte("EHLO")):
			say("250-x\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")
		case bytes.HasPrefix(line, []byte("DATA")):
			body = true
			say("354 go on")
		default:
			say("250 2.0.0 ok")
		}
	}
}
