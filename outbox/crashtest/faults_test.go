package crashtest

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moonpost/outbox"
)

// fault is what the server does instead of its duty. An empty reply is none: it only took its time.
type fault struct {
	name  string
	reply func(done <-chan struct{}) string
}

func says(reply string) func(<-chan struct{}) string {
	return func(<-chan struct{}) string { return reply }
}

// faults are those of any stage.
func faults() []fault {
	return []fault{
		{"4xx", says("451 4.3.0 later")},
		{"5xx", says("554 5.7.1 never")},
		{"421", says("421 4.3.2 shutting down")},
		{"closes", says("drop")},
		{"garbage", says("\x00\xff garbage")},
		{"answers late", func(<-chan struct{}) string { time.Sleep(300 * time.Millisecond); return "" }},
		{"stalls", func(done <-chan struct{}) string { <-done; return "drop" }},
	}
}

// stages are where a server can fail, by the line it answers.
func stages() []struct{ name, line string } {
	return []struct{ name, line string }{
		{"greeting", ""}, {"EHLO", "EHLO"}, {"MAIL", "MAIL"}, {"RCPT", "RCPT"}, {"DATA", "DATA"}, {"final dot", "."}, {"last chunk", "BDAT"},
	}
}

// TestServerFaults lets the server fail a few times at every stage in every way, on one batch each.
func TestServerFaults(t *testing.T) {
	wantLong(t)
	b := &table{title: "server's fault"}
	defer b.print(t)
	for _, stage := range stages() {
		for _, f := range faults() {
			t.Run(stage.name+"/"+f.name, func(t *testing.T) { failAt(t, b, stage.name, stage.line, f) })
		}
	}
	for _, f := range faults()[3:] {
		t.Run("taken/"+f.name, func(t *testing.T) { failTaken(t, b, f) })
	}
}

// failing are how often and how far apart a fault comes.
const failing, apart = 6, 17

// failAt applies the fault to every 17th line of a kind, six times. With a batch of 200 over four connections there
// are only some greetings: those fail one after the other.
func failAt(t *testing.T, b *table, name, line string, f fault) {
	s := shape{200, 4, 1, line == "BDAT", false}
	c := newCampaign(t, s, "")
	step, done := int64(apart), make(chan struct{})
	if line == "" || line == "EHLO" {
		step = 2
	}
	var seen, failed atomic.Int64
	c.server.behave(func(said string) string {
		verb, _, _ := strings.Cut(said, " ")
		if verb != line || line == "BDAT" && !strings.HasSuffix(said, "LAST") {
			return ""
		}
		if n := seen.Add(1); n%step != 1 || failed.Add(1) > failing {
			return ""
		}
		return f.reply(done)
	})
	runFaulty(t, b, c, name+", "+f.name, done)
}

// failTaken applies the fault to every 17th message that the server has taken.
func failTaken(t *testing.T, b *table, f fault) {
	c := newCampaign(t, shape{200, 4, 1, false, false}, "")
	done := make(chan struct{})
	c.server.onTaken(func(n int) string {
		if n%apart != 1 || n > apart*failing {
			return ""
		}
		return f.reply(done)
	})
	runFaulty(t, b, c, "message taken, "+f.name, done)
}

// runFaulty runs the batch to its end; refused items have failed, nobody got them.
func runFaulty(t *testing.T, b *table, c *campaign, name string, done chan struct{}) {
	t.Cleanup(func() { close(done) })
	p := c.start("")
	status := p.wait(t)
	if status != statusDone && status != statusInDoubt && status != statusFailed {
		t.Errorf("the run ended with status %d:\n%s", status, p.output.String())
	}
	c.mayDoubt = failing * c.doubt()
	c.server.behave(nil)
	c.server.onTaken(nil)
	v := c.judge(outbox.Failed)
	if !t.Failed() && status != statusDone {
		c.settle(v, "--retry-failed")
	}
	b.add(name, true, v, t.Failed())
}
