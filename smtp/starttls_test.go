package smtp_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// smtplib's starttls(context=…): options of this call instead of the connection's.
func TestStartTLSWith(t *testing.T) {
	ca, stranger := smtptest.NewCA(t), smtptest.NewCA(t)
	pinned := smtp.TLSOptions{Insecure: true}
	if err := pinned.AddPin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		mode smtp.TLSMode
		with smtp.TLSOptions
		ok   bool
	}{
		{"nothing named, on loopback", smtp.TLSNone, smtp.TLSOptions{}, true},
		{"the authority", smtp.TLSNone, smtp.TLSOptions{Roots: ca.Pool, ServerName: "mail.example"}, true},
		{"another authority", smtp.TLSNone, smtp.TLSOptions{Roots: stranger.Pool, ServerName: "mail.example"}, false},
		{"another name", smtp.TLSNone, smtp.TLSOptions{Roots: ca.Pool, ServerName: "other.example"}, false},
		{"another name, opportunistic", smtp.TLSOpportunistic, smtp.TLSOptions{Roots: ca.Pool, ServerName: "other.example"}, false},
		{"insecure", smtp.TLSNone, smtp.TLSOptions{Roots: stranger.Pool, Insecure: true}, true},
		{"another pin", smtp.TLSNone, pinned, false},
		{"a client certificate", smtp.TLSNone, smtp.TLSOptions{Certificates: []tls.Certificate{ca.Certificate(t, "client")}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := ca.Server(t, "mail.example")
			if tt.with.Certificates != nil {
				config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, ca.Pool
			}
			s := smtptest.NewServer(t, smtptest.Config{TLS: config})
			o := options(s.Addr())
			o.TLS = tt.mode
			c, err := smtp.New(o)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Connect(background(t)); err != nil {
				t.Fatal(err)
			}
			r, err := c.StartTLSWith(background(t), tt.with)
			if !tt.ok {
				wantError[*smtp.TLSError](t, err, smtp.No)
				wantBroken(t, c)
				return
			}
			if err != nil || r.Code != 220 {
				t.Fatal(r, err)
			}
			if r, err := c.StartTLSWith(background(t), smtp.TLSOptions{ServerName: "other.example"}); err != nil || r.Text() != "already encrypted" {
				t.Error(r, err)
			}
			if _, err := send(t, c, "a@x.example"); err != nil {
				t.Error(err)
			}
		})
	}
}

// A password goes over what was verified at this STARTTLS, whatever the mode says.
func TestPoint4_VerifiedLaterIsVerified(t *testing.T) {
	ca := smtptest.NewCA(t)
	for _, named := range []bool{true, false} {
		s := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "mail.example"), Users: map[string]string{"u": "secret"}})
		o := options(s.Addr())
		o.TLS, o.Dialer = smtp.TLSOpportunistic, remote{}
		c, err := smtp.New(o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Connect(background(t)); err != nil {
			t.Fatal(err)
		}
		with := smtp.TLSOptions{}
		if named {
			with = smtp.TLSOptions{Roots: ca.Pool, ServerName: "mail.example"}
		}
		if _, err := c.StartTLSWith(background(t), with); err != nil {
			t.Fatal(err)
		}
		_, err = c.Login(background(t), smtp.Credentials{User: "u", Password: "secret"})
		if (err == nil) != named {
			t.Errorf("named %v: %v", named, err)
		}
	}
}

// With TLS 1.3 the refusal of our certificate comes after the handshake.
func TestClientCertificateRefused(t *testing.T) {
	ca, stranger := smtptest.NewCA(t), smtptest.NewCA(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, mode := range []smtp.TLSMode{smtp.TLSRequired, smtp.TLSImplicit} {
			for _, certificates := range [][]tls.Certificate{nil, {stranger.Certificate(t, "client")}} {
				config := ca.Server(t, "localhost")
				config.ClientAuth, config.ClientCAs, config.MaxVersion = tls.RequireAndVerifyClientCert, ca.Pool, version
				s := smtptest.NewServer(t, smtptest.Config{TLS: config, ImplicitTLS: mode == smtp.TLSImplicit})
				o := tlsOptions(s.Addr(), ca, mode)
				o.TLSOptions.Certificates = certificates
				_, err := smtp.Dial(background(t), o)
				if e := wantError[*smtp.TLSError](t, err, smtp.No); !strings.Contains(e.Hint(), "client_cert") {
					t.Errorf("%s, %v, %d certificates: %v; hint %q", tls.VersionName(version), mode, len(certificates), err, e.Hint())
				}
			}
		}
	}
}

// The name sent to the server is the one that is verified: the host as it was
// given, or server_name. Addresses are verified and not sent.
func TestPoint32_ServerName(t *testing.T) {
	ca := smtptest.NewCA(t)
	for _, tt := range []struct{ host, serverName, sent string }{
		{"localhost", "", "localhost"}, {"127.0.0.1", "", ""}, {"127.0.0.1", "localhost", "localhost"}, {"localhost", "127.0.0.1", ""},
	} {
		config := ca.Server(t, "localhost", "127.0.0.1")
		sni := make(chan string, 1)
		config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			sni <- hello.ServerName
			return nil, nil
		}
		s := smtptest.NewServer(t, smtptest.Config{TLS: config})
		_, port, _ := net.SplitHostPort(s.Addr())
		o := tlsOptions(tt.host+":"+port, ca, smtp.TLSRequired)
		o.TLSOptions.ServerName = tt.serverName
		dial(t, o)
		if got := <-sni; got != tt.sent {
			t.Errorf("%+v: sent %q", tt, got)
		}
	}
}
