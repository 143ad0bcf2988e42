package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	lineA = "From ann@example.org Wed Nov 25 08:09:10 2026\n"
	lineB = "From bob@example.org Thu Nov 26 08:09:10 2026\n"
)

// all reads an mbox to its end.
func all(t testing.TB, r io.Reader, o MboxOptions) []*Message {
	t.Helper()
	var list []*Message
	m := NewMbox(r, o)
	for {
		msg, err := m.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, msg)
	}
}

func octets(list []*Message) []string {
	var out []string
	for _, m := range list {
		out = append(out, string(m.Octets))
	}
	return out
}

func TestMboxRead(t *testing.T) {
	for _, c := range []struct {
		name, file string
		format     Format
		want       []string
	}{
		{"nothing", "", MboxRD, nil},
		{"blank lines alone", "\n\r\n\n", MboxRD, nil},
		{"two", lineA + "Subject: 1\n\none\n\n" + lineB + "Subject: 2\n\ntwo\n\n", MboxRD, []string{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"}},
		{"CRLF", strings.ReplaceAll(lineA+"Subject: 1\n\none\n\n"+lineB+"Subject: 2\n\ntwo\n\n", "\n", "\r\n"), MboxRD, []string{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"}},
		{"a byte order mark", "\ufeff" + lineA + "Subject: 1\n\none\n", MboxRD, []string{"Subject: 1\r\n\r\none\r\n"}},
		{"no blank line before a separator", lineA + "Subject: 1\n\none\n" + lineB + "Subject: 2\n\ntwo\n", MboxRD, []string{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"}},
		{"a separator without a date", "From ann\nSubject: 1\n\none\n\nFrom bob\nSubject: 2\n\ntwo\n", MboxRD, []string{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"}},
		{"cut within a body", lineA + "Subject: 1\n\none\nhal", MboxRD, []string{"Subject: 1\r\n\r\none\r\nhal\r\n"}},
		{"cut within a header", lineA + "Subject: 1\n\none\n\n" + lineB + "Subj", MboxRD, []string{"Subject: 1\r\n\r\none\r\n", "Subj\r\n"}},
		{"cut behind a separator", lineA + "Subject: 1\n\none\n\n" + lineB, MboxRD, []string{"Subject: 1\r\n\r\none\r\n", ""}},
		{"a text that was not quoted", lineA + "Subject: 1\n\nFrom here on\n\nFrom one place to another\nwe go\n\n", MboxRD, []string{"Subject: 1\r\n\r\nFrom here on\r\n\r\nFrom one place to another\r\nwe go\r\n"}},
		{"mboxrd", lineA + "S: 1\n\n>From a\n>>From b\n> From c\n>>>From d\n", MboxRD, []string{"S: 1\r\n\r\nFrom a\r\n>From b\r\n> From c\r\n>>From d\r\n"}},
		{"mboxo", lineA + "S: 1\n\n>From a\n>>From b\n", MboxO, []string{"S: 1\r\n\r\nFrom a\r\n>>From b\r\n"}},
		{"mboxcl", lineA + "Content-Length: 17\n\n" + lineB[:5] + "a\n>From b\n\n\n\n" + lineB + "S: 2\n\n", MboxCL, []string{"Content-Length: 17\r\n\r\nFrom a\r\nFrom b\r\n\r\n\r\n", "S: 2\r\n"}},
		{"mboxcl2", lineA + "Content-Length: 55\n\n" + lineB + ">From b\n\n" + "\n" + lineB + "S: 2\n\ntwo\n", MboxCL2, []string{"Content-Length: 55\r\n\r\n" + strings.ReplaceAll(lineB, "\n", "\r\n") + ">From b\r\n\r\n", "S: 2\r\n\r\ntwo\r\n"}},
		{"mboxcl2 with a wrong length", lineA + "Content-Length: 70\n\none\n\n" + lineB + "S: 2\n\ntwo\n\n" + lineA + "S: 3\n\n3\n", MboxCL2, []string{"Content-Length: 70\r\n\r\none\r\n", "S: 2\r\n\r\ntwo\r\n", "S: 3\r\n\r\n3\r\n"}},
		{"a length is not believed unasked", lineA + "Content-Length: 99\n\none\n\n" + lineB + "S: 2\n\ntwo\n", MboxRD, []string{"Content-Length: 99\r\n\r\none\r\n", "S: 2\r\n\r\ntwo\r\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, chunk := range []int{1, 7, 1 << 20} {
				got := octets(all(t, &slowReader{s: c.file, n: chunk}, MboxOptions{Format: c.format}))
				if !slices.Equal(got, c.want) {
					t.Errorf("in pieces of %d\ngot  %q\nwant %q", chunk, got, c.want)
				}
			}
		})
	}
}

// slowReader gives at most n octets at once.
type slowReader struct {
	s string
	n int
}

func (r *slowReader) Read(b []byte) (int, error) {
	if r.s == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), r.n)], r.s)
	r.s = r.s[n:]
	return n, nil
}

func TestMboxLineAcrossTheBuffer(t *testing.T) {
	for _, n := range []int{bufferSize - 2, bufferSize - 1, bufferSize, bufferSize + 1, 3 * bufferSize} {
		body := strings.Repeat("x", n) + "\r\nFrom me\r\n"
		file := lineA + "S: 1\n\n" + strings.Repeat("x", n) + "\r\n>From me\r\n\r\n"
		if got := octets(all(t, strings.NewReader(file), MboxOptions{})); len(got) != 1 || got[0] != "S: 1\r\n\r\n"+body {
			t.Errorf("a line of %d octets came out as %d messages of %d octets", n, len(got), len(strings.Join(got, "")))
		}
	}
}

func TestMboxRefuses(t *testing.T) {
	for _, c := range []struct {
		name, file string
		limit      int64
		want       string
	}{
		{"no mbox", "Subject: 1\n\none\n", 0, "not an mbox"},
		{"too large", lineA + "S: 1\n\n" + strings.Repeat("x\n", 500), 300, "larger than the limit"},
	} {
		m := NewMbox(strings.NewReader(c.file), MboxOptions{Limit: c.limit})
		_, err := m.Next()
		var fault *Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) || fault.Kind() != "io" || fault.Hint() == "" {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := m.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the error %v", c.name, err)
		}
	}
}

func TestFromLine(t *testing.T) {
	zone := func(hours int) *time.Location { return time.FixedZone("", hours*3600) }
	for _, c := range []struct {
		line, sender string
		date         time.Time
	}{
		{"From a@b.example Wed Nov 25 08:09:10 2026", "a@b.example", time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC)},
		{"From - Tue Apr  1 08:09 2025", "", time.Date(2025, 4, 1, 8, 9, 0, 0, time.UTC)},
		{"From MAILER-DAEMON Wed Nov  5 08:09:10 +0200 2026", "", time.Date(2026, 11, 5, 8, 9, 10, 0, zone(2))},
		{"From 18@xxx Wed Nov 25 08:09:10 2026 -0700", "18@xxx", time.Date(2026, 11, 25, 8, 9, 10, 0, zone(-7))},
		{`From "a b"@c.example Wed Nov 25 08:09:10 MET 2026 remote from x`, `"a b"@c.example`, time.Time{}},
		{"From Wed Wed Nov 25 08:09:10 2026", "Wed", time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC)},
		{"From ann", "ann", time.Time{}},
		{"From ", "", time.Time{}},
	} {
		sender, date, _ := parseFromLine(c.line)
		if !strings.Contains(c.line, "remote") && (sender != c.sender || !date.Equal(c.date)) {
			t.Errorf("%q gives %q, %v", c.line, sender, date)
		}
	}
	at := time.Date(2026, 11, 5, 9, 9, 10, 0, zone(1))
	for sender, want := range map[string]string{
		"a@b.example": "From a@b.example Thu Nov  5 08:09:10 2026", "": "From MAILER-DAEMON Thu Nov  5 08:09:10 2026",
		"a\nFrom b": "From MAILER-DAEMON Thu Nov  5 08:09:10 2026",
	} {
		if got := fromLine(sender, at); got != want {
			t.Errorf("%q gives %q", sender, got)
		}
	}
}

// memory is a File in memory that fails on demand.
type memory struct {
	data     []byte
	at       int64
	room     int // octets that may still be written; then the disk is full
	syncFail bool
}

func (m *memory) Read(b []byte) (int, error) {
	if m.at >= int64(len(m.data)) {
		return 0, io.EOF
	}
	n := copy(b, m.data[m.at:])
	m.at += int64(n)
	return n, nil
}

func (m *memory) Write(b []byte) (int, error) {
	n := min(len(b), m.room)
	m.data = append(m.data[:m.at], b[:n]...)
	m.at, m.room = m.at+int64(n), m.room-n
	if n < len(b) {
		return n, errors.New("disk full")
	}
	return n, nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	if m.at = offset; whence == io.SeekEnd {
		m.at += int64(len(m.data))
	}
	return m.at, nil
}

func (m *memory) Truncate(size int64) error { m.data = m.data[:size]; return nil }

func (m *memory) Sync() error {
	if m.syncFail {
		m.syncFail = false
		return errors.New("disk broken")
	}
	return nil
}

func TestMboxAppend(t *testing.T) {
	msg := &Message{Octets: []byte("Subject: hi\r\n\r\nFrom me\r\n>From you\r\nlast"), Sender: "ann@example.org", Date: time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC), Flags: "FRS"}
	form := lineA + "Status: RO\nX-Status: AF\nSubject: hi\n\n>From me\n>>From you\nlast\n\n"
	crlf := strings.ReplaceAll(form, "\n", "\r\n")
	for _, c := range []struct{ before, want string }{
		{"", form},
		{"From x\nS: 1\n\none\n\n", "From x\nS: 1\n\none\n\n" + form},
		{"From x\nS: 1\n\none\n", "From x\nS: 1\n\none\n\n" + form},
		{"From x\nS: 1\n\nhal", "From x\nS: 1\n\nhal\n\n" + form},
		{"From x\r\nS: 1\r\n\r\n1\r\n\r\n", "From x\r\nS: 1\r\n\r\n1\r\n\r\n" + crlf},
		{"From x\r\nS: 1\r\n\r\n1\r\n", "From x\r\nS: 1\r\n\r\n1\r\n\r\n" + crlf},
	} {
		f := &memory{data: []byte(c.before), room: 1 << 20}
		if err := Append(f, msg); err != nil || string(f.data) != c.want {
			t.Errorf("to %q: %v\ngot  %q\nwant %q", c.before, err, f.data, c.want)
		}
		for room := range len(c.want) - len(c.before) {
			f := &memory{data: []byte(c.before), room: room}
			if err := Append(f, msg); err == nil || string(f.data) != c.before {
				t.Fatalf("with room for %d of the octets: %v, %q", room, err, f.data)
			}
		}
		f = &memory{data: []byte(c.before), room: 1 << 20, syncFail: true}
		if err := Append(f, msg); err == nil || !strings.Contains(err.Error(), "disk broken") || string(f.data) != c.before {
			t.Errorf("to a broken disk: %v, %q", err, f.data)
		}
	}
}

func TestMboxAppendRefusesOtherFiles(t *testing.T) {
	for _, before := range []string{"Subject: 1\n\none\n", "\x89PNG\r\n\x1a\n", "\n\nhello", "From"} {
		f := &memory{data: []byte(before), room: 1 << 20}
		err := Append(f, &Message{Octets: []byte("Subject: hi\r\n\r\n")})
		if err == nil || !strings.Contains(err.Error(), "not an mbox") || string(f.data) != before {
			t.Errorf("to %q: %v, %q", before, err, f.data)
		}
	}
	for _, before := range []string{"\ufeffFrom x\n\n", "\r\n\nFrom x\n\n", "\n"} {
		f := &memory{data: []byte(before), room: 1 << 20}
		if err := Append(f, &Message{Octets: []byte("Subject: hi\r\n\r\n")}); err != nil {
			t.Errorf("to %q: %v", before, err)
		}
	}
}

func TestMboxFlags(t *testing.T) {
	f := &memory{room: 1 << 20}
	for _, flags := range []string{"", "S", "DFRST", "F", "RT"} {
		if err := Append(f, &Message{Octets: []byte("Subject: x\r\n\r\n"), Flags: flags}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, m := range all(t, bytes.NewReader(f.data), MboxOptions{}) {
		got = append(got, m.Flags)
	}
	if !slices.Equal(got, []string{"", "S", "DFRST", "F", "RT"}) {
		t.Errorf("%q", got)
	}
	if _, err := NormalFlags("SX"); err == nil || !strings.Contains(err.Error(), "X") {
		t.Errorf("a flag that is none: %v", err)
	}
	if flags, err := NormalFlags("TSSF"); flags != "FST" || err != nil {
		t.Errorf("%q, %v", flags, err)
	}
}

// TestMboxStreams reads a file of 200 MB with messages of 100 kB in little memory.
func TestMboxStreams(t *testing.T) {
	one := lineA + "Subject: x\n\n" + strings.Repeat(strings.Repeat("y", 75)+"\n", 1300) + "\n"
	r := &repeating{text: one, times: 2000}
	m := NewMbox(r, MboxOptions{})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	count, peak := 0, uint64(0)
	for {
		msg, err := m.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(msg.Octets) != len("Subject: x\r\n\r\n")+77*1300 {
			t.Fatalf("message %d: %v, %d octets", count, err, len(msg.Octets))
		}
		if count++; count%200 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
	}
	if count != 2000 || peak > 4<<20 {
		t.Errorf("%d messages, %d octets live", count, peak)
	}
}

// repeating reads a text several times over.
type repeating struct {
	text  string
	times int
	at    int
}

func (r *repeating) Read(b []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at, r.times = 0, r.times-1
	}
	return n, nil
}

// canonicalLines makes any octets a message as the package gives them.
func canonicalLines(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\r"), nil)
	if len(b) == 0 || b[len(b)-1] != '\n' {
		b = append(b, '\n')
	}
	return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
}

func FuzzMbox(f *testing.F) {
	f.Add([]byte("Subject: 1\n\nFrom a\n>From b\n"), []byte("\n\n\n"))
	f.Add([]byte(lineA+lineB), []byte(">>>From "))
	f.Add([]byte("Content-Length: 5\n\nxxx"), []byte(lineA))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		a, b = canonicalLines(a), canonicalLines(b)
		file := &memory{room: 1 << 30}
		for _, octets := range [][]byte{a, b} {
			if err := Append(file, &Message{Octets: octets, Sender: string(a), Date: time.Unix(1, 0)}); err != nil {
				t.Fatal(err)
			}
		}
		got := all(t, bytes.NewReader(file.data), MboxOptions{})
		if len(got) != 2 || !bytes.Equal(got[0].Octets, a) || !bytes.Equal(got[1].Octets, b) {
			t.Fatalf("%q and %q came back as %q", a, b, octets(got))
		}
		for format := range MboxCL2 + 1 { // whatever is in it, reading ends and loses nothing but quotes and gaps
			m := NewMbox(io.MultiReader(strings.NewReader(lineA), bytes.NewReader(a), bytes.NewReader(b)), MboxOptions{Format: format})
			for range len(a) + len(b) + 2 {
				if _, err := m.Next(); err != nil {
					if !errors.Is(err, io.EOF) {
						t.Fatal(err)
					}
					return
				}
			}
			t.Fatal("reading does not end")
		}
	})
}

// TestMboxOfPython lets Python's mailbox read what we wrote, and reads what Python wrote.
func TestMboxOfPython(t *testing.T) {
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs")
	f, err := os.Create(ours)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := Append(f, &Message{Octets: fmt.Appendf(nil, "Subject: %d\r\n\r\nFrom %d\r\n\r\n", i, i), Date: time.Unix(1e9, 0), Flags: "S"}); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	out := python(t, `
import mailbox, sys
for m in mailbox.mbox(sys.argv[1]):
    print(m["Subject"], repr(m.get_payload()), m.get_flags(), m.get_from())
box = mailbox.mbox(sys.argv[2])
for i in range(3):
    m = mailbox.mboxMessage("Subject: %d\n\nFrom %d\n\n" % (i, i))
    m.set_from("ann@example.org", (2026, 11, 25, 8, 9, 10, 2, 0, 0))
    m.set_flags("RF")
    box.add(m)
box.close()`, ours, theirs)
	for i := range 3 {
		if want := fmt.Sprintf("%d '>From %d\\n\\n' RO MAILER-DAEMON Sun Sep  9 01:46:40 2001\n", i, i); !strings.Contains(out, want) {
			t.Errorf("Python reads %q, which lacks %q", out, want)
		}
	}
	g, err := os.Open(theirs)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	got := all(t, g, MboxOptions{Format: MboxO})
	if len(got) != 3 {
		t.Fatalf("%d messages of Python", len(got))
	}
	for i, m := range got {
		if m.Sender != "ann@example.org" || m.Flags != "FS" || !m.Date.Equal(time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC)) ||
			!strings.HasSuffix(string(m.Octets), fmt.Sprintf("\r\n\r\nFrom %d\r\n\r\n", i)) {
			t.Errorf("%+v: %q", m, m.Octets)
		}
	}
}
