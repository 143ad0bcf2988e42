package smtp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// The same body runs against our recording server and against real ones, which
// are named by environment variables.

func TestConformanceRecordingServer(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "localhost"), Users: map[string]string{"u@example.org": "x"}, Reply: refuseSome})
	conformanceFully(t, peer{options: options(s.Addr()), box: recorded{s}, refuses: true, defers: true, bücher: true})
	secure := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
	secure.Credentials = smtp.Credentials{User: "u@example.org", Password: "x"}
	conformanceFully(t, peer{options: secure, box: recorded{s}, refuses: true, defers: true, bücher: true})
}

// refuseSome refuses whom the real servers are told to refuse.
func refuseSome(line string) string {
	switch {
	case strings.HasPrefix(line, "RCPT TO:<bad"):
		return "550 5.1.1 No such user here"
	case strings.HasPrefix(line, "RCPT TO:<later"):
		return "450 4.2.1 Mailbox busy, try again later"
	}
	return ""
}

func TestConformanceRecordingServerLMTP(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{LMTP: true, Unix: true, Reply: refuseSome})
	conformanceFully(t, peer{options: smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP}, box: recorded{s}, refuses: true, defers: true, bücher: true})
}

func TestConformancePostfix(t *testing.T) {
	plain := options(wantServer(t, "MOONPOST_TEST_POSTFIX"))
	secure := trusting(t, plain, "MOONPOST_TEST_POSTFIX_CA")
	implicit := secure
	implicit.Host, implicit.TLS = wantServer(t, "MOONPOST_TEST_POSTFIX_TLS"), smtp.TLSImplicit
	box := newFolder(filepath.Join(wantServer(t, "MOONPOST_TEST_POSTFIX_MAILDIR"), "new", "*"))
	all := map[string]smtp.Options{"plain": plain, "lock step": lockStep(plain), "starttls": secure, "implicit": implicit,
		"chunks": chunks(plain), "chunks, lock step": lockStep(chunks(plain)), "chunks, starttls": chunks(secure)}
	authenticated := secure
	authenticated.Credentials = smtp.Credentials{User: "u@example.org", Password: "x", Mechanisms: []string{"LOGIN"}}
	conformance(t, authenticated)
	authenticated.Credentials.Mechanisms = []string{"PLAIN"}
	all["authenticated"] = authenticated
	for name, o := range all {
		t.Run(name, func(t *testing.T) {
			p := peer{options: o, box: box, refuses: true, defers: true, each: true, bücher: true, envelopeID: decodedEnvelopeID}
			if name != "plain" {
				p.manyRcpts = 100 // each of them is a file for other tests to read
			}
			conformanceFully(t, p)
		})
	}
	secure.Credentials = smtp.Credentials{User: "u@example.org", Password: "wrong"}
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

func lockStep(o smtp.Options) smtp.Options {
	o.Pipelining = smtp.Off
	return o
}

// chunks sends content by BDAT.
func chunks(o smtp.Options) smtp.Options {
	o.Chunking = smtp.On
	return o
}

// trusting requires STARTTLS and trusts the certificate that a variable names.
func trusting(t *testing.T, o smtp.Options, variable string) smtp.Options {
	t.Helper()
	o.TLS = smtp.TLSRequired
	o.TLSOptions.ServerName = "localhost"
	if err := o.TLSOptions.LoadRoots(wantServer(t, variable)); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestConformanceExim(t *testing.T) {
	plain := options(wantServer(t, "MOONPOST_TEST_EXIM"))
	secure := trusting(t, plain, "MOONPOST_TEST_EXIM_CA")
	secure.Credentials = smtp.Credentials{User: "u@example.org", Password: "x"}
	box := newFolder(filepath.Join(wantServer(t, "MOONPOST_TEST_EXIM_MAILDIR"), "new", "*"))
	for name, o := range map[string]smtp.Options{"plain": plain, "authenticated": secure, "chunks": chunks(plain), "chunks, lock step": lockStep(chunks(plain))} {
		t.Run(name, func(t *testing.T) {
			conformanceFully(t, peer{options: o, box: box, refuses: true, defers: true, bücher: true, envelopeID: rawEnvelopeID})
		})
	}
}

func TestLoginExim(t *testing.T) {
	o := trusting(t, options(wantServer(t, "MOONPOST_TEST_EXIM")), "MOONPOST_TEST_EXIM_CA")
	for _, mechanism := range []string{"PLAIN", "LOGIN", "CRAM-MD5"} {
		o.Credentials = smtp.Credentials{User: "u@example.org", Password: "x", Mechanisms: []string{mechanism}}
		dial(t, o)
		o.Credentials.Password = "wrong"
		_, err := smtp.Dial(background(t), o)
		if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Reply.Code != 535 || e.Mechanism != mechanism {
			t.Error(e)
		}
	}
}

func decodedEnvelopeID(word string) string { return "Original-Envelope-Id: " + word + "+a=b c" }

// rawEnvelopeID is Exim's: it leaves the xtext as it is.
func rawEnvelopeID(word string) string { return "Original-Envelope-ID: " + word + "+2Ba+3Db+20c" }

func TestConformanceDovecotLMTP(t *testing.T) {
	o := smtp.Options{Socket: wantServer(t, "MOONPOST_TEST_DOVECOT_LMTP"), Protocol: smtp.LMTP}
	box := newFolder(filepath.Join(wantServer(t, "MOONPOST_TEST_DOVECOT_MAILDIR"), "*", "new", "*"))
	for name, o := range map[string]smtp.Options{"plain": o, "lock step": lockStep(o), "chunks": chunks(o), "chunks, lock step": lockStep(chunks(o))} {
		t.Run(name, func(t *testing.T) { conformanceFully(t, peer{options: o, box: box, refuses: true, each: true}) })
	}
}

func TestConformanceAiosmtpd(t *testing.T) {
	box := newFolder(filepath.Join(wantServer(t, "MOONPOST_TEST_AIOSMTPD_MAILDIR"), "new", "*"))
	conformanceFully(t, peer{options: options(wantServer(t, "MOONPOST_TEST_AIOSMTPD")), box: box, bodyOnly: true})
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
