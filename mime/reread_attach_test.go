package mime

import (
	"bytes"
	"strings"
	"testing"
)

// TestReadMessageAsPart: of a message that was read and became a part, only the fields about the content go along.
func TestReadMessageAsPart(t *testing.T) {
	for name, mail := range map[string]string{
		"text":       "From x Mon\nFrom: a@b.example\nReceived: by x\nstray\nX-A: b\nSubject: s\nContent-Type: text/html\nContent-Description: d\nBcc: x@y.example\n\n<p>  body\n",
		"multipart":  "Received: x\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Description: d\r\n\r\npre\r\n--b\r\nX-Kept: y\r\n\r\n  body\r\n--b--\r\n",
		"no blank":   "Subject: s\nContent-Description: d\n  \n--body\n\n  body\n",
		"no content": "Subject: s\nContent-Description: d",
	} {
		outer := must(NewMultipart("mixed", []*Part{must(NewText("x", "", ""))}))
		root := parsed(mail)
		if err := outer.Attach(root.Part); err != nil {
			t.Fatal(err)
		}
		read := parsed("Subject: outer\n" + "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nx\n--o--\n")
		if err := read.Attach(root.Part); err != nil {
			t.Fatal(err)
		}
		for way, b := range map[string][]byte{
			"built": must(AsMessage(outer, fixedEnv()).Octets(true, false)),
			"read":  must(read.Octets(true, false)), "stored": []byte(stored(t, read)),
		} {
			again := Parse(b, ParseOptions{}, fixedEnv())
			if len(again.children) != 2 {
				t.Fatalf("%s, %s: %s", name, way, b)
			}
			part := again.children[1]
			for field := range part.header.Fields() {
				if !strings.HasPrefix(field, "Content-") {
					t.Errorf("%s, %s: the part has the field %s", name, way, field)
				}
			}
			if got, _ := part.header.Get("Content-Description"); got != "d" || part.MediaType() != root.MediaType() {
				t.Errorf("%s, %s: fields are gone\n%s", name, way, b)
			}
			if strings.Contains(mail, "body") && !bytes.Contains(b, []byte("  body")) || strings.Contains(mail, "X-Kept") && !bytes.Contains(b, []byte("X-Kept: y")) {
				t.Errorf("%s, %s: content is gone\n%s", name, way, b)
			}
		}
		if !strings.Contains(stored(t, root), "Subject: s") {
			t.Errorf("%s: the message itself lost fields", name)
		}
	}
}

// TestCloneHoldsOriginal: a copy draws boundaries of its own, so that it can hold what it was copied from.
func TestCloneHoldsOriginal(t *testing.T) {
	m := basic(t, func(s *Spec) { s.Text, s.HTML, s.Attachments = ptr("x"), ptr("<p>x"), []*Part{pdf(t)} })
	before := must(m.Octets(false, false))
	for range 3 {
		c := must(m.Clone(nil))
		if err := c.Attach(must(NewMessagePart(m))); err != nil {
			t.Fatal(err)
		}
		b, err := c.Octets(false, false)
		if err != nil {
			t.Fatal(err)
		}
		if again := Parse(b, ParseOptions{}, fixedEnv()); again.Tree() != c.Tree() {
			t.Fatalf("the tree is\n%swant\n%s", again.Tree(), c.Tree())
		}
		m = c
	}
	if !bytes.Contains(must(m.Octets(false, false)), before) {
		t.Error("the original is not in the copy as it was sent")
	}
	if b := must(must(m.Clone(nil)).Octets(false, false)); !bytes.Contains(b, []byte("boundary=\""+*m.boundary.Load())) {
		t.Error("a copy that holds nothing new has another boundary")
	}
	given := AsMessage(must(NewMultipart("mixed", []*Part{pdf(t)}, WithBoundary("given"))), fixedEnv())
	if b := must(must(given.Clone(nil)).Octets(false, false)); !bytes.Contains(b, []byte("--given--")) {
		t.Errorf("a boundary that was given is gone:\n%s", b)
	}
}

// TestReadBoundariesClash: what was read and has the boundary of what it is attached to is still told apart.
func TestReadBoundariesClash(t *testing.T) {
	const mail = "Subject: s\nX-A:   b\nContent-Type: multipart/mixed;\n boundary=b; x=y\n\npre\n--b\n\none\n--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\ntwo\n--bb--\n--b--\npost\n"
	leaf := parsed("Content-Type: multipart/mixed; boundary=c\n\n--c\n\nbefore\n--b\n\nafter\n--c--\n")
	own := basic(t, func(s *Spec) { s.Text, s.Attachments = ptr("x"), []*Part{pdf(t)} })
	for name, make := range map[string]func() *Message{
		"copy in copy": func() *Message { return must(parsed(mail).Clone(nil)) },
		"twice":        func() *Message { return parsed(mail) },
		"of ours":      func() *Message { return parsed(string(must(own.Octets(false, false)))) },
	} {
		inner := []*Part{parsed(mail).Part, must(NewMessagePart(parsed(mail))), must(NewMessagePart(own)), leaf.children[0], parsed(mail).children[1]}
		for i, part := range inner {
			m := make()
			if err := m.Attach(part); err != nil {
				t.Fatal(err)
			}
			for _, b := range []string{stored(t, m), string(must(m.Octets(false, false)))} {
				if again := parsed(b); again.Tree() != m.Tree() {
					t.Errorf("%s, %d: the tree is\n%swant\n%s\n%s", name, i, again.Tree(), m.Tree(), b)
				}
				if i == 1 && !strings.Contains(strings.ReplaceAll(b, "\r\n", "\n"), mail) {
					t.Errorf("%s: the attached message changed\n%s", name, b)
				}
				if i == 3 && name != "of ours" && strings.Contains(b, "before\n--b\n") {
					t.Errorf("%s: a line of the text is a delimiter\n%s", name, b)
				}
			}
		}
	}
	m := parsed(mail)
	if err := m.header.Set("Content-Type", "multipart/mixed; boundary=new"); err != nil {
		t.Fatal(err)
	}
	for _, b := range []string{stored(t, m), string(must(m.Octets(false, false)))} {
		if again := parsed(b); again.Tree() != m.Tree() {
			t.Errorf("a boundary that was set: the tree is\n%swant\n%s\n%s", again.Tree(), m.Tree(), b)
		}
	}
}

// TestEncloseOfUnlabelledText: text that was read without a Content-Type is signed as text.
func TestEncloseOfUnlabelledText(t *testing.T) {
	for _, eol := range []string{"\n", "\r\n", "\r"} {
		m := parsed(strings.ReplaceAll("Subject: x\n\nblank \nline\n", "\n", eol))
		var got string
		err := m.Enclose(func(entity []byte, _ *Env) (*Part, error) {
			got = string(entity)
			return NewMultipart("signed", []*Part{must(NewVerbatim(entity)), pdf(t)})
		})
		if want := "Content-Transfer-Encoding: quoted-printable\r\n\r\nblank=20\r\nline\r\n"; err != nil || got != want {
			t.Errorf("%q: signed is %q, %v", eol, got, err)
		}
	}
}

// TestAttachWithoutEnv: a message that was read without an Env has nothing to draw a boundary with.
func TestAttachWithoutEnv(t *testing.T) {
	m := Parse([]byte("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n"), ParseOptions{}, nil)
	if err := m.Attach(must(NewMultipart("mixed", []*Part{pdf(t)}))); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Stored(); err == nil || !strings.Contains(err.Error(), "without an Env") {
		t.Errorf("the error is %v", err)
	}
}

// TestDeepEncodedMessages: a change within messages that are encoded one within the other costs no time to the power
// of their depth.
func TestDeepEncodedMessages(t *testing.T) {
	s := "Subject: in\n\nhello\n"
	for range 22 {
		s = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" + s
	}
	m := parsed("Content-Type: multipart/mixed; boundary=b\n\n--b\n" + s + "\n--b\n\n" + strings.Repeat("\n", 300_000) + "--b--\n")
	inner := m.children[0]
	for inner.message != nil {
		inner = inner.message.Part
	}
	if err := inner.Set("bye"); err != nil {
		t.Fatal(err)
	}
	again := parsed(stored(t, m)).children[0]
	for again.message != nil {
		again = again.message.Part
	}
	if got, _ := again.header.Get("Subject"); got != "in" || string(must(again.Content())) != "bye" {
		t.Errorf("read back: %q %q", got, must(again.Content()))
	}
	if _, err := m.Octets(false, false); err != nil {
		t.Error(err)
	}
}

// TestReadMessageAsWholeBody: a message that has nothing but what was read takes no recipients from it.
func TestReadMessageAsWholeBody(t *testing.T) {
	read := parsed("From x Mon\nBcc: s@t.example\nCc: c@t.example\nReceived: by x\nSubject: old\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/csv\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nYTti\n--b--\n")
	for name, part := range map[string]*Part{"root": read.Part, "part": read.children[1]} {
		m := basic(t, func(s *Spec) { s.Text, s.Attachments = nil, []*Part{part} })
		_, to, _, err := m.Envelope()
		if err != nil || len(to) != 1 {
			t.Errorf("%s: the recipients are %q, %v", name, to, err)
		}
		for _, b := range []string{string(must(m.Octets(false, false))), stored(t, m)} {
			again := parsed(b)
			if strings.Count(b, "MIME-Version: 1.0") != 1 || again.Tree() != part.Tree() || strings.Contains(b, "t.example") || strings.Contains(b, "Received") || strings.HasPrefix(b, "From x") {
				t.Errorf("%s: the message is\n%s", name, b)
			}
		}
	}
	if stored(t, read)[:6] != "From x" {
		t.Error("the message that was read changed")
	}
}

// TestLockedIdentifier: the identifier of a signed part cannot be taken away, and that is told.
func TestLockedIdentifier(t *testing.T) {
	p := must(NewVerbatim([]byte("Content-ID: <a@b>\r\n\r\nx")))
	if err := p.SetCID(""); err == nil || p.CID() != "a@b" {
		t.Errorf("the identifier is %q, %v", p.CID(), err)
	}
}
