package luabind

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"moonpost/data"
	"moonpost/smtp"
)

// Web is how requests of the module http leave.
type Web struct {
	Dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
	Roots *x509.CertPool                                                       // the authorities to trust; nil: the system's
	Agent string                                                               // the User-Agent, "moonpost/1.2"
}

// webDesk keeps the connections of a run for further requests.
type webDesk struct{ plain *http.Transport }

func (d *webDesk) finish(context.Context) (failed int) {
	d.abort()
	return 0
}

func (d *webDesk) abort() { d.plain.CloseIdleConnections() }

// webTransport is the one for requests that say nothing of certificates and proxies.
func (rt *Runtime) webTransport() *http.Transport {
	if rt.web == nil {
		rt.web = &webDesk{rt.webWay(nil, nil).Transport()}
		rt.opened(rt.web)
	}
	return rt.web.plain
}

// webWay is how servers are reached.
func (rt *Runtime) webWay(with *tls.Config, proxy *url.URL) data.HTTPWay {
	if with == nil {
		with = (&smtp.TLSOptions{}).Client("", true)
	}
	if with.RootCAs == nil {
		with.RootCAs = rt.host.Web.Roots
	}
	way := data.HTTPWay{Dial: rt.host.Web.Dial, TLS: with, Proxy: proxy}
	if out := rt.host.Outbound; out.Local || out.Closed {
		way.Dial = dialHome
	}
	return way
}

// httpClient makes the client of a request; done gives its connections back.
func (rt *Runtime) httpClient(call string, o *httpOptions) (c *data.HTTPClient, done func(), err error) {
	c, done = &data.HTTPClient{Agent: rt.host.Web.Agent}, func() {}
	if c.Agent == "" {
		c.Agent = "moonpost"
	}
	if !o.tlsOptions.given() && o.Proxy == "" {
		c.Named = rt.webTransport()
		return c, done, nil
	}
	var proxy *url.URL
	if o.Proxy != "" {
		if proxy, err = rt.httpProxy(call, o.Proxy); err != nil {
			return nil, done, err
		}
	}
	var own smtp.TLSOptions
	if err := o.tlsOptions.engine(rt.host, &own); err != nil {
		return nil, done, err
	}
	if o.Insecure {
		rt.host.Logger.Warn("certificate not verified: insecure=true", "call", call)
	}
	named := rt.webWay(own.Client("", !own.Insecure), proxy).Transport()
	other := rt.webWay((&smtp.TLSOptions{Roots: own.Roots}).Client("", true), proxy).Transport()
	c.Named, c.Other = named, other
	return c, func() { named.CloseIdleConnections(); other.CloseIdleConnections() }, nil
}

// given tells whether the script says anything of certificates.
func (t *tlsOptions) given() bool {
	return t.ServerName != "" || t.CAFile != "" || t.ClientCert != "" || t.ClientKey != "" || len(t.Pin) > 0 || t.Insecure
}

// httpProxy reads a proxy's URL and asks the sandbox about it.
func (rt *Runtime) httpProxy(call, text string) (*url.URL, error) {
	p, err := smtp.ParseProxy(text)
	if err != nil {
		return nil, &argumentError{text: call + ": " + strings.TrimPrefix(err.Error(), "smtp: ")}
	}
	if err := rt.host.Sandbox.named(call, p.Host, p.Port); err != nil {
		return nil, err
	}
	u := &url.URL{Scheme: p.Scheme, Host: net.JoinHostPort(p.Host, strconv.Itoa(p.Port))}
	if p.User != "" {
		u.User = url.UserPassword(p.User, p.Password)
	}
	return u, nil
}

// errNotHere is of kind argument.
var errNotHere = &argumentError{text: "a test asks this machine only", hint: "give the script the address of a server here, by a flag or the environment"}

// dialHome reaches this machine at most.
func dialHome(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err == nil && !isLoopback(host) {
		return nil, errNotHere
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// isLoopback tells whether a name or an address is of this machine.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
