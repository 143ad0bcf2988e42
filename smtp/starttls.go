package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// StartTLS encrypts the connection and forgets what the server said before; the
// next EHLO asks anew. On an encrypted connection it sends nothing and returns
// 220 "already encrypted". A server that doesn't offer STARTTLS is a
// *NotSupportedError, one that refuses it a *ResponseError, and a failed
// handshake a *TLSError that ends the connection.
func (c *Client) StartTLS(ctx context.Context) (Reply, error) { return c.encrypt(ctx, nil) }

// StartTLSWith is StartTLS with other TLSOptions than those of Options, which they
// replace. Where they name somebody to trust, the certificate is verified whatever
// the mode.
func (c *Client) StartTLSWith(ctx context.Context, t TLSOptions) (Reply, error) {
	return c.encrypt(ctx, &t)
}

func (c *Client) encrypt(ctx context.Context, t *TLSOptions) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	if _, encrypted := w.tlsState(); encrypted {
		return Reply{Code: 220, Lines: []string{"already encrypted"}}, nil
	}
	if err := c.helloIfNeeded(w); err != nil {
		return Reply{}, err
	}
	verify := c.opts.plan(c.loopback(w)).verify
	if t != nil {
		c.opts.TLSOptions = *t
		verify = !t.Insecure && (t.named() || c.opts.plan(c.loopback(w)).verify)
	}
	return c.startTLS(ctx, w, verify)
}

// encryptByPlan uses STARTTLS as the mode says, and introduces us again.
func (c *Client) encryptByPlan(ctx context.Context, w *wire) error {
	p := c.opts.plan(c.loopback(w))
	if p.implicit || !p.starttls || !p.required && !c.HasExtn("STARTTLS") {
		return nil
	}
	r, err := c.startTLS(ctx, w, p.verify)
	if err != nil {
		if !p.required && r.Code != 0 && r.Code != 220 && r.Code != 421 { // refused, not failed: stay in clear
			w.log.note("STARTTLS was refused; going on in clear text")
			return nil
		}
		return err
	}
	return c.helloIfNeeded(w) // RFC 3207 §4.2
}

func (c *Client) startTLS(ctx context.Context, w *wire, verify bool) (Reply, error) {
	if !c.HasExtn("STARTTLS") {
		e := &NotSupportedError{detail: detail{stage: StageTLS}, Extension: "STARTTLS"}
		e.hint = `the server offers no encryption here; port 465 with tls = "implicit" may, and tls = "none" does without`
		return Reply{}, e
	}
	r, err := w.roundTrip(StageTLS, "STARTTLS\r\n")
	if err != nil {
		return Reply{}, err
	}
	if r.Code != 220 { // RFC 3207 §4
		return r, &ResponseError{detail: detail{stage: StageTLS}, Reply: r, Verb: "STARTTLS"}
	}
	if n := w.in.Buffered(); n > 0 { // octets that somebody injected before encryption
		extra, _ := w.in.Peek(n)
		return r, w.fail(StageTLS, protocolError(extra, "clear text after the reply to STARTTLS")) // RFC 3207 §6
	}
	if err := c.handshake(ctx, w, verify); err != nil {
		return Reply{}, err
	}
	c.session.Store(&session{})
	c.pending, c.accepted = nil, 0
	return r, nil
}

// handshake puts TLS on top of the connection, or ends it.
func (c *Client) handshake(ctx context.Context, w *wire, verify bool) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.timeout(StageTLS))
	defer cancel()
	conn := tls.Client(w.raw, c.opts.tlsConfig(verify))
	w.clearDeadlines()
	if err := conn.HandshakeContext(ctx); err != nil {
		return c.handshakeError(w, err)
	}
	w.upgrade(conn)
	w.log.note(tlsNote(conn.ConnectionState(), verify))
	return nil
}

func (c *Client) handshakeError(w *wire, err error) error {
	w.abandon()
	d := detail{stage: StageTLS, hint: tlsHint(err)}
	if w.governing().Err() != nil {
		return &CancelledError{detail: d, Err: context.Cause(w.governing())}
	}
	if isTimeout(err) {
		return &TimeoutError{detail: d, Err: err}
	}
	return &TLSError{detail: d, Host: c.Address(), Err: explainHandshake(err)}
}

// isAlert reports that the other side ended TLS by an alert. With TLS 1.3 a server
// judges our certificate when the handshake is over for us, so that the alert is
// read where a reply was expected.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" // RFC 8446 §6
}

func tlsNote(state tls.ConnectionState, verified bool) string {
	note := tls.VersionName(state.Version) + ", " + tls.CipherSuiteName(state.CipherSuite)
	if !verified {
		note += ", certificate not verified"
	}
	return note
}

// proven reports whether the peer proved who it is, by certificate or by pin, or
// the caller said that it needn't.
func (o *Options) proven(state tls.ConnectionState) bool {
	return len(state.VerifiedChains) > 0 || len(o.TLSOptions.Pins) > 0 || o.TLSOptions.Insecure
}

// tlsState returns the state of encryption and whether there is any.
func (w *wire) tlsState() (tls.ConnectionState, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	conn, ok := w.conn.(*tls.Conn)
	if !ok {
		return tls.ConnectionState{}, false
	}
	return conn.ConnectionState(), true
}
