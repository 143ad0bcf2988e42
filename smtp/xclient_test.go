package smtp_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestXClient(t *testing.T) {
	tests := []struct {
		name    string
		given   smtp.XClient
		offered string
		sent    []string
	}{
		{"two", smtp.XClient{Name: "spike.example", Addr: "192.0.2.1"}, "NAME ADDR", []string{"XCLIENT NAME=spike.example ADDR=192.0.2.1"}},
		{"only what is listed, in any case", smtp.XClient{Name: "spike.example", Addr: "192.0.2.1", Login: "u"}, "addr PROTO", []string{"XCLIENT ADDR=192.0.2.1"}},
		{"nothing listed", smtp.XClient{Name: "spike.example"}, "ADDR", nil},
		{"nothing given", smtp.XClient{}, "ADDR", nil},
		{"all", smtp.XClient{Name: "n", Addr: "2001:db8::1", Port: "1", Proto: "esmtp", Helo: "h", Login: "l", DestAddr: "IPV6:::1", DestPort: "25"},
			"NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT", []string{"XCLIENT NAME=n ADDR=IPV6:2001:db8::1 PORT=1 PROTO=ESMTP HELO=h LOGIN=l DESTADDR=IPV6:::1 DESTPORT=25"}},
		{"unknown", smtp.XClient{Name: "[UNAVAILABLE]", Addr: "[UNAVAILABLE]", Port: "[TEMPUNAVAIL]"}, "NAME ADDR PORT",
			[]string{"XCLIENT NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] PORT=[TEMPUNAVAIL]"}},
		{"xtext", smtp.XClient{Helo: "a b+c=d", Login: "ü"}, "HELO LOGIN", []string{"XCLIENT HELO=a+20b+2Bc+3Dd LOGIN=+C3+BC"}},
		{"too long for one line", smtp.XClient{Name: strings.Repeat("n", 255), Helo: strings.Repeat("h", 255)}, "NAME HELO",
			[]string{"XCLIENT NAME=" + strings.Repeat("n", 255), "XCLIENT HELO=" + strings.Repeat("h", 255)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := hello + "S: 250 XCLIENT " + tt.offered + "\n"
			for _, line := range tt.sent {
				script += "C: " + line + "\nS: 220 again\n"
			}
			if tt.sent != nil {
				script += "C: EHLO *\nS: 250-fake\nS: 250 SIZE 5\n"
			}
			s := smtptest.NewScript(t, script+"C: QUIT\nS: 221 bye")
			o := options(s.Addr())
			o.XClient = &tt.given
			c := dial(t, o)
			if c.HasExtn("SIZE") != (tt.sent != nil) {
				t.Errorf("extensions %v", c.Extensions())
			}
			if _, err := c.Quit(background(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestXClientAfterTLSAndBeforeAUTH(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewScriptTLS(t, hello+`S: 250-XCLIENT ADDR
		S: 250 STARTTLS
		C: STARTTLS
		S: 220 go
		TLS
		C: EHLO *
		S: 250-fake
		S: 250-XCLIENT NAME
		S: 250 AUTH PLAIN
		C: XCLIENT NAME=n
		S: 220 again
		C: EHLO *
		S: 250-fake
		S: 250 AUTH PLAIN
		C: AUTH PLAIN *
		S: 235 ok`, ca.Server(t, "localhost"))
	o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
	o.XClient = &smtp.XClient{Name: "n", Addr: "192.0.2.1"}
	o.Credentials = smtp.Credentials{User: "u", Password: "p"}
	dial(t, o)
}

func TestXClientRefused(t *testing.T) {
	xclient := &smtp.XClient{Addr: "192.0.2.1"}
	s := smtptest.NewScript(t, hello+"S: 250 HELP\nSTALL\nNEXT\n"+hello+"S: 250 XCLIENT ADDR\nC: XCLIENT *\nS: 550 5.7.0 no\nSTALL\nNEXT\n"+hello+"S: 250 XCLIENT ADDR\nC: XCLIENT *\nS: 220 ok\nC: EHLO *\nS: 550 not you\nSTALL")
	o := options(s.Addr())
	o.XClient = xclient
	_, err := smtp.Dial(background(t), o)
	if e := wantError[*smtp.NotSupportedError](t, err, smtp.No); e.Extension != "XCLIENT" || e.Hint() == "" {
		t.Error(e)
	}
	_, err = smtp.Dial(background(t), o)
	if e := wantError[*smtp.ResponseError](t, err, smtp.No); e.Error() != "smtp: xclient: 550 5.7.0 no" {
		t.Error(e)
	}
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.HeloError](t, err, smtp.No)
	o.Disable = []string{"xclient"}
	s = smtptest.NewScript(t, hello+"S: 250 XCLIENT ADDR\nSTALL")
	o.Host = s.Addr()
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
}

func TestXClientArguments(t *testing.T) {
	for name, x := range map[string]smtp.XClient{
		"name": {Name: "a\r\nRSET"}, "nul": {Login: "a\x00"}, "address": {Addr: "host.example"}, "address with a zone": {Addr: "fe80::1%eth0"}, "IPv4 as IPv6": {DestAddr: "IPV6:192.0.2.1"},
		"port": {Port: "0"}, "port as a word": {DestPort: "smtp"}, "protocol": {Proto: "HTTP"}, "long": {Helo: strings.Repeat("h", 256)}, "long as xtext": {Login: strings.Repeat("ü", 60)},
	} {
		_, err := smtp.New(smtp.Options{Host: "h", XClient: &x})
		if err == nil {
			t.Errorf("%s: was taken", name)
			continue
		}
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
}

// Postfix writes into Received whom it takes us for.
func TestXClientPostfix(t *testing.T) {
	o, maildir := options(wantServer(t, "MOONPOST_TEST_POSTFIX")), wantServer(t, "MOONPOST_TEST_POSTFIX_MAILDIR")
	o.XClient = &smtp.XClient{Name: "spike.example", Addr: "192.0.2.77", Port: "4711", Proto: "ESMTP", Helo: "spike.example", Login: "ann", DestAddr: "127.0.0.1", DestPort: "25"}
	c := dial(t, o)
	if !c.HasExtn("PIPELINING") {
		t.Errorf("after XCLIENT: %v", c.Extensions())
	}
	id := strconv.FormatInt(time.Now().UnixNano(), 36)
	if _, err := c.SendMail(background(t), "a@example.org", []string{"b@example.org"}, smtp.Octets([]byte("X-Test: "+id+"\n"+letterText)), nil); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patient); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		paths, _ := filepath.Glob(filepath.Join(maildir, "new", "*"))
		for _, path := range paths {
			mail, _ := os.ReadFile(path)
			if !bytes.Contains(mail, []byte("X-Test: "+id)) {
				continue
			}
			if !bytes.Contains(mail, []byte("(spike.example [192.0.2.77])")) {
				t.Errorf("%s", mail)
			}
			return
		}
	}
	t.Error("the message did not arrive")
}
