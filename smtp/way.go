package smtp

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// completeWay checks how the server is reached.
func (o *Options) completeWay() error {
	if n := o.Network; n != "" && n != "tcp" && n != "tcp4" && n != "tcp6" {
		return argumentError("a network is tcp4 or tcp6", n)
	}
	if o.Proxy != nil {
		if o.Socket != "" {
			return argumentError("a proxy cannot reach a unix socket", o.Socket)
		}
		o.Proxied = true
		if err := o.Proxy.check(); err != nil {
			return err
		}
	}
	return o.XClient.check()
}

// asciiHost gives names beyond ASCII the form that resolvers, proxies and
// certificates know.
func asciiHost(host string) (string, error) {
	if isASCII(host) {
		return host, nil
	}
	ascii, err := idna.Lookup.ToASCII(host) // RFC 5891 §5
	if err != nil {
		return "", argumentError("the host has no A-label form", host)
	}
	return ascii, nil
}

// completeLocalName puts an address into brackets and refuses names that servers
// refuse.
func (o *Options) completeLocalName() error {
	if o.LocalName == "" {
		return nil
	}
	if ip, err := netip.ParseAddr(o.LocalName); err == nil {
		o.LocalName = ipLiteral(ip)
	}
	if !validHelloName(o.LocalName) {
		return argumentError("malformed local host name", o.LocalName)
	}
	if strings.Contains(o.LocalName, "_") {
		err := argumentError("the local host name has an underscore, which many servers refuse", o.LocalName)
		err.hint = `give a full domain name with local_hostname; "-" may stand where "_" does`
		return err
	}
	if strings.HasPrefix(o.LocalName, "[") && !validAddressLiteral(o.LocalName) {
		return argumentError("malformed address literal as local host name", o.LocalName)
	}
	return nil
}

// ipLiteral writes "[192.0.2.1]" or "[IPv6:2001:db8::1]".
func ipLiteral(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return "[" + ip.String() + "]" // RFC 5321 §4.1.3
	}
	return "[IPv6:" + ip.String() + "]"
}

// validAddressLiteral takes what ipLiteral writes.
func validAddressLiteral(s string) bool {
	inner, closed := strings.CutSuffix(strings.TrimPrefix(s, "["), "]")
	ip, err := netip.ParseAddr(strings.TrimPrefix(inner, "IPv6:"))
	return closed && err == nil && ip.Zone() == "" && ip.Is6() == strings.HasPrefix(inner, "IPv6:")
}
