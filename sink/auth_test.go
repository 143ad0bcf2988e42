package sink

import (
	"encoding/base64"
	"testing"
)

func TestLoginWithTokens(t *testing.T) {
	s := start(t, Options{})
	for _, tt := range []struct{ mechanism, response string }{
		{"XOAUTH2", "user=anna\x01auth=Bearer t\x01\x01"},
		{"OAUTHBEARER", "n,a=anna,\x01host=h\x01port=25\x01auth=Bearer t\x01\x01"},
	} {
		response := base64.StdEncoding.EncodeToString([]byte(tt.response))
		w := dial(t, s.Addr())
		w.talk("EHLO me", "250", "AUTH "+tt.mechanism+" "+response, "235")
		w = dial(t, s.Addr())
		w.talk("EHLO me", "250", "AUTH "+tt.mechanism, "334 ", response, "235",
			"MAIL FROM:<a@x.test>", "250", "RCPT TO:<b@y.test>", "250", "DATA", "354", "Subject: x\r\n\r\nx\r\n.", "250")
		if events := s.Messages(); events[len(events)-1].AuthUser != "anna" {
			t.Errorf("%s: %+v", tt.mechanism, events)
		}
	}
}
