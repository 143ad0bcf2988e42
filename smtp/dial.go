package smtp

import (
	"context"
	"errors"
	"net"
	"strings"
)

// Dial connects: New, Connect, EHLO or HELO, TLS as Options.TLS says, and Login
// if there are credentials. On failure the connection is closed.
func Dial(ctx context.Context, o Options) (*Client, error) {
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	err = c.open(ctx, c.dial)
	if c.mayGoClear(err) { // the failed handshake left the connection in doubt
		c.opts.TLS = TLSNone
		err = c.open(ctx, c.dial)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// NewConn is Dial on a connection that exists already. Options.Host is needed
// for verification only.
func NewConn(ctx context.Context, conn net.Conn, o Options) (*Client, error) {
	if o.Host == "" && o.Socket == "" {
		o.Host = "localhost"
	}
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	err = c.open(ctx, func(context.Context) (net.Conn, error) { return conn, nil })
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

// mayGoClear reports whether encryption was tried only because it was offered.
func (c *Client) mayGoClear(err error) bool {
	var failed *TLSError
	w := c.link.Load()
	if !errors.As(err, &failed) || w == nil {
		return false
	}
	p := c.opts.plan(c.loopback(w))
	return !p.implicit && !p.required && !p.verify && len(c.opts.TLSOptions.Pins) == 0 && !c.opts.Credentials.Given()
}

// Connect dials and reads the greeting, nothing else. An earlier connection is
// dropped. Anything but a positive greeting is a *ConnectError.
func (c *Client) Connect(ctx context.Context) (Reply, error) {
	if !c.op.TryLock() {
		return Reply{}, concurrentUse()
	}
	defer c.op.Unlock()
	if ctx.Err() != nil {
		return Reply{}, &CancelledError{detail: detail{stage: StageConnect}, Err: context.Cause(ctx)}
	}
	return c.connect(ctx, c.dial)
}

// open makes a session that is ready for mail.
func (c *Client) open(ctx context.Context, dial func(context.Context) (net.Conn, error)) error {
	if !c.op.TryLock() {
		return concurrentUse()
	}
	defer c.op.Unlock()
	cred, err := c.opts.Credentials.fetched(ctx)
	if err != nil {
		return err
	}
	if _, err := c.connect(ctx, dial); err != nil {
		return err
	}
	w := c.link.Load()
	defer w.watch(ctx)()
	err = c.prepareSession(ctx, w, cred)
	if err != nil {
		w.abandon()
	}
	return err
}

func (c *Client) prepareSession(ctx context.Context, w *wire, cred Credentials) error {
	if err := c.helloIfNeeded(w); err != nil {
		return err
	}
	if err := c.encryptByPlan(ctx, w); err != nil {
		return err
	}
	if err := c.introduce(w); err != nil {
		return err
	}
	if !cred.Given() {
		return nil
	}
	_, err := c.login(w, cred)
	return err
}

// connect replaces the connection and everything known about the last server.
func (c *Client) connect(ctx context.Context, dial func(context.Context) (net.Conn, error)) (Reply, error) {
	_ = c.Close()
	c.session.Store(&session{})
	c.pending, c.accepted = nil, 0
	conn, err := dial(ctx)
	if err != nil {
		return Reply{}, c.connectError(ctx, err)
	}
	w := newWire(conn, &c.opts, &transcript{tracer: &c.tracer, opts: &c.opts, name: connName(c.Address(), conn)})
	c.link.Store(w)
	defer w.watch(ctx)()
	w.log.note("connected to " + c.route())
	if p := c.opts.plan(c.loopback(w)); p.implicit {
		if err := c.handshake(ctx, w, p.verify); err != nil {
			return Reply{}, err
		}
	}
	return c.readGreeting(w)
}

func (c *Client) readGreeting(w *wire) (Reply, error) {
	r, err := w.readReply(StageGreeting)
	if err != nil {
		var lost *DisconnectedError
		if errors.As(err, &lost) {
			return Reply{}, &ConnectError{detail: detail{stage: StageGreeting}, Host: c.Address(), Err: lost.Err}
		}
		return Reply{}, explainGreeting(err)
	}
	if !r.Positive() { // RFC 5321 §3.1
		w.abandon()
		return r, &ConnectError{detail: detail{stage: StageGreeting, hint: replyHint(StageGreeting, r)}, Host: c.Address(), Reply: r}
	}
	return r, nil
}

func (c *Client) connectError(ctx context.Context, err error) error {
	var forbidden *ForbiddenError
	d := detail{stage: StageConnect, hint: connectHint(err, c.opts.Port)}
	switch {
	case errors.As(err, &forbidden):
		return forbidden
	case ctx.Err() != nil:
		return &CancelledError{detail: d, Err: context.Cause(ctx)}
	case isTimeout(err):
		return &TimeoutError{detail: d, Host: c.Address(), Err: err}
	}
	return &ConnectError{detail: d, Host: c.Address(), Err: err}
}

// dial opens the connection with the dialer of the options.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.timeout(StageConnect))
	defer cancel()
	if err := c.Allowed(); err != nil {
		return nil, err
	}
	network, address := c.opts.address()
	dialer, err := c.dialer()
	if err != nil {
		return nil, err
	}
	if c.opts.Proxy != nil {
		dialer = through{proxy: c.opts.Proxy, reach: dialer}
	}
	return dialer.DialContext(ctx, network, address)
}

// route names the server and the proxy on the way, if there is one.
func (c *Client) route() string {
	if c.opts.Proxy == nil {
		return c.Address()
	}
	return c.Address() + " through " + c.opts.Proxy.String()
}

// dialer gives ours and a net.Dialer the source address; other dialers have
// their own.
func (c *Client) dialer() (Dialer, error) {
	d := c.opts.Dialer
	if d == nil {
		d = &racer{}
	}
	if c.opts.LocalAddr == "" || c.opts.Socket != "" {
		return d, nil
	}
	local, err := c.opts.localTCPAddr()
	if err != nil {
		return nil, err
	}
	switch d := d.(type) {
	case *racer:
		d.LocalAddr = local
	case *net.Dialer:
		own := *d
		own.LocalAddr = local
		return &own, nil
	}
	return d, nil
}

// loopback reports whether the peer is on this machine: a unix socket, a pipe
// within the process, or a loopback address, and no proxy in between.
func (c *Client) loopback(w *wire) bool {
	if c.opts.Proxied {
		return false
	}
	switch a := w.raw.RemoteAddr().(type) {
	case nil:
		return false
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	default:
		return a.Network() == "pipe" || strings.HasPrefix(a.Network(), "unix")
	}
}
