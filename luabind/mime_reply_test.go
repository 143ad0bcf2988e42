package luabind

import "testing"

// parsedLetter is a message as a script reads it.
const parsedLetter = `local msg
	for m in require("mailbox").read("-") do msg = m end
`

const letterMbox = `From ann@a.example Wed Nov 25 08:09:10 2026
From: Ann <ann@a.example>
To: desk@m.example, bob@b.example
Cc: me2@m.example
Subject: AW: Help
Date: Wed, 25 Nov 2026 08:09:10 +0100
Message-ID: <1@a.example>

It is broken.

-- 
Ann
`

func checkLetter(t *testing.T, cases map[string]string) {
	t.Helper()
	for code, want := range cases {
		got, _, err := runBinding(t, parsedLetter+code, letterMbox)
		if err != nil {
			got = "error: " + err.Error() + "\n"
		}
		if got != want+"\n" {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

func TestMimeReply(t *testing.T) {
	checkLetter(t, map[string]string{
		`local r = mime.reply(msg, { from = "desk@m.example", text = "Soon.\n" })
		print(r.To, r.Cc, r.Subject, r["In-Reply-To"], r.References, r:text())`: "Ann <ann@a.example>\tnil\tRe: Help\t<1@a.example>\t<1@a.example>\tSoon.\r\n",
		`local r = mime.reply(msg, { from = "desk@m.example", all = true, own = { "me2@m.example" }, text = "Soon.\n", quote = true, auto_submitted = "auto-replied", headers = { ["X-Run"] = "7" } })
		print(r.To, r.Cc, r["X-Run"], r:is_automatic(), msg:is_automatic(), (r:text():gsub("\r", "")))`: "Ann <ann@a.example>, bob@b.example\tnil\t7\ttrue\tfalse\tSoon.\n\nOn Wed, 25 Nov 2026 08:09:10 +0100, Ann wrote:\n> It is broken.\n",
		`local r = mime.reply(msg, { from = "desk@m.example", html = "<p>Bald.</p>", quote = function(m) return m.From .. " schrieb:" end, attachments = { { data = "x", filename = "x.bin" } } })
		print(r:tree(), (r:text():gsub("\r", "")), (r:html():gsub("\r", "")))`: "multipart/mixed\n  multipart/alternative\n    text/plain\n    text/html\n  application/octet-stream \"x.bin\"\tBald.\n\nAnn <ann@a.example> schrieb:\n> It is broken.\n\t" +
			"<p>Bald.</p><p>Ann &lt;ann@a.example&gt; schrieb:</p>\n<blockquote type=\"cite\"><p>It is broken.</p>\n</blockquote>\n",
		`local r = mime.reply(mime.message{ from = "a@b.example", to = "c@d.example", message_id = "9@b.example" }, { from = "c@d.example" }) print(r.To, r["In-Reply-To"], r.Subject)`: "a@b.example\t<9@b.example>\tRe:",
		`mime.reply(msg, { quote = "yes" })`:                   `error: mime.reply: option "quote" must be a boolean or a function, got a string`,
		`mime.reply(msg, { quote = function() end })`:          `error: mime.reply: the function of "quote" must return a string`,
		`mime.reply("x", {})`:                                  `error: mime.reply: message must be a mime part, got a string`,
		`mime.reply(msg, { qoute = true })`:                    `error: mime.reply: unknown option "qoute"; did you mean "quote"?`,
		`mime.reply(mime.text("x"), { from = "a@b.example" })`: `error: mime.reply: To: the message tells nobody to answer`,
		`local ok, e = pcall(mime.reply, msg, { own = 5 }) print((tostring(e):gsub("^.-: ", "", 1)))`: `mime.reply: own must be an address or a list of addresses, got a number`,
	})
}

func TestMimeForward(t *testing.T) {
	checkLetter(t, map[string]string{
		`local f = mime.forward(msg, { from = "desk@m.example", to = "boss@m.example", text = "See below.\n" })
		print(f:tree()) print(f.Subject, f.To, f["In-Reply-To"], f:text(), f[2]:data() == tostring(msg))`: "multipart/mixed\n  text/plain\n  message/rfc822\n    text/plain\nFwd: AW: Help\tboss@m.example\tnil\tSee below.\r\n\ttrue",
		`local f = mime.forward(msg, { to = "boss@m.example", inline = true, title = "Weitergeleitet" })
		print(f.content_type, (f:text():gsub("\r", "")))`: "text/plain\t---------- Weitergeleitet ----------\nFrom: Ann <ann@a.example>\nDate: Wed, 25 Nov 2026 08:09:10 +0100\nSubject: AW: Help\nTo: desk@m.example, bob@b.example\nCc: me2@m.example\n\nIt is broken.\n\n-- \nAnn\n",
		`local f = mime.forward(msg, { html = [[<img src="cid:dot">]], inline = { dot = mime.image{ data = "GIF89a\1\0\1\0\0\0\0", subtype = "gif" } } }) print(f:tree())`: "multipart/mixed\n  multipart/alternative\n    text/plain\n    multipart/related\n      text/html\n      image/gif <dot>\n  message/rfc822\n    text/plain",
		`mime.forward(msg, { inline = "yes" })`: `error: mime.forward: option "inline" must be a boolean or a table, got a string`,
		`mime.forward(nil, {})`:                 `error: mime.forward: message must be a mime part, got nothing`,
	})
}
