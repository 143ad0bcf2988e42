package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// outcomes collects what a stream reports.
type outcomes struct {
	results []*smtp.Result
	errs    []error
}

func (o *outcomes) done(r *smtp.Result, err error) {
	o.results, o.errs = append(o.results, r), append(o.errs, err)
}

// letter is a message to one recipient whose subject tells it apart.
func letterTo(to, subject string) smtp.Message {
	return smtp.Letter("me@x.example", []string{to}, smtp.Octets([]byte("Subject: "+subject+"\r\n\r\n.dot\r\n")))
}

func openStream(t testing.TB, c *smtp.Client, inFlight int) *smtp.Stream {
	t.Helper()
	s, err := c.Stream(smtp.StreamOptions{InFlight: inFlight})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// submit sends n letters, to user0@x.example and so on.
func submit(t testing.TB, s *smtp.Stream, n int, o *smtp.SendOptions) *outcomes {
	t.Helper()
	got, ctx := &outcomes{}, background(t)
	for i := range n {
		if err := s.Submit(ctx, letterTo(fmt.Sprintf("user%d@x.example", i), fmt.Sprint(i)), o, got.done); err != nil {
			t.Errorf("message %d: %v", i, err)
		}
	}
	_ = s.Flush()
	return got
}

// The content of a message and the envelope of the next are one flight: the
// script waits for both before it answers either.
func TestPoint15_StreamGroupsAcrossMessages(t *testing.T) {
	const envelope = "C: MAIL *\nC: RCPT *\nC: DATA\n"
	const welcome = "S: 250 sender\nS: 250 rcpt\nS: 354 go\n"
	c, _ := scripted(t, piped+envelope+welcome+
		"CONTENT\n"+envelope+"S: 250 queued as A1\n"+welcome+
		"CONTENT\n"+envelope+"S: 250 queued as A2\n"+welcome+
		"CONTENT\nS: 250 queued as A3\nC: QUIT\nS: 221 bye")
	s := openStream(t, c, 1)
	got := &outcomes{}
	ctx := background(t)
	for i := range 3 {
		if err := s.Submit(ctx, letterTo("a@x.example", fmt.Sprint(i)), nil, got.done); err != nil {
			t.Fatal(err)
		}
		if len(got.results) != i {
			t.Errorf("after %d: %d outcomes", i, len(got.results))
		}
	}
	if err := s.Flush(); err != nil {
		t.Error(err)
	}
	for i, r := range got.results {
		if got.errs[i] != nil || r.QueueID != fmt.Sprintf("A%d", i+1) {
			t.Errorf("%d: %+v %v", i, r, got.errs[i])
		}
	}
	s.Close()
	if _, err := c.Quit(ctx); err != nil {
		t.Error(err)
	}
}

// streamModes are the ways in which a stream can carry messages.
var streamModes = []struct {
	name       string
	extensions []string
	inFlight   int
}{
	{"lockstep", []string{"SIZE"}, 1},
	{"grouped", []string{"PIPELINING"}, 1},
	{"grouped for want of chunking", []string{"PIPELINING"}, 8},
	{"window", []string{"PIPELINING", "CHUNKING"}, 8},
}

func TestStreamRefusalsTouchNobodyElse(t *testing.T) {
	for _, mode := range streamModes {
		t.Run(mode.name, func(t *testing.T) { refusalsTouchNobody(t, mode.extensions, mode.inFlight) })
	}
}

func refusalsTouchNobody(t *testing.T, extensions []string, inFlight int) {
	t.Helper()
	current := ""
	s := smtptest.NewServer(t, smtptest.Config{Extensions: extensions, Reply: func(line string) string {
		switch {
		case strings.HasPrefix(line, "RCPT"):
			if current = line; strings.Contains(line, "user3@") {
				return "550 5.1.1 no such user"
			}
		case (line == "." || strings.HasPrefix(line, "BDAT")) && strings.Contains(current, "user7@"):
			return "554 5.6.0 not this content"
		}
		return ""
	}})
	got := submit(t, openStream(t, dial(t, options(s.Addr())), inFlight), 40, nil)
	if len(got.errs) != 40 || len(s.Messages()) != 38 {
		t.Fatalf("%d outcomes, %d messages", len(got.errs), len(s.Messages()))
	}
	for i, err := range got.errs {
		switch i {
		case 3:
			wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
		case 7:
			wantError[*smtp.DataError](t, err, smtp.No)
		default:
			if err != nil || len(got.results[i].Accepted()) != 1 {
				t.Errorf("%d: %v", i, err)
			}
		}
	}
	for _, m := range s.Messages() {
		if len(m.To) != 1 || !strings.Contains(string(m.Data), "Subject: "+strings.TrimSuffix(strings.TrimPrefix(m.To[0], "user"), "@x.example")+"\r\n") || !strings.HasSuffix(string(m.Data), "\r\n\r\n.dot\r\n") {
			t.Errorf("%q got %q", m.To, m.Data)
		}
	}
}

func TestPoint14_Stream421(t *testing.T) {
	for _, mode := range streamModes {
		t.Run(mode.name, func(t *testing.T) {
			finals := 0
			s := smtptest.NewServer(t, smtptest.Config{Extensions: mode.extensions, Reply: func(line string) string {
				if line == "." || strings.HasPrefix(line, "MAIL") && finals >= 5 {
					if finals++; finals > 5 {
						return "421 4.3.2 enough for today"
					}
				}
				return ""
			}})
			c := dial(t, options(s.Addr()))
			stream := openStream(t, c, mode.inFlight)
			got, refused, ctx := &outcomes{}, 0, background(t)
			for i := range 20 {
				if err := stream.Submit(ctx, letterTo("a@x.example", fmt.Sprint(i)), nil, got.done); err != nil {
					refused++
				}
			}
			if err := stream.Flush(); !errors.Is(err, smtp.ErrBroken) {
				t.Error(err)
			}
			if len(got.errs)+refused != 20 || len(s.Messages()) != 5 {
				t.Errorf("%d outcomes, %d not begun, %d messages", len(got.errs), refused, len(s.Messages()))
			}
			for i, err := range got.errs[5:] {
				if e := wantError[smtp.Error](t, err, smtp.No); !e.Temporary() {
					t.Errorf("%d: %v", i+5, err)
				}
			}
		})
	}
}

// A recipient too many gets a transaction of its own.
func TestPoint16_StreamTooManyRecipients(t *testing.T) {
	for _, mode := range streamModes {
		t.Run(mode.name, func(t *testing.T) {
			taken := 0
			s := smtptest.NewServer(t, smtptest.Config{Extensions: mode.extensions, Reply: func(line string) string {
				if strings.HasPrefix(line, "MAIL") {
					taken = 0
				}
				if strings.HasPrefix(line, "RCPT") {
					if taken++; taken > 2 {
						return "452 4.5.3 too many recipients"
					}
				}
				return ""
			}})
			stream, got := openStream(t, dial(t, options(s.Addr())), mode.inFlight), &outcomes{}
			ctx := background(t)
			for range 3 {
				m := smtp.Letter("me@x.example", []string{"a@x", "b@x", "c@x", "d@x", "e@x"}, smtp.Octets([]byte(body)))
				if err := stream.Submit(ctx, m, nil, got.done); err != nil {
					t.Fatal(err)
				}
			}
			stream.Close()
			for i, r := range got.results {
				if got.errs[i] != nil || len(r.Accepted()) != 5 {
					t.Errorf("%d: %+v %v", i, r, got.errs[i])
				}
			}
			if n := len(s.Messages()); n != 9 {
				t.Errorf("%d transactions", n)
			}
		})
	}
}

func TestStreamVeto(t *testing.T) {
	veto := errors.New("not this one")
	for _, mode := range streamModes {
		t.Run(mode.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: mode.extensions})
			stream, got := openStream(t, dial(t, options(s.Addr())), mode.inFlight), &outcomes{}
			begun, ctx := 0, background(t)
			for i := range 6 {
				o := &smtp.SendOptions{BeforeFinal: func(context.Context) error {
					if i == 3 {
						return veto
					}
					return nil
				}}
				if stream.Submit(ctx, letterTo("a@x.example", fmt.Sprint(i)), o, got.done) == nil {
					begun++
				}
			}
			_ = stream.Flush()
			if len(got.errs) != begun || !errors.Is(got.errs[3], veto) {
				t.Fatalf("%d of %d: %v", len(got.errs), begun, got.errs)
			}
			wantError[*smtp.CancelledError](t, got.errs[3], smtp.No)
			for _, m := range s.Messages() {
				if strings.Contains(string(m.Data), "Subject: 3") {
					t.Error("delivered against the veto")
				}
			}
			if want := begun - 1; len(s.Messages()) > want {
				t.Errorf("%d messages, %d begun", len(s.Messages()), begun)
			}
		})
	}
}
