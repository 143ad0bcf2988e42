package outbox

import (
	"time"

	"moonpost/relay"
)

// pace is the generic cell rate algorithm over the rates of a batch: each has a
// moment before which nothing goes, which every item moves on by an interval.
type pace struct {
	cells []paceCell
}

type paceCell struct {
	rate  relay.Rate
	per   time.Duration // between two items
	whole time.Time     // when the next may go
}

// catchUp is how late a timer may be without the rate falling behind.
const catchUp = 20 * time.Millisecond

func newPace(rates []relay.Rate) *pace {
	p := &pace{}
	for _, r := range rates {
		n := time.Duration(max(r.Count, 1))
		p.cells = append(p.cells, paceCell{rate: r, per: (r.Per + n - 1) / n}) // rounded up: never faster than asked
	}
	return p
}

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
		if c.whole.After(now) {
			return 0
		}
		late := min(now.Sub(c.whole), catchUp)
		n = min(n, 1+int(late/c.per))
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
		c.whole = at.Add(c.per)
	}
}
