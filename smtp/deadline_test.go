package smtp

import (
	"testing"
	"time"
)

func TestDeadlineMovesInSteps(t *testing.T) {
	start := time.Now()
	var d deadline
	for _, step := range []struct {
		name           string
		after, timeout time.Duration
		change         bool
	}{
		{"first", 0, 5 * time.Minute, true},
		{"a little later", time.Second, 5 * time.Minute, false},
		{"beyond the slack", 38 * time.Second, 5 * time.Minute, true},
		{"shorter", 39 * time.Second, time.Minute, true},
		{"exact", 40 * time.Second, 5 * time.Second, true},
		{"exact again", 41 * time.Second, 5 * time.Second, true},
	} {
		at := start.Add(step.after + step.timeout)
		told, change := d.move(at, step.timeout)
		slack := step.timeout / 8
		if step.timeout < exactBelow {
			slack = 0
		}
		if change != step.change || told.Before(at) || told.Sub(at) > slack {
			t.Errorf("%s: %v, %s late", step.name, change, told.Sub(at))
		}
	}
}
