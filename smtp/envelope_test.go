package smtp_test

import (
	"errors"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestPoint18_ExtensionsOnlyWhenNeeded(t *testing.T) {
	all := []string{"8BITMIME", "SMTPUTF8", "DSN"}
	tests := []struct {
		name     string
		offered  []string
		from, to string
		text     string
		o        smtp.SendOptions
		mail     string // parameters of MAIL
		rcpt     string // path of RCPT
		missing  string // extension, if the send is refused
	}{
		{name: "ASCII", offered: all, from: "a@x.example", to: "b@x.example", text: "x", rcpt: "b@x.example"},
		{name: "8-bit content", offered: all, from: "a@x.example", to: "b@x.example", text: "ü", mail: "BODY=8BITMIME", rcpt: "b@x.example"},
		{name: "8-bit content, not offered", from: "a@x.example", to: "b@x.example", text: "ü", missing: "8BITMIME"},
		{name: "IDN without SMTPUTF8", from: "a@x.example", to: "b@bücher.example", text: "x", rcpt: "b@xn--bcher-kva.example"},
		{name: "IDN with SMTPUTF8 offered", offered: all, from: "a@x.example", to: "b@bücher.example", text: "x", rcpt: "b@xn--bcher-kva.example"},
		{name: "UTF-8 local part", offered: all, from: "a@x.example", to: "ü@bücher.example", text: "x", mail: "SMTPUTF8", rcpt: "ü@bücher.example"},
		{name: "UTF-8 local part, not offered", offered: []string{"8BITMIME"}, from: "ü@x.example", to: "b@x.example", text: "x", missing: "SMTPUTF8"},
		{name: "asked for", offered: all, from: "a@x.example", to: "b@x.example", text: "x", o: smtp.SendOptions{EightBit: true}, mail: "BODY=8BITMIME", rcpt: "b@x.example"},
		{name: "own parameters", offered: all, from: "a@x.example", to: "b@x.example", text: "ü", o: smtp.SendOptions{MailOptions: []string{"body=8bitmime", "X=1"}}, mail: "body=8bitmime X=1", rcpt: "b@x.example"},
		{name: "DSN", offered: all, from: "a@x.example", to: "b+c@x.example", text: "x", o: smtp.SendOptions{DSN: &smtp.DSN{Notify: []string{"failure", "delay"}, Ret: "headers", EnvID: "4=2"}},
			mail: "RET=HDRS ENVID=4+3D2", rcpt: "b+c@x.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b+2Bc@x.example"},
		{name: "DSN, not offered", from: "a@x.example", to: "b@x.example", text: "x", o: smtp.SendOptions{DSN: &smtp.DSN{Ret: "full"}}, rcpt: "b@x.example"},
		{name: "DSN required, not offered", from: "a@x.example", to: "b@x.example", text: "x", o: smtp.SendOptions{DSN: &smtp.DSN{Required: true}}, missing: "DSN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: append([]string{"HELP"}, tt.offered...)})
			c := dial(t, options(s.Addr()))
			r, err := c.SendMail(background(t), tt.from, []string{tt.to}, smtp.Octets([]byte(tt.text)), &tt.o)
			if tt.missing != "" {
				if e := wantError[*smtp.NotSupportedError](t, err, smtp.No); e.Extension != tt.missing {
					t.Errorf("%+v", e)
				}
				if strings.Contains(clientLines(s.Transcript()), "MAIL") {
					t.Error("MAIL was sent")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			m := s.Messages()[0]
			rcpt := strings.TrimSuffix(m.To[0]+"> "+m.RcptParams[0], "> ")
			if m.MailParams != tt.mail || rcpt != tt.rcpt {
				t.Errorf("mail %q, rcpt %q", m.MailParams, rcpt)
			}
			if r.DSNSent != strings.Contains(tt.mail, "RET=") {
				t.Errorf("DSNSent %v", r.DSNSent)
			}
		})
	}
}

func TestPoint11_LongLines(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	long := smtp.Octets([]byte(strings.Repeat("x", 999)))
	_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, long, nil)
	wantError[*smtp.ArgumentError](t, err, smtp.No)
	if !c.Alive() {
		t.Error("the connection is gone although nothing was sent")
	}
	if _, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, long, &smtp.SendOptions{AllowLongLines: true}); err != nil {
		t.Error(err)
	}
}

// letter is a Message that notes how it was encoded.
type letter struct {
	from     string
	to       []string
	needUTF8 bool
	err      error
	encoded  []bool
}

func (l *letter) Envelope() (string, []string, bool, error) { return l.from, l.to, l.needUTF8, nil }

func (l *letter) Encode(eightBit, utf8 bool) (smtp.Encoded, error) {
	l.encoded = append(l.encoded, eightBit, utf8)
	return smtp.Octets([]byte("x")), l.err
}

func TestSendMessage(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	l := &letter{from: "a@x.example", to: []string{"b@x.example"}, needUTF8: true}
	if _, err := c.SendMessage(background(t), l, nil); err != nil {
		t.Fatal(err)
	}
	null := ""
	if _, err := c.SendMessage(background(t), l, &smtp.SendOptions{From: &null, To: []string{"c@x.example"}}); err != nil {
		t.Fatal(err)
	}
	m := s.Messages()
	if m[0].MailParams != "SIZE=1 SMTPUTF8" || m[1].From[0] != "" || m[1].To[0] != "c@x.example" || !l.encoded[0] || !l.encoded[1] {
		t.Errorf("%+v, encoded %v", m, l.encoded)
	}
	broken := errors.New("no such attachment")
	_, err := c.SendMessage(background(t), &letter{from: "a@x.example", to: []string{"b@x.example"}, err: broken}, nil)
	if !errors.Is(err, broken) || !c.Alive() {
		t.Errorf("%v, alive %v", err, c.Alive())
	}
}

func TestMailVerbAsksForSMTPUTF8(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	ctx := background(t)
	if r, err := c.Mail(ctx, "ü@x.example"); err != nil || r.Code != 250 {
		t.Fatal(r, err)
	}
	if got := clientLines(s.Transcript()); !strings.HasSuffix(got, "MAIL FROM:<ü@x.example> SMTPUTF8") {
		t.Errorf("sent %q", got)
	}
	plain := smtptest.NewServer(t, smtptest.Config{Extensions: []string{}})
	_, err := dial(t, options(plain.Addr())).Rcpt(ctx, "ü@x.example")
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
}
