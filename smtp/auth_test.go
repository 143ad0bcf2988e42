package smtp_test

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

var allMechanisms = []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "EXTERNAL"}

// authServer is a recording server with TLS that knows one user.
func authServer(t testing.TB, user, password string, mechanisms ...string) (*smtptest.Server, smtp.Options) {
	t.Helper()
	return forgingServer(t, user, password, nil, mechanisms...)
}

func forgingServer(t testing.TB, user, password string, forge smtptest.Forgery, mechanisms ...string) (*smtptest.Server, smtp.Options) {
	t.Helper()
	ca := smtptest.NewCA(t)
	config := ca.Server(t, "localhost")
	config.ClientAuth, config.ClientCAs = tls.VerifyClientCertIfGiven, ca.Pool
	s := smtptest.NewServer(t, smtptest.Config{
		TLS: config, Users: map[string]string{user: password}, Tokens: map[string]string{password: user}, Mechanisms: mechanisms, Forge: forge,
	})
	o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
	o.TLSOptions.Certificates = []tls.Certificate{ca.Certificate(t, "client.example")}
	o.Credentials = smtp.Credentials{User: user, Password: password}
	return s, o
}

// authVerbs are the mechanisms of all AUTH lines.
func authVerbs(s interface{ Transcript() []string }) []string {
	var names []string
	for line := range strings.Lines(clientLines(s.Transcript())) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "AUTH" {
			names = append(names, words[1])
		}
	}
	return names
}

func TestAuthEveryMechanism(t *testing.T) {
	const user, password = "jürgen,=@example.org", "pä ss=wörd"
	for _, name := range allMechanisms {
		for _, right := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%v", name, right), func(t *testing.T) {
				s, o := authServer(t, user, password, name)
				cred := smtp.Credentials{User: user, Password: password, Mechanisms: []string{strings.ToLower(name)}}
				switch {
				case strings.Contains(name, "AUTH"):
					cred.Password, cred.Token = "", password
				case name == "EXTERNAL":
					cred.User, cred.Password = "client.example", ""
				}
				if !right {
					cred.User = "another"
				}
				o.Credentials = cred
				c, err := smtp.Dial(background(t), o)
				if !right {
					e := wantError[*smtp.AuthError](t, err, smtp.No)
					if e.Reply.Code != 535 || e.Mechanism != name || len(e.Attempts) != 1 || e.Hint() == "" {
						t.Errorf("%+v", e)
					}
					return
				}
				if err != nil {
					t.Fatalf("%v\n%s", err, strings.Join(s.Transcript(), "\n"))
				}
				defer c.Close()
				if _, err := send(t, c, "a@x.example"); err != nil {
					t.Fatal(err)
				}
				if got := s.Messages()[0].User; got != cred.User {
					t.Errorf("logged in as %q", got)
				}
			})
		}
	}
}

func TestAuthChannelBinding(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, name := range []string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"} {
			ca := smtptest.NewCA(t)
			config := ca.Server(t, "localhost")
			config.MaxVersion = version
			s := smtptest.NewServer(t, smtptest.Config{TLS: config, Users: map[string]string{"u": "p"}, Mechanisms: []string{"SCRAM-SHA-1", name, "PLAIN"}})
			o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
			o.Credentials = smtp.Credentials{User: "u", Password: "p"}
			dial(t, o)
			want := map[uint16]string{tls.VersionTLS12: "p=tls-unique,,", tls.VersionTLS13: "p=tls-exporter,,"}[version]
			if got := initialResponse(t, s); !strings.HasPrefix(got, want) || !slices.Equal(authVerbs(s), []string{name}) {
				t.Errorf("%s: %q, %v", tls.VersionName(version), got, authVerbs(s))
			}
		}
	}
}

// initialResponse is what stood on the last AUTH line.
func initialResponse(t testing.TB, s interface{ Transcript() []string }) string {
	t.Helper()
	response := ""
	for line := range strings.Lines(clientLines(s.Transcript())) {
		if words := strings.Fields(line); len(words) == 3 && words[0] == "AUTH" {
			b, err := base64.StdEncoding.DecodeString(words[2])
			if err != nil {
				t.Fatal(err)
			}
			response = string(b)
		}
	}
	return response
}

func TestPoint6_FlagOfChannelBinding(t *testing.T) {
	tests := []struct {
		name    string
		offered []string
		tls     bool
		auth    []string
		want    string
	}{
		{"could bind, nobody offers it", []string{"SCRAM-SHA-256"}, true, nil, "y,,n=u,"},
		{"cannot bind", []string{"SCRAM-SHA-256"}, false, nil, "n,,n=u,"},
		{"cannot bind, offered all the same", []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, false, nil, "n,,n=u,"},
		{"offered and not wanted", []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, true, []string{"SCRAM-SHA-256"}, "n,,n=u,"},
		{"bound", []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, true, nil, "p=tls-exporter,,n=u,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, o := authServer(t, "u", "p", tt.offered...)
			if !tt.tls {
				o.TLS = smtp.TLSNone
			}
			o.Credentials.Mechanisms = tt.auth
			dial(t, o)
			if got := initialResponse(t, s); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestPoint6_RemovedOfferIsDetected(t *testing.T) {
	s := smtptest.NewScriptTLS(t, "TLS\n"+hello+`S: 250 AUTH SCRAM-SHA-256 PLAIN
		C: AUTH SCRAM-SHA-256 eSws*
		S: `+smtptest.Challenge("e=server-does-support-channel-binding")+`
		STALL`, smtptest.NewCA(t).Server(t, "localhost"))
	o := options(s.Addr())
	o.TLS, o.TLSOptions.Insecure = smtp.TLSImplicit, true
	o.Credentials = smtp.Credentials{User: "u", Password: "p"}
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "removed on the way") || !slices.Equal(authVerbs(s), []string{"SCRAM-SHA-256"}) {
		t.Errorf("%v, tried %v", err, authVerbs(s))
	}
}

func TestPoint6_ForgedSCRAM(t *testing.T) {
	tests := []struct {
		name    string
		forge   smtptest.Forgery
		dropped bool
		text    string
	}{
		{"another signature", smtptest.ForgeSignature, true, "signature is wrong"},
		{"235 at once", smtptest.ForgeSuccess(1), true, "without having proven"},
		{"235 without signature", smtptest.ForgeSuccess(2), true, "without having proven"},
		{"another nonce", smtptest.ForgeNonce, true, "nonce"},
		{"too few iterations", smtptest.ForgeIterations(4095), false, "iteration count"},
		{"too many iterations", smtptest.ForgeIterations(600_001), false, "iteration count"},
		{"absurdly many iterations", smtptest.ForgeIterations(1 << 62), false, "iteration count"},
		{"not base64", smtptest.ForgeBase64, false, "not base64"},
		{"no end", smtptest.ForgeChallenges, false, "malformed challenge"},
		{"a challenge after the signature", smtptest.ForgeMore, false, "unexpected server challenge"},
		{"503", func(int, string) string { return "503 5.5.1 already authenticated" }, false, "503"},
	}
	for i, name := range []string{"SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"} {
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				s, o := forgingServer(t, "u", "p", tt.forge, name, "PLAIN")
				cred := o.Credentials
				cred.NoInitialResponse = i > 0
				o.Credentials = smtp.Credentials{}
				c := dial(t, o)
				_, err := c.Login(background(t), cred)
				e := wantError[*smtp.AuthError](t, err, smtp.No)
				if !strings.Contains(e.Error(), tt.text) || e.Mechanism != name || len(e.Attempts) != 1 {
					t.Errorf("%v", e)
				}
				if c.Alive() == tt.dropped {
					t.Errorf("alive %v", c.Alive())
				}
				if got := authVerbs(s); !slices.Equal(got, []string{name}) {
					t.Errorf("tried %v", got)
				}
			})
		}
	}
}

func TestPoint6_NonceWithoutTheServersPart(t *testing.T) {
	ours := ""
	forge := func(_ int, line string) string { return line }
	s, o := forgingServer(t, "u", "p", func(turn int, line string) string { return forge(turn, line) }, "SCRAM-SHA-256")
	forge = func(turn int, line string) string {
		if turn == 1 {
			_, ours, _ = strings.Cut(initialResponse(t, s), ",r=")
			return smtptest.Challenge("r=" + ours + ",s=c2FsdA==,i=4096")
		}
		return line
	}
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "nonce") || ours == "" {
		t.Error(e)
	}
}

func TestPoint6_ServerErrorValue(t *testing.T) {
	s, o := forgingServer(t, "u", "p", func(turn int, line string) string {
		if turn == 2 && strings.HasPrefix(line, "334 ") {
			return smtptest.Challenge("e=other-error")
		}
		return line
	}, "SCRAM-SHA-256", "PLAIN")
	dial(t, o) // goes on with PLAIN, under TLS
	if got := authVerbs(s); !slices.Equal(got, []string{"SCRAM-SHA-256", "PLAIN"}) {
		t.Errorf("tried %v", got)
	}
	o.Credentials.Mechanisms = []string{"SCRAM-SHA-256"}
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Detail != "other-error" || !strings.Contains(e.Error(), "other-error") || e.Reply.Code != 501 {
		t.Error(e)
	}
}

func TestPoint6_ChallengeSize(t *testing.T) {
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 9000)))
	c, _ := scripted(t, hello+"S: 250 AUTH SCRAM-SHA-256\nC: AUTH *\nS: 334 "+long+"\nSTALL")
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	wantError[*smtp.ProtocolError](t, err, smtp.No)
	wantBroken(t, c)
	c, _ = scripted(t, hello+"S: 250 AUTH CRAM-MD5\nC: AUTH *\nS: 334-YWJj\nS: 334 ZGVm\nC: *\nS: 501 ok")
	_, err = c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "several lines") {
		t.Error(e)
	}
}

func TestPoint5_OurOrder(t *testing.T) {
	_, o := authServer(t, "u", "p")
	tests := []struct {
		offered []string
		cred    smtp.Credentials
		noTLS   bool
		want    string
	}{
		{[]string{"LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"}, o.Credentials, false, "SCRAM-SHA-256"},
		{[]string{"LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1"}, o.Credentials, false, "SCRAM-SHA-1"},
		{[]string{"LOGIN", "PLAIN", "CRAM-MD5"}, o.Credentials, false, "CRAM-MD5"},
		{[]string{"LOGIN", "PLAIN"}, o.Credentials, false, "PLAIN"},
		{allMechanisms, o.Credentials, false, "SCRAM-SHA-256-PLUS"},
		{allMechanisms, o.Credentials, true, "SCRAM-SHA-256"},
		{allMechanisms, smtp.Credentials{User: "u", Token: "p"}, false, "OAUTHBEARER"},
		{[]string{"XOAUTH2", "PLAIN"}, smtp.Credentials{User: "u", Token: "p", Password: "p"}, false, "XOAUTH2"},
		{allMechanisms, smtp.Credentials{User: "client.example"}, false, "EXTERNAL"},
		{allMechanisms, smtp.Credentials{User: "u", Password: "p", Mechanisms: []string{"login", "plain"}}, false, "LOGIN"},
		{allMechanisms, smtp.Credentials{Mechanisms: []string{"external"}}, false, "EXTERNAL"},
	}
	for _, tt := range tests {
		s, o := authServer(t, "u", "p", tt.offered...)
		o.Credentials = tt.cred
		if tt.noTLS {
			o.TLS = smtp.TLSNone
		}
		dial(t, o)
		if got := authVerbs(s); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%v with %+v: %v, want %s", tt.offered, tt.cred, got, tt.want)
		}
	}
}

func TestPoint5_MechanismsAreWholeWords(t *testing.T) {
	c, s := scripted(t, hello+"S: 250 AUTH PLAIN-CLIENTTOKEN SCRAM-SHA-1-PLUS XOAUTH\nSTALL")
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p", Token: "t"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "no mechanism in common") {
		t.Error(e)
	}
	if got := authVerbs(s); got != nil {
		t.Errorf("sent %v", got)
	}
}

func TestPoint5_NothingInCommonSaysWhatToDo(t *testing.T) {
	tests := []struct {
		offer, hint string
		cred        smtp.Credentials
	}{
		{"XOAUTH2", "token", smtp.Credentials{User: "u", Password: "p"}},
		{"PLAIN", "password", smtp.Credentials{User: "u", Token: "t"}},
		{"PLAIN", "limits", smtp.Credentials{User: "u", Password: "p", Mechanisms: []string{"LOGIN"}}},
		{"SCRAM-SHA-1-PLUS", "TLS", smtp.Credentials{User: "u", Password: "p", Mechanisms: []string{"SCRAM-SHA-1-PLUS"}}},
	}
	for _, tt := range tests {
		c, _ := scripted(t, hello+"S: 250 AUTH "+tt.offer+"\nSTALL")
		_, err := c.Login(background(t), tt.cred)
		if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Hint(), tt.hint) {
			t.Errorf("%s: hint %q", tt.offer, e.Hint())
		}
	}
}

func TestPoint5_RefusalIsNoReasonToShowThePassword(t *testing.T) {
	tests := []struct {
		name string
		set  func(*smtp.Options)
		want []string
	}{
		{"clear text to another machine", func(o *smtp.Options) { o.TLS, o.Dialer, o.AllowInsecureAuth = smtp.TLSNone, remote{}, true }, []string{"CRAM-MD5"}},
		{"encrypted", func(o *smtp.Options) { o.Dialer = remote{} }, []string{"CRAM-MD5", "PLAIN", "LOGIN"}},
		{"this machine", func(o *smtp.Options) { o.TLS = smtp.TLSNone }, []string{"CRAM-MD5", "PLAIN", "LOGIN"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, o := authServer(t, "u", "p", "LOGIN", "PLAIN", "CRAM-MD5")
			o.Credentials.Password = "wrong"
			tt.set(&o)
			_, err := smtp.Dial(background(t), o)
			e := wantError[*smtp.AuthError](t, err, smtp.No)
			if got := authVerbs(s); !slices.Equal(got, tt.want) || len(e.Attempts) != len(tt.want) {
				t.Errorf("tried %v, attempts %v", got, e.Attempts)
			}
		})
	}
}

func TestPoint4_NoTokenInClearText(t *testing.T) {
	for _, name := range []string{"XOAUTH2", "OAUTHBEARER", "PLAIN", "LOGIN"} {
		s, o := authServer(t, "u", "t0ken", name)
		o.TLS, o.Dialer, o.Credentials = smtp.TLSNone, remote{}, smtp.Credentials{User: "u", Token: "t0ken"}
		if !strings.Contains(name, "AUTH") {
			o.Credentials.Token, o.Credentials.Password = "", "t0ken"
		}
		_, err := smtp.Dial(background(t), o)
		if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Mechanism != name || e.Reply.Code != 0 {
			t.Error(e)
		}
		o.Credentials = smtp.Credentials{}
		_, err = dial(t, o).Auth(background(t), fixed{name: name, initial: []byte("t0ken")})
		wantError[*smtp.AuthError](t, err, smtp.No)
		if got := authVerbs(s); got != nil {
			t.Errorf("sent %v", got)
		}
	}
}

func TestSmtplibRow_t_OldStyleOffer(t *testing.T) {
	c, s := scripted(t, hello+`S: 250-AUTH=LOGIN PLAIN
		S: 250 AUTH CRAM-MD5 PLAIN
		C: AUTH CRAM-MD5
		S: 334 `+base64.StdEncoding.EncodeToString([]byte("<1896.697170952@postoffice.reston.mci.net>"))+`
		C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
		S: 235 ok`) // the example of RFC 2195 §2
	if got := c.AuthMechanisms(); !slices.Equal(got, []string{"LOGIN", "PLAIN", "CRAM-MD5"}) {
		t.Errorf("offer %q", got)
	}
	if _, err := c.Login(background(t), smtp.Credentials{User: "tim", Password: "tanstaaftanstaaf"}); err != nil {
		t.Errorf("%v %v", err, s.Transcript())
	}
}

func TestSmtplibRow_v_NoGarbageForCRAM(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH CRAM-MD5 PLAIN
		C: AUTH CRAM-MD5
		S: 334 <not.base64@x>
		C: *
		S: 250 what
		STALL`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "not base64") || len(e.Attempts) != 1 {
		t.Error(e)
	}
	wantBroken(t, c) // "*" has to be answered by 501
}

func TestSmtplibRow_w_CredentialsInUTF8(t *testing.T) {
	for _, password := range []string{"pässwörd", "pa\u00adss", "Ⅳ", "🔑 key", "\xff\xfe"} { // the last two have no SASLprep form
		for _, name := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"} {
			_, o := authServer(t, "ü", password, name)
			dial(t, o)
		}
	}
}

func TestSmtplibRow_x_503AfterALogin(t *testing.T) {
	logins := 0
	_, o := forgingServer(t, "u", "p", func(turn int, line string) string {
		if turn == 1 {
			logins++
		}
		if logins > 1 {
			return "503 5.5.1 already authenticated"
		}
		return line
	}, "SCRAM-SHA-256")
	c := dial(t, o)
	if r, err := c.Login(background(t), o.Credentials); err != nil || r.Code != 503 {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_y_CRAMThenPLAINThenLOGIN(t *testing.T) {
	s, o := authServer(t, "u", "p", "LOGIN", "PLAIN", "CRAM-MD5")
	o.Credentials.Password = "wrong"
	_, err := smtp.Dial(background(t), o)
	e := wantError[*smtp.AuthError](t, err, smtp.No)
	var tried []string
	for _, a := range e.Attempts {
		tried = append(tried, a.Mechanism)
		if a.Reply.Code != 535 {
			t.Error(a)
		}
	}
	if want := []string{"CRAM-MD5", "PLAIN", "LOGIN"}; !slices.Equal(tried, want) || !slices.Equal(authVerbs(s), want) || e.Mechanism != "LOGIN" {
		t.Errorf("%v, sent %v", tried, authVerbs(s))
	}
}

func TestPoint7_LongAndEmptyInitialResponses(t *testing.T) {
	long := strings.Repeat("x", 600)
	for _, name := range []string{"PLAIN", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"} {
		for _, tt := range []struct {
			user  string
			delay bool
		}{{long, false}, {"short", true}} {
			s, o := authServer(t, tt.user, "p", name)
			o.Credentials.Token, o.Credentials.NoInitialResponse = "p", tt.delay
			dial(t, o)
			if got := clientLines(s.Transcript()); !strings.Contains(got, "AUTH "+name+"\n") {
				t.Errorf("%s: %.200s", name, got)
			}
		}
	}
	s, o := authServer(t, "u", "p", "EXTERNAL")
	o.Credentials = smtp.Credentials{Mechanisms: []string{"EXTERNAL"}}
	dial(t, o)
	if got := clientLines(s.Transcript()); !strings.HasSuffix(got, "AUTH EXTERNAL =") {
		t.Error(got)
	}
}

func TestPoint7_ErrorTurn(t *testing.T) {
	for name, answer := range map[string]string{"XOAUTH2": "", "OAUTHBEARER": "AQ=="} {
		s, o := authServer(t, "u", "right", name)
		o.Credentials = smtp.Credentials{User: "u", Token: "wrong"}
		_, err := smtp.Dial(background(t), o)
		e := wantError[*smtp.AuthError](t, err, smtp.No)
		if !strings.Contains(e.Detail, `"scope":"mail"`) || !strings.Contains(e.Error(), `"scope":"mail"`) || e.Attempts[0].Detail != e.Detail || e.Reply.Code != 535 {
			t.Errorf("%v", e)
		}
		if got := clientLines(s.Transcript()); !strings.HasSuffix(got, "\n"+answer) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestPoint7_ErrorTurnWithoutEnd(t *testing.T) {
	_, o := forgingServer(t, "u", "p", smtptest.ForgeChallenges, "XOAUTH2")
	o.Credentials = smtp.Credentials{User: "u", Token: "wrong"}
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Reply.Code != 501 {
		t.Error(e)
	}
}

func TestAuthOwnMechanism(t *testing.T) {
	const initial = "\x00u\x00p"
	s, o := authServer(t, "u", "p", "PLAIN")
	o.Credentials = smtp.Credentials{}
	ctx := background(t)
	c := dial(t, o)
	if r, err := c.Auth(ctx, fixed{name: "plain", initial: []byte(initial)}); err != nil || r.Code != 235 {
		t.Errorf("%v %v", r, err)
	}
	if r, err := c.Auth(ctx, smtp.WithoutInitialResponse(fixed{name: "PLAIN", initial: []byte(initial)})); err != nil || r.Code != 235 {
		t.Errorf("%v %v", r, err)
	}
	if r, err := c.Auth(ctx, fixed{name: "PLAIN", response: []byte(initial)}); err != nil || r.Code != 235 {
		t.Errorf("%v %v", r, err)
	}
	plain := base64.StdEncoding.EncodeToString([]byte(initial))
	want := "AUTH PLAIN " + plain + "\nAUTH PLAIN\n" + plain + "\nAUTH PLAIN\n" + plain
	if got := clientLines(s.Transcript()); !strings.HasSuffix(got, want) {
		t.Error(got)
	}
	_, err := c.Auth(ctx, fixed{name: "PLAIN", initial: []byte("\x00u\x00wrong")})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); e.Mechanism != "PLAIN" || e.Reply.Code != 535 || len(e.Attempts) != 1 {
		t.Errorf("%+v", e)
	}
	own := errors.New("not like this")
	_, err = c.Auth(ctx, fixed{name: "PLAIN", err: own})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !errors.Is(err, own) || e.Reply.Code != 501 || !c.Alive() {
		t.Errorf("%+v", e)
	}
	for _, name := range []string{"", "PLAIN\r\nNOOP", "PLAIN x", "ABCDEFGHIJKLMNOPQRSTU"} {
		_, err = c.Auth(ctx, fixed{name: name})
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
	if _, err = c.Auth(ctx, fixed{name: "X-UNKNOWN"}); wantError[*smtp.AuthError](t, err, smtp.No).Reply.Code != 504 {
		t.Error(err)
	}
}

func TestAuthOwnMechanismWithoutEnd(t *testing.T) {
	_, o := forgingServer(t, "u", "p", smtptest.ForgeChallenges, "PLAIN")
	o.Credentials = smtp.Credentials{}
	c := dial(t, o)
	_, err := c.Auth(background(t), fixed{name: "PLAIN", response: []byte("x")})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "do not end") {
		t.Error(e)
	}
	wantBroken(t, c)
}

// fixed is a mechanism of the caller's that always answers the same.
type fixed struct {
	name              string
	initial, response []byte
	err               error
}

var _ sasl.Client = fixed{}

func (f fixed) Start() (string, []byte, error) { return f.name, f.initial, nil }
func (f fixed) Next([]byte) ([]byte, error)    { return f.response, f.err }

func TestCredentialsThatCannotBeSent(t *testing.T) {
	for name, cred := range map[string]smtp.Credentials{
		"NUL in the user":          {User: "u\x00v"},
		"NUL in the password":      {User: "u", Password: "s3cret\x00v"},
		"line end in the token":    {User: "u", Token: "s3cret\n"},
		"control with a token":     {User: "u\x01auth=Bearer x", Token: "s3cret"},
		"unknown mechanism":        {User: "u", Mechanisms: []string{"PLIAN"}},
		"CR LF in a mechanism":     {User: "u", Mechanisms: []string{"PLAIN\r\nNOOP"}},
		"octets without character": {User: "u", Token: "s3cret\xff"},
	} {
		_, err := smtp.New(smtp.Options{Host: "h", Credentials: cred})
		if e := wantError[*smtp.ArgumentError](t, err, smtp.No); strings.Contains(e.Error(), "s3cret") {
			t.Errorf("%s: %v", name, e)
		}
		c, _ := scripted(t, hello+"S: 250 AUTH PLAIN XOAUTH2\nSTALL")
		_, err = c.Login(background(t), cred)
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
}

func TestCredentialsAreNeverPrinted(t *testing.T) {
	o := smtp.Options{Credentials: smtp.Credentials{User: "u", Password: "s3cret", Token: "s3cret"}}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, o) + fmt.Sprintf(format, o.Credentials) + fmt.Sprintf(format, &o.Credentials); strings.Contains(got, "s3cret") {
			t.Errorf("%s: %s", format, got)
		}
	}
}
