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
	if free := newPace(nil); free.room(now, 7) != 7 || !free.earliest(now).Equal(now) {
		t.Error("without rates there is a limit")
	}
}
