package luabind

import (
	"context"
	"errors"
	"net"

	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

// wayDialer dials a trial whatever was asked for, and tells it what that was: its rules may want to know.
type wayDialer struct {
	address, relay string
	lmtp           bool
}

// DialContext connects to the trial and announces the way.
func (d wayDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := fixedDialer{address: d.address}.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	way := sink.Way{Protocol: "smtp", Relay: d.relay, Host: address}
	if d.lmtp {
		way.Protocol = "lmtp"
	}
	if err := way.Announce(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// nameWays tells the dialers of a relay whose they are.
func nameWays(o *relay.Options, name string) {
	ways := []*smtp.Options{&o.SMTP}
	for i := range o.Fallbacks {
		ways = append(ways, &o.Fallbacks[i])
	}
	for _, way := range ways {
		if d, ok := way.Dialer.(wayDialer); ok {
			d.relay = name
			way.Dialer = d
		}
	}
}

// homeDialer reaches this machine at most.
type homeDialer struct{ closed bool }

var (
	errNoSink   = errors.New("t:run was given no sink, so that nothing is connected: give it sink = sink.start(), or dry = true")
	errNotLocal = errors.New("a test connects to this machine only: mail goes to a sink of sink.start(), real servers are for scripts")
)

// DialContext dials an address of this machine and refuses any other.
func (d homeDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.closed {
		return nil, errNoSink
	}
	host, _, err := net.SplitHostPort(address)
	if err == nil && !isLoopback(host) {
		return nil, errNotLocal
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}
