package mime

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
)

func BenchmarkBase64(b *testing.B) {
	src := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		dst := make([]byte, 0, base64Size(int64(len(src))))
		for b.Loop() {
			dst = appendBase64(dst[:0], src)
		}
	})
	b.Run("stdlib without lines", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		dst := make([]byte, base64.StdEncoding.EncodedLen(len(src)))
		for b.Loop() {
			base64.StdEncoding.Encode(dst, src)
		}
	})
	b.Run("go-message", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			var h gomessage.Header
			h.Set("Content-Type", "application/x")
			h.Set("Content-Transfer-Encoding", "base64")
			w := must(gomessage.CreateWriter(io.Discard, h))
			must(w.Write(src))
			_ = w.Close()
		}
	})
}

func BenchmarkQuotedPrintable(b *testing.B) {
	src := []byte(strings.Repeat("<p style=\"color: red\">Grüße an alle, die dies lesen können.</p>\r\n", 2000))
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		dst := make([]byte, 0, 2*len(src))
		for b.Loop() {
			dst = appendQP(dst[:0], src, true)
		}
	})
	b.Run("stdlib", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			w := quotedprintable.NewWriter(io.Discard)
			_, _ = w.Write(src)
			_ = w.Close()
		}
	})
}

func BenchmarkScan(b *testing.B) {
	src := []byte(strings.Repeat("a line of text, as lines of text are, with nothing special in it\r\n", 2000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		scan(src)
	}
}

// shape is a message as a newsletter sends it: 2 kB of text, 8 kB of HTML, a picture of 20 kB, a file of 1 MiB.
type shape struct {
	text, page    string
	picture, file []byte
}

func newShape() shape {
	return shape{
		text: strings.Repeat("Grüße an alle, die dies lesen.\n", 64), page: strings.Repeat("<p>Grüße an alle, die dies lesen können.</p>\n", 180),
		picture: bytes.Repeat([]byte(pngHead+"12"), 2000), file: bytes.Repeat([]byte("0123456789abcdef"), 1<<16),
	}
}

func BenchmarkMessage(b *testing.B) {
	s := newShape()
	env := fixedEnv()
	spec := func(i int, picture, file *Part) Spec {
		return Spec{
			From: []Address{{"Jürgen Groß", "news@example.org"}}, To: []Address{{"Some Body", fmt.Sprintf("r%d@x.example", i)}},
			Subject: "Zahlen – Übersicht", Text: &s.text, HTML: &s.page, Inline: []*Part{picture}, Attachments: []*Part{file},
		}
	}
	parts := func() (*Part, *Part) {
		return must(NewImage(Bytes(s.picture), "png", WithCID("logo"))), must(NewPart("application/pdf", Bytes(s.file), WithFilename("report.pdf")))
	}
	write := func(b *testing.B, m *Message) {
		b.Helper()
		e := must(m.Encode(false, false))
		must(e.WriteTo(io.Discard))
		b.SetBytes(e.Size())
	}
	b.Run("composed anew", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			picture, file := parts()
			write(b, must(Compose(spec(i, picture, file), env)))
		}
	})
	b.Run("composed with shared parts", func(b *testing.B) {
		b.ReportAllocs()
		picture, file := parts()
		for i := 0; b.Loop(); i++ {
			write(b, must(Compose(spec(i, picture, file), env)))
		}
	})
	b.Run("cloned", func(b *testing.B) {
		b.ReportAllocs()
		picture, file := parts()
		m := must(Compose(spec(0, picture, file), env))
		for i := 0; b.Loop(); i++ {
			write(b, must(m.Clone([][2]string{{"To", fmt.Sprintf("r%d@x.example", i)}})))
		}
	})
	b.Run("go-message", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			b.SetBytes(peer(&s, i))
		}
	})
}

func BenchmarkSmallMessage(b *testing.B) {
	text, env := strings.Repeat("a line of text\n", 20), fixedEnv()
	b.ReportAllocs()
	for b.Loop() {
		m := must(Compose(Spec{From: []Address{{"", "r@example.org"}}, To: []Address{{"", "a@x.example"}}, Subject: "Report", Text: &text}, env))
		must(must(m.Encode(false, false)).WriteTo(io.Discard))
	}
}

// peer writes the same shape with go-message.
func peer(s *shape, i int) int64 {
	var n counter
	var h gomessage.Header
	h.SetContentType("multipart/mixed", nil)
	h.SetText("From", "Jürgen Groß <news@example.org>")
	h.SetText("To", fmt.Sprintf("Some Body <r%d@x.example>", i))
	h.SetText("Subject", "Zahlen – Übersicht")
	root := must(gomessage.CreateWriter(&n, h))
	multi := func(w *gomessage.Writer, subtype string) *gomessage.Writer {
		var h gomessage.Header
		h.SetContentType("multipart/"+subtype, nil)
		return must(w.CreatePart(h))
	}
	leaf := func(w *gomessage.Writer, mediaType, encoding string, content []byte) {
		var h gomessage.Header
		h.SetContentType(mediaType, nil)
		h.Set("Content-Transfer-Encoding", encoding)
		p := must(w.CreatePart(h))
		must(p.Write(content))
		_ = p.Close()
	}
	alternative := multi(root, "alternative")
	leaf(alternative, "text/plain", "quoted-printable", []byte(s.text))
	related := multi(alternative, "related")
	leaf(related, "text/html", "quoted-printable", []byte(s.page))
	leaf(related, "image/png", "base64", s.picture)
	_ = related.Close()
	_ = alternative.Close()
	leaf(root, "application/pdf", "base64", s.file)
	_ = root.Close()
	return int64(n)
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
