package outbox

import (
	"sync"
	"sync/atomic"
	"time"
)

// settlingTop is how many items may be about to end without having been sent.
const settlingTop = 256

// round renders a few items and starts them on their way. It tells whether there
// was anything to do.
func (s *sender) round() bool {
	n := s.roundSize()
	if n <= 0 {
		return false
	}
	if s.env.Mono().After(s.lookAt) && !s.try(s.look()) {
		return false
	}
	if s.env.Mono().After(s.keepAt) {
		s.keepSites()
	}
	list, err := s.pick(n)
	s.try(err)
	if len(list) == 0 {
		return false
	}
	s.render(list)
	ready := s.sort(list)
	s.try(s.resume())
	ready = s.leaveOut(ready)
	s.launch(ready)
	return true
}

// roundSize is how many items may be begun now.
func (s *sender) roundSize() int {
	if s.closed() {
		return 0
	}
	n := min(roundItems*(1+len(s.job.Renderers)), settlingTop-s.settling)
	n = s.pace.room(s.env.Mono(), n)
	return int(min(int64(n), s.quota()))
}

// quota is how many more items Flags.Limit lets pass. Once there are none, only
// those that were sent on in this run are tried again.
func (s *sender) quota() int64 {
	if s.handed == nil {
		return roundItems * int64(1+len(s.job.Renderers)+largeLot)
	}
	left := s.job.Flags.Limit - int64(len(s.handed))
	if left > 0 {
		return left
	}
	s.narrow()
	return int64(len(s.keys))
}

// narrow leaves to the run only what was deferred in it.
func (s *sender) narrow() {
	s.keys = append([]string{}, s.later...)
	if s.wanted {
		return
	}
	s.wanted = true
	s.pending, s.strays = false, nil
	for _, it := range s.fresh {
		s.back = append(s.back, it.ID)
	}
	for _, p := range s.places {
		for _, it := range p.queue {
			s.back = append(s.back, it.ID)
		}
		p.queue, p.more, p.alarm = nil, false, time.Time{}
	}
	s.fresh, s.waiting, s.alarms = nil, 0, nil
}

// render calls the renderers, that of the caller on this goroutine.
func (s *sender) render(list []*flight) {
	var next atomic.Int64
	work := func(r Renderer) {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(list) {
				return
			}
			f := list[i]
			f.mail, f.failure = r.Render(s.ctx, f.item)
			Pass(AfterRender)
		}
	}
	var others sync.WaitGroup
	for _, r := range s.job.Renderers[:min(len(s.job.Renderers), len(list)-1)] {
		others.Go(func() { work(r) })
	}
	work(s.job.Render)
	others.Wait()
}

// sort lets go of items that have no mail, parks those that can't go now, and
// returns the others.
func (s *sender) sort(list []*flight) (ready []*flight) {
	var parked []*flight
	for _, f := range list {
		switch {
		case s.ctx.Err() != nil:
			s.release(f)
			s.back = append(s.back, f.item.ID)
		case storeTrouble(f.failure) != nil:
			s.fail(storeTrouble(f.failure))
			s.release(f)
			s.back = append(s.back, f.item.ID)
		case f.failure != nil:
			s.end(f, Failed, Reply{Text: errorText(f.failure)})
		case f.mail == nil:
			s.release(f)
			s.skipped = append(s.skipped, f.item.ID)
			s.tally.skip()
		default:
			if err := s.address(f); err != nil {
				s.end(f, Failed, Reply{Text: errorText(err)})
			} else if s.seat(f) {
				ready = append(ready, f)
			} else {
				parked = append(parked, f)
			}
		}
	}
	s.park(parked)
	return ready
}

// seat gives a mail a place on its relay; false if there is none now, or if there
// are parts of it to be made first.
func (s *sender) seat(f *flight) bool {
	if f.place != nil && f.place != f.goal {
		s.release(f)
	}
	if len(f.rest) > 0 {
		return false
	}
	if f.place == nil {
		now := s.env.Wall()
		if f.goal.free() <= 0 || f.goal.way.free() <= 0 || s.shut(f.goal, now) && !s.detour(f.goal, now) {
			return false
		}
		f.occupy(f.goal)
	}
	return true
}

// park leaves mails to the store until their sites have room.
func (s *sender) park(list []*flight) {
	if len(list) == 0 {
		return
	}
	Pass(BeforePark)
	err := s.commits.do(func(g *Group) {
		for _, f := range list {
			g.Parked = append(g.Parked, f.parked())
		}
	})
	if !s.try(err) {
		for _, f := range list {
			s.release(f)
			s.back = append(s.back, f.item.ID)
		}
		return
	}
	Pass(AfterPark)
	now := s.env.Wall()
	for _, f := range list {
		s.release(f)
		s.noteDue(SiteDue{Site: f.goal.name, Relays: f.relays}, now)
		for _, part := range f.rest {
			s.noteDue(SiteDue{Site: part.Site, Relays: part.Relays}, now)
		}
	}
}

// launch starts mails on their way.
func (s *sender) launch(list []*flight) {
	for _, f := range list {
		s.choose(f)
		s.begins(f)
		s.pace.spend(s.env.Mono())
		if s.handed != nil {
			s.handed[f.item.ID] = true
		}
		s.flying++
		select {
		case s.next <- f:
		default:
			go s.flyer(f)
		}
	}
	s.expect()
}

// flyer has one flight after the other: a goroutine of its own for each would have
// its stack to grow each time.
func (s *sender) flyer(f *flight) {
	for ok := true; ok; f, ok = <-s.next {
		s.fly(f)
	}
}

// expect tells the committer how many connections there may be at work.
func (s *sender) expect() {
	lines := 0
	for _, w := range s.order {
		lines += min(w.lines*w.held/w.shards, w.flying)
	}
	s.commits.lines.Store(int64(lines))
}

// end settles an item that isn't sent.
func (s *sender) end(f *flight, state State, reply Reply) {
	s.release(f)
	f.attempt = Attempt{ID: f.item.ID, State: state, Reply: reply, Counts: state == Failed, At: s.env.Wall(), Outcomes: f.suppressed}
	s.flying++
	s.settling++
	f.settles = true
	go func() {
		s.record(f)
		s.landed <- f
	}()
}
