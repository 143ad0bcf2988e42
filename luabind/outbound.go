package luabind

import (
	"context"
	"net"

	"moonpost/sink"
	"moonpost/smtp"
)

// Outbound is the one seam through which every connection of a script is
// made: a dry run, a sink or a redirection holds for all ways out because it
// holds here.
type Outbound struct {
	Dry      bool   // answer every command in memory; nothing leaves
	Redirect string // every recipient becomes this address
	Sink     *Sink  // all connections go to this sink
	Closed   bool   // no connection is made at all: t:run without a sink
	Local    bool   // none leaves this machine: test scripts

	caught func(through string, m sink.DryMail) // of a check: gets what a dry run would drop
}

// Sink is where `--sink` listens. Where Way is set, all goes there instead, each connection announced.
type Sink struct{ SMTP, LMTP, Way string }

// apply points o to where the host wants it, and says which of a script's
// options no longer hold there.
func (out Outbound) apply(o *smtp.Options) {
	o.Redirect = out.Redirect
	switch {
	case out.Dry:
		if o.Port == 0 && o.TLS == smtp.TLSImplicit { // what a check says that the mail would have gone through
			o.Port = 465
		}
		o.Dialer = dryDialer{lmtp: o.Protocol == smtp.LMTP, caught: out.caught}
		trustPeer(o)
	case out.Sink != nil && out.Sink.Way != "":
		o.Dialer = wayDialer{address: out.Sink.Way, lmtp: o.Protocol == smtp.LMTP}
		if o.Port == 0 && o.TLS == smtp.TLSImplicit {
			o.Port = 465 // as the announcement shall have it
		}
		trustPeer(o)
	case out.Sink != nil:
		address := out.Sink.SMTP
		if o.Protocol == smtp.LMTP {
			address = out.Sink.LMTP
		}
		o.Dialer = fixedDialer{address: address}
		trustPeer(o)
	case out.Closed, out.Local:
		o.Dialer = homeDialer{closed: out.Closed}
	}
}

// trustPeer lifts what only makes sense against the real server: the peer is
// this process, over memory or loopback, and its certificate is self-made.
func trustPeer(o *smtp.Options) {
	o.TLS = smtp.TLSNone
	o.TLSOptions.Pins = nil
	o.TLSOptions.Insecure = true
	o.TLSOptions.Certificates = nil
	o.Credentials.Mechanisms = nil
	o.AllowInsecureAuth = true
	o.Proxy, o.Proxied, o.LocalAddr = nil, false, ""
	o.XClient, o.Rehearsal = nil, true
}

// anyMechanism lets a rehearsal log in by what its server has.
func (out Outbound) anyMechanism(c *smtp.Credentials) {
	if out.Dry || out.Sink != nil {
		c.Mechanisms = nil
	}
}

// dryDialer answers in memory.
type dryDialer struct {
	lmtp   bool
	caught func(through string, m sink.DryMail)
}

// DialContext gives a connection that takes every message and sends nothing.
func (d dryDialer) DialContext(_ context.Context, _, address string) (net.Conn, error) {
	protocol := "smtp"
	if d.lmtp {
		protocol = "lmtp"
	}
	if d.caught == nil {
		return sink.DryConn(protocol), nil
	}
	return sink.RehearsalConn(protocol, func(m sink.DryMail) { d.caught(address, m) }), nil
}

// fixedDialer dials one address whatever was asked for.
type fixedDialer struct{ address string }

// DialContext dials the fixed address over TCP.
func (d fixedDialer) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", d.address)
}
