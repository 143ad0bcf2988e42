package smtp

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// Login authenticates with the best mechanism that both sides know, and with the
// next one when the server refuses the credentials for this one. Passwords and
// tokens do not cross a clear-text connection to another machine unless
// Options.AllowInsecureAuth; even then a refusal of a mechanism that hides the
// password is no reason to send it. 503 counts as success: already authenticated.
// A failure is an *AuthError.
func (c *Client) Login(ctx context.Context, cred Credentials) (Reply, error) {
	if err := cred.check(); err != nil {
		return Reply{}, err
	}
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	if err := c.helloIfNeeded(w); err != nil {
		return Reply{}, err
	}
	return c.login(w, cred)
}

// Auth authenticates with the caller's own mechanism. An initial response that
// isn't nil goes on the AUTH line: see WithoutInitialResponse. An error of m
// cancels the exchange and is the AuthError's cause. What we know to show its
// secret is subject to the same rule as in Login.
func (c *Client) Auth(ctx context.Context, m sasl.Client) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	if err := c.helloIfNeeded(w); err != nil {
		return Reply{}, err
	}
	x, err := c.newExchange(w, m)
	if err != nil {
		return Reply{}, err
	}
	if showsSecret(x.name) && !c.confidential(w) {
		return Reply{}, exposed(x.name)
	}
	r, err := x.run()
	if err != nil || x.succeeded(r) {
		return r, err
	}
	failure := &AuthError{detail: detail{stage: StageAuth}}
	failure.add(x.attempt(r))
	return failure.Reply, failure
}

// login is one Login on its way.
type login struct {
	client  *Client
	w       *wire
	opts    *Options
	cred    *Credentials
	tokens  tokenSource
	offered []string
	binding scram.ChannelBinding
}

func (c *Client) login(w *wire, cred Credentials) (Reply, error) {
	l := &login{client: c, w: w, opts: &c.opts, cred: &cred, tokens: tokenSource{cred: &cred}, binding: channelBinding(w)}
	candidates, err := l.candidates()
	if err != nil {
		return Reply{}, err
	}
	failure := &AuthError{detail: detail{stage: StageAuth}}
	for len(candidates) > 0 {
		m := candidates[0]
		r, x, err := l.try(m)
		if err != nil {
			return r, failure.with(err)
		}
		if x.succeeded(r) {
			return r, nil
		}
		failure.add(x.attempt(r))
		if !r.Permanent() || r.Code == 503 { // a busy server, or a lost one; another mechanism would only count as another failure
			break
		}
		if again, err := l.tryAgain(m, x, r); err != nil {
			return r, failure.with(err)
		} else if again {
			continue
		}
		candidates = l.without(m, candidates[1:])
	}
	return failure.Reply, failure
}

// try runs one mechanism.
func (l *login) try(m mechanism) (Reply, *authExchange, error) {
	client, err := m.start(l)
	if err != nil {
		return Reply{}, nil, err
	}
	if l.cred.NoInitialResponse {
		client = WithoutInitialResponse(client)
	}
	x, err := l.client.newExchange(l.w, client)
	if err != nil {
		return Reply{}, nil, err
	}
	r, err := x.run()
	return r, x, err
}

// tryAgain gets another token for a mechanism that had the first one refused.
func (l *login) tryAgain(m mechanism, x *authExchange, r Reply) (bool, error) {
	if m.needs != byToken || !worthAnotherToken(r, x.explained()) {
		return false, nil
	}
	return l.tokens.renew(l.w.governing())
}

// without are the mechanisms left when m has failed. On a connection that others
// can read, one that hides the password is not followed by one that shows it:
// a refusal costs an attacker nothing.
func (l *login) without(m mechanism, rest []mechanism) []mechanism {
	_, encrypted := l.w.tlsState()
	if m.clearText || encrypted || l.client.loopback(l.w) {
		return rest
	}
	return slices.DeleteFunc(rest, func(m mechanism) bool { return m.clearText })
}

// candidates are the mechanisms to try, in our order or the caller's.
func (l *login) candidates() ([]mechanism, error) {
	ext := l.client.session.Load().ext
	if !ext.has("AUTH") {
		e := &NotSupportedError{detail: detail{stage: StageAuth}, Extension: "AUTH", What: "login"}
		if _, encrypted := l.w.tlsState(); !encrypted && ext.has("STARTTLS") {
			e.hint = `the server may offer it after encryption: use tls = "starttls"`
		}
		return nil, e
	}
	l.offered = ext.mechanisms()
	common := slices.DeleteFunc(l.known(), func(m mechanism) bool { return !slices.Contains(l.offered, m.name) || !l.usable(m) })
	if len(common) == 0 {
		return nil, l.nothingInCommon(ext["auth"])
	}
	if l.client.confidential(l.w) {
		return common, nil
	}
	first := common[0].name
	common = slices.DeleteFunc(common, func(m mechanism) bool { return m.clearText })
	if len(common) == 0 {
		return nil, exposed(first)
	}
	return common, nil
}

// nothingInCommon says what is offered, and what could be done with it.
func (l *login) nothingInCommon(offer string) error {
	e := &AuthError{detail: detail{stage: StageAuth}, reason: "no mechanism in common; the server offers " + escapeControls(offer)}
	offersToken := slices.Contains(l.offered, oauthBearer) || slices.Contains(l.offered, xoauth2)
	switch {
	case len(l.cred.Mechanisms) > 0:
		e.hint = "auth = … limits what is tried to " + strings.Join(l.cred.Mechanisms, ", ")
		if l.offersBinding() && !l.binding.IsSupported() {
			e.hint += "; mechanisms in " + plusSuffix + " need TLS"
		}
	case offersToken && !l.cred.hasToken():
		e.hint = "the server wants an OAuth2 token: give it with token = …"
	case l.cred.hasToken() && l.cred.Password == "":
		e.hint = "the server takes no OAuth2 token: give a password"
	}
	return e
}

// exposed is the refusal to show a secret to the network.
func exposed(name string) error {
	e := &AuthError{detail: detail{stage: StageAuth}, Mechanism: name, reason: "refusing to send a password or token without verified encryption"} // RFC 4954 §4
	e.hint = `use tls = "starttls" or "implicit"; allow_insecure_auth = true sends it all the same`
	return e
}

// confidential reports whether a password may cross the connection.
func (c *Client) confidential(w *wire) bool {
	if c.opts.AllowInsecureAuth || c.loopback(w) {
		return true
	}
	state, encrypted := w.tlsState()
	return encrypted && c.opts.proven(state)
}

// add makes an attempt the last one.
func (e *AuthError) add(a AuthAttempt) {
	e.Mechanism, e.Reply, e.Detail = a.Mechanism, a.Reply, a.Detail
	e.Attempts = append(e.Attempts, a)
	e.hint = replyHint(StageAuth, a.Reply)
	if (a.Mechanism == oauthBearer || a.Mechanism == xoauth2) && a.Reply.Code == 535 {
		e.hint = "the server did not take the token: it may have expired, be for another user, or lack the permission to send mail"
	}
}

// with adds the attempts before it to an error that ended the login.
func (e *AuthError) with(err error) error {
	var last *AuthError
	if errors.As(err, &last) {
		last.Attempts = append(e.Attempts[:len(e.Attempts):len(e.Attempts)], last.Attempts...)
	}
	return err
}
