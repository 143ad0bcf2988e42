package smtp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const hello = `S: 220 hi
	C: EHLO *
	S: 250-fake
	`

// patient is long enough to mean that a test hangs.
const patient = 20 * time.Second

func background(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	t.Cleanup(cancel)
	return ctx
}

// options are for a plain connection to a test server.
func options(address string) smtp.Options {
	return smtp.Options{Host: address, TLS: smtp.TLSNone, LocalName: "client.example", Timeout: 5 * time.Second}
}

func dial(t testing.TB, o smtp.Options) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(background(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// scripted dials a scripted server.
func scripted(t testing.TB, script string) (*smtp.Client, *smtptest.Script) {
	t.Helper()
	s := smtptest.NewScript(t, script)
	return dial(t, options(s.Addr())), s
}

const body = "Subject: hi\r\n\r\n.dot\r\n"

func send(t testing.TB, c *smtp.Client, to ...string) (*smtp.Result, error) {
	t.Helper()
	return c.SendMail(background(t), "me@x.example", to, smtp.Octets([]byte(body)), nil)
}

// wantError checks an error's type and returns it.
func wantError[E smtp.Error](t testing.TB, err error, delivered smtp.Delivered) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("got %T %v, want %T", err, err, e)
	}
	if e.Delivered() != delivered {
		t.Errorf("delivered %v, want %v", e.Delivered(), delivered)
	}
	return e
}

// wantBroken checks that nothing can be sent any more.
func wantBroken(t testing.TB, c *smtp.Client) {
	t.Helper()
	if _, err := c.Noop(background(t)); !errors.Is(err, smtp.ErrBroken) || c.Alive() {
		t.Errorf("after the failure: %v, alive %v", err, c.Alive())
	}
}

func clientLines(transcript []string) string {
	var lines []string
	for _, line := range transcript {
		if rest, ok := strings.CutPrefix(line, "C: "); ok {
			lines = append(lines, rest)
		}
	}
	return strings.Join(lines, "\n")
}

// wantClosed checks that the connection was closed in good order.
func wantClosed(t testing.TB, c *smtp.Client) {
	t.Helper()
	if _, err := c.Noop(background(t)); !errors.Is(err, smtp.ErrNotConnected) || c.Alive() {
		t.Errorf("after closing: %v, alive %v", err, c.Alive())
	}
}
