package smtp_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// hurried is the timeout of the stage that a test is about. It is long enough
// for a busy machine to answer within it.
const hurried = 100 * time.Millisecond

// fault is what a server does instead of answering, and the error's kind.
type fault struct{ name, steps, kind string }

const (
	lost      = "disconnected"
	timedOut  = "timeout"
	malformed = "protocol"
)

func faults() []fault {
	return []fault{
		{"hangs up", "CLOSE", lost},
		{"resets", "RESET", lost},
		{"hangs up within a line", "S! 25\nCLOSE", lost},
		{"hangs up before the line end", "S! 250 ok\nCLOSE", lost},
		{"hangs up within a reply", `S! 250-one\r\n` + "\nCLOSE", lost},
		{"stalls", "STALL", timedOut},
		{"does not read", "SILENT", timedOut},
		{"stalls within a line", "S! 25\nSTALL", timedOut},
		{"stalls within a reply", `S! 250-one\r\n250` + "\nSTALL", timedOut},
		{"sends octet by octet", "TRICKLE " + strings.Repeat("250-x", 200), timedOut},
		{"sends line by line", "TRICKLE " + strings.Repeat(`250-x\r\n`, 200), timedOut},
		{"sends binary", `S! \x00\xff\xfe\x80\r\n` + "\nSTALL", malformed},
		{"sends another protocol", `S! HTTP/1.1 400 Bad Request\r\n\r\n` + "\nSTALL", malformed},
		{"sends blank lines", `S! \r\n\r\n` + "\nSTALL", malformed},
		{"sends 1xx", "S: 150 wait\nSTALL", malformed},
		{"sends 6xx", "S: 650 what\nSTALL", malformed},
		{"sends two codes", `S! 250-one\r\n550 two\r\n` + "\nSTALL", malformed},
		{"sends lines without end", `FLOOD 250-x\r\n`, malformed},
		{"sends a line without end", "FLOOD 250-x", malformed},
		{"sends NUL without end", `FLOOD \x00`, malformed},
	}
}

// place is where in a conversation the fault happens: a script up to there, what
// the client does, and what its error has to say besides the fault's kind.
type place struct {
	name, script string
	stage        smtp.Stage
	do           string // the verb for outcomeOf
	delivered    smtp.Delivered
	set          func(*smtp.Options)
}

const (
	plainHello = hello + "S: 250 HELP\n"
	group      = piped + "C: MAIL *\nC: RCPT *\nC: RCPT *\nC: DATA\n"
	toMail     = plainHello + "C: MAIL *\n"
	toRcpt     = toMail + "S: 250 ok\nC: RCPT *\n"
	toData     = toRcpt + "S: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\n"
	toFinal    = toData + "S: 354 go\nCONTENT\n"
	toChunk    = hello + "S: 250 CHUNKING\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: BDAT 21 LAST\nREAD 21\n"
	chunkGroup = hello + "S: 250-PIPELINING\nS: 250 CHUNKING\nC: MAIL *\nC: RCPT *\nC: RCPT *\nC: BDAT 21 LAST\nREAD 21\n"
	toTLS      = hello + "S: 250 STARTTLS\nC: STARTTLS\n"
)

func places(ca *smtptest.CA) []place {
	encrypt := func(o *smtp.Options) {
		o.TLS, o.TLSOptions = smtp.TLSRequired, smtp.TLSOptions{Roots: ca.Pool, ServerName: "localhost"}
	}
	login := func(mechanism string) func(*smtp.Options) {
		return func(o *smtp.Options) {
			o.Credentials = smtp.Credentials{User: "u", Password: "p", Mechanisms: []string{mechanism}}
		}
	}
	chunk := func(o *smtp.Options) { o.Chunking = smtp.On }
	return []place{
		{"greeting", "", smtp.StageGreeting, "", smtp.No, nil},
		{"ehlo", "S: 220 hi\nC: EHLO *\n", smtp.StageHello, "", smtp.No, nil},
		{"helo", "S: 220 hi\nC: EHLO *\nS: 502 what\nC: HELO *\n", smtp.StageHello, "", smtp.No, nil},
		{"starttls", toTLS, smtp.StageTLS, "", smtp.No, encrypt},
		{"ehlo under TLS", toTLS + "S: 220 go\nTLS\nC: EHLO *\n", smtp.StageHello, "", smtp.No, encrypt},
		{"auth", hello + "S: 250 AUTH PLAIN\nC: AUTH *\n", smtp.StageAuth, "", smtp.No, login("PLAIN")},
		{"auth challenge", hello + "S: 250 AUTH LOGIN\nC: AUTH *\nS: 334 VXNlcm5hbWU6\nC: *\n", smtp.StageAuth, "", smtp.No, login("LOGIN")},
		{"mail", toMail, smtp.StageMail, "", smtp.No, nil},
		{"rcpt", toRcpt, smtp.StageRcpt, "", smtp.No, nil},
		{"second rcpt", toRcpt + "S: 250 ok\nC: RCPT *\n", smtp.StageRcpt, "", smtp.No, nil},
		{"data", toData, smtp.StageData, "", smtp.No, nil},
		{"final", toFinal, smtp.StageFinal, "", smtp.Unknown, nil},
		{"mail in a group", group, smtp.StageMail, "", smtp.No, nil},
		{"rcpt in a group", group + "S: 250 ok\n", smtp.StageRcpt, "", smtp.No, nil},
		{"second rcpt in a group", group + "S: 250 ok\nS: 250 ok\n", smtp.StageRcpt, "", smtp.No, nil},
		{"data in a group", group + "S: 250 ok\nS: 250 ok\nS: 250 ok\n", smtp.StageData, "", smtp.No, nil},
		{"chunk", toChunk, smtp.StageFinal, "", smtp.Unknown, chunk},
		{"mail in a group with the chunk", chunkGroup, smtp.StageMail, "", smtp.Unknown, chunk},
		{"rcpt in a group with the chunk", chunkGroup + "S: 250 ok\n", smtp.StageRcpt, "", smtp.Unknown, chunk},
		{"chunk in a group", chunkGroup + "S: 250 ok\nS: 250 ok\nS: 250 ok\n", smtp.StageFinal, "", smtp.Unknown, chunk},
		{"rset", plainHello + "C: RSET\n", smtp.StageReset, "RSET", smtp.No, nil},
		{"noop", plainHello + "C: NOOP\n", smtp.StageCommand, "NOOP", smtp.No, nil},
		{"quit", plainHello + "C: QUIT\n", smtp.StageQuit, "QUIT", smtp.No, nil},
	}
}

// hurry makes the timeout of one stage short.
func hurry(o *smtp.Options, stage smtp.Stage) {
	t := &o.Timeouts
	field, ok := map[smtp.Stage]*time.Duration{
		smtp.StageGreeting: &t.Greeting, smtp.StageHello: &t.Hello, smtp.StageTLS: &t.TLS, smtp.StageAuth: &t.Auth, smtp.StageMail: &t.Mail,
		smtp.StageRcpt: &t.Rcpt, smtp.StageData: &t.DataInit, smtp.StageFinal: &t.DataDone, smtp.StageReset: &t.Reset, smtp.StageQuit: &t.Quit,
	}[stage]
	if !ok {
		field = &o.Timeout
	}
	*field = hurried
}

func (p place) want(f fault) string {
	kind, again := f.kind, "temporary"
	if kind == malformed {
		again = "permanent"
	}
	if kind == lost && p.stage == smtp.StageGreeting {
		kind = "connect"
	}
	return fmt.Sprintf("%s %s %s %s closed", kind, p.stage, again, p.delivered)
}

// Every fault at every place: the error tells what it was and where, it comes in
// time, and nothing more is sent on the connection.
func TestPoint30_FaultsEverywhere(t *testing.T) {
	ca := smtptest.NewCA(t)
	config := ca.Server(t, "localhost")
	for _, p := range places(ca) {
		for _, f := range faults() {
			t.Run(p.name+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				s := smtptest.NewScriptTLS(t, p.script+f.steps, config)
				o := options(s.Addr())
				if p.set != nil {
					p.set(&o)
				}
				if f.kind == timedOut {
					hurry(&o, p.stage)
				}
				began := time.Now()
				got := outcomeOf(t, o, p.do)
				got = strings.Replace(got, "connect connect", "connect greeting", 1) // a reset can be that fast
				if want := p.want(f); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}

func TestPoint1_FaultsInTheHandshake(t *testing.T) {
	ca := smtptest.NewCA(t)
	for _, f := range []fault{
		{"hangs up", "CLOSE", "tls starttls temporary no closed"},
		{"resets", "RESET", "tls starttls temporary no closed"},
		{"stalls", "STALL", "timeout starttls temporary no closed"},
		{"stalls within a record", "READ 1\n" + `S! \x16\x03\x03\x40` + "\nSTALL", "timeout starttls temporary no closed"},
		{"goes on in clear text", "READ 1\nS: 250 injected\nSTALL", "tls starttls permanent no closed"},
		{"floods", "READ 1\nFLOOD x", "tls starttls permanent no closed"},
		{"sends an alert", "READ 1\n" + `S! \x15\x03\x03\x00\x02\x02\x28` + "\nSTALL", "tls starttls permanent no closed"},
	} {
		for _, implicit := range []bool{false, true} {
			script := toTLS + "S: 220 go\n" + f.steps
			if implicit {
				script = f.steps
			}
			s := smtptest.NewScript(t, script)
			o := tlsOptions(s.Addr(), ca, smtp.TLSRequired)
			if implicit {
				o.TLS = smtp.TLSImplicit
			}
			if strings.HasPrefix(f.kind, timedOut) {
				hurry(&o, smtp.StageTLS)
			}
			if got := outcomeOf(t, o, ""); got != f.kind && !(implicit && f.name == "resets") {
				t.Errorf("%s, implicit %v: %s, want %s", f.name, implicit, got, f.kind)
			}
		}
	}
}

// Replies that nobody would expect at their place: what comes of the message,
// and that the connection is either in step or closed.
func TestPoint14_RepliesOutOfPlace(t *testing.T) {
	const (
		verify = "C: VRFY *\nS: 252 in step\n"
		reset  = "C: RSET\nS: 250 ok\n"
	)
	for _, row := range []struct{ name, script, want string }{
		{"354 to MAIL", toMail + "S: 354 go\nSTALL", "protocol mail permanent no closed"},
		{"354 to RCPT", toRcpt + "S: 354 go\nSTALL", "protocol rcpt permanent no closed"},
		{"250 to DATA", toData + "S: 250 ok\n" + reset + verify, "data data temporary no open"},
		{"250 to DATA in a group", group + "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 250 ok\n" + reset + verify, "data data temporary no open"},
		{"334 to DATA", toData + "S: 334 what\n" + reset + verify, "data data temporary no open"},
		{"421 with the greeting", `S! 220 hi\r\n421 bye\r\n` + "\nSTALL", "helo hello temporary no closed"},
		{"421 that nobody asked for", "S: 220 hi\nC: EHLO *\n" + `S! 250 HELP\r\n421 bye\r\n` + "\nSTALL", "sender_refused mail temporary no closed"},
		{"421 to MAIL", toMail + "S: 421 bye\nSTALL", "sender_refused mail temporary no closed"},
		{"421 to MAIL in a group", group + "S: 421 bye\nSTALL", "sender_refused mail temporary no closed"},
		{"421 to RCPT", toRcpt + "S: 421 bye\nSTALL", "response rcpt temporary no closed"},
		{"421 to RCPT in a group", group + "S: 250 ok\nS: 421 bye\nSTALL", "response rcpt temporary no closed"},
		{"421 to the second RCPT", toRcpt + "S: 250 ok\nC: RCPT *\nS: 421 bye\nSTALL", "response rcpt temporary no closed"},
		{"421 to the second RCPT in a group", group + "S: 250 ok\nS: 250 ok\nS: 421 bye\nSTALL", "response rcpt temporary no closed"},
		{"421 to DATA", toData + "S: 421 bye\nSTALL", "data data temporary no closed"},
		{"421 to DATA in a group", group + "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 421 bye\nSTALL", "data data temporary no closed"},
		{"421 to the content", toFinal + "S: 421 bye\nSTALL", "data final temporary no closed"},
		{"421 to RSET", toMail + "S: 550 no\nC: RSET\nS: 421 bye\nSTALL", "sender_refused mail permanent no closed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := smtptest.NewScript(t, row.script)
			if got := outcomeOf(t, options(s.Addr()), ""); !strings.HasSuffix(got, row.want) {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}

// Slow is no fault as long as the whole reply comes in time; odd octets in a
// reply's text are none either.
func TestPoint12_OddRepliesAreTaken(t *testing.T) {
	c, _ := scripted(t, `TRICKLE 220 slow\r\n
		C: EHLO *
		TRICKLE 250-slow\r\n250 HELP\r\n
		C: NOOP
		S! 250-\x00NUL\r\n250-\xff\xfe\r\n250 \x1b[31mred\n
		C: NOOP
		S! 250\r\n`)
	r, err := c.Noop(background(t))
	if err != nil || r.Text() != "\x00NUL\nÿþ\n\x1b[31mred" || r.Message() != `\x00NUL; ÿþ; \x1b[31mred` {
		t.Errorf("%q %q %v", r.Text(), r.Message(), err)
	}
	if r, err := c.Noop(background(t)); err != nil || r.Code != 250 {
		t.Errorf("%v %v", r, err)
	}
}

// A server that floods the client while it sends content makes it neither read
// on for ever nor wait for ever.
func TestFloodDuringContent(t *testing.T) {
	s := smtptest.NewScript(t, toData+"S: 354 go\n"+`FLOOD 250 x\r\n`)
	o := options(s.Addr())
	o.Timeouts.DataBlock = hurried
	c := dial(t, o)
	content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example", "b@x.example"}, content, &smtp.SendOptions{AllowLongLines: true})
	if e := wantError[*smtp.TimeoutError](t, err, smtp.No); e.Stage() != smtp.StageBody {
		t.Error(e)
	}
	wantBroken(t, c)
}

func TestPoint30_ServerNeverReads(t *testing.T) {
	t.Run("content", func(t *testing.T) {
		s := smtptest.NewScript(t, toData+"S: 354 go\nSILENT")
		o := options(s.Addr())
		o.Timeouts.DataBlock = hurried
		c := dial(t, o)
		content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
		_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example", "b@x.example"}, content, &smtp.SendOptions{AllowLongLines: true})
		wantError[*smtp.TimeoutError](t, err, smtp.No)
		wantBroken(t, c)
	})
	t.Run("a group of commands", func(t *testing.T) {
		s := smtptest.NewScript(t, piped+"SILENT")
		o := options(s.Addr())
		o.Timeouts.Mail, o.Dialer = hurried, smallBuffers{}
		c := dial(t, o)
		to := make([]string, 20_000)
		for i := range to {
			to[i] = fmt.Sprintf("user%d-%s@x.example", i, strings.Repeat("y", 200))
		}
		_, err := send(t, c, to...)
		wantError[*smtp.TimeoutError](t, err, smtp.No)
		wantBroken(t, c)
	})
	t.Run("a raw command", func(t *testing.T) {
		s := smtptest.NewScript(t, plainHello+"SILENT")
		o := options(s.Addr())
		o.Timeouts.DataBlock, o.Dialer = hurried, smallBuffers{}
		c := dial(t, o)
		err := c.Send(background(t), make([]byte, 64<<20))
		wantError[*smtp.TimeoutError](t, err, smtp.No)
		wantBroken(t, c)
	})
}

func TestPoint12_EndlessRepliesAreNotKept(t *testing.T) {
	for _, f := range faults() {
		if !strings.HasPrefix(f.steps, "FLOOD") {
			continue
		}
		c, _ := scripted(t, plainHello+"C: NOOP\n"+f.steps)
		var err error
		allocated := allocation(func() { _, err = c.Noop(background(t)) })
		wantError[*smtp.ProtocolError](t, err, smtp.No)
		if allocated > 1<<20 {
			t.Errorf("%s: %d octets were allocated", f.name, allocated)
		}
	}
}

// 100 MB of replies, each as large as it may be, leave nothing behind.
func TestPoint12_ManyLargeRepliesAreNotKept(t *testing.T) {
	line := strings.Repeat("x", 8000) + `\r\n`
	c, _ := scripted(t, plainHello+"FLOOD "+strings.Repeat("250-"+line, 6)+"250 "+line)
	ctx, before := background(t), liveHeap()
	for range 100 << 20 / (7 * 8000) {
		if r, err := c.Noop(ctx); err != nil || len(r.Lines) != 7 {
			t.Fatalf("%d lines, %v", len(r.Lines), err)
		}
	}
	if after := liveHeap(); after > before+1<<20 {
		t.Errorf("%d octets are kept", after-before)
	}
}

// allocation returns how many octets f allocates, those of others included.
func allocation(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// In a stream the content of one message and the envelope of the next are on the
// wire together: the first is in doubt, the second was never sent whole.
func TestStreamFaults(t *testing.T) {
	const second = "CONTENT\nC: MAIL *\nC: RCPT *\nC: DATA\n"
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.NewScript(t, piped+"C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\n"+second+f.steps)
			o := options(s.Addr())
			if f.kind == timedOut {
				hurry(&o, smtp.StageFinal)
			}
			c := dial(t, o)
			var got outcomes
			ctx, stream := background(t), openStream(t, c, 1)
			if err := stream.Submit(ctx, letterTo("a@x.example", "1"), nil, got.done); err != nil {
				t.Fatal(err)
			}
			err := stream.Submit(ctx, letterTo("b@x.example", "2"), nil, got.done)
			wantError[*smtp.DisconnectedError](t, err, smtp.No)
			if len(got.errs) != 1 {
				t.Fatalf("%d outcomes", len(got.errs))
			}
			p := place{stage: smtp.StageFinal, delivered: smtp.Unknown}
			if first, want := describe(t, c, got.errs[0]), p.want(f); first != want {
				t.Errorf("%s, want %s", first, want)
			}
		})
	}
}

// With several messages in flight all of them are in doubt, and the first one
// tells what happened.
func TestWindowFaults(t *testing.T) {
	content := func(i int) string {
		n := len(fmt.Sprintf("Subject: %d\r\n\r\n.dot\r\n", i))
		return fmt.Sprintf("C: MAIL *\nC: RCPT *\nC: BDAT %d LAST\nREAD %d\n", n, n)
	}
	script := hello + "S: 250-PIPELINING\nS: 250 CHUNKING\n" + content(0) + "S: 250 sender\nS: 250 rcpt\nS: 250 queued\n" +
		"C: RSET\n" + content(1) + "C: RSET\n" + content(2) + "C: RSET\n" + content(3) + "S: 250 reset\nS: 250 sender\n"
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.NewScript(t, script+f.steps)
			o := options(s.Addr())
			if f.kind == timedOut {
				hurry(&o, smtp.StageRcpt)
			}
			c := dial(t, o)
			got := submit(t, openStream(t, c, 4), 4, nil)
			if len(got.errs) != 4 || got.errs[0] != nil {
				t.Fatalf("outcomes %v", got.errs)
			}
			p := place{stage: smtp.StageRcpt, delivered: smtp.Unknown}
			if first, want := describe(t, c, got.errs[1]), p.want(f); first != want {
				t.Errorf("%s, want %s", first, want)
			}
			for _, err := range got.errs[2:] {
				wantError[*smtp.DisconnectedError](t, err, smtp.Unknown)
			}
		})
	}
}
