package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

var chunking = []string{"PIPELINING", "CHUNKING", "8BITMIME", "BINARYMIME"}

// While nothing was answered, several whole messages are on their way.
func TestPoint17_WindowKeepsMessagesInFlight(t *testing.T) {
	const message = "Subject: 0\r\n\r\n.dot\r\n"
	flight := "C: RSET\nC: MAIL *\nC: RCPT *\n" + fmt.Sprintf("C: BDAT %d LAST\nREAD %d\n", len(message), len(message))
	replies := "S: 250 reset\nS: 250 sender\nS: 250 rcpt\nS: 250 queued as B7\n"
	c, _ := scripted(t, hello+"S: 250-PIPELINING\nS: 250 CHUNKING\n"+
		strings.TrimPrefix(flight, "C: RSET\n")+strings.TrimPrefix(replies, "S: 250 reset\n")+ // the first one alone
		strings.Repeat(flight, 4)+strings.Repeat(replies, 4))
	s := openStream(t, c, 4)
	got := submit(t, s, 5, nil)
	for i, err := range got.errs {
		if err != nil || got.results[i].QueueID != "B7" {
			t.Errorf("%d: %+v %v", i, got.results[i], err)
		}
	}
}

// However the wire is cut, a message that the server has whole is never taken
// for unsent, and one that it cannot have is never in doubt.
func TestPoint25_WindowCutAtEveryOctet(t *testing.T) {
	flight := func(i int) string {
		content := fmt.Sprintf("Subject: %d\r\n\r\n.dot\r\n", i)
		return fmt.Sprintf("RSET\r\nMAIL FROM:<me@x.example>\r\nRCPT TO:<user%d@x.example>\r\nBDAT %d LAST\r\n%s", i, len(content), content)
	}
	first := len(flight(0)) - len("RSET\r\n")
	all := flight(1) + flight(2) + flight(3)
	for n := 1; n < len(all); n += 3 {
		c, _ := scripted(t, hello+fmt.Sprintf("S: 250-PIPELINING\nS: 250 CHUNKING\nREAD %d\nS: 250 a\nS: 250 b\nS: 250 c\nREAD %d\nRESET", first, n))
		got := submit(t, openStream(t, c, 4), 4, nil)
		end := 0
		for i, err := range got.errs {
			if i == 0 {
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			end += len(flight(i))
			e := wantError[smtp.Error](t, err, smtp.Unknown) // they left in one write
			if !e.Temporary() && end <= n {
				t.Error(err)
			}
		}
	}
}

func TestWindowLargeContent(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking, SmallBuffers: true})
	stream, got, ctx := openStream(t, dial(t, options(s.Addr())), 4), &outcomes{}, background(t)
	large := bytes.Repeat([]byte("0123456789 .\r\n.\r\n"), 20_000)
	for i := range 9 {
		content := large
		if i%3 == 0 {
			content = []byte("Subject: small\r\n\r\n")
		}
		if err := stream.Submit(ctx, smtp.Letter("", []string{"a@x.example"}, smtp.Octets(content)), nil, got.done); err != nil {
			t.Fatal(err)
		}
	}
	stream.Close()
	for i, m := range s.Messages() {
		if i%3 != 0 && !bytes.Equal(m.Data, large) || got.errs[i] != nil {
			t.Errorf("message %d: %d octets, %v", i, len(m.Data), got.errs[i])
		}
	}
	if len(s.Messages()) != 9 {
		t.Errorf("%d messages", len(s.Messages()))
	}
}

// lying announces another size than it has, or fails.
type lying struct {
	*repeated
	size int64
	err  error
}

func (l *lying) Size() int64 { return l.size }

func (l *lying) EightBit() bool { return false }

func (l *lying) Segments(f func([]byte, bool) error) error {
	if err := l.repeated.Segments(f); err != nil {
		return err
	}
	return l.err
}

func TestWindowContentFailureTouchesNobodyElse(t *testing.T) {
	for name, bad := range map[string]*lying{
		"small, too short": {&repeated{piece: []byte("x\r\n"), n: 10}, 40, nil},
		"small, too long":  {&repeated{piece: []byte("x\r\n"), n: 10}, 20, nil},
		"small, fails":     {&repeated{piece: []byte("x\r\n"), n: 10}, 30, errors.New("disk gone")},
		"large, too short": {&repeated{piece: []byte("x\r\n"), n: 100_000}, 400_000, nil},
		"large, fails":     {&repeated{piece: []byte("x\r\n"), n: 100_000}, 300_001, errors.New("disk gone")},
	} {
		t.Run(name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking})
			c := dial(t, options(s.Addr()))
			stream, got, ctx := openStream(t, c, 8), &outcomes{}, background(t)
			for i := range 6 {
				m := letterTo("a@x.example", fmt.Sprint(i))
				if i == 3 {
					m = smtp.Letter("me@x.example", []string{"a@x.example"}, bad)
				}
				if err := stream.Submit(ctx, m, nil, got.done); err != nil && i < 4 {
					t.Error(err)
				}
			}
			_ = stream.Flush()
			wantError[*smtp.ContentError](t, got.errs[3], smtp.No)
			if got.errs[0] != nil || got.errs[1] != nil || got.errs[2] != nil {
				t.Error(got.errs)
			}
			if survives := strings.HasPrefix(name, "small"); survives != c.Alive() || survives != (len(s.Messages()) == 5) {
				t.Errorf("alive %v, %d messages", c.Alive(), len(s.Messages()))
			}
		})
	}
}

func TestPoint15b_StreamManyRecipients(t *testing.T) {
	for _, mode := range streamModes[1:] {
		t.Run(mode.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: mode.extensions, SmallBuffers: true, Reply: func(line string) string {
				if strings.HasPrefix(line, "RCPT") {
					return "250 2.1.5 " + strings.Repeat("very welcome ", 20)
				}
				return ""
			}})
			stream, got := openStream(t, dial(t, options(s.Addr())), mode.inFlight), &outcomes{}
			ctx := background(t)
			for _, n := range []int{1, 5_000, 300, 1_000, 2} {
				m := smtp.Letter("me@x.example", many(n), smtp.Octets([]byte(body)))
				if err := stream.Submit(ctx, m, nil, got.done); err != nil {
					t.Fatal(err)
				}
			}
			stream.Close()
			for i, err := range got.errs {
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
			if len(s.Messages()) != 5 || len(s.Messages()[1].To) != 5_000 {
				t.Errorf("%d messages", len(s.Messages()))
			}
		})
	}
}

// A server that offers CHUNKING and doesn't know BDAT gets DATA.
func TestPoint17_WindowFallsBackToDATA(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking, Reply: func(line string) string {
		if strings.HasPrefix(line, "BDAT") {
			return "502 5.5.1 not implemented"
		}
		return ""
	}})
	got := submit(t, openStream(t, dial(t, options(s.Addr())), 8), 5, nil)
	for _, err := range got.errs {
		if err != nil {
			t.Error(err)
		}
	}
	if m := s.Messages(); len(m) != 5 || m[4].Chunked {
		t.Errorf("%d messages", len(m))
	}
}

func TestPoint17_SendByChunk(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking})
	o := options(s.Addr())
	o.Chunking = smtp.On
	c := dial(t, o)
	if _, err := send(t, c, "a@x.example"); err != nil {
		t.Error(err)
	}
	binary := []byte("Content-Transfer-Encoding: binary\r\n\r\nlone \n and \r and \x00 and .\n.\n")
	for _, raw := range [][]byte{binary, nil} {
		_, err := c.SendMail(background(t), "", []string{"a@x.example"}, smtp.Binary(raw), &smtp.SendOptions{MailOptions: []string{"BODY=BINARYMIME"}})
		if err != nil {
			t.Error(err)
		}
	}
	_, err := c.SendMail(background(t), "", []string{"a@x.example", "a@x.example"}, smtp.Octets([]byte(body)), &smtp.SendOptions{AllOrNothing: true})
	if err != nil {
		t.Error(err)
	}
	m := s.Messages()
	if len(m) != 4 || !m[0].Chunked || string(m[0].Data) != body || !bytes.Equal(m[1].Data, binary) || len(m[2].Data) != 0 || !m[3].Chunked {
		t.Errorf("%+v", m)
	}
	for _, offered := range [][]string{{"PIPELINING", "BINARYMIME"}, {"CHUNKING"}} {
		other := smtptest.NewServer(t, smtptest.Config{Extensions: offered})
		_, err := dial(t, options(other.Addr())).SendMail(background(t), "", []string{"a@x.example"}, smtp.Binary(binary), &smtp.SendOptions{MailOptions: []string{"BODY=BINARYMIME"}})
		wantError[*smtp.NotSupportedError](t, err, smtp.No)
	}
}

func TestPoint17_RefusedChunkResets(t *testing.T) {
	o := "C: MAIL *\nC: RCPT *\nC: BDAT 21 LAST\nREAD 21\n"
	for name, tt := range map[string]struct{ replies, after string }{
		"chunk":  {"S: 250 ok\nS: 250 ok\nS: 552 5.3.4 too big", "C: RSET\nS: 250 ok"},
		"rcpt":   {"S: 250 ok\nS: 550 who\nS: 503 no recipients", "C: RSET\nS: 250 ok"},
		"sender": {"S: 550 no\nS: 503 who\nS: 503 no recipients", "C: RSET\nS: 250 ok"},
	} {
		t.Run(name, func(t *testing.T) {
			s := smtptest.NewScript(t, hello+"S: 250-PIPELINING\nS: 250 CHUNKING\n"+o+tt.replies+"\n"+tt.after)
			opts := options(s.Addr())
			opts.Chunking = smtp.On
			_, err := send(t, dial(t, opts), "a@x.example")
			var e smtp.Error
			if !errors.As(err, &e) || e.Delivered() != smtp.No || e.Temporary() {
				t.Error(err)
			}
		})
	}
}

func TestPoint17_BdatVerb(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking})
	c := dial(t, options(s.Addr()))
	ctx := background(t)
	if _, err := c.Mail(ctx, "me@x.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rcpt(ctx, "a@x.example"); err != nil {
		t.Fatal(err)
	}
	for i, chunk := range []string{"Subject: x\r\n", "\r\n.\r\n", ""} {
		if r, err := c.Bdat(ctx, []byte(chunk), i == 2); err != nil || r.Code != 250 {
			t.Errorf("%d: %v %v", i, r, err)
		}
	}
	if m := s.Messages(); len(m) != 1 || string(m[0].Data) != "Subject: x\r\n\r\n.\r\n" {
		t.Errorf("%+v", m)
	}
}

// When the context ends no further message begins; what is on its way is still
// answered for as long as the second context allows.
func TestPoint30_StreamCancelled(t *testing.T) {
	for _, mode := range streamModes {
		t.Run(mode.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Extensions: mode.extensions})
			stream, got := openStream(t, dial(t, options(s.Addr())), mode.inFlight), &outcomes{}
			ctx, cancel := context.WithCancel(background(t))
			defer cancel()
			ctx = smtp.WithFinal(ctx, background(t))
			begun := 0
			for i := range 10 {
				if i == 5 {
					cancel()
				}
				if err := stream.Submit(ctx, letterTo("a@x.example", fmt.Sprint(i)), nil, got.done); err == nil {
					begun++
				} else {
					wantError[smtp.Error](t, err, smtp.No)
				}
			}
			stream.Close()
			sent := 0
			for _, err := range got.errs {
				if err == nil {
					sent++
				} else {
					wantError[*smtp.CancelledError](t, err, smtp.No)
				}
			}
			if begun != 5 || len(got.errs) != 5 || sent != len(s.Messages()) || sent < 4 {
				t.Errorf("%d begun, %d sent, %d outcomes, %d messages", begun, sent, len(got.errs), len(s.Messages()))
			}
		})
	}
}

// What a server says into an empty window is no reply to the next message.
func TestPoint14_WindowRepliesToNothing(t *testing.T) {
	const first = "C: MAIL *\nC: RCPT *\nC: BDAT 20 LAST\nREAD 20\nS: 250 a\nS: 250 b\n" + `S! 250 c\r\n250 d\r\n` + "\nSTALL"
	c, _ := scripted(t, hello+"S: 250-PIPELINING\nS: 250 CHUNKING\n"+first)
	s, got, ctx := openStream(t, c, 8), &outcomes{}, background(t)
	if err := s.Submit(ctx, letterTo("a@x.example", "0"), nil, got.done); err != nil {
		t.Fatal(err)
	}
	err := s.Submit(ctx, letterTo("a@x.example", "1"), nil, got.done)
	if wantError[smtp.Error](t, err, smtp.No); len(got.errs) != 1 || got.errs[0] != nil {
		t.Error(got.errs)
	}
	wantBrokenStream(t, s)
}

func wantBrokenStream(t *testing.T, s *smtp.Stream) {
	t.Helper()
	if err := s.Flush(); !errors.Is(err, smtp.ErrBroken) {
		t.Errorf("the stream goes on: %v", err)
	}
}

// A server without RSET takes what is on its way, and gets the rest one by one.
func TestPoint23_WindowWithoutRSET(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: chunking, Reply: func(line string) string {
		if line == "RSET" {
			return "502 5.5.1 not implemented"
		}
		return ""
	}})
	stream, got, ctx := openStream(t, dial(t, options(s.Addr())), 4), &outcomes{}, background(t)
	for i := range 20 {
		if err := stream.Submit(ctx, letterTo("a@x.example", fmt.Sprint(i)), nil, got.done); err != nil {
			t.Fatal(err)
		}
	}
	stream.Close()
	for i, err := range got.errs {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if m := s.Messages(); len(m) != 20 || m[19].Chunked {
		t.Errorf("%d messages", len(m))
	}
}

// A 354 is no answer to a chunk: what the server did with it is still to come.
func TestPoint14_WindowContinuation(t *testing.T) {
	const message = "C: MAIL *\nC: RCPT *\nC: BDAT 20 LAST\nREAD 20\n"
	c, _ := scripted(t, hello+"S: 250-PIPELINING\nS: 250 CHUNKING\n"+message+"S: 250 a\nS: 250 b\nS: 250 c\n"+
		"C: RSET\n"+message+"S: 250 r\nS: 250 a\nS: 250 b\nS: 354 more\nSTALL")
	got := submit(t, openStream(t, c, 4), 2, nil)
	wantError[smtp.Error](t, got.errs[1], smtp.Unknown)
	if c.Alive() {
		t.Error("the connection is used again")
	}
}
