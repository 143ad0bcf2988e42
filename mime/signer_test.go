package mime

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// sealer is a signer whose field holds the hash of what it was given.
type sealer struct{ name string }

func (s sealer) Sign(x *Signing) ([]byte, error) {
	h := sha256.New()
	_, _ = h.Write(x.Header)
	err := x.Body(func(b []byte) error { _, err := h.Write(b); return err })
	return fmt.Appendf(nil, "%s: t=%d;\r\n h=%x\r\n", s.name, x.Time.Unix(), h.Sum(nil)), err
}

func (s sealer) Vouches(author string) bool { return author == "example.com" }

// checkSeals wants the seals, the last signer's first, to be of the octets behind them all.
func checkSeals(t *testing.T, octets []byte, at time.Time, names ...string) {
	t.Helper()
	rest := octets
	for i := range names {
		first := bytes.Index(rest, []byte("\r\n"))
		rest = rest[first+2+bytes.Index(rest[first+2:], []byte("\r\n"))+2:]
		if name := names[len(names)-1-i]; !bytes.HasPrefix(octets, []byte(name+": ")) && i == 0 {
			t.Errorf("the message begins %.60q, not with %s", octets, name)
		}
	}
	header, body, _ := bytes.Cut(rest, []byte("\r\n\r\n"))
	h := sha256.Sum256(append(append(header[:len(header):len(header)], "\r\n"...), body...))
	for _, name := range names {
		if want := fmt.Sprintf("%s: t=%d;\r\n h=%x\r\n", name, at.Unix(), h); !bytes.Contains(octets, []byte(want)) {
			t.Errorf("no %q in\n%.2000s", want, octets)
		}
	}
}

func TestSignerSeesWhatGoesOut(t *testing.T) {
	big := strings.Repeat("a line of text\n", 1000)
	for name, change := range map[string]func(*Spec){
		"text": nil, "no body": func(s *Spec) { s.Text = ptr("") }, "large text": func(s *Spec) { s.Text = &big },
		"large header": func(s *Spec) { s.To = manyAddresses(3000) },
		"file":         func(s *Spec) { s.Attachments = []*Part{must(NewPart("application/x", String(big)))} },
		"file alone":   func(s *Spec) { s.Text, s.Attachments = nil, []*Part{must(NewPart("application/x", String(big)))} },
		"umlauts":      func(s *Spec) { s.Text = ptr("Grüße") },
		"hidden":       func(s *Spec) { s.To, s.Bcc = nil, []Address{{"", "b@x.example"}} },
	} {
		t.Run(name, func(t *testing.T) {
			m := basic(t, change)
			m.Sign(sealer{"X-Seal"}, sealer{"X-Other"})
			for _, eightBit := range []bool{false, true, false} {
				checkSeals(t, must(m.Octets(eightBit, false)), m.env.Now(), "X-Seal", "X-Other")
			}
		})
	}
}

func manyAddresses(n int) []Address {
	var list []Address
	for i := range n {
		list = append(list, Address{"", fmt.Sprintf("a%d@x.example", i)})
	}
	return list
}

// TestTemplateSigns compares the signed messages of templates with those that Compose makes of the same.
func TestTemplateSigns(t *testing.T) {
	for _, c := range templateCases() {
		t.Run(c.name, func(t *testing.T) {
			spec := c.spec(t)
			spec.Signers = []Signer{sealer{"X-Seal"}}
			tmpl := must(NewTemplate(spec, fixedEnv()))
			for n, v := range [][]string{c.good, {c.good[0] + "ü", c.good[1], "Grüße"}} {
				r, err := tmpl.Render(v)
				hand := c.hand(append([]string(nil), v...))
				hand.Signers = spec.Signers
				want, wantErr := Compose(*hand, fixedEnv())
				if n > 0 && err != nil && wantErr != nil {
					continue // the field takes ASCII only
				}
				if err != nil || wantErr != nil {
					t.Fatal(err, wantErr)
				}
				want.adopt(tmpl.boundaries)
				compareRendered(t, v, r, want, true)
				checkSeals(t, must(must(r.Message()).Octets(false, false)), fixedEnv().Now(), "X-Seal")
			}
		})
	}
}

// refuser is a signer that cannot.
type refuser struct{ sealer }

var errRefused = errors.New("no key today")

func (refuser) Sign(*Signing) ([]byte, error) { return nil, errRefused }

func TestSignerRefuses(t *testing.T) {
	m := basic(t, nil)
	m.Sign(sealer{"X-Seal"}, refuser{})
	if _, err := m.Encode(false, false); !errors.Is(err, errRefused) {
		t.Errorf("the message is encoded: %v", err)
	}
	if _, err := AsMessage(must(NewMessagePart(m)), m.env).Encode(false, false); !errors.Is(err, errRefused) {
		t.Errorf("the message within is encoded: %v", err)
	}
	spec, env := letter(t)
	spec.Signers = []Signer{refuser{}}
	r := must(must(NewTemplate(spec, env)).Render([]string{"1"}))
	for range 2 {
		if _, err := r.Encode(false, false); !errors.Is(err, errRefused) {
			t.Errorf("the rendered message is encoded: %v", err)
		}
	}
}

// TestKept gives a signer what the next message can be compared with, and nothing that a file may change.
func TestKept(t *testing.T) {
	var kept []bool
	look := looker(func(s *Signing) {
		pieces, ok := s.Kept()
		var body bytes.Buffer
		must(0, s.Body(func(b []byte) error { _, err := body.Write(b); return err }))
		if ok && !bytes.Equal(bytes.Join(pieces, nil), body.Bytes()) {
			t.Error("the pieces are not the body")
		}
		kept = append(kept, ok)
	})
	m := basic(t, func(s *Spec) { s.Attachments = []*Part{must(NewPart("application/x", fileLike{"octets"}))} })
	m.Sign(look)
	for range 3 {
		must(m.Octets(false, false))
	}
	if got := fmt.Sprint(kept); got != "[false true true]" { // the second use keeps what is small enough
		t.Errorf("kept: %s", got)
	}
}

// fileLike is a source that must be read.
type fileLike struct{ text string }

func (f fileLike) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.text)), nil }
func (f fileLike) Size() (int64, bool)          { return int64(len(f.text)), true }

// looker looks at what it is given.
type looker func(*Signing)

func (f looker) Sign(s *Signing) ([]byte, error) { f(s); return nil, nil }
func (looker) Vouches(string) bool               { return true }

func TestUnvouchedAuthor(t *testing.T) {
	for from, want := range map[string]string{"a@example.com": "", "a@Example.NET": "example.net", "a@bücher.example": "xn--bcher-kva.example"} {
		m := basic(t, func(s *Spec) { s.From = []Address{{"", from}} })
		if m.UnvouchedAuthor() != "" || len(m.Warnings()) != 0 {
			t.Errorf("%s: %q without a signer", from, m.Warnings())
		}
		if m.Sign(sealer{"X-Seal"}); m.UnvouchedAuthor() != want || len(m.Warnings()) > 0 != (want != "") {
			t.Errorf("%s: %q, not %q", from, m.UnvouchedAuthor(), want)
		}
		spec := TemplateSpec{From: []GappedAddress{{Address: Fixed(from)}}, Signers: []Signer{sealer{"X-Seal"}}}
		if got := spec.UnvouchedAuthor(); got != want {
			t.Errorf("template: %s: %q, not %q", from, got, want)
		}
	}
	spec := TemplateSpec{From: []GappedAddress{{Address: gapped("{{0}}")}}, Signers: []Signer{sealer{"X-Seal"}}}
	if got := spec.UnvouchedAuthor(); got != "" {
		t.Errorf("nobody knows the author, yet %q is warned of", got)
	}
}

// TestSignedMailStays7Bit keeps 8-bit text away from signatures, which a conversion on the way would break, unless it
// was read so.
func TestSignedMailStays7Bit(t *testing.T) {
	seal := sealer{"X-Seal"}
	built := func() *Message { return basic(t, func(s *Spec) { s.Text = ptr("Grüße, wie schön, äöü\n") }) }
	plain, signed := built(), built()
	signed.Sign(seal)
	read := Parse([]byte("From: a@example.com\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"), ParseOptions{}, fixedEnv())
	read.Sign(seal)
	spec := TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Text: gappedPtr("Grüße {{0}}")}
	open := must(must(NewTemplate(spec, fixedEnv())).Render([]string{"Jörg"}))
	spec.Signers = []Signer{seal}
	sealed := must(must(NewTemplate(spec, fixedEnv())).Render([]string{"Jörg"}))
	for name, c := range map[string]struct {
		m interface {
			Encode(eightBit, utf8 bool) (Encoded, error)
		}
		want bool
	}{
		"plain": {plain, true}, "signed": {signed, false}, "read and signed": {read, true}, "template": {open, true}, "signed template": {sealed, false},
	} {
		var b bytes.Buffer
		if _, err := must(c.m.Encode(true, false)).WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if got := !isASCII(b.String()); got != c.want {
			t.Errorf("%s: 8-bit is %v", name, got)
		}
	}
}

// dottedSigner makes a second field whose name begins with a dot.
type dottedSigner struct{}

func (dottedSigner) Sign(*Signing) ([]byte, error) { return []byte("X-A: b\r\n.X: y\r\n"), nil }
func (dottedSigner) Vouches(string) bool           { return true }

// TestSignersDots promises no line without a dot where a signer made one.
func TestSignersDots(t *testing.T) {
	e := &encodedMessage{segments: []segment{{data: []byte("From: a@x.test\r\n\r\n"), dotSafe: true}}}
	if err := e.sign([]Signer{dottedSigner{}}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	_ = e.Segments(func(b []byte, dotSafe bool) error {
		if dotSafe && bytes.Contains(b, []byte("\n.")) {
			t.Errorf("%q is promised to have no dots", b)
		}
		return nil
	})
}
