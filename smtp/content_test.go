package smtp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

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
