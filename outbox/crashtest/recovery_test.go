package crashtest

import (
	"fmt"
	"syscall"
	"testing"

	"moonpost/outbox"
)

// TestRecovery kills the run that takes over from a killed one, too, and one that was interrupted.
func TestRecovery(t *testing.T) {
	wantLong(t)
	b := &table{title: "second run"}
	defer b.print(t)
	for _, s := range shapes(500) {
		for _, m := range []outbox.Moment{outbox.BeforeRecover, outbox.AfterRecover, outbox.BeforeSettle, outbox.AfterSettle, outbox.AfterIntent} {
			t.Run(fmt.Sprintf("%s/%s", s, m), func(t *testing.T) { killTwice(t, b, s, m) })
		}
		for _, m := range []outbox.Moment{outbox.BeforeReturn, outbox.AfterReturn} {
			t.Run(fmt.Sprintf("%s/%s", s, m), func(t *testing.T) { killInterrupted(t, b, s, m) })
		}
	}
}

// killTwice ends the first run in the midst of sending, and the second, which resends, at a moment of its recovery.
func killTwice(t *testing.T, b *table, s shape, m outbox.Moment) {
	c := newCampaign(t, s, "")
	c.start("kill after-reply 200").wait(t)
	p := c.start(order(fmt.Sprintf("kill %s 1", m)), "--in-doubt", "resend")
	p.wait(t)
	c.mayDoubt, c.mayTwice = 2*s.doubt(), s.doubt()
	c.finish()
	b.add(string(m), p.killed(), c.check(), t.Failed())
}

// killInterrupted ends a run that was interrupted, when it gives back what it has claimed.
func killInterrupted(t *testing.T, b *table, s shape, m outbox.Moment) {
	c := newCampaign(t, s, "")
	victim := make(chan *process, 1)
	c.server.onTaken(func(taken int) string {
		if taken == 100 {
			_ = (<-victim).Process.Signal(syscall.SIGINT)
		}
		return ""
	})
	p := c.start(order(fmt.Sprintf("kill %s 1", m)), "--grace", "1m")
	victim <- p
	p.wait(t)
	c.finish()
	b.add(string(m), p.killed(), c.check(), t.Failed())
}
