package sign

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/mime"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ptr(s string) *string { return &s }

// seeded gives the same octets in every run, and other ones in every message.
type seeded struct{ n byte }

func (s *seeded) Read(b []byte) (int, error) {
	for i := range b {
		s.n++
		b[i] = s.n
	}
	return len(b), nil
}

var clock = time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))

func fixedEnv() *mime.Env { return mime.NewEnv(func() time.Time { return clock }, &seeded{}) }

var rsaKey = sync.OnceValue(func() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(must(rsa.GenerateKey(rand.Reader, 2048)))})
})

func rsaSigner(change ...func(*DKIMOptions)) *DKIM { return newSigner("r", rsaKey(), change...) }
func edSigner(change ...func(*DKIMOptions)) *DKIM  { return newSigner("e", []byte(rfcSeed), change...) }

func newSigner(selector string, key []byte, change ...func(*DKIMOptions)) *DKIM {
	o := DKIMOptions{Domain: "example.org", Selector: selector, Key: key}
	for _, f := range change {
		f(&o)
	}
	return must(NewDKIM(o))
}

func recordsOf(signers ...*DKIM) map[string]string {
	records := map[string]string{}
	for _, d := range signers {
		records[d.RecordName()] = d.Record()
	}
	return records
}

func spec(change func(*mime.Spec)) mime.Spec {
	s := mime.Spec{
		From: []mime.Address{{Name: "Reports", Address: "r@example.org"}}, To: []mime.Address{{Name: "Ann Lee", Address: "ann@x.example"}},
		Subject: "Numbers", Text: ptr("Hello.\nBye.\n"),
	}
	if change != nil {
		change(&s)
	}
	return s
}

func compose(change func(*mime.Spec)) *mime.Message {
	return must(mime.Compose(spec(change), fixedEnv()))
}

// opened is a source that is read every time.
type opened struct {
	octets []byte
	end    failing
	more   int64 // octets that it promises and lacks
}

func (o opened) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(bytes.NewReader(o.octets), o.end)), nil
}

func (o opened) Size() (int64, bool) {
	return int64(len(o.octets)) + o.more, true
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, cmp.Or(f.err, io.EOF) }

const page = `<h1>Grüße</h1><p>  two  blanks</p>` + "\n\n\n"

// shapes are messages of all kinds.
func shapes() map[string]func(*mime.Spec) {
	file := bytes.Repeat([]byte("0123456789abcdef\n"), 3000)
	return map[string]func(*mime.Spec){
		"text": nil,
		"umlauts": func(s *mime.Spec) {
			s.Text, s.Subject = ptr("Grüße aus Köln.\n"), "Übersicht – "+strings.Repeat("Zahlen ", 30)
		},
		"two forms":            func(s *mime.Spec) { s.Text, s.HTML = ptr("Grüße"), ptr(page) },
		"page":                 func(s *mime.Spec) { s.Text, s.HTML = nil, ptr(page) },
		"attachment":           func(s *mime.Spec) { s.Attachments = []*mime.Part{attachment(mime.Bytes(file))} },
		"streamed file":        func(s *mime.Spec) { s.Attachments = []*mime.Part{attachment(opened{octets: file})} },
		"streamed file alone":  func(s *mime.Spec) { s.Text, s.Attachments = nil, []*mime.Part{attachment(opened{octets: file})} },
		"empty body":           func(s *mime.Spec) { s.Text = ptr("") },
		"blank lines":          func(s *mime.Spec) { s.Text = ptr("\n\n \n") },
		"blank lines at end":   func(s *mime.Spec) { s.Text = ptr("x\n \t \n\n\n\n") },
		"blanks":               func(s *mime.Spec) { s.Text = ptr("  a \t b  \n\n\tc\t\n d") },
		"dots":                 func(s *mime.Spec) { s.Text = ptr(".\n..\n.dot\n") },
		"many recipients":      func(s *mime.Spec) { s.To = manyPeople(60) },
		"hidden recipients":    func(s *mime.Spec) { s.To, s.Bcc = nil, []mime.Address{{Address: "secret@x.example"}} },
		"international domain": func(s *mime.Spec) { s.To[0].Address = "j@bücher.example" },
		"international name":   func(s *mime.Spec) { s.To[0].Address = "jörg@bücher.example" },
		"list": func(s *mime.Spec) {
			s.List = &mime.ListSpec{ID: "news.example.org", Unsubscribe: []string{"https://example.org/u"}, OneClick: true}
			s.Headers = [][2]string{{"Feedback-ID", "1:news:x"}, {"Comments", "a"}, {"Comments", "b"}, {"X-Run", "42"}}
			s.References, s.InReplyTo = []string{"a@x.example", "b@x.example"}, []string{"b@x.example"}
		},
	}
}

func attachment(s mime.Source) *mime.Part {
	return must(mime.NewPart("application/pdf", s, mime.WithFilename("Übersicht.pdf")))
}

// octetsOf encodes a message and looks at what every encoding must keep.
func octetsOf(t testing.TB, m interface {
	Encode(eightBit, utf8 bool) (mime.Encoded, error)
}, eightBit, utf8 bool,
) []byte {
	t.Helper()
	e, err := m.Encode(eightBit, utf8)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	must(e.WriteTo(&a))
	must(must(m.Encode(eightBit, utf8)).WriteTo(&b))
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("encoded again, the message is another:\n%s\n%s", head(a.Bytes()), head(b.Bytes()))
	}
	if e.Size() != int64(a.Len()) {
		t.Errorf("the size is %d, not %d", a.Len(), e.Size())
	}
	return a.Bytes()
}

func head(b []byte) []byte {
	h, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	return h
}

func TestDKIMVerifies(t *testing.T) {
	for _, form := range []string{"", "relaxed/simple", "simple/relaxed", "simple/simple", "simple"} {
		with := func(o *DKIMOptions) {
			o.Canonicalization, o.Identity, o.Expires = form, "list;=x@news.example.org", 50*365*24*time.Hour
		}
		signers := []*DKIM{rsaSigner(with), edSigner(with)}
		for name, change := range shapes() {
			t.Run(form+" "+name, func(t *testing.T) {
				m := compose(change)
				_, _, needUTF8, err := m.Envelope()
				if err != nil {
					t.Fatal(err)
				}
				m.Sign(signers[0], signers[1])
				for _, eightBit := range []bool{false, true} {
					b := octetsOf(t, m, eightBit, needUTF8)
					checkVerified(t, b, 2, recordsOf(signers...))
					checkSignatureLines(t, b)
				}
			})
		}
	}
}

func checkVerified(t testing.TB, b []byte, count int, records map[string]string) {
	t.Helper()
	got := verify(t, b, records)
	if len(got) != count || errors.Join(got...) != nil {
		t.Errorf("%d signatures: %v\n%s", len(got), errors.Join(got...), b[:min(len(b), 3000)])
	}
}

func checkSignatureLines(t testing.TB, b []byte) {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("DKIM-Signature: v=1; a=ed25519-sha256;")) || bytes.Contains(head(b), []byte("secret@")) {
		t.Errorf("the message begins %q", b[:80])
	}
	for _, f := range splitHeader(append(head(b), "\r\n"...), nil)[:2] {
		for line := range strings.SplitSeq(strings.TrimSuffix(string(f.raw), "\r\n"), "\r\n") {
			if len(line) > lineSoft || strings.TrimSpace(line) == "" {
				t.Errorf("%d octets: %q", len(line), line)
			}
		}
	}
}

// TestSourceFails passes a source's failure on.
func TestSourceFails(t *testing.T) {
	broken := errors.New("disk on fire")
	m := compose(func(s *mime.Spec) {
		s.Attachments = []*mime.Part{attachment(opened{[]byte("x"), failing{broken}, 1})}
	})
	m.Sign(edSigner())
	if _, err := m.Encode(false, false); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

// changing is a source that gives other octets of the same number at each reading.
type changing struct{ readings *byte }

func (c changing) Size() (int64, bool) { return 9000, true }

func (c changing) Open() (io.ReadCloser, error) {
	*c.readings++
	return io.NopCloser(bytes.NewReader(bytes.Repeat([]byte{*c.readings}, 9000))), nil
}

// TestSourceChanges fails before the end of a message whose file is no longer the one that was signed.
func TestSourceChanges(t *testing.T) {
	m := compose(func(s *mime.Spec) { s.Attachments = []*mime.Part{attachment(changing{new(byte)})} })
	m.Sign(edSigner())
	encoded, err := m.Encode(false, false)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = encoded.WriteTo(&b)
	checkError(t, err, "another than when it was signed")
	if int64(b.Len()) >= encoded.Size() {
		t.Errorf("all %d octets went out", b.Len())
	}
	again := must(m.Encode(false, false)) // now it is kept
	b.Reset()
	if _, err := again.WriteTo(&b); err != nil {
		t.Error(err)
	}
}

// TestNoAuthor refuses what no verifier would accept.
func TestNoAuthor(t *testing.T) {
	m := mime.AsMessage(must(mime.NewText("x\n", "plain", "")), fixedEnv())
	m.Sign(edSigner())
	_, err := m.Encode(false, false)
	checkError(t, err, "without an author")
	m = mime.AsMessage(must(mime.NewText("x\n", "plain", "")), nil)
	m.Sign(edSigner())
	_, err = m.Encode(false, false)
	checkError(t, err, "without a clock")
}

// TestDKIMMutations changes every octet of a body and of a header, adds fields, and takes some away.
func TestDKIMMutations(t *testing.T) {
	d := edSigner()
	m := compose(func(s *mime.Spec) { s.Text = ptr("Grüße.\n  a b\n\nBye.\n") })
	m.Sign(d)
	b := octetsOf(t, m, true, false)
	records := recordsOf(d)
	checkVerified(t, b, 1, records)
	own := fieldEnd(b)
	for i := own; i < len(b); i++ {
		changed := bytes.Clone(b)
		if changed[i] = 'z'; b[i] == ' ' || b[i] == '\r' || b[i] == '\n' || b[i] == ':' || bytes.EqualFold(changed[i:i+1], b[i:i+1]) {
			continue
		}
		if got := verify(t, changed, records); len(got) == 1 && got[0] == nil {
			t.Fatalf("octet %d may be changed from %q: %q", i, b[i], changed)
		}
	}
	for _, field := range []string{"From: evil@example.net", "Subject: evil", "Cc: evil@x.example", "Reply-To: evil@x.example", "Date: Sun, 1 Mar 2026 09:30:00 +0100", "Content-Type: text/html"} {
		for _, at := range []int{0, own} {
			changed := string(b[:at]) + field + "\r\n" + string(b[at:])
			if got := verify(t, []byte(changed), records); got[0] == nil {
				t.Errorf("%q may be added at %d", field, at)
			}
		}
	}
	for _, change := range [][2]string{{"From: ", "fROM:  "}, {"  a b\r\n", "\t a   b \t\r\n"}, {"Bye.\r\n", "Bye.\r\n\r\n \r\n"}, {"\r\nFrom: ", "\r\nReceived: from x\r\nX-Spam: no\r\nFrom: "}, {"Reports <", "Reports\r\n <"}} {
		if changed := strings.Replace(string(b), change[0], change[1], 1); changed == string(b) || verify(t, []byte(changed), records)[0] != nil {
			t.Errorf("%q may not become %q", change[0], change[1])
		}
	}
}

// TestOptionsOfHeaders chooses what is signed.
func TestOptionsOfHeaders(t *testing.T) {
	sign := func(change func(*DKIMOptions)) string {
		m := compose(shapes()["list"])
		d := edSigner(change)
		m.Sign(d)
		b := octetsOf(t, m, false, false)
		checkVerified(t, b, 1, recordsOf(d))
		return tagOf(t, b, "h")
	}
	tests := []struct {
		change func(*DKIMOptions)
		want   string
	}{
		{func(*DKIMOptions) {}, "From:From:Reply-To:To:To:Cc:Subject:Subject:Date:Date:Message-ID:Message-ID:In-Reply-To:In-Reply-To:References:References:" +
			"MIME-Version:MIME-Version:Content-Type:Content-Type:Content-Transfer-Encoding:Content-Transfer-Encoding:List-ID:List-Unsubscribe:List-Unsubscribe-Post:Feedback-ID"},
		{func(o *DKIMOptions) { o.Oversign = []string{} }, "From:To:Subject:Date:Message-ID:In-Reply-To:References:MIME-Version:Content-Type:Content-Transfer-Encoding:List-ID:List-Unsubscribe:List-Unsubscribe-Post:Feedback-ID"},
		{func(o *DKIMOptions) { o.Headers = []string{"comments", "X-Run", "subject", "X-None"} }, "From:From:comments:comments:X-Run:subject:subject"},
		{func(o *DKIMOptions) { o.Headers, o.Oversign = []string{"from", "from"}, []string{"Comments", "X-None"} }, "From:Comments:Comments:Comments:X-None"},
	}
	for _, c := range tests {
		if got := sign(c.change); got != c.want {
			t.Errorf("h=%s, not %s", got, c.want)
		}
	}
}

// tagOf gives a tag of the first signature without blanks.
func tagOf(t testing.TB, message []byte, tag string) string {
	t.Helper()
	field := string(message[:fieldEnd(message)])
	_, value, ok := strings.Cut(strings.Join(strings.Fields(field), ""), ";"+tag+"=")
	if !ok {
		t.Fatalf("no %s= in %s", tag, field)
	}
	value, _, _ = strings.Cut(value, ";")
	return value
}

// TestBehaviour102_SignatureCoversListFields wants both fields of one-click unsubscription signed.
func TestBehaviour102_SignatureCoversListFields(t *testing.T) { // RFC 8058 §4
	for _, d := range []*DKIM{rsaSigner(), edSigner()} {
		m := compose(shapes()["list"])
		m.Sign(d)
		b := octetsOf(t, m, false, false)
		checkVerified(t, b, 1, recordsOf(d))
		for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post"} {
			if h := ":" + tagOf(t, b, "h") + ":"; !strings.Contains(h, ":"+name+":") {
				t.Errorf("h= lacks %s: %s", name, h)
			}
		}
		changed := bytes.Replace(b, []byte("=One-Click"), []byte("=Two-Click"), 1)
		if verify(t, changed, recordsOf(d))[0] == nil {
			t.Error("List-Unsubscribe-Post may be changed")
		}
	}
}

func manyPeople(n int) []mime.Address {
	var list []mime.Address
	for i := range n {
		list = append(list, mime.Address{Name: "Person, Number " + strings.Repeat("i", i%9), Address: "p" + strings.Repeat("x", i) + "@x.example"})
	}
	return list
}

// TestBehaviour063_BlanksUnderSimpleDKIM encodes blanks at the ends of lines where the signature would not outlive
// their loss.
func TestBehaviour063_BlanksUnderSimpleDKIM(t *testing.T) {
	for _, c := range []struct{ form, text, encoding string }{
		{"relaxed/relaxed", "a \nb\n", "7bit"},
		{"relaxed/simple", "a \nb\n", "quoted-printable"},
		{"simple/simple", "a\nb\t", "quoted-printable"},
		{"simple/simple", "a b\n", "7bit"},
		{"simple/relaxed", "a \nb\n", "7bit"},
	} {
		d := edSigner(func(o *DKIMOptions) { o.Canonicalization = c.form })
		m := compose(func(s *mime.Spec) { s.Text = ptr(c.text) })
		m.Sign(d)
		b := octetsOf(t, m, true, false)
		checkVerified(t, b, 1, recordsOf(d))
		if !bytes.Contains(b, []byte("\r\nContent-Transfer-Encoding: "+c.encoding+"\r\n")) {
			t.Errorf("%s: not %s:\n%s", c.form, c.encoding, b)
		}
	}
	d := edSigner(func(o *DKIMOptions) { o.Canonicalization = "simple" })
	spec := letterSpec(t, "Dear ", d)
	spec.Attachments = nil
	b := octetsOf(t, must(must(mime.NewTemplate(spec, fixedEnv())).Render([]string{"ann@x.example "})), false, false)
	checkVerified(t, b, 1, recordsOf(d))
}
