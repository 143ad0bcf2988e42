package luabind

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// session is what a script did with a server.
type session struct {
	stdout, stderr, logged string
	err                    error
}

// runSession runs a script in which ADDR stands for a server's address.
func runSession(t testing.TB, addr, code string) session {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return runSessionContext(ctx, t, addr, code)
}

func runSessionContext(ctx context.Context, t testing.TB, addr, code string) session {
	t.Helper()
	var out, diagnostics, log bytes.Buffer
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &diagnostics, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false },
		Logger:    slog.New(slog.NewTextHandler(&log, nil)),
	}
	program, err := Compile(Script{Name: "test.lua", Source: []byte(strings.ReplaceAll(code, "ADDR", addr))})
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Run(ctx, program)
	hide := func(s string) string { return strings.ReplaceAll(s, addr, "ADDR") }
	return session{hide(out.String()), hide(diagnostics.String()), hide(log.String()), err}
}

// wantOutput runs a script that must succeed and compares what it prints; white
// space counts as space only.
func wantOutput(t testing.TB, addr, code, want string) session {
	t.Helper()
	s := runSession(t, addr, code)
	if s.err != nil {
		t.Fatalf("%v\n%s", s.err, s.logged)
	}
	if got := strings.Join(strings.Fields(s.stdout), " "); got != strings.Join(strings.Fields(want), " ") {
		t.Errorf("printed\n%s\nwant\n%s", s.stdout, want)
	}
	return s
}

// clientLines are what clients said to a server, in one line.
func clientLines(transcript []string) string {
	var lines []string
	for _, line := range transcript {
		if said, ok := strings.CutPrefix(line, "C: "); ok {
			lines = append(lines, said)
		}
	}
	return strings.Join(lines, "; ")
}

func TestSmtplibRow_bb_WithNeverHidesTheBodysError(t *testing.T) {
	for _, end := range []string{"S: 500 what", "S! garbage\\r\\n", "CLOSE", "S: 421 bye"} {
		s := smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: 250 fake\nC: QUIT\n"+end)
		wantOutput(t, s.Addr(), `
			local ok, e = pcall(smtp.with, { host = "ADDR", tls = "none" }, function(conn) error("the body's") end)
			print(ok, e)`, "false test.lua:2: the body's")
	}
	s := smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: 250 fake\nC: QUIT\nCLOSE")
	wantOutput(t, s.Addr(), `print(smtp.with({ host = "ADDR", tls = "none" }, function(conn) return 1, nil, conn.port ~= nil end))`, "1 nil true")
	s = smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: 250 fake\nC: QUIT\nCLOSE")
	wantOutput(t, s.Addr(), `print(smtp.with("ADDR", function(conn) return "within" end))`, "within")
}

func TestSmtpWithWaitsForQuitFiveSecondsAtMost(t *testing.T) {
	s := smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: 250 fake\nC: QUIT\nSTALL")
	begin := time.Now()
	wantOutput(t, s.Addr(), `smtp.with({ host = "ADDR", tls = "none", timeouts = { quit = "100ms" } }, function() end) print("on")`, "on")
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("QUIT took %v", took)
	}
}

func TestSmtplibRow_z_NoFrom(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	wantOutput(t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local msg = mime.text("hi")
		msg.To = "ann@x.example"
		local ok, e = pcall(conn.send_message, conn, msg)
		print(ok, e.kind, e.message)
		print(conn:send_message(msg, { from = "" }).code)
		local bare = mime.text("hi")
		bare.From = "me@x.example"
		ok, e = pcall(conn.send_message, conn, bare)
		print(ok, e.kind, e.message)
		print(conn:send_message(bare, { to = { "bob@x.example", "Cy <cy@x.example>" } }).accepted[2])`,
		`false argument mime: From: the message has no sender
		250
		false argument mime: To: the message has no recipients
		cy@x.example`)
	if n := len(s.Messages()); n != 2 || s.Messages()[0].From[0] != "" || s.Messages()[1].From[0] != "me@x.example" {
		t.Errorf("%d messages, %+v", n, s.Messages())
	}
}

func TestSmtplibRow_ff_GroupsAndOrder(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	wantOutput(t, s.Addr(), `
		local msg = mime.text("hi")
		msg.From, msg.Sender = "a@x.example, b@x.example", "Desk <desk@x.example>"
		msg.To = "Team: c@x.example, \"D d\" <d@x.example>;, e@x.example, None:;"
		msg.Cc, msg.Bcc = "f@x.example, c@X.EXAMPLE", "g@x.example"
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		print(table.concat(conn:send_message(msg).accepted, " "))
		print(msg.Bcc, tostring(msg):find("Bcc"))`,
		"c@x.example d@x.example e@x.example f@x.example g@x.example g@x.example nil")
	m := s.Messages()[0]
	if m.From[0] != "desk@x.example" || bytes.Contains(m.Data, []byte("g@x.example")) {
		t.Errorf("from %v\n%s", m.From, m.Data)
	}
}

func TestResentMessage(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	wantOutput(t, s.Addr(), `
		local msg = mime.text("hi")
		msg.From, msg.To, msg.Cc = "first@x.example", "second@x.example", "third@x.example"
		msg["Resent-From"], msg["Resent-Sender"] = "boss@x.example", "desk@x.example"
		msg["Resent-To"], msg["Resent-Bcc"] = "ann@x.example", "bob@x.example"
		msg["Resent-Date"] = "Wed, 25 Nov 2026 10:00:00 +0000"
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		print(table.concat(conn:send_message(msg).accepted, " "))
		local ok, e = pcall(msg.add_header, msg, "Resent-Date", "Wed, 25 Nov 2026 11:00:00 +0000")
		print(ok, e.kind)
		msg["Resent-From"], msg["Resent-Sender"] = nil, nil
		ok, e = pcall(conn.send_message, conn, msg)
		print(ok, e.kind, e.message)`,
		`ann@x.example bob@x.example
		false mime
		false argument mime: Resent-From: the resent message has no sender`)
	if m := s.Messages()[0]; m.From[0] != "desk@x.example" || bytes.Contains(m.Data, []byte("bob@x")) || !bytes.Contains(m.Data, []byte("Resent-To: ann@x.example")) {
		t.Errorf("%v\n%s", m.From, m.Data)
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"SMTPUTF8", "8BITMIME"}})
	wantOutput(t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local msg = mime.message{ from = "me@bücher.example", to = "ann@x.example", subject = "hi", text = "x" }
		print(conn:send_message(msg).code, conn:send_message(msg, { to = "ü@x.example" }).code)
		print(conn:rset())`, "250 250 250 2.0.0 ok")
	if got := clientLines(s.Transcript()); !strings.Contains(got, "MAIL FROM:<me@xn--bcher-kva.example>; RCPT TO:<ann@x.example>") ||
		!strings.Contains(got, "MAIL FROM:<me@xn--bcher-kva.example> BODY=8BITMIME SMTPUTF8; RCPT TO:<ü@x.example>") {
		t.Error(got)
	}
	plain := smtptest.NewServer(t, smtptest.Config{Extensions: []string{}})
	wantOutput(t, plain.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local msg = mime.message{ from = "me@x.example", to = "ü@x.example", subject = "hi", text = "x" }
		local ok, e = pcall(conn.send_message, conn, msg)
		print(ok, e.kind, e.stage, e.delivered)`, "false not_supported mail false")
	if got := clientLines(plain.Transcript()); strings.Contains(got, "MAIL") {
		t.Error(got)
	}
}

func TestContentSources(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	wantOutput(t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local pieces = { "Subject: x\n", "\n", ".a\rb" }
		local function source()
			local i = 0
			return function() i = i + 1 return pieces[i] end
		end
		conn:mail("me@x.example") conn:rcpt("ann@x.example")
		print(conn:data(source()))
		conn:sendmail("me@x.example", "ann@x.example", source())
		conn:sendmail("me@x.example", "ann@x.example", pieces)
		for _, bad in ipairs{ { 1 }, 5, function() return {} end } do
			local ok, e = pcall(conn.data, conn, bad)
			print(ok, e.kind)
		end
		local ok, e = pcall(conn.data, conn, function() error("no more", 0) end)
		print(ok, e)`,
		"250 2.0.0 ok: queued as 4F2A1 false argument false argument false argument false no more")
	if len(s.Messages()) != 3 {
		t.Fatal(len(s.Messages()))
	}
	for _, m := range s.Messages() {
		if string(m.Raw) != "Subject: x\r\n\r\n..a\r\nb\r\n" {
			t.Errorf("%q", m.Raw)
		}
	}
}

func TestReconnect(t *testing.T) {
	first := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"DSN"}})
	second := smtptest.NewServer(t, smtptest.Config{Extensions: []string{}})
	code := strings.ReplaceAll(`
		local conn = smtp.new{ host = "ADDR", timeout = 20, local_hostname = "client.example" }
		conn:connect() conn:ehlo()
		print(conn:has_extn("dsn"))
		conn:connect("OTHER", nil, "127.0.0.1")
		print(conn.ehlo_resp, conn:has_extn("dsn"), conn.source_address, conn.timeout)
		conn:ehlo()
		print(conn.does_esmtp, conn:has_extn("dsn"))
		conn:close()
		print(conn.connected, conn:connect())
		for _, bad in ipairs{ "smtp://x", "h:p", "a b" } do
			local ok, e = pcall(conn.connect, conn, bad, 99999)
			print(ok, e.kind)
		end
		local ok, e = pcall(function() conn.timeout = 5 end)
		print(e.kind, e.hint)
		print(smtp.new().host, smtp.new().port, smtp.new{ socket = "/x", protocol = "lmtp" }.host)`, "OTHER", second.Addr())
	wantOutput(t, first.Addr(), code, `true
		nil false 127.0.0.1 20
		true false
		false 220 smtptest ESMTP
		false argument false argument false argument
		argument it is an option of smtp.new and smtp.connect
		localhost 25 /x`)
	if first.Connections() != 1 || second.Connections() != 2 {
		t.Errorf("%d and %d connections", first.Connections(), second.Connections())
	}
}

func TestLMTPFromLua(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{LMTP: true, Unix: true, Reply: func(line string) string {
		if line == ". <full@x.example>" {
			return "552 5.2.2 full"
		}
		return ""
	}})
	got := wantOutput(t, s.Addr(), `
		local conn = smtp.lmtp("ADDR")
		print(conn.host == "ADDR", conn.port)
		local r = conn:sendmail("me@x.example", { "a@x.example", "full@x.example", "a@x.example" }, "x")
		for i, one in ipairs(r.results) do print(i, one.address, one.code, one.enhanced, one.message) end
		print(#r.accepted, r.refused["full@x.example"].code)
		conn:mail("me@x.example") conn:rcpt("a@x.example") conn:rcpt("full@x.example") conn:rcpt("b@x.example")
		local code, text, all = conn:data("x")
		print(code, text, #all, all[1].code, all[2].enhanced, all[3].message)
		print(conn:noop())`,
		`true nil
		1 a@x.example 250 2.0.0 2.0.0 <a@x.example> delivered
		2 full@x.example 552 5.2.2 5.2.2 full
		3 a@x.example 250 2.0.0 2.0.0 <a@x.example> delivered
		2 552
		552 5.2.2 full 3 250 5.2.2 2.0.0 <b@x.example> delivered
		250 2.0.0 ok`)
	if got.logged != "" {
		t.Error(got.logged)
	}
}

func TestRefusalsNobodyLookedAt(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
		if strings.HasPrefix(line, "RCPT TO:<no@") {
			return "550 5.1.1 no\x1b[31m such user"
		}
		return ""
	}})
	const send = `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local r = conn:sendmail("me@x.example", { "a@x.example", "no@x.example" }, "x") `
	for look, warned := range map[string]bool{
		"": true, "print(r.accepted[1], r.code)": true, "local _ = r.refused": false, "local _ = r.results": false, "pcall(r.check, r)": false,
	} {
		got := runSession(t, s.Addr(), send+look)
		if got.err != nil || strings.Contains(got.logged, `<no@x.example>: 550 5.1.1 no\\x1b[31m such user`) != warned {
			t.Errorf("%s: %v, logged %q", look, got.err, got.logged)
		}
	}
	wantOutput(t, s.Addr(), send+`
		local ok, e = pcall(r.check, r)
		print(ok, e.kind, e.code, e.stage, e.delivered, e.recipients["no@x.example"].enhanced)
		print(conn:sendmail("me@x.example", "a@x.example", "x"):check().code)`, "false recipients_refused 550 rcpt true 5.1.1 250")
}
