package luabind

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"moonpost/relay"
	"moonpost/smtp"
)

// AllowedHost is a place that a sandboxed script may reach.
type AllowedHost struct {
	name   string // in lower case, without a dot at the end; a socket's path; "*" for every host
	below  bool   // "*.name": hosts below the name, not itself
	port   int    // 0: every port
	socket bool
}

// UnmarshalText reads "host", "host:port", "*.example.org", "[2001:db8::1]:25",
// "*" or the path of a unix socket.
func (a *AllowedHost) UnmarshalText(text []byte) error {
	if strings.HasPrefix(string(text), "/") {
		*a = AllowedHost{name: string(text), socket: true}
		return nil
	}
	name, below := strings.CutPrefix(string(text), "*.")
	probe := name
	if name == "*" || strings.HasPrefix(name, "*:") {
		probe = "any" + name[1:]
	}
	host, port, err := smtp.ParseHostPort(probe)
	if err != nil || strings.Contains(host, "*") {
		return fmt.Errorf("%q is no host: write mail.example.org, *.example.org, mail.example.org:587, 192.0.2.1 or /run/a.sock", text)
	}
	if probe != name {
		host = "*"
	}
	*a = AllowedHost{name: hostKey(host), below: below, port: port}
	return nil
}

// hostKey is the form in which names of hosts are compared.
func hostKey(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// matches tells whether the place may be reached; port 0 is a name to look up.
func (a AllowedHost) matches(host string, port int) bool {
	if a.socket || a.port != 0 && port != 0 && a.port != port {
		return false
	}
	if a.below {
		return strings.HasSuffix(host, "."+a.name)
	}
	return a.name == "*" || a.name == host
}

// host checks that the sandbox lets a host be reached; a nil one allows all.
func (s *Sandbox) host(host string, port int) error {
	if s == nil || slices.ContainsFunc(s.Hosts, func(a AllowedHost) bool { return a.matches(hostKey(host), port) }) {
		return nil
	}
	place, hint := hostKey(host), ""
	if _, err := netip.ParseAddr(place); err != nil {
		hint = "; *.example.org stands for all hosts below example.org"
	}
	if port != 0 {
		place = net.JoinHostPort(place, strconv.Itoa(port))
	}
	return &sandboxError{text: "not allowed in the sandbox", hint: "--allow-host " + place + " allows it" + hint}
}

// socket is host for a unix socket.
func (s *Sandbox) socket(path string) error {
	if s == nil || slices.Contains(s.Hosts, AllowedHost{name: path, socket: true}) {
		return nil
	}
	return &sandboxError{text: "not allowed in the sandbox", hint: "--allow-host " + path + " allows it"}
}

// dial is what smtp.Options.Allow asks.
func (s *Sandbox) dial(network, address string) error {
	if strings.HasPrefix(network, "unix") {
		return s.socket(address)
	}
	if network == "dns" {
		return s.host(address, 0)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	return s.host(host, n)
}

// mailAllowed says where mail may go: anywhere without a sandbox, and where
// nothing leaves this process anyway.
func (h *Host) mailAllowed() func(network, address string) error {
	if h.Sandbox == nil || h.Outbound.Dry || h.Outbound.Sink != nil {
		return nil
	}
	return h.Sandbox.dial
}

// relayAllowed asks about a relay's servers when it is made, so that the
// script's line that names them is told.
func relayAllowed(o *relay.Options) error {
	if o.MX != nil {
		return nil
	}
	for _, server := range append([]smtp.Options{o.SMTP}, o.Fallbacks...) {
		client, err := smtp.New(server)
		if err != nil {
			return err
		}
		if err := client.Allowed(); err != nil {
			return err
		}
	}
	return nil
}
