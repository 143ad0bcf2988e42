package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

const piped = hello + `S: 250 PIPELINING
	`

func TestPoint15_OneGroup(t *testing.T) {
	c, _ := scripted(t, piped+`C: MAIL FROM:<me@x.example>
		C: RCPT TO:<a@x.example>
		C: RCPT TO:<b@x.example>
		C: DATA
		S: 250 sender
		S: 250 a
		S: 550 b
		S: 354 go
		CONTENT
		S: 250 2.0.0 Ok: queued as AB12`)
	r, err := send(t, c, "a@x.example", "b@x.example")
	if err != nil || r.QueueID != "AB12" || len(r.Accepted()) != 1 || r.Refused()[0].Address != "b@x.example" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestPoint15a_OnlyWhenOffered(t *testing.T) {
	for _, o := range []struct {
		offer string
		set   func(*smtp.Options)
	}{
		{"HELP", func(*smtp.Options) {}},
		{"PIPELINING", func(o *smtp.Options) { o.Pipelining = smtp.Off }},            // 15g
		{"PIPELINING", func(o *smtp.Options) { o.Disable = []string{"pipelining"} }}, // 15g
	} {
		s := smtptest.NewScript(t, hello+"S: 250 "+o.offer+`
			C: MAIL *
			S: 550 no
			C: RSET
			S: 250 ok`)
		opts := options(s.Addr())
		o.set(&opts)
		_, err := send(t, dial(t, opts), "a@x.example")
		wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	}
	s := smtptest.NewScript(t, hello+"S: 250 HELP")
	opts := options(s.Addr())
	opts.Pipelining = smtp.On
	_, err := send(t, dial(t, opts), "a@x.example")
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
}

// The server's replies are longer than the buffers between us, and it does not
// read on while it cannot write.
func TestPoint15b_ManyRecipients(t *testing.T) {
	const n = 5000
	long := strings.Repeat("x", 400)
	s := smtptest.NewServer(t, smtptest.Config{SmallBuffers: true, Reply: func(line string) string {
		if strings.HasPrefix(line, "RCPT TO:<bad") {
			return "550 5.1.1 " + long
		}
		if strings.HasPrefix(line, "RCPT") {
			return "250-" + long + "\n250 " + long
		}
		return ""
	}})
	o := options(s.Addr())
	o.Dialer = smallBuffers{}
	c := dial(t, o)
	to := make([]string, n)
	for i := range to {
		to[i] = fmt.Sprintf("user%d-%s@x.example", i, strings.Repeat("y", 200))
		if i%10 == 3 {
			to[i] = "bad" + to[i]
		}
	}
	r, err := send(t, c, to...)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Accepted()) != n*9/10 || len(s.Messages()[0].To) != n*9/10 {
		t.Errorf("%d accepted", len(r.Accepted()))
	}
	for i, one := range r.Recipients {
		if one.Accepted() == strings.HasPrefix(one.Address, "bad") || one.Address != to[i] {
			t.Fatalf("%d: %.20s %v", i, one.Address, one.Reply.Code)
		}
	}
}

// smallBuffers dials connections that take few octets on their own.
type smallBuffers struct{ net.Dialer }

func (d smallBuffers) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = errors.Join(tcp.SetReadBuffer(32<<10), tcp.SetWriteBuffer(32<<10))
	}
	return conn, err
}

func TestPoint15c_EveryReplyIsRead(t *testing.T) {
	c, _ := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: DATA
		S: 550 no
		S: 503 no
		S: 503 no
		C: RSET
		S: 250 ok
		C: NOOP
		S: 250 still in step`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	if r, err := c.Noop(background(t)); err != nil || r.Text() != "still in step" {
		t.Errorf("%v %v", r, err)
	}
}

func TestPoint15d_LoneDotWhenNobodyWasAccepted(t *testing.T) {
	c, s := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: DATA
		S: 250 ok
		S: 550 no
		S: 354 go
		CONTENT
		S: 554 nobody
		C: NOOP
		S: 250 ok`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
	if _, err := c.Noop(background(t)); err != nil {
		t.Error(err)
	}
	if got := s.Content(); len(got) != 1 || len(got[0]) != 0 {
		t.Errorf("content %q", got)
	}
}

func TestPoint15e_NoDotWhenSomebodyWasAccepted(t *testing.T) {
	c, s := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: DATA
		S: 550 no
		S: 250 odd
		S: 354 go
		STALL`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	wantBroken(t, c)
	if got := clientLines(s.Transcript()); !strings.HasSuffix(got, "DATA") {
		t.Errorf("sent %q", got)
	}
}

func TestPoint15e_AllOrNothing(t *testing.T) {
	c, _ := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: RCPT *
		S: 250 ok
		S: 250 ok
		S: 450 later
		C: RSET
		S: 250 ok`)
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example", "b@x.example"}, smtp.Octets(nil), &smtp.SendOptions{AllOrNothing: true})
	e := wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
	if len(e.Refused) != 1 || e.Refused[0].Address != "b@x.example" || !e.Temporary() {
		t.Errorf("%+v", e.Refused)
	}
}

func TestPoint15f_EarlyCloseReportsTheRefusal(t *testing.T) {
	t.Run("mail", func(t *testing.T) {
		c, _ := scripted(t, piped+"C: MAIL *\nC: RCPT *\nC: DATA\nS: 550 5.7.1 blocked\nCLOSE")
		_, err := send(t, c, "a@x.example")
		if e := wantError[*smtp.SenderRefusedError](t, err, smtp.No); e.Reply.Code != 550 {
			t.Error(e)
		}
		wantBroken(t, c)
	})
	t.Run("mail with a reset", func(t *testing.T) {
		c, _ := scripted(t, piped+"C: MAIL *\nS: 550 5.7.1 blocked\nCLOSE")
		_, err := send(t, c, "a@x.example")
		wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	})
	t.Run("rcpt", func(t *testing.T) {
		c, _ := scripted(t, piped+"C: MAIL *\nC: RCPT *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 550 5.7.1 blocked\nCLOSE")
		_, err := send(t, c, "a@x.example", "b@x.example")
		if e := wantError[*smtp.RecipientsRefusedError](t, err, smtp.No); len(e.Refused) != 2 || e.Refused[0].Reply.Code != 550 || e.Refused[1].Reply.Code != 0 {
			t.Errorf("%+v", e)
		}
	})
	t.Run("after an acceptance", func(t *testing.T) {
		c, _ := scripted(t, piped+"C: MAIL *\nC: RCPT *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 550 5.7.1 blocked\nCLOSE")
		_, err := send(t, c, "a@x.example", "b@x.example")
		if e := wantError[*smtp.DisconnectedError](t, err, smtp.No); e.Last.Code != 550 {
			t.Errorf("%+v", e)
		}
	})
	t.Run("421 among the recipients", func(t *testing.T) {
		c, _ := scripted(t, piped+"C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 421 4.3.2 shutting down\nCLOSE")
		_, err := send(t, c, "a@x.example")
		if e := wantError[smtp.Error](t, err, smtp.No); !strings.Contains(err.Error(), "421") || !e.Temporary() {
			t.Error(err)
		}
		wantBroken(t, c)
	})
}

func TestPoint16_TooManyRecipients(t *testing.T) {
	for _, code := range []string{"452 4.5.3", "552"} {
		c, _ := scripted(t, piped+`C: MAIL *
			C: RCPT TO:<a@x.example>
			C: RCPT TO:<b@x.example>
			C: RCPT TO:<c@x.example>
			C: DATA
			S: 250 ok
			S: 250 ok
			S: `+code+` too many
			S: 550 no such user
			S: 354 go
			CONTENT
			S: 250 one
			C: MAIL *
			C: RCPT TO:<b@x.example>
			C: DATA
			S: 250 ok
			S: 250 ok
			S: 354 go
			CONTENT
			S: 250 two`)
		r, err := send(t, c, "a@x.example", "b@x.example", "c@x.example")
		if err != nil || len(r.Accepted()) != 2 || r.Refused()[0].Address != "c@x.example" || r.Reply.Text() != "two" {
			t.Errorf("%+v %v", r, err)
		}
	}
}

func TestPoint16_LimitAtTheFirstRecipientIsARefusal(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 452 full
		C: RSET
		S: 250 ok`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
}

func TestPoint16_MaxRecipients(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "LIMITS RCPTMAX=2"}})
	c := dial(t, options(s.Addr()))
	r, err := c.SendMail(background(t), "me@x.example", []string{"a@x", "b@x", "c@x", "a@x", "e@x"}, smtp.Octets(nil), &smtp.SendOptions{MaxRecipients: 3})
	if err != nil || len(r.Accepted()) != 5 {
		t.Fatalf("%+v %v", r, err)
	}
	if m := s.Messages(); len(m) != 3 || len(m[2].To) != 1 {
		t.Errorf("%+v", m)
	}
}

// What was delivered stays known when a later transaction fails.
func TestPartialDeliverySurvivesAFailure(t *testing.T) {
	for _, end := range []string{"C: MAIL *\nCLOSE", "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nCLOSE", "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nCLOSE"} {
		partialDelivery(t, end)
	}
}

func partialDelivery(t *testing.T, end string) {
	t.Helper()
	c, _ := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: RCPT *
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 452 too many
		S: 354 go
		CONTENT
		S: 250 one
		`+end)
	r, err := send(t, c, "a@x.example", "b@x.example")
	var lost *smtp.DisconnectedError
	if !errors.As(err, &lost) {
		t.Errorf("%q: %v", end, err)
	}
	if r == nil || len(r.Accepted()) != 1 || r.Accepted()[0] != "a@x.example" {
		t.Errorf("%q: %+v", end, r)
	}
}

func TestPoint23_FailedResetKeepsTheOutcome(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 553 no
		C: RSET
		S: 502 what
		STALL`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	wantBroken(t, c)
}

func TestPoint26_FinalRefusalIsForAll(t *testing.T) {
	c, _ := scripted(t, piped+`C: MAIL *
		C: RCPT *
		C: RCPT *
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 550 no
		S: 354 go
		CONTENT
		S: 451 4.3.0 later
		C: NOOP
		S: 250 ok`)
	_, err := send(t, c, "a@x.example", "b@x.example")
	e := wantError[*smtp.DataError](t, err, smtp.No)
	if e.Stage() != smtp.StageFinal || !e.Temporary() || len(e.Refused) != 1 || e.Refused[0].Address != "b@x.example" {
		t.Errorf("%+v", e)
	}
	if _, err := c.Noop(background(t)); err != nil {
		t.Error(err)
	}
}

func TestPoint27_LMTPWithoutAcceptedRecipients(t *testing.T) {
	s := smtptest.NewScriptUnix(t, `S: 220 hi
		C: LHLO *
		S: 250-fake
		S: 250 PIPELINING
		C: MAIL *
		C: RCPT *
		C: DATA
		S: 250 ok
		S: 550 no
		S: 503 nobody
		C: RSET
		S: 250 ok`)
	c := dial(t, smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP})
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
}

func TestPoint27_NoHeloFallbackWithLMTP(t *testing.T) {
	s := smtptest.NewScriptUnix(t, "S: 220 hi\nC: LHLO *\nS: 500 what\nSTALL")
	_, err := smtp.Dial(background(t), smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP})
	wantError[*smtp.HeloError](t, err, smtp.No)
}

func TestPoint14_421AnywhereCloses(t *testing.T) {
	ctx := background(t)
	one := []string{"a@x.example"}
	for name, op := range map[string]struct {
		script string
		do     func(*smtp.Client) error
	}{
		"verb":  {"C: NOOP\n", func(c *smtp.Client) error { _, err := c.Noop(ctx); return err }},
		"ehlo":  {"C: EHLO *\n", func(c *smtp.Client) error { _, err := c.Ehlo(ctx, ""); return err }},
		"auth":  {"C: AUTH *\n", func(c *smtp.Client) error { _, err := c.Login(ctx, smtp.Credentials{User: "u"}); return err }},
		"mail":  {"C: MAIL *\n", func(c *smtp.Client) error { _, err := send(t, c, one...); return err }},
		"rcpt":  {"C: MAIL *\nS: 250 ok\nC: RCPT *\n", func(c *smtp.Client) error { _, err := send(t, c, one...); return err }},
		"final": {"C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nCONTENT\n", func(c *smtp.Client) error { _, err := send(t, c, one...); return err }},
		"reset": {"C: MAIL *\nS: 550 no\nC: RSET\n", func(c *smtp.Client) error { _, err := send(t, c, one...); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := scripted(t, hello+"S: 250 AUTH PLAIN\n"+op.script+"S: 421 4.3.2 shutting down\nSTALL")
			err := op.do(c)
			var e smtp.Error
			if errors.As(err, &e) && e.Delivered() != smtp.No {
				t.Error(err)
			}
			wantBroken(t, c)
		})
	}
}

func TestPoint21_NoEHLOAfterAUTH(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "p"}})
	o := options(s.Addr())
	o.Credentials = smtp.Credentials{User: "u", Password: "p"}
	if _, err := send(t, dial(t, o), "a@x.example"); err != nil {
		t.Fatal(err)
	}
	if got := clientLines(s.Transcript()); strings.Count(got, "EHLO") != 1 {
		t.Error(got)
	}
}
