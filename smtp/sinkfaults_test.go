package smtp_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
)

// startSink runs Postfix's smtp-sink with its own faults on a unix socket and
// returns the socket's path.
func startSink(t *testing.T, args ...string) string {
	t.Helper()
	program := wantServer(t, "MOONPOST_TEST_SMTP_SINK")
	dir, err := os.MkdirTemp("", "sink") // t.TempDir can be longer than a socket's path may be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	if os.Getuid() == 0 {
		args = append([]string{"-u", "root"}, args...) // it wants to be told
	}
	var complaints strings.Builder
	cmd := exec.Command(program, append(args, "unix:"+socket, "100")...)
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(patient); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			return socket
		}
	}
	t.Fatalf("smtp-sink %v did not start: %s", args, complaints.String())
	return ""
}

func sinkOptions(socket string) smtp.Options {
	return smtp.Options{Socket: socket, TLS: smtp.TLSNone, LocalName: "client.example", Timeout: 5 * time.Second}
}

func TestConformanceSMTPSink(t *testing.T) {
	for _, flags := range []string{"", "-p", "-e", "-8 -N", "-E -a", "-P", "-L", "-L -p"} {
		t.Run(flags, func(t *testing.T) {
			dir := t.TempDir()
			o := sinkOptions(startSink(t, append(strings.Fields(flags), "-d", dir+"/m")...))
			if strings.Contains(flags, "-L") {
				o.Protocol = smtp.LMTP
			}
			conformanceFully(t, peer{options: o, box: newFolder(filepath.Join(dir, "*")), anonymous: true, tail: "\n"})
		})
	}
}

// manners of failing, by smtp-sink's flags, which name the command.
func mannerFlags(manner, verb string) []string {
	switch manner {
	case "soft":
		return []string{"-r", verb}
	case "hard":
		return []string{"-f", verb}
	case "drop":
		return []string{"-q", verb}
	case "421":
		return []string{"-Q", verb}
	default:
		return []string{"-W", verb + ":3600"}
	}
}

// What a client has to make of each command's failure: kind, stage, whether to
// try again, what became of the message, what became of the connection.
func TestFaultsOfSMTPSink(t *testing.T) {
	for _, row := range []struct{ verb, manner, want string }{
		{"CONNECT", "soft", "connect greeting temporary no closed"},
		{"CONNECT", "hard", "connect greeting permanent no closed"},
		{"CONNECT", "drop", "connect greeting temporary no closed"},
		{"CONNECT", "421", "connect greeting temporary no closed"},
		{"CONNECT", "stall", "timeout greeting temporary no closed"},
		{"EHLO", "soft", "helo hello temporary no closed"},
		{"EHLO", "hard", "sent open"}, // by HELO
		{"EHLO,HELO", "hard", "helo hello permanent no closed"},
		{"EHLO", "drop", "disconnected hello temporary no closed"},
		{"EHLO", "421", "helo hello temporary no closed"},
		{"EHLO", "stall", "timeout hello temporary no closed"},
		{"MAIL", "soft", "sender_refused mail temporary no open"},
		{"MAIL", "hard", "sender_refused mail permanent no open"},
		{"MAIL", "drop", "disconnected mail temporary no closed"},
		{"MAIL", "421", "sender_refused mail temporary no closed"},
		{"MAIL", "stall", "timeout mail temporary no closed"},
		{"MAIL,RSET", "hard", "sender_refused mail permanent no closed"}, // it can't be reset
		{"RCPT", "soft", "recipients_refused rcpt temporary no open"},
		{"RCPT", "hard", "recipients_refused rcpt permanent no open"},
		{"RCPT", "drop", "disconnected rcpt temporary no closed"},
		{"RCPT", "stall", "timeout rcpt temporary no closed"},
		{"RCPT,RSET", "soft", "recipients_refused rcpt temporary no closed"},
		{"DATA", "soft", "data data temporary no open"},
		{"DATA", "hard", "data data permanent no open"},
		{"DATA", "drop", "disconnected data temporary no closed"},
		{"DATA", "421", "data data temporary no closed"},
		{"DATA", "stall", "timeout data temporary no closed"},
		{"DATA,RSET", "hard", "data data permanent no closed"},
		{".", "soft", "data final temporary no open"},
		{".", "hard", "data final permanent no open"},
		{".", "drop", "disconnected final temporary unknown closed"},
		{".", "421", "data final temporary no closed"},
		{".", "stall", "timeout final temporary unknown closed"},
		{"RSET", "soft", "reply 450 open"},
		{"RSET", "hard", "reply 500 open"},
		{"RSET", "drop", "disconnected reset temporary no closed"},
		{"RSET", "421", "reply 421 closed"},
		{"RSET", "stall", "timeout reset temporary no closed"},
		{"NOOP", "soft", "reply 450 open"},
		{"NOOP", "hard", "reply 500 open"},
		{"NOOP", "drop", "disconnected command temporary no closed"},
		{"NOOP", "421", "reply 421 closed"},
		{"NOOP", "stall", "timeout command temporary no closed"},
		{"QUIT", "soft", "reply 450 closed"},
		{"QUIT", "hard", "reply 500 closed"},
		{"QUIT", "drop", "disconnected quit temporary no closed"},
		{"QUIT", "421", "reply 421 closed"},
		{"QUIT", "stall", "timeout quit temporary no closed"},
	} {
		for _, pipelining := range []bool{true, false} {
			flags := mannerFlags(row.manner, row.verb)
			if !pipelining {
				flags = append(flags, "-p")
			}
			t.Run(row.verb+" "+strings.Join(flags, " "), func(t *testing.T) {
				o := sinkOptions(startSink(t, flags...))
				if row.manner == "stall" {
					o.Timeout = 100 * time.Millisecond
				}
				began := time.Now()
				got, want := outcomeOf(t, o, row.verb), row.want
				if row.manner == "stall" && pipelining { // it holds the replies of a group back, not one
					got, want = strings.Fields(got)[0], strings.Fields(want)[0]
				}
				if got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}

// outcomeOf does what ends in the verb and describes what came of it.
func outcomeOf(t *testing.T, o smtp.Options, verb string) string {
	t.Helper()
	ctx := background(t)
	c, err := smtp.Dial(ctx, o)
	if err != nil {
		return describe(t, nil, err)
	}
	defer c.Close()
	var r smtp.Reply
	switch verb {
	case "RSET":
		r, err = c.Rset(ctx)
	case "NOOP":
		r, err = c.Noop(ctx)
	case "QUIT":
		r, err = c.Quit(ctx)
	default:
		var result *smtp.Result
		result, err = send(t, c, "a@x.example", "b@x.example")
		if err == nil && len(result.Accepted()) != 2 {
			t.Errorf("%+v", result)
		}
	}
	switch {
	case err != nil:
		return describe(t, c, err)
	case r.Code != 0:
		return fmt.Sprintf("reply %d %s", r.Code, stateOf(t, c))
	}
	return "sent " + stateOf(t, c)
}

// describe puts an error into words: "timeout mail temporary no closed".
func describe(t *testing.T, c *smtp.Client, err error) string {
	t.Helper()
	var e smtp.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T is no error of ours: %v", err, err)
	}
	again := "permanent"
	if e.Temporary() {
		again = "temporary"
	}
	return fmt.Sprintf("%s %s %s %s %s", e.Kind(), e.Stage(), again, e.Delivered(), stateOf(t, c))
}

// stateOf tries whether a connection is of use, and in step.
func stateOf(t *testing.T, c *smtp.Client) string {
	t.Helper()
	if c == nil || !c.Alive() {
		return "closed"
	}
	if r, err := c.DoCmd(background(t), "VRFY", "a@x.example"); err != nil || r.Code/100 != 2 {
		return fmt.Sprintf("out of step: %v %v", r, err)
	}
	return "open"
}

func TestSinkRefusesAmidContent(t *testing.T) {
	o := sinkOptions(startSink(t, "-A", "0"))
	content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
	c := dial(t, o)
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, content, &smtp.SendOptions{AllowLongLines: true})
	if e := wantError[*smtp.DataError](t, err, smtp.No); e.Reply.Code != 550 || e.Stage() != smtp.StageBody {
		t.Errorf("%v at %v", e, e.Stage())
	}
	wantBroken(t, c)
}

func TestSinkDoesNotRead(t *testing.T) {
	o := sinkOptions(startSink(t, "-H", "3600"))
	o.Timeouts.DataBlock = 100 * time.Millisecond
	c := dial(t, o)
	content := &repeated{piece: []byte(strings.Repeat("x", 60_000) + "\r\n"), n: 2000, safe: true}
	began := time.Now()
	_, err := c.SendMail(background(t), "me@x.example", []string{"a@x.example"}, content, &smtp.SendOptions{AllowLongLines: true})
	if e := wantError[*smtp.TimeoutError](t, err, smtp.No); e.Stage() != smtp.StageBody {
		t.Error(e)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	wantBroken(t, c)
}

func TestSinkHangsUpWhileIdle(t *testing.T) {
	c := dial(t, sinkOptions(startSink(t, "-t", "1")))
	time.Sleep(1500 * time.Millisecond)
	if r, err := c.Noop(background(t)); err == nil && r.Code != 421 {
		t.Errorf("%v, although it had hung up", r)
	}
	wantBroken(t, c)
}

// Every recipient has a final reply of its own, and they fail one by one.
func TestSinkLMTPFinalReplies(t *testing.T) {
	for flag, want := range map[string]string{
		"-r": "recipients_refused final temporary no open",
		"-f": "recipients_refused final permanent no open",
		"-q": "disconnected final temporary unknown closed",
	} {
		o := sinkOptions(startSink(t, "-L", flag, "."))
		o.Protocol = smtp.LMTP
		if got := outcomeOf(t, o, "."); got != want {
			t.Errorf("%s: %s, want %s", flag, got, want)
		}
	}
}
