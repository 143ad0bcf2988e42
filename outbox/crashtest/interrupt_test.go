package crashtest

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// TestInterrupts ends runs by SIGINT: a server that answers leaves nothing in doubt.
func TestInterrupts(t *testing.T) {
	wantLong(t)
	b := &table{title: "interrupts"}
	defer b.print(t)
	for i := range 40 {
		all := shapes(500)
		s := all[i%len(all)]
		t.Run(fmt.Sprintf("%d/%s", i, s), func(t *testing.T) { interruptAround(t, b, s, i) })
	}
}

func interruptAround(t *testing.T, b *table, s shape, seed int) {
	random := rand.New(rand.NewPCG(uint64(seed), 7))
	c := newCampaign(t, s, "")
	met := false
	for range 3 {
		p := c.start("", "--grace", "1m")
		time.Sleep(time.Duration(random.Int64N(int64(600 * time.Millisecond))))
		_ = p.Process.Signal(syscall.SIGINT)
		switch status := p.wait(t); {
		case status == statusInterrupted:
			met = true
		case status == -1: // before the program had begun to listen for signals
		case status != statusDone:
			t.Errorf("exit status %d:\n%s", status, p.output.String())
		}
	}
	c.finish()
	b.add(s.String(), met, c.check(), t.Failed())
}
