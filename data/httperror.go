package data

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// HTTPError is a request that got no answer, or none that could be used. It
// shows neither user and password nor query of the address, nor what looks
// like a token in its path.
type HTTPError struct {
	URL   string // as it may be shown
	Host  string // host:port
	What  string
	Err   error // nil, or what the network said
	stage string
	hint  string
	again bool
}

// Error names the address and the fault.
func (e *HTTPError) Error() string { return e.URL + ": " + e.What }

// Kind returns "http".
func (e *HTTPError) Kind() string { return "http" }

// Stage tells where it failed: "dns", "connect", "proxy", "tls", "timeout",
// "size", "redirect", or "response" for an answer that ended early or is none.
func (e *HTTPError) Stage() string { return e.stage }

// Temporary tells whether the same request may succeed later.
func (e *HTTPError) Temporary() bool { return e.again }

// Hint says what to do about it, or is empty.
func (e *HTTPError) Hint() string { return e.hint }

// Unwrap returns what the network said.
func (e *HTTPError) Unwrap() error { return e.Err }

// Causes that no library gives.
var (
	errHTTPTimeout = errors.New("timed out")
	errHTTPLarge   = errors.New("too large")
)

// httpExchange is one request under way.
type httpExchange struct {
	outer, inner context.Context
	request      *HTTPRequest
	at           *url.URL      // the address that is asked now
	strayed      bool          // it has been sent on to another origin
	step         atomic.Uint32 // an httpStep
}

// httpStep is what a request waits for.
type httpStep uint32

const (
	stepConnect httpStep = iota
	stepLookup
	stepTLS
	stepAnswer
	stepBody
)

func (s httpStep) String() string {
	return [...]string{"connecting", "looking up the host", "agreeing on TLS", "waiting for the answer", "reading the answer"}[min(s, stepBody)]
}

func (x *httpExchange) reach(s httpStep) { x.step.Store(uint32(s)) }

func (x *httpExchange) reached() httpStep { return httpStep(x.step.Load()) }

// trace notes how far the request has come.
func (x *httpExchange) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { x.reach(stepLookup) },
		ConnectStart:      func(string, string) { x.reach(stepConnect) },
		TLSHandshakeStart: func() { x.reach(stepTLS) },
		GotConn:           func(httptrace.GotConnInfo) { x.reach(stepAnswer) },
	}
}

// fail makes an error of what net/http gave.
func (x *httpExchange) fail(err error) error {
	if x.outer.Err() != nil {
		return context.Cause(x.outer)
	}
	var inner *url.Error // holds the whole address
	if errors.As(err, &inner) {
		err = inner.Err
	}
	var forbidden interface{ Kind() string }
	var sent *redirectError
	e := &HTTPError{URL: ShowURL(x.at), Host: net.JoinHostPort(x.at.Hostname(), fmt.Sprint(httpPort(x.at))), Err: err}
	switch {
	case errors.As(err, &forbidden): // by Allow
		return err
	case errors.As(err, &sent):
		e.URL = ShowURL(x.request.URL)
		e.stage, e.What, e.hint = "redirect", sent.what, sent.hint
	case strings.HasPrefix(err.Error(), "failed to parse Location header"): // it goes on with the address
		e.stage, e.What, e.Err = "redirect", "it was sent on to an address that cannot be read", nil
	case errors.Is(err, errHTTPLarge):
		e.stage, e.What = "size", fmt.Sprintf("the answer is larger than max_size, %d octets", x.request.MaxSize)
		e.hint = `max_size = "100MB" takes more; save = path writes the answer to a file piece by piece`
	case errors.Is(context.Cause(x.inner), errHTTPTimeout):
		e.stage, e.again, e.hint = "timeout", true, `timeout = "2m" waits longer`
		e.What = fmt.Sprintf("no whole answer within %v (%s)", x.request.Timeout.Round(time.Millisecond), x.reached())
	default:
		e.network(err, x.reached())
	}
	return e
}

// network says what was wrong on the way to the server or with its answer.
func (e *HTTPError) network(err error, step httpStep) {
	var dns *net.DNSError
	var dial *net.OpError
	isDial := errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect" || dial.Op == "socks connect")
	switch {
	case isDial && dial.Op != "dial":
		e.stage, e.again, e.What = "proxy", true, "the proxy did not connect: "+networkFault(dial.Err)
	case errors.As(err, &dns) && dns.IsNotFound:
		e.stage, e.What, e.hint = "dns", fmt.Sprintf("there is no host %s", dns.Name), "look at the spelling; it must be in DNS or in the hosts file"
	case errors.As(err, &dns):
		e.stage, e.again, e.What = "dns", true, fmt.Sprintf("the host %s cannot be looked up: %s", dns.Name, dns.Err)
	case isDial:
		e.stage, e.again, e.What = "connect", true, "cannot connect: "+networkFault(dial.Err)
	case e.tls(err, step):
	case step == stepConnect: // something answered, but it was not the server
		e.stage, e.again, e.What = "proxy", true, "the proxy did not connect: "+networkFault(err)
	default:
		e.stage, e.again, e.What = "response", true, "the answer cannot be read: "+networkFault(err)
	}
}

// tls tells whether the encryption failed, and how.
func (e *HTTPError) tls(err error, step httpStep) bool {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var unverified *tls.CertificateVerificationError
	switch {
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		e.What, e.hint = "the server speaks no TLS on this port", "http:// asks without encryption"
	case errors.As(err, &unverified):
		e.What, e.hint = "the certificate is not good: "+networkFault(unverified.Err), certificateHint(unverified.Err, ", or give it with server_name")
	case errors.As(err, &alert), strings.HasPrefix(err.Error(), "tls: "), strings.HasPrefix(err.Error(), "remote error: tls: "):
		e.What = "no encryption could be agreed on: " + strings.TrimPrefix(networkFault(err), "tls: ")
	case step == stepTLS: // a key that isn't the pinned one, a connection that was cut
		e.What = "no encryption could be agreed on: " + networkFault(err)
	default:
		return false
	}
	e.stage = "tls"
	return true
}

// networkFault is an error's text without the addresses before it.
func networkFault(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return networkFault(op.Err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the server ended the connection"
	}
	text := err.Error()
	for _, prefix := range []string{"x509: ", "net/http: ", "http: ", "connect: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return shorten(strings.Map(visible, text))
}

// visible keeps what a server sent on one line.
func visible(r rune) rune {
	if r < 0x20 || r == 0x7f {
		return ' '
	}
	return r
}
