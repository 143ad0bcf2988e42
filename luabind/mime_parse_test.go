package luabind

import (
	"strings"
	"testing"
)

// TestParsedMail works on a message that was read as on one that was made.
func TestParsedMail(t *testing.T) {
	const mail = `local mail = "From: Ann <ann@example.org>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-A: 1\nX-A: 2\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nhi\n--b\nContent-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64\n\nAAE\n--b--\n"
local msg = mime.parse(mail)
`
	const signed = `local msg = mime.parse("Subject: s\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\r\nsig\r\n--b--\r\n")
`
	for name, test := range map[string]struct{ code, want string }{
		"fields":       {mail + `print(msg.Subject, msg["x-a"], #msg:get_all("X-A"), msg.envelope == nil)`, ""},
		"subject":      {mail + `print(msg.Subject, msg["x-a"], #msg:get_all("X-A"))`, "Grüße\t1\t2\n"},
		"tree":         {mail + `for p in msg:walk() do print(p.content_type, p.filename) end`, "multipart/mixed\tnil\ntext/plain\tnil\nmessage/rfc822\tnil\ntext/plain\ta.bin\n"},
		"body":         {mail + `print(msg:text(), #msg, #msg:attachments(), #msg:attachments()[2]:data())`, "hello\t3\t2\t2\n"},
		"within":       {mail + `print(msg[2].message.Subject, msg[1].message)`, "inner\tnil\n"},
		"defects":      {mail + `for _, d in ipairs(msg.defects) do print(d.code, d.where, d.text) end`, "base64-padding\t3\tbase64 without its padding\n"},
		"bytes":        {mail + `print(msg:bytes() == mail, tostring(msg) == mail, msg:size() == #mail)`, "true\ttrue\ttrue\n"},
		"wire":         {mail + `print(msg:bytes{}:find("\n") ~= nil, msg:bytes{}:gsub("\r\n", ""):find("\n"))`, "true\tnil\n"},
		"change":       {mail + `msg.Subject = "new" msg["X-A"] = nil msg[1]:set("bye") print((msg:bytes():gsub("\n", "|"):sub(1, 125)))`, "From: Ann <ann@example.org>|Subject: new|Content-Type: multipart/mixed; boundary=b||--b|Content-Transfer-Encoding: 7bit||bye|\n"},
		"remove":       {mail + `msg:remove(msg[2]) print(#msg, #mime.parse(msg:bytes()))`, "2\t2\n"},
		"clone":        {mail + `print(msg:clone{ Subject = "c" }:bytes():find("Message-ID: <", 1, true) ~= nil, msg["Message-ID"])`, "true\tnil\n"},
		"forward":      {mail + `local m = mime.multipart{ mime.attached_message(msg) } print(mime.parse(m:bytes())[1].message.Subject)`, "Grüße\n"},
		"built":        {`local p = mime.text("x") p:set("Grüße") print(p:text(), #p.defects)`, "Grüße\t0\n"},
		"options":      {`print(mime.parse{ "Subject: x\n\nhi", max_depth = 3 }.Subject)`, "x\n"},
		"odd":          {`print(pcall(mime.parse, 1))`, "must be a string"},
		"unknown":      {`print(pcall(mime.parse, { "x", max_dept = 1 }))`, `did you mean "max_depth"`},
		"no file":      {`print(pcall(mime.parse, { path = "nowhere.eml" }))`, "nowhere.eml"},
		"signed set":   {signed + `local ok, e = pcall(function() msg[1]:set("x") end) print(ok, e.kind, e)`, "false\tmime\ttest.lua:2: part:set: text/plain part: the part is signed, so the content cannot be changed"},
		"signed del":   {signed + `local ok, e = pcall(function() msg[1]["X-A"] = nil end) print(ok, e.kind)`, "false\tmime\n"},
		"signed outer": {signed + `msg.Subject = "t" print(msg.Subject)`, "t\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "fields" {
				if _, _, err := runBinding(t, test.code, ""); err == nil || !strings.Contains(err.Error(), "no recipients") {
					t.Errorf("the envelope of a message to nobody: %v", err)
				}
				return
			}
			stdout, _, err := runBinding(t, test.code, "")
			if err != nil {
				t.Fatal(err)
			}
			if stdout != test.want && (strings.HasSuffix(test.want, "\n") || !strings.Contains(stdout, test.want)) {
				t.Errorf("printed %q, want %q", stdout, test.want)
			}
		})
	}
}
