package smtp_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// transcribed makes the options keep a transcript.
func transcribed(o *smtp.Options) *strings.Builder {
	var text strings.Builder
	o.Trace = func(e smtp.TraceEvent) { text.WriteString(string(e.Direction) + " " + e.Line + "\n") }
	return &text
}

// forms are how a secret may be seen.
func forms(user, secret string) []string {
	list := []string{secret}
	for _, s := range []string{secret, "\x00" + user + "\x00" + secret, "user=" + user + "\x01auth=Bearer " + secret + "\x01\x01"} {
		list = append(list, base64.StdEncoding.EncodeToString([]byte(s)))
	}
	return list
}

func wantHidden(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q in\n%s", secret, text)
		}
	}
}

// echo is a server that repeats what it was sent, in the last reply and in
// challenges.
func echo(s *func() []string) smtptest.Forgery {
	return func(_ int, line string) string {
		lines := (*s)()
		said := strings.TrimPrefix(lines[len(lines)-1], "C: ")
		if words := strings.Fields(said); len(words) > 0 {
			said = words[len(words)-1]
		}
		decoded, _ := base64.StdEncoding.DecodeString(said)
		text := said + " " + strings.NewReplacer("\x00", " ", "\x01", " ").Replace(string(decoded))
		if strings.HasPrefix(line, "235") || strings.HasPrefix(line, "5") {
			return line[:3] + "-" + line[4:] + "\n" + line[:3] + " you said " + text
		}
		if strings.HasPrefix(line, "334 ey") { // JSON
			return smtptest.Challenge(`{"status":"401","token":"` + text + `"}`)
		}
		return line
	}
}

func TestPoint31_EveryMechanismIsMasked(t *testing.T) {
	const user, secret = "user", "s3cret-word"
	for _, name := range allMechanisms {
		for _, right := range []bool{true, false} {
			said := func() []string { return nil }
			s, o := forgingServer(t, user, map[bool]string{true: secret, false: "another"}[right], echo(&said), name)
			said = s.Transcript
			trace := transcribed(&o)
			o.Credentials = smtp.Credentials{User: user, Password: secret, Mechanisms: []string{name}}
			if strings.Contains(name, "AUTH") {
				o.Credentials.Token, o.Credentials.Password = secret, ""
			}
			c, err := smtp.Dial(background(t), o)
			if name != "EXTERNAL" && (err == nil) != right {
				t.Errorf("%s: %v", name, err)
			}
			all := trace.String()
			var e *smtp.AuthError
			if errors.As(err, &e) {
				all += e.Error() + e.Reply.Text() + e.Detail + e.Hint()
				for _, a := range e.Attempts {
					all += a.Reply.Text() + a.Detail
				}
			}
			wantHidden(t, all, forms(user, secret)...)
			if !strings.Contains(all, "C AUTH "+name) || !strings.Contains(all, "****") {
				t.Errorf("%s: %s", name, all)
			}
			if err == nil {
				_, _ = c.Noop(background(t))
				if !strings.HasSuffix(trace.String(), "C NOOP\nS 250 2.0.0 ok\n") {
					t.Errorf("%s: what follows is masked too:\n%s", name, trace)
				}
				_ = c.Close()
			}
		}
	}
}

func TestPoint31_AuthByHandIsMasked(t *testing.T) {
	const secret = "s3cret-word"
	plain := base64.StdEncoding.EncodeToString([]byte("\x00user\x00" + secret))
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"user": secret}})
	o := options(s.Addr())
	trace := transcribed(&o)
	c := dial(t, o)
	ctx := background(t)
	put := func(verb string, args ...string) {
		t.Helper()
		if err := c.PutCmd(ctx, verb, args...); err != nil {
			t.Fatal(err)
		}
	}
	get := func(code int) {
		t.Helper()
		if r, err := c.GetReply(ctx); err != nil || r.Code != code {
			t.Fatal(r, err)
		}
	}
	put("NOOP") // whose reply comes when AUTH has begun
	put("WHAT")
	put("AUTH", "LOGIN")
	get(250)
	get(500)
	get(334)
	put(base64.StdEncoding.EncodeToString([]byte("user")))
	get(334)
	put(base64.StdEncoding.EncodeToString([]byte(secret)))
	get(235)
	for _, name := range []string{"MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA"} {
		put(name)
	}
	get(250)
	get(250)
	get(354)
	put("Subject: x")
	put("")
	put(".")
	get(250)
	if _, err := c.Auth(ctx, fixed{name: "PLAIN", response: []byte("\x00user\x00" + secret)}); err != nil {
		t.Fatal(err)
	}
	put("AUTH PLAIN", plain)
	get(235)
	put("NOOP")
	get(250)
	wantHidden(t, trace.String(), forms("user", secret)...)
	for _, want := range []string{"S 500 5.5.1 what?\n", "C <17 octets>\n", "C AUTH PLAIN ****\nS 235 2.7.0 welcome\nC NOOP\nS 250 2.0.0 ok\n"} {
		if !strings.Contains(trace.String(), want) {
			t.Errorf("%q is not in\n%s", want, trace)
		}
	}
}
