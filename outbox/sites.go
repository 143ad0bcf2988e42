package outbox

import (
	"time"

	"moonpost/relay"
)

// resume takes up what is known of places from runs before this one. A place that
// was dead at the end is tried once at the start, since somebody may have repaired
// it: failing again it is dead at once.
func (s *sender) resume() error {
	places := s.strangers
	s.strangers = nil
	if len(places) == 0 {
		return nil
	}
	byName := map[string]*place{}
	var names []string
	for _, p := range places {
		byName[p.name] = p
		names = append(names, p.name)
	}
	states, err := s.env.Store.SiteStates(s.ctx, names)
	for _, state := range states {
		p := byName[state.Name]
		if p == nil {
			continue
		}
		if state.Cohorts >= deadAfter {
			p.health.cohorts = state.Cohorts - 1
		}
		p.resume(state.Window)
	}
	return err
}

// resume tells the relay how many connections the site was worth at last, unless it has
// found out already.
func (p *place) resume(window float64) {
	p.window = window
	if window >= 1 && p.way.relay.States()[p.domain] == (relay.State{}) {
		p.way.relay.Resume(map[string]relay.State{p.domain: {Window: window}})
	}
}

// restore tells a relay, before its first mail, what is used up of its day's.
func (s *sender) restore(w *way) error {
	states, err := s.env.Store.SiteStates(s.ctx, []string{w.name})
	if err == nil && len(states) > 0 && len(states[0].Budgets) > 0 {
		w.relay.Restore(states[0].Budgets)
		w.kept = true
	}
	return err
}

// batchSite names the batch among the places of which limits are kept.
func (s *sender) batchSite() string { return "batch " + s.job.ID }

// beginPace takes up the batch's own rates, and wants a share of them.
func (s *sender) beginPace() error {
	if len(s.pace.cells) == 0 {
		return nil
	}
	s.wants.add(s.batchSite(), shardsMost, nil)
	s.pace.held, s.pace.shards = s.wants.held(s.batchSite())
	states, err := s.env.Store.SiteStates(s.ctx, []string{s.batchSite()})
	if err == nil && len(states) > 0 {
		s.pace.restore(states[0].Budgets, s.env.Mono(), s.env.Wall())
	}
	return err
}

// keepEvery is how often what is used up of long rates is kept.
const keepEvery = 10 * time.Second

// keepSites keeps what is used up of long rates, and what sites are worth.
func (s *sender) keepSites() {
	s.keepAt = s.env.Mono().Add(keepEvery)
	if budgets := s.pace.budgets(s.env.Mono(), s.env.Wall()); len(budgets) > 0 {
		s.commits.add(func(g *Group) { g.Sites = append(g.Sites, SiteState{Name: s.batchSite(), Budgets: budgets}) })
	}
	for _, w := range s.order {
		if w.kept || len(w.relay.Budgets()) > 0 {
			w.kept = true
			s.keep(w.name)
		}
	}
	s.keepWindows()
}

// keepWindows keeps how many connections sites are worth, where that changed.
func (s *sender) keepWindows() {
	known := map[*way]map[string]relay.State{}
	for _, p := range s.places {
		if known[p.way] == nil {
			known[p.way] = p.way.relay.States()
		}
		if now := known[p.way][p.domain].Window; now != p.window {
			p.window = now
			s.keep(p.name)
		}
	}
}

// keep notes the state of a place for other runs.
func (s *sender) keep(name string) {
	state := SiteState{Name: name}
	if p := s.places[name]; p != nil {
		state.Cohorts, state.Next, state.Window = p.health.cohorts, p.health.next, p.window
	}
	if w := s.ways[name]; w != nil {
		state.Budgets = w.relay.Budgets()
	}
	s.commits.add(func(g *Group) { g.Sites = append(g.Sites, state) })
}
