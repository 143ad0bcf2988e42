package smtp_test

import (
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// Each test bears the letter of a row in which smtplib's behaviour is kept or
// left; those about replies and AUTH have files of their own.

func TestSmtplibRow_h_AnyPositiveCodeAccepts(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 252 cannot tell
		C: DATA
		S: 354 go
		CONTENT
		S: 250 ok`)
	if r, err := send(t, c, "a@x.example"); err != nil || len(r.Accepted()) != 1 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSmtplibRow_i_DuplicatesAllRefused(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 550 no
		C: RCPT *
		S: 550 no
		C: RSET
		S: 250 ok`)
	_, err := send(t, c, "a@x.example", "a@x.example")
	if e := wantError[*smtp.RecipientsRefusedError](t, err, smtp.No); len(e.Refused) != 2 {
		t.Errorf("%+v", e.Refused)
	}
}

func TestSmtplibRow_j_NoRecipients(t *testing.T) {
	c, s := scripted(t, hello+"S: 250 HELP")
	_, err := send(t, c)
	wantError[*smtp.ArgumentError](t, err, smtp.No)
	if got := clientLines(s.Transcript()); got != "EHLO client.example" {
		t.Errorf("sent %q", got)
	}
}

func TestSmtplibRow_k_ResetAfterRefusedData(t *testing.T) {
	for _, code := range []string{"250", "554"} {
		c, _ := scripted(t, hello+`S: 250 HELP
			C: MAIL *
			S: 250 ok
			C: RCPT *
			S: 250 ok
			C: DATA
			S: `+code+` no
			C: RSET
			S: 250 ok
			C: NOOP
			S: 250 ok`)
		_, err := send(t, c, "a@x.example")
		if e := wantError[*smtp.DataError](t, err, smtp.No); e.Stage() != smtp.StageData {
			t.Errorf("stage %v", e.Stage())
		}
		if _, err := c.Noop(background(t)); err != nil {
			t.Error(err)
		}
	}
}

func TestSmtplibRow_l_421ToData(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 250 ok
		C: DATA
		S: 421 bye
		CLOSE`)
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.DataError](t, err, smtp.No)
	wantBroken(t, c)
}

func TestSmtplibRow_m_AnyPositiveFinalReply(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 250 ok
		C: DATA
		S: 354 go
		CONTENT
		S: 251 will forward`)
	if r, err := send(t, c, "a@x.example"); err != nil || r.Reply.Code != 251 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestSmtplibRow_n_Size(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("a\n.b\nc")), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := s.Messages()[0]
	if m.MailParams != "SIZE=8" || string(m.Raw) != "a\r\n..b\r\nc\r\n" {
		t.Errorf("params %q, raw %q", m.MailParams, m.Raw)
	}
}

func TestSmtplibRow_o_TooLarge(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"SIZE 10"}})
	c := dial(t, options(s.Addr()))
	_, err := send(t, c, "a@x.example")
	if e := wantError[*smtp.SizeError](t, err, smtp.No); e.Limit != 10 || e.Size != int64(len(body)) {
		t.Errorf("%+v", e)
	}
	if got := clientLines(s.Transcript()); strings.Contains(got, "MAIL") {
		t.Errorf("sent %q", got)
	}
}

func TestSmtplibRow_p_EmptyBody(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	if _, err := c.SendMail(background(t), "", []string{"b@x.example"}, smtp.Octets(nil), nil); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages()[0]; string(m.Raw) != "\r\n" || m.From[0] != "" {
		t.Errorf("%+v", m)
	}
}

func TestSmtplibRow_q_BareLF(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	c := dial(t, options(s.Addr()))
	if _, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets([]byte("a\n.\nMAIL\rb")), nil); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages()[0]; string(m.Raw) != "a\r\n..\r\nMAIL\r\nb\r\n" {
		t.Errorf("raw %q", m.Raw)
	}
}

func TestSmtplibRow_r_LineEndsInAddresses(t *testing.T) {
	c, s := scripted(t, hello+"S: 250 HELP")
	ctx := background(t)
	_, err1 := c.Mail(ctx, "a@x.example\r\nRCPT TO:<b@y>")
	_, err2 := c.Rcpt(ctx, "a\n@x.example")
	_, err3 := send(t, c, "a@x.example\r")
	_, err4 := c.DoCmd(ctx, "NOOP", "x\r\nQUIT")
	_, err5 := c.Verify(ctx, "x\ny")
	_, err6 := c.Ehlo(ctx, "a\r\nb")
	_, err7 := c.Mail(ctx, "a@x.example", "SIZE=1\r\nQUIT")
	for _, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
	if got := clientLines(s.Transcript()); got != "EHLO client.example" {
		t.Errorf("sent %q", got)
	}
}

func TestSmtplibRow_aa_NewConnectionStartsClean(t *testing.T) {
	c, s := scripted(t, hello+`S: 250 DSN
		C: NOOP
		S: 421 bye
		NEXT
		S: 220 again
		C: EHLO *
		S: 250 fake
		C: MAIL *
		S: 550 no
		C: RSET
		S: 250 ok`)
	if r, err := c.Noop(background(t)); r.Code != 421 || err != nil {
		t.Fatal(r, err)
	}
	wantBroken(t, c)
	if _, err := c.Connect(background(t)); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.EhloReply(); ok || c.HasExtn("DSN") || c.DoesESMTP() {
		t.Error("the old session's extensions are still there")
	}
	_, err := send(t, c, "a@x.example")
	wantError[*smtp.SenderRefusedError](t, err, smtp.No)
	if s.Connections() != 2 {
		t.Error(s.Connections())
	}
}

func TestSmtplibRow_ee_SMTPUTF8OverHelo(t *testing.T) {
	c, s := scripted(t, "S: 220 hi\nC: EHLO *\nS: 500 what\nC: HELO *\nS: 250 ok")
	_, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, smtp.Octets(nil), &smtp.SendOptions{MailOptions: []string{"SMTPUTF8"}})
	wantError[*smtp.NotSupportedError](t, err, smtp.No)
	if got := clientLines(s.Transcript()); strings.Contains(got, "MAIL") {
		t.Errorf("sent %q", got)
	}
}

func TestSmtplibRow_hh_LMTPReplies(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{LMTP: true, Unix: true, Reply: func(line string) string {
		if line == ". <b@x.example>" {
			return "552 5.2.2 full"
		}
		return ""
	}})
	c := dial(t, smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP, LocalName: "client.example"})
	r, err := send(t, c, "a@x.example", "b@x.example", "a@x.example")
	if err != nil {
		t.Fatal(err)
	}
	codes := []int{}
	for _, one := range r.Recipients {
		codes = append(codes, one.Reply.Code)
		if one.Stage != smtp.StageFinal {
			t.Errorf("%+v", one)
		}
	}
	if len(codes) != 3 || codes[0] != 250 || codes[1] != 552 || codes[2] != 250 || len(r.Refused()) != 1 {
		t.Errorf("codes %v", codes)
	}
	if r, err := c.Noop(background(t)); err != nil || r.Code != 250 {
		t.Errorf("next command: %v %v", r, err)
	}
}
