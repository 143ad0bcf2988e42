package data

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HTTPWay is how servers are reached.
type HTTPWay struct {
	Dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
	TLS   *tls.Config                                                          // nil: Go's defaults, which verify
	Proxy *url.URL                                                             // nil: none, whatever the environment says
}

// Bounds of what a server may make us wait for or keep.
const (
	httpHandshake   = 30 * time.Second // of a connection, and of TLS on it
	httpIdle        = 30 * time.Second
	httpHeaderBytes = 256 << 10
)

// Transport makes a transport that keeps connections for further requests.
func (w HTTPWay) Transport() *http.Transport {
	if w.Dial == nil {
		w.Dial = (&net.Dialer{Timeout: httpHandshake}).DialContext
	}
	t := &http.Transport{
		DialContext: w.Dial, TLSClientConfig: w.TLS, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: httpHandshake, IdleConnTimeout: httpIdle, MaxResponseHeaderBytes: httpHeaderBytes,
	}
	if w.Proxy != nil {
		t.Proxy = http.ProxyURL(w.Proxy)
	}
	return t
}

// HTTPClient makes requests.
type HTTPClient struct {
	Named http.RoundTripper // for the origin that a request names
	Other http.RoundTripper // for those to which a server sends it on; nil: Named
	Agent string            // the User-Agent, where a request has none
}

// HTTPRequest is one request with its limits.
type HTTPRequest struct {
	Method    string
	URL       *url.URL // as HTTPTarget gives it
	Header    []Pair   // as CheckHTTPHeader lets pass
	Body      *string  // nil: none
	Timeout   time.Duration
	MaxSize   int64 // octets of the answer's body, decompressed
	Redirects int   // how many are followed; 0 gives the redirect itself
	// Allow is asked before each host is; nil allows all.
	Allow func(host string, port int) error
	// Save takes the body of an answer with a status of 200 to 299; nil keeps it in memory.
	Save func(content io.Reader) error
}

// HTTPResponse is the answer of the last server that was asked.
type HTTPResponse struct {
	Status int
	Reason string // "Not Found"
	Header http.Header
	Body   string // empty where it was saved
	Size   int64  // octets of the body
	Saved  bool
	URL    string // the address that answered, without user and password

	CertificateEnds time.Time // until when that server's certificate is good; zero without TLS
}

// Do makes the request and reads the whole answer, whatever its status. Errors
// are *HTTPError, what Allow or Save gave, or the context's cause.
func (c *HTTPClient) Do(ctx context.Context, r *HTTPRequest) (*HTTPResponse, error) {
	if err := allowed(r.Allow, r.URL); err != nil {
		return nil, err
	}
	inner, cancel := context.WithTimeoutCause(ctx, r.Timeout, errHTTPTimeout)
	defer cancel()
	x := &httpExchange{outer: ctx, inner: inner, request: r, at: r.URL}
	request, err := c.request(httptrace.WithClientTrace(inner, x.trace()), r)
	if err != nil {
		return nil, x.fail(err)
	}
	client := http.Client{Transport: c.transport(r.URL), CheckRedirect: x.redirect}
	response, err := client.Do(request)
	if err != nil {
		return nil, x.fail(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end, or given up
	x.reach(stepBody)
	return x.read(response)
}

// request makes net/http's own.
func (c *HTTPClient) request(ctx context.Context, r *HTTPRequest) (*http.Request, error) {
	var body io.Reader
	if r.Body != nil {
		body = strings.NewReader(*r.Body)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL.String(), body)
	if err != nil {
		return nil, err
	}
	for _, field := range r.Header {
		request.Header.Add(field.Name, field.Value)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
		request.Header.Del("Host")
	}
	if request.Header.Get("User-Agent") == "" && c.Agent != "" {
		request.Header.Set("User-Agent", c.Agent)
	}
	return request, nil
}

// transport chooses by the host that is asked: what a script says of
// certificates is about the server that it names.
func (c *HTTPClient) transport(named *url.URL) http.RoundTripper {
	if c.Other == nil {
		return c.Named
	}
	return byOrigin{named, c.Named, c.Other}
}

type byOrigin struct {
	origin       *url.URL
	named, other http.RoundTripper
}

// RoundTrip asks by the one or the other.
func (b byOrigin) RoundTrip(r *http.Request) (*http.Response, error) {
	if sameOrigin(b.origin, r.URL) {
		return b.named.RoundTrip(r)
	}
	return b.other.RoundTrip(r)
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && httpPort(a) == httpPort(b)
}

// httpPort is the port of a URL; that of its scheme where it names none.
func httpPort(u *url.URL) int {
	port, err := strconv.Atoi(u.Port())
	switch {
	case err == nil:
		return port
	case u.Scheme == "https":
		return 443
	}
	return 80
}

func allowed(allow func(host string, port int) error, u *url.URL) error {
	if allow == nil {
		return nil
	}
	return allow(u.Hostname(), httpPort(u))
}
