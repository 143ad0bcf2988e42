package sink

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// rehearse writes in pieces of a given size, as much as the replies allow, and
// returns the codes of the replies, "-" after those of unfinished ones.
func rehearse(t *testing.T, protocol, text string, piece int) string {
	t.Helper()
	d := DryConn(protocol)
	for len(text) > 0 {
		n := min(piece, len(text))
		if _, err := io.WriteString(d, text[:n]); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	_ = d.SetReadDeadline(time.Now())
	return codes(d.(*dryConn).talk.out.String())
}

func codes(replies string) string {
	var out []string
	for line := range strings.Lines(replies) {
		out = append(out, strings.TrimRight(line[:4], " "))
	}
	return strings.Join(out, " ")
}

func TestDryTalk(t *testing.T) {
	ehlo := " 250- 250- 250- 250- 250- 250- 250- 250"
	tests := []struct{ name, protocol, text, want string }{
		{"greeting", "smtp", "", "220"},
		{"ehlo", "smtp", "EHLO x\r\n", "220" + ehlo},
		{"a message", "smtp", "EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\nhi\r\n..dot\r\n.x\r\n\r\n.\r\nQUIT\r\n", "220" + ehlo + " 250 250 250 354 250 221"},
		{"empty content", "smtp", "RCPT TO:<b>\r\nDATA\r\n.\r\nNOOP\r\n", "220 250 354 250 250"},
		{"no end without CRLF", "smtp", "RCPT TO:<b>\r\nDATA\r\na\n.\n\r.\r\r\n.\r\nNOOP\r\n", "220 250 354 250 250"},
		{"dot and CR", "smtp", "RCPT TO:<b>\r\nDATA\r\na\r\n.\r\r\n.\r\nNOOP\r\n", "220 250 354 250 250"},
		{"no recipients", "smtp", "MAIL FROM:<a>\r\nDATA\r\n", "220 250 503"},
		{"recipients end with the message", "smtp", "RCPT TO:<b>\r\nDATA\r\n.\r\nDATA\r\n", "220 250 354 250 503"},
		{"lmtp", "lmtp", "LHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<b>\r\nDATA\r\n.\r\n", "220" + ehlo + " 250 250 250 354 250 250"},
		{"wrong hello", "lmtp", "EHLO x\r\n", "220 500"},
		{"wrong hello", "smtp", "LHLO x\r\n", "220 500"},
		{"plain", "smtp", "AUTH PLAIN AGEAYg==\r\n", "220 235"},
		{"plain in two steps", "smtp", "AUTH PLAIN\r\nAGEAYg==\r\n", "220 334 235"},
		{"login", "smtp", "auth login\r\nYQ==\r\nYg==\r\nNOOP\r\n", "220 334 334 235 250"},
		{"login with name", "smtp", "AUTH LOGIN YQ==\r\nYg==\r\n", "220 334 235"},
		{"cancelled login", "smtp", "AUTH LOGIN\r\n*\r\nNOOP\r\n", "220 334 501 250"},
		{"other verbs", "smtp", "STARTTLS\r\nVRFY a\r\nEXPN a\r\nHELP\r\nnoop\r\nRSET\r\nHELO x\r\nXYZ\r\n", "220 454 252 250 214 250 250 250 250"},
		{"bdat", "smtp", "RCPT TO:<b>\r\nBDAT 5\r\nQUIT\nBDAT 2 LAST\r\n\r\nNOOP\r\n", "220 250 250 250 250"},
		{"empty bdat", "lmtp", "RCPT TO:<b>\r\nRCPT TO:<c>\r\nBDAT 0 LAST\r\nBDAT x\r\n", "220 250 250 250 250 501"},
		{"long line", "smtp", strings.Repeat("x", 70000) + "\r\nNOOP\r\n", "220 500 250"},
		{"nothing after QUIT", "smtp", "QUIT\r\nNOOP\r\n", "220 221"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, piece := range []int{1 << 20, 7, 1} {
				if tt.name == "nothing after QUIT" && piece < 1<<20 {
					continue
				}
				if got := rehearse(t, tt.protocol, tt.text, piece); got != tt.want {
					t.Errorf("pieces of %d: %s\nwant %s", piece, got, tt.want)
				}
			}
		})
	}
}

func TestDryConnWithAClient(t *testing.T) {
	c := gosmtp.NewClient(DryConn("smtp"))
	if err := c.Auth(sasl.NewLoginClient("u", "p")); err != nil {
		t.Fatal(err)
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		t.Error("offers TLS")
	}
	for range 3 {
		if err := c.SendMail("a@x.test", []string{"b@y.test"}, strings.NewReader("Subject: x\r\n\r\n.dot\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
}

func TestDryConnEnds(t *testing.T) {
	d := DryConn("smtp")
	in := bufio.NewReader(d)
	if line, _ := in.ReadString('\n'); line != "220 dry run\r\n" {
		t.Fatal(line)
	}
	if _, err := io.WriteString(d, "QUIT\r\n"); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(in); err != nil || string(rest) != "221 dry run\r\n" {
		t.Fatal(string(rest), err)
	}
	if _, err := io.WriteString(d, "NOOP\r\n"); err == nil {
		t.Error("writes after QUIT")
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := d.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if err := d.Close(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestDryConnDeadlines(t *testing.T) {
	d := DryConn("smtp")
	defer func() { _ = d.Close() }()
	buf := make([]byte, 64)
	if _, err := d.Read(buf); err != nil {
		t.Fatal(err)
	}
	_ = d.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	var timeout net.Error
	if _, err := d.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatal(err)
	}
	_ = d.SetDeadline(time.Now().Add(-time.Second))
	if _, err := d.Write([]byte("NOOP\r\n")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	_ = d.SetDeadline(time.Time{})
	results := make(chan error)
	for _, wake := range []func(){
		func() { _, _ = d.Write([]byte("NOOP\r\n")) },
		func() { _ = d.SetReadDeadline(time.Now().Add(-time.Second)) },
		func() { _ = d.Close() },
	} {
		go func() {
			_, err := d.Read(buf)
			results <- err
		}()
		wake()
		select {
		case <-results:
		case <-time.After(5 * time.Second):
			t.Fatal("the reader sleeps on")
		}
		_ = d.SetReadDeadline(time.Time{})
	}
}

// FuzzDryTalk: how octets are cut into pieces changes nothing.
func FuzzDryTalk(f *testing.F) {
	f.Add("EHLO x\r\nRCPT TO:<a>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n", 3)
	f.Add("RCPT TO:<a>\r\nDATA\r\n\r\n.\r\r\n.\r\n", 1)
	f.Add("BDAT 3 LAST\r\nabcAUTH LOGIN\r\n*\r\n", 2)
	f.Fuzz(func(t *testing.T, text string, piece int) {
		if piece < 1 || len(text) > 1<<16 {
			return
		}
		var whole, cut dryTalk
		whole.hear([]byte(text))
		for rest := text; len(rest) > 0; {
			n := min(piece, len(rest))
			cut.hear([]byte(rest[:n]))
			rest = rest[n:]
		}
		if whole.out.String() != cut.out.String() {
			t.Fatalf("%q\n%q", whole.out.String(), cut.out.String())
		}
	})
}
