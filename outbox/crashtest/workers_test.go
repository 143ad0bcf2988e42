//go:build linux

package crashtest

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"moonpost/outbox"
)

// lease is how long a crash build's worker lives without a beat.
const lease = 3 * time.Second

// head is how long the victim runs alone, so that it is the one that walks the source.
const head = 80 * time.Millisecond

// team starts three workers on one batch. The first one gets the order.
func (c *campaign) team(o order) (victim *process, others []*process) {
	c.t.Helper()
	victim = c.start(o)
	time.Sleep(head)
	return victim, []*process{c.start(""), c.start("")}
}

// must wants workers that nobody has harmed to come to the end of the batch.
func (c *campaign) must(workers ...*process) {
	c.t.Helper()
	for _, p := range workers {
		if status := p.wait(c.t); status != statusDone && status != statusInDoubt {
			c.t.Errorf("a worker that nobody harmed ended with status %d:\n%s", status, p.output.String())
		}
	}
}

// TestWorkersShort kills one of three.
func TestWorkersShort(t *testing.T) {
	t.Parallel()
	killWorker(t, &table{title: "moment"}, givenCluster(t), shape{60, 4, 1, false, false}, outbox.AfterIntent, 5)
}

// TestWorkersMatrix kills one of three at every moment.
func TestWorkersMatrix(t *testing.T) {
	wantLong(t)
	b := &table{title: "moment, three workers"}
	defer b.print(t)
	pg, s := ownCluster(t), shape{500, 4, 1, false, false}
	c := newCampaign(t, s, pg.database(t))
	c.finish()
	c.check()
	counts := c.moments()
	for _, m := range outbox.Moments() {
		for i, n := range occasions(counts[string(m)]) {
			if i == 1 {
				n = counts[string(m)] / 6 // the others do their share
			}
			if i < 2 {
				t.Run(fmt.Sprintf("%s/%d", m, n), func(t *testing.T) { killWorker(t, b, pg, s, m, n) })
			}
		}
	}
}

func killWorker(t *testing.T, b *table, pg *cluster, s shape, m outbox.Moment, n int) {
	c := newCampaign(t, s, pg.database(t))
	victim, others := c.team(order(fmt.Sprintf("kill %s %d", m, n)))
	if status := victim.wait(t); !victim.killed() && status != statusDone && status != statusInDoubt {
		t.Errorf("the victim ended with status %d:\n%s", status, victim.output.String())
	}
	c.mayDoubt += s.doubt()
	c.must(others...)
	c.finish()
	b.add(string(m), victim.killed(), c.check(), t.Failed())
}

// TestWorkersPaused stops one of three for longer than its lease, and lets it go on.
func TestWorkersPaused(t *testing.T) {
	wantLong(t)
	b := &table{title: "paused past its lease"}
	defer b.print(t)
	pg, s := ownCluster(t), shape{500, 4, 1, false, false}
	for _, m := range outbox.Moments() {
		for _, n := range []int{1, 20} {
			t.Run(fmt.Sprintf("%s/%d", m, n), func(t *testing.T) { pauseWorker(t, b, pg, s, m, n) })
		}
	}
}

func pauseWorker(t *testing.T, b *table, pg *cluster, s shape, m outbox.Moment, n int) {
	c := newCampaign(t, s, pg.database(t))
	victim, others := c.team(order(fmt.Sprintf("stop %s %d", m, n)))
	paused := victim.waitStopped()
	if !paused {
		c.must(others...)
		return // it never came to that moment
	}
	c.mayDoubt += s.doubt()
	time.Sleep(lease + time.Second)
	if err := victim.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	victim.wait(t) // it may find that it was taken for dead
	c.must(others...)
	c.finish()
	b.add(string(m), paused, c.check(), t.Failed())
}

// TestServerRestart takes the database away from three workers for a while.
func TestServerRestart(t *testing.T) {
	wantLong(t)
	b := &table{title: "PostgreSQL's end"}
	defer b.print(t)
	pg, s := ownCluster(t), shape{500, 4, 1, false, false}
	for name, how := range map[string]syscall.Signal{"restart": syscall.SIGINT, "crash": syscall.SIGQUIT} {
		for _, n := range []int{1, 150, 300} {
			for _, away := range []time.Duration{0, lease + time.Second} {
				t.Run(fmt.Sprintf("%s/%d/away %v", name, n, away), func(t *testing.T) { restartServer(t, b, pg, s, how, n, away) })
			}
		}
	}
}

// restartServer does so when the mail server has n messages.
func restartServer(t *testing.T, b *table, pg *cluster, s shape, how syscall.Signal, n int, away time.Duration) {
	c := newCampaign(t, s, pg.database(t))
	enough := make(chan struct{})
	c.server.onTaken(func(taken int) string {
		if taken == n {
			close(enough)
		}
		return ""
	})
	victim, others := c.team("")
	<-enough
	pg.stop(how)
	time.Sleep(away)
	pg.start(t)
	for _, p := range append(others, victim) {
		t.Logf("a worker ended with status %d", p.wait(t))
	}
	c.mayDoubt += 3 * s.doubt()
	c.finish()
	b.add(fmt.Sprintf("%s, away %v", how, away), true, c.check(), t.Failed())
}
