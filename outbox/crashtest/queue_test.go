package crashtest

import (
	"fmt"
	"testing"

	"moonpost/outbox"
)

// TestQueue kills who puts mail into the queue, and who delivers it.
func TestQueue(t *testing.T) {
	wantLong(t)
	b := &table{title: "queue"}
	defer b.print(t)
	s := shape{200, 4, 1, false, false}
	for _, m := range []outbox.Moment{outbox.BeforePut, outbox.AfterPut, outbox.InsideCommit} {
		for _, n := range []int{1, 100, 190} {
			t.Run(fmt.Sprintf("put/%s/%d", m, n), func(t *testing.T) { killQueue(t, b, s, "put, "+string(m), m, n, "", 0) })
		}
	}
	c := newCampaign(t, s, "")
	c.queue("")
	c.finish()
	c.check()
	counts := c.moments()
	for _, m := range outbox.Moments() {
		for _, n := range occasions(counts[string(m)]) {
			if m != outbox.BeforePut && m != outbox.AfterPut && m != outbox.InsideMigration {
				t.Run(fmt.Sprintf("work/%s/%d", m, n), func(t *testing.T) { killQueue(t, b, s, string(m), "", 0, m, n) })
			}
		}
	}
}

// queue makes a campaign one of mail that is put by itself: all of it is put, however often that takes.
func (c *campaign) queue(o order) (killed bool) {
	c.t.Helper()
	c.batch, c.script, c.runs = outbox.Queue, "work.lua", []string{"work", "--once", "--in-doubt", "hold"}
	p := c.launch(o, "put.lua", "run")
	p.wait(c.t)
	killed = p.killed()
	if status := c.launch("", "put.lua", "run").wait(c.t); status != statusDone {
		c.t.Errorf("putting again ended with status %d", status)
	}
	return killed
}

// killQueue kills the putter at one moment, and the worker at another.
func killQueue(t *testing.T, b *table, s shape, name string, put outbox.Moment, nPut int, work outbox.Moment, nWork int) {
	c := newCampaign(t, s, "")
	killed := false
	if put == "" {
		c.queue("")
	} else {
		killed = c.queue(order(fmt.Sprintf("kill %s %d", put, nPut)))
	}
	if work != "" {
		p := c.start(order(fmt.Sprintf("kill %s %d", work, nWork)))
		p.wait(t)
		killed = p.killed()
		c.mayDoubt += s.doubt()
	}
	c.finish()
	b.add(name, killed, c.check(), t.Failed())
}
