package smtp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// named is a racer for which every name has these addresses.
func named(ips ...string) *racer {
	return &racer{lookup: func(_ context.Context, network, _ string) ([]netip.Addr, error) {
		var list []netip.Addr
		for _, s := range ips {
			ip := netip.MustParseAddr(s)
			if network == "ip4" && !ip.Is4() || network == "ip6" && ip.Is4() {
				continue
			}
			list = append(list, ip)
		}
		return list, nil
	}}
}

// listenOn accepts connections on one loopback address and counts them.
func listenOn(t *testing.T, address string) (port string, count *atomic.Int64) {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("SKIPPED, NOT TESTED: this machine has no %s: %v", address, err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	count = &atomic.Int64{}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			_ = conn.Close()
		}
	}()
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port, count
}

func TestPoint35_TheNextAddressAfterARefusal(t *testing.T) {
	port, count := listenOn(t, "127.0.0.2:0")
	for _, ips := range [][]string{{"127.0.0.1", "127.0.0.2"}, {"127.0.0.2", "127.0.0.1"}, {"127.0.0.3", "127.0.0.1", "::ffff:127.0.0.2"}} {
		start := systemClock()
		conn, err := named(ips...).DialContext(t.Context(), "tcp", "mail.invalid:"+port)
		if err != nil {
			t.Fatal(ips, err)
		}
		if got := conn.RemoteAddr().String(); got != "127.0.0.2:"+port {
			t.Errorf("%v: %s", ips, got)
		}
		if took := systemClock().Sub(start); took >= raceDelay {
			t.Errorf("%v: a refusal was waited out: %v", ips, took)
		}
		_ = conn.Close()
	}
	if n := count.Load(); n > 3 {
		t.Errorf("%d connections for 3 dials", n)
	}
}

// An address that swallows everything holds up nobody.
func TestPoint35_TheNextAddressAfterSilence(t *testing.T) {
	port, _ := listenOn(t, "127.0.0.2:0")
	r := named("127.0.0.9", "127.0.0.2")
	r.ControlContext = func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		if strings.HasPrefix(address, "127.0.0.9:") {
			<-ctx.Done()
		}
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := r.DialContext(ctx, "tcp", "mail.invalid:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.RemoteAddr().String(); got != "127.0.0.2:"+port {
		t.Error(got)
	}
}

func TestPoint35_EveryFailureIsNamed(t *testing.T) {
	c, err := New(Options{Host: "mail.invalid", Port: 1, Dialer: named("127.0.0.1", "127.0.0.2")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Connect(t.Context())
	var e *ConnectError
	if !errors.As(err, &e) || !errors.Is(err, syscall.ECONNREFUSED) || e.Hint() == "" {
		t.Fatalf("%T %v", err, err)
	}
	for _, want := range []string{"smtp: mail.invalid:1: ", "connection refused (127.0.0.1:1)", "connection refused (127.0.0.2:1)"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

func TestPoint35_OneFamily(t *testing.T) {
	port, _ := listenOn(t, "127.0.0.1:0")
	both := []string{"::1", "127.0.0.1"}
	tests := []struct {
		network, local string
		ok             bool
	}{{"tcp", "", true}, {"tcp4", "", true}, {"tcp6", "", false}, {"tcp", "127.0.0.1", true}, {"tcp", "::1", false}}
	for _, tt := range tests {
		o := Options{Host: "mail.invalid:" + port, Network: tt.network, LocalAddr: tt.local, Dialer: named(both...)}
		c, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := c.dial(t.Context())
		if (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt, err)
		}
		if err == nil {
			_ = conn.Close()
		} else if strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%+v: the other family was tried: %v", tt, err)
		}
	}
}

func TestPoint35_FamiliesAlternate(t *testing.T) {
	for in, want := range map[string]string{
		"::1 ::2 ::3 127.0.0.1":               "::1 127.0.0.1 ::2 ::3",
		"127.0.0.1 ::1 127.0.0.2 ::2":         "127.0.0.1 ::1 127.0.0.2 ::2",
		"127.0.0.1 127.0.0.2":                 "127.0.0.1 127.0.0.2",
		"::ffff:127.0.0.1 127.0.0.2 ::1":      "127.0.0.1 ::1 127.0.0.2",
		"127.0.0.1 127.0.0.2 ::1 ::2 ::3 ::4": "127.0.0.1 ::1 127.0.0.2 ::2 ::3 ::4",
		"fe80::1%lo 127.0.0.1 fe80::2%lo ::1": "fe80::1%lo 127.0.0.1 fe80::2%lo ::1",
	} {
		var ips []netip.Addr
		for _, s := range strings.Fields(in) {
			ips = append(ips, netip.MustParseAddr(s))
		}
		var got []string
		for _, ip := range interleave(ips) {
			got = append(got, ip.String())
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v", in, got)
		}
	}
	if got := interleave(nil); len(got) != 0 {
		t.Error(got)
	}
}

func TestDialTimesOut(t *testing.T) {
	r := named("127.0.0.1", "127.0.0.2")
	r.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
		<-ctx.Done()
		return ctx.Err()
	}
	c, err := New(Options{Host: "mail.invalid", Dialer: r, Timeouts: Timeouts{Dial: 50 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Connect(t.Context())
	var e *TimeoutError
	if !errors.As(err, &e) || e.Stage() != StageConnect || !strings.HasPrefix(err.Error(), "smtp: mail.invalid:25: connect: timed out") {
		t.Errorf("%T %v", err, err)
	}
}

func TestIPv6Literal(t *testing.T) {
	port, _ := listenOn(t, "[::1]:0")
	c, err := New(Options{Host: "[::1]:" + port})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := c.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := addressLiteral(conn.LocalAddr()); got != "[IPv6:::1]" {
		t.Error(got)
	}
}

func TestPoint20_LocalName(t *testing.T) {
	for in, want := range map[string]string{
		"client.example": "client.example", "localhost": "localhost", "192.0.2.1": "[192.0.2.1]", "2001:db8::1": "[IPv6:2001:db8::1]",
		"[192.0.2.1]": "[192.0.2.1]", "[IPv6:::1]": "[IPv6:::1]", "fe80::1%eth0": "[IPv6:fe80::1]",
	} {
		c, err := New(Options{Host: "h", LocalName: in})
		if err != nil || c.LocalName() != want {
			t.Errorf("%s: %v", in, err)
		}
	}
	for _, in := range []string{"my_host.example", "a b", "a\r\nb", "[192.0.2.1", "[::1]", "[IPv6:192.0.2.1]", "[host]", "[]"} {
		if _, err := New(Options{Host: "h", LocalName: in}); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
	for name, ok := range map[string]bool{"a.example": true, "my_host.example": false, "localhost.localdomain": false, "host": false, "192.0.2.1": false} {
		if fullName(name) != ok {
			t.Errorf("%s: full name %v", name, !ok)
		}
	}
}
