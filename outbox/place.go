package outbox

import (
	"container/heap"
	"time"

	"moonpost/relay"
)

// way is a relay in use.
type way struct {
	name   string
	relay  *relay.Relay
	total  int  // mails that may be with it at once, with all of its limits
	kept   bool // the store has something of its rates
	lines  int  // connections that it can have
	held   int  // of so many
	shards int  // shares of them
	flying int
	ring   []*place // with mail and room, in turns
	// Final dots that may be on the wire without a noted outcome. It bounds what a kill
	// leaves in doubt to what the connections carry.
	dots chan struct{}
}

// place is where mail goes: a relay, or with MX a domain behind it. Mail for it
// waits in the store, but for a lot that is claimed.
type place struct {
	way    *way
	name   string
	domain string
	room   int
	flying int
	aged   bool     // some of its mail may have waited for as long as it may
	slowed bool     // it asked for less, and took nothing since
	proven bool     // somebody answered there: before, what one connection takes is enough
	queue  []*Item  // claimed
	relays []string // of one of its items
	more   bool     // the store may have items that are due
	listed bool     // in the way's ring
	away   bool     // another worker has the site
	window float64  // that the store has
	alarm  time.Time

	health health
}

// ahead is how many mails are under way for each that a relay can have on its
// connections: before it there is one whose outcome is being committed, and behind it
// are two that are ready to follow. With one, the connections that a commit set free
// all at once find nothing to send on with, and each message costs more packets.
const ahead = 4

// slackByDomain is for how many mails more there is room where each domain is a
// site: those that stall or are slowed down keep theirs for long, and the others
// must not notice.
const slackByDomain = 512

func (w *way) free() int {
	if w.held == 0 {
		return 0
	}
	return max(w.total*w.held/w.shards, 1) - w.flying
}

func (p *place) free() int {
	room := p.room
	switch {
	case p.away:
		return 0
	case p.health.cohorts > 0 && len(p.relays) < 2, p.slowed:
		room = 1 // to see whether it is back
	case !p.proven && p.way.relay.ByDomain():
		room = min(room, ahead)
	}
	return room - p.flying
}

// list puts a place with mail into the ring.
func (p *place) list() {
	if !p.listed && p.free() > 0 && (p.more || len(p.queue) > 0) {
		p.listed = true
		p.way.ring = append(p.way.ring, p)
	}
}

// wayTo finds a relay by its name.
func (s *sender) wayTo(name string) (*way, error) {
	if w := s.ways[name]; w != nil {
		return w, nil
	}
	r, err := s.job.Relays.Relay(name)
	if err != nil {
		return nil, err
	}
	_, total := r.Room("")
	w := &way{name: name, relay: r, total: ahead * total * r.Window(), lines: total}
	if r.ByDomain() {
		w.total += slackByDomain
	}
	w.dots = make(chan struct{}, max(total*r.Window(), 1))
	s.try(s.restore(w))
	s.wants.add(name, shardsOf(r), r) // of what is left by then the worker gets a share
	w.held, w.shards = s.wants.held(name)
	s.ways[name] = w
	s.order = append(s.order, w)
	return w, nil
}

// placeOf finds the place of a relay for a domain, which counts with MX alone.
func (s *sender) placeOf(relayName, domain string) (*place, error) {
	w, err := s.wayTo(relayName)
	if err != nil {
		return nil, err
	}
	if !w.relay.ByDomain() {
		domain = ""
	}
	name := SiteName(relayName, domain)
	if p := s.places[name]; p != nil {
		return p, nil
	}
	room, _ := w.relay.Room(domain)
	p := &place{way: w, name: name, domain: domain, room: ahead * room * w.relay.Window()}
	s.places[name] = p
	s.strangers = append(s.strangers, p)
	if s.wants.shared && w.relay.ByDomain() {
		s.wants.add(name, 1, nil)
		p.away = true
	}
	return p, nil
}

// alarms wake places at a moment of the wall clock: mail is due, or a place that
// was given up is tried again.
type alarms []*place

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].alarm.Before(a[j].alarm) }
func (a alarms) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *alarms) Push(p any)        { *a = append(*a, p.(*place)) }
func (a *alarms) Pop() any {
	last := len(*a) - 1
	p := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	return p
}

// wake sees to it that a place is looked at no later than at.
func (a *alarms) wake(p *place, at time.Time) {
	switch {
	case p.alarm.IsZero():
		p.alarm = at
		heap.Push(a, p)
	case at.Before(p.alarm):
		p.alarm = at
		heap.Init(a)
	}
}

// ring lists the places whose time has come.
func (a *alarms) ring(now time.Time) {
	for len(*a) > 0 && !(*a)[0].alarm.After(now) {
		p := heap.Pop(a).(*place)
		p.alarm = time.Time{}
		p.more = true
		p.list()
	}
}

// next is when the first of them rings.
func (a alarms) next() (at time.Time, ok bool) {
	if len(a) == 0 {
		return time.Time{}, false
	}
	return a[0].alarm, true
}
