package mime

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func boxesOf(list ...string) (out []Address) {
	for _, s := range list {
		one, err := ParseAddressList(s)
		if err != nil {
			panic(err)
		}
		out = append(out, one...)
	}
	return out
}

// fieldsOf gives some fields as "Name: value" lines.
func fieldsOf(m *Message, names ...string) string {
	var b strings.Builder
	for _, name := range names {
		if value, ok := m.header.Get(name); ok {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}

func TestReplyRecipients(t *testing.T) {
	const header = "From: Ann <ann@a.example>\nTo: me@m.example, Bob <bob@b.example>, \"Me too\" <ME@M.example>\nCc: cy@c.example, BOB@b.EXAMPLE, broken@@x, alias@m.example\n"
	for _, c := range []struct {
		name, header string
		spec         Spec
		options      ReplyOptions
		want         string
	}{
		{"author", header, Spec{}, ReplyOptions{}, "To: Ann <ann@a.example>\n"},
		{"all", header, Spec{}, ReplyOptions{All: true}, "To: Ann <ann@a.example>, Bob <bob@b.example>\nCc: cy@c.example, alias@m.example\n"},
		{"all, with an alias", header, Spec{}, ReplyOptions{All: true, Own: boxesOf("alias@m.example")}, "To: Ann <ann@a.example>, Bob <bob@b.example>\nCc: cy@c.example\n"},
		{"Reply-To", header + "Reply-To: desk@a.example\n", Spec{}, ReplyOptions{}, "To: desk@a.example\n"},
		{"Mail-Reply-To", header + "Reply-To: list@a.example\nMail-Reply-To: ann@home.example\n", Spec{}, ReplyOptions{}, "To: ann@home.example\n"},
		{"Mail-Followup-To", header + "Mail-Followup-To: list@a.example, me@m.example\n", Spec{}, ReplyOptions{All: true}, "To: list@a.example\n"},
		{"Mail-Followup-To is for all only", header + "Mail-Followup-To: list@a.example\n", Spec{}, ReplyOptions{}, "To: Ann <ann@a.example>\n"},
		{"an empty Reply-To", header + "Reply-To: undisclosed:;\n", Spec{}, ReplyOptions{}, "To: Ann <ann@a.example>\n"},
		{"my own message", "From: me@m.example\nTo: bob@b.example\nCc: cy@c.example\n", Spec{}, ReplyOptions{}, "To: bob@b.example\n"},
		{"my own message, to all", "From: me@m.example\nTo: bob@b.example\nCc: cy@c.example\n", Spec{}, ReplyOptions{All: true}, "To: bob@b.example\nCc: cy@c.example\n"},
		{"only Cc is left", "From: me@m.example\nCc: cy@c.example\n", Spec{}, ReplyOptions{All: true}, "To: cy@c.example\n"},
		{"given ones", header, Spec{To: boxesOf("x@x.example"), Cc: boxesOf("y@y.example")}, ReplyOptions{All: true}, "To: x@x.example\nCc: y@y.example\n"},
		{"an international domain", "From: ann@bücher.example\nTo: a@xn--bcher-kva.example, ann@xn--bcher-kva.example\n", Spec{}, ReplyOptions{All: true}, "To: ann@bücher.example, a@xn--bcher-kva.example\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spec.From = boxesOf("me@m.example")
			m, err := Reply(parseMail(c.header+"\nhi\n"), c.spec, c.options, reportEnv())
			if err != nil {
				t.Fatal(err)
			}
			if got := fieldsOf(m, "To", "Cc"); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
	for _, header := range []string{"From: me@m.example\n", "Subject: x\n", "From: <>\n", "From: broken\n"} {
		if _, err := Reply(parseMail(header+"\nhi\n"), Spec{From: boxesOf("me@m.example")}, ReplyOptions{All: true}, reportEnv()); err == nil || !strings.Contains(err.Error(), "nobody to answer") {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestReplySubject(t *testing.T) {
	for subject, want := range map[string]string{
		"Hello": "Re: Hello", "Re: Hello": "Re: Hello", "RE: re: Hello": "Re: Hello", "AW: Hello": "Re: Hello", "Antw: Re[2]: Hello": "Re: Hello",
		"Re(3): Hello": "Re: Hello", "Re^4: Hello": "Re: Hello", "SV:Hello": "Re: Hello", "Re : Hello": "Re: Hello", "回复：你好": "Re: 你好", "": "Re:", "Re:": "Re:",
		"Fwd: Hello": "Re: Fwd: Hello", "Re-use: yes": "Re: Re-use: yes", "R: a language": "Re: R: a language", "Result: 5": "Re: Result: 5",
		"[list] Re: Hello": "Re: [list] Re: Hello", "=?utf-8?q?AW=3A_Gr=C3=BC=C3=9Fe?=": "Re: Grüße",
	} {
		m, err := Reply(parseMail("From: a@b.example\nSubject: "+subject+"\n\nhi\n"), Spec{}, ReplyOptions{}, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := m.header.Get("Subject"); got != want {
			t.Errorf("%q gives %q, want %q", subject, got, want)
		}
	}
}

func TestReplyThread(t *testing.T) {
	many := ""
	for i := range 40 {
		many += " <" + itoa(i) + "@x.example>"
	}
	long := "<" + strings.Repeat("a", 930) + "@x.example>"
	for name, c := range map[string]struct{ header, want string }{
		"first":               {"Message-ID: <1@x.example>\n", "In-Reply-To: <1@x.example>\nReferences: <1@x.example>\n"},
		"references":          {"Message-ID: <3@x.example>\nReferences: <1@x.example>\n <2@x.example>\nIn-Reply-To: <9@x.example>\n", "In-Reply-To: <3@x.example>\nReferences: <1@x.example> <2@x.example> <3@x.example>\n"},
		"a parent alone":      {"Message-ID: <3@x.example>\nIn-Reply-To: <2@x.example>\n", "In-Reply-To: <3@x.example>\nReferences: <2@x.example> <3@x.example>\n"},
		"two parents":         {"Message-ID: <3@x.example>\nIn-Reply-To: <1@x.example> <2@x.example>\n", "In-Reply-To: <3@x.example>\nReferences: <3@x.example>\n"},
		"none":                {"Subject: x\n", ""},
		"no id of its own":    {"References: <1@x.example>\n", "References: <1@x.example>\n"},
		"broken ids":          {"Message-ID: 7@x.example <3@x.example>\nReferences: <1@x.exa mple> <<2@x.example> < <ü@x.example> " + long + " <4@x.example\n", "In-Reply-To: <3@x.example>\nReferences: <2@x.example> <3@x.example>\n"},
		"repeated ids":        {"Message-ID: <2@x.example>\nReferences: <1@x.example> <1@x.example> <2@x.example>\n", "In-Reply-To: <2@x.example>\nReferences: <1@x.example> <2@x.example>\n"},
		"an id of 115 octets": {"Message-ID: <" + strings.Repeat("a", 100) + "@x.example>\n", "In-Reply-To: <" + strings.Repeat("a", 100) + "@x.example>\nReferences: <" + strings.Repeat("a", 100) + "@x.example>\n"},
	} {
		m, err := Reply(parseMail("From: a@b.example\n"+c.header+"\nhi\n"), Spec{}, ReplyOptions{}, reportEnv())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fieldsOf(m, "In-Reply-To", "References"); got != c.want {
			t.Errorf("%s gives\n%swant\n%s", name, got, c.want)
		}
		if b, err := m.Octets(false, false); err != nil || strings.Contains(string(b), "=?") {
			t.Errorf("%s: an identifier is encoded, or %v\n%s", name, err, b)
		}
	}
	m, err := Reply(parseMail("From: a@b.example\nMessage-ID: <last@x.example>\nReferences:"+many+"\n\nhi\n"), Spec{}, ReplyOptions{}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	references, _ := m.header.Get("References")
	if list := strings.Fields(references); len(list) != threadLimit || list[0] != "<0@x.example>" || list[1] != "<22@x.example>" || list[19] != "<last@x.example>" {
		t.Errorf("%d: %s", len(list), references)
	}
	given, err := Reply(parseMail("From: a@b.example\nMessage-ID: <1@x.example>\n\nhi\n"), Spec{InReplyTo: []string{"<y@z>"}, References: []string{"<y@z>"}, Subject: "Mine"}, ReplyOptions{}, reportEnv())
	if err != nil || fieldsOf(given, "In-Reply-To", "References", "Subject") != "In-Reply-To: <y@z>\nReferences: <y@z>\nSubject: Mine\n" {
		t.Errorf("%v, %s", err, fieldsOf(given, "In-Reply-To", "References", "Subject"))
	}
}

func TestReplyToBuilt(t *testing.T) {
	original, err := Compose(Spec{From: boxesOf("Ann <ann@a.example>"), To: boxesOf("me@m.example"), Subject: "Hi", Text: ptr("Hello\n")}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	m, err := Reply(original, Spec{From: boxesOf("me@m.example"), Text: ptr("Yes.\n"), AutoSubmitted: "auto-replied"}, ReplyOptions{Quote: true}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	id, _ := original.header.Get("Message-ID")
	if got, _ := m.header.Get("In-Reply-To"); got != id || id == "" {
		t.Errorf("in reply to %q, original %q", got, id)
	}
	if text, _ := m.Text(); text != "Yes.\r\n\r\nOn Wed, 25 Nov 2026 08:09:10 +0000, Ann wrote:\r\n> Hello\r\n" {
		t.Errorf("%q", text)
	}
	if !m.IsAutomatic() {
		t.Error("not automatic")
	}
}

func TestReplyQuote(t *testing.T) {
	const head = "From: Ann <ann@a.example>\nMIME-Version: 1.0\n"
	long := strings.Repeat("wordy ", 30)
	for _, c := range []struct{ name, mail, want string }{
		{"plain", head + "\nHello\n\n> you said\n  indented\n\n-- \nAnn\n", "> Hello\n>\n>> you said\n>   indented\n"},
		{"no text", head + "\n\n", ""},
		{"page alone", head + "Content-Type: text/html\n\n<p>Hello <b>you</b></p><p>there</p>\n", "> Hello you\n>\n> there\n"},
		{"attachment alone", head + "Content-Type: application/pdf\n\nx\n", ""},
		{"flowed", head + "Content-Type: text/plain; format=flowed\n\nOne \nparagraph.\n> quoted \n> twice\n>> deep\n \n From here\n-- \nAnn \n", "> One paragraph.\n>> quoted twice\n>>> deep\n>\n> From here\n"},
		{"flowed with DelSp", head + "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n你 \n好 \n吗\n", "> 你好吗\n"},
		{"flowed and long", head + "Content-Type: text/plain; format=flowed\n\n" + long + "\nend\n", "> wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy\n> wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy wordy\n> wordy wordy wordy wordy wordy wordy end\n"},
		{"latin-1", head + "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n", "> Grüße\n"},
	} {
		m, err := Reply(parseMail(c.mail), Spec{Text: ptr("Mine\n")}, ReplyOptions{Quote: true}, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		text, _ := m.Text()
		if want := "Mine\n\nAnn wrote:\n" + c.want; strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n") != strings.TrimRight(want, "\n") {
			t.Errorf("%s\ngot  %q\nwant %q", c.name, text, want)
		}
	}
	m, err := Reply(parseMail(head+"Content-Type: text/plain; charset=utf-8\n\n你好\n"), Spec{Text: ptr("Grüße"), Charset: "iso-8859-1"}, ReplyOptions{Quote: true, Attribution: ptr("Damals:")}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := m.Text(); text != "Grüße\r\n\r\nDamals:\r\n> 你好\r\n" {
		t.Errorf("%q", text)
	}
}

func TestReplyQuoteHTML(t *testing.T) {
	const page = `<html><head><title>x</title><style>p{}</style></head><body onload="x()"><p class=a>Hi &amp; <b>you<script>alert("</p>")</script></p>` +
		`<a href="javascript:x()">bad</a> <a href="https://x.example/?a=1&amp;b=2" onclick=x>good</a><img src="cid:1" alt="logo &lt;"></blockquote></div><form><input>send</form><svg><a>x</a></svg><br/>end`
	const want = `<p>Hi &amp; <b>you</b></p><a>bad</a> <a href="https://x.example/?a=1&amp;b=2">good</a>logo &lt;send<br>end`
	mail := "From: Ann <a@b.example>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + page
	for _, c := range []struct {
		spec    Spec
		options ReplyOptions
		before  string
	}{
		{Spec{Text: ptr("A <b>\nB\n\nC")}, ReplyOptions{QuoteHTML: true}, "<p>A &lt;b&gt;<br>\nB</p>\n<p>C</p>\n"},
		{Spec{HTML: ptr("<body><p>Ü</p></BODY></html>")}, ReplyOptions{Quote: true}, "<body><p>Ü</p>"},
	} {
		m, err := Reply(parseMail(mail), c.spec, c.options, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		got, _ := m.Body("html").Text()
		if want := c.before + "<p>Ann wrote:</p>\r\n<blockquote type=\"cite\">" + want + "</blockquote>\r\n"; !strings.HasPrefix(strings.ReplaceAll(got, "\r\n", "\n"), strings.ReplaceAll(want, "\r\n", "\n")) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if text, _ := m.Body("plain").Text(); !strings.Contains(text, "Ann wrote:\r\n> Hi & you") {
			t.Errorf("%q", text)
		}
	}
}

// TestQuoteIsBounded quotes text that would grow without end.
func TestQuoteIsBounded(t *testing.T) {
	for name, mail := range map[string]string{
		"marks": "From: a@b.example\nContent-Type: text/plain; format=flowed\n\n" + strings.Repeat(">", 1<<20) + strings.Repeat(" word", 1<<17),
		"tags":  "From: a@b.example\nContent-Type: text/html\n\n" + strings.Repeat("<div><p>", 1<<17) + strings.Repeat("</b>", 1<<17),
	} {
		original := parseMail(mail)
		m, err := Reply(original, Spec{}, ReplyOptions{Quote: true, QuoteHTML: true}, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		if b, err := m.Octets(false, false); err != nil || len(b) > 8*len(mail) {
			t.Errorf("%s: %d octets became %d, %v", name, len(mail), len(b), err)
		}
	}
}

func TestForwardAttached(t *testing.T) {
	signed := "Subject: =?utf-8?q?Fwd=3A?= FW: hi\nFrom:   Ann <a@b.example>\nDKIM-Signature: v=1; a=b\nX-Odd:   two  blanks\n\nbody  \n"
	signed = strings.ReplaceAll(signed, "\n", "\r\n")
	original := parseMail(signed)
	m, err := Forward(original, Spec{From: boxesOf("me@m.example"), To: boxesOf("bob@b.example"), Text: ptr("Look.\n")}, ForwardOptions{}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	if got := fieldsOf(m, "Subject", "To", "In-Reply-To"); got != "Subject: Fwd: hi\nTo: bob@b.example\n" {
		t.Errorf("%s", got)
	}
	if want := "multipart/mixed\n  text/plain\n  message/rfc822\n    text/plain\n"; m.Tree() != want {
		t.Errorf("%s", m.Tree())
	}
	b, err := m.Octets(false, false)
	if err != nil || !strings.Contains(string(b), "\r\n\r\n"+signed) {
		t.Errorf("the original is not in it octet by octet: %v\n%s", err, b)
	}
	alone, err := Forward(original, Spec{To: boxesOf("bob@b.example")}, ForwardOptions{}, reportEnv())
	if err != nil || alone.MediaType() != "multipart/mixed" {
		t.Errorf("%v, %s", err, alone.Tree())
	}
}

func TestForwardInline(t *testing.T) {
	b, err := os.ReadFile("testdata/03-everything.eml")
	if err != nil {
		t.Fatal(err)
	}
	original := parseMail(string(b))
	m, err := Forward(original, Spec{From: boxesOf("me@m.example"), To: boxesOf("bob@b.example"), Text: ptr("Look <here>.")}, ForwardOptions{Inline: true}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(original.Tree(), m.Tree()); diff != "" {
		t.Errorf("-original +forwarded\n%s", diff)
	}
	from, _ := original.header.Get("From")
	plain, _ := m.Body("plain").Text()
	page, _ := m.Body("html").Text()
	if !strings.HasPrefix(plain, "Look <here>.\r\n\r\n---------- Forwarded message ----------\r\nFrom: "+from+"\r\nDate: ") {
		t.Errorf("%q", plain)
	}
	if !strings.Contains(page, "<p>Look &lt;here&gt;.</p>") || !strings.Contains(page, "---------- Forwarded message ----------<br>") || len(m.Warnings()) > 0 {
		t.Errorf("%q, %q", page, m.Warnings())
	}
	if _, err := m.Octets(false, false); err != nil {
		t.Error(err)
	}
	for mail, want := range map[string][]string{
		"From: a@b.example\nSubject: s\n\nhi\n": {"text/plain"},
		"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=B\n\n--B\n\nhi\n--B\nContent-Type: application/pgp-signature\n\nx\n--B--\n": {"text/plain"},
		"From: a@b.example\nMIME-Version: 1.0\nContent-Type: application/pdf; name=a.pdf\n\nx\n":                                                                                                                               {"multipart/mixed", "text/plain", "application/pdf"},
	} {
		m, err := Forward(parseMail(mail), Spec{To: boxesOf("bob@b.example")}, ForwardOptions{Inline: true, Title: "Weitergeleitet"}, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		_ = m.Walk(func(p *Part, _ int) error { got = append(got, p.MediaType()); return nil })
		text, _ := m.Body("plain").Text()
		if !slices.Equal(got, want) || !strings.HasPrefix(text, "---------- Weitergeleitet ----------\r\nFrom: a@b.example\r\n") {
			t.Errorf("%q, %q", got, text)
		}
		if _, err := m.Octets(false, false); err != nil {
			t.Error(err)
		}
	}
}

func FuzzReply(f *testing.F) {
	f.Add([]byte("From: a@b.example\nSubject: Re: x\nReferences: <a> <b\n\nhi\n"), true)
	f.Add([]byte("From: \xff<a@b.example>\nContent-Type: text/html\n\n<p></b><script>"), false)
	f.Add([]byte("From: a@b.example\nContent-Type: text/plain; format=flowed; delsp=yes\n\n>> a \n b \n-- \n"), true)
	f.Fuzz(func(t *testing.T, b []byte, all bool) {
		spec := Spec{From: boxesOf("me@m.example"), To: boxesOf("you@y.example"), Text: ptr("x")}
		m, err := Reply(Parse(b, ParseOptions{}, reportEnv()), spec, ReplyOptions{All: all, Quote: true, QuoteHTML: all}, reportEnv())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Octets(false, false); err != nil {
			if _, _, utf8, _ := m.Envelope(); !utf8 {
				t.Fatal(err)
			}
		}
		if _, err = Forward(Parse(b, ParseOptions{}, reportEnv()), spec, ForwardOptions{Inline: all}, reportEnv()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestOthersPagesOpenNoFiles answers and forwards a page that asks for files of ours, with a page that embeds its own.
func TestOthersPagesOpenNoFiles(t *testing.T) {
	var opened []string
	spec := Spec{
		From: boxesOf("me@m.example"), To: boxesOf("you@y.example"), Markdown: ptr("See ![sign](sign.png)"),
		Embed: &Embedding{Open: func(name string) (Source, error) {
			opened = append(opened, name)
			return String(pngHead), nil
		}},
	}
	original := parseMail("From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p><img src=\"secret.png\"><img src=\"data:image/png;base64,AA==\">hi</p>")
	reply, err := Reply(original, spec, ReplyOptions{Quote: true}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	forward, err := Forward(original, spec, ForwardOptions{Inline: true}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(opened, []string{"sign.png", "sign.png"}) {
		t.Errorf("opened %q", opened)
	}
	for _, m := range []*Message{reply, forward} {
		page, _ := m.Body("html").Text()
		if !strings.Contains(m.Tree(), "image/png") || !strings.Contains(page, "hi</p>") || !strings.Contains(page, "See ") {
			t.Errorf("%s\n%s", m.Tree(), page)
		}
	}
}
