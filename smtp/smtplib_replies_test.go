package smtp_test

import (
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestSmtplibRow_a_CodesDiffer(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: NOOP
		S! 250-a\r\n550-b\r\n250 c\r\n
		STALL`)
	_, err := c.Noop(background(t))
	e := wantError[*smtp.ProtocolError](t, err, smtp.No)
	if e.Line != "550-b" {
		t.Errorf("line %q", e.Line)
	}
	wantBroken(t, c)
}

func TestSmtplibRow_b_f_BareCodesAndBareLF(t *testing.T) {
	c, _ := scripted(t, `S! 220\n
		C: EHLO *
		S! 250\r\n
		C: NOOP
		S! 250-a\n250 b\n`)
	r, err := c.Noop(background(t))
	if err != nil || r.Text() != "a\nb" {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_c_NotAReply(t *testing.T) {
	for _, greeting := range []string{"220_x", "2200 x", "HTTP/1.1 400 Bad Request"} {
		s := smtptest.NewScript(t, "S: "+greeting+"\nSTALL")
		_, err := smtp.Dial(background(t), options(s.Addr()))
		wantError[*smtp.ProtocolError](t, err, smtp.No)
	}
}

func TestSmtplibRow_d_BlankLineBeforeTheGreeting(t *testing.T) {
	scripted(t, "S! \\r\\n\n"+hello+"S: 250 HELP")
	s := smtptest.NewScript(t, `S! \r\n\r\n220 hi\r\n
		STALL`)
	_, err := smtp.Dial(background(t), options(s.Addr()))
	wantError[*smtp.ProtocolError](t, err, smtp.No)
}

func TestSmtplibRow_e_EndlessLine(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 HELP\nC: NOOP\nS! 250 "+strings.Repeat("x", 9000)+"\nSTALL")
	_, err := c.Noop(background(t))
	wantError[*smtp.ProtocolError](t, err, smtp.No)
}

func TestSmtplibRow_g_HeloFallback(t *testing.T) {
	for _, code := range []string{"500", "501", "502", "503", "504"} {
		c, _ := scripted(t, "S: 220 hi\nC: EHLO *\nS: "+code+" what\nC: HELO client.example\nS: 250 ok")
		if r, ok := c.HeloReply(); !ok || r.Code != 250 || c.DoesESMTP() {
			t.Errorf("%s: helo %v, esmtp %v", code, r, c.DoesESMTP())
		}
	}
	for _, code := range []string{"421", "450", "550", "554"} {
		s := smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: "+code+" no\nSTALL")
		_, err := smtp.Dial(background(t), options(s.Addr()))
		if e := wantError[*smtp.HeloError](t, err, smtp.No); e.Reply.String() != code+" no" {
			t.Errorf("%s: %v", code, e)
		}
	}
}

func TestSmtplibRow_cc_Timeout(t *testing.T) {
	s := smtptest.NewScript(t, hello+"S: 250 HELP\nC: NOOP\nSTALL")
	o := options(s.Addr())
	o.Timeout = 50 * time.Millisecond
	c := dial(t, o)
	_, err := c.Noop(background(t))
	if e := wantError[*smtp.TimeoutError](t, err, smtp.No); !e.Timeout() || !e.Temporary() {
		t.Error(e)
	}
	wantBroken(t, c)
}

func TestSmtplibRow_dd_QuitIsClosedWhateverIsAnswered(t *testing.T) {
	for _, code := range []string{"221", "250", "421", "500"} {
		c, _ := scripted(t, hello+"S: 250 HELP\nC: QUIT\nS: "+code+" bye\nSTALL")
		r, err := c.Quit(background(t))
		if err != nil || r.String() != code+" bye" {
			t.Errorf("%v %v", r, err)
		}
		wantClosed(t, c)
	}
}

// What textproto refuses, swallows or waits for ever on.
func TestPoint13_RepliesThatTextprotoCannotRead(t *testing.T) {
	good := map[string]string{`250\r\n`: "", `250-\r\n250\r\n`: "\n", `250 \xff\r\n`: "ÿ"}
	for raw, text := range good {
		c, _ := scripted(t, "S! \\r\\n\n"+hello+"S: 250 HELP\nC: NOOP\nS! "+raw)
		if r, err := c.Noop(background(t)); err != nil || r.Code != 250 || r.Text() != text {
			t.Errorf("%s: %v %q, %v", raw, r, r.Text(), err)
		}
	}
	bad := []string{`250-a\r\n550-b\r\n250 c\r\n`, `250-a\r\n550 b\r\n`, "250 " + strings.Repeat("x", 20000) + `\r\n`}
	for _, raw := range bad {
		c, _ := scripted(t, hello+"S: 250 HELP\nC: NOOP\nS! "+raw+"\nSTALL")
		_, err := c.Noop(background(t))
		wantError[*smtp.ProtocolError](t, err, smtp.No)
		wantBroken(t, c)
	}
}
