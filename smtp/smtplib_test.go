package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// Each test bears the letter of a row in which smtplib's behaviour is kept or
// left.

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

func TestSmtplibRow_s_LowerCaseAuth(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 auth plain
		C: AUTH PLAIN AHUAcA==
		S: 235 ok`)
	if _, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"}); err != nil {
		t.Error(err)
	}
}

func TestSmtplibRow_v_ChallengeNotBase64(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN
		C: AUTH PLAIN *
		S: 334 !!!
		C: *
		S: 501 cancelled
		C: NOOP
		S: 250 ok`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "not base64") {
		t.Error(e)
	}
	if _, err := c.Noop(background(t)); err != nil {
		t.Error(err)
	}
}

func TestSmtplibRow_w_NonASCIIPassword(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"ü": "pässwörd"}})
	c := dial(t, options(s.Addr()))
	if r, err := c.Login(background(t), smtp.Credentials{User: "ü", Password: "pässwörd"}); err != nil || r.Code != 235 {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_x_AlreadyAuthenticated(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN
		C: AUTH PLAIN *
		S: 503 already`)
	if r, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"}); err != nil || r.Code != 503 {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_y_NextMechanism(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH LOGIN PLAIN
		C: AUTH PLAIN *
		S: 535 no
		C: AUTH LOGIN
		S: 334 VXNlcm5hbWU6
		C: dQ==
		S: 334 UGFzc3dvcmQ6
		C: cA==
		S: 535 5.7.8 still no`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	e := wantError[*smtp.AuthError](t, err, smtp.No)
	if len(e.Attempts) != 2 || e.Attempts[0].Mechanism != "PLAIN" || e.Mechanism != "LOGIN" || e.Reply.Text() != "5.7.8 still no" || e.Hint() == "" {
		t.Errorf("%+v", e)
	}
}

func TestAuthTemporaryFailureEndsTheAttempts(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN LOGIN
		C: AUTH PLAIN *
		S: 454 later`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !e.Temporary() || len(e.Attempts) != 1 {
		t.Errorf("%+v", e)
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
		wantBroken(t, c)
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

func TestLMTPVerbs(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{LMTP: true})
	o := options(s.Addr())
	o.Protocol = smtp.LMTP
	c := dial(t, o)
	ctx := background(t)
	for _, step := range []func() (smtp.Reply, error){
		func() (smtp.Reply, error) { return c.Mail(ctx, "a@x.example") },
		func() (smtp.Reply, error) { return c.Rcpt(ctx, "b@x.example") },
		func() (smtp.Reply, error) { return c.DoCmd(ctx, "rcpt", "to:<c@x.example>") },
	} {
		if r, err := step(); err != nil || r.Code != 250 {
			t.Fatal(r, err)
		}
	}
	replies, err := c.DataLMTP(ctx, smtp.Octets([]byte("x")))
	if err != nil || len(replies) != 2 || replies[1].Text() != "2.0.0 <c@x.example> delivered" {
		t.Errorf("%v %v", replies, err)
	}
}

func TestDataVerb(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: DATA
		S: 503 MAIL first
		C: MAIL FROM:<a@x.example> BODY=8BITMIME
		S: 250 ok
		C: RCPT TO:<b@x.example> NOTIFY=NEVER
		S: 250 ok
		C: DATA
		S: 354 go
		CONTENT
		S: 554 spam`)
	ctx := background(t)
	_, err := c.Data(ctx, smtp.Octets(nil))
	wantError[*smtp.DataError](t, err, smtp.No)
	if r, err := c.Mail(ctx, "<a@x.example>", "BODY=8BITMIME"); r.Code != 250 || err != nil {
		t.Fatal(r, err)
	}
	if r, err := c.Rcpt(ctx, "b@x.example", "NOTIFY=NEVER"); r.Code != 250 || err != nil {
		t.Fatal(r, err)
	}
	if r, err := c.Data(ctx, smtp.Octets([]byte("x"))); r.Code != 554 || err != nil {
		t.Errorf("%v %v", r, err)
	}
}

func TestPutCmdAndGetReply(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: HELP me
		C: X
		S: 214-a
		S: 214 b
		S: 500 c`)
	ctx := background(t)
	if err := errors.Join(c.PutCmd(ctx, "HELP", "me"), c.PutCmd(ctx, "X")); err != nil {
		t.Fatal(err)
	}
	r1, err1 := c.GetReply(ctx)
	r2, err2 := c.GetReply(ctx)
	if r1.Text() != "a\nb" || r2.Code != 500 || err1 != nil || err2 != nil {
		t.Error(r1, r2, err1, err2)
	}
}

func TestConcurrentUse(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 HELP\nSTALL")
	running := make(chan struct{})
	c.SetTrace(func(smtp.TraceEvent) { close(running) })
	done := make(chan error)
	go func() { _, err := c.Noop(context.Background()); done <- err }()
	<-running
	_, err := c.Rset(background(t))
	wantError[*smtp.ArgumentError](t, err, smtp.No)
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Error(err)
	}
	wantError[*smtp.DisconnectedError](t, <-done, smtp.No)
}

func TestNotConnected(t *testing.T) {
	c, err := smtp.New(smtp.Options{Host: "h.example"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Noop(background(t))
	if wantError[*smtp.DisconnectedError](t, err, smtp.No); !errors.Is(err, smtp.ErrNotConnected) {
		t.Error(err)
	}
}

func TestBigContentStreams(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{}})
	c := dial(t, options(s.Addr()))
	content := &repeated{piece: []byte(strings.Repeat("x", 76) + "\r\n.dot\r\n"), n: 200_000}
	r, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Messages()[0].Data; r.Bytes != content.Size() || !bytes.Equal(got, bytes.Repeat(content.piece, content.n)) {
		t.Errorf("%d octets arrived of %d", len(got), r.Bytes)
	}
}

// repeated is content made of one piece many times.
type repeated struct {
	piece []byte
	n     int
	safe  bool
	err   error // after half of it
}

func (r *repeated) Size() int64 { return int64(len(r.piece)) * int64(r.n) }

func (r *repeated) WriteTo(io.Writer) (int64, error) { return 0, errors.New("unused") }

func (r *repeated) EightBit() bool { return false }

func (r *repeated) Segments(f func([]byte, bool) error) error {
	for i := range r.n {
		if r.err != nil && i == r.n/2 {
			return r.err
		}
		if err := f(r.piece, r.safe); err != nil {
			return err
		}
	}
	return nil
}

func TestBigContentIsNotHeld(t *testing.T) {
	const allowed = 1 << 20
	for _, safe := range []bool{true, false} {
		content := &repeated{piece: []byte(strings.Repeat(strings.Repeat("x", 76)+"\r\n", 800)), n: 1000, safe: safe}
		c, _ := scripted(t, hello+fmt.Sprintf(`S: 250 HELP
			C: MAIL *
			S: 250 ok
			C: RCPT *
			S: 250 ok
			C: DATA
			S: 354 go
			READ %d
			C: .
			S: 250 ok`, content.Size()))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, content, nil)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; err != nil || used > allowed {
			t.Errorf("safe %v: %v, %d octets allocated for %d", safe, err, used, content.Size())
		}
	}
}
