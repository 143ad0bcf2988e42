package smtp_test

import (
	"os"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// The same body runs against our recording server and against real ones, which
// are named by environment variables.

func TestConformanceRecordingServer(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "localhost"), Users: map[string]string{"u@example.org": "x"}})
	conformance(t, options(s.Addr()))
	secure := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
	secure.Credentials = smtp.Credentials{User: "u@example.org", Password: "x"}
	conformance(t, secure)
}

func TestConformanceRecordingServerLMTP(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{LMTP: true, Unix: true})
	conformance(t, smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP})
}

func TestConformancePostfix(t *testing.T) {
	plain := options(wantServer(t, "MOONPOST_TEST_POSTFIX"))
	conformance(t, plain)
	secure := plain
	secure.TLS = smtp.TLSRequired
	secure.TLSOptions.ServerName = "localhost"
	if err := secure.TLSOptions.LoadRoots(wantServer(t, "MOONPOST_TEST_POSTFIX_CA")); err != nil {
		t.Fatal(err)
	}
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		secure.Credentials = smtp.Credentials{User: "u@example.org", Password: "x", Mechanisms: []string{mechanism}}
		conformance(t, secure)
	}
	secure.Credentials.Password = "wrong"
	_, err := smtp.Dial(background(t), secure)
	if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Reply.Code != 535 {
		t.Error(e)
	}
	auto := plain // Debian's own certificate on loopback
	auto.TLS = smtp.TLSAuto
	if _, encrypted := dial(t, auto).TLSState(); !encrypted {
		t.Error("STARTTLS was offered and not used")
	}
}

func TestConformanceDovecotLMTP(t *testing.T) {
	conformance(t, smtp.Options{Socket: wantServer(t, "MOONPOST_TEST_DOVECOT_LMTP"), Protocol: smtp.LMTP})
}

func TestConformanceAiosmtpd(t *testing.T) {
	conformance(t, options(wantServer(t, "MOONPOST_TEST_AIOSMTPD")))
}

func wantServer(t *testing.T, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skipf("SKIPPED, NOT TESTED: set %s to run this against a real server", variable)
	}
	return value
}

// conformance is what every server has to let us do.
func conformance(t *testing.T, o smtp.Options) {
	t.Helper()
	ctx := background(t)
	c := dial(t, o)
	for name, to := range map[string][]string{
		"one":        {"b@example.org"},
		"several":    {"b@example.org", "c@example.org", "Dee <d@example.org>"},
		"duplicates": {"b@example.org", "b@example.org"},
	} {
		r, err := c.SendMail(ctx, "a@example.org", to, smtp.Octets([]byte(letterText)), nil)
		if err != nil || len(r.Accepted()) != len(to) || !r.Reply.Positive() {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	big := &repeated{piece: []byte(strings.Repeat("x", 76) + "\r\n.\r\n"), n: 20_000}
	if _, err := c.SendMail(ctx, "", []string{"b@example.org"}, big, nil); err != nil {
		t.Errorf("big: %v", err)
	}
	if r, err := c.SendMail(ctx, "a@example.org", many(200), smtp.Octets([]byte(letterText)), nil); err != nil || len(r.Accepted()) != 200 {
		t.Errorf("many: %v", err)
	}
	verbs(t, c)
	if r, err := c.Quit(ctx); err != nil || r.Code != 221 {
		t.Errorf("quit: %v %v", r, err)
	}
}

const letterText = "From: a@example.org\nTo: b@example.org\nSubject: conformance\n\n.\n..\n.text\nlast"

func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "user" + strings.Repeat("x", i%20) + "@example.org"
	}
	return list
}

// verbs makes one transaction by hand after one that is given up.
func verbs(t *testing.T, c *smtp.Client) {
	t.Helper()
	ctx := background(t)
	steps := []struct {
		name string
		do   func() (smtp.Reply, error)
		code int
	}{
		{"noop", func() (smtp.Reply, error) { return c.Noop(ctx) }, 250},
		{"mail", func() (smtp.Reply, error) { return c.Mail(ctx, "a@example.org") }, 250},
		{"rset", func() (smtp.Reply, error) { return c.Rset(ctx) }, 250},
		{"mail again", func() (smtp.Reply, error) { return c.DoCmd(ctx, "MAIL", "FROM:<a@example.org>") }, 250},
		{"rcpt", func() (smtp.Reply, error) { return c.Rcpt(ctx, "b@example.org") }, 250},
		{"data", func() (smtp.Reply, error) { return c.Data(ctx, smtp.Octets([]byte(letterText))) }, 250},
	}
	for _, s := range steps {
		if r, err := s.do(); err != nil || r.Code != s.code {
			t.Errorf("%s: %v %v", s.name, r, err)
		}
	}
}
