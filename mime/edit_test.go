package mime

import (
	"strings"
	"testing"
)

const nestedMail = "From: a@b.example\nTo: c@d.example\nBcc: hidden@d.example\nSubject:   two  blanks\nX-Odd:\n  folded \n  oddly\nContent-Type: multipart/mixed;\n boundary=\"o\"\nMIME-Version: 1.0\n\npreamble\n--o\nContent-type: multipart/alternative; boundary=i\n\n" +
	"--i \nContent-Type: text/plain; charset=ISO-8859-1\nContent-Transfer-Encoding: Quoted-Printable\n\nGr=FC=DFe\n--i\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+SGk8L2I+\n\n--i--\n\n" +
	"--o\nContent-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment; filename=\"a.pdf\"\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n\n--o--\nepilogue\n"

func TestSetChangesOneLeafOnly(t *testing.T) {
	m := parsed(nestedMail)
	if err := m.Body("plain").Set("Straße\nzwei\n"); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(nestedMail, "Content-Transfer-Encoding: Quoted-Printable\n\nGr=FC=DFe", "Content-Transfer-Encoding: quoted-printable\n\nStra=DFe\nzwei\n", 1)
	if got := stored(t, m); got != want {
		t.Errorf("became\n%s", got)
	}
	if got := must(parsed(stored(t, m)).Body("plain").Text()); got != "Straße\nzwei\n" {
		t.Errorf("reads back as %q", got)
	}
	if err := m.Body("plain").Set("Привет"); err != nil {
		t.Fatal(err)
	}
	got := stored(t, m)
	if again := parsed(got).Body("plain"); must(again.Text()) != "Привет" || again.charset() != "utf-8" {
		t.Errorf("a text beyond the charset became\n%s", got)
	}
	if rest := strings.Index(got, "--i\nContent-Type: text/html"); got[rest:] != nestedMail[strings.Index(nestedMail, "--i\nContent-Type: text/html"):] {
		t.Errorf("the rest changed:\n%s", got)
	}
	wireIsLegal(t, m)
}

func TestSetOfBuiltLeaves(t *testing.T) {
	p := must(NewText("x", "", "iso-8859-1"))
	if err := p.Set("Grüße\n"); err != nil || must(p.Text()) != "Grüße\r\n" {
		t.Errorf("%v, %q", err, must(p.Text()))
	}
	wantFault(t, p.Set("你"), "iso-8859-1", "你")
	q := pdf(t)
	if err := q.Set("a\nb\x00"); err != nil || string(must(q.Content())) != "a\nb\x00" {
		t.Errorf("%v, %q", err, must(q.Content()))
	}
	m := basic(t, func(s *Spec) { s.Attachments = []*Part{q} })
	wire(t, m)
	wantFault(t, m.Part.Set("x"), "leaf")
}

func TestAttachToAndRemoveFromParsedMessages(t *testing.T) {
	m := parsed(nestedMail)
	pdfPart := m.Attachments()[0]
	if err := m.Attach(must(NewText("mehr", "", "", WithFilename("n.txt")))); err != nil {
		t.Fatal(err)
	}
	got := stored(t, m)
	at := strings.Index(nestedMail, "\n--o--")
	added := "\n--o\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=n.txt\nContent-Transfer-Encoding: 7bit\n\nmehr"
	if want := nestedMail[:at] + added + nestedMail[at:]; got != want {
		t.Errorf("attached:\n%s", got)
	}
	wireIsLegal(t, m)
	if err := m.Remove(pdfPart); err != nil {
		t.Fatal(err)
	}
	from := strings.Index(nestedMail, "\n--o\nContent-Type: application/pdf")
	if want := nestedMail[:from] + added + nestedMail[at:]; stored(t, m) != want {
		t.Errorf("removed:\n%s", stored(t, m))
	}
	wantFault(t, m.Remove(pdfPart), "not")
	if err := m.Remove(m.Children()[0]); err != nil {
		t.Fatal(err)
	}
	if again := parsed(stored(t, m)); again.Tree() != "multipart/mixed\n  text/plain \"n.txt\"\n" || again.origin.opening[0] != 'p' {
		t.Errorf("the first part removed:\n%s", stored(t, m))
	}
}

func TestTheWireHasNoBccAndCRLF(t *testing.T) {
	m := parsed(nestedMail)
	want := strings.ReplaceAll(strings.Replace(nestedMail, "Bcc: hidden@d.example\n", "", 1), "\n", "\r\n")
	got := string(must(m.Octets(false, false)))
	if withoutLate(got) != want {
		t.Errorf("on the wire:\n%s", got)
	}
	if _, to, _, err := m.Envelope(); err != nil || len(to) != 2 {
		t.Errorf("recipients %v, %v", to, err)
	}
}

// withoutLate drops the Date and the Message-ID that a message without them gets.
func withoutLate(s string) string {
	return withoutField(withoutField(s, "Date"), "Message-ID")
}

func TestEightBitIsEncodedForPlainServers(t *testing.T) {
	mail := "Subject: s\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <a@b>\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + strings.Repeat("x", 1200) + "\r\n--b--\r\n"
	m := parsed(mail)
	for _, eightBit := range []bool{true, false} {
		got := string(must(m.Octets(eightBit, false)))
		again := parsed(got)
		for i, p := range m.Children() {
			if a, b := must(p.Text()), must(again.Children()[i].Text()); a != b {
				t.Errorf("text %d became %q", i, b)
			}
		}
		if eightBit != strings.Contains(got, "Gr\xfc\xdfe") || eightBit != strings.Contains(got, ": 8bit") {
			t.Errorf("8-bit %t:\n%s", eightBit, got)
		}
	}
	wireIsLegal(t, m)
	if stored(t, m) != mail {
		t.Error("sending changed the message")
	}
}

func TestIllegalFieldsAreEncodedForTheWire(t *testing.T) {
	m := parsed("Subject: Gr\xfc\xdfe\nFrom: J\xc3\xbcrgen <j@b.example>\nX-Long: " + strings.Repeat("t", 1100) + "\nstray line\nTo : a@b.example\n\nhello\n")
	got := string(must(m.Octets(false, false)))
	again := parsed(got)
	for name, want := range map[string]string{"Subject": "Grüße", "From": "Jürgen <j@b.example>", "X-Long": strings.Repeat("t", 1100), "To": "a@b.example"} {
		if text, _ := again.Header().Get(name); text != want {
			t.Errorf("%s is %q in\n%s", name, text, got)
		}
	}
	if strings.Contains(got, "stray") {
		t.Errorf("a stray line travels:\n%s", got)
	}
	if raw := string(must(m.Octets(true, true))); !strings.Contains(raw, "From: J\xc3\xbcrgen <j") {
		t.Errorf("with SMTPUTF8:\n%s", raw)
	}
	wireIsLegal(t, m)
}

func TestSignedAndEncryptedPartsAreSealed(t *testing.T) {
	signed := parsed("Subject: s\r\nContent-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nhello\r\n--c--\r\n\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--b--\r\n")
	before := stored(t, signed)
	inner := signed.Children()[0]
	for name, err := range map[string]error{
		"set":         inner.Children()[0].Set("x"),
		"header":      inner.Header().Set("Subject", "x"),
		"add":         inner.Header().Add("X-A", "x"),
		"inner field": inner.Children()[0].Header().Set("Content-Language", "de"),
		"filename":    inner.Children()[0].SetFilename("x.txt"),
		"attach":      inner.Attach(pdf(t)),
		"beside":      signed.Attach(pdf(t)),
		"remove":      signed.Remove(inner),
		"type":        signed.Header().Set("Content-Type", "multipart/mixed"),
	} {
		if err == nil {
			t.Errorf("%s was allowed", name)
			continue
		}
		wantFault(t, err, "signed")
	}
	inner.Header().Del("Content-Type")
	if stored(t, signed) != before {
		t.Errorf("it changed:\n%s", stored(t, signed))
	}
	if err := signed.Header().Set("Subject", "new"); err != nil {
		t.Error(err)
	}
	if want := strings.Replace(before, "Subject: s", "Subject: new", 1); stored(t, signed) != want {
		t.Errorf("became\n%s", stored(t, signed))
	}
	wantFault(t, parsed("Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nVersion: 1\r\n--b--").Children()[0].Set("x"), "encrypted")
	wantFault(t, parsed("Content-Type: application/pkcs7-mime\r\n\r\nx").Set("x"), "encrypted")
	_, err := parsed("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nGrüße\r\n--b--").Octets(false, false)
	wantFault(t, err, "8BITMIME", "signed")
	_, err = parsed("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n"+strings.Repeat("x", 1100)+"\r\n--b--").Octets(true, false)
	wantFault(t, err, "998", "signed")
}

func TestParsedMessagesInBuiltOnes(t *testing.T) {
	m := parsed(nestedMail)
	forward := basic(t, func(s *Spec) {
		s.Attachments = []*Part{must(NewMessagePart(m)), m.Attachments()[0]}
	})
	got := string(must(forward.Octets(false, false)))
	want := strings.ReplaceAll(strings.Replace(nestedMail, "Bcc: hidden@d.example\n", "", 1), "\n", "\r\n")
	if !strings.Contains(got, "Content-Type: message/rfc822\r\n\r\n"+want+"\r\n--") {
		t.Errorf("forwarded:\n%s", got)
	}
	if !strings.Contains(got, "\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n\r\n--") {
		t.Errorf("its attachment is\n%s", got)
	}
	checkEncoded(t, forward, []byte(got))
	if stored(t, m) != nestedMail {
		t.Error("being forwarded changed it")
	}
}

func TestClonesOfParsedMessages(t *testing.T) {
	m := parsed("Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <old@x>\r\nX-A:  odd \r\nTo: a@b.example\r\n\r\nhello\r\n")
	c := must(m.Clone([][2]string{{"To", "c@d.example"}}))
	got := stored(t, c)
	if strings.Contains(got, "<old@x>") || !strings.Contains(got, "Message-ID: <") || !strings.Contains(got, "Date: Sun, 01 Mar 2026") {
		t.Errorf("the clone is\n%s", got)
	}
	if !strings.HasPrefix(got, "X-A:  odd \r\nTo: c@d.example\r\n") || got != string(must(c.Octets(false, false))) {
		t.Errorf("the clone is\n%s", got)
	}
}

func TestEncodedMessagesWithinCanBeChanged(t *testing.T) {
	mail := "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + EncodeBase64([]byte("Subject: x\r\n\r\nhello\r\n"), 76) + "\r\n"
	m := parsed(mail)
	if err := m.Part.Message().Header().Set("Subject", "y"); err != nil {
		t.Fatal(err)
	}
	again := parsed(stored(t, m)).Part.Message()
	if subject, _ := again.Header().Get("Subject"); subject != "y" || must(again.Text()) != "hello\r\n" {
		t.Errorf("became\n%s", stored(t, m))
	}
}

func TestEncodingsOfParsedLeavesCanBeChosen(t *testing.T) {
	m := parsed("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGr\xfc\xdfe\n")
	if err := m.Header().Set("Content-Transfer-Encoding", "quoted-printable"); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, m); got != "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\nMIME-Version: 1.0\n\nGr=FC=DFe\n" {
		t.Errorf("became %q", got)
	}
	wantFault(t, m.Header().Set("Content-Transfer-Encoding", "7bit"), "7-bit")
}

// TestCloneLeavesTheMailbox keeps the line of an mbox with the mail that lay there.
func TestCloneLeavesTheMailbox(t *testing.T) {
	const mail = "From a@b.example Thu Jan 1 00:00:00 2026\nSubject: x\n\nhello\n"
	m := Parse([]byte(mail), ParseOptions{}, fixedEnv())
	c := must(m.Clone([][2]string{{"Subject", "y"}}))
	if got := stored(t, c); strings.HasPrefix(got, "From ") || !strings.Contains(got, "Subject: y\n") {
		t.Errorf("the clone is %q", got)
	}
	if got := stored(t, m); got != mail {
		t.Errorf("the mail became %q", got)
	}
}
