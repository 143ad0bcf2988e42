package smtp_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// stall is a server that falls silent in one stage.
type stall struct {
	stage     smtp.Stage
	script    string // "": nobody even accepts the connection
	set       func(*smtp.Timeouts, time.Duration)
	change    func(*smtp.Options)
	do        func(context.Context, *smtp.Client) error // after Dial; nil: Dial itself stalls
	delivered smtp.Delivered
}

func sendTo(to ...string) func(context.Context, *smtp.Client) error {
	return func(ctx context.Context, c *smtp.Client) error {
		_, err := c.SendMail(ctx, "me@x.example", to, smtp.Octets([]byte(body)), nil)
		return err
	}
}

// sendBig fills every buffer between us and the server.
func sendBig(ctx context.Context, c *smtp.Client) error {
	big := &repeated{piece: []byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"), n: 1 << 17}
	_, err := c.SendMail(ctx, "me@x.example", []string{"a@x.example"}, big, nil)
	return err
}

func stalls(ca *smtptest.CA) []stall {
	const plain = hello + "S: 250 HELP\n"
	const mail = plain + "C: MAIL *\nS: 250 ok\n"
	const rcpt = mail + "C: RCPT *\nS: 250 ok\n"
	const data = rcpt + "C: DATA\nS: 354 go\n"
	required := func(o *smtp.Options) { o.TLS, o.TLSOptions = smtp.TLSRequired, smtp.TLSOptions{Roots: ca.Pool} }
	one := sendTo("a@x.example")
	return []stall{
		{stage: smtp.StageConnect, set: func(t *smtp.Timeouts, d time.Duration) { t.Dial = d }},
		{stage: smtp.StageGreeting, script: "STALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Greeting = d }},
		{stage: smtp.StageGreeting, script: "S! 220-hi\\r\\n220\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Greeting = d }},
		{stage: smtp.StageHello, script: "S: 220 hi\nC: EHLO *\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Hello = d }},
		{stage: smtp.StageHello, script: "S: 220 hi\nC: EHLO *\nS: 502 no\nC: HELO *\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Hello = d }},
		{stage: smtp.StageTLS, script: hello + "S: 250 STARTTLS\nC: STARTTLS\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.TLS = d }, change: required},
		{stage: smtp.StageTLS, script: hello + "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.TLS = d }, change: required},
		{stage: smtp.StageTLS, script: "STALL", set: func(t *smtp.Timeouts, d time.Duration) { t.TLS = d }, change: func(o *smtp.Options) { o.TLS = smtp.TLSImplicit }},
		{stage: smtp.StageAuth, script: hello + "S: 250 AUTH PLAIN\nC: AUTH *\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Auth = d },
			change: func(o *smtp.Options) { o.Credentials = smtp.Credentials{User: "u", Password: "p"} }},
		{stage: smtp.StageHello, script: hello + "S: 250 XCLIENT NAME\nC: XCLIENT *\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Hello = d },
			change: func(o *smtp.Options) { o.XClient = &smtp.XClient{Name: "n"} }},
		{stage: smtp.StageMail, script: plain + "C: MAIL *\nSTALL", do: one, set: func(t *smtp.Timeouts, d time.Duration) { t.Mail = d }},
		{stage: smtp.StageMail, script: hello + "S: 250 PIPELINING\nC: MAIL *\nSTALL", do: one, set: func(t *smtp.Timeouts, d time.Duration) { t.Mail = d }},
		{stage: smtp.StageRcpt, script: mail + "C: RCPT *\nSTALL", do: one, set: func(t *smtp.Timeouts, d time.Duration) { t.Rcpt = d }},
		{stage: smtp.StageRcpt, script: rcpt + "C: RCPT *\nSTALL", do: sendTo("a@x.example", "b@x.example"), set: func(t *smtp.Timeouts, d time.Duration) { t.Rcpt = d }},
		{stage: smtp.StageData, script: rcpt + "C: DATA\nSTALL", do: one, set: func(t *smtp.Timeouts, d time.Duration) { t.DataInit = d }},
		{stage: smtp.StageBody, script: data + "READ 100\nSILENT", do: sendBig, set: func(t *smtp.Timeouts, d time.Duration) { t.DataBlock = d }},
		{stage: smtp.StageFinal, script: data + "CONTENT\nSTALL", do: one, set: func(t *smtp.Timeouts, d time.Duration) { t.DataDone = d }, delivered: smtp.Unknown},
		{stage: smtp.StageReset, script: plain + "C: RSET\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Reset = d },
			do: func(ctx context.Context, c *smtp.Client) error { _, err := c.Rset(ctx); return err }},
		{stage: smtp.StageQuit, script: plain + "C: QUIT\nSTALL", set: func(t *smtp.Timeouts, d time.Duration) { t.Quit = d },
			do: func(ctx context.Context, c *smtp.Client) error { _, err := c.Quit(ctx); return err }},
	}
}

const shortly = 60 * time.Millisecond

// run dials and does what stalls; the error is the first one of either.
func (s stall) run(ctx context.Context, t *testing.T, o smtp.Options) error {
	t.Helper()
	if s.change != nil {
		s.change(&o)
	}
	if s.script == "" {
		o.Host, o.Dialer = "mail.invalid", deaf{}
	} else {
		o.Host = smtptest.NewScript(t, s.script).Addr()
	}
	c, err := smtp.Dial(ctx, o)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = c.Close() })
	err = s.do(ctx, c)
	wantBroken(t, c)
	return err
}

// deaf is a dialer for a host that never answers.
type deaf struct{}

func (deaf) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestPoint30_DeadlineOfEveryStage(t *testing.T) {
	for _, s := range stalls(smtptest.NewCA(t)) {
		t.Run(s.stage.String(), func(t *testing.T) {
			o := options("")
			o.Timeout = patient // of all the others
			s.set(&o.Timeouts, shortly)
			err := s.run(background(t), t, o)
			if e := wantError[*smtp.TimeoutError](t, err, s.delivered); e.Stage() != s.stage || e.Kind() != "timeout" || !e.Temporary() {
				t.Errorf("%v in stage %v", err, e.Stage())
			}
		})
	}
}

func TestPoint30_CancelInEveryStage(t *testing.T) {
	cause := errors.New("enough")
	for _, s := range stalls(smtptest.NewCA(t)) {
		t.Run(s.stage.String(), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(background(t))
			time.AfterFunc(shortly, func() { cancel(cause) })
			o := options("")
			o.Timeout = patient
			err := s.run(ctx, t, o)
			if e := wantError[*smtp.CancelledError](t, err, s.delivered); e.Stage() != s.stage || !errors.Is(err, cause) {
				t.Errorf("%v in stage %v", err, e.Stage())
			}
		})
	}
}

// A trickle of octets, each in time, does not move the deadline of a reply.
func TestPoint30_TrickleDoesNotExtendTheDeadline(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for err == nil {
			_, err = conn.Write([]byte("2"))
			time.Sleep(shortly / 6)
		}
	}()
	o := options(ln.Addr().String())
	o.Timeouts.Greeting = shortly
	start := time.Now()
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.TimeoutError](t, err, smtp.No)
	if took := time.Since(start); took > 10*shortly {
		t.Errorf("took %v", took)
	}
}
