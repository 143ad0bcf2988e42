package outbox

import (
	"time"

	"moonpost/relay"
)

// pace is the generic cell rate algorithm over the rates of a batch: each has a
// moment before which nothing goes, which every item moves on by an interval. Of
// the rates the worker has a share.
type pace struct {
	cells        []paceCell
	held, shards int
}

type paceCell struct {
	rate  relay.Rate
	whole time.Time // when the next may go
}

// catchUp is how late a timer may be without the rate falling behind.
const catchUp = 20 * time.Millisecond

// longRate is the period from which on a rate is remembered between runs.
const longRate = time.Hour

func newPace(rates []relay.Rate) *pace {
	p := &pace{held: 1, shards: 1}
	for _, r := range rates {
		p.cells = append(p.cells, paceCell{rate: r})
	}
	return p
}

// per is the time between two items, rounded up: never faster than asked.
func (p *pace) per(c *paceCell) time.Duration {
	n := time.Duration(max(c.rate.Count, 1)) * time.Duration(p.held)
	return (c.rate.Per*time.Duration(p.shards) + n - 1) / n
}

// stands tells that the worker has no share of the rates.
func (p *pace) stands() bool { return len(p.cells) > 0 && p.held == 0 }

// earliest returns when the next item may go, not before now.
func (p *pace) earliest(now time.Time) time.Time {
	for i := range p.cells {
		if p.cells[i].whole.After(now) {
			now = p.cells[i].whole
		}
	}
	return now
}

// room is how many items may go now, at most n.
func (p *pace) room(now time.Time, n int) int {
	for i := range p.cells {
		c := &p.cells[i]
		if p.held == 0 || c.whole.After(now) {
			return 0
		}
		late := min(now.Sub(c.whole), catchUp)
		n = min(n, 1+int(late/p.per(c)))
	}
	return n
}

// spend lets an item go. One that a timer was late for counts for the moment at
// which it might have gone.
func (p *pace) spend(now time.Time) {
	for i := range p.cells {
		c := &p.cells[i]
		at := now
		if late := now.Sub(c.whole); late > 0 && late < catchUp {
			at = c.whole
		}
		c.whole = at.Add(p.per(c))
	}
}

// budgets tells by rate when the next item may go by those that are remembered, in
// Unix milliseconds.
func (p *pace) budgets(now, wall time.Time) map[string]int64 {
	all := map[string]int64{}
	for i := range p.cells {
		if c := &p.cells[i]; c.rate.Per >= longRate && c.whole.After(now) {
			all[c.rate.String()] = wall.Add(c.whole.Sub(now)).UnixMilli()
		}
	}
	return all
}

// restore takes what budgets returned. A clock that was wrong stops nobody for
// longer than the period.
func (p *pace) restore(kept map[string]int64, now, wall time.Time) {
	for i := range p.cells {
		c := &p.cells[i]
		rest := min(time.UnixMilli(kept[c.rate.String()]).Sub(wall), c.rate.Per)
		if at := now.Add(rest); rest > 0 && at.After(c.whole) {
			c.whole = at
		}
	}
}
