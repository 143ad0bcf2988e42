package smtp

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
)

// mechanism is one way to log in.
type mechanism struct {
	name      string
	clearText bool // shows the password to whoever can read the connection
	start     func(Credentials) sasl.Client
}

// mechanisms lists what we can do, the safest first. The server's order does not
// matter: it could be an attacker's.
func mechanisms() []mechanism {
	return []mechanism{
		{"PLAIN", true, func(c Credentials) sasl.Client { return sasl.NewPlainClient("", c.User, c.Password) }}, // RFC 4616 §2
		{"LOGIN", true, func(c Credentials) sasl.Client { return &loginClient{credentials: c} }},
	}
}

// loginClient answers two prompts in turn, whatever their text: servers differ.
type loginClient struct {
	credentials Credentials
	turn        int
}

func (l *loginClient) Start() (string, []byte, error) { return "LOGIN", nil, nil }

func (l *loginClient) Next([]byte) ([]byte, error) {
	l.turn++
	switch l.turn {
	case 1:
		return []byte(l.credentials.User), nil
	case 2:
		return []byte(l.credentials.Password), nil
	default:
		return nil, sasl.ErrUnexpectedServerChallenge
	}
}

// Login authenticates with the best mechanism that both sides know, and with the
// next one when the server refuses the credentials for this one. Passwords do not
// cross a clear-text connection to another machine unless
// Options.AllowInsecureAuth. 503 counts as success: already authenticated.
func (c *Client) Login(ctx context.Context, cred Credentials) (Reply, error) {
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

func (c *Client) login(w *wire, cred Credentials) (Reply, error) {
	candidates, err := c.candidates(w, cred)
	if err != nil {
		return Reply{}, err
	}
	failure := &AuthError{detail: detail{stage: StageAuth}}
	for _, m := range candidates {
		r, err := c.authenticate(w, m.name, m.start(cred))
		if err != nil {
			return r, err
		}
		if r.Positive() || r.Code == 503 {
			return r, nil
		}
		failure.Mechanism, failure.Reply = m.name, r
		failure.Attempts = append(failure.Attempts, AuthAttempt{m.name, r})
		if !r.Permanent() { // a busy server; another mechanism would only count as another failure
			break
		}
	}
	failure.hint = replyHint(StageAuth, failure.Reply)
	return failure.Reply, failure
}

// candidates are the mechanisms to try, in our order or the caller's.
func (c *Client) candidates(w *wire, cred Credentials) ([]mechanism, error) {
	ext := c.session.Load().ext
	if !ext.has("AUTH") {
		e := &NotSupportedError{detail: detail{stage: StageAuth}, Extension: "AUTH", What: "login"}
		if _, encrypted := w.tlsState(); !encrypted && ext.has("STARTTLS") {
			e.hint = `the server may offer it after encryption: use tls = "starttls"`
		}
		return nil, e
	}
	common := commonMechanisms(ext.mechanisms(), cred.Mechanisms)
	if len(common) == 0 {
		return nil, &AuthError{detail: detail{stage: StageAuth}, reason: "no mechanism in common; the server offers " + ext["auth"]}
	}
	if c.confidential(w) {
		return common, nil
	}
	common = slices.DeleteFunc(common, func(m mechanism) bool { return m.clearText })
	if len(common) == 0 { // RFC 4954 §4
		e := &AuthError{detail: detail{stage: StageAuth}, reason: "refusing to send a password without verified encryption"}
		e.hint = `use tls = "starttls" or "implicit"; allow_insecure_auth = true sends it all the same`
		return nil, e
	}
	return common, nil
}

// commonMechanisms are those we know and the server offers, limited and ordered
// by wanted if that is given.
func commonMechanisms(offered, wanted []string) []mechanism {
	known := mechanisms()
	if len(wanted) > 0 {
		known = orderBy(known, wanted)
	}
	return slices.DeleteFunc(known, func(m mechanism) bool { return !slices.Contains(offered, m.name) })
}

func orderBy(known []mechanism, wanted []string) []mechanism {
	var ordered []mechanism
	for _, name := range wanted {
		i := slices.IndexFunc(known, func(m mechanism) bool { return strings.EqualFold(m.name, name) })
		if i >= 0 {
			ordered = append(ordered, known[i])
		}
	}
	return ordered
}

// confidential reports whether a password may cross the connection.
func (c *Client) confidential(w *wire) bool {
	if c.opts.AllowInsecureAuth || c.loopback(w) {
		return true
	}
	state, encrypted := w.tlsState()
	return encrypted && c.opts.proven(state)
}

// maxCommandLine is what every server takes, CRLF included.
const maxCommandLine = 512 // RFC 5321 §4.5.3.1.4

// authenticate runs one exchange and returns the server's last word on it.
func (c *Client) authenticate(w *wire, name string, client sasl.Client) (Reply, error) {
	_, initial, err := client.Start()
	if err != nil {
		return Reply{}, &AuthError{detail: detail{stage: StageAuth}, Mechanism: name, reason: err.Error()}
	}
	line := "AUTH " + name
	if text := encodeInitial(initial); initial != nil && len(line)+len(text)+3 <= maxCommandLine {
		line, initial = line+" "+text, nil
	}
	r, err := w.roundTrip(StageAuth, line+"\r\n")
	for err == nil && r.Code == 334 {
		response, reason := nextResponse(client, r, &initial)
		if reason != "" {
			return c.cancelAuth(w, name, reason)
		}
		r, err = w.roundTrip(StageAuth, base64.StdEncoding.EncodeToString(response)+"\r\n")
	}
	return r, err
}

// encodeInitial writes an empty initial response as "=".
func encodeInitial(b []byte) string {
	if len(b) == 0 {
		return "=" // RFC 4954 §4
	}
	return base64.StdEncoding.EncodeToString(b)
}

// nextResponse answers a challenge. An initial response that was too long for
// the AUTH line answers the first one.
func nextResponse(client sasl.Client, r Reply, initial *[]byte) (response []byte, reason string) {
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Text()))
	if *initial != nil {
		response, *initial = *initial, nil
		return response, ""
	}
	if _, isLogin := client.(*loginClient); err != nil && !isLogin { // LOGIN prompts carry no data
		return nil, "the server's challenge is not base64"
	}
	response, err = client.Next(challenge)
	if err != nil {
		return nil, err.Error()
	}
	return response, ""
}

// cancelAuth ends an exchange that cannot go on. The server has to answer 501.
func (c *Client) cancelAuth(w *wire, name, reason string) (Reply, error) {
	r, err := w.roundTrip(StageAuth, "*\r\n") // RFC 4954 §4
	if err != nil {
		return Reply{}, err
	}
	if !r.Permanent() {
		w.abandon()
	}
	return r, &AuthError{detail: detail{stage: StageAuth}, Mechanism: name, Reply: r, reason: reason}
}
