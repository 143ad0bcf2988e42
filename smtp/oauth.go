package smtp

import (
	"encoding/json"
	"strings"

	"github.com/emersion/go-sasl"
)

// The mechanisms that carry an OAuth2 token.
const (
	oauthBearer = "OAUTHBEARER"
	xoauth2     = "XOAUTH2"
)

// bearerClient sends a token. A server that refuses it says why in a challenge,
// wants an answer without meaning, and only then gives its reply.
type bearerClient struct {
	name    string
	initial []byte
	dummy   []byte // the answer without meaning
	refusal string // the server's JSON
	refused bool
}

func startOAuthBearer(l *login) (sasl.Client, error) {
	token, err := l.tokens.current(l.w.governing())
	if err != nil {
		return nil, err
	}
	o := sasl.OAuthBearerOptions{Username: saslName(l.cred.User), Token: token}
	if l.opts.Socket == "" {
		o.Host, o.Port = l.opts.Host, l.opts.Port // RFC 7628 §3.1
	}
	_, initial, err := sasl.NewOAuthBearerClient(&o).Start()
	return &bearerClient{name: oauthBearer, initial: initial, dummy: []byte{1}}, err // RFC 7628 §3.2.3
}

// startXOAuth2 follows Google's and Microsoft's description; there is no RFC.
func startXOAuth2(l *login) (sasl.Client, error) {
	token, err := l.tokens.current(l.w.governing())
	initial := "user=" + l.cred.User + "\x01auth=Bearer " + token + "\x01\x01"
	return &bearerClient{name: xoauth2, initial: []byte(initial), dummy: []byte{}}, err
}

// saslName writes a name in a GS2 header.
func saslName(s string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) // RFC 5801 §4
}

// Start implements sasl.Client.
func (b *bearerClient) Start() (string, []byte, error) { return b.name, b.initial, nil }

// Next implements sasl.Client.
func (b *bearerClient) Next(challenge []byte) ([]byte, error) {
	if b.refused {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	b.refused, b.refusal = true, shortened(challenge)
	return b.dummy, nil
}

// explained implements explainer.
func (b *bearerClient) explained() string { return b.refusal }

// shortened is what a server wrote in a challenge, as people may see it.
func shortened(challenge []byte) string {
	const shown = 500
	return escapeControls(strings.TrimSpace(decodeText(challenge[:min(len(challenge), shown)])))
}

// worthAnotherToken reports whether a refusal may mean that the token has
// expired. Google says 400 for that, others 401 or invalid_token, and some
// nothing at all; a token that lacks a permission will lack it again.
func worthAnotherToken(r Reply, refusal string) bool {
	var why struct {
		Status any `json:"status"`
	}
	if json.Unmarshal([]byte(refusal), &why) != nil {
		return r.Code == 535
	}
	switch why.Status {
	case "403", 403.0, "insufficient_scope": // RFC 6750 §3.1
		return false
	}
	return r.Permanent()
}
