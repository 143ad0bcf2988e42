package relay

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"moonpost/smtp"
)

// MX makes a relay send straight to the mail hosts of the recipients' domains.
type MX struct {
	Hosts      map[string][]string // servers for a domain, "host" or "host:port", in place of its MX records; none: look up. "*": every other domain. nil: all are looked up
	Resolver   Resolver            // nil: the system's
	NoPolicies bool                // don't ask for MTA-STS policies
	HTTP       *http.Client        // fetches the policies; nil: one with tight limits
}

// Resolver is what sending to MX hosts needs of the DNS. *net.Resolver is one.
type Resolver interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Bounds on the work for one domain.
const (
	mxAddresses = 5               // addresses tried for one message
	mxSessions  = 2               // servers that may say "later" to it
	mxKept      = 5 * time.Minute // how long what the DNS said is used
	mxTimeout   = 30 * time.Second
)

// errNullMX and its like say why a domain has no hosts.
var (
	errNullMX = errors.New("the domain takes no mail (null MX)")
	errLoop   = errors.New("the best mail host of the domain is this one")
)

// exchangers puts MX records into the order in which they are tried: by
// preference, and in the given order, which is random, where that is equal. If
// this host is among them, it and what comes after it are left out.
func exchangers(records []*net.MX, own string) ([]string, error) {
	list := slices.DeleteFunc(slices.Clone(records), func(mx *net.MX) bool { return mx == nil })
	slices.SortStableFunc(list, func(a, b *net.MX) int { return int(a.Pref) - int(b.Pref) }) // RFC 5321 §5.1
	var names []string
	null := false
	for _, mx := range list {
		name := hostName(mx.Host)
		switch {
		case name == "":
			null = true // RFC 7505 §3
		case own != "" && name == own:
			limit := mx.Pref
			names = names[:0]
			for _, better := range list {
				if name := hostName(better.Host); better.Pref < limit && name != "" {
					names = append(names, name)
				}
			}
			if len(names) == 0 {
				return nil, errLoop // RFC 5321 §5.1
			}
			return names, nil
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	if len(names) == 0 && null {
		return nil, errNullMX
	}
	return names, nil
}

func hostName(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

// literal reads the address of "[192.0.2.1]" or "[IPv6:2001:db8::1]".
func literal(domain string) (netip.Addr, bool) {
	inner, ok := strings.CutPrefix(domain, "[")
	if !ok {
		return netip.Addr{}, false
	}
	inner = strings.TrimSuffix(inner, "]")
	if len(inner) > 5 && strings.EqualFold(inner[:5], "IPv6:") { // RFC 5321 §4.1.3
		inner = inner[5:]
	}
	a, err := netip.ParseAddr(inner)
	return a, err == nil && a.Zone() == ""
}

// finder looks for the hosts of domains.
type finder struct {
	o        *Options
	resolver Resolver
	policies *policies // nil: none
}

// find returns the servers for a domain, at most mxAddresses. The error is a
// *RouteError.
func (f *finder) find(ctx context.Context, domain string) ([]host, error) {
	if fixed, ok := f.fixed(domain); ok {
		return fixed, nil
	}
	if a, ok := literal(domain); ok {
		return f.hosts(domain, []netip.Addr{a}, false), nil
	}
	if f.o.MX.Hosts != nil && !f.lookedUp(domain) {
		return nil, noRoute(domain, 550, smtp.EnhancedCode{5, 4, 4}, errors.New("the relay has no host for the domain")) // RFC 3463 §3.5
	}
	if domain == "" || strings.HasPrefix(domain, "[") {
		return nil, noRoute(domain, 550, smtp.EnhancedCode{5, 1, 3}, errors.New("the address has no domain that mail can be sent to")) // RFC 3463 §3.2
	}
	ctx, cancel := context.WithTimeout(ctx, mxTimeout)
	defer cancel()
	names, err := f.exchangers(ctx, domain)
	if err != nil {
		return nil, err
	}
	names, verify, err := f.byPolicy(ctx, domain, names)
	if err != nil {
		return nil, err
	}
	return f.addresses(ctx, domain, names, verify)
}

// fixed returns the servers that the options give a domain.
func (f *finder) fixed(domain string) ([]host, bool) {
	servers, ok := f.o.MX.Hosts[domain]
	if !ok {
		servers = f.o.MX.Hosts[anyDomain]
	}
	var list []host
	for i, server := range servers {
		o := f.options(server, "", false)
		list = append(list, host{options: o, address: server, rank: i})
	}
	return list, len(list) > 0
}

// lookedUp tells whether the options leave a domain to the DNS.
func (f *finder) lookedUp(domain string) bool {
	_, named := f.o.MX.Hosts[domain]
	_, all := f.o.MX.Hosts[anyDomain]
	return named || all
}

// exchangers asks for the names of a domain's hosts. A domain without MX records
// is its own.
func (f *finder) exchangers(ctx context.Context, domain string) ([]string, error) {
	records, err := f.resolver.LookupMX(ctx, domain+".")
	if len(records) == 0 && err != nil {
		if !notFound(err) {
			return nil, lookupFailed(domain, err)
		}
		return []string{domain}, nil // RFC 5321 §5.1
	}
	names, err := exchangers(records, hostName(f.o.SMTP.LocalName))
	switch {
	case errors.Is(err, errNullMX):
		return nil, noRoute(domain, 556, smtp.EnhancedCode{5, 1, 10}, err) // RFC 7505 §4
	case err != nil:
		return nil, noRoute(domain, 554, smtp.EnhancedCode{5, 4, 6}, err) // RFC 3463 §3.5
	case len(names) == 0:
		return []string{domain}, nil
	}
	return names, nil
}

// addresses looks up the hosts' addresses, in order, until there are enough.
func (f *finder) addresses(ctx context.Context, domain string, names []string, verify bool) ([]host, error) {
	var list []host
	var later error
	for _, name := range names {
		if len(list) >= mxAddresses {
			break
		}
		found, err := f.resolver.LookupNetIP(ctx, f.network(), name+".")
		if err != nil && !notFound(err) {
			later = err
		}
		for _, a := range found {
			list = append(list, f.host(name, a.Unmap(), verify))
		}
	}
	switch {
	case len(list) > 0:
		return list[:min(len(list), mxAddresses)], nil
	case later != nil:
		return nil, lookupFailed(domain, later)
	case len(names) == 1 && names[0] == domain:
		return nil, noRoute(domain, 550, smtp.EnhancedCode{5, 1, 2}, errors.New("the domain has no mail host")) // RFC 3463 §3.2
	}
	return nil, noRoute(domain, 550, smtp.EnhancedCode{5, 4, 4}, errors.New("the domain's mail hosts have no address")) // RFC 3463 §3.5
}

// network leaves out the addresses that the source address can't reach.
func (f *finder) network() string {
	address, _, err := smtp.ParseHostPort(f.o.SMTP.LocalAddr)
	a, parseErr := netip.ParseAddr(address)
	switch {
	case err != nil || parseErr != nil:
		return "ip"
	case a.Is4():
		return "ip4"
	}
	return "ip6"
}

func (f *finder) hosts(name string, addresses []netip.Addr, verify bool) []host {
	var list []host
	for _, a := range addresses {
		list = append(list, f.host(name, a, verify))
	}
	return list
}

func (f *finder) host(name string, a netip.Addr, verify bool) host {
	server := a.String()
	if a.Is6() {
		server = "[" + server + "]"
	}
	return host{options: f.options(server, name, verify), address: server, name: name}
}

// options are those of the relay with a server in them.
func (f *finder) options(server, name string, verify bool) smtp.Options {
	o := f.o.SMTP
	o.Host = server
	if !strings.HasPrefix(name, "[") {
		o.TLSOptions.ServerName = name
	}
	if name != "" {
		o.Allow = allowedBy(o.Allow, name)
	}
	if verify && o.TLS == smtp.TLSOpportunistic {
		o.TLS = smtp.TLSRequired // RFC 8461 §4.2
	}
	return o
}

// notFound tells that there is no such name, or nothing of the kind there.
func notFound(err error) bool {
	var e *net.DNSError
	return errors.As(err, &e) && e.IsNotFound
}
