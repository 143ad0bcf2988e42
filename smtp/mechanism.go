package smtp

import (
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// proof is what a mechanism needs to have.
type proof uint8

const (
	byPassword proof = iota
	byToken
	byCertificate
)

// mechanism is one way to log in.
type mechanism struct {
	name      string
	needs     proof
	clearText bool // shows the secret to whoever can read the connection
	start     func(*login) (sasl.Client, error)
}

// mechanisms lists what we can do, the safest first. The server's order does not
// matter: it could be an attacker's.
func mechanisms() []mechanism {
	return []mechanism{
		{external, byCertificate, false, startExternal},
		{"SCRAM-SHA-256-PLUS", byPassword, false, startSCRAM("SCRAM-SHA-256-PLUS", scram.SHA256)}, // RFC 7677 §3
		{"SCRAM-SHA-1-PLUS", byPassword, false, startSCRAM("SCRAM-SHA-1-PLUS", scram.SHA1)},
		{"SCRAM-SHA-256", byPassword, false, startSCRAM("SCRAM-SHA-256", scram.SHA256)},
		{"SCRAM-SHA-1", byPassword, false, startSCRAM("SCRAM-SHA-1", scram.SHA1)},
		{oauthBearer, byToken, true, startOAuthBearer},
		{xoauth2, byToken, true, startXOAuth2},
		{"CRAM-MD5", byPassword, false, startCRAM},
		{"PLAIN", byPassword, true, startPlain},
		{"LOGIN", byPassword, true, startLogin},
	}
}

func mechanismNames() []string {
	var names []string
	for _, m := range mechanisms() {
		names = append(names, m.name)
	}
	return names
}

// showsSecret reports whether the mechanism of that name is one that we know to
// send its secret as it is.
func showsSecret(name string) bool {
	return slices.ContainsFunc(mechanisms(), func(m mechanism) bool { return m.name == name && m.clearText })
}

// usable tells whether the credentials and the connection have what m needs. A
// certificate logs in only where it is all there is, or where it was named.
func (l *login) usable(m mechanism) bool {
	named := len(l.cred.Mechanisms) > 0
	if strings.HasSuffix(m.name, plusSuffix) && !l.binding.IsSupported() {
		return false
	}
	switch m.needs {
	case byToken:
		return l.cred.hasToken()
	case byCertificate:
		_, encrypted := l.w.tlsState()
		return named || encrypted && l.certificateOnly()
	default:
		return l.cred.Password != "" || !l.cred.hasToken() && (named || !l.certificateOnly())
	}
}

func (l *login) certificateOnly() bool {
	return len(l.opts.TLSOptions.Certificates) > 0 && l.cred.Password == "" && !l.cred.hasToken()
}

// known returns our mechanisms, limited and ordered by what the caller named.
func (l *login) known() []mechanism {
	all := mechanisms()
	if len(l.cred.Mechanisms) == 0 {
		return all
	}
	var ordered []mechanism
	for _, name := range l.cred.Mechanisms {
		i := slices.IndexFunc(all, func(m mechanism) bool { return strings.EqualFold(m.name, name) })
		if i >= 0 {
			ordered = append(ordered, all[i])
		}
	}
	return ordered
}

func startPlain(l *login) (sasl.Client, error) {
	return sasl.NewPlainClient("", l.cred.User, l.cred.Password), nil // RFC 4616 §2
}

func startLogin(l *login) (sasl.Client, error) { return &loginClient{cred: l.cred}, nil }

// loginClient answers two prompts in turn, whatever their text: servers differ.
type loginClient struct {
	cred *Credentials
	turn int
}

// Start implements sasl.Client.
func (l *loginClient) Start() (string, []byte, error) { return "LOGIN", nil, nil }

// Next implements sasl.Client.
func (l *loginClient) Next([]byte) ([]byte, error) {
	l.turn++
	switch l.turn {
	case 1:
		return []byte(l.cred.User), nil
	case 2:
		return []byte(l.cred.Password), nil
	default:
		return nil, sasl.ErrUnexpectedServerChallenge
	}
}
