package smtp

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/proxy"
)

// Proxy is what connections go through, and as whom. The server's name is looked
// up by the proxy, never here.
type Proxy struct {
	Scheme         string // "socks5" or "http", which means CONNECT
	Host           string
	Port           int
	User, Password string
}

// Ports where a proxy's URL names none.
const (
	portSOCKS = 1080 // RFC 1928 §3
	portHTTP  = 80
)

// ParseProxy reads socks5://user:password@host:port and http://…, of which only
// the host has to be there. Its errors never show the URL's text.
func ParseProxy(s string) (*Proxy, error) {
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || strings.ContainsAny(s, "#?") || u.Path != "" && u.Path != "/" {
		return nil, malformedProxy()
	}
	p := &Proxy{Scheme: u.Scheme, User: u.User.Username()}
	p.Password, _ = u.User.Password()
	switch p.Scheme {
	case "socks5", "socks5h": // the same here: names always go to the proxy
		p.Scheme, p.Port = "socks5", portSOCKS
	case "http":
		p.Port = portHTTP
	default:
		return nil, argumentError("a proxy's URL begins with socks5:// or http://", "")
	}
	host, port, err := ParseHostPort(u.Host)
	if err != nil {
		return nil, malformedProxy()
	}
	if p.Host = host; port != 0 {
		p.Port = port
	}
	return p, p.check()
}

func malformedProxy() error {
	err := argumentError("malformed proxy URL", "")
	err.hint = "write socks5://user:password@host:port or http://…; special characters of user and password percent-encoded"
	return err
}

// check refuses what the proxy's protocol cannot carry.
func (p *Proxy) check() error {
	switch {
	case p.Scheme != "socks5" && p.Scheme != "http", !validHost(p.Host), p.Port < 1, p.Port > 65535:
		return malformedProxy()
	case p.User == "" && p.Password != "":
		return argumentError("a proxy's password needs a user", "")
	case p.Scheme == "socks5" && max(len(p.User), len(p.Password)) > 255: // RFC 1929 §2
		return argumentError("user and password of a SOCKS proxy have up to 255 octets", "")
	case p.Scheme == "http" && strings.Contains(p.User, ":"): // RFC 7617 §2
		return argumentError("the user of an HTTP proxy has no colon", "")
	}
	return nil
}

// String returns the proxy's URL without user and password.
func (p *Proxy) String() string { return p.Scheme + "://" + p.address() }

// GoString keeps the password out of %#v.
func (p *Proxy) GoString() string { return p.String() }

func (p *Proxy) address() string { return net.JoinHostPort(p.Host, strconv.Itoa(p.Port)) }

// ProxyError means that the proxy could not be reached, or did not connect us. It
// is the cause of a *ConnectError.
type ProxyError struct {
	Proxy string // its URL without user and password
	Code  int    // HTTP status, 0 if there was none
	Said  string // the refusal in the proxy's words, "" if it gave none
	Err   error  // what went wrong instead, or beside it
}

// Error implements error.
func (e *ProxyError) Error() string {
	if e.Said != "" {
		return "proxy " + e.Proxy + ": " + e.Said
	}
	return "proxy " + e.Proxy + ": " + e.Err.Error()
}

// Unwrap returns the cause, if it is known.
func (e *ProxyError) Unwrap() error { return e.Err }

// through dials by way of the proxy, which reach dials.
type through struct {
	proxy *Proxy
	reach Dialer
}

// DialContext connects to the proxy and has it connect to address.
func (t through) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := t.reach.DialContext(ctx, "tcp", t.proxy.address())
	if err != nil {
		return nil, &ProxyError{Proxy: t.proxy.String(), Err: err}
	}
	if t.proxy.Scheme == "http" {
		err = t.proxy.connectHTTP(ctx, conn, address)
	} else {
		conn, err = t.proxy.connectSOCKS(ctx, conn, network, address)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// connectSOCKS asks a SOCKS5 proxy for the connection.
func (p *Proxy) connectSOCKS(ctx context.Context, conn net.Conn, network, address string) (net.Conn, error) {
	var auth *proxy.Auth
	if p.User != "" {
		auth = &proxy.Auth{User: p.User, Password: p.Password} // RFC 1929 §2
	}
	socks, err := proxy.SOCKS5("tcp", p.address(), auth, existing{conn})
	if err != nil {
		return conn, &ProxyError{Proxy: p.String(), Err: err}
	}
	tunnel, err := socks.(proxy.ContextDialer).DialContext(ctx, network, address)
	if err == nil {
		return tunnel, nil
	}
	var op *net.OpError
	if errors.As(err, &op) { // what it adds are the two addresses, which we name ourselves
		err = op.Err
	}
	e := &ProxyError{Proxy: p.String(), Err: err}
	if said, ok := strings.CutPrefix(err.Error(), "unknown error "); ok { // for people only
		e.Said = said
	}
	return conn, e
}

// existing is a dialer with one connection to give.
type existing struct{ conn net.Conn }

func (e existing) Dial(string, string) (net.Conn, error) { return e.conn, nil }

func (e existing) DialContext(context.Context, string, string) (net.Conn, error) { return e.conn, nil }
