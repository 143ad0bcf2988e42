package smtp_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// tlsOptions trust the test's authority, whose certificates are for localhost.
func tlsOptions(address string, ca *smtptest.CA, mode smtp.TLSMode) smtp.Options {
	o := options(address)
	o.TLS = mode
	o.TLSOptions = smtp.TLSOptions{Roots: ca.Pool, ServerName: "localhost"}
	return o
}

func TestPoint1_OctetsBehindSTARTTLS(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewScript(t, hello+`S: 250 STARTTLS
		C: STARTTLS
		S! 220 go\r\n250 injected\r\n
		STALL`)
	_, err := smtp.Dial(background(t), tlsOptions(s.Addr(), ca, smtp.TLSRequired))
	wantError[*smtp.ProtocolError](t, err, smtp.No)
}

func TestPoint1_STARTTLSForgetsTheClearTextSession(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewScriptTLS(t, hello+`S: 250-STARTTLS
		S: 250 AUTH PLAIN
		C: STARTTLS
		S: 220 go
		TLS
		C: EHLO *
		S: 250-encrypted
		S: 250 SIZE 5`, ca.Server(t, "localhost"))
	c := dial(t, tlsOptions(s.Addr(), ca, smtp.TLSRequired))
	if c.HasExtn("AUTH") || c.HasExtn("STARTTLS") || !c.HasExtn("size") {
		t.Errorf("extensions %v", c.Extensions())
	}
	if state, ok := c.TLSState(); !ok || state.ServerName != "localhost" || state.Version < tls.VersionTLS12 {
		t.Errorf("%v %v", state.ServerName, ok)
	}
	if r, err := c.StartTLS(background(t)); err != nil || r.String() != "220 already encrypted" {
		t.Errorf("%v %v", r, err)
	}
}

func TestPoint22_NoHeloAfterSTARTTLS(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewScriptTLS(t, hello+"S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO *\nS: 502 what\nSTALL", ca.Server(t, "localhost"))
	_, err := smtp.Dial(background(t), tlsOptions(s.Addr(), ca, smtp.TLSRequired))
	wantError[*smtp.HeloError](t, err, smtp.No)
}

func TestPoint2_STARTTLSStripped(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewScript(t, hello+"S: 250 HELP\nSTALL")
	_, err := smtp.Dial(background(t), tlsOptions(s.Addr(), ca, smtp.TLSRequired))
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
	s = smtptest.NewScript(t, hello+"S: 250 STARTTLS\nC: STARTTLS\nS: 454 not now\nSTALL")
	_, err = smtp.Dial(background(t), tlsOptions(s.Addr(), ca, smtp.TLSRequired))
	if e := wantError[*smtp.ResponseError](t, err, smtp.No); e.Stage() != smtp.StageTLS {
		t.Error(e)
	}
}

func TestPoint2_VerificationIsTheDefault(t *testing.T) {
	ca, other := smtptest.NewCA(t), smtptest.NewCA(t)
	tests := []struct {
		name string
		mode smtp.TLSMode
		set  func(*smtp.TLSOptions)
		ok   bool
	}{
		{"right", smtp.TLSRequired, func(*smtp.TLSOptions) {}, true},
		{"unknown authority", smtp.TLSRequired, func(o *smtp.TLSOptions) { o.Roots = other.Pool }, false},
		{"another name", smtp.TLSRequired, func(o *smtp.TLSOptions) { o.ServerName = "mail.example" }, false},
		{"auto with a CA", smtp.TLSAuto, func(o *smtp.TLSOptions) { o.Roots = other.Pool }, false},
		{"auto on loopback", smtp.TLSAuto, func(o *smtp.TLSOptions) { *o = smtp.TLSOptions{} }, true},
		{"opportunistic", smtp.TLSOpportunistic, func(o *smtp.TLSOptions) { o.Roots = other.Pool }, true},
		{"insecure", smtp.TLSRequired, func(o *smtp.TLSOptions) { *o = smtp.TLSOptions{Insecure: true} }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "localhost")})
			o := tlsOptions(s.Addr(), ca, tt.mode)
			tt.set(&o.TLSOptions)
			c, err := smtp.Dial(background(t), o)
			if !tt.ok {
				if e := wantError[*smtp.TLSError](t, err, smtp.No); e.Hint() == "" {
					t.Errorf("no hint for %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, encrypted := c.TLSState(); !encrypted {
				t.Error("in clear text")
			}
		})
	}
}

func TestPoint3_FailedHandshakeGoesClearOnANewConnection(t *testing.T) {
	s := smtptest.NewScript(t, hello+`S: 250 STARTTLS
		C: STARTTLS
		S: 220 go
		CLOSE
		NEXT
		`+hello+"S: 250 STARTTLS")
	o := options(s.Addr())
	o.TLS = smtp.TLSOpportunistic
	c := dial(t, o)
	if _, encrypted := c.TLSState(); encrypted || s.Connections() != 2 {
		t.Errorf("encrypted %v, %d connections", encrypted, s.Connections())
	}
}

// remote makes a loopback connection look like one to another machine.
type remote struct{ net.Dialer }

type remoteConn struct{ net.Conn }

func (remoteConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

func (d remote) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	return remoteConn{conn}, err
}

func TestPoint4_NoPasswordInClearText(t *testing.T) {
	ca := smtptest.NewCA(t)
	users := map[string]string{"u": "secret"}
	tests := []struct {
		name string
		set  func(*smtp.Options)
		ok   bool
	}{
		{"loopback", func(o *smtp.Options) { o.Dialer = nil }, true},
		{"remote", func(*smtp.Options) {}, false},
		{"through a proxy on loopback", func(o *smtp.Options) { o.Dialer, o.Proxied = nil, true }, false},
		{"by explicit wish", func(o *smtp.Options) { o.AllowInsecureAuth = true }, true},
		{"unverified encryption", func(o *smtp.Options) { o.TLS = smtp.TLSOpportunistic }, false},
		{"verified encryption", func(o *smtp.Options) { o.TLS = smtp.TLSRequired }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Users: users, TLS: ca.Server(t, "localhost")})
			o := tlsOptions(s.Addr(), ca, smtp.TLSNone)
			o.Dialer, o.Credentials = remote{}, smtp.Credentials{User: "u", Password: "secret"}
			tt.set(&o)
			c, err := smtp.Dial(background(t), o)
			if tt.ok {
				if err != nil {
					t.Fatal(err)
				}
				_ = c.Close()
				return
			}
			if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Hint() == "" || e.Reply.Code != 0 {
				t.Errorf("%+v", e)
			}
			if strings.Contains(clientLines(s.Transcript()), "AUTH") {
				t.Error("AUTH was sent")
			}
		})
	}
}

func TestTLSAutoOffLoopbackWithUserNeedsSTARTTLS(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "p"}})
	o := options(s.Addr())
	o.TLS, o.Dialer, o.Credentials = smtp.TLSAuto, remote{}, smtp.Credentials{User: "u", Password: "p"}
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.NotSupportedError](t, err, smtp.No); e.Extension != "STARTTLS" {
		t.Error(e)
	}
}

func TestPoint31_SecretsAreMasked(t *testing.T) {
	const password = "s3cret"
	plain := base64.StdEncoding.EncodeToString([]byte("\x00u\x00" + password))
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": password}})
	var lines []string
	o := options(s.Addr())
	o.Trace = func(e smtp.TraceEvent) { lines = append(lines, string(e.Direction)+" "+e.Line) }
	o.Credentials = smtp.Credentials{User: "u", Password: password, Mechanisms: []string{"LOGIN"}}
	c := dial(t, o)
	ctx := background(t)
	_, err1 := c.DoCmd(ctx, "AUTH PLAIN", plain)
	_, err2 := c.DoCmd(ctx, "auth plain")
	_, err3 := c.DoCmd(ctx, plain)
	_, err4 := c.SendMail(ctx, "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("hidden text")), nil)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(lines, "\n")
	for _, secret := range []string{password, plain, base64.StdEncoding.EncodeToString([]byte(password)), base64.StdEncoding.EncodeToString([]byte("u")), "hidden text"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q in\n%s", secret, all)
		}
	}
	for _, want := range []string{"C AUTH LOGIN", "S 334 ****", "C ****", "C AUTH PLAIN ****", "C <16 octets>", "S 235 2.7.0 welcome", "* connected to "} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
}

func TestTraceSecretsAndData(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "p"}})
	var lines []string
	o := options(s.Addr())
	o.TraceSecrets, o.TraceData = true, true
	o.Trace = func(e smtp.TraceEvent) { lines = append(lines, string(e.Direction)+" "+e.Line) }
	o.Credentials = smtp.Credentials{User: "u", Password: "p"}
	c := dial(t, o)
	if _, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("one\n.two\x07")), nil); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"C AUTH PLAIN AHUAcA==", "C one\nC ..two\\a\nC .\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
}

// pinOf writes the pin for a certificate.
func pinOf(t *testing.T, der []byte) string {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256//" + base64.StdEncoding.EncodeToString(sum[:])
}

func TestPoint32_Pins(t *testing.T) {
	ca := smtptest.NewCA(t)
	config := ca.Server(t, "localhost")
	leaf, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	authority, err := x509.ParseCertificate(config.Certificates[0].Certificate[1])
	if err != nil {
		t.Fatal(err)
	}
	pin := func(c *x509.Certificate) string { return pinOf(t, c.Raw) }
	wrong := "sha256//" + base64.StdEncoding.EncodeToString(make([]byte, 32))
	tests := []struct {
		name     string
		pins     []string
		insecure bool
		ok       bool
	}{
		{"the server's key", []string{pin(leaf)}, false, true},
		{"one of two", []string{wrong, pin(leaf)}, false, true},
		{"the authority's key in a verified chain", []string{pin(authority)}, false, true},
		{"wrong", []string{wrong}, false, false},
		{"unverified, the server's key", []string{pin(leaf)}, true, true},
		{"unverified, only the authority's key", []string{pin(authority)}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{TLS: config})
			o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
			o.TLSOptions.Insecure = tt.insecure
			for _, p := range tt.pins {
				if err := o.TLSOptions.AddPin(p); err != nil {
					t.Fatal(err)
				}
			}
			c, err := smtp.Dial(background(t), o)
			if (err == nil) != tt.ok {
				t.Error(err)
			}
			if err == nil {
				_ = c.Close()
			}
		})
	}
	var o smtp.TLSOptions
	for _, bad := range []string{"", "sha256//", "sha1//AAAA", wrong + "A"} {
		if o.AddPin(bad) == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	ca := smtptest.NewCA(t)
	config := ca.Server(t, "localhost")
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, ca.Pool
	s := smtptest.NewServer(t, smtptest.Config{TLS: config})
	o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
	o.TLSOptions.Certificates = []tls.Certificate{ca.Certificate(t, "client")}
	dial(t, o)
}

func TestPoint33_WrongPort(t *testing.T) {
	ca := smtptest.NewCA(t)
	t.Run("TLS where a greeting was expected", func(t *testing.T) {
		s := smtptest.NewScript(t, `S! \x15\x03\x01\x00\x02\x02\x0a
			STALL`)
		_, err := smtp.Dial(background(t), options(s.Addr()))
		if e := wantError[*smtp.ProtocolError](t, err, smtp.No); !strings.Contains(e.Hint(), "implicit") {
			t.Errorf("hint %q", e.Hint())
		}
	})
	t.Run("a greeting where TLS was expected", func(t *testing.T) {
		s := smtptest.NewScript(t, "S: 220 hi\nSTALL")
		_, err := smtp.Dial(background(t), tlsOptions(s.Addr(), ca, smtp.TLSImplicit))
		if e := wantError[*smtp.TLSError](t, err, smtp.No); !strings.Contains(e.Hint(), "starttls") {
			t.Errorf("hint %q for %v", e.Hint(), err)
		}
	})
	t.Run("both wait", func(t *testing.T) {
		s := smtptest.NewScript(t, "STALL")
		o := options(s.Addr())
		o.Timeouts.Greeting = 50 * time.Millisecond
		_, err := smtp.Dial(background(t), o)
		if e := wantError[*smtp.TimeoutError](t, err, smtp.No); !strings.Contains(e.Hint(), "implicit") {
			t.Errorf("hint %q", e.Hint())
		}
	})
	t.Run("implicit", func(t *testing.T) {
		s := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "localhost"), ImplicitTLS: true})
		dial(t, tlsOptions(s.Addr(), ca, smtp.TLSImplicit))
	})
}

func TestConnectErrors(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := ln.Addr().String()
	_ = ln.Close()
	_, err = smtp.Dial(background(t), options(closed))
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); e.Host != closed || e.Hint() == "" || !e.Temporary() {
		t.Errorf("%+v", e)
	}
	_, err = smtp.Dial(background(t), options("/nonexistent/socket"))
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); e.Hint() == "" {
		t.Errorf("%+v", e)
	}
	s := smtptest.NewScript(t, "CLOSE\nNEXT\nS: 554 5.7.1 go away\nCLOSE\nNEXT\nS: 421 busy")
	_, err = smtp.Dial(background(t), options(s.Addr()))
	wantError[*smtp.ConnectError](t, err, smtp.No)
	_, err = smtp.Dial(background(t), options(s.Addr()))
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); e.Reply.Code != 554 || e.Temporary() {
		t.Errorf("%+v", e)
	}
	_, err = smtp.Dial(background(t), options(s.Addr()))
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); e.Reply.Code != 421 || !e.Temporary() {
		t.Errorf("%+v", e)
	}
	o := options("mail.example")
	o.Dialer = noSuchHost{}
	_, err = smtp.Dial(background(t), o)
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); !strings.Contains(e.Hint(), "spelling") {
		t.Errorf("%q", e.Hint())
	}
}

type noSuchHost struct{}

func (noSuchHost) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "mail.example", IsNotFound: true}}
}

func TestRedirect(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	o := options(s.Addr())
	o.Redirect = "Safe <safe@x.example>"
	c := dial(t, o)
	ctx := background(t)
	r, err := c.SendMail(ctx, "me@x.example", []string{"a@real.example", "b@real.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{DSN: &smtp.DSN{Notify: []string{"failure"}}})
	if err != nil || len(r.Recipients) != 1 || r.Recipients[0].Address != "safe@x.example" {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := c.SendMail(ctx, "me@x.example", []string{"bad address@x"}, smtp.Octets(nil), nil); err == nil {
		t.Error("a bad address was taken because it is replaced anyway")
	}
	refused := []error{c.Send(ctx, []byte("RCPT TO:<a@real.example>\r\n"))}
	_, err = c.DoCmd(ctx, "BDAT", "5 LAST")
	refused = append(refused, err)
	steps := []func() error{
		func() error { _, err := c.Mail(ctx, "me@x.example"); return err },
		func() error { _, err := c.Rcpt(ctx, "a@real.example", "ORCPT=rfc822;a@real.example"); return err },
		func() error { _, err := c.DoCmd(ctx, " rcpt", "to:<b@real.example>"); return err },
		func() error { _, err := c.DoCmd(ctx, "DATA"); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	refused = append(refused, c.Send(ctx, []byte("x\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@real.example>\r\n")))
	if err := c.Send(ctx, []byte("x\r\n.\r\n")); err != nil {
		t.Fatal(err)
	}
	refused = append(refused, c.Send(ctx, []byte("RCPT TO:<c@real.example>\r\n")))
	if r, err := c.GetReply(ctx); err != nil || r.Code != 250 {
		t.Fatal(r, err)
	}
	for _, err := range refused {
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
	if all := strings.Join(s.Transcript(), "\n"); strings.Contains(all, "real.example") || strings.Count(all, "RCPT TO:<safe@x.example>") != 3 {
		t.Error(all)
	}
}

func TestPoint20_AddressLiteral(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	o := options(s.Addr())
	o.LocalName = ""
	c := dial(t, o)
	name := c.LocalName()
	if got := clientLines(s.Transcript()); got != "EHLO "+name {
		t.Errorf("sent %q, told %q", got, name)
	}
	if !strings.HasPrefix(name, "[127.0.0.1") && !strings.Contains(name, ".") {
		t.Errorf("name %q", name)
	}
}

func TestLocalAddr(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	o := options(s.Addr())
	o.LocalAddr, o.LocalName = "127.0.0.2", ""
	c := dial(t, o)
	if name := c.LocalName(); name != "[127.0.0.2]" && strings.HasPrefix(name, "[") {
		t.Errorf("name %q", name)
	}
}
