package sink

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// trial runs a trial for the length of a test.
func trial(t *testing.T, o TrialOptions) *Trial {
	t.Helper()
	for i := range o.Rules {
		if err := o.Rules[i].Settle(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := StartTrial(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// reach connects and reads nothing yet.
func reach(t *testing.T, address string) *wire {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return &wire{t, c, bufio.NewReader(c)}
}

// follow sends lines and checks the replies: lines begin with "C: " or "S: "; "EOF" wants the connection closed.
func (w *wire) follow(script string) {
	w.t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
		line = strings.TrimSpace(line)
		if said, ok := strings.CutPrefix(line, "C:"); ok {
			if _, err := io.WriteString(w, strings.TrimPrefix(said, " ")+"\r\n"); err != nil {
				w.t.Fatalf("%s: %v", line, err)
			}
			continue
		}
		got, err := w.in.ReadString('\n')
		for err == nil && len(got) > 3 && got[3] == '-' {
			got, err = w.in.ReadString('\n')
		}
		if line == "EOF" {
			if err == nil {
				w.t.Fatalf("the connection is open, and says %q", got)
			}
			return
		}
		if want := strings.TrimPrefix(line, "S: "); err != nil || !strings.HasPrefix(got, want) {
			w.t.Fatalf("got %q, %v; want %q", got, err, want)
		}
	}
}

const letter = `C: EHLO me
S: 250
C: MAIL FROM:<a@x.test> SIZE=100
S: 250
C: RCPT TO:<b@x.test>
S: 250
C: DATA
S: 354
C: Subject: hello
C:
C: ..dot
C: .
`

func TestTrialTakesMessages(t *testing.T) {
	s := trial(t, TrialOptions{})
	w := reach(t, s.Addr())
	w.follow("S: 220\n" + letter + "S: 250\nC: QUIT\nS: 221\nEOF")
	if err := s.Wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	m := s.Messages()[0]
	if string(m.Data) != "Subject: hello\r\n\r\n.dot\r\n" || m.Subject != "hello" || m.From != "a@x.test" || m.To[0] != "b@x.test" || m.Protocol != "smtp" {
		t.Errorf("%+v\n%q", m, m.Data)
	}
	s.Clear()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Wait(ctx, 1); !errors.Is(err, context.DeadlineExceeded) || s.Count() != 0 {
		t.Errorf("%v, %d messages", err, s.Count())
	}
}

func TestTrialRules(t *testing.T) {
	envelope := "S: 220\nC: EHLO me\nS: 250\nC: MAIL FROM:<a@x.test>\nS: 250\nC: RCPT TO:<b@x.test>\nS: 250\n"
	content := "C: DATA\nS: 354\nC: x\nC: .\n"
	tests := []struct {
		name  string
		rule  Rule
		talk  string
		count int
	}{
		{"connect", Rule{Stage: StageConnect}, "EOF", 0},
		{"greeting", Rule{Stage: StageGreeting, Code: 554}, "S: 554 5.7.1\nEOF", 0},
		{"ehlo", Rule{Stage: StageEhlo, Code: 550, Text: "who are you"}, "S: 220\nC: EHLO me\nS: 550 5.1.1 who are you\nC: EHLO me\nS: 550", 0},
		{"auth", Rule{Stage: StageAuth, Code: 454, Enhanced: "4.7.0", First: 1}, "S: 220\nC: EHLO me\nS: 250\nC: AUTH PLAIN AGEAYg==\nS: 454 4.7.0\nC: AUTH PLAIN AGEAYg==\nS: 235", 0},
		{"sender", Rule{From: "A@*", Code: 421}, "S: 220\nC: EHLO me\nS: 250\nC: MAIL FROM:<a@x.test>\nS: 421 4.3.2\nEOF", 0},
		{"first two of each recipient", Rule{Rcpt: "*@slow.test", Code: 451, First: 2}, strings.TrimSuffix(envelope, "\n") +
			"\nC: RCPT TO:<c@slow.test>\nS: 451\nC: RCPT TO:<d@slow.test>\nS: 451\nC: RCPT TO:<c@slow.test>\nS: 451\nC: RCPT TO:<C@slow.test>\nS: 250\nC: RCPT TO:<d@slow.test>\nS: 451", 0},
		{"data", Rule{Stage: StageData, Code: 452}, envelope + "C: DATA\nS: 452 4.5.3\nC: RSET\nS: 250\nC: NOOP\nS: 250", 0},
		{"body drops", Rule{Stage: StageBody, Action: ActionDrop}, envelope + "C: DATA\nS: 354\nC: x\nEOF", 0},
		{"body replies", Rule{Stage: StageBody, Code: 451}, envelope + "C: DATA\nS: 354\nC: x\nS: 451\nEOF", 0},
		{"the second dot", Rule{Nth: 2, Action: ActionDrop}, envelope + content + "S: 250\n" +
			"C: MAIL FROM:<a@x.test>\nS: 250\nC: RCPT TO:<b@x.test>\nS: 250\n" + content + "EOF", 2},
		{"refused after the dot", Rule{Stage: StageAfterDot, Rcpt: "b@*", Code: 554}, envelope + content + "S: 554 5.7.1\nC: NOOP\nS: 250", 0},
		{"a chunk", Rule{Stage: StageAfterDot, Every: 1, Delay: time.Millisecond}, envelope + "C: BDAT 3\nC: x\nS: 250 2.0.0 chunk\nC: BDAT 0 LAST\nS: 250", 1},
		{"a chunk refused", Rule{Stage: StageData, Code: 451}, envelope + "C: BDAT 3 LAST\nC: x\nS: 451\nC: NOOP\nS: 250", 0},
		{"quit", Rule{Stage: StageQuit, Action: ActionDrop}, "S: 220\nC: QUIT\nEOF", 0},
		{"by address", Rule{Stage: StageQuit, Code: 500}, "S: 220\nC: EHLO me\nS: 250\nC: MAIL FROM:<a@x.test>\nS: 250\nC: RCPT TO:<550@x.test>\nS: 550 5.1.1\n" +
			"C: RCPT TO:<data-451+x@x.test>\nS: 250\n" + content + "S: 451\nC: MAIL FROM:<mail-553@x>\nS: 553\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<drop-after-dot@x>\nS: 250\n" + content + "EOF", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := trial(t, TrialOptions{Rules: []Rule{tt.rule}})
			reach(t, s.Addr()).follow(tt.talk)
			if s.Count() != tt.count {
				t.Errorf("%d messages, want %d\n%s", s.Count(), tt.count, s.Transcript())
			}
		})
	}
}

func TestTrialStallsUntilItCloses(t *testing.T) {
	s := trial(t, TrialOptions{Rules: []Rule{{Stage: StageMail, Action: ActionStall}}})
	w := reach(t, s.Addr())
	w.follow("S: 220\nC: EHLO me\nS: 250\nC: MAIL FROM:<a@x>\nC: NOOP")
	_ = w.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := w.in.ReadByte(); err == nil {
		t.Error("it answers")
	}
	s.Close()
	if !strings.Contains(s.Transcript(), "C: MAIL FROM:<a@x>\n(never answers)\n") {
		t.Error(s.Transcript())
	}
}

func TestTrialLMTPAnswersForEachRecipient(t *testing.T) {
	s := trial(t, TrialOptions{Rules: []Rule{{Stage: StageAfterDot, Rcpt: "full@*", Code: 452}}})
	reach(t, s.LMTPAddr()).follow(`S: 220
		C: EHLO me
		S: 500
		C: LHLO me
		S: 250
		C: MAIL FROM:<a@x>
		S: 250
		C: RCPT TO:<b@x>
		S: 250
		C: RCPT TO:<full@x>
		S: 250
		C: DATA
		S: 354
		C: x
		C: .
		S: 250
		S: 452`)
	if m := s.Messages(); len(m) != 1 || len(m[0].To) != 1 || m[0].To[0] != "b@x" || m[0].Protocol != "lmtp" {
		t.Errorf("%+v", m)
	}
}

func TestTrialOffers(t *testing.T) {
	s := trial(t, TrialOptions{Extensions: []string{"8BITMIME"}, Users: map[string]string{"u": "p"}, MaxSize: 10, TLS: true})
	w := reach(t, s.Addr())
	plain := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	w.follow("S: 220\nC: EHLO me\nS: 250\nC: AUTH PLAIN " + plain("\x00u\x00wrong") + "\nS: 535\nC: AUTH LOGIN\nS: 334\nC: " + plain("u") + "\nS: 334\nC: " + plain("p") +
		"\nS: 235\nC: MAIL FROM:<a@x> SIZE=11\nS: 552\nC: MAIL FROM:<a@x>\nS: 250\nC: RCPT TO:<b@x>\nS: 250\nC: DATA\nS: 354\nC: 12345678901\nC: .\nS: 552\nC: STARTTLS\nS: 220")
	secured := tls.Client(w.Conn, &tls.Config{InsecureSkipVerify: true})
	over := &wire{t, secured, nil}
	over.in = bufio.NewReader(secured)
	over.follow("C: EHLO me\nS: 250\nC: AUTH XOAUTH2 " + plain("user=u\x01auth=Bearer t\x01\x01") + "\nS: 235\nC: STARTTLS\nS: 502")
	text := s.Transcript()
	for _, want := range []string{"S: 250-sink.localhost\nS: 250-8BITMIME\nS: 250-SIZE 10\nS: 250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\nS: 250 STARTTLS\n", "C: AUTH PLAIN ***"} {
		if !strings.Contains(text, want) {
			t.Errorf("the transcript lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, plain("p")) || strings.Contains(text, plain("\x00u\x00wrong")) {
		t.Error("a secret stands in the transcript")
	}
}

func TestTrialKnowsTheWay(t *testing.T) {
	s := trial(t, TrialOptions{Rules: []Rule{{Relay: "ses"}, {Host: "mx.*:25", Stage: StageEhlo, Code: 451}}})
	for _, tt := range []struct {
		way  Way
		talk string
	}{
		{Way{Relay: "ses"}, "EOF"},
		{Way{Relay: "own", Host: "mx.b.test:25"}, "S: 220\nC: EHLO me\nS: 451"},
		{Way{Relay: "own", Host: "mx.b.test:587", Protocol: "lmtp"}, "S: 220\nC: LHLO me\nS: 250"},
	} {
		w := reach(t, s.WayAddr())
		if err := tt.way.Announce(w); err != nil {
			t.Fatal(err)
		}
		w.follow(tt.talk)
	}
	if text := s.Transcript(); !strings.Contains(text, "# 1 relay ses\n(drops the connection)\n# 2 relay own to mx.b.test:25\n") {
		t.Error(text)
	}
}

func TestTrialCut(t *testing.T) {
	s := trial(t, TrialOptions{})
	cuts := 0
	resume := s.CutAfter(1, func() { cuts++ })
	reach(t, s.Addr()).follow("S: 220\n" + letter + "EOF")
	reach(t, s.Addr()).follow("S: 220\n" + letter + "EOF")
	resume()
	reach(t, s.Addr()).follow("S: 220\n" + letter + "S: 250")
	if cuts != 1 || s.Count() != 2 || strings.Count(s.Transcript(), "S: 250 2.0.0 taken") != 1 {
		t.Errorf("%d cuts, %d messages", cuts, s.Count())
	}
}

func TestRuleSettle(t *testing.T) {
	tests := []struct {
		rule Rule
		want string
	}{
		{Rule{}, `"stage" is missing`},
		{Rule{Stage: "dot", Code: 450}, `"stage" is none that a session has`},
		{Rule{Stage: StageMail, Rcpt: "*", Code: 450}, `"rcpt" is not known at stage "mail"`},
		{Rule{Stage: StageEhlo, From: "*", Code: 450}, `"from" is not known at stage "ehlo"`},
		{Rule{Rcpt: "*"}, `"action" is missing`},
		{Rule{Rcpt: "*", Code: 250}, `"code" must be between 400 and 599`},
		{Rule{Rcpt: "*", Code: 450, Action: ActionDrop}, `"code" has no meaning`},
		{Rule{Stage: StageMail, Action: ActionPass}, `"delay" is missing`},
		{Rule{Stage: StageMail, Code: 450, Text: "a\r\n250 b"}, `"text" must be one line`},
	}
	for _, tt := range tests {
		if err := tt.rule.Settle(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %s", tt.rule, err, tt.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for pattern, text := range map[string]string{"": "x", "*": "", "*@x.test": "a@X.test", "a?c": "abc", "*a*b*": "xxaxxbxx", "**": "x"} {
		if !Match(pattern, text) {
			t.Errorf("%q does not match %q", pattern, text)
		}
	}
	for pattern, text := range map[string]string{"a": "ab", "?": "", "*@x.test": "a@x.tests", "a*b": "acbd"} {
		if Match(pattern, text) {
			t.Errorf("%q matches %q", pattern, text)
		}
	}
	begin := time.Now()
	matches := Match(strings.Repeat("*a", 500)+"b", strings.Repeat("a", 5000))
	if took := time.Since(begin); matches || took > time.Second {
		t.Errorf("a pattern took %v", took)
	}
}

func FuzzTrial(f *testing.F) {
	f.Add("EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhi\r\n.\r\nBDAT 3 LAST\r\nabc")
	f.Fuzz(func(t *testing.T, text string) {
		s := trial(t, TrialOptions{MaxSize: 100})
		w := reach(t, s.Addr())
		_, _ = io.WriteString(w, text)
		_ = w.Conn.(interface{ CloseWrite() error }).CloseWrite()
		_, _ = io.Copy(io.Discard, w.in)
	})
}
