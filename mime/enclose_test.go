package mime

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// fakeSeal is a signature that vouches for nothing.
func fakeSeal(entity []byte, _ *Env) (*Part, error) {
	body, err := NewVerbatim(entity)
	if err != nil {
		return nil, err
	}
	signature := must(NewPart("application/pgp-signature", String("signature"), WithEncoding("7bit")))
	return NewMultipart("signed", []*Part{body, signature}, WithParam("micalg", "pgp-sha256"), WithBoundary("fixed"))
}

func enclosed(t *testing.T, m *Message) *Message {
	t.Helper()
	if err := m.Enclose(fakeSeal); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEnclose(t *testing.T) {
	m := basic(t, func(s *Spec) {
		s.Text = ptr("From me \n")
		s.Headers = [][2]string{{"Content-Language", "de"}, {"X-Run", "42"}}
	})
	out := wire(t, enclosed(t, m))
	_, body, _ := strings.Cut(out, "\r\n\r\n")
	want := "--fixed\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Language: de\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		"=46rom me=20\r\n\r\n--fixed\r\nContent-Type: application/pgp-signature\r\nContent-Transfer-Encoding: 7bit\r\n\r\nsignature\r\n--fixed--\r\n"
	if body != want {
		t.Errorf("body\n%q, want\n%q", body, want)
	}
	for _, field := range []string{"From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "X-Run: 42", "MIME-Version: 1.0", "Content-Type: multipart/signed; micalg=pgp-sha256"} {
		if n := strings.Count(out, "\r\n"+field) + strings.Count(out[:len(field)], field); n != 1 {
			t.Errorf("%d times %q in\n%s", n, field, out)
		}
	}
	if again := wire(t, m); again != out {
		t.Error("the second encoding differs")
	}
	if eightBit := string(must(m.Octets(true, true))); !strings.HasSuffix(eightBit, want) {
		t.Errorf("where 8 bits are allowed:\n%s", eightBit)
	}
}

// TestEnclosedCannotBeChanged tries all that would break a signature.
func TestEnclosedCannotBeChanged(t *testing.T) {
	m := enclosed(t, basic(t, func(s *Spec) { s.HTML = ptr("<p>x") }))
	c := must(m.Clone(nil))
	for name, change := range map[string]func(m *Message) error{
		"attach":               func(m *Message) error { return m.Attach(must(NewText("x", "", ""))) },
		"type":                 func(m *Message) error { return m.Header().Set("Content-Type", "multipart/mixed") },
		"boundary":             func(m *Message) error { return m.SetParam("boundary", "x") },
		"type of the body":     func(m *Message) error { return m.Children()[0].Header().Set("Content-Type", "text/html") },
		"body":                 func(m *Message) error { return m.Children()[0].Attach(must(NewText("x", "", ""))) },
		"text within":          func(m *Message) error { return m.Children()[0].Children()[0].Set("x") },
		"signature":            func(m *Message) error { return m.Children()[1].Set("x") },
		"signature's type":     func(m *Message) error { return m.Children()[1].Header().Set("Content-Type", "text/plain") },
		"body's name":          func(m *Message) error { return m.Children()[0].SetFilename("x") },
		"signature, id":        func(m *Message) error { return m.Children()[1].SetCID("x") },
		"body put elsewhere":   func(m *Message) error { return AsMessage(m.Children()[0], m.env).Enclose(fakeSeal) },
		"signature's encoding": func(m *Message) error { return m.Children()[1].Header().Set("Content-Transfer-Encoding", "base64") },
	} {
		for kind, m := range map[string]*Message{"message": m, "clone": c} {
			before := wire(t, m)
			if change(m) == nil {
				t.Errorf("%s of the %s could be changed", name, kind)
			}
			if wire(t, m) != before {
				t.Errorf("%s of the %s: the octets changed", name, kind)
			}
		}
	}
	if err := m.Header().Set("Subject", "another"); err != nil {
		t.Error(err)
	}
	if text := must(m.Body("plain").Text()); !strings.HasPrefix(text, "hello") {
		t.Errorf("the text within is %q", text)
	}
}

// TestEncloseFails wants the message untouched.
func TestEncloseFails(t *testing.T) {
	m := basic(t, nil)
	m.header.Del("Date")
	before := m.header.Len()
	err := m.Enclose(func([]byte, *Env) (*Part, error) { return nil, errors.New("no key") })
	if err == nil || err.Error() != "no key" || m.header.Len() != before || m.MediaType() != "text/plain" {
		t.Errorf("%v, %d fields, %s", err, m.header.Len(), m.MediaType())
	}
	broken := AsMessage(must(NewPart("application/pdf", brokenSource{bytesSource("%PDF")})), fixedEnv())
	if err := broken.Enclose(fakeSeal); err == nil || broken.IsMultipart() {
		t.Errorf("a source that fails: %v", err)
	}
	forwarded := AsMessage(must(NewPart("message/rfc822", String("Subject: x\r\n\r\nGrüße\r\n"))), fixedEnv())
	if err := forwarded.Enclose(fakeSeal); err == nil || !strings.Contains(err.Error(), "must be 7-bit") {
		t.Errorf("8-bit text that may not be encoded: %v", err)
	}
}

// TestEncloseDates holds the Date to the time of the signature.
func TestEncloseDates(t *testing.T) {
	clock := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	env := NewEnv(func() time.Time { return clock }, nil)
	message := func(date time.Time) *Message {
		return must(Compose(Spec{From: []Address{{"", "a@x.example"}}, To: []Address{{"", "b@x.example"}}, Text: ptr("x"), Date: date}, env))
	}
	m := enclosed(t, message(time.Time{}))
	if date, _ := m.Header().Get("Date"); date != "Sun, 01 Mar 2026 09:00:00 +0000" || len(m.Warnings()) > 0 {
		t.Errorf("Date %q, warnings %q", date, m.Warnings())
	}
	clock = clock.Add(3 * time.Hour) // it is sent later
	if out := wire(t, must(m.Clone([][2]string{{"To", "c@x.example"}}))); !strings.Contains(out, "Date: Sun, 01 Mar 2026 09:00:00") {
		t.Errorf("a clone has another Date:\n%s", out)
	}
	for skew, warned := range map[time.Duration]bool{-59 * time.Minute: false, 61 * time.Minute: true, -61 * time.Minute: true} {
		m := enclosed(t, message(clock.Add(skew)))
		if got := len(m.Warnings()) > 0; got != warned {
			t.Errorf("a Date %s away: warnings %q", skew, m.Warnings())
		}
	}
	part := enclosed(t, AsMessage(must(NewText("x", "", "")), env))
	if _, ok := part.Header().Get("Date"); ok {
		t.Error("a part without an author got a Date")
	}
}

// TestEncloseLeavesStrayLinesOut seals a message that was read, with a line in its header that is no field.
func TestEncloseLeavesStrayLinesOut(t *testing.T) {
	m := Parse([]byte("From: a@example.org\r\nno field\r\nSubject: x\r\n\r\nbody\r\n"), ParseOptions{}, fixedEnv())
	out := wire(t, enclosed(t, m))
	if strings.Contains(out, "no field") || !strings.HasPrefix(out, "From: a@example.org\r\nSubject: x\r\n") {
		t.Errorf("%s", out)
	}
}

// TestEncloseReadMessage signs a message that was read: what is fragile in it is encoded anew, all else is kept.
func TestEncloseReadMessage(t *testing.T) {
	const raw = "received: by x\r\nFROM: a@x.example\r\ncontent-type: multipart/mixed;boundary=q\r\nSubject:   odd   blanks\r\nmime-version: 1.0\r\n\r\n" +
		"--q\r\ncontent-type:text/plain\r\n\r\nFrom here \r\n--q\r\nContent-Type: text/plain;  x=1\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n--q--\r\n"
	if err := Parse([]byte(raw), ParseOptions{}, nil).Enclose(fakeSeal); err == nil {
		t.Error("a message without a clock was signed")
	}
	out := string(must(enclosed(t, Parse([]byte(raw), ParseOptions{}, fixedEnv())).Octets(false, false)))
	header, body, _ := strings.Cut(out, "\r\n\r\n")
	for _, want := range []string{"received: by x\r\n", "FROM: a@x.example\r\n", "Subject:   odd   blanks"} {
		if !strings.Contains(header, want) {
			t.Errorf("no %q in\n%s", want, header)
		}
	}
	for _, want := range []string{"--fixed\r\ncontent-type: ", "=46rom here=20\r\n", "Content-Type: text/plain;  x=1\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n--q--\r\n"} {
		if !strings.Contains(strings.Replace(body, "content-type:m", "content-type: m", 1), want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	if strings.Contains(body, "odd") || strings.Count(strings.ToLower(out), "mime-version") != 1 {
		t.Errorf("fields of the message are in the body:\n%s", out)
	}
}

// brokenSource fails when it is read.
type brokenSource struct{ bytesSource }

func (brokenSource) Open() (io.ReadCloser, error) { return nil, errors.New("the disk is gone") }
