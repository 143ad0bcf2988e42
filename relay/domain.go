package relay

import (
	"slices"
	"strings"
	"time"

	"moonpost/smtp"
)

// share is how many of a message's recipients are at one domain.
type share struct {
	domain     string
	recipients int
}

// plan finds out what limits look at, and which sites a message goes to. With one
// place to go to, a message whose envelope is in error passes: who sends it gets
// that error.
func (r *Relay) plan(j *job) error {
	j.recipients = 1
	if len(r.o.RecipientRates)+len(r.o.PerDomain) == 0 && r.o.MX == nil {
		return nil
	}
	from, to, err := r.envelopeOf(j)
	if r.o.MX != nil {
		if err == nil {
			j.whole, err = split(j, from, to)
		}
		return err
	}
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	j.recipients = max(len(to), 1)
	if len(r.o.PerDomain) > 0 {
		j.shares = sharesOf(to)
	}
	return nil
}

// envelopeOf returns whom the message goes to in the end.
func (r *Relay) envelopeOf(j *job) (from string, to []string, err error) {
	from, to, _, err = j.Message.Envelope()
	if o := j.Options; o != nil && err == nil {
		if o.From != nil {
			from = *o.From
		}
		if o.To != nil {
			to = o.To
		}
	}
	if r.o.SMTP.Redirect != "" && err == nil {
		to = []string{r.o.SMTP.Redirect}
	}
	return from, to, err
}

// sharesOf counts by domain, in order of name.
func sharesOf(to []string) []share {
	counts := map[string]int{}
	for _, address := range to {
		if domain, err := smtp.DomainOf(address); err == nil {
			counts[domain]++
		}
	}
	var list []share
	for domain, n := range counts {
		list = append(list, share{domain, n})
	}
	slices.SortFunc(list, func(a, b share) int { return strings.Compare(a.domain, b.domain) })
	return list
}

// gates are the limits by domain, made when a domain is first mailed.
type gates struct {
	limits map[string]DomainLimits
	open   map[string]*gate
	sites  bool // a site sees to the connections by itself
	sweep  int  // size at which those without memory are forgotten
}

const firstSweep = 1024

// of returns a domain's gate, or nil if it has none.
func (g *gates) of(domain string, part portion, now time.Time) *gate {
	if known := g.open[domain]; known != nil {
		return known
	}
	if !g.limited(domain) {
		return nil
	}
	limits := g.limitsOf(domain)
	g.tidy(now)
	if g.sites {
		limits.Connections = 0
	}
	fresh := newGate(limits)
	fresh.share(part, now)
	g.open[domain] = fresh
	return fresh
}

// limited tells whether there are limits for a domain.
func (g *gates) limited(domain string) bool {
	_, own := g.limits[domain]
	_, all := g.limits[anyDomain]
	return own || all
}

// limitsOf returns the limits of a domain: its own or those of any.
func (g *gates) limitsOf(domain string) DomainLimits {
	if own, ok := g.limits[domain]; ok {
		return own
	}
	return g.limits[anyDomain]
}

// tidy forgets gates that nobody waits for and that would let anybody in.
func (g *gates) tidy(now time.Time) {
	if g.open == nil {
		g.open = map[string]*gate{}
	}
	if len(g.open) < max(g.sweep, firstSweep) {
		return
	}
	for domain, one := range g.open {
		if one.users == 0 && one.limit.resting(now) {
			delete(g.open, domain)
		}
	}
	g.sweep = 2 * len(g.open)
}

// passages finds the gates of a job. r is locked.
func (r *Relay) passages(j *job) {
	now := r.now()
	var names []string
	for _, s := range j.shares {
		if g := r.gates.of(s.domain, r.part(), now); g != nil {
			g.users++
			j.gates = append(j.gates, passage{g, s.recipients})
			names = append(names, s.domain)
		}
	}
	j.lane = strings.Join(names, " ")
}

// domainLimits reads the names of domains as addresses are read.
func domainLimits(given map[string]DomainLimits) (map[string]DomainLimits, error) {
	limits := make(map[string]DomainLimits, len(given))
	for name, d := range given {
		if err := d.check(); err != nil {
			return nil, err
		}
		domain, err := domainName(name)
		if err != nil {
			return nil, err
		}
		limits[domain] = d
	}
	return limits, nil
}

// domainName reads a domain, or "*", as it is written in options.
func domainName(name string) (string, error) {
	if name == anyDomain {
		return name, nil
	}
	domain, err := smtp.DomainOf("x@" + name)
	if err != nil {
		return "", &smtp.ArgumentError{What: "not a domain", Value: name}
	}
	return domain, nil
}

func (d *DomainLimits) check() error {
	if err := notNegative(d.Connections, d.MessagesPerConnection); err != nil {
		return err
	}
	return checkRates(d.Rates, d.RecipientRates, d.Burst, d.Bursts)
}

// DomainName reads a domain as it is written in options, or "*". The error is a
// *smtp.ArgumentError.
func DomainName(name string) (string, error) { return domainName(name) }

// NamedDomains writes the domains of limits as limits are looked up, where they are
// domains.
func NamedDomains(given map[string]DomainLimits) map[string]DomainLimits {
	limits := make(map[string]DomainLimits, len(given))
	for name, d := range given {
		if domain, err := domainName(name); err == nil {
			name = domain
		}
		limits[name] = d
	}
	return limits
}
