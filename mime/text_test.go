package mime

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// bodyOf gives what follows the header of a message with one part, and its transfer encoding.
func bodyOf(t *testing.T, out string) (body, encoding string) {
	t.Helper()
	_, body, _ = strings.Cut(out, "\r\n\r\n")
	return body, strings.TrimPrefix(headerOf(t, out, "Content-Transfer-Encoding"), "Content-Transfer-Encoding: ")
}

func TestTextBodies(t *testing.T) {
	tests := []struct{ name, text, encoding, body string }{
		{"057 ASCII", "hello\n", "7bit", "hello\r\n"},
		{"057 no line break at the end", "hello", "7bit", "hello\r\n"},
		{"057 empty", "", "7bit", ""},
		{"058 Latin", "café\n", "quoted-printable", "caf=C3=A9\r\n"},
		{"058 short Latin", "Viele Grüße\n", "quoted-printable", "Viele Gr=C3=BC=C3=9Fe\r\n"},
		{"058 Chinese", strings.Repeat("你好世界", 20) + "\n", "base64", ""},
		{"060 long line", strings.Repeat("x", 2000) + "\n", "quoted-printable", ""},
		{"060 998", strings.Repeat("x", 998) + "\n", "7bit", ""},
		{"060 999", strings.Repeat("x", 999) + "\n", "quoted-printable", ""},
		{"060 1000 é", strings.Repeat("é", 1000) + "\n", "base64", ""},
		{"061 line breaks", "a\rb\nc\r\nd\n\re", "7bit", "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n"},
		{"062 NUL", "a\x00b\n", "base64", ""},
		{"063 blanks at the end", "a  \nb\t\n", "7bit", "a  \r\nb\t\r\n"},
		{"063 blanks encoded", "plain words here, and some more of them, and more\né  \né\t\n é ", "quoted-printable", "plain words here, and some more of them, and more\r\n=C3=A9 =20\r\n=C3=A9=09\r\n =C3=A9=20\r\n"},
		{"064 dot and From", "plain words here, and some more of them, and more\n.é\nFrom é\n..\nFrom\n", "quoted-printable", "plain words here, and some more of them, and more\r\n=2E=C3=A9\r\n=46rom =C3=A9\r\n=2E.\r\nFrom\r\n"},
		{"068 byte order mark", "\ufeffhello\n", "7bit", "hello\r\n"},
		{"a dot alone in 7bit", ".\n..\n", "7bit", ".\r\n..\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, func(s *Spec) { s.Text = ptr(test.text) })
			body, encoding := bodyOf(t, wire(t, m))
			if encoding != test.encoding {
				t.Errorf("the encoding is %s", encoding)
			}
			if (test.body != "" || test.text == "") && body != test.body {
				t.Errorf("the body is %q", body)
			}
			for line := range strings.SplitSeq(body, "\r\n") {
				if encoding != "7bit" && len(line) > 76 {
					t.Errorf("064: an encoded line has %d octets", len(line))
				}
			}
		})
	}
}

func TestEightBit(t *testing.T) {
	tests := []struct{ name, text, encoding string }{
		{"059 umlauts", "café\n", "8bit"},
		{"059 ASCII", "cafe\n", "7bit"},
		{"059 long line", strings.Repeat("é", 600) + "\n", "base64"},
		{"059 NUL", "é\x00\n", "base64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, func(s *Spec) { s.Text = ptr(test.text) })
			if _, encoding := bodyOf(t, string(must(m.Octets(true, false)))); encoding != test.encoding {
				t.Errorf("the encoding is %s", encoding)
			}
			wire(t, m)
		})
	}
}

func TestCharsets(t *testing.T) {
	tests := []struct{ name, text, charset, body, fault string }{
		{"066 Latin 1", "café\n", "ISO-8859-1", "caf=E9\r\n", ""},
		{"066 windows-1252", "5 €\n", "windows-1252", "5 =80\r\n", ""},
		{"066 not encodable", "abc你\n", "iso-8859-1", "", "你"},
		{"066 ASCII refused", "café", "us-ascii", "", "é"},
		{"066 already encoded", "caf\xe9\n", "iso-8859-1", "caf=E9\r\n", ""},
		{"067 UTF-16", "añ\nb", "utf-16le", "YQDxAA0ACgBiAA==\r\n", ""},
		{"unknown", "x", "x-nowhere", "", "not known"},
		{"030 invalid UTF-8", "caf\xe9", "", "", "octet 3"},
		{"096 line break", "x", "utf-8\r\nEvil: y", "", "charset"},
		{"Japanese", "こんにちは\n", "iso-2022-jp", "\x1b$B$3$s$K$A$O\x1b(B\r\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := NewText(test.text, "plain", test.charset)
			if test.fault != "" {
				wantFault(t, err, test.fault)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			out := wire(t, AsMessage(p, fixedEnv()))
			if body, _ := bodyOf(t, out); body != test.body {
				t.Errorf("the body is %q", body)
			}
			if !strings.Contains(out, "charset="+strings.ToLower(test.charset)) {
				t.Error("the charset is not labelled:\n" + out)
			}
		})
	}
}

func TestForcedEncodings(t *testing.T) {
	text := func(s, encoding string) (*Part, error) { return NewText(s, "", "", WithEncoding(encoding)) }
	part := func(s, encoding string) (*Part, error) {
		return NewPart("text/csv", String(s), WithEncoding(encoding))
	}
	tests := []struct {
		name, content, encoding, got string
		make                         func(s, encoding string) (*Part, error)
	}{
		{"base64 for ASCII", "abc\n", "base64", "base64", text},
		{"qp for ASCII", "abc\n", "quoted-printable", "quoted-printable", text},
		{"8bit falls back", "é\n", "8bit", "quoted-printable", text},
		{"7bit refused", "é\n", "7bit", "", text},
		{"8bit refused", strings.Repeat("é", 999), "8bit", "", text},
		{"069 bytes kept", "a\nb\r\nc", "", "base64", func(s, _ string) (*Part, error) { return NewPart("text/csv", String(s)) }},
		{"069 bytes kept in qp", "a\nb\r\nc é \n", "quoted-printable", "quoted-printable", part},
		{"7bit of lines", "a\r\nb\r\n", "7bit", "7bit", part},
		{"7bit of bare line breaks", "a\nb\n", "7bit", "", part},
		{"upper case", "abc", "BASE64", "base64", text},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := test.make(test.content, test.encoding)
			if test.got == "" {
				wantFault(t, err, "Content-Transfer-Encoding")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			out := wire(t, must(Compose(Spec{Text: ptr("x"), Attachments: []*Part{p}}, fixedEnv())))
			if !strings.Contains(out, "Content-Transfer-Encoding: "+test.got+"\r\n") {
				t.Error(out)
			}
		})
	}
}

func TestFlowed(t *testing.T) {
	long := "A paragraph that is long enough to be wrapped because it has far more than seventy-six characters in it, surely."
	tests := []struct {
		name, text, want string
		delSp            bool
	}{
		{"070 short", "hello\n", "hello\r\n", false},
		{"070 wrapped", long + "\n", "A paragraph that is long enough to be wrapped because it has far more than \r\nseventy-six characters in it, surely.\r\n", false},
		{"070 stuffed", " x\n>y\nFrom z\n", "  x\r\n >y\r\n From z\r\n", false},
		{"070 signature", "a  \n-- \nme\n", "a\r\n-- \r\nme\r\n", false},
		{"070 no blank", strings.Repeat("x", 100), strings.Repeat("x", 100), false},
		{"070 delsp", strings.Repeat("x", 100), strings.Repeat("x", 75) + " \r\n" + strings.Repeat("x", 25), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := must(NewText(test.text, "plain", "", WithFlowed(test.delSp)))
			if got := string(must(p.Content())); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if back := unflow(string(must(p.Content())), test.delSp); back != unflow(string(canonical([]byte(strings.ReplaceAll(test.text, "a  \n", "a\n")))), false) && test.name != "070 stuffed" {
				t.Errorf("reads back as %q", back)
			}
			out := wire(t, AsMessage(p, fixedEnv()))
			if !strings.Contains(out, "format=flowed") || strings.Contains(out, "delsp=yes") != test.delSp {
				t.Error(out)
			}
		})
	}
	_, err := NewText("<p>", "html", "", WithFlowed(false))
	wantFault(t, err, "flowed")
}

// unflow joins soft lines as a reader does.
func unflow(s string, delSp bool) string {
	var b strings.Builder
	for line := range strings.SplitAfterSeq(s, "\r\n") {
		text := strings.TrimSuffix(line, "\r\n")
		if text == signatureLine || !strings.HasSuffix(text, " ") {
			b.WriteString(line)
			continue
		}
		if delSp {
			text = text[:len(text)-1]
		}
		b.WriteString(text)
	}
	return b.String()
}

func TestBoundaryInText(t *testing.T) {
	text := must(NewText("x\n--XX\ny\n", "", ""))
	p := must(NewMultipart("mixed", []*Part{text}, WithBoundary("XX")))
	out := wire(t, AsMessage(p, fixedEnv()))
	if !strings.Contains(out, "Content-Transfer-Encoding: base64") {
		t.Error("065: the delimiter shows in the text:\n" + out)
	}
	first := must(NewText("--XX", "", ""))
	wire(t, AsMessage(must(NewMultipart("mixed", []*Part{first}, WithBoundary("XX"))), fixedEnv()))
	for _, o := range []Option{WithPreamble("a\n--XX\n"), WithEpilogue("--XX--")} {
		p := must(NewMultipart("mixed", []*Part{text}, WithBoundary("XX"), o))
		_, err := AsMessage(p, fixedEnv()).Encode(false, false)
		wantFault(t, err, "boundary")
	}
}

func TestHTMLToText(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"071 link", `<p>See <a href="https://x.example/">our page</a>.</p>`, "See our page (https://x.example/).\n"},
		{"071 link that shows itself", `<a href="https://x.example/">https://x.example/</a>`, "https://x.example/\n"},
		{"071 mail link", `<a href="mailto:a@x.example">a@x.example</a>`, "a@x.example\n"},
		{"071 anchor", `<a href="#top">top</a>`, "top\n"},
		{"071 style and script", `<head><title>t</title><style>p{}</style></head><body><script>x()</script>hi</body>`, "hi\n"},
		{"071 no cid", `<p>a<img src="cid:logo">b <img src="cid:x" alt="Logo"></p>`, "a b Logo\n"},
		{"paragraphs", "<h1>Title</h1><p>one\n two</p><p>three<br>four</p>", "Title\n\none two\n\nthree\nfour\n"},
		{"list", "<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>e", "* a\n* b\n  1. c\n  2. d\n\ne\n"},
		{"table", "<table><tr><th>Name</th><th>Sum</th></tr><tr><td>A</td><td>3</td></tr></table>", "Name  Sum\n----  ---\nA     3\n"},
		{"table of numbers", "<table>\n<caption>Sales</caption>\n<thead><tr>\n<th>City</th>\n<th align=right>Sum</th></tr></thead>\n<tr><td>東京</td><td style='text-align:right'>1,234</td></tr><tr><td>Köln <b>Süd</b></td><td align=right>7</td></table><p>end", "Sales\n\nCity        Sum\n--------  -----\n東京      1,234\nKöln Süd      7\n\nend\n"},
		{"table for layout", "<table role=presentation>\n<tr>\n<td>a</td>\n<td> b </td>\n</tr>\n<tr><td><table><tr><th>x</th><th>y</th></tr></table></td></tr></table>", "a | b\n\nx  y\n-  -\n"},
		{"wide table", "<table><tr><th>" + strings.Repeat("h", 60) + "</th><th>" + strings.Repeat("i", 60) + "</th></tr><tr><td>1<td>2</table>", strings.Repeat("h", 60) + " | " + strings.Repeat("i", 60) + "\n1 | 2\n"},
		{"quoted table", "<blockquote><table><tr><th>a<th>b</table></blockquote>", "> a  b\n> -  -\n"},
		{"071 hidden preview", `<body><div style="display: none; max-height:0">Preview<div>more</div></div><span hidden>x</span><p>seen</p></body>`, "seen\n"},
		{"071 hidden and never closed", `<p style="display:none">Preview<body>seen`, "seen\n"},
		{"struck out", "<p><s>10 €</s> <del>9 €</del>, now 8 €</p>", "~~10 €~~ ~~9 €~~, now 8 €\n"},
		{"nested lists in order", "<ol start=3><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ol>", "3. a\n  * b\n\n4. c\n"},
		{"entities", "a &amp; b&nbsp;c &lt;d&gt; &uuml;", "a & b c <d> ü\n"},
		{"preformatted", "<pre>a\n  b</pre>", "a\n  b\n"},
		{"quotation", "<p>x</p><blockquote><p>a</p>b</blockquote>c", "x\n\n> a\n\n> b\n\nc\n"},
		{"open head", "<head><title>t</title><body>hi", "hi\n"},
		{"rule", "a<hr>b", "a\n----------\nb\n"},
		{"empty", "<p> </p>", ""},
		{"blocks", "<div>a<div>b</div>c</div>", "a\nb\nc\n"},
		{"inline", "<b>a</b><i>b</i> <u>c</u>", "ab c\n"},
		{"comment", "a<!-- x -->b", "ab\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := HTMLToText(test.page); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestEncoders(t *testing.T) {
	for n := range 300 {
		b := bytes.Repeat([]byte{0xA5, ' ', '.', 'x'}, n)[:n]
		if got := appendBase64(nil, b); int64(len(got)) != base64Size(int64(n)) {
			t.Fatalf("%d octets give %d, computed %d", n, len(got), base64Size(int64(n)))
		}
		if back, err := DecodeBase64(string(appendBase64(nil, b))); err != nil || !bytes.Equal(back, b) {
			t.Fatalf("%d octets do not come back: %v", n, err)
		}
		if back, _ := DecodeQuotedPrintable(string(appendQP(nil, b, false))); !bytes.Equal(back, b) {
			t.Fatalf("%d octets come back as %q", n, back)
		}
	}
	if got := EncodeBase64([]byte("hello world"), 4); got != "aGVs\r\nbG8g\r\nd29y\r\nbGQ=" {
		t.Errorf("got %q", got)
	}
	if got := EncodeBase64([]byte("hello"), 0); got != "aGVsbG8=" {
		t.Errorf("got %q", got)
	}
	if _, err := DecodeBase64("a!b"); err == nil {
		t.Error("rubbish was accepted")
	}
	if got := EncodeQuotedPrintable([]byte("ä=\n")); got != "=C3=A4=3D\r\n" {
		t.Errorf("got %q", got)
	}
}

// TestEncodedEightBit compares what a message says of itself with its octets.
func TestEncodedEightBit(t *testing.T) {
	for _, text := range []string{"café\n", "cafe\n", strings.Repeat("é", 600) + "\n"} {
		for _, allowed := range []bool{false, true} {
			m := basic(t, func(s *Spec) { s.Text, s.Subject = ptr(text), "Grüße" })
			for _, utf8 := range []bool{false, true} {
				encoded := must(m.Encode(allowed, utf8))
				says := encoded.(interface{ EightBit() bool }).EightBit()
				if octets := must(m.Octets(allowed, utf8)); says == isASCII(string(octets)) {
					t.Errorf("%q, 8-bit %v, utf8 %v: says %v", text, allowed, utf8, says)
				}
			}
		}
	}
}

// TestBase64Lines compares with the standard library, around every length at which something changes.
func TestBase64Lines(t *testing.T) {
	src := make([]byte, 3*base64Batch+2*base64Octets)
	_, _ = rand.NewChaCha8([32]byte{4}).Read(src)
	for _, base := range []int{0, 28, 32, base64Octets, 2 * base64Octets, base64Batch, 2 * base64Batch, 3 * base64Batch} {
		for n := max(base-35, 0); n <= base+35; n++ {
			var want []string
			for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(src[:n])), base64Line) {
				want = append(want, string(line))
			}
			if got := string(appendBase64([]byte("> "), src[:n])); got != "> "+strings.Join(want, "\r\n") {
				t.Fatalf("%d octets became\n%s", n, got)
			}
		}
	}
}
