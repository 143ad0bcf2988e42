package mime

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
)

// sentText gives the transfer encoding and the body of a message with one text.
func sentText(t testing.TB, text string, eightBit bool, o ...Option) (encoding, body string) {
	t.Helper()
	m := AsMessage(must(NewText(text, "plain", "", o...)), fixedEnv())
	wire(t, m)
	out := string(must(m.Octets(eightBit, false)))
	_, body, _ = strings.Cut(out, "\r\n\r\n")
	return strings.TrimPrefix(headerOf(t, out, "Content-Transfer-Encoding"), "Content-Transfer-Encoding: "), body
}

func wantBody(t testing.TB, text, encoding, body string) {
	t.Helper()
	if e, b := sentText(t, text, false); e != encoding || b != body {
		t.Errorf("%q goes out in %s as %q, want %s and %q", shorten(text, 60), e, shorten(b, 200), encoding, shorten(body, 200))
	}
}

// decodedBody undoes a transfer encoding with the standard library.
func decodedBody(t testing.TB, encoding, body string) string {
	t.Helper()
	switch encoding {
	case "base64":
		return string(must(base64.StdEncoding.DecodeString(strings.ReplaceAll(body, "\r\n", ""))))
	case "quoted-printable":
		return string(must(io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))))
	}
	return body
}

// wantExact checks that the text comes back exactly, up to the line break at the end that a body without one gains.
func wantExact(t testing.TB, text, encoding string) {
	t.Helper()
	e, body := sentText(t, text, false)
	if e != encoding {
		t.Errorf("%q goes out in %s", shorten(text, 60), e)
	}
	for line := range strings.SplitSeq(body, "\r\n") {
		if e != "7bit" && len(line) > 76 || len(line) > 998 {
			t.Errorf("a line has %d octets: %q", len(line), line)
		}
	}
	if back := decodedBody(t, e, body); strings.TrimSuffix(back, "\r\n") != strings.TrimSuffix(string(canonical([]byte(text))), "\r\n") {
		t.Errorf("%q reads back as %q", shorten(text, 60), shorten(back, 60))
	}
}

func TestBehaviour057_ASCIIText(t *testing.T) {
	wantBody(t, "hello\n", "7bit", "hello\r\n")
	wantBody(t, "hello", "7bit", "hello\r\n")
	wantBody(t, "", "7bit", "")
	wantBody(t, strings.Repeat("x", 998), "7bit", strings.Repeat("x", 998)+"\r\n")
	if got := headerOf(t, wire(t, basic(t, nil)), "Content-Type"); got != "Content-Type: text/plain; charset=utf-8" {
		t.Error(got)
	}
}

func TestBehaviour058_QuotedOrBase64(t *testing.T) {
	wantBody(t, "café\n", "quoted-printable", "caf=C3=A9\r\n")
	wantBody(t, "你好\n", "base64", "5L2g5aW9DQo=\r\n")
	wantExact(t, strings.Repeat("Schöne Grüße aus München an alle.\n", 20), "quoted-printable")
	wantExact(t, strings.Repeat("你好世界", 20)+"\n", "base64")
	for n := range 60 { // the share of signs beyond ASCII grows
		text := strings.Repeat("plain words ", 60-n) + strings.Repeat("ж", 6*n) + "\n"
		qp, b64 := len(appendQP(nil, canonical([]byte(text)), true)), base64Size(int64(len(canonical([]byte(text)))))
		encoding, body := sentText(t, text, false)
		if encoding == "7bit" {
			continue
		}
		if limit := b64 + b64/4; encoding == "quoted-printable" && int64(qp) > limit || encoding == "base64" && int64(qp) <= limit || len(body) > int(limit)+2 {
			t.Errorf("%d: %s, though quoted-printable takes %d octets and base64 %d", n, encoding, qp, b64)
		}
	}
}

func TestBehaviour059_EightBit(t *testing.T) {
	if e, b := sentText(t, "café\n", true); e != "8bit" || b != "café\r\n" {
		t.Errorf("%s %q", e, b)
	}
	if e, b := sentText(t, "cafe\n", true); e != "7bit" || b != "cafe\r\n" {
		t.Errorf("%s %q", e, b)
	}
	if e, _ := sentText(t, strings.Repeat("é", 499)+"\n", true); e != "8bit" {
		t.Errorf("998 octets: %s", e)
	}
	for _, text := range []string{strings.Repeat("é", 500) + "\n", "é\x00\n"} {
		e, b := sentText(t, text, true)
		if e == "8bit" || decodedBody(t, e, b) != string(canonical([]byte(text))) {
			t.Errorf("%q: %s", shorten(text, 20), e)
		}
	}
}

func TestBehaviour060_LongLine(t *testing.T) {
	wantExact(t, strings.Repeat("x", 2000)+"\n", "quoted-printable")
	wantExact(t, strings.Repeat("x", 999)+"\n", "quoted-printable")
	wantExact(t, strings.Repeat("é", 1000)+"\n", "base64")
	wantExact(t, "short\n"+strings.Repeat("word ", 400)+"\nshort\n", "quoted-printable")
}

func TestBehaviour061_LineBreaks(t *testing.T) {
	wantBody(t, "a\rb\nc\r\nd\n\re\r\r\n\n", "7bit", "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\n\r\n")
	wantBody(t, "\r", "7bit", "\r\n")
	wantBody(t, "plain words, é\rb\nc\r\n", "quoted-printable", "plain words, =C3=A9\r\nb\r\nc\r\n")
	text := must(NewText("a\rb\n", "", ""))
	if got := string(must(text.Content())); got != "a\r\nb\r\n" {
		t.Errorf("%q", got)
	}
}

func TestBehaviour062_NUL(t *testing.T) {
	wantBody(t, "a\x00b\n", "base64", "YQBiDQo=\r\n")
	wantBody(t, "\x00", "base64", "AA==\r\n")
}

func TestBehaviour063_BlanksAtLineEnds(t *testing.T) {
	wantBody(t, "a  \nb\t\n", "7bit", "a  \r\nb\t\r\n")
	wantBody(t, "plain words, and more of them é \nx\t\n y ", "quoted-printable", "plain words, and more of them =C3=A9=20\r\nx=09\r\n y=20\r\n")
	e, b := sentText(t, "x \n", false, WithEncoding("quoted-printable"))
	if e != "quoted-printable" || b != "x=20\r\n" {
		t.Errorf("%s %q", e, b)
	}
	for n := 70; n < 80; n++ { // a blank next to a soft break
		wantExact(t, strings.Repeat("x", n)+" \t \nand words, so many that this stays legible: é\n", "quoted-printable")
	}
}

func TestBehaviour064_QuotedPrintableLines(t *testing.T) {
	words := "plain words here, and some more of them, and more\n"
	wantBody(t, words+".é\nFrom é\n..\nFrom\n>From x\n", "quoted-printable", "plain words here, and some more of them, and more\r\n=2E=C3=A9\r\n=46rom =C3=A9\r\n=2E.\r\nFrom\r\n>From x\r\n")
	for n := range 90 {
		for _, tail := range []string{"=", "é", ".x", "From x", "\t", " ", "=.", "é.From "} {
			out := string(appendQP(nil, []byte(strings.Repeat("x", n)+tail+strings.Repeat("y", 80)), true))
			for line := range strings.SplitSeq(out, "\r\n") {
				if len(line) > 76 || strings.HasPrefix(line, ".") || strings.HasPrefix(line, "From ") || strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t") {
					t.Fatalf("%d %q: the line %q", n, tail, line)
				}
			}
			if back := decodedBody(t, "quoted-printable", out); back != strings.Repeat("x", n)+tail+strings.Repeat("y", 80) {
				t.Fatalf("%d %q: %q", n, tail, back)
			}
		}
	}
	if out := string(appendQP(nil, []byte(strings.Repeat("x", 76)), true)); out != strings.Repeat("x", 75)+"=\r\nx" {
		t.Errorf("%q", out)
	}
}

func TestBehaviour065_BoundaryInText(t *testing.T) {
	long := strings.Repeat("y", 75)
	for _, text := range []string{"x\n--XX\ny\n", "--XX", "--XX--\n", "x\n--XXtail\n", "é, and words\n--XX\n", long + "--XX" + long + " é\n", strings.Repeat("--XX", 300), "x\r--XX\r"} {
		for _, o := range [][]Option{nil, {WithEncoding("quoted-printable")}} {
			leaf := must(NewText(text, "", "", o...))
			for _, eightBit := range []bool{false, true} {
				m := AsMessage(must(NewMultipart("mixed", []*Part{leaf, pdf(t)}, WithBoundary("XX"))), fixedEnv())
				out := string(must(m.Octets(eightBit, false)))
				if n := strings.Count("\r\n"+out, "\r\n--XX"); n != 3 {
					t.Errorf("%q: %d delimiters\n%s", shorten(text, 60), n, out)
				}
				wire(t, m)
			}
		}
	}
	raw := must(NewPart("message/rfc822", String("Subject: x\n\n--XX\n")))
	_, err := AsMessage(must(NewMultipart("mixed", []*Part{raw}, WithBoundary("XX"))), fixedEnv()).Encode(false, false)
	wantFault(t, err, "boundary")
}

func TestBehaviour066_Charsets(t *testing.T) {
	for _, test := range []struct{ text, charset, body, back string }{
		{"café und viele Worte\n", "ISO-8859-1", "caf=E9 und viele Worte\r\n", "café und viele Worte\r\n"},
		{"5 € und viele Worte\n", "windows-1252", "5 =80 und viele Worte\r\n", "5 € und viele Worte\r\n"},
		{"caf\xe9 und viele Worte\n", "iso-8859-1", "caf=E9 und viele Worte\r\n", "café und viele Worte\r\n"},
		{"привет\n", "koi8-r", "0NLJ18XUDQo=\r\n", "привет\r\n"},
	} {
		m := AsMessage(must(NewText(test.text, "plain", test.charset)), fixedEnv())
		out := wire(t, m)
		if _, body, _ := strings.Cut(out, "\r\n\r\n"); body != test.body || headerOf(t, out, "Content-Type") != "Content-Type: text/plain; charset="+strings.ToLower(test.charset) {
			t.Errorf("%s:\n%s", test.charset, out)
		}
		if got := must(m.Text()); got != test.back {
			t.Errorf("%s: %q", test.charset, got)
		}
	}
	_, err := NewText("abc你\n", "plain", "iso-8859-1")
	wantFault(t, err, "iso-8859-1", "你")
	_, err = NewText("café", "plain", "us-ascii")
	wantFault(t, err, "us-ascii", "é")
	_, err = NewText("x", "plain", "x-nowhere")
	wantFault(t, err, "charset", "x-nowhere")
}

func TestBehaviour067_WideCharset(t *testing.T) {
	for charset, body := range map[string]string{"utf-16le": "YQDxAA0ACgBiAA==\r\n", "utf-16be": "AGEA8QANAAoAYg==\r\n"} {
		p := must(NewText("añ\nb", "plain", charset))
		m := AsMessage(p, fixedEnv())
		for _, eightBit := range []bool{false, true} {
			out := string(must(m.Octets(eightBit, false)))
			if _, got, _ := strings.Cut(out, "\r\n\r\n"); got != body || headerOf(t, out, "Content-Transfer-Encoding") != "Content-Transfer-Encoding: base64" {
				t.Errorf("%s:\n%s", charset, out)
			}
		}
		wantFault(t, p.Header().Set("Content-Transfer-Encoding", "quoted-printable"), "base64 only")
	}
}

func TestBehaviour068_ByteOrderMark(t *testing.T) {
	wantBody(t, "\ufeffhello\n", "7bit", "hello\r\n")
	wantBody(t, "x\ufeff\n", "base64", "eO+7vw0K\r\n")
	p := must(NewPart("", String("\ufeffa;b\n"), WithFilename("a.csv")))
	out := wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{p} }))
	if !strings.Contains(out, "\r\n\r\n77u/YTtiCg==\r\n") {
		t.Error(out)
	}
}

func TestBehaviour069_OctetsOfAttachments(t *testing.T) {
	for _, octets := range []string{"a;b\n1;2\r\n3;4\r5", "\n", "x \n", "a\x00", "", ".\n..\n", "caf\xe9\r\r\n"} {
		for _, o := range [][]Option{nil, {WithEncoding("quoted-printable")}} {
			p := must(NewPart("text/csv", String(octets), o...))
			for name, m := range map[string]*Message{"attached": basic(t, func(s *Spec) { s.Attachments = []*Part{p} }), "alone": AsMessage(p, fixedEnv())} {
				e := must(gomessage.Read(bytes.NewReader(must(m.Octets(true, false)))))
				if r := e.MultipartReader(); r != nil {
					must(r.NextPart())
					e = must(r.NextPart())
				}
				got := string(must(io.ReadAll(e.Body)))
				if want := "base64"; o == nil && e.Header.Get("Content-Transfer-Encoding") != want {
					t.Errorf("%q goes out in %q", octets, e.Header.Get("Content-Transfer-Encoding"))
				}
				if got != octets {
					t.Errorf("%s: %q comes back as %q", name, octets, got)
				}
			}
		}
	}
}

func TestBehaviour070_Flowed(t *testing.T) {
	long := "A paragraph that is long enough to be wrapped because it has far more than seventy-six characters in it, surely."
	for _, test := range []struct {
		text, want string
		delSp      bool
	}{
		{long + "\n", "A paragraph that is long enough to be wrapped because it has far more than \r\nseventy-six characters in it, surely.\r\n", false},
		{" x\n>y\nFrom z\nFrom\n", "  x\r\n >y\r\n From z\r\nFrom\r\n", false},
		{"a  \n-- \nme \n", "a\r\n-- \r\nme\r\n", false},
		{strings.Repeat("x", 100), strings.Repeat("x", 100), false},
		{strings.Repeat("x", 100), strings.Repeat("x", 75) + " \r\n" + strings.Repeat("x", 25), true},
		{strings.Repeat("好", 80) + "\n", strings.Repeat("好", 75) + " \r\n" + strings.Repeat("好", 5) + "\r\n", true},
	} {
		p := must(NewText(test.text, "plain", "", WithFlowed(test.delSp)))
		if got := string(must(p.Content())); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
		want := "text/plain; charset=utf-8; format=flowed"
		if test.delSp {
			want += "; delsp=yes"
		}
		if got, _ := p.Header().Get("Content-Type"); got != want {
			t.Error(got)
		}
		wire(t, AsMessage(p, fixedEnv()))
	}
	_, err := NewText("<p>", "html", "", WithFlowed(false))
	wantFault(t, err, "flowed")
}

func TestBehaviour071_DerivedText(t *testing.T) {
	page := `<head><title>no</title><style>p{}</style></head><body><script>no()</script><p>See <a href="https://x.example/">our page</a>.</p><img src="cid:logo"><img src="cid:x" alt="Logo"></body>`
	m := basic(t, func(s *Spec) { s.Text, s.HTML = nil, &page })
	if got := m.Tree(); got != "multipart/alternative\n  text/plain\n  text/html\n" {
		t.Error(got)
	}
	if got := must(m.Body("plain").Text()); got != "See our page (https://x.example/).\r\n\r\nLogo\r\n" {
		t.Errorf("%q", got)
	}
	given := basic(t, func(s *Spec) { s.Text, s.HTML = ptr("mine"), &page })
	if got := must(given.Body("plain").Text()); got != "mine" {
		t.Errorf("%q", got)
	}
	wire(t, m)
}
