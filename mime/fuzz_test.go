package mime

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message/textproto"
)

// fields reads a rendered header through go-message and gives the number of its fields.
func fields(t *testing.T, header string) int {
	t.Helper()
	h, err := textproto.ReadHeader(bufio.NewReader(strings.NewReader(header + "\r\n")))
	if err != nil {
		t.Fatalf("%v in %q", err, header)
	}
	return h.Len()
}

func FuzzHeaderValue(f *testing.F) {
	for _, name := range []string{"Subject", "X-A", "To", "References", "List-Unsubscribe", "List-ID", "Date", "Content-Type", "Content-Disposition", "Feedback-ID"} {
		for _, value := range []string{"", "x", "Grüße  ", "a\r\nBcc: b@c", "<a@b>", "=?utf-8?q?=0A?=", "text/plain; a=\"b\\", "a@b, c: d@e;", strings.Repeat("ж ", 100), "https://x.example/"} {
			f.Add(name, value)
		}
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		h := &Header{}
		if h.Set(name, value) != nil {
			return
		}
		for _, raw := range []bool{false, true} {
			out := string(h.fields[0].append(nil, raw))
			if n := fields(t, out); n != 1 {
				t.Fatalf("%d fields in %q", n, out)
			}
			for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
				if strings.TrimSpace(line) == "" || len(line) > lineHard && h.fields[0].wire != nil && !raw {
					t.Fatalf("a bad line in %q", out)
				}
			}
			if k := h.fields[0].kind; !raw && (k == kindText || k == kindUnknown) {
				text := strings.ReplaceAll(strings.TrimSuffix(out, "\r\n"), "\r\n", "")[len(h.fields[0].name)+2:]
				if back := DecodeHeader(text); back != value {
					t.Fatalf("%q reads back as %q", value, back)
				}
			}
		}
		text, _ := h.Get(name)
		if err := (&Header{}).Set(name, text); err != nil {
			t.Fatalf("the decoded form %q is refused: %v", text, err)
		}
	})
}

func FuzzParseAddressList(f *testing.F) {
	for _, s := range []string{"a@b", "A <a@b>, c@d", `"x, y" <a@b>`, "g: a@b, c@d;, e@f", "a@b (c)", "=?utf-8?q?=C3=BC?= <a@b>", "a@[1.2.3.4]", `"a b"@c`, "ü@ü.example", "a@b; c@d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ParseAddressList(s)
		if err != nil {
			return
		}
		h := &Header{}
		if len(list) == 0 {
			return
		}
		if err := h.SetAddresses("To", list); err != nil {
			t.Fatalf("parsed %q, refused as a list: %v", list, err)
		}
		out := string(h.fields[0].append(nil, false))
		if n := fields(t, out); n != 1 {
			t.Fatalf("%d fields in %q", n, out)
		}
		again, err := ParseAddressList(strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(out), "To: "), "\r\n", ""))
		if err != nil {
			t.Fatalf("our own %q is refused: %v", out, err)
		}
		if len(again) != len(list) {
			t.Fatalf("%d recipients became %d in %q", len(list), len(again), out)
		}
		for i := range list {
			if !sameAddress(list[i], again[i]) {
				t.Fatalf("%q became %q", list[i], again[i])
			}
		}
	})
}

func sameAddress(a, b Address) bool {
	x, _ := checkMailbox("", a)
	y, _ := checkMailbox("", b)
	return x.wire() == y.wire() && a.Name == b.Name
}

func FuzzQuotedPrintable(f *testing.F) {
	for _, s := range []string{"", "x", "a\r\nb", "é ", ".\r\n.", "From x", strings.Repeat("x", 200), "=\t", "a \r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, text := range []bool{false, true} {
			in := b
			if text {
				in = canonical(b)
			}
			out := appendQP(nil, in, text)
			for line := range bytes.SplitSeq(out, []byte("\r\n")) {
				if len(line) > 76 || bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From ")) ||
					bytes.HasSuffix(line, []byte(" ")) || bytes.HasSuffix(line, []byte("\t")) || bytes.ContainsAny(line, "\r\n") {
					t.Fatalf("a bad line %q", line)
				}
			}
			if back, err := DecodeQuotedPrintable(string(out)); err != nil || !bytes.Equal(back, in) {
				t.Fatalf("%q became %q", in, back)
			}
		}
		_, _ = DecodeQuotedPrintable(string(b))
	})
}

func FuzzBase64(f *testing.F) {
	f.Add([]byte(""), 76)
	f.Add(bytes.Repeat([]byte("x"), 57), 4)
	f.Add(bytes.Repeat([]byte("x"), 200), 1)
	f.Fuzz(func(t *testing.T, b []byte, wrap int) {
		out := appendBase64(nil, b)
		if int64(len(out)) != base64Size(int64(len(b))) {
			t.Fatalf("%d octets, computed %d", len(out), base64Size(int64(len(b))))
		}
		var streamed []byte
		if err := streamBase64(bytes.NewReader(b), int64(len(b)), func(p []byte) error { streamed = append(streamed, p...); return nil }); err != nil || !bytes.Equal(streamed, out) {
			t.Fatalf("streamed differently: %v", err)
		}
		for _, s := range []string{string(out), EncodeBase64(b, min(max(wrap, 0), 1000))} {
			if back, err := DecodeBase64(s); err != nil || !bytes.Equal(back, b) {
				t.Fatalf("%q became %q, %v", b, back, err)
			}
		}
		_, _ = DecodeBase64(string(b))
	})
}

func FuzzFilename(f *testing.F) {
	for _, s := range []string{"a.pdf", "résumé.pdf", `a"b\`, strings.Repeat("ж", 100), "=?utf-8?q?x?=", "a;b", "../x", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, err := NewPart("application/pdf", String("x"), WithFilename(name))
		if err != nil || name == "" {
			return
		}
		want := baseName(name)
		for _, key := range []string{"content-type", "content-disposition"} {
			out := string(p.header.find(key).wire)
			if n := fields(t, out); n != 1 {
				t.Fatalf("%d fields in %q", n, out)
			}
			if key == "content-type" {
				continue
			}
			back, err := parseParams("Content-Disposition", strings.ReplaceAll(strings.TrimSuffix(out, "\r\n"), "\r\n", "")[len("Content-Disposition: "):])
			if err != nil {
				t.Fatalf("our own %q is refused: %v", out, err)
			}
			if got, _ := back.get("filename"); got != want {
				t.Fatalf("%q became %q", want, got)
			}
		}
		if strings.ContainsAny(p.Filename(), "/\r\n") {
			t.Fatalf("the name is %q", p.Filename())
		}
	})
}

func FuzzHTMLToText(f *testing.F) {
	for _, s := range []string{"<p>a", "<a href=x:y>", "</a></ul></table>", "<ol start=99999999999999999999><li>", "<pre>\n\n", "<td><tr>", "<head><body>", "&#0;&amp", "<!--", "<script>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		text := HTMLToText(page)
		if strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n\n") {
			t.Fatalf("blank lines around %q", text)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add("hello\n", false)
	f.Add("--=_x\r.\nFrom \x00", true)
	f.Fuzz(func(t *testing.T, text string, html bool) {
		s := Spec{From: []Address{{"", "f@x.example"}}, To: []Address{{"", "t@x.example"}}, Text: &text}
		if html {
			s.HTML = &text
		}
		m, err := Compose(s, fixedEnv())
		if err != nil {
			return
		}
		for _, eightBit := range []bool{false, true} {
			out := must(m.Octets(eightBit, false))
			if bareBreaks(out) != 0 || bytes.IndexByte(out, 0) >= 0 || slices.ContainsFunc(bytes.Split(out, []byte("\r\n")), func(line []byte) bool { return len(line) > lineHard }) {
				t.Fatalf("bad lines in %q", out)
			}
		}
		wire(t, m)
	})
}

func FuzzFlow(f *testing.F) {
	f.Add("a b c", false)
	f.Add(strings.Repeat("word ", 40)+"\r\n-- \r\n>x", true)
	f.Fuzz(func(t *testing.T, s string, delSp bool) {
		if invalidUTF8(s) >= 0 {
			return
		}
		s = string(canonical([]byte(s)))
		out := flow(s, delSp)
		if strings.Count(out, "\r\n") < strings.Count(s, "\r\n") {
			t.Fatalf("%q became %q", s, out)
		}
	})
}
