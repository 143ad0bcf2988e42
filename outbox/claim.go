package outbox

import (
	"slices"
	"strings"
	"time"
)

// Sizes of lots.
const (
	freshLot   = 256  // items without a place
	smallLot   = 16   // items of a place, at least
	largeLot   = 256  // and at most
	claimedTop = 8192 // beyond so many that wait here, lots are as small as the room
	roundItems = 32   // rendered before the connections are looked after again
)

// lookEvery is how often it is looked for mail that became due, while other mail
// is on its way.
const lookEvery = 5 * time.Second

// pick chooses up to n items to be rendered now: of places that have room, and of
// those that have no place yet.
func (s *sender) pick(n int) (list []*flight, err error) {
	now := s.env.Wall()
	s.alarms.ring(now)
	for _, w := range s.order {
		for len(list) < n && w.free() > 0 && len(w.ring) > 0 {
			f, err := s.nextOf(w, now)
			if err != nil {
				return list, err
			}
			if f != nil {
				list = append(list, f)
			}
		}
	}
	return s.pickFresh(list, n)
}

// nextOf takes an item of the next place in turn, nil if that has none.
func (s *sender) nextOf(w *way, now time.Time) (*flight, error) {
	p := w.ring[0]
	w.ring = w.ring[1:]
	p.listed = false
	switch {
	case p.free() <= 0:
		return nil, nil // listed again when a mail of it lands
	case s.shut(p, now) && !s.detour(p, now):
		s.alarms.wake(p, p.health.next)
		return nil, s.giveUpOld(p, now)
	}
	if len(p.queue) == 0 {
		if err := s.claimOf(p, now); err != nil || len(p.queue) == 0 {
			return nil, err
		}
	}
	f := &flight{item: p.queue[0]}
	p.queue[0] = nil
	p.queue = p.queue[1:]
	s.waiting--
	f.occupy(p)
	p.list()
	return f, nil
}

// giveUpOld fails mail of the queue for a dead place that has waited for as long as it
// may, though nobody tried it: that the place can't be had is known. A batch that goes
// on after days finds its relay down for a moment, and keeps what is left.
func (s *sender) giveUpOld(p *place, now time.Time) error {
	p.aged = p.aged && s.queue != nil
	for p.aged && s.settling < settlingTop {
		if len(p.queue) == 0 {
			if err := s.claimOf(p, now); err != nil {
				return err
			}
		}
		if len(p.queue) == 0 || now.Before(p.queue[0].Created.Add(s.job.Retry.GiveUp)) {
			p.aged = false
			break
		}
		it := p.queue[0]
		p.queue = p.queue[1:]
		s.waiting--
		s.end(&flight{item: it, goal: p}, Failed, p.health.reason)
	}
	return nil
}

// detour tells whether a place's mail has another way than to it.
func (s *sender) detour(p *place, now time.Time) bool {
	for _, name := range p.relays {
		if other, err := s.placeOf(name, p.domain); err == nil && other != p && !other.health.next.After(now) {
			return true
		}
	}
	return false
}

// claimOf claims a lot of a place's mail.
func (s *sender) claimOf(p *place, now time.Time) error {
	if !p.more {
		return nil
	}
	n := min(max(2*p.room, smallLot), largeLot)
	if s.waiting > claimedTop {
		n = max(p.free(), 1)
	}
	list, short, err := s.claim(Claim{Site: p.name, Now: now, N: n})
	if err != nil {
		return err
	}
	p.more = !short
	p.queue = append(p.queue, list...)
	return nil
}

// pickFresh adds items without a place, as many as there is room for anywhere.
func (s *sender) pickFresh(list []*flight, n int) ([]*flight, error) {
	for n = min(n, len(list)+s.roomAnywhere()); len(list) < n; {
		if len(s.fresh) == 0 {
			if err := s.claimFresh(); err != nil || len(s.fresh) == 0 {
				return list, err
			}
		}
		it := s.fresh[0]
		s.fresh[0] = nil
		s.fresh = s.fresh[1:]
		s.waiting--
		if s.shunned[it.ID] {
			s.skipped = append(s.skipped, it.ID)
			continue
		}
		list = append(list, &flight{item: it})
	}
	return list, nil
}

// roomAnywhere is for how many mails the relays known so far have room. With none
// known one mail shows which there are; with all busy one may show another.
func (s *sender) roomAnywhere() (n int) {
	for _, w := range s.order {
		n += max(w.free(), 0)
	}
	if len(s.order) == 0 {
		return 1
	}
	if now := s.env.Mono(); n == 0 && now.Sub(s.scouted) >= scoutEvery {
		s.scouted = now
		return scouts
	}
	return n
}

// While all relays are busy, a few items are looked at now and then: they may be
// for a relay that nothing was sent through yet.
const (
	scouts     = 8
	scoutEvery = time.Second
)

// claimFresh claims items that weren't rendered yet, then those that lie where
// nothing is sent any more: at a relay that is gone.
func (s *sender) claimFresh() error {
	for s.pending || len(s.strays) > 0 {
		c := Claim{Pending: true, Now: s.env.Wall(), N: freshLot}
		if !s.pending {
			c.Pending, c.Site = false, s.strays[0]
		}
		list, short, err := s.claim(c)
		if err != nil {
			return err
		}
		s.fresh = append(s.fresh, list...)
		switch {
		case short && c.Pending:
			s.pending = false
		case short:
			s.strays = s.strays[1:]
		}
		if len(list) > 0 {
			return nil
		}
	}
	return nil
}

// claim claims a lot; short tells that there is no more of the kind.
func (s *sender) claim(c Claim) (list []*Item, short bool, err error) {
	if s.keys != nil && len(s.keys) == 0 {
		return nil, true, nil
	}
	c.Worker, c.Batch, c.Walk, c.Keys = s.worker, s.job.ID, s.walk, s.keys
	c.N, c.Now = int(min(int64(c.N), max(s.quota(), 1))), s.dueBy(c.Now)
	items, err := s.env.Store.Claim(s.ctx, c)
	if err != nil {
		return nil, false, err
	}
	Pass(AfterClaim)
	for i := range items {
		list = append(list, &items[i])
	}
	s.waiting += len(list)
	if len(list) > 0 {
		s.vain = 0
	}
	return list, len(list) < c.N, nil
}

// dueSites asks where mail waits. With a choice of keys the store is asked for
// those, since what waits beside them doesn't matter.
func (s *sender) dueSites() (sites []SiteDue, pending int64, err error) {
	if s.keys == nil {
		return s.env.Store.DueSites(s.ctx, s.job.ID, s.walk)
	}
	if len(s.keys) == 0 {
		return nil, 0, nil
	}
	err = s.each(s.ctx, Filter{Keys: s.keys, States: []State{Pending, Ready, Deferred}}, func(it *Item) error {
		if it.State == Pending {
			pending++
			return nil
		}
		sites = append(sites, SiteDue{Site: it.Site, Relays: it.Relays, N: 1, Due: it.Due})
		return nil
	})
	return sites, pending, err
}

// look asks the store for which places mail waits.
func (s *sender) look() error {
	began := s.env.Mono()
	sites, pending, err := s.dueSites()
	if err != nil {
		return err
	}
	now := s.env.Wall()
	s.pending = pending > int64(len(s.shunned))
	for _, p := range s.places {
		p.more = false // others may have sent what waited there
	}
	for _, one := range sites {
		s.noteDue(one, now)
	}
	s.nameLacking()
	if err := s.resume(); err != nil {
		return err
	}
	took := s.env.Mono().Sub(began)
	s.lookAt = s.env.Mono().Add(max(lookEvery, 50*took))
	return nil
}

// noteDue remembers that mail waits for a site.
func (s *sender) noteDue(d SiteDue, now time.Time) {
	p := s.placeNamed(d)
	switch {
	case p == nil && s.lacks(d):
	case p == nil:
		if !slices.Contains(s.strays, d.Site) {
			s.strays = append(s.strays, d.Site)
		}
	case d.Due.After(now):
		s.alarms.wake(p, d.Due)
	case d.Due.After(s.dueBy(now)): // too late for this run
	default:
		p.more = true
		p.list()
	}
}

// placeNamed finds the place of a site, nil if its relay is another than it was.
func (s *sender) placeNamed(d SiteDue) *place {
	if p := s.places[d.Site]; p != nil {
		return p
	}
	if len(d.Relays) == 0 {
		return nil
	}
	p, err := s.placeOf(d.Relays[0], strings.TrimPrefix(strings.TrimPrefix(d.Site, d.Relays[0]), "/"))
	if err != nil || p.name != d.Site {
		return nil
	}
	p.relays = d.Relays
	return p
}
