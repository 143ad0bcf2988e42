package outbox

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
)

// fakeQueue keeps one mail a key.
type fakeQueue struct {
	mails  map[string]NewMail
	bodies map[string][]byte
}

func (q *fakeQueue) Put(_ context.Context, m NewMail, _ time.Time) (int64, *Item, bool, error) {
	if known, ok := q.mails[m.Key]; ok {
		return 0, &Item{ID: 1, Key: m.Key, State: Ready, Body: "sum " + known.Key}, false, nil
	}
	q.mails[m.Key], q.bodies["sum "+m.Key] = m, m.Body
	return int64(len(q.mails)), nil, false, nil
}

func (q *fakeQueue) Body(_ context.Context, sum string) ([]byte, error) {
	body, ok := q.bodies[sum]
	if !ok {
		return nil, &NotFoundError{What: "message", Name: sum}
	}
	return body, nil
}

// text is a message of given octets.
type text struct {
	from string
	to   []string
	body string
}

func (m *text) Envelope() (string, []string, bool, error) { return m.from, m.to, false, nil }
func (m *text) Encode(eightBit, _ bool) (smtp.Encoded, error) {
	if eightBit {
		return nil, errors.New("the queue keeps the 7-bit form")
	}
	return smtp.Octets([]byte(m.body)), nil
}

func letter(key, body string) Letter {
	return Letter{Key: key, Relays: []string{"tx"}, Message: &text{"a@x.test", []string{"b@y.test", "c@z.test", "b@y.test"}, body}}
}

func TestPut(t *testing.T) {
	ctx, now := context.Background(), time.Unix(1_800_000_000, 0)
	q := &fakeQueue{mails: map[string]NewMail{}, bodies: map[string][]byte{}}
	r, err := Put(ctx, q, letter("k", "Message-ID: <1@x>\nSubject: s\n\nhello\n"), now)
	if err != nil || r.ID != 1 || r.Duplicate != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	m := q.mails["k"]
	if m.MessageID != "1@x" || m.Sender != "a@x.test" || len(m.Parts) != 1 || strings.Join(m.Parts[0].Recipients, " ") != "b@y.test c@z.test" || m.Parts[0].Site != "tx" {
		t.Errorf("%+v", m)
	}
	for body, same := range map[string]bool{"Message-ID: <1@x>\nSubject: s\n\nhello\n": true, "Message-ID: <2@x>\nSubject: s\n\nhello\n": false} {
		if r, err = Put(ctx, q, letter("k", body), now); err != nil || r.Duplicate == nil || r.Same != same || r.ID != 1 {
			t.Errorf("%q: %+v, %v", body, r, err)
		}
	}
	l := letter("k", "Message-ID: <2@x>\nSubject: s\n\nhello\n")
	l.Alike = func(a, b []byte) bool { return string(a[18:]) == string(b[18:]) }
	if r, err = Put(ctx, q, l, now); err != nil || !r.Same {
		t.Errorf("alike: %+v, %v", r, err)
	}
	clear(q.bodies)
	if r, err = Put(ctx, q, letter("k", "Subject: other\n\n"), now); err != nil || !r.Same {
		t.Errorf("without its body: %+v, %v", r, err)
	}
}

func TestPutEnvelopeAndSites(t *testing.T) {
	q := &fakeQueue{mails: map[string]NewMail{}, bodies: map[string][]byte{}}
	l := letter("k", "Subject: s\n\n")
	l.Message = &text{"", []string{"d@y.test", "e@z.test"}, "Subject: s\n\n"}
	l.Sites = func(relays, to []string) []MailPart {
		return []MailPart{{to[:1], relays, "mx/y.test"}, {to[1:], relays, "mx/z.test"}}
	}
	if _, err := Put(context.Background(), q, l, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if m := q.mails["k"]; m.Sender != "" || len(m.Parts) != 2 || m.Parts[1].Site != "mx/z.test" || m.Parts[1].Recipients[0] != "e@z.test" {
		t.Errorf("%+v", m)
	}
}

func TestPutRefuses(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for want, change := range map[string]func(l *Letter){
		"not blank":                  func(l *Letter) { l.Key = " \t" },
		"at most 1000 octets":        func(l *Letter) { l.Key = strings.Repeat("k", 1001) },
		"UTF-8 without NUL":          func(l *Letter) { l.Key = "a\x00" },
		"names the relay":            func(l *Letter) { l.Relays = nil },
		"expired already":            func(l *Letter) { l.Expires = now },
		"expires before it may":      func(l *Letter) { l.Expires, l.NotBefore = now.Add(1), now.Add(2) },
		"has no recipients":          func(l *Letter) { l.Message = &text{"a@x.test", nil, ""} },
		"not an address":             func(l *Letter) { l.Message = &text{"a@x.test", []string{"a b@x"}, ""} },
		"queue keeps the 7-bit form": func(l *Letter) { l.Message = eightBit{l.Message} },
	} {
		q := &fakeQueue{mails: map[string]NewMail{}, bodies: map[string][]byte{}}
		l := letter("k", "Subject: s\n\n")
		change(&l)
		if _, err := Put(context.Background(), q, l, now); err == nil || !strings.Contains(err.Error(), want) || len(q.mails) > 0 {
			t.Errorf("%s: %v, %d kept", want, err, len(q.mails))
		}
	}
}

type eightBit struct{ smtp.Message }

func (m eightBit) Encode(bool, bool) (smtp.Encoded, error) { return m.Message.Encode(true, false) }

func TestMessageID(t *testing.T) {
	for body, want := range map[string]string{
		"Message-ID: <a@b>\r\n\r\n": "a@b", "message-id :\r\n <a@b>\r\nX: y\r\n\r\n": "a@b", "Subject: <x>\r\nMessage-Id: <c@d> (x)\r\n\r\n": "c@d",
		"Subject: s\r\n\r\nMessage-ID: <body@x>\r\n": "", "Message-ID: none\r\nX: y\r\n\r\n": "", "Message-ID: <a\r\nX: b>\r\n\r\n": "", "": "",
		" Message-ID: <folded@x>\r\n\r\n": "",
	} {
		if got := messageID([]byte(body)); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

func TestLetters(t *testing.T) {
	q := &fakeQueue{bodies: map[string][]byte{"7": []byte("Subject: s\r\n\r\n"), "8": []byte("Subject: ü\r\n\r\n")}}
	for sum, utf8 := range map[string]bool{"7": false, "8": true} {
		mail, err := letters{q, time.Now, nil}.Render(context.Background(), &Item{Body: sum, Sender: "a@x.test", Recipients: []string{"b@y.test"}, Relays: []string{"tx"}, MessageID: "1@x"})
		if err != nil || mail.MessageID != "1@x" || mail.Relays[0] != "tx" {
			t.Fatalf("%+v, %v", mail, err)
		}
		from, to, need, err := mail.Message.Envelope()
		if from != "a@x.test" || to[0] != "b@y.test" || need != utf8 || err != nil {
			t.Errorf("%s %v %v %v", from, to, need, err)
		}
		encoded, err := mail.Message.Encode(false, false)
		if err != nil || encoded.Size() != int64(len(q.bodies[sum])) {
			t.Errorf("%v, %v", encoded, err)
		}
	}
	if _, err := (letters{q, time.Now, nil}).Render(context.Background(), &Item{Body: "gone"}); !isGone(err) {
		t.Error(err)
	}
}
