package luabind

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// RouteQuestion is a mail of which somebody wants to know which way it would go.
type RouteQuestion struct {
	From, To string
	Fields   map[string]string // of the header, by their names in lower case
	Via      string            // a relay or pool, in place of what the script chooses
	Env      map[string]string // variables of the environment, besides those that are set
}

// ByOnlyRelay is what RouteAnswer.By says where nothing is to be chosen.
const ByOnlyRelay = "the script's only relay"

// RouteAnswer says which way it would go, and what limits it.
type RouteAnswer struct {
	From    string       `json:"from"`
	To      string       `json:"to"`
	Domain  string       `json:"domain"`
	By      string       `json:"by"` // who says so: "route.choose", ByOnlyRelay or "--via"
	Where   string       `json:"where,omitempty"`
	Relays  []RouteRelay `json:"relays"` // in order of failover
	Pools   []RoutePool  `json:"pools,omitempty"`
	Again   string       `json:"on_deferred,omitempty"` // the line of route.on_deferred
	Stopped string       `json:"stopped,omitempty"`     // why the script didn't run to its end
}

// RouteRelay is a relay on the way.
type RouteRelay struct {
	Name   string       `json:"name"`
	Server string       `json:"server"`
	Where  string       `json:"where,omitempty"`         // the line that defines it
	Limits []RouteLimit `json:"limits"`                  // of all its mail
	Domain []RouteLimit `json:"domain_limits,omitempty"` // of the mail to the domain
}

// RouteLimit is a limit in force.
type RouteLimit struct {
	Limit string `json:"limit"`
	Value string `json:"value"`
	By    string `json:"by"` // "relay", "per_domain", "route.limit", "preset gmail" or "default"
	Where string `json:"where,omitempty"`
}

// RoutePool is a pool on the way.
type RoutePool struct {
	Name   string        `json:"name"`
	Where  string        `json:"where,omitempty"`
	Shares []relay.Share `json:"shares"`
}

// routeInquiry is asked when the script has run.
type routeInquiry struct {
	question RouteQuestion
	answer   *RouteAnswer
	err      error
}

// ExplainRoute runs a script as a check does, so that nothing leaves, and asks it which way a mail would go. Errors are
// those of the script, *UsageError, or the context's cause.
func (h *Host) ExplainRoute(ctx context.Context, s Script, q RouteQuestion) (*RouteAnswer, error) {
	program, err := Compile(s)
	if err != nil {
		return nil, err
	}
	r := newRehearsal(h, s, CheckOptions{Env: q.Env})
	asked := &routeInquiry{question: q}
	r.host.asked = asked
	if err := r.run(ctx, program); err != nil {
		return nil, err
	}
	result := r.result()
	if i := slices.IndexFunc(result.Findings, func(f Finding) bool { return !f.Note }); i >= 0 {
		f := result.Findings[i]
		return nil, &argumentError{text: fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message), hint: f.Hint}
	}
	switch {
	case asked.err != nil:
		return nil, asked.err
	case asked.answer == nil:
		return nil, &argumentError{text: "the script did not run: " + result.Stopped}
	}
	asked.answer.Stopped = result.Stopped
	return asked.answer, nil
}

// ask asks a script that has run. A nil inquiry does nothing.
func (q *routeInquiry) ask(rt *Runtime) {
	if q == nil || q.answer != nil || q.err != nil {
		return
	}
	rt.state.SetContext(rt.base) // os.exit ended the script's own
	q.answer, q.err = rt.explainRoute(q.question)
}

func (rt *Runtime) explainRoute(q RouteQuestion) (*RouteAnswer, error) {
	domain, err := smtp.DomainOf(q.To)
	if err != nil {
		return nil, err
	}
	if domain == "" {
		return nil, &UsageError{Message: fmt.Sprintf("--to: %q is no address: the domain behind the @ decides which way mail goes", q.To)}
	}
	a := &RouteAnswer{From: q.From, To: q.To, Domain: domain, Again: rt.routes.placeOf("on_deferred")}
	names, err := rt.explainedWays(q, a)
	if err != nil {
		return nil, err
	}
	for _, name := range rt.routes.dir.Order(names) {
		one, err := rt.explainRelay(name, domain)
		if err != nil {
			return nil, err
		}
		a.Relays = append(a.Relays, one)
	}
	for _, name := range names {
		if rt.routes.dir.IsPool(name) {
			a.Pools = append(a.Pools, RoutePool{Name: name, Where: rt.routes.placeOf("pool " + name), Shares: rt.routes.dir.Shares(name)})
		}
	}
	return a, nil
}

// explainedWays asks who has to say which way mail goes.
func (rt *Runtime) explainedWays(q RouteQuestion, a *RouteAnswer) (names []string, err error) {
	switch f := rt.routes.choose; {
	case q.Via != "":
		a.By, names = "--via", []string{q.Via}
	case f == nil:
		a.By = ByOnlyRelay
		names, err = rt.viaDefault()
	default:
		a.By, a.Where = "route.choose", rt.routes.placeOf("choose")
		var v lua.LValue
		if v, err = rt.invoke(rt.state, f, rt.newObject(rt.state, deliveryClassName, q.delivery())); err == nil {
			names, err = rt.viaNames(rt.state, v)
		}
	}
	if err == nil {
		err = rt.checkWays(names)
	}
	if err != nil && a.Where != "" {
		err = fmt.Errorf("%s: %s: %w", a.Where, a.By, plainError(err))
	}
	return names, err
}

func (q *RouteQuestion) delivery() *delivery {
	return &delivery{from: q.From, to: []string{q.To}, item: &outbox.Item{}, head: func(name string) (string, bool) {
		text, ok := q.Fields[strings.ToLower(name)]
		return text, ok
	}}
}

func (rt *Runtime) explainRelay(name, domain string) (one RouteRelay, err error) {
	if _, err = rt.relayNamed(name); err != nil {
		return one, err
	}
	given := rt.routes.given[name]
	one = RouteRelay{Name: name, Server: serverText(&given), Where: rt.routes.placeOf("relay " + name)}
	one.Limits = relayLimitTexts(&given, one.Where)
	one.Domain = rt.routes.domainLimitTexts(&given, domain, one.Where)
	return one, nil
}

func serverText(o *relay.Options) string {
	if o.MX != nil {
		return "the recipients' mail hosts"
	}
	c, err := smtp.New(o.SMTP)
	if err != nil {
		return ""
	}
	text := c.Address()
	for i := range o.Fallbacks {
		if c, err := smtp.New(o.Fallbacks[i]); err == nil {
			text += ", then " + c.Address()
		}
	}
	return text
}

// relayLimitTexts lists what limits all mail of a relay.
func relayLimitTexts(o *relay.Options, where string) (list []RouteLimit) {
	add := func(limit, value string, isDefault bool) {
		one := RouteLimit{Limit: limit, Value: value, By: "relay", Where: where}
		if isDefault {
			one.By, one.Where = "default", ""
		}
		list = append(list, one)
	}
	connections, total := o.Connections, o.TotalConnections
	if r, err := relay.New(*o); err == nil {
		connections, total = r.Places()
	}
	add("connections", strconv.Itoa(connections), o.Connections == 0)
	if o.MX != nil {
		add("total_connections", strconv.Itoa(total), o.TotalConnections == 0)
	}
	if o.MessagesPerConnection > 0 {
		add("messages_per_connection", strconv.Itoa(o.MessagesPerConnection), false)
	}
	for _, text := range rateTexts(o.Rates, o.RecipientRates, o.Burst, o.Bursts) {
		limit, value, _ := strings.Cut(text, " ")
		add(limit, value, false)
	}
	if o.SlowDownOnName != "" {
		add("slow_down_on", o.SlowDownOnName, false)
	}
	if o.FailoverOnName != "" {
		add("failover_on", o.FailoverOnName, false)
	}
	return list
}

// layer is one place where limits of domains are written, those that come first
// before those behind.
type layer struct {
	by, where string
	limits    map[string]relay.DomainLimits
}

func (d *routeDesk) layers(o *relay.Options, where string, name string) []layer {
	list := []layer{{"per_domain", where, relay.NamedDomains(o.PerDomain)}, {"route.limit", d.placeOf("limit " + name), d.limits}}
	if o.MX == nil {
		return list
	}
	for _, p := range d.presets {
		limits := map[string]relay.DomainLimits{}
		for _, domain := range p.Domains {
			limits[domain] = p.Limits
		}
		list = append(list, layer{"preset " + p.Name, p.where, limits})
	}
	return list
}

// domainLimitTexts lists what limits a relay's mail to a domain, as
// relay.MergeDomains puts it together.
func (d *routeDesk) domainLimitTexts(o *relay.Options, domain, where string) (list []RouteLimit) {
	name := domain
	if !slices.ContainsFunc(d.layers(o, where, domain), func(l layer) bool { _, ok := l.limits[domain]; return ok }) {
		name = "*"
	}
	seen := map[string]bool{}
	for _, l := range d.layers(o, where, name) {
		own := map[string]bool{}
		for _, text := range limitTexts(l.limits[name]) {
			limit, value, _ := strings.Cut(text, " ")
			kind := limit
			if kind == "recipient_rate" || kind == "burst" {
				kind = "rate" // they stand or fall together
			}
			if !seen[kind] {
				own[kind] = true
				list = append(list, RouteLimit{Limit: limit, Value: value, By: l.by, Where: l.where})
			}
		}
		for kind := range own {
			seen[kind] = true
		}
	}
	return list
}
