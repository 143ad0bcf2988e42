package mime

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fixedEnv is a clock that stands still and a seeded source.
func fixedEnv() *Env {
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))
	return NewEnv(func() time.Time { return now }, rand.NewChaCha8([32]byte{'m', 'a', 'i', 'l'}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ptr(s string) *string { return &s }

// basic is a message with the least that may be sent.
func basic(t testing.TB, change func(*Spec)) *Message {
	t.Helper()
	s := Spec{From: []Address{{Address: "r@example.org"}}, To: []Address{{Address: "a@x.example"}}, Subject: "s", Text: ptr("hello\n")}
	if change != nil {
		change(&s)
	}
	m, err := Compose(s, fixedEnv())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wire encodes, checks what holds for every output, and rereads it through go-message.
func wire(t testing.TB, m *Message) string {
	t.Helper()
	b, err := m.Octets(false, false)
	if err != nil {
		t.Fatal(err)
	}
	checkLines(t, b)
	checkEncoded(t, m, b)
	e, err := gomessage.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("go-message cannot read it: %v\n%s", err, b)
	}
	compareHeader(t, m.header, e)
	comparePart(t, m.Part, e, true)
	return string(b)
}

// checkLines wants CRLF only, no line too long, no blank header line, encoded-words on short lines.
func checkLines(t testing.TB, b []byte) {
	t.Helper()
	s := string(b)
	if !strings.HasSuffix(s, "\r\n") {
		t.Errorf("101: the output does not end in a line break: %q", s[max(0, len(s)-40):])
	}
	if n := bareBreaks(b); n != 0 {
		t.Errorf("%d bare line breaks", n)
	}
	header, _, _ := strings.Cut(s, "\r\n\r\n")
	for line := range strings.SplitSeq(header, "\r\n") {
		if strings.TrimSpace(line) == "" {
			t.Errorf("a header line is blank: %q", header)
		}
		if strings.Contains(line, "=?utf-8?") && len(line) > 76 {
			t.Errorf("a line with an encoded-word has %d octets: %q", len(line), line)
		}
	}
	for line := range strings.SplitSeq(s, "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line has %d octets", len(line))
		}
		if !isASCII(line) {
			t.Errorf("8-bit octets in 7-bit output: %q", line)
		}
	}
}

// checkEncoded compares the three faces of an Encoded.
func checkEncoded(t testing.TB, m *Message, want []byte) {
	t.Helper()
	e, err := m.Encode(false, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	err = e.Segments(func(b []byte, dotSafe bool) error {
		start := len(got) == 0 || got[len(got)-1] == '\n'
		if dotSafe && (start && len(b) > 0 && b[0] == '.' || bytes.Contains(b, []byte("\n."))) {
			t.Errorf("a segment called dot-safe has a line that begins with a dot: %q", b)
		}
		got = append(got, b...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("091: two encodings differ")
	}
	if e.Size() != int64(len(got)) {
		t.Errorf("Size is %d, written %d", e.Size(), len(got))
	}
}

func compareHeader(t testing.TB, h *Header, e *gomessage.Entity) {
	t.Helper()
	for name := range h.Fields() {
		text, _ := h.Get(name)
		if k := specOf(name, strings.ToLower(name)).kind; k != kindText && k != kindUnknown {
			continue
		}
		got, err := e.Header.Text(name)
		if err != nil || got != text && strings.ReplaceAll(got, "\t", " ") != strings.ReplaceAll(text, "\t", " ") {
			t.Errorf("%s reads back as %q, %v; want %q", name, got, err, text)
		}
	}
}

func comparePart(t testing.TB, p *Part, e *gomessage.Entity, root bool) {
	t.Helper()
	mediaType, params, err := e.Header.ContentType()
	if err != nil || mediaType != p.MediaType() {
		t.Errorf("the type reads back as %q, %v; want %q", mediaType, err, p.MediaType())
	}
	// go-message decodes encoded-words in quotes, which a filename may show.
	_, d, err := e.Header.ContentDisposition()
	if e.Header.Has("Content-Disposition") && !looksEncoded(p.Filename()) && (err != nil || d["filename"] != p.Filename()) {
		t.Errorf("the filename reads back as %q, %v; want %q", d["filename"], err, p.Filename())
	}
	switch {
	case p.multi:
		r := e.MultipartReader()
		for i, child := range p.children {
			sub, err := r.NextPart()
			if err != nil {
				t.Fatalf("part %d of %s: %v", i, mediaType, err)
			}
			comparePart(t, child, sub, false)
		}
		if _, err := r.NextPart(); !errors.Is(err, io.EOF) {
			t.Errorf("%s has a part too many: %v", mediaType, err)
		}
	case p.message != nil:
		inner, err := gomessage.Read(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		compareHeader(t, p.message.header, inner)
		comparePart(t, p.message.Part, inner, true)
	default:
		compareBody(t, p, e, params["charset"] != "", root)
	}
}

func compareBody(t testing.TB, p *Part, e *gomessage.Entity, isText, root bool) {
	t.Helper()
	got, err := io.ReadAll(e.Body)
	if err != nil {
		t.Errorf("the body of %s: %v", p.describe(), err)
	}
	want := string(must(p.Content()))
	if isText {
		want = must(p.Text())
	}
	if root && want != "" && !strings.HasSuffix(want, "\r\n") && e.Header.Get("Content-Transfer-Encoding") != "base64" {
		want += "\r\n"
	}
	if string(got) != want {
		t.Errorf("the body of %s reads back differently:\n%s", p.describe(), cmp.Diff(shorten(want, 3000), shorten(string(got), 3000)))
	}
}

// headerOf gives the lines of one field, folds kept.
func headerOf(t testing.TB, message, name string) string {
	t.Helper()
	header, _, _ := strings.Cut(message, "\r\n\r\n")
	_, after, found := strings.Cut("\r\n"+header+"\r\n", "\r\n"+name+":")
	if !found {
		t.Fatalf("no %s in\n%s", name, header)
	}
	end := 0
	for {
		i := strings.Index(after[end:], "\r\n")
		end += i + 2
		if end >= len(after) || after[end] != ' ' && after[end] != '\t' {
			return name + ":" + after[:end-2]
		}
	}
}

// golden compares octets with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

// wantFault checks that err is an *Error that names all of the words.
func wantFault(t testing.TB, err error, words ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v (%T), want an *Error", err, err)
	}
	for _, word := range words {
		if !strings.Contains(e.Error()+e.Hint(), word) {
			t.Errorf("%q does not say %q", e.Error(), word)
		}
	}
}
