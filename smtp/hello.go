package smtp

import (
	"context"
	"net"
	"os"
	"strings"
)

// Ehlo introduces us by name ("": LocalName) and learns the extensions; with
// Options.Protocol LMTP it sends LHLO. It may be repeated.
func (c *Client) Ehlo(ctx context.Context, name string) (Reply, error) {
	return c.greet(ctx, c.helloVerb(), name)
}

// Lhlo is Ehlo by LMTP's name, whatever the protocol.
func (c *Client) Lhlo(ctx context.Context, name string) (Reply, error) {
	return c.greet(ctx, "LHLO", name)
}

// Helo introduces us without extensions.
func (c *Client) Helo(ctx context.Context, name string) (Reply, error) {
	return c.greet(ctx, "HELO", name)
}

// EhloOrHeloIfNeeded sends EHLO, and HELO to servers that don't know it, unless
// one of both was answered already. A refusal is a *HeloError.
func (c *Client) EhloOrHeloIfNeeded(ctx context.Context) error {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return c.helloIfNeeded(w)
}

func (c *Client) greet(ctx context.Context, verb, name string) (Reply, error) {
	if name != "" && !validHelloName(name) {
		return Reply{}, argumentError("malformed local host name", name)
	}
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	return c.hello(w, verb, name)
}

func (c *Client) helloVerb() string {
	if c.opts.Protocol == LMTP {
		return "LHLO" // RFC 2033 §4.1
	}
	return "EHLO"
}

func (c *Client) helloIfNeeded(w *wire) error {
	if s := c.session.Load(); s.ehlo.Positive() || s.helo.Positive() {
		return nil
	}
	r, err := c.hello(w, c.helloVerb(), "")
	if err != nil {
		return err
	}
	_, encrypted := w.tlsState()
	if fallsBackToHelo(r.Code) && c.opts.Protocol == SMTP && !encrypted {
		if r, err = c.hello(w, "HELO", ""); err != nil {
			return err
		}
	}
	if !r.Positive() {
		return &HeloError{detail: detail{stage: StageHello, hint: replyHint(StageHello, r)}, Reply: r}
	}
	return nil
}

// hello sends one greeting and replaces the session by what it told.
func (c *Client) hello(w *wire, verb, name string) (Reply, error) {
	if name == "" {
		name = c.localName(w)
	}
	line, err := commandLine(verb, name)
	if err != nil {
		return Reply{}, err
	}
	r, err := w.roundTrip(StageHello, line)
	if err != nil {
		return Reply{}, err
	}
	c.accepted = 0 // a greeting clears the transaction, RFC 5321 §4.1.4
	s := *c.session.Load()
	if verb == "HELO" {
		s.helo, s.hasHelo = r, true
	} else {
		s.ehlo, s.hasEhlo, s.esmtp, s.ext = r, true, r.Positive(), nil
	}
	if s.esmtp && verb != "HELO" {
		s.ext = parseExtensions(r.Lines, c.opts.Disable)
	}
	s.can = s.ext.offers()
	c.session.Store(&s)
	return r, nil
}

// LocalName returns the name we give in EHLO: the one of the options, this
// host's if it is a full domain name, else the address literal of our end.
func (c *Client) LocalName() string { return c.localName(c.link.Load()) }

func (c *Client) localName(w *wire) string {
	if c.opts.LocalName != "" {
		return c.opts.LocalName
	}
	if name, err := os.Hostname(); err == nil && fullName(name) {
		return name
	}
	if w == nil {
		return addressLiteral(nil)
	}
	return addressLiteral(w.raw.LocalAddr())
}

// fullName takes names that servers accept: with a dot, without underscores, not
// a form of localhost.
func fullName(s string) bool {
	lower := asciiLower(s)
	return strings.Contains(s, ".") && !strings.HasPrefix(lower, "localhost") && !strings.HasSuffix(lower, ".localdomain") &&
		strings.Trim(lower, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && validDomain(s) && net.ParseIP(s) == nil
}

// addressLiteral writes our end of the connection as a name.
func addressLiteral(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || tcp.IP == nil {
		return "[127.0.0.1]"
	}
	return ipLiteral(tcp.AddrPort().Addr())
}
