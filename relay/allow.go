package relay

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"moonpost/smtp"
)

// allowing is a resolver that looks up only what the options allow.
type allowing struct {
	Resolver
	options *smtp.Options
}

// allowed asks about a name, of which the label of MTA-STS is no part.
func (a allowing) allowed(name string) error {
	return a.options.Allowed("dns", strings.TrimPrefix(strings.TrimSuffix(name, "."), policyRecord))
}

// LookupMX implements Resolver.
func (a allowing) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	if err := a.allowed(name); err != nil {
		return nil, err
	}
	return a.Resolver.LookupMX(ctx, name)
}

// LookupNetIP implements Resolver.
func (a allowing) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if err := a.allowed(host); err != nil {
		return nil, err
	}
	return a.Resolver.LookupNetIP(ctx, network, host)
}

// LookupTXT implements Resolver.
func (a allowing) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if err := a.allowed(name); err != nil {
		return nil, err
	}
	return a.Resolver.LookupTXT(ctx, name)
}

// allowedBy asks about a server by its name, where only its address is dialled.
func allowedBy(allow func(network, address string) error, name string) func(network, address string) error {
	if allow == nil {
		return nil
	}
	return func(network, address string) error {
		if _, port, err := net.SplitHostPort(address); err == nil {
			address = net.JoinHostPort(strings.Trim(name, "[]"), port)
		}
		return allow(network, address)
	}
}

// allowedDial dials the hosts of policies of those domains that the options
// allow; nil, which is any dialer, where they allow all.
func allowedDial(o *smtp.Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	if o.Allow == nil {
		return nil
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err == nil {
			err = o.Allowed("dns", strings.TrimPrefix(host, policyHost))
		}
		if err != nil {
			return nil, err
		}
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
}
