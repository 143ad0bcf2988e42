package mime

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	"github.com/google/go-cmp/cmp"
)

// readTree draws what go-message reads, as Part.Tree draws what was built.
func readTree(t testing.TB, octets string) string {
	t.Helper()
	var b strings.Builder
	var draw func(e *gomessage.Entity, depth int)
	draw = func(e *gomessage.Entity, depth int) {
		mediaType, _, err := e.Header.ContentType()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth), mediaType)
		if mediaType == "message/rfc822" {
			draw(must(gomessage.Read(e.Body)), depth+1)
		}
		r := e.MultipartReader()
		for r != nil {
			child, err := r.NextPart()
			if err != nil {
				break
			}
			draw(child, depth+1)
		}
	}
	draw(must(gomessage.Read(strings.NewReader(octets))), 0)
	return b.String()
}

// wantTree composes and checks the tree, types only, as built and as read.
func wantTree(t testing.TB, spec Spec, want string) *Message {
	t.Helper()
	spec.From, spec.To = []Address{{"", "f@x.example"}}, []Address{{"", "t@x.example"}}
	m, err := Compose(spec, fixedEnv())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, readTree(t, wire(t, m))); diff != "" {
		t.Error(diff)
	}
	return m
}

func TestBehaviour072_SimplestTree(t *testing.T) {
	text, page := ptr("hi\n"), ptr(`<p>hi <img src="cid:logo"></p>`)
	logo := func() []*Part { return []*Part{image(t, WithCID("logo"))} }
	files := func() []*Part { return []*Part{pdf(t)} }
	wantTree(t, Spec{Text: text}, "text/plain\n")
	wantTree(t, Spec{}, "text/plain\n")
	wantTree(t, Spec{Text: text, HTML: page}, "multipart/alternative\n  text/plain\n  text/html\n")
	wantTree(t, Spec{Text: text, Attachments: files()}, "multipart/mixed\n  text/plain\n  application/pdf\n")
	wantTree(t, Spec{Text: text, HTML: page, Inline: logo()}, "multipart/alternative\n  text/plain\n  multipart/related\n    text/html\n    image/png\n")
	wantTree(t, Spec{Text: text, HTML: page, Inline: logo(), Attachments: files()},
		"multipart/mixed\n  multipart/alternative\n    text/plain\n    multipart/related\n      text/html\n      image/png\n  application/pdf\n")
}

func TestBehaviour073_AttachmentAlone(t *testing.T) {
	file := pdf(t)
	m := wantTree(t, Spec{Attachments: []*Part{file}}, "application/pdf\n")
	out := wire(t, m)
	if headerOf(t, out, "Content-Disposition") != "Content-Disposition: attachment; filename=report.pdf" || headerOf(t, out, "MIME-Version") != "MIME-Version: 1.0" {
		t.Error(out)
	}
	if file.Header().Len() != 2 {
		t.Error("composing changed the part that was given")
	}
	wantTree(t, Spec{Attachments: []*Part{pdf(t), pdf(t)}}, "multipart/mixed\n  application/pdf\n  application/pdf\n")
	wrapped := AsMessage(must(NewMultipart("mixed", []*Part{pdf(t)})), fixedEnv())
	if got := readTree(t, wire(t, wrapped)); got != "multipart/mixed\n  application/pdf\n" {
		t.Error(got)
	}
}

func TestBehaviour074_OrderOfForms(t *testing.T) {
	calendar := must(NewText("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "calendar", "", WithParam("method", "REQUEST")))
	amp := must(NewText("<html amp4email></html>", "x-amp-html", ""))
	for _, forms := range [][]*Part{{calendar, amp}, {amp, calendar}} {
		wantTree(t, Spec{Text: ptr("hi"), HTML: ptr("<p>hi"), Alternatives: forms}, "multipart/alternative\n  text/plain\n  text/x-amp-html\n  text/html\n  text/calendar\n")
	}
	wantTree(t, Spec{HTML: ptr("<p>hi"), Alternatives: []*Part{calendar}}, "multipart/alternative\n  text/plain\n  text/html\n  text/calendar\n")
}

func TestBehaviour075_HeadersOfParts(t *testing.T) {
	leaf := must(NewText("x", "", "", WithHeader("Subject", "not here"), WithHeader("X-Other", "nor here"), WithHeader("MIME-Version", "1.0"), WithDescription("here")))
	inner := must(NewMultipart("alternative", []*Part{leaf}, WithHeader("From", "a@x.example"), WithHeader("Bcc", "b@x.example")))
	m := AsMessage(must(NewMultipart("mixed", []*Part{inner, pdf(t)}, WithHeader("Subject", "root"))), fixedEnv())
	out := wire(t, m)
	checkPartFields(t, out)
	if strings.Count(out, "MIME-Version: 1.0\r\n") != 1 || strings.Count(out, "Subject:") != 1 || strings.Contains(out, "From:") || !strings.Contains(out, "Content-Description: here\r\n") {
		t.Error(out)
	}
	nested := basic(t, func(s *Spec) { s.Attachments = []*Part{must(NewMessagePart(basic(t, nil)))} })
	if out := wire(t, nested); strings.Count(out, "MIME-Version: 1.0\r\n") != 2 {
		t.Error("a message within is a message:\n" + out)
	}
}

func TestBehaviour076_ImpossibleTrees(t *testing.T) {
	leaf := must(NewText("x", "", ""))
	wantFault(t, leaf.Attach(pdf(t)), "text/plain", "only a multipart")
	message := must(NewMessagePart(basic(t, nil)))
	wantFault(t, message.Attach(leaf), "message/rfc822", "only a multipart")
	outer := must(NewMultipart("", nil))
	inner := must(NewMultipart("", []*Part{outer}))
	lowest := must(NewMultipart("", []*Part{leaf, inner}))
	for _, p := range []*Part{outer, inner, lowest, must(NewMessagePart(AsMessage(lowest, fixedEnv()))), nil} {
		wantFault(t, outer.Attach(leaf, p), "multipart/mixed")
		if len(outer.Children()) != 0 {
			t.Fatal("a refused call attached something")
		}
	}
	_, err := NewMultipart("", []*Part{nil})
	wantFault(t, err, "no part")
}

func TestBehaviour077_PartTwice(t *testing.T) {
	leaf := must(NewText("shared é\n", "", ""))
	both := must(NewMultipart("alternative", []*Part{leaf, leaf}))
	m := AsMessage(must(NewMultipart("", []*Part{both, leaf, both})), fixedEnv())
	out := wire(t, m)
	if n := strings.Count(out, "shared =C3=A9\r\n"); n != 5 {
		t.Errorf("written %d times:\n%s", n, out)
	}
	for _, ids := range [][2]string{{"x", "x"}, {"<x>", "x"}} {
		p := must(NewMultipart("related", []*Part{leaf, image(t, WithCID(ids[0])), image(t, WithCID(ids[1]))}))
		_, err := AsMessage(p, fixedEnv()).Encode(false, false)
		wantFault(t, err, "Content-ID", "x")
	}
	own := must(NewMultipart("related", []*Part{image(t, WithCID("x")), must(NewMessagePart(AsMessage(image(t, WithCID("x")), fixedEnv())))}))
	wire(t, AsMessage(own, fixedEnv()))
}

func TestBehaviour078_EmptyMultipart(t *testing.T) {
	empty := must(NewMultipart("", nil))
	for _, p := range []*Part{empty, must(NewMultipart("", []*Part{pdf(t), empty}))} {
		_, err := AsMessage(p, fixedEnv()).Encode(false, false)
		wantFault(t, err, "multipart/mixed", "no parts")
	}
	if err := empty.Attach(pdf(t)); err != nil {
		t.Fatal(err)
	}
	wire(t, AsMessage(empty, fixedEnv()))
}

func TestBehaviour079_Boundaries(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		inner := must(NewMultipart("alternative", []*Part{must(NewText("a", "", "")), must(NewText("b", "html", ""))}))
		outer := must(NewMultipart("mixed", []*Part{inner, pdf(t)}))
		must(AsMessage(outer, NewEnv(fixedEnv().Now, nil)).Encode(false, false))
		for _, p := range []*Part{inner, outer} {
			b := *p.boundary.Load()
			if seen[b] || !strings.HasPrefix(b, "=_") || len(b) < len("=_")+96/4 || len(b) > 70 {
				t.Fatalf("the boundary %q", b)
			}
			seen[b] = true
		}
	}
	leaf := must(NewText("x", "", ""))
	for _, pair := range [][2]string{{"ab", "abc"}, {"abc", "ab"}, {"ab", "ab"}} {
		inner := must(NewMultipart("", []*Part{leaf}, WithBoundary(pair[0])))
		message := must(NewMessagePart(AsMessage(inner, fixedEnv())))
		for _, child := range []*Part{inner, message} {
			_, err := AsMessage(must(NewMultipart("", []*Part{child}, WithBoundary(pair[1]))), fixedEnv()).Encode(false, false)
			wantFault(t, err, "boundary")
		}
	}
	side := must(NewMultipart("", []*Part{must(NewMultipart("", []*Part{leaf}, WithBoundary("same"))), must(NewMultipart("", []*Part{leaf}, WithBoundary("same")))}))
	wire(t, AsMessage(side, fixedEnv()))
}

func TestBehaviour080_BetweenDelimiters(t *testing.T) {
	inner := must(NewMultipart("alternative", []*Part{must(NewText("a", "", ""))}, WithBoundary("inner")))
	out := wire(t, AsMessage(must(NewMultipart("mixed", []*Part{inner, must(NewText("b\n", "", ""))}, WithBoundary("outer"))), fixedEnv()))
	_, got, _ := strings.Cut(out, "\r\n\r\n")
	want := "--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\na\r\n--inner--\r\n" +
		"--outer\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nb\r\n\r\n--outer--\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for n := range 180 {
		content := strings.Repeat("z", n)
		p := must(NewPart("application/x", String(content)))
		out := wire(t, AsMessage(must(NewMultipart("", []*Part{p, p}, WithBoundary("XX"))), fixedEnv()))
		want := "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + EncodeBase64([]byte(content), 76) + "\r\n--XX"
		if strings.Count(out, want) != 2 {
			t.Fatalf("%d octets:\n%s", n, out)
		}
	}
}

func TestBehaviour081_PreambleAndEpilogue(t *testing.T) {
	leaf := must(NewText("x", "", ""))
	p := must(NewMultipart("", []*Part{leaf}, WithBoundary("b"), WithPreamble("for old\nreaders\r.dot"), WithEpilogue("the end\n.")))
	out := wire(t, AsMessage(p, fixedEnv()))
	if !strings.Contains(out, "\r\n\r\nfor old\r\nreaders\r\n.dot\r\n--b\r\n") || !strings.HasSuffix(out, "\r\n--b--\r\nthe end\r\n.\r\n") {
		t.Error(out)
	}
	none := wire(t, AsMessage(must(NewMultipart("", []*Part{leaf}, WithBoundary("b"))), fixedEnv()))
	if !strings.Contains(none, "boundary=b\r\n\r\n--b\r\n") || !strings.HasSuffix(none, "\r\n--b--\r\n") {
		t.Error(none)
	}
	for _, bad := range []string{"ü", strings.Repeat("x", 999), "a\x00"} {
		_, err := NewMultipart("", nil, WithPreamble(bad))
		wantFault(t, err, "preamble")
		_, err = NewMultipart("", nil, WithEpilogue(bad))
		wantFault(t, err, "epilogue")
	}
	for _, o := range []Option{WithPreamble("a\n--b\n"), WithEpilogue("--b--")} {
		_, err := AsMessage(must(NewMultipart("", []*Part{leaf}, WithBoundary("b"), o)), fixedEnv()).Encode(false, false)
		wantFault(t, err, "boundary")
	}
}

func TestBehaviour082_LabelOfMultiparts(t *testing.T) {
	text := must(NewText("ü\n", "", ""))
	for eightBit, want := range map[bool]string{
		true:  "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nü\r\n",
		false: "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n",
	} {
		m := AsMessage(must(NewMultipart("", []*Part{must(NewMultipart("", []*Part{text}, WithBoundary("c"))), pdf(t)}, WithBoundary("b"))), fixedEnv())
		if out := string(must(m.Octets(eightBit, false))); !strings.Contains(out, want) {
			t.Errorf("%v:\n%s", eightBit, out)
		}
	}
	for _, name := range []string{"base64", "quoted-printable"} {
		_, err := NewMultipart("", []*Part{text}, WithEncoding(name))
		wantFault(t, err, "Content-Transfer-Encoding")
	}
	seven := AsMessage(must(NewMultipart("", []*Part{pdf(t)}, WithBoundary("b"))), fixedEnv())
	if out := string(must(seven.Octets(true, true))); strings.Contains(out, "8bit") {
		t.Error(out)
	}
}

func TestBehaviour083_MessagesWithin(t *testing.T) {
	raw := "Subject: inner\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nü\n"
	for _, mediaType := range []string{"message/rfc822", "message/partial", "message/external-body"} {
		for _, name := range []string{"base64", "quoted-printable"} {
			_, err := NewPart(mediaType, String(raw), WithEncoding(name))
			wantFault(t, err, "Content-Transfer-Encoding")
		}
		p := must(NewPart(mediaType, String(raw), WithFilename("mail.eml")))
		m := basic(t, func(s *Spec) { s.Attachments = []*Part{p} })
		_, err := m.Encode(false, false)
		wantFault(t, err, "8BITMIME", "mail.eml")
		if out := string(must(m.Octets(true, false))); !strings.Contains(out, "\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: inner\r\n") || !strings.Contains(out, "\r\n\r\nü\r\n") {
			t.Error(out)
		}
	}
	ascii := must(NewPart("message/rfc822", String("Subject: inner\n\nx\n")))
	if out := wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{ascii} })); !strings.Contains(out, "7bit\r\n\r\nSubject: inner\r\n\r\nx\r\n") {
		t.Error(out)
	}
	_, err := NewPart("message/rfc822", String("Subject: x\n\n"+strings.Repeat("y", 999)))
	wantFault(t, err, "998")
	_, err = NewMessagePart(basic(t, nil), WithEncoding("base64"))
	wantFault(t, err, "Content-Transfer-Encoding")

	inner := basic(t, func(s *Spec) { s.Subject, s.Text = "Ü", ptr("ü\n") })
	m := AsMessage(must(NewMessagePart(inner)), fixedEnv())
	if out := wire(t, m); strings.Contains(out, "8bit") || !strings.HasSuffix(out, "quoted-printable\r\n\r\n=C3=BC\r\n") {
		t.Error("the text within is not encoded anew:\n" + out)
	}
	for _, utf8 := range []bool{false, true} {
		if out := string(must(m.Octets(true, utf8))); strings.Count(out, "Content-Transfer-Encoding: 8bit\r\n") != 2 || !strings.HasSuffix(out, "\r\n\r\nü\r\n") || strings.Contains(out, "Subject: Ü") {
			t.Error(out)
		}
	}
	if out := string(must(m.Octets(false, true))); !isASCII(out) {
		t.Error("8-bit octets under no label:\n" + out)
	}
}

func TestBehaviour084_Related(t *testing.T) {
	page := `<img src="cid:logo@x"><td background="cid:back%25ground"><div style="background: url('cid:third')">`
	inline := []*Part{image(t, WithCID("logo@x")), image(t, WithCID("back%ground")), image(t, WithCID("third"))}
	m := basic(t, func(s *Spec) { s.HTML, s.Inline = &page, inline })
	out := wire(t, m)
	if !strings.Contains(out, "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=") || strings.Contains(out, "start=") || len(m.Warnings()) != 0 {
		t.Errorf("%q\n%s", m.Warnings(), out)
	}
	own := must(NewMultipart("related", []*Part{image(t, WithCID("x")), pdf(t)}, WithParam("type", "application/pdf"), WithParam("start", "<y>")))
	if out := wire(t, AsMessage(own, fixedEnv())); !strings.Contains(out, "multipart/related; type=\"application/pdf\"; start=\"<y>\";") {
		t.Error(out)
	}
	several := basic(t, func(s *Spec) { s.HTML = ptr(`<img src="cid:b"><img src="cid:c"><img src="cid:a">`) })
	if w := strings.Join(several.Warnings(), "|"); !strings.Contains(w, "cid:a,") || strings.Index(w, "cid:a,") > strings.Index(w, "cid:b,") || strings.Index(w, "cid:b,") > strings.Index(w, "cid:c,") {
		t.Errorf("%q", w)
	}
	lacking := basic(t, func(s *Spec) {
		s.HTML, s.Inline = ptr(`<img src="cid:none">`), []*Part{image(t, WithCID("unused"))}
	})
	if w := lacking.Warnings(); len(w) != 2 || !strings.Contains(w[0], "cid:unused") || !strings.Contains(w[1], "cid:none") {
		t.Errorf("%q", w)
	}
}

func TestBehaviour085_ContentIDs(t *testing.T) {
	for given, id := range map[string]string{"logo": "logo", "<logo>": "logo", "logo@x": "logo@x", "a%b": "a%b", "a+b": "a+b"} {
		p := image(t, WithCID(given))
		m := basic(t, func(s *Spec) {
			s.HTML, s.Inline = ptr(`<img src="cid:`+strings.ReplaceAll(id, "%", "%25")+`">`), []*Part{p}
		})
		if out := wire(t, m); p.CID() != id || p.Disposition() != "inline" || !strings.Contains(out, "Content-ID: <"+id+">\r\n") || len(m.Warnings()) != 0 {
			t.Errorf("%q: %q %q\n%s", given, p.CID(), m.Warnings(), out)
		}
	}
	for _, bad := range []string{"my logo", "a<b", "a\r\nb", "a>", "(a)", "ü", `a"b`, "=?utf-8?q?x?=", "<>", "a\tb"} {
		_, err := NewImage(String(pngHead), "", WithCID(bad))
		wantFault(t, err, "Content-ID")
	}
}

// contentStart is how a file of a type begins.
type contentStart struct{ head, want string }

func wantSniffed(t *testing.T, construct func(Source, string, ...Option) (*Part, error), starts []contentStart, others ...string) {
	t.Helper()
	for _, test := range starts {
		p, err := construct(String(test.head+strings.Repeat("\x00", 40)), "")
		if err != nil || p.MediaType() != test.want {
			t.Errorf("%q: %v, want %s", test.head, err, test.want)
			continue
		}
		content := must(must(gomessage.Read(bytes.NewReader(must(AsMessage(p, fixedEnv()).Octets(false, false))))).Body, nil)
		if octets := string(must(io.ReadAll(content))); !strings.HasPrefix(octets, test.head) {
			t.Errorf("%q is sent as %q", test.head, octets)
		}
	}
	for _, other := range append(others, "plain text, of some length", "\xff\xff\xff\xff\xff", "<p>", "") {
		_, err := construct(String(other), "")
		wantFault(t, err, "")
	}
	if p := must(construct(String("whatever"), "x-own")); !strings.HasSuffix(p.MediaType(), "/x-own") {
		t.Error("a subtype given is not taken")
	}
}

func TestBehaviour087_Images(t *testing.T) {
	wantSniffed(t, NewImage, []contentStart{
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff\xdb", "image/jpeg"}, {"\xff\xd8\xff\xe0", "image/jpeg"}, {"\xff\xd8\xff\xee", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
		{"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"}, {"BM\x10\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp"}, {"II*\x00\x08", "image/tiff"}, {"MM\x00*\x00", "image/tiff"},
		{"\x00\x00\x00\x20ftypavif", "image/avif"}, {"\x00\x00\x00\x20ftypheic", "image/heic"}, {"<svg xmlns='x'>", "image/svg+xml"}, {"<?xml version='1.0'?>\n<!-- x --><svg>", "image/svg+xml"}, {"\x00\x00\x01\x00\x01\x00", "image/x-icon"},
	}, "RIFF....WAVEfmt ")
}

func TestBehaviour088_Audio(t *testing.T) {
	wantSniffed(t, NewAudio, []contentStart{
		{"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"}, {"ID3\x04", "audio/mpeg"}, {"\xff\xfb\x90\x00", "audio/mpeg"}, {"\xff\xf3\x40\x00", "audio/mpeg"}, {"OggS\x00", "audio/ogg"}, {"fLaC\x00", "audio/flac"},
		{"\x00\x00\x00\x20ftypM4A ", "audio/mp4"}, {"FORM\x00\x00\x00\x10AIFF", "audio/aiff"}, {"FORM\x00\x00\x00\x10AIFC", "audio/aiff"}, {".snd\x00", "audio/basic"}, {"MThd\x00", "audio/midi"}, {"#!AMR\n", "audio/amr"},
	}, pngHead)
}
