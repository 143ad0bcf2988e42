package smtp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

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

func TestEmptyArgumentsLeaveNoSpace(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 HELP
		C: HELP
		S: 214 topics
		C: HELP MAIL
		S: 214 MAIL FROM:<address>
		C: NOOP
		S: 250 ok
		C: VRFY a@x.example
		S: 252 maybe
		C: EXPN staff
		S: 250-<a@x.example>
		S: 250 <b@x.example>`)
	ctx := background(t)
	for i, step := range []func() (smtp.Reply, error){
		func() (smtp.Reply, error) { return c.Help(ctx) },
		func() (smtp.Reply, error) { return c.Help(ctx, "MAIL") },
		func() (smtp.Reply, error) { return c.DoCmd(ctx, "NOOP", "") },
		func() (smtp.Reply, error) { return c.Verify(ctx, "Ann <a@x.example>") },
		func() (smtp.Reply, error) { return c.Expn(ctx, "staff") },
	} {
		if r, err := step(); err != nil || !r.Positive() {
			t.Errorf("step %d: %v, %v", i, r, err)
		}
	}
}

func TestQuitForgetsTheSession(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 DSN\nC: QUIT\nS: 221 bye")
	if _, err := c.Quit(background(t)); err != nil {
		t.Fatal(err)
	}
	if _, said := c.EhloReply(); said || c.HasExtn("DSN") || c.DoesESMTP() {
		t.Error("what the server said is still there")
	}
	wantClosed(t, c)
}

// contentByHand sends lines after a 354 by PutCmd.
func contentByHand(t *testing.T, c *smtp.Client, lines ...string) {
	t.Helper()
	if r, err := c.DoCmd(background(t), "DATA"); r.Code != 354 || err != nil {
		t.Fatal(r, err)
	}
	for _, line := range lines {
		if err := c.PutCmd(background(t), line); err != nil {
			t.Fatal(err)
		}
	}
}

func TestContentByHand(t *testing.T) {
	c, s := scripted(t, hello+`S: 250 HELP
		C: DATA
		S: 354 go
		CONTENT
		C: NOOP
		S: 250 taken
		S: 250 idle`)
	var shown []string
	c.SetTrace(func(e smtp.TraceEvent) { shown = append(shown, string(e.Direction)+" "+e.Line) })
	contentByHand(t, c, "Subject: secret plans", "", "AUTH is not meant here", ".")
	if err := c.PutCmd(background(t), "NOOP"); err != nil {
		t.Fatal(err)
	}
	final, err1 := c.GetReply(background(t))
	idle, err2 := c.GetReply(background(t))
	if final.Text() != "taken" || idle.Text() != "idle" || err1 != nil || err2 != nil {
		t.Errorf("%v %v, %v %v", final, idle, err1, err2)
	}
	if got := string(s.Content()[0]); got != "Subject: secret plans\r\n\r\nAUTH is not meant here\r\n" {
		t.Errorf("content %q", got)
	}
	if got := strings.Join(shown, "; "); got != "C DATA; S 354 go; C <52 octets>; C NOOP; S 250 taken; S 250 idle" {
		t.Errorf("transcript %s", got)
	}
}

func TestContentByHandIsInDoubtAfterItsDot(t *testing.T) {
	for lines, want := range map[string]smtp.Delivered{"x": smtp.No, "x\n.": smtp.Unknown} {
		c, _ := scripted(t, hello+"S: 250 HELP\nC: DATA\nS: 354 go\nC: x\nCLOSE")
		contentByHand(t, c, strings.Split(lines, "\n")...)
		_, err := c.GetReply(background(t))
		wantError[*smtp.DisconnectedError](t, err, want)
	}
}

func TestQuoteAddress(t *testing.T) {
	for in, want := range map[string]string{
		"a@x.example": "<a@x.example>", "Ann <a@x.example>": "<a@x.example>", `"x@y" <z@w>`: "<z@w>", "<a@x.example>": "<a@x.example>",
		"": "<>", "Sally": "<Sally>", "a@ü.example": "<a@xn--tda.example>", `"a b"@x.example`: `<"a b"@x.example>`,
	} {
		if got, err := smtp.QuoteAddress(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"a@x, b@x", "a@x\r\nb", "a b", "a@"} {
		_, err := smtp.QuoteAddress(in)
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
}

func TestQuoteData(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a", "a\nb\rc\r\nd": "a\r\nb\r\nc\r\nd", ".\n..\r\n.x": "..\r\n...\r\n..x", "a.\n\n.": "a.\r\n\r\n..", "\r.c": "\r\n..c",
	} {
		if got := string(smtp.QuoteData([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestRawContentInTheTranscript(t *testing.T) {
	for data, want := range map[bool]string{
		false: "C DATA; S 354 go; C <7 octets>; C <5 octets>; S 250 ok",
		true:  "C DATA; S 354 go; C a; C b; C c; C ; C .; S 250 ok",
	} {
		s := smtptest.NewScript(t, hello+"S: 250 HELP\nC: DATA\nS: 354 go\nCONTENT\nS: 250 ok")
		o := options(s.Addr())
		o.TraceData = data
		c := dial(t, o)
		var shown []string
		c.SetTrace(func(e smtp.TraceEvent) { shown = append(shown, string(e.Direction)+" "+e.Line) })
		ctx := background(t)
		_, err := c.DoCmd(ctx, "DATA")
		err = errors.Join(err, c.Send(ctx, []byte("a\r\nb\r\nc")), c.Send(ctx, []byte("\r\n.\r\n")))
		r, rerr := c.GetReply(ctx)
		if err != nil || rerr != nil || r.Code != 250 {
			t.Fatal(err, r, rerr)
		}
		if got := strings.Join(shown, "; "); got != want {
			t.Errorf("data %v: %s", data, got)
		}
	}
}
