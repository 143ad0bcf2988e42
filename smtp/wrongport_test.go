package smtp_test

import (
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// Each service is met where a mail server was expected, by every mode.
func TestPoint33_AnotherService(t *testing.T) {
	ca := smtptest.NewCA(t)
	tests := []struct {
		name, script string
		mode         smtp.TLSMode
		text, hint   string
	}{
		{"plain server, implicit TLS", "S: 220 mail.example ESMTP\nSTALL", smtp.TLSImplicit, `greets in clear text, "220 m", where TLS was expected`, `tls = "starttls"`},
		{"plain server with many lines", "S: 220-mail.example\nSTALL", smtp.TLSImplicit, `greets in clear text, "220-m"`, `tls = "starttls"`},
		{"web server, implicit TLS", "READ 5\nS: HTTP/1.1 400 Bad Request\nSTALL", smtp.TLSImplicit, "a web server answered in clear text", "host and port"},
		{"web server, plain", "S: HTTP/1.1 408 Request Timeout\nSTALL", smtp.TLSNone, "a web server answered instead of a mail server", "host and port"},
		{"SSH server, plain", "S: SSH-2.0-OpenSSH_9.2\nSTALL", smtp.TLSAuto, "an SSH server answered", "host and port"},
		{"IMAP server, plain", "S: * OK IMAP4rev1 ready\nSTALL", smtp.TLSAuto, "an IMAP server answered", "host and port"},
		{"POP3 server, implicit", "S: +OK ready\nSTALL", smtp.TLSImplicit, "a POP3 server answered in clear text", "host and port"},
		{"TLS server, plain", `S! \x15\x03\x01\x00\x02\x02\x0a` + "\nSTALL", smtp.TLSRequired, "a TLS record instead of a greeting", `tls = "implicit"`},
		{"something else, plain", "S: hello there\nSTALL", smtp.TLSNone, "hello there", ""},
		{"something else, implicit", "S: hello there\nSTALL", smtp.TLSImplicit, "does not look like a TLS handshake", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewScript(t, tt.script)
			_, err := smtp.Dial(background(t), tlsOptions(s.Addr(), ca, tt.mode))
			if err == nil {
				t.Fatal("no error")
			}
			e, ok := err.(smtp.Error)
			if !ok || e.Delivered() != smtp.No || !strings.Contains(err.Error(), tt.text) || !strings.Contains(e.Hint(), tt.hint) || (tt.hint == "") != (e.Hint() == "") {
				t.Errorf("%T %v; hint %q", err, err, e.Hint())
			}
			if kind := map[bool]string{true: "tls", false: "protocol"}[tt.mode == smtp.TLSImplicit]; e.Kind() != kind {
				t.Errorf("kind %s, want %s", e.Kind(), kind)
			}
		})
	}
}
