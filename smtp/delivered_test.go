package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// Cutting the wire after every octet that the server reads: nothing is unknown
// before the dot, and everything after it is.
func TestPoint25_CutAtEveryOctet(t *testing.T) {
	const content = "x\r\n"
	transaction := []string{"MAIL FROM:<me@x.example>\r\n", "RCPT TO:<a@x.example>\r\n", "DATA\r\n"}
	replies := []string{"S: 250 ok\n", "S: 250 ok\n", "S: 354 go\n"}
	for i, line := range transaction {
		for n := range line {
			script := hello + "S: 250 HELP\n"
			for j := range i {
				script += fmt.Sprintf("READ %d\n%s", len(transaction[j]), replies[j])
			}
			cut(t, script+fmt.Sprintf("READ %d\nRESET", n+1), smtp.No)
		}
	}
	whole := hello + "S: 250 HELP\n"
	for j := range transaction {
		whole += fmt.Sprintf("READ %d\n%s", len(transaction[j]), replies[j])
	}
	for n := range content + ".\r\n" {
		// The dot is in the same write as the content: it was on its way.
		cut(t, whole+fmt.Sprintf("READ %d\nRESET", n+1), smtp.Unknown)
	}
}

func cut(t *testing.T, script string, want smtp.Delivered) {
	t.Helper()
	c, _ := scripted(t, script)
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), nil)
	var e smtp.Error
	if !errors.As(err, &e) || e.Delivered() != want {
		t.Errorf("%q: %v", script[strings.LastIndex(script, "READ"):], err)
	}
	wantBroken(t, c)
}

const accepted = piped + `C: MAIL *
	C: RCPT *
	C: DATA
	S: 250 ok
	S: 250 ok
	S: 354 go
	`

func TestPoint25_NoFinalReply(t *testing.T) {
	for _, end := range []string{"CLOSE", "RESET", "S! 25\nCLOSE", "S: what\nSTALL"} {
		c, _ := scripted(t, accepted+"CONTENT\n"+end)
		_, err := send(t, c, "a@x.example")
		wantError[smtp.Error](t, err, smtp.Unknown)
		wantBroken(t, c)
	}
}

func TestPoint25_FinalTimeout(t *testing.T) {
	s := smtptest.NewScript(t, accepted+"CONTENT\nSTALL")
	o := options(s.Addr())
	o.Timeouts.DataDone = 50 * time.Millisecond
	_, err := send(t, dial(t, o), "a@x.example")
	wantError[*smtp.TimeoutError](t, err, smtp.Unknown)
}

func TestPoint25_CutInBigContent(t *testing.T) {
	c, _ := scripted(t, accepted+"READ 100000\nRESET")
	content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, content, nil)
	wantError[*smtp.DisconnectedError](t, err, smtp.No)
}

func TestPoint15f_RefusalDuringContent(t *testing.T) {
	c, _ := scripted(t, accepted+"READ 100000\nS: 552 5.3.4 too big\nCLOSE")
	content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, content, nil)
	if e := wantError[*smtp.DataError](t, err, smtp.No); e.Reply.Code != 552 {
		t.Error(e)
	}
	wantBroken(t, c)
}

func TestContentFailureDropsTheConnection(t *testing.T) {
	c, _ := scripted(t, accepted+"STALL")
	broken := errors.New("disk on fire")
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, &repeated{piece: []byte("x\r\n"), n: 10, err: broken}, nil)
	if wantError[*smtp.ContentError](t, err, smtp.No); !errors.Is(err, broken) {
		t.Error(err)
	}
	wantBroken(t, c)
}

func TestBeforeFinal(t *testing.T) {
	veto := errors.New("not this one")
	c, s := scripted(t, accepted+"STALL")
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{
		BeforeFinal: func(context.Context) error { return veto },
	})
	if wantError[*smtp.CancelledError](t, err, smtp.No); !errors.Is(err, veto) {
		t.Error(err)
	}
	wantBroken(t, c)
	if strings.Contains(strings.Join(s.Transcript(), "\n"), "octets") {
		t.Error("a final dot was sent")
	}
	server := smtptest.NewServer(t, smtptest.Config{})
	calls := 0
	_, err = dial(t, options(server.Addr())).SendMail(background(t), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{
		BeforeFinal: func(context.Context) error { calls++; return nil },
	})
	if err != nil || calls != 1 || len(server.Messages()) != 1 {
		t.Errorf("%v, %d calls", err, calls)
	}
}

func TestPoint30_CancelledBeforeTheDot(t *testing.T) {
	c, s := scripted(t, accepted+"STALL")
	ctx, cancel := context.WithCancel(background(t))
	_, err := c.SendMail(smtp.WithFinal(ctx, context.Background()), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), &smtp.SendOptions{
		BeforeFinal: func(context.Context) error { cancel(); return nil },
	})
	wantError[*smtp.CancelledError](t, err, smtp.No)
	wantBroken(t, c)
	if strings.Contains(strings.Join(s.Transcript(), "\n"), "octets") {
		t.Error("a final dot was sent")
	}
}

func TestPoint30_CancelledDuringACommand(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 HELP\nSTALL")
	ctx, cancel := context.WithCancel(background(t))
	c.SetTrace(func(smtp.TraceEvent) { cancel() })
	_, err := c.Noop(ctx)
	if wantError[*smtp.CancelledError](t, err, smtp.No); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	wantBroken(t, c)
}

func TestPoint30_CancelledBetweenOperations(t *testing.T) {
	c, _ := scripted(t, hello+"S: 250 HELP\nC: NOOP\nS: 250 ok")
	ctx, cancel := context.WithCancel(background(t))
	cancel()
	_, err := c.Noop(ctx)
	wantError[*smtp.CancelledError](t, err, smtp.No)
	if _, err := c.Noop(background(t)); err != nil {
		t.Errorf("nothing was sent, but the connection is gone: %v", err)
	}
}

func TestFinalContextGovernsTheWait(t *testing.T) {
	t.Run("the reply comes", func(t *testing.T) {
		ctx, cancel := context.WithCancel(background(t))
		s := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
			if line == "." {
				cancel()
			}
			return ""
		}})
		c := dial(t, options(s.Addr()))
		r, err := c.SendMail(smtp.WithFinal(ctx, background(t)), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), nil)
		if err != nil || r.QueueID == "" {
			t.Errorf("%+v %v", r, err)
		}
	})
	t.Run("final ends", func(t *testing.T) {
		c, _ := scripted(t, accepted+"CONTENT\nSTALL")
		final, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		_, err := c.SendMail(smtp.WithFinal(background(t), final), "me@x.example", []string{"a@x.example"}, smtp.Octets([]byte("x")), nil)
		wantError[*smtp.CancelledError](t, err, smtp.Unknown)
	})
}

func TestLMTPConnectionLostAmongFinalReplies(t *testing.T) {
	s := smtptest.NewScriptUnix(t, `S: 220 hi
		C: LHLO *
		S: 250 fake
		C: MAIL *
		S: 250 ok
		C: RCPT *
		S: 250 ok
		C: RCPT *
		S: 250 ok
		C: DATA
		S: 354 go
		CONTENT
		S: 250 first
		CLOSE`)
	c := dial(t, smtp.Options{Socket: s.Addr(), Protocol: smtp.LMTP})
	r, err := send(t, c, "a@x.example", "b@x.example")
	wantError[*smtp.DisconnectedError](t, err, smtp.Unknown)
	if r == nil || len(r.Accepted()) != 1 || r.Recipients[1].Reply.Code != 0 {
		t.Errorf("%+v", r)
	}
}

func TestPoint24_QuitHasItsOwnDeadline(t *testing.T) {
	s := smtptest.NewScript(t, hello+"S: 250 HELP\nC: QUIT\nSTALL")
	o := options(s.Addr())
	o.Timeout, o.Timeouts.Quit = time.Hour, 50*time.Millisecond
	c := dial(t, o)
	_, err := c.Quit(background(t))
	wantError[*smtp.TimeoutError](t, err, smtp.No)
	wantBroken(t, c)
}
