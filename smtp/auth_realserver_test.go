package smtp_test

import (
	"slices"
	"strings"
	"testing"

	"moonpost/smtp"
)

// Dovecot behind Postfix takes any user, with the password x, under TLS only.

func postfixTLS(t *testing.T) smtp.Options {
	t.Helper()
	o := options(wantServer(t, "MOONPOST_TEST_POSTFIX"))
	o.TLS = smtp.TLSRequired
	o.TLSOptions.ServerName = "localhost"
	if err := o.TLSOptions.LoadRoots(wantServer(t, "MOONPOST_TEST_POSTFIX_CA")); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAuthPostfix(t *testing.T) {
	o := postfixTLS(t)
	for _, name := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		for _, user := range []string{"u@example.org", "jürgen@example.org", "a=b@example.org"} {
			t.Run(name+"/"+user, func(t *testing.T) {
				o := o
				o.Credentials = smtp.Credentials{User: user, Password: "x", Mechanisms: []string{name}}
				c := dial(t, o)
				if _, err := send(t, c, "b@example.org"); err != nil {
					t.Error(err)
				}
				if r, err := c.Login(background(t), o.Credentials); err != nil || r.Code != 503 {
					t.Errorf("a second login: %v %v", r, err)
				}
				o.Credentials.Password = "wröng"
				_, err := smtp.Dial(background(t), o)
				if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Reply.Code != 535 || e.Mechanism != name || len(e.Attempts) != 1 {
					t.Errorf("%+v", e)
				}
			})
		}
	}
}

func TestAuthPostfixOrder(t *testing.T) {
	o := postfixTLS(t)
	trace := transcribed(&o)
	o.Credentials = smtp.Credentials{User: "u@example.org", Password: "x"}
	dial(t, o)
	if !strings.Contains(trace.String(), "C AUTH SCRAM-SHA-256 ****\n") {
		t.Error(trace)
	}
	o.Credentials.Password = "wrong"
	_, err := smtp.Dial(background(t), o)
	var tried []string
	for _, a := range wantError[*smtp.AuthError](t, err, smtp.No).Attempts {
		tried = append(tried, a.Mechanism)
	}
	if want := []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"}; !slices.Equal(tried, want) {
		t.Errorf("tried %v", tried)
	}
}
