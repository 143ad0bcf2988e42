package sign

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"moonpost/mime"
)

// benchMessage is a message of 2 KB of text, or of 315 KB with a file.
func benchMessage(large bool) *mime.Message {
	text := strings.Repeat("a line of text, as lines of text are.\n", 52)
	m := must(mime.Compose(spec(func(s *mime.Spec) {
		s.Text = &text
		if large {
			s.Attachments = []*mime.Part{attachment(mime.Bytes(bytes.Repeat([]byte("0123456789abcdef"), 14400)))}
		}
	}), mime.NewEnv(time.Now, nil)))
	_, _ = m.Octets(false, false) // what is encoded once stays
	_, _ = m.Octets(false, false)
	return m
}

// BenchmarkSign is one more message for another recipient with the same body: without a signature, with the body hashed
// anew, with the hash that is known, and by go-msgauth.
func BenchmarkSign(b *testing.B) {
	for name, large := range map[string]bool{"2 KB": false, "315 KB": true} {
		b.Run(name, func(b *testing.B) {
			benchmarkSign(b, benchMessage(large))
		})
	}
}

func benchmarkSign(b *testing.B, m *mime.Message) {
	run := func(name string, d func() *DKIM) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				copied := must(m.Clone([][2]string{{"To", "bob@x.example"}}))
				if d != nil {
					copied.Sign(d())
				}
				e := must(copied.Encode(false, false))
				must(e.WriteTo(io.Discard))
				b.SetBytes(e.Size())
			}
		})
	}
	run("unsigned", nil)
	for name, d := range map[string]*DKIM{"ed25519": edSigner(), "rsa": rsaSigner()} {
		run(name+", cold", func() *DKIM { d.bodies = &BodyHashes{}; return d })
		d := newSigner("x", map[string][]byte{"rsa": rsaKey(), "ed25519": []byte(rfcSeed)}[name])
		run(name+", body known", func() *DKIM { return d })
	}
	block, _ := pem.Decode(rsaKey())
	var key crypto.Signer = must(x509.ParsePKCS1PrivateKey(block.Bytes))
	benchmarkPeer(b, "ed25519, go-msgauth", m, edSigner().key)
	benchmarkPeer(b, "rsa, go-msgauth", m, key.(*rsa.PrivateKey))
}

func benchmarkPeer(b *testing.B, name string, m *mime.Message, key crypto.Signer) {
	options := &dkim.SignOptions{
		Domain: "example.org", Selector: "r", Signer: key, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	}
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			octets := must(must(m.Clone([][2]string{{"To", "bob@x.example"}})).Octets(false, false))
			if err := dkim.Sign(io.Discard, bytes.NewReader(octets), options); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(octets)))
		}
	})
}

// BenchmarkHashBody is the canonical form and its hash, for the two kinds of bodies there are.
func BenchmarkHashBody(b *testing.B) {
	for name, line := range map[string]string{
		"base64": strings.Repeat("QUJD", 19) + "\r\n", "text": "a line of text, as lines of text are.\r\n", "indented page": "    <p  class=\"x\">a line of text </p> \r\n",
	} {
		body := []byte(strings.Repeat(line, 315_000/len(line)))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				must(hashBody(true, func(f func([]byte) error) error { return f(body) }))
			}
		})
	}
}
