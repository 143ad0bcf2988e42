package relay

import (
	"fmt"
	"testing"
	"time"
)

// TestQuietServers: servers that say nothing take all four places. Mail for another one
// doesn't wait until they are given up, as long as no more than four places are lent.
func TestQuietServers(t *testing.T) {
	for quiet, test := range map[int]struct {
		sent, open int // after a minute
		took       time.Duration
	}{
		3:  {sent: 20, open: 3, took: 0},
		7:  {sent: 20, open: 7, took: quietAfter},
		12: {sent: 0, open: 8},
	} {
		well := &fakeHost{}
		hosts := map[string]*fakeHost{"well.test": well}
		for i := range quiet {
			hosts[fmt.Sprintf("quiet%d.test", i)] = &fakeHost{mute: true}
		}
		mxBubble(t, hosts, Options{TotalConnections: 4}, func(t *testing.T, r *Relay) {
			start := time.Now()
			for i := range quiet {
				submitTo(t, r, many(1, fmt.Sprintf("quiet%d.test", i))...)
			}
			submitTo(t, r, many(20, "well.test")...)
			time.Sleep(time.Minute)
			open := 0
			for _, h := range hosts {
				h.mu.Lock()
				open += h.open
				h.mu.Unlock()
			}
			if n := len(well.finals); n != test.sent || open != test.open || n > 0 && well.finals[n-1].Sub(start) != test.took {
				t.Errorf("%d quiet ones: %d sent, %d connections, at %v", quiet, n, open, well.finals)
			}
			if errs := outcomes(t, r, quiet+20); len(errs) != quiet || len(well.finals) != 20 || r.quiet != 0 {
				t.Errorf("%d quiet ones: %v; %d sent in the end, %d places lent", quiet, errs, len(well.finals), r.quiet)
			}
		})
	}
}
