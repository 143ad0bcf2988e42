package relay

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Directory knows ways out by name: relays, and pools that share mail among relays
// and other pools. It is for one goroutine at a time.
type Directory struct {
	relays map[string]bool
	pools  map[string]*pool
}

// Member is a relay or pool in a pool.
type Member struct {
	Name   string
	Weight int
}

// Share is a relay's part of a pool's mail, all of which is 1.
type Share struct {
	Relay string  `json:"relay"`
	Part  float64 `json:"part"`
}

// DirectoryError says why a way out can't be had or made.
type DirectoryError struct {
	Name  string // of the relay or pool
	What  string
	Known []string // what there is, where the name is unknown
}

func (e *DirectoryError) Error() string { return fmt.Sprintf("%q %s", e.Name, e.What) }

// Kind returns "argument".
func (e *DirectoryError) Kind() string { return "argument" }

// AddRelay makes a relay known. That it is known already is no error.
func (d *Directory) AddRelay(name string) error {
	if d.pools[name] != nil {
		return &DirectoryError{Name: name, What: "is a pool already"}
	}
	if d.relays == nil {
		d.relays = map[string]bool{}
	}
	d.relays[name] = true
	return nil
}

// AddPool makes a pool of ways that are known. Since they have to be, no pool gets
// to itself by others.
func (d *Directory) AddPool(name string, members []Member) error {
	switch {
	case d.relays[name]:
		return &DirectoryError{Name: name, What: "is a relay already"}
	case d.pools[name] != nil:
		return &DirectoryError{Name: name, What: "is a pool already"}
	case len(members) == 0:
		return &DirectoryError{Name: name, What: "has no members"}
	}
	p := &pool{}
	for _, m := range members {
		switch {
		case m.Name == name:
			return &DirectoryError{Name: name, What: "has itself as a member: its mail would never leave"}
		case !d.Knows(m.Name):
			return &DirectoryError{Name: m.Name, What: "is neither a relay nor a pool", Known: d.Names()}
		case slices.ContainsFunc(p.members, func(other Member) bool { return other.Name == m.Name }):
			return &DirectoryError{Name: m.Name, What: "is in the pool twice"}
		case m.Weight < 1 || m.Weight > heaviest:
			return &DirectoryError{Name: m.Name, What: fmt.Sprintf("has the weight %d; a weight is a whole number from 1 to %d", m.Weight, heaviest)}
		}
		p.members = append(p.members, m)
	}
	if d.pools == nil {
		d.pools = map[string]*pool{}
	}
	p.turns = make([]int, len(members))
	d.pools[name] = p
	return nil
}

const heaviest = 1_000_000

// Knows tells whether there is a relay or pool of a name.
func (d *Directory) Knows(name string) bool { return d.relays[name] || d.pools[name] != nil }

// IsPool tells whether a name is a pool's.
func (d *Directory) IsPool(name string) bool { return d.pools[name] != nil }

// Names lists relays and pools.
func (d *Directory) Names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range d.relays {
			if !yield(name) {
				return
			}
		}
		maps.Keys(d.pools)(yield)
	})
}

// Members lists what is in a pool.
func (d *Directory) Members(name string) []Member {
	if p := d.pools[name]; p != nil {
		return slices.Clone(p.members)
	}
	return nil
}

// Resolve gives the relays of a list of ways in order of failover, each once. Of a
// pool the one whose turn it is comes first, then the others, the heaviest first.
// Members that are down lose their turns to the others.
func (d *Directory) Resolve(names []string, down func(relay string) bool) []string {
	return d.resolve(names, down, true)
}

// Order gives the relays of a list of ways in order of failover, the heaviest of a
// pool first. It is nobody's turn.
func (d *Directory) Order(names []string) []string { return d.resolve(names, nil, false) }

// Leads tells whether a list of relays, whoever is first in it, is what some ways
// lead to.
func (d *Directory) Leads(names, relays []string) bool {
	all := d.resolve(names, nil, false)
	slices.Sort(all)
	return slices.Equal(all, slices.Sorted(slices.Values(relays)))
}

func (d *Directory) resolve(names []string, down func(string) bool, turn bool) (relays []string) {
	for _, name := range names {
		list := []string{name}
		if p := d.pools[name]; p != nil {
			list = d.order(p, down, turn)
		}
		for _, relay := range list {
			if !slices.Contains(relays, relay) {
				relays = append(relays, relay)
			}
		}
	}
	return relays
}

// order gives the relays of a pool. Only the pool that is first in line turns.
func (d *Directory) order(p *pool, down func(string) bool, turn bool) []string {
	up := func(m Member) bool { return !d.isDown(m.Name, down) }
	first := p.heaviest(up)
	if turn {
		first = p.next(up)
	}
	others := slices.Delete(slices.Clone(p.members), first, first+1)
	slices.SortStableFunc(others, func(a, b Member) int { return b.Weight - a.Weight })
	relays := d.resolve([]string{p.members[first].Name}, down, turn)
	for _, m := range others {
		relays = append(relays, d.resolve([]string{m.Name}, down, false)...)
	}
	return relays
}

// isDown tells of a pool whether all in it are.
func (d *Directory) isDown(name string, down func(string) bool) bool {
	p := d.pools[name]
	if p == nil {
		return down != nil && down(name)
	}
	return !slices.ContainsFunc(p.members, func(m Member) bool { return !d.isDown(m.Name, down) })
}

// Shares tells how a way's mail is shared among relays while all are well, the
// largest part first.
func (d *Directory) Shares(name string) []Share {
	parts := map[string]float64{}
	d.addShares(parts, name, 1)
	var list []Share
	for relay, part := range parts {
		list = append(list, Share{relay, part})
	}
	slices.SortFunc(list, func(a, b Share) int {
		if a.Part != b.Part {
			if a.Part > b.Part {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Relay, b.Relay)
	})
	return list
}

func (d *Directory) addShares(parts map[string]float64, name string, part float64) {
	p := d.pools[name]
	if p == nil {
		parts[name] += part
		return
	}
	for _, m := range p.members {
		d.addShares(parts, m.Name, part*float64(m.Weight)/float64(p.weight(nil)))
	}
}

// pool takes turns among its members by smooth weighted round robin: each turn
// gives every member its weight, and takes the weights of all from the one whose
// turn it is, who has most.
type pool struct {
	members []Member
	turns   []int
}

func (p *pool) weight(up func(Member) bool) (total int) {
	for _, m := range p.members {
		if up == nil || up(m) {
			total += m.Weight
		}
	}
	return total
}

// next returns whose turn it is; with all down it is anybody's.
func (p *pool) next(up func(Member) bool) int {
	total := p.weight(up)
	if total == 0 {
		up, total = nil, p.weight(nil)
	}
	best := -1
	for i, m := range p.members {
		if up != nil && !up(m) {
			p.turns[i] = 0 // nothing is owed for the time in which it was away
			continue
		}
		p.turns[i] += m.Weight
		if best < 0 || p.turns[i] > p.turns[best] {
			best = i
		}
	}
	p.turns[best] -= total
	return best
}

// heaviest returns who has the largest share.
func (p *pool) heaviest(up func(Member) bool) int {
	best := 0
	for i, m := range p.members {
		if up(m) && (m.Weight > p.members[best].Weight || !up(p.members[best])) {
			best = i
		}
	}
	return best
}

// MergeDomains gives limits by domain in which what own leaves open is as in
// general.
func MergeDomains(own, general map[string]DomainLimits) map[string]DomainLimits {
	if len(general) == 0 {
		return own
	}
	all := maps.Clone(general)
	for domain, d := range own {
		all[domain] = d.over(general[domain])
	}
	return all
}

// over fills in what the limits leave open.
func (d DomainLimits) over(general DomainLimits) DomainLimits {
	d.Connections = orElse(d.Connections, general.Connections)
	d.MessagesPerConnection = orElse(d.MessagesPerConnection, general.MessagesPerConnection)
	if len(d.Rates)+len(d.RecipientRates) == 0 {
		d.Rates, d.RecipientRates, d.Burst, d.Bursts = general.Rates, general.RecipientRates, general.Burst, general.Bursts
	}
	return d
}
