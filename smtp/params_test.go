package smtp_test

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func priority(n int) *int { return &n }

// demand is what a send asks of the server, and what comes of it.
type demand struct {
	name    string
	offered []string
	o       smtp.SendOptions
	mail    string // parameters of MAIL
	missing string // or the extension that the error names
	text    string // with this in its text
}

func demands() []demand {
	return []demand{
		{name: "priority", offered: []string{"MT-PRIORITY NSEP"}, o: smtp.SendOptions{Priority: priority(-9)}, mail: "MT-PRIORITY=-9"},
		{name: "priority 0", offered: []string{"mt-priority"}, o: smtp.SendOptions{Priority: priority(0)}, mail: "MT-PRIORITY=0"},
		{name: "priority is a wish", o: smtp.SendOptions{Priority: priority(9)}},
		{name: "notify", offered: []string{"DELIVERBY"}, o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: 90 * time.Second}}, mail: "BY=90;N"},
		{name: "return, traced", offered: []string{"DELIVERBY 60"}, o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: time.Minute, Return: true, Trace: true}}, mail: "BY=60;RT"},
		{name: "fractions", offered: []string{"DELIVERBY"}, o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: 1001 * time.Millisecond}}, mail: "BY=2;N"},
		{name: "under the minimum", offered: []string{"DELIVERBY 61"}, o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: time.Minute, Return: true}}, missing: "DELIVERBY", text: "at least 61 s"},
		{name: "the minimum is for return only", offered: []string{"DELIVERBY 61"}, o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: time.Minute}}, mail: "BY=60;N"},
		{name: "deliver_by not offered", o: smtp.SendOptions{DeliverBy: &smtp.DeliverBy{Within: time.Minute}}, missing: "DELIVERBY", text: "does not offer DELIVERBY"},
		{name: "require_tls in clear text", offered: []string{"REQUIRETLS"}, o: smtp.SendOptions{RequireTLS: true}, missing: "REQUIRETLS", text: "needs an encrypted connection"},
	}
}

func TestDemands(t *testing.T) {
	for _, tt := range demands() {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: append([]string{"HELP"}, tt.offered...)})
			c := dial(t, options(s.Addr()))
			_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("x")), &tt.o)
			if tt.missing != "" {
				e := wantError[*smtp.NotSupportedError](t, err, smtp.No)
				if e.Extension != tt.missing || e.Stage() != smtp.StageMail || !strings.Contains(e.Error(), tt.text) {
					t.Errorf("%+v", e)
				}
				if strings.Contains(clientLines(s.Transcript()), "MAIL") || !c.Alive() {
					t.Error("MAIL was sent, or the connection is gone")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Messages()[0].MailParams; got != tt.mail {
				t.Errorf("%q, want %q", got, tt.mail)
			}
		})
	}
}

// The same demands in a rehearsal: what its server lacks is left out.
func TestDemandsInARehearsal(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"HELP"}})
	o := options(s.Addr())
	o.Rehearsal = true
	c := dial(t, o)
	_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("x")),
		&smtp.SendOptions{RequireTLS: true, Priority: priority(1), DeliverBy: &smtp.DeliverBy{Within: time.Minute}, DSN: &smtp.DSN{Notify: []string{"never"}, Required: true}})
	if err != nil || s.Messages()[0].MailParams != "" || s.Messages()[0].RcptParams[0] != "" {
		t.Errorf("%+v %v", s.Messages(), err)
	}
}

func TestRequireTLS(t *testing.T) {
	ca := smtptest.NewCA(t)
	leaf := func(config *tls.Config) smtp.TLSOptions {
		o := smtp.TLSOptions{Insecure: true}
		if err := o.AddPin(pinOf(t, config.Certificates[0].Certificate[0])); err != nil {
			t.Fatal(err)
		}
		return o
	}
	config := ca.Server(t, "localhost")
	tests := []struct {
		name    string
		tls     smtp.TLSOptions
		offered bool
		ok      bool
	}{
		{"verified", smtp.TLSOptions{Roots: ca.Pool, ServerName: "localhost"}, true, true},
		{"by pin", leaf(config), true, true},
		{"insecure", smtp.TLSOptions{Insecure: true}, true, false},
		{"verified, not offered", smtp.TLSOptions{Roots: ca.Pool, ServerName: "localhost"}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ext := []string{"PIPELINING"}
			if tt.offered {
				ext = append(ext, "RequireTLS")
			}
			s := smtptest.NewServer(t, smtptest.Config{TLS: config, Extensions: ext})
			o := options(s.Addr())
			o.TLS, o.TLSOptions = smtp.TLSRequired, tt.tls
			c := dial(t, o)
			_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{RequireTLS: true})
			if !tt.ok {
				wantError[*smtp.NotSupportedError](t, err, smtp.No)
				return
			}
			if err != nil || s.Messages()[0].MailParams != "REQUIRETLS" {
				t.Errorf("%+v %v", s.Messages(), err)
			}
		})
	}
}

func TestDemandArguments(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 HELP\nSTALL")
	for name, o := range map[string]smtp.SendOptions{
		"priority": {Priority: priority(10)}, "low priority": {Priority: priority(-10)}, "no time": {DeliverBy: &smtp.DeliverBy{}},
		"a past time": {DeliverBy: &smtp.DeliverBy{Within: -time.Hour}}, "a long time": {DeliverBy: &smtp.DeliverBy{Within: 1_000_000_000 * time.Second}},
	} {
		if _, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets(nil), &o); err == nil {
			t.Errorf("%s was taken", name)
		} else {
			wantError[*smtp.ArgumentError](t, err, smtp.No)
		}
	}
}

// RFC 9422: so many domains in one transaction, so many transactions.
func TestPoint16_Limits(t *testing.T) {
	to := []string{"a@x.example", "b@X.example", "c@y.example", "d@z.example", "e@y.example", "local"}
	tests := []struct {
		limits string
		max    int
		want   []int // recipients of each transaction
	}{
		{"RCPTDOMAINMAX=1", 0, []int{2, 1, 1, 1, 1}},
		{"rcptdomainmax=2", 0, []int{3, 2, 1}},
		{"RCPTMAX=2 RCPTDOMAINMAX=2", 0, []int{2, 2, 2}},
		{"RCPTDOMAINMAX=2 MAILMAX=100", 2, []int{2, 2, 2}},
		{"RCPTDOMAINMAX=0 RCPTMAX=x", 0, []int{6}},
		{"RCPTDOMAINMAX=-1 RCPTMAX=", 0, []int{6}},
	}
	for _, tt := range tests {
		s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "LIMITS " + tt.limits}})
		c := dial(t, options(s.Addr()))
		r, err := c.SendMail(background(t), "me@x.example", to, smtp.Octets([]byte("x")), &smtp.SendOptions{MaxRecipients: tt.max})
		if err != nil || !slices.Equal(r.Accepted(), to) {
			t.Errorf("%s: %+v, %v", tt.limits, r, err)
		}
		var got []int
		for _, m := range s.Messages() {
			got = append(got, len(m.To))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.limits, got, tt.want)
		}
	}
}

func TestAllOrNothingWithinTheServersLimits(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "LIMITS RCPTMAX=3 RCPTDOMAINMAX=1"}})
	c := dial(t, options(s.Addr()))
	all := &smtp.SendOptions{AllOrNothing: true}
	for _, to := range [][]string{{"a@x.example", "b@y.example"}, {"a@x.example", "b@x.example", "c@x.example", "d@x.example"}} {
		_, err := c.SendMail(background(t), "me@x.example", to, smtp.Octets([]byte("x")), all)
		if e := wantError[*smtp.ArgumentError](t, err, smtp.No); e.Hint() == "" {
			t.Error(e)
		}
	}
	if _, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example", "b@x.example"}, smtp.Octets([]byte("x")), all); err != nil {
		t.Error(err)
	}
	if n := len(s.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestSpent(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "LIMITS MAILMAX=3"}})
	c := dial(t, options(s.Addr()))
	for n, do := range []func() error{
		func() error { _, err := send(t, c, "a@x.example"); return err },
		func() error { _, err := c.Mail(background(t), "a@x.example"); return err },
		func() error { _, err := c.Ehlo(background(t), ""); return err }, // counts as none
		func() error { _, err := send(t, c, "a@x.example"); return err },
	} {
		if c.Spent() {
			t.Errorf("spent before step %d", n)
		}
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if !c.Spent() {
		t.Error("not spent after three")
	}
	if _, err := c.Connect(background(t)); err != nil || c.Spent() {
		t.Errorf("a new connection is spent: %v", err)
	}
	if unlimited, _ := smtp.New(options("h")); unlimited.Spent() {
		t.Error("spent without a connection")
	}
}

func TestPoint29_DSNByRecipient(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	o := &smtp.SendOptions{DSN: &smtp.DSN{Notify: []string{"failure"}, For: map[string]smtp.RecipientDSN{
		"Ann <a+b@x.example>": {Notify: []string{"success", "delay"}, ORcpt: "old name=x@x.example"},
		"c@x.example":         {ORcpt: "x400;/C=de/O=old+new/"},
		"d@x.example":         {Notify: []string{"never"}, ORcpt: "käthe@x.example"},
	}}}
	to := []string{"a+b@x.example", "b@x.example", "c@x.example", "d@x.example"}
	r, err := c.SendMail(background(t), "me@x.example", to, smtp.Octets([]byte("x")), o)
	if err != nil || !r.DSNSent {
		t.Fatal(err)
	}
	want := []string{
		"NOTIFY=SUCCESS,DELAY ORCPT=rfc822;old+20name+3Dx@x.example",
		"NOTIFY=FAILURE ORCPT=rfc822;b@x.example",
		"ORCPT=x400;/C+3Dde/O+3Dold+2Bnew/",
		`NOTIFY=NEVER ORCPT=utf-8;k\x{E4}the@x.example`,
	}
	if got := s.Messages()[0].RcptParams; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for name, dsn := range map[string]smtp.DSN{
		"somebody else": {For: map[string]smtp.RecipientDSN{"z@x.example": {}}}, "no address": {For: map[string]smtp.RecipientDSN{"a b@": {}}},
		"notify": {For: map[string]smtp.RecipientDSN{"c@x.example": {Notify: []string{"never", "delay"}}}}, "line end": {ORcpt: "a\r\nb"}, "type": {ORcpt: "a b;c"}, "no type": {ORcpt: ";c"},
		"nothing behind the type": {ORcpt: "rfc822;"}, "not ASCII": {ORcpt: "rfc822;ü@x"}, "long": {ORcpt: strings.Repeat("+", 200)}, "envelope id": {EnvID: "ü"},
	} {
		_, err := c.SendMail(background(t), "me@x.example", to, smtp.Octets([]byte("x")), &smtp.SendOptions{DSN: &dsn})
		if err == nil {
			t.Errorf("%s was taken", name)
			continue
		}
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
}

// What the caller gives as a parameter of its own isn't said a second time.
func TestOwnParametersWin(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"DSN", "MT-PRIORITY", "SIZE", "DELIVERBY"}})
	c := dial(t, options(s.Addr()))
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{
		MailOptions: []string{"mt-priority=2", "RET=FULL"}, RcptOptions: []string{"notify=NEVER"}, Priority: priority(3), DeliverBy: &smtp.DeliverBy{Within: time.Hour},
		DSN: &smtp.DSN{Notify: []string{"failure"}, Ret: "headers", EnvID: "7"},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := s.Messages()[0]
	if m.MailParams != "mt-priority=2 RET=FULL SIZE=1 BY=3600;N ENVID=7" || m.RcptParams[0] != "notify=NEVER ORCPT=rfc822;a@x.example" {
		t.Errorf("%q %q", m.MailParams, m.RcptParams)
	}
}

func TestPoint29_DSNPostfix(t *testing.T) {
	c := dial(t, options(wantServer(t, "MOONPOST_TEST_POSTFIX")))
	o := &smtp.SendOptions{DSN: &smtp.DSN{Notify: []string{"failure", "delay"}, Ret: "headers", EnvID: "a+b=c d", Required: true, For: map[string]smtp.RecipientDSN{
		"b@example.org": {Notify: []string{"never"}, ORcpt: "old name@example.org"}, "c@example.org": {ORcpt: "käthe@example.org"}}}}
	r, err := c.SendMail(background(t), "a@example.org", []string{"b@example.org", "c@example.org", "d+e@example.org"}, smtp.Octets([]byte(letterText)), o)
	if err != nil || !r.DSNSent || len(r.Accepted()) != 3 {
		t.Errorf("%+v %v", r, err)
	}
}

// An extension named in Disable does not exist, however it is written and whatever
// would use it.
func TestDisable(t *testing.T) {
	offered := []string{"Pipelining", "8bitMIME", "SIZE 1", "SmtpUtf8", "DSN", "MT-Priority", "DeliverBy", "RequireTLS", "Limits RCPTMAX=1 MAILMAX=1", "XClient NAME", "Auth PLAIN"}
	s := smtptest.NewServer(t, smtptest.Config{Extensions: offered})
	o := options(s.Addr())
	o.Disable = []string{"PIPELINING", "8BitMime", "size", "SMTPUTF8", "dsn", "mt-priority", "DELIVERBY", "requiretls", "LIMITS", "xclient", "AUTH"}
	c := dial(t, o)
	if len(c.Extensions()) != 0 || c.HasExtn("PIPELINING") || len(c.Extensions()) != 0 {
		t.Errorf("%v", c.Extensions())
	}
	r, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example", "b@x.example"}, smtp.Octets([]byte("xxx")),
		&smtp.SendOptions{Priority: priority(1), DSN: &smtp.DSN{Notify: []string{"never"}}})
	if err != nil || r.DSNSent || c.Spent() || len(s.Messages()) != 1 || s.Messages()[0].MailParams != "" || s.Messages()[0].RcptParams[0] != "" {
		t.Errorf("%+v %v %+v", r, err, s.Messages())
	}
	all := strings.Join(s.Transcript(), "\n")
	if i, j := strings.Index(all, "S: 250 2.1.0"), strings.Index(all, "C: RCPT"); i < 0 || j < i {
		t.Errorf("pipelined all the same:\n%s", all)
	}
	_, err = c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
	_, err = c.SendMail(background(t), "jürgen@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), nil)
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
}

// Whoever asks before each message goes exactly as far as the server allows,
// however many are on their way.
func TestSpentInAStream(t *testing.T) {
	for _, inFlight := range []int{1, 8} {
		for _, ext := range [][]string{{"LIMITS MAILMAX=3"}, {"LIMITS MAILMAX=3", "PIPELINING"}, {"LIMITS MAILMAX=3", "PIPELINING", "CHUNKING"}} {
			if inFlight > 1 && len(ext) < 3 {
				continue // a window needs them
			}
			s := smtptest.NewServer(t, smtptest.Config{Extensions: ext})
			c := dial(t, options(s.Addr()))
			stream, err := c.Stream(smtp.StreamOptions{InFlight: inFlight})
			if err != nil {
				t.Fatal(err)
			}
			for n := 0; n < 10 && !c.Spent(); n++ {
				if err := stream.Submit(background(t), letterTo("a@x.example", "x"), nil, func(*smtp.Result, error) {}); err != nil {
					t.Fatal(err)
				}
			}
			stream.Close()
			if n := len(s.Messages()); n != 3 {
				t.Errorf("%d in flight, %v: %d messages", inFlight, ext, n)
			}
		}
	}
}
