package crashtest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestRandomKills ends runs at any time until 200 were ended.
func TestRandomKills(t *testing.T) {
	wantLong(t)
	const wanted = 200
	b := &table{title: "random kills"}
	defer b.print(t)
	all := shapes(500)
	for kills, i := 0, 0; kills < wanted && !t.Failed(); i++ {
		s := all[i%len(all)]
		t.Run(fmt.Sprintf("%d/%s", i, s), func(t *testing.T) { kills += killAround(t, b, s, i) })
	}
}

// killAround ends runs of one batch after random times, up to four of them, and returns how many it met.
func killAround(t *testing.T, b *table, s shape, seed int) (kills int) {
	random := rand.New(rand.NewPCG(uint64(seed), 6))
	c := newCampaign(t, s, "")
	for range 4 {
		p := c.start("")
		select {
		case <-p.ended:
		case <-time.After(time.Duration(random.Int64N(int64(time.Second)))):
		}
		if !p.kill() {
			break
		}
		kills++
		c.mayDoubt += s.doubt()
	}
	c.finish()
	b.add(s.String(), kills > 0, c.check(), t.Failed())
	return kills
}
