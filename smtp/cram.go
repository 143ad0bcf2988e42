package smtp

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the mechanism is made of it
	"encoding/hex"

	"github.com/emersion/go-sasl"
)

// cramClient proves that it knows the password without sending it. Who listens
// can still try passwords at home.
type cramClient struct {
	cred     *Credentials
	answered bool
}

func startCRAM(l *login) (sasl.Client, error) { return &cramClient{cred: l.cred}, nil }

// Start implements sasl.Client.
func (c *cramClient) Start() (string, []byte, error) { return "CRAM-MD5", nil, nil }

// Next implements sasl.Client.
func (c *cramClient) Next(challenge []byte) ([]byte, error) {
	if c.answered {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	c.answered = true
	mac := hmac.New(md5.New, []byte(c.cred.Password)) // RFC 2195 §2
	mac.Write(challenge)
	return []byte(c.cred.User + " " + hex.EncodeToString(mac.Sum(nil))), nil
}
