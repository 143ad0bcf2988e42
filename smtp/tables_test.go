package smtp

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPoint34_TimeoutsToStartFrom(t *testing.T) {
	for stage, want := range map[Stage]time.Duration{
		StageConnect: 30 * time.Second, StageGreeting: 300 * time.Second, StageHello: 300 * time.Second, StageTLS: 300 * time.Second,
		StageMail: 300 * time.Second, StageRcpt: 300 * time.Second, StageData: 120 * time.Second, StageBody: 180 * time.Second,
		StageFinal: 600 * time.Second, StageReset: 20 * time.Second,
	} {
		if stage.Timeout() != want {
			t.Errorf("%v: %v, want %v", stage, stage.Timeout(), want)
		}
	}
	short := Options{Timeout: time.Second}
	for stage := StageConnect; stage <= StageCommand; stage++ {
		if got := short.timeout(stage); got > time.Second {
			t.Errorf("%v with a timeout of one second: %v", stage, got)
		}
	}
}

func TestStageTable(t *testing.T) {
	section := regexp.MustCompile(`^RFC \d+ §[\d.]+$`)
	seen := map[string]bool{}
	for s := StageConnect; s <= StageCommand; s++ {
		if s.String() == "" || seen[s.String()] || s.Timeout() <= 0 || !section.MatchString(s.Section()) {
			t.Errorf("stage %d: %+v", s, s.row())
		}
		seen[s.String()] = true
	}
}

func TestTimeoutsOfOptions(t *testing.T) {
	tests := []struct {
		name  string
		o     Options
		stage Stage
		want  time.Duration
	}{
		{"default", Options{}, StageFinal, 10 * time.Minute},
		{"for all", Options{Timeout: time.Second}, StageRcpt, time.Second},
		{"for one", Options{Timeout: time.Second, Timeouts: Timeouts{Rcpt: time.Minute}}, StageRcpt, time.Minute},
		{"quit", Options{}, StageQuit, 5 * time.Second},
		{"quit with a long timeout", Options{Timeout: time.Minute}, StageQuit, 5 * time.Second},
		{"quit of its own", Options{Timeouts: Timeouts{Quit: time.Minute}}, StageQuit, time.Minute},
	}
	for _, tt := range tests {
		if got := tt.o.timeout(tt.stage); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	good := []struct {
		o       Options
		address string
	}{
		{Options{Host: "h"}, "h:25"},
		{Options{Host: "h:2525"}, "h:2525"},
		{Options{Host: "h", TLS: TLSImplicit}, "h:465"},
		{Options{Host: "h", Protocol: LMTP}, "h:24"},
		{Options{Host: "::1", Port: 587}, "[::1]:587"},
		{Options{Host: "/run/x"}, "/run/x"},
		{Options{Socket: "/run/x", Protocol: LMTP}, "/run/x"},
	}
	for _, tt := range good {
		c, err := New(tt.o)
		if err != nil || c.Address() != tt.address {
			t.Errorf("%+v: %v", tt.o.Host, err)
		}
	}
	bad := map[string]Options{
		"no host": {}, "point 27: LMTP on 25": {Host: "h", Port: 25, Protocol: LMTP}, "two ports": {Host: "h:1", Port: 2}, "port": {Host: "h", Port: 70000},
		"socket and host": {Host: "h", Socket: "/x"}, "point 8: CR LF in the name": {Host: "h", LocalName: "a\r\nb"}, "point 8: CR LF in the host": {Host: "h\r\n"},
		"timeout": {Host: "h", Timeout: -1}, "local address": {Host: "h", LocalAddr: "nowhere"}, "redirect": {Host: "h", Redirect: "a@b, c@d"},
	}
	for name, o := range bad {
		_, err := New(o)
		var e *ArgumentError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTLSPlan(t *testing.T) {
	user := Credentials{User: "u"}
	tests := []struct {
		name     string
		o        Options
		loopback bool
		want     tlsPlan
	}{
		{"auto", Options{Port: 25}, false, tlsPlan{starttls: true, verify: true}},
		{"auto with a user", Options{Port: 587, Credentials: user}, false, tlsPlan{starttls: true, required: true, verify: true}},
		{"auto on loopback", Options{Port: 25, Credentials: user}, true, tlsPlan{starttls: true}},
		{"auto on loopback with a CA's name", Options{Port: 25, TLSOptions: TLSOptions{ServerName: "x"}}, true, tlsPlan{starttls: true, verify: true}},
		{"auto on 465", Options{Port: 465}, false, tlsPlan{implicit: true, starttls: true, verify: true}},
		{"none", Options{TLS: TLSNone}, false, tlsPlan{verify: true}},
		{"opportunistic", Options{TLS: TLSOpportunistic}, false, tlsPlan{starttls: true}},
		{"required on loopback", Options{TLS: TLSRequired}, true, tlsPlan{starttls: true, required: true, verify: true}},
		{"implicit", Options{TLS: TLSImplicit}, true, tlsPlan{implicit: true, required: true, verify: true}},
		{"insecure", Options{TLS: TLSRequired, TLSOptions: TLSOptions{Insecure: true}}, false, tlsPlan{starttls: true, required: true}},
	}
	for _, tt := range tests {
		if got := tt.o.plan(tt.loopback); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestParseTLSMode(t *testing.T) {
	for m := TLSAuto; m <= TLSImplicit; m++ {
		if got, err := ParseTLSMode(m.String()); got != m || err != nil {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
	if _, err := ParseTLSMode("ssl"); err == nil {
		t.Error("ssl was accepted")
	}
}

func TestQueueID(t *testing.T) {
	for text, want := range map[string]string{
		"2.0.0 Ok: queued as 4F2A1B":                                  "4F2A1B",
		"2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 Ok queued as 3X": "3X",
		"OK id=1rABCd-0001Ab-2C":                                      "1rABCd-0001Ab-2C",
		"2.6.0 <x@y> [InternalId=123, Hostname=h] Queued mail":        "",
		"2.0.0 0AB12cd3 Message accepted for delivery":                "0AB12cd3",
		"2.0.0 ok: queued as <abc1>.":                                 "abc1",
		"ok":                                                          "",
		"2.0.0 Message accepted for delivery":                         "",
		"2.0.0 OK  1700000000 d9443c01a7336-1 - gsmtp":                "",
	} {
		if got := queueID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	var m masker
	steps := []struct {
		from     byte
		in, want string
	}{
		{'C', "EHLO x", "EHLO x"},
		{'S', "250-x", "250-x"},
		{'S', "250 AUTH PLAIN", "250 AUTH PLAIN"},
		{'C', "auth plain AHUAcA==", "auth plain ****"},
		{'S', "535 no", "535 no"},
		{'C', "AUTH LOGIN", "AUTH LOGIN"},
		{'S', "334 VXNlcm5hbWU6", "334 ****"},
		{'C', "dQ==", "****"},
		{'S', "334 UGFzc3dvcmQ6", "334 ****"},
		{'C', "c2VjcmV0", "****"},
		{'S', "235 ok", "235 ok"},
		{'C', "NOOP", "NOOP"},
		{'C', " AUTH=PLAIN secret", "AUTH ****"},
	}
	for i, s := range steps {
		got := ""
		if s.from == 'C' {
			got = m.client(s.in)
		} else {
			got = m.server(s.in)
		}
		if got != s.want {
			t.Errorf("step %d: %q, want %q", i, got, s.want)
		}
	}
}

func TestOverLimit(t *testing.T) {
	for _, tt := range []struct {
		r    Reply
		want bool
	}{
		{Reply{Code: 452}, true},
		{Reply{Code: 452, Enhanced: EnhancedCode{4, 5, 3}}, true},
		{Reply{Code: 552, Enhanced: EnhancedCode{5, 5, 3}}, true},
		{Reply{Code: 552, Enhanced: EnhancedCode{5, 2, 2}}, false},
		{Reply{Code: 450}, false},
	} {
		if got := overLimit(tt.r); got != tt.want {
			t.Errorf("%v: %v", tt.r, got)
		}
	}
}

func TestErrorsTable(t *testing.T) {
	no := Reply{Code: 550, Enhanced: EnhancedCode{5, 1, 1}, Lines: []string{"5.1.1 No such user"}}
	later := Reply{Code: 451, Lines: []string{"later"}}
	rcpt := detail{stage: StageRcpt}
	tests := []struct {
		err       Error
		kind      string
		text      string
		temporary bool
		reply     bool
		scope     Scope
	}{
		{&ResponseError{detail{stage: StageTLS}, later, "STARTTLS"}, "response", "smtp: starttls: 451 later", true, true, ScopeSession},
		{&ConnectError{detail{stage: StageConnect}, "h:25", Reply{}, io.EOF}, "connect", "smtp: h:25: EOF", true, false, ScopeSession},
		{&ConnectError{detail{stage: StageGreeting}, "h:25", no, nil}, "connect", "smtp: h:25: 550 5.1.1 No such user", false, true, ScopeSession},
		{&HeloError{detail{stage: StageHello}, no}, "helo", "smtp: hello: 550 5.1.1 No such user", false, true, ScopeSession},
		{&AuthError{detail: detail{stage: StageAuth}, Mechanism: "PLAIN", Reply: later}, "auth", "smtp: auth PLAIN: 451 later", true, true, ScopeSession},
		{&SenderRefusedError{detail{stage: StageMail}, "a@b", no}, "sender_refused", "smtp: mail <a@b>: 550 5.1.1 No such user", false, true, ScopeMessage},
		{&RecipientsRefusedError{rcpt, "a@b", []RecipientResult{{Address: "c@d", Reply: no, Stage: StageRcpt}, {Address: "e@f", Reply: later, Stage: StageRcpt}}}, "recipients_refused",
			"smtp: rcpt <c@d>: 550 5.1.1 No such user (and 1 more refused)", true, true, ScopeRecipient},
		{&DataError{detail{stage: StageFinal}, no, nil}, "data", "smtp: final: 550 5.1.1 No such user", false, true, ScopeMessage},
		{&DataError{detail{stage: StageFinal}, Reply{Code: 421}, nil}, "data", "smtp: final: 421", true, true, ScopeConnection},
		{&ContentError{detail{stage: StageBody}, io.ErrUnexpectedEOF}, "data", "smtp: content: unexpected EOF", false, false, ScopeConnection},
		{&NotSupportedError{detail{}, "REQUIRETLS", "require_tls", "encryption"}, "not_supported", "smtp: require_tls needs encryption", false, false, ScopeMessage},
		{&NotSupportedError{detail{}, "SMTPUTF8", "ü@x", ""}, "not_supported", "smtp: the server does not offer SMTPUTF8, needed for ü@x", false, false, ScopeMessage},
		{&DisconnectedError{rcpt, no, io.EOF}, "disconnected", "smtp: rcpt: EOF (last reply: 550 5.1.1 No such user)", false, true, ScopeConnection},
		{&TimeoutError{rcpt, "", io.EOF}, "timeout", "smtp: rcpt: timed out", true, false, ScopeConnection},
		{&TimeoutError{detail{stage: StageConnect}, "h:25", io.EOF}, "timeout", "smtp: h:25: connect: timed out: EOF", true, false, ScopeConnection},
		{protocolError([]byte("x\x1b"), "odd"), "protocol", `smtp: protocol error: odd: "x\x1b"`, false, false, ScopeConnection},
		{&TLSError{detail{stage: StageTLS}, "h:25", io.EOF}, "tls", "smtp: tls with h:25: EOF", true, false, ScopeSession},
		{&TLSError{detail{stage: StageTLS}, "h:25", errors.New("unknown authority")}, "tls", "smtp: tls with h:25: unknown authority", false, false, ScopeSession},
		{argumentError("bad", "x"), "argument", `smtp: bad: "x"`, false, false, ScopeMessage},
		{&SizeError{detail{}, 2, 1}, "size", "smtp: the message has 2 octets, the server takes 1", false, false, ScopeMessage},
		{&CancelledError{rcpt, io.EOF}, "cancelled", "smtp: rcpt: EOF", true, false, ScopeConnection},
		{&CancelledError{detail{}, io.EOF}, "cancelled", "smtp: EOF", true, false, ScopeConnection},
	}
	for _, tt := range tests {
		if tt.err.Kind() != tt.kind || tt.err.Error() != tt.text || tt.err.Temporary() != tt.temporary {
			t.Errorf("%T: %s, %q, temporary %v", tt.err, tt.err.Kind(), tt.err.Error(), tt.err.Temporary())
		}
		var r *ResponseError
		if errors.As(error(tt.err), &r) != tt.reply {
			t.Errorf("%T: reply found: %v", tt.err, !tt.reply)
		}
		if got := ScopeOf(tt.err); got != tt.scope {
			t.Errorf("%T: scope %v, want %v", tt.err, got, tt.scope)
		}
		withDelivered(tt.err, Unknown)
		if tt.err.Delivered() != Unknown {
			t.Errorf("%T: delivered was not recorded", tt.err)
		}
		if strings.ToLower(tt.err.Error()[:5]) != "smtp:" {
			t.Errorf("%T: %q", tt.err, tt.err.Error())
		}
	}
}

func TestPoint20_HelloName(t *testing.T) {
	for name, want := range map[string]bool{"mail.example.org": true, "localhost": false, "localhost.localdomain": false, "my_host.example": false, "host": false, "host.": false, "192.0.2.1": false} {
		if got := fullName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
