package luabind

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	composeHead = `local head = { from = "a@b.example", to = "c@d.example" }
		local function with(fields) for k, v in pairs(head) do fields[k] = fields[k] or v end return fields end
		local function plain(m) return (tostring(m:clone{ Date = "2026-01-01", ["Message-ID"] = "<x@y>" }):gsub("=_%x+", "=_")) end
		local ics = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260225T090000Z\nDTSTART:20260302T090000Z\n"
			.. "ORGANIZER:mailto:a@b.example\nATTENDEE:mailto:u{{.n}}@d.example\nSUMMARY:With {{.name}}\nEND:VEVENT\nEND:VCALENDAR\n"
	`
	// hostileRow holds values that mean something in Markdown, HTML and calendars.
	hostileRow = `{ name = "*A* | <b> [l](http://e)\n# h", url = "javascript:alert(1)", rows = { { x = "a|b" }, { x = "~~c~~" } }, vip = true, email = "c@d.example" }`
)

func TestMarkdownTemplates(t *testing.T) {
	checkBinding(t, map[string]string{
		composeHead + `io.write((mime.message(with{ markdown = "# Hi\n\n*you*" }):text():gsub("\r", "")))`:                          "Hi\n\nyou\n",
		composeHead + `print(mime.message(with{ markdown = "# Hi", text = "by hand" }):text())`:                                     "by hand",
		composeHead + `print(mime.message(with{ markdown = "![x](cid:logo)", inline = { logo = mime.image("GIF89a..") } }):tree())`: "multipart/alternative\n  text/plain\n  multipart/related\n    text/html\n    image/gif <logo>",
		composeHead + `io.write(mime.markdown("a **b**"))`:                                                                          "<p>a <strong>b</strong></p>\n",
		composeHead + `local fields = { markdown = "# Hi {{.name}}\n\n[go](https://x.example/?q={{.n}}) and {{.name}}" }
			local a = mime.template(with(fields)):render{ name = "Ann", n = 7 }
			local b = mime.message(with{ markdown = "# Hi Ann\n\n[go](https://x.example/?q=7) and Ann" })
			print(plain(a) == plain(b))`: "true",
		composeHead + `local m = mime.template(with{ markdown = "# {{.name}}\n\n{{.name | upper}} ` + "`{{.name}}`" + ` [l]({{.url}})" }):render` + hostileRow + `
			io.write((m:html():gsub("\r", ""):match("<body>\n(.*)</body>")))`: "<h1>*A* | &lt;b&gt; [l](http://e)\n# h</h1>\n<p>*A* | &lt;B&gt; [L](HTTP://E)\n# H <code>*A* | &lt;b&gt; [l](http://e)\n# h</code> <a href=\"#ZgotmplZ\">l</a></p>\n",
		composeHead + `local m = mime.template(with{ markdown = "{{if .vip}}**VIP**{{end}}\n\n| n |\n|---|\n{{range .rows}}| {{.x}} |\n{{end}}" }):render` + hostileRow + `
			io.write((m:text():gsub("\r", "")))`: "VIP\n\nn\n-----\na|b\n~~c~~\n",
		composeHead + `mime.template(with{ markdown = "a\n\n{{.nmae}}" }):render{ name = 1 }`:                       `error: template markdown: line 3: field "nmae" is missing`,
		composeHead + `mime.template(with{ markdown = "{{if .a}}\n\n{{.nmae}}{{end}}" }):render{ a = 1, name = 1 }`: `error: template markdown: line 3: field "nmae" is missing`,
		composeHead + `mime.template(with{ markdown = "a\n{{.x" })`:                                                 `error: template markdown: line 2: unclosed action`,
		composeHead + `mime.template(with{ markdown = "a", html = "{{.x}}" })`:                                      `error: mime.template: markdown: markdown and html are two sources of the same page`,
		composeHead + `mime.message(with{ markdown = "a", html = "b" })`:                                            `error: mime.message: markdown: markdown and html are two sources of the same page`,
		composeHead + `mime.message(with{ markdwon = "a" })`:                                                        `error: mime.message: unknown option "markdwon"; did you mean "markdown"?`,
		composeHead + `mime.template(with{ markdown = "a", charset = "{{.x}}" })`:                                   `error: mime.template: charset takes no gaps beside markdown, whose page names it`,
		composeHead + `mime.markdown("a\255")`:                                                                      `error: mime.markdown: markdown: not valid UTF-8 at octet 1`,
	})
}

// TestMarkdownValues wants hostile values to make no element and end none, wherever they stand.
func TestMarkdownValues(t *testing.T) {
	code := composeHead + `
		local fixed = mime.template(with{ markdown = "# {{.x}}\n\n- {{.x}}\n- [l](https://e.example/{{.x}}?{{.x}}) ![i](cid:{{.x}} \"{{.x}}\")\n\n| {{.x}} |\n|---|\n| **{{.x}}** |\n\n    {{.x}}\n\n<p title=\"{{.x}}\">{{.x}}</p>\n\n[{{.x}}]({{.x}}) https://e.example/{{.x}} {{.x}}\n" })
		local loops = mime.template(with{ markdown = "{{if .x}}# {{.x}}{{else}}# none{{end}}\n\n{{range .l}}- {{.}} ` + "`{{.}}`" + `\n{{end}}\n" })
		local function count(m) local _, n = m:html():gsub("[<>]", "") return n end
		local function both(x) return count(fixed:render{ x = x }), count(loops:render{ x = x, l = { x, x } }) end
		local a, b = both("plain")
		for _, x in ipairs{ "<b>", "*a*", "_a_", "# a", "\n# a", "\n\n- a\n- b", "|", "\n|---|\n", "\n\n'''\n", "]", "](javascript:x)", "![x](y)", "<!-- ", "\"", "'>", "\" onclick=\"x", "&lt;b&gt;",
			"&#60;b&#62;", "http://x.example", "javascript:alert(1)", "a@b.example", "\\", "{{.x}}", "gap", "gapq0z", "gapqq1z", "]]>", "</p>", "<script>", "\0", "  ", "1. a", "---", "~~a~~", "[ ] a", "<https://x.example>" } do
			local c, d = both(x)
			if c ~= a or d ~= b then print(("%q"):format(x), a, b, c, d) end
		end
		print("done")`
	checkBinding(t, map[string]string{strings.ReplaceAll(code, "'''", "```"): "done"})
}

func TestEmbed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "logo.png"), []byte("\x89PNG\r\n\x1a\nx"), 0o600); err != nil {
		t.Fatal(err)
	}
	head := strings.ReplaceAll(composeHead+`local function embedded(m) return (m:html():gsub("%x+@embedded", "X")) end `, "\n", " ") + `local dir = "` + filepath.ToSlash(dir) + `"; `
	checkBinding(t, map[string]string{
		head + `print(embedded(mime.message(with{ html = '<img src="logo.png"><img src=logo.png>', embed = { files = dir } })))`:                                            `<img src="cid:X"><img src=cid:X>`,
		head + `print(embedded(mime.message(with{ html = '<img src="logo.png">', embed = { data = true } })))`:                                                              `<img src="logo.png">`,
		head + `print(embedded(mime.template(with{ html = '<img src="logo.png"><img src="{{.x}}">{{if .x}}y{{end}}', embed = { files = dir } }):render{ x = "logo.png" }))`: `<img src="cid:X"><img src="logo.png">y`,
		head + `local m = mime.template(with{ markdown = '{{if .x}}![a](logo.png){{else}}b{{end}}', embed = { files = dir } }):render{ x = 1 }
			print(#m[2], embedded(m):match("<img.->"))`: `2` + "\t" + `<img src="cid:X" alt="a">`,
		head + `local t = mime.template(with{ html = '<img src="logo.png">{{.x}}', embed = { files = dir }, attachments = { { data = "{{.x}}", filename = "a.txt" } }, inline = { b = { data = "GIF89a{{.x}}", filename = "b.gif" } } })
			print(t:render{ x = 1 }:tree():gsub("%x+@embedded", "X"))`: "multipart/mixed\n  multipart/alternative\n    text/plain\n    multipart/related\n      text/html\n      image/gif \"b.gif\" <b>\n      image/png \"logo.png\" <X>\n  text/plain \"a.txt\"\t1",
		head + `mime.message(with{ html = '<img src="no.png">', embed = { files = dir } })`:        `error: cannot read ` + filepath.Join(dir, "no.png") + `: no such file or directory`,
		head + `mime.template(with{ html = '<img src="no.png">{{.x}}', embed = { files = dir } })`: `error: cannot read ` + filepath.Join(dir, "no.png") + `: no such file or directory`,
		head + `mime.message(with{ html = '<img src="../a.png">', embed = { files = dir } })`:      `error: mime.message: html: the page names a file outside the folder of its pictures: "../a.png"`,
		head + `mime.template(with{ html = "{{.x}}", embed = { files = "{{.x}}" } })`:              `error: mime.template: embed.files takes no gaps: what a page shows is chosen by the script, not by data`,
		head + `mime.message(with{ html = "x", embed = { file = dir } })`:                          `error: mime.message: unknown option "embed.file"; did you mean "embed.files"?`,
	})
}

func TestCalendar(t *testing.T) {
	checkBinding(t, map[string]string{
		composeHead + `print(mime.message(with{ text = "x", calendar = { content = (ics:gsub("{{.-}}", "x")) } }):tree())`: "multipart/mixed\n  multipart/alternative\n    text/plain\n    text/calendar\n  application/ics \"invite.ics\"",
		composeHead + `local t = mime.template(with{ text = "{{.name}}", calendar = { content = ics, filename = "{{.file}}.ics" } })
			local file = t:render{ name = "A;B,C\\\r\nATTENDEE:mailto:evil@x", n = "c\nX-EVIL:1", file = "plan" }:attachments()[1]
			print(file.filename, file:data():match("ATTENDEE.*SUMMARY[^\r]*"))`: "plan.ics\tATTENDEE:mailto:uc X-EVIL:1@d.example\r\nSUMMARY:With A\\;B\\,C\\\\\\nATTENDEE:mailto:evil@x",
		composeHead + `local fixed = ics:gsub("{{.-}}", "x")
			local a = mime.template(with{ text = "{{.name}}", calendar = { method = "REQUEST", content = fixed } }):render{ name = "x" }
			print(plain(a) == plain(mime.message(with{ text = "x", calendar = { content = fixed } })))`: "true",
		composeHead + `mime.template(with{ calendar = { content = ics } }):render{ n = "x" }`: `error: template calendar: line 11: field "name" is missing`,
		composeHead + `mime.template(with{ calendar = { content = "{{.x" } })`:                `error: template calendar: line 1: unclosed action`,
		composeHead + `mime.template(with{ calendar = { content = "BEGIN:VCALENDAR" } })`:     `error: mime.template: calendar: this is not one whole VCALENDAR: "BEGIN:VCALENDAR"`,
		composeHead + `mime.template(with{ calendar = { method = "{{.x}}" } })`:               `error: mime.template: option "calendar.content" is missing`,
		composeHead + `mime.message(with{ calendar = { method = "CANCEL", content = ics } })`: `error: mime.message: calendar: the method is REQUEST in the content: "CANCEL"`,
		composeHead + `mime.message(with{ calendar = { method = "CANCEL" } })`:                `error: mime.message: option "calendar.content" is missing`,
		composeHead + `mime.message(with{ calendar = { methd = "CANCEL" } })`:                 `error: mime.message: unknown option "calendar.methd"; did you mean "calendar.method"?`,
	})
}

func TestMessageMarks(t *testing.T) {
	checkBinding(t, map[string]string{
		composeHead + `local m = mime.message(with{ receipt_to = "J <j@x.example>", feedback_id = "a:sender", auto_submitted = "auto-generated",
				list = { id = "l.example", post = "NO", help = "mailto:h@x.example", owner = "mailto:o@x.example", archive = "https://x.example/", subscribe = { "mailto:s@x.example" } } })
			print(m["Disposition-Notification-To"], m["Feedback-ID"], m["Auto-Submitted"], m["List-Post"], m["List-Help"], m["List-Owner"], m["List-Archive"], m["List-Subscribe"])`: "J <j@x.example>\ta:sender\tauto-generated\tNO\t<mailto:h@x.example>\t<mailto:o@x.example>\t<https://x.example/>\t<mailto:s@x.example>",
		composeHead + `local m = mime.template(with{ receipt_to = "{{.j}}", feedback_id = "{{.f}}:sender", list = { help = "mailto:{{.h}}@x.example" } }):render{ j = "j@x.example", f = "a", h = "h" }
			print(m["Disposition-Notification-To"], m["Feedback-ID"], m["List-Help"])`: "j@x.example\ta:sender\t<mailto:h@x.example>",
		composeHead + `mime.message(with{ feedback_id = "a:b:c:d:sender" })`:                     `error: mime.message: Feedback-ID: there may be four fields at most: "a:b:c:d:sender"`,
		composeHead + `mime.template(with{ feedback_id = "{{.f}}:sender" }):render{ f = "a b" }`: `error: template:render: Feedback-ID: only ASCII without blanks is allowed: "a b:sender"`,
		composeHead + `mime.message(with{ auto_submitted = "yes" })`:                             `error: mime.message: Auto-Submitted: this is not one of the keywords: "yes"`,
		composeHead + `local m = mime.message(with{ to = "Team Süd: a@b.example, Jörg <j@b.example>;", cc = { "Undisclosed recipients:;", { name = "Ünal", address = "u@x.example" } } })
			print(m.To, m.Cc, table.concat(m.envelope.to, " "), (tostring(m):match("To: [^\r]*")))`: "Team Süd: a@b.example, Jörg <j@b.example>;\tUndisclosed recipients:;, Ünal <u@x.example>\ta@b.example j@b.example u@x.example\tTo: =?utf-8?q?Team_S=C3=BCd?= : a@b.example,",
		composeHead + `local fields = { to = "Team: a@b.example;", subject = "{{.x}}" }; local t = mime.template(with(fields)):render{ x = "y" }
			print(t.To, plain(t) == plain(mime.message(with{ to = "Team: a@b.example;", subject = "y" })))`: "Team: a@b.example;\ttrue",
		composeHead + `mime.message(with{ receipt_to = "nobody" })`:                                                            `error: mime.message: receipt_to: the address has no "@": nobody`,
		`print((tostring(mime.part{ data = "x", filename = "ü.txt", filename_compat = "strict" }):find("name=", 1, true)))`:    "nil",
		`local p = mime.text{ ("字"):rep(90), delsp = true, language = "zh" }; print(p["Content-Type"], p["Content-Language"])`: "text/plain; charset=utf-8; format=flowed; delsp=yes\tzh",
		`local p = mime.text("a,b"); p.content_type = "text/csv"; print(p["Content-Type"], p.content_type)`:                    "text/csv; charset=utf-8\ttext/csv",
		`print(mime.quoted_printable.encode("a\r\nb\n", { binary = true }), mime.quoted_printable.encode("a\nb"))`:             "a=0D=0Ab=0A\ta\r\nb",
		`mime.quoted_printable.encode("a", { binry = true })`:                                                                  `error: mime.quoted_printable.encode: unknown option "binry"; did you mean "binary"?`,
		`mime.text{ "a", "b" }`: `error: mime.text: one text is wanted, got 2 values`,
	})
}

// TestComposeWarnings looks at what scripts' users are told of messages that will disappoint.
func TestComposeWarnings(t *testing.T) {
	for code, want := range map[string]string{
		`mime.message(with{ html = '<img src="cid:none">' })`:                                                                `mime.message: the page shows cid:none, which no inline part has`,
		`mime.message(with{ feedback_id = "a:b" })`:                                                                          `mime.message: feedback_id: Gmail wants a sender of 5 to 15 characters, not \"b\"`,
		`mime.template(with{ subject = "{{.x}}", html = '<img src="cid:none">' })`:                                           `mime.template: the page shows cid:none, which no inline part has`,
		`mime.template(with{ html = '{{.x}}<img src="cid:none">' })`:                                                         `mime.template: the page shows cid:none, which no inline part has`,
		`mime.template(with{ text = "{{.x}}", calendar = { content = (ics:gsub("{{.-}}", "x"):gsub("SUMMARY.-\n", "")) } })`: `mime.template: calendar: the event has no SUMMARY`,
	} {
		_, logged, err := runBinding(t, composeHead+code, "")
		if err != nil || !strings.Contains(logged, want) {
			t.Errorf("%s\nlogged %q, %v; want %q", code, logged, err, want)
		}
	}
	loop := composeHead + `for _ = 1, 3 do mime.message(with{ feedback_id = "a:b" }) end`
	if _, logged, err := runBinding(t, loop, ""); strings.Count(logged, "Gmail") != 1 || err != nil {
		t.Errorf("logged %q, %v", logged, err)
	}
	if _, logged, err := runBinding(t, composeHead+`mime.template(with{ html = '{{.x}}', inline = {} })`, ""); logged != "" || err != nil {
		t.Errorf("logged %q, %v", logged, err)
	}
}
