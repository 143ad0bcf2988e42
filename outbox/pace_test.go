package outbox

import (
	"testing"
	"time"

	"moonpost/relay"
)

func TestPace(t *testing.T) {
	p := newPace([]relay.Rate{{Count: 600, Per: time.Minute}, {Count: 1000, Per: time.Second}})
	start := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	now, sent := start, 0
	for now.Before(start.Add(time.Minute)) {
		for range p.room(now, 100) {
			p.spend(now)
			sent++
		}
		at := p.earliest(now)
		if !at.After(now) {
			t.Fatal("there is room, and nothing was sent")
		}
		now = at.Add(3 * time.Millisecond) // timers are late
	}
	if sent < 599 || sent > 601 {
		t.Errorf("%d sent in a minute", sent)
	}
	p = newPace([]relay.Rate{{Count: 24, Per: 24 * time.Hour}})
	p.held, p.shards = 1, 2
	p.spend(start)
	if at := p.earliest(start); at != start.Add(2*time.Hour) {
		t.Errorf("with half of the rate the next goes at %s", at)
	}
	kept := p.budgets(start, start)
	again := newPace([]relay.Rate{{Count: 24, Per: 24 * time.Hour}})
	if again.restore(kept, start, start.Add(time.Hour)); again.earliest(start) != start.Add(time.Hour) {
		t.Errorf("an hour later the rest is %s", again.earliest(start).Sub(start))
	}
	if again.restore(map[string]int64{"24/d": 1 << 60}, start, start); again.earliest(start) != start.Add(24*time.Hour) {
		t.Error("a wrong clock stops the batch for longer than a day")
	}
	if p.held = 0; p.room(start.Add(48*time.Hour), 9) != 0 || !p.stands() {
		t.Error("without a share something goes")
	}
	if free := newPace(nil); free.room(now, 7) != 7 || !free.earliest(now).Equal(now) {
		t.Error("without rates there is a limit")
	}
}
