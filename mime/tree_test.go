package mime

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const pngHead = "\x89PNG\r\n\x1a\n"

func image(t testing.TB, o ...Option) *Part {
	t.Helper()
	p, err := NewImage(String(pngHead+"picture"), "", o...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func pdf(t testing.TB) *Part {
	t.Helper()
	p, err := NewPart("", String("%PDF-1.7 report"), WithFilename("report.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTrees(t *testing.T) {
	text, page := ptr("hi\n"), ptr(`<p>hi <img src="cid:logo"></p>`)
	calendar := must(NewText("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "calendar", "", WithParam("method", "REQUEST")))
	amp := must(NewText("<html amp4email></html>", "x-amp-html", ""))
	tests := []struct {
		name string
		spec Spec
		want string
	}{
		{"072 nothing", Spec{}, "text/plain"},
		{"072 text", Spec{Text: text}, "text/plain"},
		{"072 text and page", Spec{Text: text, HTML: page}, "multipart/alternative text/plain text/html"},
		{"072 page", Spec{HTML: page}, "multipart/alternative text/plain text/html"},
		{"072 page and picture", Spec{Text: text, HTML: page, Inline: []*Part{image(t, WithCID("logo"))}}, "multipart/alternative text/plain multipart/related text/html image/png"},
		{"072 everything", Spec{Text: text, HTML: page, Inline: []*Part{image(t, WithCID("logo"))}, Attachments: []*Part{pdf(t)}}, "multipart/mixed multipart/alternative text/plain multipart/related text/html image/png application/pdf"},
		{"072 text and attachment", Spec{Text: text, Attachments: []*Part{pdf(t)}}, "multipart/mixed text/plain application/pdf"},
		{"073 attachment alone", Spec{Attachments: []*Part{pdf(t)}}, "application/pdf"},
		{"073 two attachments alone", Spec{Attachments: []*Part{pdf(t), pdf(t)}}, "multipart/mixed application/pdf application/pdf"},
		{"074 order of the forms", Spec{Text: text, HTML: page, Alternatives: []*Part{calendar, amp}}, "multipart/alternative text/plain text/x-amp-html text/html text/calendar"},
		{"074 one form alone", Spec{Alternatives: []*Part{calendar}}, "text/calendar"},
		{"picture without a page", Spec{Text: text, Inline: []*Part{image(t)}}, "multipart/mixed text/plain image/png"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.spec.From, test.spec.To = []Address{{"", "f@x.example"}}, []Address{{"", "t@x.example"}}
			m, err := Compose(test.spec, fixedEnv())
			if err != nil {
				t.Fatal(err)
			}
			var types []string
			_ = m.Walk(func(p *Part, _ int) error {
				types = append(types, p.MediaType())
				return nil
			})
			if got := strings.Join(types, " "); got != test.want {
				t.Errorf("got %s", got)
			}
			out := wire(t, m)
			if n := strings.Count(out, "MIME-Version"); n != 1 {
				t.Errorf("075: MIME-Version stands there %d times", n)
			}
			checkPartFields(t, out)
		})
	}
	if f := calendar.header.index("from"); f >= 0 {
		t.Error("composing changed a part that was given")
	}
}

// checkPartFields wants nothing but Content-* in the headers of parts.
func checkPartFields(t *testing.T, out string) {
	t.Helper()
	pieces := strings.Split(out, "\r\n--=_")
	for _, piece := range pieces[1:] {
		_, rest, _ := strings.Cut(piece, "\r\n")
		header, _, found := strings.Cut(rest, "\r\n\r\n")
		if !found {
			continue
		}
		for line := range strings.SplitSeq(header, "\r\n") {
			if !strings.HasPrefix(line, "Content-") && !strings.HasPrefix(line, " ") {
				t.Errorf("075: %q in the header of a part", line)
			}
		}
	}
}

func TestRefusedTrees(t *testing.T) {
	leaf := must(NewText("x", "", ""))
	empty := must(NewMultipart("", nil))
	t.Run("076 attach to a leaf", func(t *testing.T) { wantFault(t, leaf.Attach(leaf), "text/plain", "only a multipart") })
	t.Run("076 attach nothing", func(t *testing.T) { wantFault(t, empty.Attach(nil), "no part") })
	t.Run("076 cycles", func(t *testing.T) {
		outer := must(NewMultipart("", nil))
		inner := must(NewMultipart("", []*Part{outer}))
		wantFault(t, outer.Attach(inner), "below itself")
		wantFault(t, outer.Attach(outer), "below itself")
		wantFault(t, outer.Attach(must(NewMessagePart(AsMessage(inner, fixedEnv())))), "below itself")
	})
	t.Run("077 the same part twice", func(t *testing.T) {
		p := must(NewMultipart("", []*Part{leaf, leaf}))
		if out := wire(t, AsMessage(p, fixedEnv())); strings.Count(out, "\r\n\r\nx\r\n") != 2 {
			t.Error(out)
		}
	})
	t.Run("077 identifiers twice", func(t *testing.T) {
		p := must(NewMultipart("related", []*Part{leaf, image(t, WithCID("x")), image(t, WithCID("x"))}))
		_, err := AsMessage(p, fixedEnv()).Encode(false, false)
		wantFault(t, err, "Content-ID", "x")
	})
	t.Run("078 empty", func(t *testing.T) {
		_, err := AsMessage(empty, fixedEnv()).Encode(false, false)
		wantFault(t, err, "no parts")
	})
	t.Run("079 boundaries that begin alike", func(t *testing.T) {
		inner := must(NewMultipart("", []*Part{leaf}, WithBoundary("abc")))
		outer := must(NewMultipart("", []*Part{inner}, WithBoundary("ab")))
		_, err := AsMessage(outer, fixedEnv()).Encode(false, false)
		wantFault(t, err, "boundary")
	})
	t.Run("082 encoding of a multipart", func(t *testing.T) {
		_, err := NewMultipart("", []*Part{leaf}, WithEncoding("base64"))
		wantFault(t, err, "Content-Transfer-Encoding")
	})
	t.Run("083 encoding of a message", func(t *testing.T) {
		_, err := NewPart("message/rfc822", String("Subject: x\n\nü"), WithEncoding("base64"))
		wantFault(t, err, "Content-Transfer-Encoding")
		_, err = NewMessagePart(basic(t, nil), WithEncoding("quoted-printable"))
		wantFault(t, err, "Content-Transfer-Encoding")
		_, err = NewMessagePart(nil)
		wantFault(t, err, "no message")
	})
	t.Run("013 two authors without a sender", func(t *testing.T) {
		_, err := Compose(Spec{From: []Address{{"", "a@x.example"}, {"", "b@x.example"}}}, fixedEnv())
		wantFault(t, err, "Sender")
	})
}

func TestBoundaries(t *testing.T) {
	inner := must(NewMultipart("alternative", []*Part{must(NewText("a", "", "")), must(NewText("b", "html", ""))}))
	outer := must(NewMultipart("mixed", []*Part{inner, pdf(t)}, WithPreamble("for old readers\n.dot"), WithEpilogue("the end")))
	m := AsMessage(outer, fixedEnv())
	out := wire(t, m)
	a, b := *inner.boundary.Load(), *outer.boundary.Load()
	t.Run("079 unique and random", func(t *testing.T) {
		if a == b || len(a) < 2+96/4 || !strings.HasPrefix(a, "=_") {
			t.Errorf("%q and %q", a, b)
		}
	})
	t.Run("080 one line break between closing and next", func(t *testing.T) {
		if !strings.Contains(out, "--"+a+"--\r\n--"+b+"\r\n") {
			t.Error(out)
		}
	})
	t.Run("080 base64 of whole lines", func(t *testing.T) {
		p := must(NewPart("application/x", String(strings.Repeat("z", 57*2))))
		out := wire(t, AsMessage(must(NewMultipart("", []*Part{p, p})), fixedEnv()))
		if strings.Contains(out, "6\r\n\r\n--") {
			t.Error("a blank line stands before a delimiter:\n" + out)
		}
	})
	t.Run("081 preamble and epilogue", func(t *testing.T) {
		if !strings.Contains(out, "\r\n\r\nfor old readers\r\n.dot\r\n--"+b+"\r\n") || !strings.HasSuffix(out, "--"+b+"--\r\nthe end\r\n") {
			t.Error(out)
		}
	})
	t.Run("081 refused", func(t *testing.T) {
		_, err := NewMultipart("", nil, WithPreamble("ü"))
		wantFault(t, err, "preamble")
		_, err = NewText("", "", "", WithEpilogue("x"))
		wantFault(t, err, "epilogue")
	})
}

func TestEightBitTree(t *testing.T) {
	text := must(NewText("ü\n", "", ""))
	inner := basic(t, func(s *Spec) { s.Text = ptr("ü\n") })
	p := must(NewMultipart("mixed", []*Part{text, must(NewMessagePart(inner))}))
	m := AsMessage(p, fixedEnv())
	out := string(must(m.Octets(true, false)))
	if n := strings.Count(out, "Content-Transfer-Encoding: 8bit"); n != 4 {
		t.Errorf("082: %d labels of 4:\n%s", n, out)
	}
	seven := wire(t, m)
	if strings.Contains(seven, "8bit") || strings.Contains(seven, "\xc3") {
		t.Error("083: 8-bit octets for a 7-bit server:\n" + seven)
	}
}

func TestRawMessages(t *testing.T) {
	raw := "Subject: inner\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nü\n"
	p := must(NewPart("", String(raw), WithFilename("mail.eml")))
	m := must(Compose(Spec{Text: ptr("see"), Attachments: []*Part{p}}, fixedEnv()))
	_, err := m.Encode(false, false)
	wantFault(t, err, "8BITMIME", "mail.eml")
	if out := string(must(m.Octets(true, false))); !strings.Contains(out, "8bit") || !strings.Contains(out, "ü\r\n") {
		t.Error("083:\n" + out)
	}
	ascii := must(NewPart("message/rfc822", String("Subject: inner\n\nx\n")))
	if out := string(must(must(Compose(Spec{Text: ptr("see"), Attachments: []*Part{ascii}}, fixedEnv())).Octets(false, false))); !strings.Contains(out, "7bit\r\n\r\nSubject: inner\r\n\r\nx\r\n") {
		t.Error("083:\n" + out)
	}
	_, err = NewPart("message/rfc822", String("Subject: x\n\n"+strings.Repeat("y", 1000)))
	wantFault(t, err, "998")
}

func TestRelated(t *testing.T) {
	page := `<img src="cid:logo@x"><td background="cid:back%25ground"><div style="background: url('cid:third')">`
	inline := []*Part{image(t, WithCID("<logo@x>"), WithFilename("l.png")), image(t, WithCID("back%ground")), image(t, WithCID("third"))}
	m := basic(t, func(s *Spec) { s.HTML, s.Inline = &page, inline })
	out := wire(t, m)
	if !strings.Contains(out, `multipart/related; type="text/html";`) || strings.Contains(out, "start=") {
		t.Error("084: no type of the root:\n" + out)
	}
	if len(m.Warnings()) != 0 {
		t.Errorf("084: %q", m.Warnings())
	}
	for _, want := range []string{"Content-ID: <logo@x>", "Content-ID: <back%ground>", "Content-ID: <third>"} {
		if !strings.Contains(out, want+"\r\n") {
			t.Errorf("085: no %q", want)
		}
	}
	if inline[0].CID() != "logo@x" || inline[0].Disposition() != "inline" {
		t.Errorf("085: %q %q", inline[0].CID(), inline[0].Disposition())
	}
	_, err := NewImage(String(pngHead), "", WithCID("my logo"))
	wantFault(t, err, "Content-ID")
	lacking := basic(t, func(s *Spec) { s.HTML, s.Inline = ptr(`<img src="cid:none">`), []*Part{image(t, WithCID("unused"))} })
	if w := strings.Join(lacking.Warnings(), "\n"); !strings.Contains(w, "none") || !strings.Contains(w, "unused") {
		t.Errorf("084: %q", w)
	}
}

func TestReading(t *testing.T) {
	logo, report := image(t, WithCID("logo"), WithFilename("l.png")), pdf(t)
	log := must(NewText("log\n", "plain", "", WithFilename("run.log")))
	m := basic(t, func(s *Spec) {
		s.HTML, s.Inline, s.Attachments = ptr(`<img src="cid:logo">`), []*Part{logo}, []*Part{report, log}
	})
	if p := m.Body("plain"); p == nil || must(p.Text()) != "hello\r\n" {
		t.Error("no plain body")
	}
	if p := m.Body("html"); p == nil || must(p.Text()) != `<img src="cid:logo">` {
		t.Error("no page")
	}
	if got := m.Attachments(); len(got) != 2 || got[0] != report || got[1] != log {
		t.Errorf("attachments: %v", got)
	}
	want := "multipart/mixed\n  multipart/alternative\n    text/plain\n    multipart/related\n      text/html\n" +
		"      image/png \"l.png\" <logo>\n  application/pdf \"report.pdf\"\n  text/plain \"run.log\"\n"
	if diff := cmp.Diff(want, m.Tree()); diff != "" {
		t.Error(diff)
	}
	if p := log.Body("plain"); p != nil {
		t.Error("an attachment is a body")
	}
	if _, err := m.Content(); err == nil {
		t.Error("a multipart has content")
	}
	clone := m.Part.Clone()
	if err := clone.Children()[1].SetFilename("other.pdf"); err != nil || report.Filename() != "report.pdf" {
		t.Errorf("the clone shares its header: %v", err)
	}
}

func TestSniff(t *testing.T) {
	tests := []struct{ head, want string }{
		{pngHead, "image/png"},
		{"\xff\xd8\xff\xdb", "image/jpeg"},
		{"\xff\xd8\xff\xe1xxExif", "image/jpeg"},
		{"GIF89a", "image/gif"},
		{"RIFF....WEBPVP8 ", "image/webp"},
		{"BM\x10\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp"},
		{"II*\x00\x08", "image/tiff"},
		{"MM\x00*\x00", "image/tiff"},
		{"\x00\x00\x00\x20ftypavif", "image/avif"},
		{"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00miafavif", "image/avif"},
		{"\x00\x00\x00\x20ftypheic", "image/heic"},
		{"<svg xmlns=", "image/svg+xml"},
		{"\ufeff<?xml version='1.0'?>\n<!-- x -->\n<svg>", "image/svg+xml"},
		{"\x00\x00\x01\x00\x01\x00", "image/x-icon"},
		{"RIFF....WAVEfmt ", "audio/wav"},
		{"ID3\x04", "audio/mpeg"},
		{"\xff\xfb\x90\x00", "audio/mpeg"},
		{"\xff\xf3\x40\x00", "audio/mpeg"},
		{"\xff\xf1\x50\x80", "audio/aac"},
		{"OggS\x00", "audio/ogg"},
		{"fLaC\x00", "audio/flac"},
		{"\x00\x00\x00\x20ftypM4A ", "audio/mp4"},
		{"FORM....AIFF", "audio/aiff"},
		{".snd\x00", "audio/basic"},
		{"MThd\x00", "audio/midi"},
		{"#!AMR\n", "audio/amr"},
		{"%PDF-1.7", "application/pdf"},
		{"PK\x03\x04", "application/zip"},
		{"plain text", ""},
		{"BM is a text too, of some length", ""},
		{"", ""},
		{"<p>", ""},
		{"\xff\xff\xff\xff", ""},
	}
	for _, test := range tests {
		if got := sniff([]byte(test.head)); got != test.want {
			t.Errorf("087/088: %q is %q, want %q", test.head, got, test.want)
		}
	}
	_, err := NewImage(String("plain text"), "")
	wantFault(t, err, "image")
	_, err = NewImage(String("RIFF....WAVEfmt "), "")
	wantFault(t, err, "image")
	_, err = NewImage(String(""), "png")
	wantFault(t, err, "empty")
	if p := must(NewAudio(String("whatever"), "x-own")); p.MediaType() != "audio/x-own" {
		t.Error("a subtype given is not taken")
	}
}

func TestGuessType(t *testing.T) {
	tests := []struct{ name, head, want string }{
		{"a.PDF", "", "application/pdf"},
		{"a.tar.gz", "", "application/gzip"},
		{"table.xlsx", "PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"noending", pngHead, "image/png"},
		{"x.unknown", "%PDF-", "application/pdf"},
		{"x.unknown", "?", "application/octet-stream"},
		{"7z", "", "application/octet-stream"},
		{"x.7z", "", "application/x-7z-compressed"},
		{"x.zst", "", "application/zstd"},
		{"x.", "", "application/octet-stream"},
		{"x.a b", "", "application/octet-stream"},
	}
	for _, test := range tests {
		if got := GuessType(test.name, []byte(test.head)); got != test.want {
			t.Errorf("%q: %q", test.name, got)
		}
	}
	var last string
	for line := range strings.SplitSeq(strings.Trim(endings, "\n"), "\n") {
		ending, mediaType, _ := strings.Cut(line, " ")
		if ending <= last || !isToken(ending) {
			t.Errorf("%q is out of order", ending)
		}
		last = ending
		if _, err := newPart(mediaType); err != nil {
			t.Error(err)
		}
	}
}
