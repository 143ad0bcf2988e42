package mime

import (
	"strings"
	"testing"
)

// TestInternationalMessageWithin labels an attached message whose header goes out in UTF-8, and what is around it.
func TestInternationalMessageWithin(t *testing.T) { // RFC 6532 §3.7
	address := basic(t, func(s *Spec) { s.ReplyTo = []Address{{Address: "jörg@example.org"}} })
	subject := Parse([]byte("From: a@example.org\r\nDate: x\r\nMessage-ID: <a@b>\r\nSubject: Grüße\r\n\r\nhi\r\n"), ParseOptions{}, fixedEnv())
	plain := basic(t, func(s *Spec) { s.Subject = "Grüße" })
	const global, eight = "Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--"
	for name, test := range map[string]struct {
		inner          *Message
		utf8           bool
		global, refuse bool
	}{
		"address":                  {address, true, true, false},
		"address, without":         {address, false, false, true},
		"read subject":             {subject, true, true, false},
		"read subject, without":    {subject, false, false, false},
		"encoded subject":          {plain, true, false, false},
		"encoded subject, without": {plain, false, false, false},
	} {
		m := basic(t, func(s *Spec) { s.Attachments = []*Part{must(NewMessagePart(test.inner))} })
		b, err := m.Octets(true, test.utf8)
		if (err != nil) != test.refuse {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		if out := string(b); strings.Contains(out, global) != test.global || strings.Contains(out, eight) != test.global || isASCII(out) == test.global {
			t.Errorf("%s:\n%s", name, out)
		}
		if back := Parse(b, ParseOptions{}, nil); len(back.Children()) != 2 || back.Children()[1].Message() == nil {
			t.Errorf("%s: no message is read within\n%s", name, b)
		}
	}
}
