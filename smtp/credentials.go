package smtp

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"
)

// Credentials log in.
type Credentials struct {
	User, Password string

	// Token is an OAuth2 access token, for OAUTHBEARER and XOAUTH2.
	Token string

	// TokenFunc gives the token instead of Token. It is asked for each login, and
	// once more when the server refuses what it gave. It runs on the goroutine of
	// the operation, and must not use the client.
	TokenFunc func(ctx context.Context) (string, error)

	// Mechanisms, if given, limits and orders what is tried.
	Mechanisms []string

	// NoInitialResponse lets the server ask for what could stand on the AUTH line
	// already. Some servers want it.
	NoInitialResponse bool
}

// String shows the user only.
func (c Credentials) String() string { return c.User + ":" + maskedText }

// GoString shows the user only.
func (c Credentials) GoString() string { return c.String() }

// Given reports whether a login is wanted. A client certificate alone asks for
// none: the handshake may be all it is for.
func (c *Credentials) Given() bool {
	return c.User != "" || c.hasToken() || containsFold(c.Mechanisms, external)
}

func (c *Credentials) hasToken() bool { return c.Token != "" || c.TokenFunc != nil }

// check refuses what no mechanism could carry. Its errors never show a secret.
func (c *Credentials) check() error {
	for what, s := range map[string]string{"the user name": c.User, "the password": c.Password} {
		if strings.ContainsRune(s, 0) { // RFC 4616 §2
			return argumentError("NUL in "+what, "")
		}
	}
	if c.hasToken() && hasControls(c.User) { // it would end the field of an OAuth response
		return argumentError("control character in the user name", "")
	}
	for _, name := range c.Mechanisms {
		if !slices.ContainsFunc(mechanisms(), func(m mechanism) bool { return strings.EqualFold(m.name, name) }) {
			err := argumentError("unknown mechanism", name)
			err.hint = "there are " + strings.Join(mechanismNames(), ", ")
			return err
		}
	}
	return checkToken(c.Token)
}

// checkToken refuses what would end the token's field in a response.
func checkToken(token string) error {
	if !utf8.ValidString(token) || hasControls(token) { // RFC 6750 §2.1
		err := argumentError("control character in the token", "")
		err.hint = "a token read from a file may have a line end at its end"
		return err
	}
	return nil
}

func hasControls(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// fetched asks the token's function before there is a connection: the answer may
// take long, and a server doesn't wait for ever. With a password at hand the
// question waits until it is needed.
func (c Credentials) fetched(ctx context.Context) (Credentials, error) {
	if c.TokenFunc == nil || c.Password != "" {
		return c, nil
	}
	source := tokenSource{cred: &c}
	token, err := source.current(ctx)
	c.Token = token
	return c, err
}

// tokenSource gives out the token of one login.
type tokenSource struct {
	cred  *Credentials
	token string
	asked bool // for a second one
}

// current returns the token, and gets it when it is needed first.
func (t *tokenSource) current(ctx context.Context) (string, error) {
	if t.token == "" {
		t.token = t.cred.Token
	}
	if t.token != "" {
		return t.token, nil
	}
	return t.ask(ctx)
}

func (t *tokenSource) ask(ctx context.Context) (string, error) {
	token, err := t.cred.TokenFunc(ctx)
	if ctx.Err() != nil {
		return "", &CancelledError{detail: detail{stage: StageAuth}, Err: context.Cause(ctx)}
	}
	switch {
	case err != nil:
		return "", &AuthError{detail: detail{stage: StageAuth}, reason: "no token", cause: err}
	case token == "":
		return "", &AuthError{detail: detail{stage: StageAuth}, reason: "the token function gave no token"}
	}
	t.token = token
	return token, checkToken(token)
}

// renew asks the function once more, after a refusal, and reports whether there
// is another token to try.
func (t *tokenSource) renew(ctx context.Context) (bool, error) {
	if t.asked || t.cred.TokenFunc == nil {
		return false, nil
	}
	t.asked = true
	refused := t.token
	token, err := t.ask(ctx)
	return token != refused, err
}
