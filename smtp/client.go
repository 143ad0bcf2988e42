package smtp

import (
	"context"
	"crypto/tls"
	"maps"
	"sync"
	"sync/atomic"
)

// Client is one connection to a server, made by New, Dial or NewConn. One
// operation runs at a time: a second one, begun meanwhile by another goroutine,
// is an ArgumentError. Close, Alive, SetTrace and the accessors may be called at
// any time.
//
// After any failure of transport or protocol, and after a 421, the connection is
// closed and every operation returns a DisconnectedError (ErrBroken), until
// Connect; so it is after Quit and Close (ErrNotConnected).
type Client struct {
	opts     Options
	redirect redirect
	tracer   atomic.Pointer[Tracer]

	op      sync.Mutex              // held by the running operation
	link    atomic.Pointer[wire]    // nil before Connect and after Quit and Close
	session atomic.Pointer[session] // what the server said about itself

	pending  []string // verbs sent by PutCmd whose replies were not read
	accepted int      // recipients accepted in the transaction made by verbs
}

// session is what EHLO and HELO told; it is replaced, never changed.
type session struct {
	ehlo, helo       Reply
	hasEhlo, hasHelo bool
	esmtp            bool
	ext              extensions
	can              offers // by ext
	loggedIn         bool   // by Login or Auth
}

// New checks the options and makes a client that is not connected.
func New(o Options) (*Client, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	to, err := newRedirect(o.Redirect)
	if err != nil {
		return nil, err
	}
	c := &Client{opts: o, redirect: to}
	c.session.Store(&session{})
	c.SetTrace(o.Trace)
	return c, nil
}

// enter claims the client for one operation on its connection.
func (c *Client) enter(ctx context.Context) (*wire, func(), error) {
	if !c.op.TryLock() {
		return nil, nil, concurrentUse()
	}
	w := c.link.Load()
	if err := usable(ctx, w); err != nil {
		c.op.Unlock()
		return nil, nil, err
	}
	release := w.watch(ctx)
	return w, func() { release(); c.op.Unlock() }, nil
}

func concurrentUse() error {
	err := argumentError("another operation is running on this connection", "")
	err.hint = "use one connection for each goroutine, or a relay"
	return err
}

func usable(ctx context.Context, w *wire) error {
	switch {
	case ctx.Err() != nil:
		return &CancelledError{Err: context.Cause(ctx)}
	case w == nil:
		return disconnected(StageNone, ErrNotConnected)
	case w.broken.Load():
		return disconnected(StageNone, ErrBroken)
	}
	return nil
}

// Alive reports whether the client is connected, as far as known without asking
// the server.
func (c *Client) Alive() bool {
	w := c.link.Load()
	return w != nil && !w.broken.Load()
}

// Close drops the connection without QUIT, at once and also under a running
// operation. It may be called repeatedly.
func (c *Client) Close() error {
	if w := c.link.Swap(nil); w != nil {
		w.abandon()
	}
	return nil
}

// SetTrace sends the transcript to t from now on; nil stops it.
func (c *Client) SetTrace(t Tracer) {
	if t == nil {
		c.tracer.Store(nil)
		return
	}
	c.tracer.Store(&t)
}

// Address returns "host:port" or the socket's path.
func (c *Client) Address() string {
	_, address := c.opts.address()
	return address
}

// HasExtn reports whether the server offered an extension, whatever the case.
func (c *Client) HasExtn(name string) bool { return c.session.Load().ext.has(name) }

// Extension returns an extension's parameters and whether it was offered.
func (c *Client) Extension(name string) (params string, ok bool) {
	ext := c.session.Load().ext
	params, ok = ext[asciiLower(name)]
	return params, ok
}

// Extensions returns the extensions offered: lower-case name to parameters.
func (c *Client) Extensions() map[string]string {
	return maps.Clone(map[string]string(c.session.Load().ext))
}

// AuthMechanisms returns the SASL mechanisms offered, in upper case and in the
// server's order.
func (c *Client) AuthMechanisms() []string { return c.session.Load().ext.mechanisms() }

// EhloReply returns the last reply to EHLO or LHLO, if there was one.
func (c *Client) EhloReply() (Reply, bool) {
	s := c.session.Load()
	return s.ehlo, s.hasEhlo
}

// HeloReply returns the last reply to HELO, if there was one.
func (c *Client) HeloReply() (Reply, bool) {
	s := c.session.Load()
	return s.helo, s.hasHelo
}

// DoesESMTP reports whether the server accepted EHLO or LHLO.
func (c *Client) DoesESMTP() bool { return c.session.Load().esmtp }

// TLSState returns the state of encryption and whether there is any.
func (c *Client) TLSState() (tls.ConnectionState, bool) {
	w := c.link.Load()
	if w == nil {
		return tls.ConnectionState{}, false
	}
	return w.tlsState()
}
