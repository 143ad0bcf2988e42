package sink

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a sink for the length of a test.
func start(t *testing.T, o Options) *Sink {
	t.Helper()
	o.NoSync = true
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// wire talks to a server line by line.
type wire struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, address string) *wire {
	t.Helper()
	network := "tcp"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	}
	c, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	w := &wire{t, c, bufio.NewReader(c)}
	w.expect("220")
	return w
}

func (w *wire) send(s string) {
	w.t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		w.t.Fatal(err)
	}
}

// expect reads one reply and compares its beginning.
func (w *wire) expect(want string) string {
	w.t.Helper()
	for {
		line, err := w.in.ReadString('\n')
		if err != nil {
			w.t.Fatalf("want %s: %v", want, err)
		}
		if len(line) > 3 && line[3] == '-' {
			continue
		}
		if !strings.HasPrefix(line, want) {
			w.t.Fatalf("got %q, want %s", line, want)
		}
		return line
	}
}

func (w *wire) expectEnd() {
	w.t.Helper()
	if line, err := w.in.ReadString('\n'); err == nil {
		w.t.Fatalf("got %q, want the end", line)
	} else if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
		w.t.Fatal("the connection stays open")
	}
}

func (w *wire) talk(pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		w.send(pairs[i] + "\r\n")
		w.expect(pairs[i+1])
	}
}

func TestKeepsContentExactly(t *testing.T) {
	dir := t.TempDir()
	var events []Event
	at := time.Date(2026, 10, 5, 10, 0, 0, 123456000, time.UTC)
	s := start(t, Options{Dir: dir, Now: func() time.Time { return at }, OnMessage: func(e Event) { events = append(events, e) }})
	body := "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nFrom: a@x.test\r\n\r\n.dot\r\n..two\r\n\x00\xff 8bit\r\n" + strings.Repeat("x", 5000) + "\r\n"
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250", "AUTH PLAIN AHVzZXIAcGFzcw==", "235", "MAIL FROM:<a@x.test> BODY=8BITMIME", "250", "RCPT TO:<b@y.test>", "250", "RCPT TO:<c@y.test>", "250", "DATA", "354")
	w.send(strings.ReplaceAll(body, "\r\n.", "\r\n..") + ".\r\n")
	w.expect("250")

	files, err := filepath.Glob(filepath.Join(dir, "new", "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	stored, err := os.ReadFile(files[0])
	want := "Return-Path: <a@x.test>\r\nDelivered-To: b@y.test\r\nDelivered-To: c@y.test\r\n" + body
	if err != nil || string(stored) != want {
		t.Errorf("%v\n%q", err, stored)
	}
	if base := filepath.Base(files[0]); !strings.HasPrefix(base, "1791194400.M123456P") {
		t.Error(base)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 {
		t.Error("tmp is not empty")
	}
	wantEvents := []Event{{From: "a@x.test", To: []string{"b@y.test", "c@y.test"}, Subject: "Grüße", Size: int64(len(body)), File: files[0], Time: at, AuthUser: "user", Protocol: "smtp"}}
	if diff := cmp.Diff(wantEvents, events); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantEvents, s.Messages()); diff != "" || s.Count() != 1 {
		t.Error(diff, s.Count())
	}
}

func sendOne(address string) error {
	c, err := gosmtp.Dial(address)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return c.SendMail("a@x.test", []string{"b@y.test"}, strings.NewReader("Subject: x\r\n\r\nhi\r\n"))
}

func TestNamesAreUnique(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir, Now: func() time.Time { return time.Unix(1, 0) }})
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for range 25 {
				if err := sendOne(s.Addr()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	if files, _ := os.ReadDir(filepath.Join(dir, "new")); len(files) != 100 || s.Count() != 100 {
		t.Error(len(files), s.Count())
	}
}

func TestOffersExtensions(t *testing.T) {
	s := start(t, Options{TLS: true, MaxSize: 1000})
	c, err := gosmtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for _, name := range []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE", "DSN", "CHUNKING", "BINARYMIME", "ENHANCEDSTATUSCODES", "STARTTLS", "AUTH", "RRVS"} {
		if ok, _ := c.Extension(name); !ok {
			t.Error(name, "is missing")
		}
	}
	if err := c.SendMail("a@x.test", []string{"b@y.test"}, strings.NewReader(strings.Repeat("x", 2000))); err == nil || !strings.Contains(err.Error(), "552") {
		t.Error(err)
	}
	if s.Count() != 0 {
		t.Error("kept what is too large")
	}
}

func TestLoginAndTLS(t *testing.T) {
	var last Event
	s := start(t, Options{TLS: true, OnMessage: func(e Event) { last = e }})
	c, err := gosmtp.DialStartTLS(s.Addr(), &tls.Config{InsecureSkipVerify: true}) // a certificate of this run
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Auth(sasl.NewLoginClient("anna", "wrong")); err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail("a@x.test", []string{"b@y.test"}, strings.NewReader("Subject: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if !last.TLS || last.AuthUser != "anna" {
		t.Errorf("%+v", last)
	}
}

func TestLoginWithInitialResponse(t *testing.T) {
	s := start(t, Options{})
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250", "AUTH LOGIN dXNlcg==", "334 UGFzc3dvcmQ6", "cGFzcw==", "235")
	w = dial(t, s.Addr())
	w.talk("EHLO me", "250", "AUTH LOGIN", "334 VXNlcm5hbWU6", "dXNlcg==", "334 UGFzc3dvcmQ6", "cGFzcw==", "235")
	w = dial(t, s.Addr())
	w.talk("EHLO me", "250", "AUTH CRAM-MD5", "504")
}

func TestFaultsOnDemand(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		end   bool
		count int
	}{
		{"rcpt 550", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<550@x>", "550 5.1.1", "RCPT TO:<b@x>", "250", "DATA", "354", "x\r\n.", "250"}, false, 1},
		{"rcpt 451 with suffix and capitals", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<451+Ann@x>", "451 4.3.0"}, false, 0},
		{"rcpt 599", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<599@x>", "599 5.0.0"}, false, 0},
		{"rcpt 600 is a name", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<600@x>", "250"}, false, 0},
		{"rcpt 421", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<421@x>", "421 4.3.2"}, true, 0},
		{"rcpt drop", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<drop@x>", ""}, true, 0},
		{"mail 550", []string{"MAIL FROM:<mail-550@x>", "550"}, false, 0},
		{"mail 421", []string{"MAIL FROM:<Mail-421@x>", "421"}, true, 0},
		{"data 554", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<b@x>", "250", "RCPT TO:<data-554@x>", "250", "DATA", "354", "x\r\n.", "554 5.7.1", "NOOP", "250"}, false, 0},
		{"data 451", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<data-451@x>", "250", "DATA", "354", "x\r\n.", "451 4.3.0"}, false, 0},
		{"data 421", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<data-421@x>", "250", "DATA", "354", "x\r\n.", "421"}, true, 0},
		{"drop after dot", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<drop-after-dot@x>", "250", "DATA", "354", "x\r\n.", ""}, true, 1},
		{"bdat", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<b@x>", "250", "BDAT 4\r\nab", "250", "BDAT 4 LAST\r\ncd", "250"}, false, 1},
		{"bdat fails", []string{"MAIL FROM:<a@x>", "250", "RCPT TO:<data-451@x>", "250", "BDAT 3 LAST\r\na", "451"}, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			w := dial(t, s.Addr())
			w.talk("EHLO me", "250")
			for i := 0; i < len(tt.lines); i += 2 {
				w.send(tt.lines[i] + "\r\n")
				if tt.lines[i+1] != "" {
					w.expect(tt.lines[i+1])
				}
			}
			if tt.end {
				w.expectEnd()
			}
			if s.Count() != tt.count {
				t.Errorf("%d messages, want %d", s.Count(), tt.count)
			}
		})
	}
}

// TestReplyOutlives421: the client has more on the way when the server closes. A
// reset in answer to it could destroy the reply.
func TestReplyOutlives421(t *testing.T) {
	s := start(t, Options{})
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250")
	w.send("MAIL FROM:<a@x>\r\nRCPT TO:<421@x>\r\n" + strings.Repeat("RCPT TO:<b@x>\r\n", 5000))
	w.expect("250")
	w.expect("421")
	if _, err := w.in.ReadByte(); err != io.EOF {
		t.Error(err)
	}
	for range 20 { // as long as a reset would need to come
		time.Sleep(time.Millisecond)
		w.send("NOOP\r\n")
	}
}

func TestSilence(t *testing.T) {
	s := start(t, Options{})
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250", "MAIL FROM:<a@x>", "250")
	w.send("RCPT TO:<timeout@x>\r\nRSET\r\n")
	_ = w.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := w.in.ReadByte(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("answered", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_ = w.SetReadDeadline(time.Now().Add(5 * time.Second))
	w.expectEnd()
}

func TestLMTP(t *testing.T) {
	var last Event
	s := start(t, Options{LMTPAddress: filepath.Join(t.TempDir(), "lmtp.sock"), OnMessage: func(e Event) { last = e }})
	if s.Addr() != "" || s.LMTPAddr() == "" {
		t.Fatal(s.Addr(), s.LMTPAddr())
	}
	w := dial(t, s.LMTPAddr())
	w.talk("LHLO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<a@x>", "250", "RCPT TO:<550@x>", "550", "RCPT TO:<data-452@x>", "250", "RCPT TO:<b@x>", "250", "RCPT TO:<a@x>", "250", "DATA", "354")
	w.send("Subject: x\r\n\r\n.\r\n")
	for _, want := range []string{"250", "452", "250", "250"} {
		w.expect(want)
	}
	if want := []string{"a@x", "b@x", "a@x"}; !cmp.Equal(last.To, want) || last.Protocol != "lmtp" || s.Count() != 1 {
		t.Errorf("%+v", last)
	}
	w.talk("MAIL FROM:<>", "250", "RCPT TO:<data-554@x>", "250", "DATA", "354", ".", "554", "QUIT", "221")
	if s.Count() != 1 {
		t.Error("kept for nobody")
	}
}

// TestCloseLetsContentIn closes while a message is half sent.
func TestCloseLetsContentIn(t *testing.T) {
	s := start(t, Options{Dir: t.TempDir()})
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250", "MAIL FROM:<a@x>", "250", "RCPT TO:<b@x>", "250", "DATA", "354")
	w.send("half\r\n")
	for {
		s.taking.mu.Lock()
		open := s.taking.open
		s.taking.mu.Unlock()
		if open == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	for { // until nobody is let in any more
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			break
		}
		_ = c.Close()
	}
	w.send("and half\r\n.\r\n")
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if s.Count() != 1 {
		t.Error("lost the message")
	}
}

func TestBrokenContentIsNotKept(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	w := dial(t, s.Addr())
	w.talk("EHLO me", "250", "MAIL FROM:<a@x>", "250", "RCPT TO:<b@x>", "250", "DATA", "354")
	w.send("half\r\n")
	_ = w.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"tmp", "new"} {
		if left, _ := os.ReadDir(filepath.Join(dir, sub)); len(left) != 0 {
			t.Error(sub, left)
		}
	}
	if s.Count() != 0 {
		t.Error("counted")
	}
}

func TestStartFails(t *testing.T) {
	s := start(t, Options{})
	if _, err := Start(Options{Address: s.Addr()}); err == nil {
		t.Error("two sinks on one port")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(Options{Dir: file}); err == nil {
		t.Error("a file for a maildir")
	}
}

func TestAddressWithoutHostIsLoopback(t *testing.T) {
	s := start(t, Options{Address: ":0"})
	if !strings.HasPrefix(s.Addr(), "127.0.0.1:") {
		t.Error(s.Addr())
	}
}

func TestDurableByDefault(t *testing.T) {
	dir := t.TempDir()
	s, err := Start(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if !s.store.sync {
		t.Error("doesn't wait for the disk")
	}
	if err := sendOne(s.Addr()); err != nil || s.Count() != 1 {
		t.Error(err)
	}
}

func TestEnvelopeFieldsAreOneLineEach(t *testing.T) {
	got := envelopeFields("a\r\nBcc: x", []string{"\x00b@x"})
	if strings.Count(got, "\r\n") != 2 || strings.ContainsRune(got, 0) {
		t.Errorf("%q", got)
	}
}

func TestSubject(t *testing.T) {
	for header, want := range map[string]string{
		"Subject: plain\r\n\r\nbody":            "plain",
		"A: b\r\nsubject: two\r\n lines\r\n":    "two lines",
		"Subject: =?utf-8?b?w6TDtg==?=\r\n\r\n": "äö",
		"Subject: =?x-none?q?a?=\r\n\r\n":       "=?x-none?q?a?=",
		"":                                      "",
		"no header at all":                      "",
	} {
		if got := subject([]byte(header)); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func FuzzRecipientFault(f *testing.F) {
	for _, s := range []string{"550@x", "data-451@x", "drop@x", "", "@", "+@", "data-@", "timeout"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got := recipientFault(address)
		if got.code != 0 && (got.code < 400 || got.code > 599) {
			t.Fatalf("%q: %+v", address, got)
		}
	})
}

func FuzzSubject(f *testing.F) {
	f.Add([]byte("Subject: x\r\n\r\n"))
	f.Fuzz(func(_ *testing.T, begin []byte) { subject(bytes.Clone(begin)) })
}
