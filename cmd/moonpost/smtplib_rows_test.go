package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// smtplibRow is what docs/smtplib.md claims of CPython's smtplib under one
// letter: a server's script, a Python script and what that prints. What moonpost
// does is in the tests of package smtp that bear the letter.
type smtplibRow struct{ letter, server, python, prints string }

const (
	greeted = "S: 220 hi\n"
	saidHi  = greeted + "C: ehlo *\nS: 250-fake\n"
	hasHelo = saidHi + "S: 250 HELP\n"
	mailed  = hasHelo + "C: mail *\nS: 250 ok\n"
	named   = mailed + "C: rcpt *\nS: 250 ok\n"
	atData  = named + "C: data\n"
	reset   = "C: rset\nS: 250 ok\n"
	sending = `attempt(lambda: s.sendmail("me@x.example", ["a@x.example"], "x"))`
)

// smtplibPrelude defines s, an object not yet connected, start, which connects it,
// and attempt, which prints a result, or the exception's name and arguments.
const smtplibPrelude = `
import smtplib, email.message
def attempt(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, *getattr(e, "args", ()))
s = smtplib.SMTP(timeout=5, local_hostname="c.example")
def start(): return s.connect("127.0.0.1", PORT)
`

func smtplibRows() []smtplibRow {
	return []smtplibRow{
		{"a", greeted + `C: noop
			S! 250-a\r\n550-b\r\n250 c\r\n
			CLOSE`, "start(); print(s.noop())", `(250, b'a\nb\nc')`},
		{"b", greeted + `C: noop
			S! 250\r\n`, "start(); print(s.noop())", `(250, b'')`},
		{"c", "S: 220_x", "print(start())", `(220, b'x')`},
		{"c", "S: 2200 x", "print(start())", `(220, b'x')`},
		{"d", `S! \r\n220 hi\r\n`, "print(start())", `(-1, b'')`},
		{"e", greeted + "C: noop\nS! 250 " + strings.Repeat("x", 8190), "start(); attempt(s.noop)", "SMTPResponseException 500 Line too long."},
		{"f", `S! 220 hi\n`, "print(start())", `(220, b'hi')`},
		{"g", greeted + "C: ehlo *\nS: 421 no\nC: helo *\nS: 421 no", "start(); attempt(s.ehlo_or_helo_if_needed); print(s.sock is None)", "SMTPHeloError 421 b'no' False"},
		{"h", mailed + "C: rcpt *\nS: 252 perhaps\n" + reset, "start(); " + sending, "SMTPRecipientsRefused {'a@x.example': (252, b'perhaps')}"},
		{"i", mailed + "C: rcpt *\nS: 550 no\nC: rcpt *\nS: 550 no\nC: data\nS: 354 go\nCONTENT\nS: 250 taken",
			`start(); attempt(lambda: s.sendmail("me@x.example", ["a@x.example"] * 2, "x"))`, "{'a@x.example': (550, b'no')}"},
		{"j", mailed + reset, `start(); attempt(lambda: s.sendmail("me@x.example", [], "x"))`, "SMTPRecipientsRefused {}"},
		{"k", atData + "S: 554 no\nC: noop\nS: 250 ok", "start(); " + sending + "; s.noop()", "SMTPDataError 554 b'no'"},
		{"l", atData + "S: 421 no\nSTALL", "start(); " + sending + "; print(s.sock is None)", "SMTPDataError 421 b'no' False"},
		{"m", atData + "S: 354 go\nCONTENT\nS: 251 will forward\n" + reset, "start(); " + sending, "SMTPDataError 251 b'will forward'"},
		{"n", saidHi + "S: 250 SIZE\nC: mail FROM:<me@x.example> size=8\nS: 550 seen\n" + reset,
			`start(); attempt(lambda: s.sendmail("me@x.example", ["a@x.example"], "a\n.b\nc"))`, "SMTPSenderRefused 550 b'seen' me@x.example"},
		{"o", saidHi + "S: 250 SIZE 1\nC: mail FROM:<me@x.example> size=3\nS: 552 no\n" + reset,
			`start(); attempt(lambda: s.sendmail("me@x.example", ["a@x.example"], "abc"))`, "SMTPSenderRefused 552 b'no' me@x.example"},
		{"p", greeted + "C: data\nS: 354 go\nREAD 2\nC: .\nS: 250 ok", `start(); print(s.data(""))`, "(250, b'ok')"},
		{"q", greeted + "C: data\nS: 354 go\nREAD 10\nC: .\nS: 250 ok", `start(); print(s.data(b"a\n.\nb.c"))`, "(250, b'ok')"},
		{"r", greeted + "C: mail FROM:<a@x.example>\nS: 250 ok", `start(); print(s.mail("<a@x.example\r\nnet>"))`, "(250, b'ok')"},
		{"s", saidHi + "S: 250 auth plain", `start(); attempt(lambda: s.login("u", "p"))`, "SMTPException No suitable authentication method found."},
		{"t", saidHi + "S: 250-AUTH=LOGIN PLAIN\nS: 250 AUTH CRAM-MD5", `start(); s.ehlo(); print(s.esmtp_features["auth"].split())`, "['LOGIN', 'PLAIN', 'CRAM-MD5']"},
		{"u", saidHi + "S: 250-FOO=BAR baz\nS: 250 X_FOO", `start(); s.ehlo(); print(s.esmtp_features)`, "{'foo': '=BAR baz', 'x': '_FOO'}"},
		{"v", saidHi + "S: 250 AUTH CRAM-MD5\nC: AUTH CRAM-MD5\nS: 334 !!!\nC: dSA*\nS: 535 no", `start(); attempt(lambda: s.login("u", "p"))`, "SMTPAuthenticationError 535 b'no'"},
		{"w", saidHi + "S: 250 AUTH PLAIN\nSTALL", `start(); attempt(lambda: s.login("u", "pässword"))`, "UnicodeEncodeError ascii"},
		{"x", saidHi + "S: 250 AUTH PLAIN\nC: AUTH *\nS: 503 already", `start(); print(s.login("u", "p"))`, "(503, b'already')"},
		{"y", saidHi + "S: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN *\nS: 535 first\nC: AUTH LOGIN *\nS: 535 last", `start(); attempt(lambda: s.login("u", "p"))`, "SMTPAuthenticationError 535 b'last'"},
		{"z", hasHelo + "C: mail FROM:<None>\nS: 550 who\n" + reset, `start(); m = email.message.Message(); m["To"] = "a@x.example"; attempt(lambda: s.send_message(m))`, "SMTPSenderRefused 550 b'who' None"},
		{"aa", hasHelo + "NEXT\nS: 220 again\nC: noop\nS: 250 ok", `start(); s.ehlo(); s.close(); start(); s.ehlo_or_helo_if_needed(); s.noop(); print(s.has_extn("help"))`, "True"},
		{"bb", greeted + "C: QUIT\nS: 500 what", "start()\ndef body():\n    with s: raise KeyError('the body')\nattempt(body)", "SMTPResponseException 500 b'what'"},
		{"cc", greeted + "C: noop\nSTALL", "s.timeout = 0.7; start(); attempt(s.noop); print(s.sock is None)", "SMTPServerDisconnected Connection unexpectedly closed: timed out True"},
		{"dd", greeted + "C: quit\nS: 421 bye", "start(); print(s.quit(), s.sock is None)", "(421, b'bye') True"},
		{"ee", greeted + "C: ehlo *\nS: 500 what\nC: helo *\nS: 250 ok\nC: mail FROM:<me@x.example>\nS: 550 seen\n" + reset,
			`start(); attempt(lambda: s.sendmail("me@x.example", ["a@x.example"], "x", ["SMTPUTF8"]))`, "SMTPSenderRefused 550 b'seen' me@x.example"},
		{"ff", mailed + "C: rcpt TO:<to@x.example>\nS: 250 ok\nC: rcpt TO:<bcc@x.example>\nS: 250 ok\nC: rcpt TO:<cc@x.example>\nS: 250 ok\nC: data\nS: 354 go\nCONTENT\nS: 250 ok",
			`start(); m = email.message.EmailMessage(); m["From"] = "me@x.example"; m["To"] = "G: to@x.example;"; m["Cc"] = "cc@x.example"; m["Bcc"] = "bcc@x.example"; print(s.send_message(m))`, "{}"},
		{"gg", "", `attempt(lambda: s.connect("[::1]:25"))`, "gaierror"},
		{"hh", "S: 220 hi\nC: lhlo *\nS: 250 fake\nC: mail *\nS: 250 ok\nC: rcpt *\nS: 250 ok\nC: rcpt *\nS: 250 ok\nC: data\nS: 354 go\nCONTENT\nS: 250 first\nS: 452 second\nC: noop\nS: 250 third",
			`l = smtplib.LMTP("127.0.0.1", PORT); print(l.sendmail("me@x.example", ["a@x.example", "b@x.example"], "x"), l.noop())`, "{} (452, b'second')"},
	}
}

// TestSmtplibDoesAsThePageSays runs CPython 3.11's smtplib in every case of the
// page's table of differences.
func TestSmtplibDoesAsThePageSays(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: no python3 here; what the page says of smtplib was not checked")
	}
	if version := strings.TrimSpace(runPython(t, python, "import sys; print('%d.%d' % sys.version_info[:2])")); version != "3.11" {
		t.Skipf("SKIPPED: python3 is %s here; the page speaks of 3.11", version)
	}
	rows, tested := smtplibRows(), map[string]bool{}
	var program strings.Builder
	for _, row := range rows {
		port := "0"
		if row.server != "" {
			address := smtptest.NewScript(t, row.server).Addr()
			port = address[strings.LastIndexByte(address, ':')+1:]
		}
		code := strings.ReplaceAll(smtplibPrelude+row.python, "PORT", port)
		fmt.Fprintf(&program, "try: exec(%q, {})\nexcept Exception as e: print('failed', repr(e))\nprint('====')\n", code)
		tested[row.letter] = true
	}
	printed := strings.Split(runPython(t, python, program.String()), "====\n")
	if len(printed) != len(rows)+1 {
		t.Fatalf("%d results of %d scripts", len(printed)-1, len(rows))
	}
	for i, row := range rows {
		if got := strings.Join(strings.Fields(printed[i]), " "); !strings.HasPrefix(got, row.prints) {
			t.Errorf("%s: printed %s\nwant %s", row.letter, got, row.prints)
		}
	}
	for _, row := range table(t, readSmtplibPage(t), "Differences") {
		if !tested[row[0]] {
			t.Errorf("what the page says of smtplib under %s was not checked", row[0])
		}
	}
}
