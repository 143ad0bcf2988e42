package luabind

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// routeDesk is what a script has told about ways out.
type routeDesk struct {
	planned  []*plannedRelay // defined by route.relay and not made yet
	limits   map[string]relay.DomainLimits
	presets  []appliedPreset
	choose   *lua.LFunction
	deferred *lua.LFunction
	places   map[string]string        // lines of the script that defined something: "relay ses" → "script.lua:3"
	given    map[string]relay.Options // of relays that were made, without what route adds
	made     string                   // the first relay that was made: limits come too late for it

	mu  sync.Mutex // guards what is below: templates are filled by other goroutines
	dir relay.Directory
	all map[string]*relay.Relay
}

type plannedRelay struct {
	options  relay.Options
	onResult *lua.LFunction
	meant    *relay.Relay
}

type appliedPreset struct {
	relay.Preset
	where string
}

func (d *routeDesk) place(what, where string) {
	if d.places == nil {
		d.places = map[string]string{}
	}
	where = strings.TrimSuffix(where, ":")
	if d.places[what] == "" || !strings.HasPrefix(what, "relay ") {
		d.places[what] = where
	}
}

// placeOf gives the line that defined something, as "script.lua:3", or "".
func (d *routeDesk) placeOf(what string) string { return d.places[what] }

// planRelay defines a relay. All that can be wrong with it is told now.
func (rt *Runtime) planRelay(call string, o relay.Options, onResult *lua.LFunction, where string) error {
	d := &rt.routes
	rt.knowRelays()
	if d.dir.IsPool(o.Name) {
		return &argumentError{text: fmt.Sprintf("%s: %q is a pool already", call, o.Name)}
	}
	if err := relayAllowed(&o); err != nil {
		return err
	}
	meant, err := relay.New(o)
	if err != nil {
		return err
	}
	known := d.find(o.Name)
	if known == nil && slices.Contains(rt.relayNames(), o.Name) {
		return &argumentError{text: fmt.Sprintf("%s: %q is defined already", call, o.Name), hint: "give one of them a name of its own"}
	}
	if known != nil {
		if limit := relay.Difference(known.meant, meant); limit != "" {
			return &argumentError{text: fmt.Sprintf("%s: %q is defined already, with another %s", call, o.Name, limit), hint: "give one of them a name of its own"}
		}
		return nil
	}
	d.planned = append(d.planned, &plannedRelay{o, onResult, meant})
	d.place("relay "+o.Name, where)
	return d.dir.AddRelay(o.Name)
}

func (d *routeDesk) find(name string) *plannedRelay {
	for _, p := range d.planned {
		if p.options.Name == name {
			return p
		}
	}
	return nil
}

// makePlanned makes a relay that was defined by route.relay, if there is one of that
// name which isn't made.
func (rt *Runtime) makePlanned(name string) error {
	p := rt.routes.find(name)
	if p == nil {
		return nil
	}
	rt.routes.planned = slices.DeleteFunc(rt.routes.planned, func(other *plannedRelay) bool { return other == p })
	made, err := rt.makeRelay("route.relay", p.options)
	if err == nil && p.onResult != nil {
		made.onResult = p.onResult
	}
	return err
}

// knowRelays tells the directory of relays that smtp.relay made.
func (rt *Runtime) knowRelays() {
	rt.routes.mu.Lock()
	defer rt.routes.mu.Unlock()
	for _, name := range rt.relayNames() {
		_ = rt.routes.dir.AddRelay(name) // one that is called like a pool is found before it
	}
}

// limit adds limits to the mail to a domain.
func (d *routeDesk) limit(call, domain string, limits relay.DomainLimits, where string) error {
	if err := d.early(call); err != nil {
		return err
	}
	name, err := relay.DomainName(domain)
	if err != nil {
		return &argumentError{text: fmt.Sprintf("%s: %s is not a domain", call, optQuote(domain)), hint: `write a domain such as "gmail.com", or "*" for all that aren't named`}
	}
	if _, ok := d.limits[name]; ok {
		return &argumentError{text: fmt.Sprintf("%s: %s has limits already (%s)", call, name, d.placeOf("limit "+name))}
	}
	if d.limits == nil {
		d.limits = map[string]relay.DomainLimits{}
	}
	d.limits[name] = limits
	d.place("limit "+name, where)
	return nil
}

// early refuses what relays should have known before they were made.
func (d *routeDesk) early(call string) error {
	if d.made == "" {
		return nil
	}
	return &argumentError{
		text: fmt.Sprintf("%s: the relay %s was made before (%s), without these limits", call, optQuote(d.made), d.placeOf("relay "+d.made)),
		hint: "limits come first; route.relay makes a relay only when mail goes through it",
	}
}

// preset adds what is known of providers.
func (d *routeDesk) preset(call string, names []string, where string) (domains []string, err error) {
	if err := d.early(call); err != nil {
		return nil, err
	}
	known := map[string]relay.Preset{}
	var all []string
	for _, p := range relay.Presets() {
		known[p.Name] = p
		all = append(all, p.Name)
	}
	if len(names) == 0 {
		names = all
	}
	for _, name := range names {
		p, ok := known[name]
		if !ok {
			e := &argumentError{text: fmt.Sprintf("%s: there is no preset %s", call, optQuote(name)), hint: "there are " + strings.Join(all, ", ")}
			if near := Nearest(name, all); near != "" {
				e.text += fmt.Sprintf("; did you mean %q?", near)
			}
			return nil, e
		}
		domains = append(domains, p.Domains...)
		if !slices.ContainsFunc(d.presets, func(other appliedPreset) bool { return other.Name == name }) {
			d.presets = append(d.presets, appliedPreset{p, strings.TrimSuffix(where, ":")})
		}
	}
	return domains, nil
}

// apply gives the options of a relay what route says of domains.
func (d *routeDesk) apply(o *relay.Options) {
	general := d.limits
	if o.MX != nil {
		general = relay.MergeDomains(d.limits, d.presetLimits())
		o.SlowDownOn = d.slowDownOn(o.SlowDownOn)
	}
	o.PerDomain = relay.MergeDomains(relay.NamedDomains(o.PerDomain), general)
}

func (d *routeDesk) presetLimits() map[string]relay.DomainLimits {
	all := map[string]relay.DomainLimits{}
	for _, p := range d.presets {
		for _, domain := range p.Domains {
			all[domain] = p.Limits
		}
	}
	return all
}

// slowDownOn adds what providers say to a relay's own pattern.
func (d *routeDesk) slowDownOn(own func(smtp.Reply) bool) func(smtp.Reply) bool {
	if len(d.presets) == 0 {
		return own
	}
	presets := slices.Clone(d.presets)
	return func(reply smtp.Reply) bool {
		return own != nil && own(reply) || slices.ContainsFunc(presets, func(p appliedPreset) bool { return p.AsksForLess(reply) })
	}
}

// noteRelay remembers a relay that was made, and the options that it was given.
func (d *routeDesk) noteRelay(r *relay.Relay, given relay.Options) {
	if d.given == nil {
		d.given = map[string]relay.Options{}
	}
	d.given[r.Name()] = given
	if d.made == "" {
		d.made = r.Name()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[string]*relay.Relay{}
	}
	d.all[r.Name()] = r
}

// checkWays finds the names that are neither a relay nor a pool.
func (rt *Runtime) checkWays(names []string) error {
	for _, name := range names {
		if rt.routes.dir.IsPool(name) && !slices.Contains(rt.relayNames(), name) {
			continue
		}
		if _, err := rt.relayNamed(name); err != nil {
			return err
		}
	}
	return nil
}

// resolveWays puts the relays of pools in their place. It is for any goroutine.
func (rt *Runtime) resolveWays(names []string) []string {
	d := &rt.routes
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dir.Resolve(names, func(name string) bool {
		r := d.all[name]
		return r != nil && r.Down()
	})
}

// waysFor puts the relays of pools in their place for an item. One that has been
// rendered before and not been tried keeps its turn.
func (rt *Runtime) waysFor(it *outbox.Item, names []string) []string {
	if it.Tries == 0 && len(it.Relays) > 0 && rt.keepsWays(it, names) {
		return it.Relays
	}
	return rt.resolveWays(names)
}

func (rt *Runtime) keepsWays(it *outbox.Item, names []string) bool {
	rt.routes.mu.Lock()
	defer rt.routes.mu.Unlock()
	return rt.routes.dir.Leads(names, it.Relays)
}

// viaOr gives the function of route.choose where a script doesn't say which way mail
// goes.
func (rt *Runtime) viaOr(v lua.LValue) lua.LValue {
	if (v == nil || v == lua.LNil) && rt.routes.choose != nil {
		return rt.routes.choose
	}
	return v
}
