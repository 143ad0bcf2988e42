package smtp_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// tlsCase is a mode, the peer's place and whether there is somebody to log in,
// with what has to come of four kinds of server: "TLS", "clear", or a kind of
// error. "+" means that the login took place.
type tlsCase struct {
	mode         smtp.TLSMode
	remote, user bool
	good         string // a certificate that can be verified
	bad          string // one that cannot
	none         string // no encryption
	old          string // TLS 1.1 at most
}

func tlsCases() []tlsCase {
	const here, there, nobody, user = false, true, false, true
	return []tlsCase{
		{smtp.TLSAuto, there, nobody, "TLS", "tls", "clear", "tls"},
		{smtp.TLSAuto, there, user, "TLS+", "tls", "not_supported", "tls"},
		{smtp.TLSAuto, here, nobody, "TLS", "TLS", "clear", "clear"},
		{smtp.TLSAuto, here, user, "TLS+", "TLS+", "clear+", "tls"},
		{smtp.TLSNone, there, nobody, "clear", "clear", "clear", "clear"},
		{smtp.TLSNone, there, user, "auth", "auth", "auth", "auth"},
		{smtp.TLSNone, here, nobody, "clear", "clear", "clear", "clear"},
		{smtp.TLSNone, here, user, "clear+", "clear+", "clear+", "clear+"},
		{smtp.TLSOpportunistic, there, nobody, "TLS", "TLS", "clear", "clear"},
		{smtp.TLSOpportunistic, there, user, "auth", "auth", "auth", "tls"},
		{smtp.TLSOpportunistic, here, nobody, "TLS", "TLS", "clear", "clear"},
		{smtp.TLSOpportunistic, here, user, "TLS+", "TLS+", "clear+", "tls"},
		{smtp.TLSRequired, there, nobody, "TLS", "tls", "not_supported", "tls"},
		{smtp.TLSRequired, there, user, "TLS+", "tls", "not_supported", "tls"},
		{smtp.TLSRequired, here, nobody, "TLS", "tls", "not_supported", "tls"},
		{smtp.TLSRequired, here, user, "TLS+", "tls", "not_supported", "tls"},
		{smtp.TLSImplicit, there, nobody, "TLS", "tls", "tls", "tls"},
		{smtp.TLSImplicit, there, user, "TLS+", "tls", "tls", "tls"},
		{smtp.TLSImplicit, here, nobody, "TLS", "tls", "tls", "tls"},
		{smtp.TLSImplicit, here, user, "TLS+", "tls", "tls", "tls"},
	}
}

func TestPoint2_EveryMode(t *testing.T) {
	ca, stranger := smtptest.NewCA(t), smtptest.NewCA(t)
	old := ca.Server(t, "mail.example")
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	servers := map[string]*tls.Config{"good": ca.Server(t, "mail.example"), "bad": stranger.Server(t, "mail.example"), "none": nil, "old": old}
	for _, tt := range tlsCases() {
		for name, want := range map[string]string{"good": tt.good, "bad": tt.bad, "none": tt.none, "old": tt.old} {
			t.Run(fmt.Sprintf("%v remote=%v user=%v %s", tt.mode, tt.remote, tt.user, name), func(t *testing.T) {
				s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "secret"}, TLS: servers[name], ImplicitTLS: tt.mode == smtp.TLSImplicit && name != "none"})
				o := options(s.Addr())
				o.TLS, o.TLSOptions.Roots = tt.mode, ca.Pool
				if o.TLSOptions.ServerName = "mail.example"; tt.mode == smtp.TLSAuto && !tt.remote {
					o.TLSOptions = smtp.TLSOptions{} // naming somebody to trust would ask for verification here too
				}
				if tt.remote {
					o.Dialer = remote{}
				}
				if tt.user {
					o.Credentials = smtp.Credentials{User: "u", Password: "secret"}
				}
				if got := modeOutcome(t, s, o); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if all := clientLines(s.Transcript()); strings.Contains(all, "AUTH") != strings.Contains(want, "+") {
					t.Errorf("AUTH in %q", all)
				}
			})
		}
	}
}

// modeOutcome says in a word what Dial made of a server.
func modeOutcome(t *testing.T, s *smtptest.Server, o smtp.Options) string {
	t.Helper()
	c, err := smtp.Dial(background(t), o)
	var e smtp.Error
	if errors.As(err, &e) {
		return e.Kind()
	}
	defer c.Close()
	outcome := "clear"
	if state, ok := c.TLSState(); ok {
		outcome = "TLS"
		if state.Version < tls.VersionTLS12 {
			t.Errorf("%s", tls.VersionName(state.Version))
		}
	}
	if strings.Contains(strings.Join(s.Transcript(), "\n"), "S: 235 ") {
		outcome += "+"
	}
	return outcome
}
