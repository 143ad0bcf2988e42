package smtp

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

// raceDelay is how long an address may take before the next one is tried beside
// it.
const raceDelay = 250 * time.Millisecond // RFC 8305 §5

// racer is the default dialer. It tries all addresses of a name, each a little
// after the one before, and keeps the first connection; when all fail, its error
// has the reason of each. net.Dialer would tell the first one only.
type racer struct {
	net.Dialer
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error) // nil: the resolver's
}

// DialContext dials a name, an address, or a unix socket.
func (r *racer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if _, ipErr := netip.ParseAddr(host); err != nil || ipErr == nil || !strings.HasPrefix(network, "tcp") {
		return r.Dialer.DialContext(ctx, network, address)
	}
	ips, err := r.addresses(ctx, network, host)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	return r.race(ctx, network, port, interleave(ips))
}

// addresses looks a name up, in the families that network and source address
// leave.
func (r *racer) addresses(ctx context.Context, network, host string) ([]netip.Addr, error) {
	lookup := r.lookup
	if lookup == nil {
		lookup = net.DefaultResolver.LookupNetIP
	}
	family := "ip" + strings.TrimPrefix(network, "tcp")
	if local, ok := r.LocalAddr.(*net.TCPAddr); ok && family == "ip" {
		family = "ip6"
		if local.IP.To4() != nil {
			family = "ip4"
		}
	}
	return lookup(ctx, family, host)
}

// interleave alternates the families, beginning with the first address's.
func interleave(ips []netip.Addr) []netip.Addr { // RFC 8305 §4
	var first, second, mixed []netip.Addr
	for _, ip := range ips {
		ip = ip.Unmap()
		if len(first) == 0 || ip.Is4() == first[0].Is4() {
			first = append(first, ip)
		} else {
			second = append(second, ip)
		}
	}
	for i := range max(len(first), len(second)) {
		mixed = append(mixed, first[min(i, len(first)):min(i+1, len(first))]...)
		mixed = append(mixed, second[min(i, len(second)):min(i+1, len(second))]...)
	}
	return mixed
}

// attempt is how one address turned out.
type attempt struct {
	conn net.Conn
	err  error
}

// race returns when the outcome is certain and no attempt is left running.
func (r *racer) race(ctx context.Context, network, port string, ips []netip.Addr) (won net.Conn, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan attempt)
	next := time.NewTimer(0)
	defer next.Stop()
	var failures everyAddress
	for running := 0; len(ips) > 0 || running > 0; {
		select {
		case <-next.C:
			if len(ips) == 0 || won != nil {
				continue
			}
			go func(address string) {
				conn, err := r.Dialer.DialContext(ctx, network, address)
				results <- attempt{conn, err}
			}(net.JoinHostPort(ips[0].String(), port))
			ips = ips[1:]
			running++
			next.Reset(raceDelay)
		case a := <-results:
			running--
			switch {
			case a.err != nil:
				failures = append(failures, a.err)
				next.Reset(0)
			case won == nil:
				won, ips = a.conn, nil
				cancel()
			default:
				_ = a.conn.Close() // it came too late
			}
		}
	}
	if won == nil {
		return nil, failures
	}
	return won, nil
}

// everyAddress is why each address of a name could not be reached.
type everyAddress []error

// Error names them all.
func (e everyAddress) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns them.
func (e everyAddress) Unwrap() []error { return e }
