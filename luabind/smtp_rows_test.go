package luabind

import (
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// smtplibRow is what docs/smtplib.md says of moonpost under one letter, seen from
// a script: the server's part, the script, and what it prints.
type smtplibRow struct{ letter, server, code, prints string }

const (
	rowGreeted = "S: 220 hi\n"
	rowHello   = rowGreeted + "C: EHLO *\nS: 250-fake\n"
	rowReady   = rowHello + "S: 250 HELP\n"
	rowMailed  = rowReady + "C: MAIL *\nS: 250 ok\n"
	rowNamed   = rowMailed + "C: RCPT *\nS: 250 ok\n"
	rowReset   = "C: RSET\nS: 250 ok\n"
	rowSend    = `conn:connect() try("sendmail", "me@x.example", "a@x.example", "x") `

	// rowPrelude defines conn, not yet connected, and try, which prints the results
	// of a method or the kind of its error.
	rowPrelude = `
		local conn = smtp.new{ host = "ADDR", tls = "none", local_hostname = "c.example" }
		local function try(method, ...)
			local t = { pcall(conn[method], conn, ...) }
			if not t[1] then return print(t[2].kind, t[2].code) end
			print(unpack(t, 2, table.maxn(t)))
		end `
)

func smtplibRows() []smtplibRow {
	return []smtplibRow{
		{"a", rowGreeted + "C: NOOP\nS! 250-a\\r\\n550-b\\r\\n250 c\\r\\n\nSTALL", `conn:connect() try("noop") print(conn.connected)`, "protocol nil false"},
		{"b", rowGreeted + `C: NOOP
			S! 250\r\n`, `conn:connect() try("noop")`, "250"},
		{"c", "S: 220_x\nSTALL", `try("connect")`, "protocol nil"},
		{"c", "S: 2200 x\nSTALL", `try("connect")`, "protocol nil"},
		{"d", `S! \r\n220 hi\r\n`, `try("connect")`, "220 hi"},
		{"e", rowGreeted + "C: NOOP\nS! 250 " + strings.Repeat("x", 8190) + "\nSTALL", `conn:connect() try("noop")`, "protocol nil"},
		{"f", `S! 220 hi\n`, `try("connect")`, "220 hi"},
		{"g", rowGreeted + "C: EHLO *\nS: 421 no\nSTALL", `conn:connect() try("ehlo_or_helo_if_needed") print(conn.connected)`, "helo 421 false"},
		{"h", rowMailed + "C: RCPT *\nS: 252 perhaps\nC: DATA\nS: 354 go\nCONTENT\nS: 250 ok", `conn:connect() print(conn:sendmail("me@x.example", "a@x.example", "x").accepted[1])`, "a@x.example"},
		{"i", rowMailed + "C: RCPT *\nS: 550 no\nC: RCPT *\nS: 550 no\n" + rowReset,
			`conn:connect() try("sendmail", "me@x.example", { "a@x.example", "a@x.example" }, "x")`, "recipients_refused 550"},
		{"j", rowGreeted + "C: QUIT\nS: 221 bye", `conn:connect() try("sendmail", "me@x.example", {}, "x") conn:quit()`, "argument nil"},
		{"k", rowNamed + "C: DATA\nS: 554 no\n" + rowReset + "C: NOOP\nS: 250 ok", rowSend + `conn:noop()`, "data 554"},
		{"l", rowNamed + "C: DATA\nS: 421 no\nSTALL", rowSend + `print(conn.connected)`, "data 421 false"},
		{"m", rowNamed + "C: DATA\nS: 354 go\nCONTENT\nS: 251 will forward", `conn:connect() print(conn:sendmail("me@x.example", "a@x.example", "x").code)`, "251"},
		{"n", rowHello + "S: 250 SIZE\nC: MAIL FROM:<me@x.example> SIZE=8\nS: 550 seen\n" + rowReset,
			`conn:connect() try("sendmail", "me@x.example", "a@x.example", "a\n.b\nc")`, "sender_refused 550"},
		{"o", rowHello + "S: 250 SIZE 1\nC: QUIT\nS: 221 bye", `conn:connect() try("sendmail", "me@x.example", "a@x.example", "abc") conn:quit()`, "size nil"},
		{"p", rowGreeted + "C: DATA\nS: 354 go\nREAD 2\nC: .\nS: 250 ok", `conn:connect() try("data", "")`, "250 ok"},
		{"q", rowGreeted + "C: DATA\nS: 354 go\nREAD 12\nC: .\nS: 250 ok", `conn:connect() try("data", "a\n.\nb.c")`, "250 ok"},
		{"r", rowGreeted + "C: QUIT\nS: 221 bye", `conn:connect() try("mail", "<a@x.example\r\nnet>") conn:quit()`, "argument nil"},
		{"s", rowHello + "S: 250 auth plain\nC: AUTH PLAIN *\nS: 235 ok", `conn:connect() try("login", "u", "p")`, "235 ok"},
		{"t", rowHello + "S: 250-AUTH=LOGIN PLAIN\nS: 250 AUTH CRAM-MD5 PLAIN", `conn:connect() conn:ehlo() print(conn.esmtp_features.auth)`, "LOGIN PLAIN CRAM-MD5"},
		{"u", rowHello + "S: 250-FOO=BAR baz\nS: 250 X_FOO", `conn:connect() conn:ehlo() print(conn.esmtp_features.foo, conn:has_extn("x_foo"))`, "BAR baz true"},
		{"v", rowHello + "S: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 !!!\nC: *\nS: 501 cancelled", `conn:connect() try("login", "u", "p")`, "auth 501"},
		{"w", rowHello + "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHUAcMOkc3N3b3Jk\nS: 235 ok", `conn:connect() try("login", "u", "pässword")`, "235 ok"},
		{"x", rowHello + "S: 250 AUTH PLAIN\nC: AUTH *\nS: 503 already", `conn:connect() try("login", "u", "p")`, "503 already"},
		{"y", rowHello + "S: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN *\nS: 535 first\nC: AUTH LOGIN\nS: 535 last",
			`conn:connect() local _, e = pcall(conn.login, conn, "u", "p") print(e.message, #e.attempts, e.attempts[1].message)`, "last 2 first"},
		{"z", "", `local m = mime.text("x") m.To = "a@x.example" conn:connect() try("send_message", m)`, "argument nil"},
		{"aa", rowReady + "NEXT\n" + rowHello + "S: 250 DSN\nC: NOOP\nS: 250 ok",
			`conn:connect() conn:ehlo() conn:close() conn:connect() print(conn:has_extn("help")) conn:ehlo_or_helo_if_needed() conn:noop() print(conn:has_extn("dsn"))`, "false true"},
		{"bb", rowReady + "C: QUIT\nS: 500 what", `print(select(2, pcall(smtp.with, { host = "ADDR", tls = "none" }, function() error("the body", 0) end)))`, "the body"},
		{"cc", rowGreeted + "C: NOOP\nSTALL", `conn = smtp.new{ host = "ADDR", timeout = "700ms" } conn:connect() try("noop") print(conn.connected)`, "timeout nil false"},
		{"dd", rowGreeted + "C: QUIT\nS: 421 bye", `conn:connect() try("quit") print(conn.connected)`, "421 bye false"},
		{"ee", rowGreeted + "C: EHLO *\nS: 500 what\nC: HELO *\nS: 250 ok\nC: QUIT\nS: 221 bye",
			`conn:connect() try("sendmail", "me@x.example", "a@x.example", "x", { mail_options = "SMTPUTF8" }) conn:quit()`, "not_supported nil"},
		{"ff", rowMailed + "C: RCPT TO:<to@x.example>\nS: 250 ok\nC: RCPT TO:<cc@x.example>\nS: 250 ok\nC: RCPT TO:<bcc@x.example>\nS: 250 ok\nC: DATA\nS: 354 go\nCONTENT\nS: 250 ok",
			`local m = mime.text("x") m.From, m.To, m.Cc, m.Bcc = "me@x.example", "G: to@x.example;", "cc@x.example", "bcc@x.example"
			conn:connect() print(#conn:send_message(m).accepted)`, "3"},
		{"gg", "", `print(smtp.new("[::1]:2525").host, smtp.new("[::1]:2525").port)`, "::1 2525"},
		{"hh", "S: 220 hi\nC: LHLO *\nS: 250 fake\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nCONTENT\nS: 250 first\nS: 452 second\nC: NOOP\nS: 250 third",
			`conn = smtp.lmtp{ host = "ADDR", tls = "none" } local r = conn:sendmail("me@x.example", { "a@x.example", "b@x.example" }, "x")
			print(r.results[1].message, r.refused["b@x.example"].message) try("noop")`, "first second 250 third"},
	}
}

// TestSmtplibRowsFromLua runs the right column of the page's table of differences.
func TestSmtplibRowsFromLua(t *testing.T) {
	for _, row := range smtplibRows() {
		t.Run(row.letter, func(t *testing.T) {
			address := smtptest.NewServer(t, smtptest.Config{}).Addr()
			if row.server != "" {
				address = smtptest.NewScript(t, row.server).Addr()
			}
			wantOutput(t, address, rowPrelude+row.code, row.prints)
		})
	}
}
