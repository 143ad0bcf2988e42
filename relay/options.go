package relay

import (
	"fmt"
	"slices"
	"time"

	"moonpost/smtp"
)

// Options describe a relay.
type Options struct {
	Name      string         // identity; "": user@host:port
	SMTP      smtp.Options   // of every connection
	Fallbacks []smtp.Options // further servers, in order of preference, for when the one before fails

	Connections           int           // open at most; 0: 4
	InFlight              int           // messages on their way before a reply is awaited, on each connection; 0: 1, see smtp.StreamOptions
	MessagesPerConnection int           // after which a connection is replaced; 0: no limit
	Idle                  time.Duration // how long an unused connection is kept; 0: 30 s
	Lifetime              time.Duration // age at which a connection is replaced; 0: no limit
	Queue                 int           // messages that may wait for a connection; 0: 64, with PerDomain 4096

	Rates          []Rate                  // all of them hold, over all connections together
	RecipientRates []Rate                  // the same, counting recipients
	Burst          int                     // messages or recipients that may go at once before the rates hold; 0: 1
	Bursts         []int                   // of each rate by its position, instead of Burst
	PerDomain      map[string]DomainLimits // by domain of the recipients; "*" is for each that isn't named

	Mono  func() time.Time // clock for rates, back-off and deadlines; nil: the system's
	Timer Timer            // nil: the system's
}

// DomainLimits hold for the mail to one domain, besides those of the relay. A
// message to several domains needs a place in each.
type DomainLimits struct {
	Connections           int // messages on their way at once; 0: no limit
	MessagesPerConnection int // to the domain, after which a connection is replaced; 0: no limit
	Rates, RecipientRates []Rate
	Burst                 int
	Bursts                []int
}

// What Options say by zero.
const (
	defaultConnections = 4
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
	queue := defaultQueue
	if len(o.PerDomain) > 0 {
		queue = longQueue
	}
	o.Connections = orElse(o.Connections, defaultConnections)
	o.Queue = orElse(o.Queue, queue)
	o.Idle = orElse(o.Idle, defaultIdle)
	if o.Mono == nil {
		o.Mono = systemClock
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
	o.PerDomain, err = domainLimits(o.PerDomain)
	return err
}

func (o *Options) check() error {
	if err := notNegative(o.Connections, o.MessagesPerConnection, o.Queue, int(o.Idle), int(o.Lifetime)); err != nil {
		return err
	}
	if err := checkRates(o.Rates, o.RecipientRates, o.Burst, o.Bursts); err != nil {
		return err
	}
	return nil
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

func orElse[T int | time.Duration](v, fallback T) T {
	if v == 0 {
		return fallback
	}
	return v
}
