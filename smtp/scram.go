package smtp

import (
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// Bounds for the work that a server may ask for.
const (
	minIterations = 4096    // RFC 7677 §4
	maxIterations = 600_000 // some tenths of a second
)

// scramClient proves that it knows the password, and lets the server prove that
// it does too.
type scramClient struct {
	name    string
	talk    *scram.ClientConversation
	first   string
	turn    int
	refusal string // what the server said in place of its proof
}

func startSCRAM(name string, hash scram.HashGeneratorFcn) func(*login) (sasl.Client, error) {
	return func(l *login) (sasl.Client, error) {
		client, err := hash.NewClient(l.cred.User, l.cred.Password, "") // RFC 5802 §5.1
		if err != nil {                                                 // no SASLprep form, an emoji perhaps: such a password was set without it
			client, err = hash.NewClientUnprepped(l.cred.User, l.cred.Password, "")
		}
		if err != nil {
			return nil, err
		}
		client.WithMinIterations(minIterations)
		s := &scramClient{name: name, talk: l.conversation(client, strings.HasSuffix(name, plusSuffix))}
		s.first, err = s.talk.Step("")
		return s, err
	}
}

// conversation chooses what the GS2 header says about channel binding.
func (l *login) conversation(client *scram.Client, bound bool) *scram.ClientConversation {
	switch {
	case bound:
		return client.NewConversationWithChannelBinding(l.binding)
	case l.binding.IsSupported() && !l.offersBinding():
		return client.NewConversationAdvertisingChannelBinding() // a server that did offer it now knows of a forgery, RFC 5802 §6
	default:
		return client.NewConversation()
	}
}

// Start implements sasl.Client.
func (s *scramClient) Start() (string, []byte, error) { return s.name, []byte(s.first), nil }

// Next implements sasl.Client.
func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	s.turn++
	if refusal, ok := strings.CutPrefix(string(challenge), "e="); ok && s.turn <= 2 { // RFC 5802 §7
		return nil, s.refuse(refusal)
	}
	switch s.turn {
	case 1:
		if err := s.checkFirst(string(challenge)); err != nil {
			return nil, err
		}
		final, err := s.talk.Step(string(challenge))
		if err != nil {
			return nil, &authFault{text: "malformed challenge"}
		}
		return []byte(final), nil
	case 2:
		return []byte{}, s.checkFinal(string(challenge))
	default:
		return nil, sasl.ErrUnexpectedServerChallenge
	}
}

// checkFirst looks at the server's first message before any work is done for it.
func (s *scramClient) checkFirst(message string) error {
	fields := strings.Split(message, ",") // RFC 5802 §7
	if len(fields) < 3 || !strings.HasPrefix(fields[2], "i=") {
		return &authFault{text: "malformed challenge"}
	}
	_, ours, _ := strings.Cut(s.first, ",r=")
	theirs, _ := strings.CutPrefix(fields[0], "r=")
	if !strings.HasPrefix(theirs, ours) || theirs == ours { // RFC 5802 §5.1
		return &authFault{text: "the server's nonce does not continue ours", forged: true}
	}
	n, err := strconv.Atoi(fields[2][len("i="):])
	if err != nil || n < minIterations || n > maxIterations {
		return &authFault{text: "the server wants an iteration count beyond our bounds, " + strconv.Itoa(minIterations) + " to " + strconv.Itoa(maxIterations)}
	}
	return nil
}

// refuse takes the server's no.
func (s *scramClient) refuse(refusal string) error {
	s.refusal = shortened([]byte(refusal))
	if refusal == "server-does-support-channel-binding" {
		return &authFault{text: "the server offers channel binding, but its offer was removed on the way", forged: true}
	}
	return &authFault{refused: true}
}

// checkFinal verifies the server's signature.
func (s *scramClient) checkFinal(message string) error {
	if _, err := s.talk.Step(message); err != nil {
		return &authFault{text: "the server's signature is wrong: it does not know the password", forged: true}
	}
	return nil
}

// explained implements explainer.
func (s *scramClient) explained() string { return s.refusal }

// proven implements prover.
func (s *scramClient) proven() bool { return s.talk.Valid() } // RFC 5802 §5
