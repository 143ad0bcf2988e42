package mime

import (
	"bytes"
	"io"
	stdmime "mime"
	"mime/multipart"
	"net/mail"
	"testing"

	gomessage "github.com/emersion/go-message"
)

// BenchmarkParse reads a message of a text, a page and a file of 100 kB beside go-message and the standard library:
// its tree alone, and with all contents decoded, which net/mail leaves to the caller.
func BenchmarkParse(b *testing.B) {
	m := basic(b, func(s *Spec) {
		s.HTML = ptr("<p>" + string(bytes.Repeat([]byte("Grüße "), 500)) + "</p>")
		s.Attachments = []*Part{must(NewPart("application/pdf", Bytes(bytes.Repeat([]byte{1, 2, 3, 4}, 25_000)), WithFilename("a.pdf")))}
	})
	mail := must(m.Octets(false, false))
	env := fixedEnv()
	for _, bench := range []struct {
		name string
		read func() error
	}{
		{"tree", func() error { Parse(mail, ParseOptions{}, env); return nil }},
		{"tree by go-message", func() error { return walkEntity(mail, false) }},
		{"tree by net/mail", func() error { return walkStandard(mail) }},
		{"contents", func() error {
			return Parse(mail, ParseOptions{}, env).Walk(func(p *Part, _ int) error {
				if p.IsMultipart() {
					return nil
				}
				_, err := p.Content()
				return err
			})
		}},
		{"contents by go-message", func() error { return walkEntity(mail, true) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(mail)))
			b.ReportAllocs()
			for b.Loop() {
				if err := bench.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// walkEntity reads all parts, since go-message finds the next one only behind the body of the last.
func walkEntity(b []byte, decoded bool) error {
	e, err := gomessage.Read(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return e.Walk(func(_ []int, e *gomessage.Entity, err error) error {
		if err != nil || !decoded || e.MultipartReader() != nil {
			return err
		}
		_, err = io.Copy(io.Discard, e.Body)
		return err
	})
}

func walkStandard(b []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return walkStandardPart(m.Header.Get("Content-Type"), m.Body)
}

func walkStandardPart(contentType string, body io.Reader) error {
	_, params, err := stdmime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return err
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := walkStandardPart(p.Header.Get("Content-Type"), p); err != nil {
			return err
		}
	}
}
