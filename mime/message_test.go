package mime

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func TestIdentity(t *testing.T) {
	t.Run("089 date", func(t *testing.T) {
		if got := headerOf(t, wire(t, basic(t, nil)), "Date"); got != "Date: Sun, 01 Mar 2026 09:30:00 +0100" {
			t.Error(got)
		}
		m := basic(t, func(s *Spec) { s.Date = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) })
		if got := headerOf(t, wire(t, m), "Date"); got != "Date: Fri, 02 Jan 2026 03:04:05 +0000" {
			t.Error(got)
		}
		wantFault(t, m.Header().SetDate("Date", time.Time{}), "Date")
	})
	t.Run("090 message id", func(t *testing.T) {
		m := basic(t, func(s *Spec) { s.From = []Address{{"", "r@bücher.example"}} })
		id := headerOf(t, wire(t, m), "Message-ID")
		if !strings.HasSuffix(id, "@xn--bcher-kva.example>") || len(id) < len("Message-ID: <@xn--bcher-kva.example>")+20 {
			t.Error(id)
		}
		given := basic(t, func(s *Spec) { s.MessageID = "my.id@example.org" })
		if got := headerOf(t, wire(t, given), "Message-ID"); got != "Message-ID: <my.id@example.org>" {
			t.Error(got)
		}
		if got := NewMessageID(fixedEnv(), "not a domain"); !strings.HasSuffix(got, "@"+fallbackDomain+">") {
			t.Error(got)
		}
	})
	t.Run("091 reproducible", func(t *testing.T) {
		build := func() string { return wire(t, basic(t, func(s *Spec) { s.HTML = ptr("<p>x") })) }
		if first, second := build(), build(); first != second {
			t.Error("two runs with the same seed differ")
		}
	})
	t.Run("no field that was not asked for", func(t *testing.T) {
		for name := range basic(t, nil).Header().Fields() {
			if !strings.Contains("From To Subject Content-Type", name) {
				t.Errorf("%s was not asked for", name)
			}
		}
	})
	t.Run("broken randomness", func(t *testing.T) {
		m := AsMessage(must(NewText("x", "", "")), NewEnv(func() time.Time { return time.Unix(1e9, 0) }, iotest.ErrReader(io.ErrNoProgress)))
		if _, err := m.Encode(false, false); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("got %v", err)
		}
	})
}

func TestList(t *testing.T) {
	m := basic(t, func(s *Spec) {
		s.List = &ListSpec{ID: "News <news.example.org>", Unsubscribe: []string{"https://example.org/u?a=1,2", "mailto:u@example.org"}, OneClick: true, Post: []string{"NO"}}
	})
	out := wire(t, m)
	for _, want := range []string{
		"List-Unsubscribe: <https://example.org/u?a=1,2>, <mailto:u@example.org>\r\n",
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", "List-ID: News <news.example.org>\r\n", "List-Post: NO\r\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("102: no %q in\n%s", want, out)
		}
	}
	for _, l := range []*ListSpec{{OneClick: true}, {OneClick: true, Unsubscribe: []string{"mailto:u@example.org", "http://x.example/"}}} {
		_, err := Compose(Spec{List: l}, fixedEnv())
		wantFault(t, err, "https")
	}
	_, err := Compose(Spec{List: &ListSpec{ID: "not an id"}}, fixedEnv())
	wantFault(t, err, "List-ID")
}

func TestMarks(t *testing.T) {
	out := wire(t, basic(t, func(s *Spec) {
		s.Priority, s.AutoSubmitted = "high", "auto-generated"
		s.InReplyTo, s.References = []string{"a@x"}, []string{"<b@x>", "a@x"}
		s.ReplyTo, s.Sender = []Address{{"", "r@x.example"}}, []Address{{"", "s@x.example"}}
		s.Headers = [][2]string{{"X-Run", "1"}, {"x-run", "2"}, {"Disposition-Notification-To", "r@x.example"}}
	}))
	for _, want := range []string{
		"X-Priority: 1 (Highest)\r\n", "Importance: high\r\n", "Priority: urgent\r\n", "Auto-Submitted: auto-generated\r\n", "In-Reply-To: <a@x>\r\n",
		"References: <b@x> <a@x>\r\n", "X-Run: 1\r\nx-run: 2\r\n", "Disposition-Notification-To: r@x.example\r\n", "Sender: s@x.example\r\nReply-To: r@x.example\r\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	_, err := Compose(Spec{Priority: "urgent!"}, fixedEnv())
	wantFault(t, err, "priority")
	_, err = Compose(Spec{AutoSubmitted: "a b"}, fixedEnv())
	wantFault(t, err, "Auto-Submitted")
	if out := wire(t, basic(t, func(s *Spec) { s.Priority = "low" })); !strings.Contains(out, "X-Priority: 5 (Lowest)") {
		t.Error(out)
	}
}

func TestCloneAndSnapshot(t *testing.T) {
	m := basic(t, func(s *Spec) { s.Attachments = []*Part{pdf(t)} })
	first := wire(t, m)
	t.Run("clone", func(t *testing.T) {
		c, err := m.Clone([][2]string{{"To", "b@x.example"}, {"Subject", "other"}})
		if err != nil {
			t.Fatal(err)
		}
		out := wire(t, c)
		if headerOf(t, out, "Message-ID") == headerOf(t, first, "Message-ID") || headerOf(t, out, "Subject") != "Subject: other" {
			t.Error(out)
		}
		if _, to, _, _ := c.Envelope(); to[0] != "b@x.example" {
			t.Errorf("the envelope is %q", to)
		}
		if c.children[1].content != m.children[1].content {
			t.Error("the content is not shared")
		}
		_, err = m.Clone([][2]string{{"Subject", "a\nb"}})
		wantFault(t, err, "Subject")
		kept, _ := m.Clone([][2]string{{"Message-ID", "x@y"}, {"Date", "2026-01-01"}})
		if out := wire(t, kept); headerOf(t, out, "Message-ID") != "Message-ID: <x@y>" || !strings.Contains(out, "Date: Thu, 01 Jan 2026") {
			t.Error(out)
		}
	})
	t.Run("snapshot", func(t *testing.T) {
		snap, err := m.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		_ = m.Header().Set("Subject", "changed")
		_ = m.children[0].Header().Set("Content-Description", "changed")
		_ = m.Attach(must(NewText("more", "", "")))
		if got := wire(t, snap); got != first {
			t.Error("the snapshot changed:\n" + got)
		}
	})
}

func TestConcurrentEncoding(t *testing.T) {
	shared := must(NewPart("application/x", String(strings.Repeat("0123456789", 20000)), WithFilename("s.bin")))
	page := must(NewMultipart("alternative", []*Part{must(NewText("ü", "", "")), must(NewText("<p>ü", "html", ""))}))
	env := fixedEnv()
	var group sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		group.Go(func() {
			for range 20 {
				m := AsMessage(must(NewMultipart("", []*Part{page, shared})), env)
				snap := must(m.Snapshot())
				_ = m.Header().Set("Subject", "s")
				_, bodies[i], _ = strings.Cut(string(must(snap.Octets(i%2 == 0, false))), "application/x")
			}
		})
	}
	group.Wait()
	strip := func(s string) string { return s[:strings.LastIndex(s, "\r\n--")] }
	for _, body := range bodies {
		if strip(body) != strip(bodies[0]) {
			t.Fatal("the shared part differs")
		}
	}
}

// fakeFile is a source that may lie about its size or break.
type fakeFile struct {
	content io.Reader
	size    int64
	known   bool
	err     error
}

func (f *fakeFile) Open() (io.ReadCloser, error) { return io.NopCloser(f.content), f.err }
func (f *fakeFile) Size() (int64, bool)          { return f.size, f.known }

func TestFailingSources(t *testing.T) {
	gone := &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrNotExist}
	tests := []struct {
		name   string
		source Source
		cause  error
		say    string
	}{
		{"097 cannot be opened", &fakeFile{size: 10, known: true, err: gone}, fs.ErrNotExist, "big.bin"},
		{"097 unknown size cannot be opened", &fakeFile{err: gone}, fs.ErrNotExist, "big.bin"},
		{"097 breaks", &fakeFile{content: io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrClosedPipe)), size: 10, known: true}, io.ErrClosedPipe, "big.bin"},
		{"097 truncated", &fakeFile{content: strings.NewReader("abc"), size: 10, known: true}, errResized, "size"},
		{"097 grown", &fakeFile{content: strings.NewReader("abcabcabcabc"), size: 10, known: true}, errResized, "size"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := must(NewPart("application/x", test.source, WithFilename("big.bin")))
			_, err := basic(t, func(s *Spec) { s.Attachments = []*Part{p} }).Octets(false, false)
			if !errors.Is(err, test.cause) {
				t.Errorf("the cause is lost: %v", err)
			}
			wantFault(t, err, test.say)
		})
	}
	t.Run("a failing writer's error comes back as it is", func(t *testing.T) {
		e := must(basic(t, func(s *Spec) { s.Attachments = []*Part{pdf(t)} }).Encode(false, false))
		if _, err := e.WriteTo(failingWriter{}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("unknown size", func(t *testing.T) {
		p := must(NewPart("application/x", readerSource(strings.Repeat("chunk", 50000))))
		wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{p} }))
	})
	t.Run("empty", func(t *testing.T) {
		p := must(NewPart("application/x", String("")))
		wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{p} }))
		wire(t, AsMessage(p, fixedEnv()))
	})
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// readerSource does not know its size.
type readerSource string

func (s readerSource) Open() (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(s))), nil
}
func (readerSource) Size() (int64, bool) { return 0, false }

// zeroFile is a large source that takes no memory.
type zeroFile int64

func (z zeroFile) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.LimitReader(zeroes{}, int64(z))), nil
}
func (z zeroFile) Size() (int64, bool) { return int64(z), true }

type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestCaching(t *testing.T) {
	opened := 0
	p := must(NewPart("application/x", &countingSource{&opened}))
	m := basic(t, func(s *Spec) { s.Attachments = []*Part{p} })
	for range 5 {
		c := must(m.Clone(nil))
		must(c.Octets(false, false))
	}
	if opened != 2 {
		t.Errorf("the source was read %d times for five messages, want 2: streamed, then kept", opened)
	}
}

type countingSource struct{ opened *int }

func (c *countingSource) Open() (io.ReadCloser, error) {
	*c.opened++
	return io.NopCloser(bytes.NewReader(make([]byte, 1000))), nil
}
func (c *countingSource) Size() (int64, bool) { return 1000, true }

func TestErrorText(t *testing.T) {
	err := (&Header{}).Set("Subject", strings.Repeat("x", 500)+"\n")
	if s := err.Error(); len(s) > 200 || !strings.HasPrefix(s, "mime: Subject: line break: ") {
		t.Error(s)
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind() != "mime" || e.Hint() != "" {
		t.Error(err)
	}
}

func TestEntity(t *testing.T) {
	e, err := basic(t, nil).Entity()
	if err != nil || e.Header.Get("Subject") != "s" {
		t.Errorf("%v %v", e, err)
	}
}
