package smtp

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
)

// TLSMode says when and how a connection is encrypted.
type TLSMode uint8

// TLSAuto is TLSImplicit on port 465; elsewhere STARTTLS is used when offered,
// required once credentials are given, and always verified; on loopback and on
// unix sockets it is neither required nor verified. TLSOpportunistic uses STARTTLS
// when offered, unverified. TLSRequired insists on verified STARTTLS. TLSImplicit
// is verified TLS from the first octet.
const (
	TLSAuto TLSMode = iota
	TLSNone
	TLSOpportunistic
	TLSRequired
	TLSImplicit
)

func tlsModeNames() []string {
	return []string{"auto", "none", "opportunistic", "starttls", "implicit"}
}

// String returns the mode's name as ParseTLSMode reads it.
func (m TLSMode) String() string { return tlsModeNames()[min(m, TLSImplicit)] }

// ParseTLSMode reads "auto", "none", "opportunistic", "starttls" or "implicit".
func ParseTLSMode(s string) (TLSMode, error) {
	for i, name := range tlsModeNames() {
		if s == name {
			return TLSMode(i), nil
		}
	}
	return 0, argumentError("tls is one of "+strings.Join(tlsModeNames(), ", "), s)
}

// TLSOptions says whom to trust and who we are. Giving ServerName or Roots asks
// for verification on loopback too.
type TLSOptions struct {
	ServerName   string         // name to verify, instead of the host
	Roots        *x509.CertPool // nil: the system's
	Certificates []tls.Certificate
	Pins         [][]byte // SHA-256 of public keys (SPKI), of which the chain must have one
	Insecure     bool     // skip verification; pins are still checked
	// ReadFile reads the files of LoadRoots and LoadCertificate; nil: os.ReadFile.
	ReadFile func(name string) ([]byte, error)
}

// named reports whether somebody to trust was named.
func (t *TLSOptions) named() bool { return t.ServerName != "" || t.Roots != nil }

// AddPin adds a pin written "sha256//BASE64".
func (t *TLSOptions) AddPin(s string) error {
	text, ok := strings.CutPrefix(s, "sha256//")
	sum, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(sum) != sha256.Size {
		return argumentError("a pin is sha256// and 44 characters of base64", s)
	}
	t.Pins = append(t.Pins, sum)
	return nil
}

// tlsPlan is what a mode means for one connection.
type tlsPlan struct {
	implicit bool // TLS before the greeting
	starttls bool // STARTTLS when offered
	required bool // fail where it isn't
	verify   bool // check the certificate
}

// plan resolves the mode, once the peer is known to be this machine or not.
func (o *Options) plan(loopback bool) tlsPlan {
	trusted := loopback && !o.TLSOptions.named()
	var p tlsPlan
	switch o.TLS {
	case TLSNone:
		p.verify = !trusted // for a STARTTLS that the caller asks for later
	case TLSOpportunistic:
		p.starttls = true
	case TLSRequired:
		p = tlsPlan{starttls: true, required: true, verify: true}
	case TLSImplicit:
		p = tlsPlan{implicit: true, required: true, verify: true}
	default:
		p = tlsPlan{implicit: o.Port == portSubmissions, starttls: true, required: o.Credentials.Given() && !loopback, verify: !trusted}
	}
	p.verify = p.verify && !o.TLSOptions.Insecure
	return p
}

// tlsConfig builds the client's configuration.
func (o *Options) tlsConfig(verify bool) *tls.Config {
	name := o.Host
	if name == "" {
		name = "localhost" // a unix socket
	}
	return o.TLSOptions.Client(name, verify)
}

// Client returns what a client of host does by these options; without host and
// ServerName the caller has to set the name to verify.
func (t *TLSOptions) Client(host string, verify bool) *tls.Config {
	if t.ServerName != "" {
		host = t.ServerName
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12, // RFC 8997 §3
		ServerName:         host,
		RootCAs:            t.Roots,
		Certificates:       t.Certificates,
		InsecureSkipVerify: !verify, //nolint:gosec // by the mode or by explicit wish only
		VerifyConnection:   pinCheck(t.Pins),
	}
}

var errPin = errors.New("no pinned key in the server's certificate chain")

// pinCheck accepts a chain that was verified and has a pinned key anywhere;
// without verification the rest of a chain proves nothing, so the server's own
// key has to be the pinned one.
func pinCheck(pins [][]byte) func(tls.ConnectionState) error {
	if len(pins) == 0 {
		return nil
	}
	return func(state tls.ConnectionState) error {
		candidates := state.PeerCertificates[:min(1, len(state.PeerCertificates))]
		for _, chain := range state.VerifiedChains {
			candidates = append(candidates[:len(candidates):len(candidates)], chain...)
		}
		for _, cert := range candidates {
			if pinned(cert, pins) {
				return nil
			}
		}
		return errPin
	}
}

func pinned(cert *x509.Certificate, pins [][]byte) bool {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	for _, pin := range pins {
		if subtle.ConstantTimeCompare(pin, sum[:]) == 1 {
			return true
		}
	}
	return false
}
