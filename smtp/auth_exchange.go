package smtp

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

const (
	// maxCommandLine is what every server takes, CRLF included.
	maxCommandLine = 512 // RFC 5321 §4.5.3.1.4

	// maxChallenges is more than any mechanism needs. A challenge is one reply line,
	// whose length has a bound of its own.
	maxChallenges = 32
)

// prover is a mechanism in which the server proves something too.
type prover interface{ proven() bool }

// explainer is a mechanism in which the server may say why it refuses.
type explainer interface{ explained() string }

// authFault is a server's breach of a mechanism.
type authFault struct {
	text    string
	forged  bool // nothing that the server says can be believed
	refused bool // not a breach: the server said no within the mechanism
}

// Error implements error.
func (f *authFault) Error() string { return f.text }

// authExchange is one run of a mechanism.
type authExchange struct {
	client  *Client
	w       *wire
	name    string
	sasl    sasl.Client
	initial []byte // response not sent yet; nil if there is none
	delay   bool   // until the server asks for it
}

func (c *Client) newExchange(w *wire, m sasl.Client) (*authExchange, error) {
	own, delay := m.(delayed)
	if delay {
		m = own.Client
	}
	name, initial, err := m.Start()
	if err != nil {
		return nil, &AuthError{detail: detail{stage: StageAuth}, Mechanism: strings.ToUpper(name), cause: err}
	}
	name = strings.ToUpper(name)
	if !validMechanism(name) {
		return nil, argumentError("malformed mechanism name", name)
	}
	return &authExchange{client: c, w: w, name: name, sasl: m, initial: initial, delay: delay}, nil
}

// validMechanism takes 1 to 20 letters, digits, hyphens and underscores.
func validMechanism(name string) bool {
	return name != "" && len(name) <= 20 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == "" // RFC 4422 §3.1
}

// run returns the server's last word.
func (x *authExchange) run() (Reply, error) {
	line := "AUTH " + x.name
	if text := encodeInitial(x.initial); x.initial != nil && !x.delay && len(line)+len(text)+3 <= maxCommandLine {
		line, x.initial = line+" "+text, nil
	}
	r, err := x.w.roundTrip(StageAuth, line+"\r\n")
	for n := 1; err == nil && r.Code == 334; n++ {
		if n > maxChallenges {
			return x.fail(r, &authFault{text: "the server's challenges do not end", forged: true})
		}
		response, fault := x.answer(r)
		if fault != nil {
			return x.fail(r, fault)
		}
		r, err = x.w.roundTrip(StageAuth, base64.StdEncoding.EncodeToString(response)+"\r\n")
	}
	if err != nil {
		return r, err
	}
	return x.judge(r)
}

// encodeInitial writes an empty initial response as "=".
func encodeInitial(b []byte) string {
	if len(b) == 0 {
		return "=" // RFC 4954 §4
	}
	return base64.StdEncoding.EncodeToString(b)
}

// answer gives the response to a challenge. An initial response that is still
// there answers the first one.
func (x *authExchange) answer(r Reply) ([]byte, error) {
	if x.initial != nil {
		response := x.initial
		x.initial = nil
		return response, nil
	}
	if len(r.Lines) > 1 { // RFC 4954 §4
		return nil, &authFault{text: "the server's challenge has several lines"}
	}
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Text()))
	if _, isLogin := x.sasl.(*loginClient); err != nil && !isLogin { // LOGIN prompts carry no data
		return nil, &authFault{text: "the server's challenge is not base64"}
	}
	return x.sasl.Next(challenge)
}

// judge doesn't believe a success that the mechanism has not proven.
func (x *authExchange) judge(r Reply) (Reply, error) {
	if r.Code/100 == 3 { // the server waits for something, nobody knows what
		x.w.abandon()
	}
	p, proves := x.sasl.(prover)
	if r.Positive() && proves && !p.proven() {
		return x.fail(r, &authFault{text: "the server claims success without having proven that it knows the password", forged: true})
	}
	if r.Positive() {
		x.client.setLoggedIn()
	}
	return r, nil
}

// succeeded reads the last word. 503 says that we are logged in already; where
// the server has to prove itself, that is believed only if we know it too.
func (x *authExchange) succeeded(r Reply) bool {
	if r.Code == 503 {
		_, proves := x.sasl.(prover)
		return !proves || x.client.session.Load().loggedIn
	}
	return r.Positive()
}

// fail ends an exchange that cannot go on: with a server that cannot be trusted
// the connection as well, otherwise by "*", to which the server has to answer 501.
func (x *authExchange) fail(r Reply, cause error) (Reply, error) {
	e := &AuthError{detail: detail{stage: StageAuth}, Mechanism: x.name, Detail: x.explained(), cause: cause}
	var fault *authFault
	isFault := errors.As(cause, &fault)
	if isFault && fault.forged {
		x.w.abandon()
		e.Attempts = []AuthAttempt{x.attempt(r)}
		return Reply{}, e
	}
	r, err := x.w.roundTrip(StageAuth, "*\r\n") // RFC 4954 §4
	if err != nil {
		return Reply{}, err
	}
	if r.Code != 501 {
		x.w.abandon()
	}
	if isFault && fault.refused && r.Permanent() {
		return r, nil
	}
	e.Reply = x.attempt(r).Reply
	e.Attempts = []AuthAttempt{x.attempt(r)}
	return r, e
}

// attempt is how the exchange is reported: without secrets that the server may
// have repeated.
func (x *authExchange) attempt(r Reply) AuthAttempt {
	shown := r
	shown.Lines = make([]string, len(r.Lines))
	for i, line := range r.Lines {
		shown.Lines[i] = x.w.log.mask.hide(line)
	}
	return AuthAttempt{Mechanism: x.name, Reply: shown, Detail: x.explained()}
}

// explained returns why the server refused, in its words.
func (x *authExchange) explained() string {
	if e, ok := x.sasl.(explainer); ok {
		return x.w.log.mask.hide(e.explained())
	}
	return ""
}

// setLoggedIn remembers a success, until STARTTLS or another connection.
func (c *Client) setLoggedIn() {
	s := *c.session.Load()
	s.loggedIn = true
	c.session.Store(&s)
}

// WithoutInitialResponse makes Auth keep a mechanism's initial response off the
// AUTH line, as smtplib's initial_response_ok=False does: the server has to ask
// for it.
func WithoutInitialResponse(m sasl.Client) sasl.Client { return delayed{m} }

// delayed marks a mechanism; the exchange takes it off again.
type delayed struct{ sasl.Client }
