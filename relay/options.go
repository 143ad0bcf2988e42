package relay

import (
	"fmt"
	"net"
	"slices"
	"time"

	"moonpost/smtp"
)

// Options describe a relay.
type Options struct {
	Name      string         // identity; "": user@host:port
	SMTP      smtp.Options   // of every connection
	Fallbacks []smtp.Options // further servers, in order of preference, for when the one before fails
	MX        *MX            // instead of servers: those of the recipients' domains, each with SMTP's other options

	Connections           int           // open at most; 0: 4. With MX to each domain; 0: 2
	TotalConnections      int           // open at most to all domains, with MX, beside as many to servers that say nothing; 0: 64
	InFlight              int           // messages on their way before a reply is awaited, on each connection; 0: 1, see smtp.StreamOptions
	MessagesPerConnection int           // after which a connection is replaced; 0: no limit
	Idle                  time.Duration // how long an unused connection is kept; 0: 30 s
	Lifetime              time.Duration // age at which a connection is replaced; 0: no limit
	Queue                 int           // messages that may wait for a connection; 0: 64, with PerDomain or MX 4096

	Rates          []Rate                  // all of them hold, over all connections together
	RecipientRates []Rate                  // the same, counting recipients
	Burst          int                     // messages or recipients that may go at once before the rates hold; 0: 1
	Bursts         []int                   // of each rate by its position, instead of Burst
	PerDomain      map[string]DomainLimits // by domain of the recipients; "*" is for each that isn't named

	// SlowDownOn tells which replies, besides 421 and 454, ask for less mail rather than
	// refuse this one; nil: none. See Relay.SlowsDown. It is called by any goroutine.
	SlowDownOn     func(smtp.Reply) bool
	SlowDownOnName string // tells it from others, for Difference

	// FailoverOn tells which refusals for good are tried with the next server too; nil: none.
	FailoverOn     func(smtp.Reply) bool
	FailoverOnName string // tells it from others, for Difference

	Mono  func() time.Time // clock for rates, back-off and deadlines; nil: the system's
	Wall  func() time.Time // clock for what is kept beyond the process; nil: the system's
	Timer Timer            // nil: the system's
}

// DomainLimits hold for the mail to one domain, besides those of the relay. A
// message to several domains needs a place in each.
type DomainLimits struct {
	Connections           int // messages on their way at once, with MX connections; 0: no limit, with MX that of the relay
	MessagesPerConnection int // to the domain, after which a connection is replaced; 0: no limit
	Rates, RecipientRates []Rate
	Burst                 int
	Bursts                []int
}

// What Options say by zero.
const (
	defaultConnections = 4
	siteConnections    = 2
	totalConnections   = 64
	defaultIdle        = 30 * time.Second
	defaultQueue       = 64
	longQueue          = 4096 // where some may wait while others go
)

// anyDomain is the entry for domains without one of their own.
const anyDomain = "*"

func (o *Options) complete() error {
	if err := o.check(); err != nil {
		return err
	}
	queue, connections := defaultQueue, defaultConnections
	if len(o.PerDomain) > 0 || o.MX != nil {
		queue = longQueue
	}
	if o.MX != nil {
		connections = siteConnections
		o.TotalConnections = orElse(o.TotalConnections, totalConnections)
	}
	o.Connections = orElse(o.Connections, connections)
	o.Queue = orElse(o.Queue, queue)
	o.Idle = orElse(o.Idle, defaultIdle)
	if o.Mono == nil {
		o.Mono = systemClock
	}
	if o.Wall == nil {
		o.Wall = systemClock
	}
	if o.Timer == nil {
		o.Timer = systemTimer
	}
	if o.SMTP.Mono == nil {
		o.SMTP.Mono = o.Mono
	}
	o.Fallbacks = slices.Clone(o.Fallbacks)
	for i := range o.Fallbacks {
		if o.Fallbacks[i].Mono == nil {
			o.Fallbacks[i].Mono = o.Mono
		}
	}
	var err error
	if o.PerDomain, err = domainLimits(o.PerDomain); err != nil || o.MX == nil {
		return err
	}
	return o.completeMX()
}

// completeMX fills in what sending to MX hosts needs. Whatever names a server has
// no place there.
func (o *Options) completeMX() error {
	s := &o.SMTP
	if s.Host != "" || s.Port != 0 || s.Socket != "" || s.Credentials.Given() || s.Protocol != smtp.SMTP || len(o.Fallbacks) > 0 || s.TLS == smtp.TLSImplicit {
		return &smtp.ArgumentError{What: "a relay to MX hosts has no host, port, socket, user or fallback of its own, and neither LMTP nor implicit TLS"}
	}
	if s.TLS == smtp.TLSAuto {
		s.TLS = smtp.TLSOpportunistic
	}
	own := *o.MX
	if own.Resolver == nil {
		own.Resolver = net.DefaultResolver
	}
	if s.Allow != nil {
		own.Resolver = allowing{own.Resolver, s}
	}
	hosts, err := own.fixedHosts(*s)
	own.Hosts = hosts
	o.MX = &own
	return err
}

// fixedHosts reads the names of domains as addresses are read, and checks the
// servers.
func (m *MX) fixedHosts(base smtp.Options) (map[string][]string, error) {
	if m.Hosts == nil {
		base.Host = "localhost"
		_, err := newHosts(base)
		return nil, err
	}
	hosts := make(map[string][]string, len(m.Hosts))
	for name, servers := range m.Hosts {
		domain, err := domainName(name)
		if err != nil {
			return nil, err
		}
		for _, server := range servers {
			base.Host = server
			if _, err := newHosts(base); err != nil {
				return nil, err
			}
		}
		hosts[domain] = servers
	}
	return hosts, nil
}

func (o *Options) check() error {
	if o.MX == nil && o.TotalConnections != 0 {
		return &smtp.ArgumentError{What: "a relay to one place has no total of connections beside its connections"}
	}
	if err := notNegative(o.TotalConnections, o.Connections, o.MessagesPerConnection, o.Queue, int(o.Idle), int(o.Lifetime)); err != nil {
		return err
	}
	return checkRates(o.Rates, o.RecipientRates, o.Burst, o.Bursts)
}

func checkRates(rates, recipientRates []Rate, burst int, bursts []int) error {
	for _, list := range [][]Rate{rates, recipientRates} {
		for _, r := range list {
			if !r.valid() {
				return &smtp.ArgumentError{What: "a rate is positive and for a second or longer", Value: r.String()}
			}
		}
	}
	if len(bursts) > max(len(rates), len(recipientRates)) {
		return &smtp.ArgumentError{What: "there are more bursts than rates", Value: fmt.Sprint(bursts)}
	}
	return notNegative(append([]int{burst}, bursts...)...)
}

func notNegative(limits ...int) error {
	for _, n := range limits {
		if n < 0 {
			return &smtp.ArgumentError{What: "a relay's limits are not negative", Value: fmt.Sprint(n)}
		}
	}
	return nil
}

func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
