package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// letterOptions is a template that uses most fields, and the same message written by hand.
const letterCode = `
	local pdf = mime.part{ data = ("%PDF"):rep(1000), filename = "Übersicht.pdf" }
	local function fields(x)
		return {
			from = "News <news@example.com>", to = x("{{.name}} <{{.user.email}}>", "name", "email"), reply_to = { x("r+{{.n}}@example.com") }, bcc = { { name = x("{{.name}}"), address = x("b{{.n}}@example.com") } },
			subject = x("Order {{.n}}: {{.name}}"), text = x("Dear {{.name}},\norder {{.n}} has shipped, {{.ok}}.\n"), html = x("<p title=\"{{.name}}\">{{.name}}</p>", "html"),
			attachments = { pdf }, list = { id = "n.example.com", unsubscribe = { x("https://example.com/u?{{.n}}") }, one_click = true }, message_id = x("<{{.n}}@example.com>"),
			references = { x("a{{.n}}@x") }, in_reply_to = x("b{{.n}}@x"), date = 0, priority = "high", headers = { ["X-Run"] = x("{{.n}}"), ["X-Fixed"] = "1" }, envelope = { from = x("bounces+{{.n}}@example.com") },
		}
	end
	local function fill(row)
		return function(text, kind)
			local values = { [".name"] = row.name, [".user.email"] = row.user.email, [".n"] = tostring(row.n), [".ok"] = tostring(row.ok) }
			if kind == "html" then values[".name"] = row.name:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub("'", "&#39;"):gsub("+", "&#43;") end
			return (text:gsub("{{(.-)}}", function(key) return values[key] end))
		end
	end
	local function same(template, row)
		local a, b = template:render(row):clone{ Date = "2026-01-01", ["Message-ID"] = "<x@y>" }, mime.message(fields(fill(row))):clone{ Date = "2026-01-01", ["Message-ID"] = "<x@y>" }
		local function plain(m) return (tostring(m):gsub("=_%x+", "=_")) end
		return plain(a) == plain(b) and a.envelope.from == b.envelope.from and table.concat(a.envelope.to, ",") == table.concat(b.envelope.to, ",")
	end
	local template = mime.template(fields(function(text) return text end))
`

func TestMimeTemplate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte("file"), 0o600); err != nil {
		t.Fatal(err)
	}
	row := `{ name = %q, user = { email = "ann@example.net" }, n = %s, ok = true }`
	simple := `local t = mime.template{ from = "a@example.com", to = "{{.to}}", subject = "{{.s}}", text = "Hi {{.s}}\n" }; local m = t:render{ to = "b@example.com", s = "x" }; `
	cases := map[string]string{
		letterCode + `print(same(template, ` + fmt.Sprintf(row, "Ann", "7") + `))`:                                                                                                                            "true",
		letterCode + `print(same(template, ` + fmt.Sprintf(row, "Jörg & O'Neil+", "0.5") + `))`:                                                                                                               "true",
		letterCode + `print(same(template, ` + fmt.Sprintf(row, "Ann", "1e6") + `))`:                                                                                                                          "true",
		simple + `print(m.Subject, m:header("To"), m.From, m:text(), m.content_type, #m)`:                                                                                                                     "x\tb@example.com\ta@example.com\tHi x\r\n\ttext/plain\t0",
		simple + `print(m:size() == #tostring(m), tostring(m) == m:bytes(), tostring(m) == tostring(m))`:                                                                                                      "true\ttrue\ttrue",
		simple + `local before = tostring(m); m.Subject = "y"; print(tostring(m) == before:gsub("Subject: x", "Subject: y"))`:                                                                                 "true",
		simple + `local before = tostring(m); print(m.Date ~= nil, before:find(m["Message-ID"], 1, true) ~= nil)`:                                                                                             "true\ttrue",
		simple + `print(m.Date, m == m, m == t:render{ to = "b@example.com", s = "x" })`:                                                                                                                      "nil\ttrue\tfalse",
		simple + `print(m.envelope.from, m.envelope.to[1], m:tree())`:                                                                                                                                         "a@example.com\tb@example.com\ttext/plain",
		simple + `local c = m:clone{ Subject = "z" }; print(c.Subject, c.To, m.Subject)`:                                                                                                                      "z\tb@example.com\tx",
		simple + `print(mime.attached_message(m):tree())`:                                                                                                                                                     "message/rfc822\n  text/plain",
		simple + `m:save("` + filepath.ToSlash(file) + `.eml"); print(io.open("` + filepath.ToSlash(file) + `.eml"):read("*a") == tostring(m))`:                                                               "true",
		simple + `local w = mime.multipart{ m }; print(#w)`:                                                                                                                                                   "1",
		`print(mime.template{ from = "a@b.example", to = "{{.x | upper}} <{{.e}}>", text = "{{if .y}}yes{{else}}no{{end}} {{.x | title}}" }:render{ x = "doe, \"j\"", e = "j@b.example", y = false }:text())`: "no Doe, \"J\"",
		`print(mime.template{ from = "a@b.example", to = "{{.x | upper}} <{{.e}}>" }:render{ x = 'doe, "j"', e = "j@b.example" }.To)`:                                                                         `"DOE, \"J\"" <j@b.example>`,
		`local t = mime.template{ from = "a@b.example", to = "c@d.example", text = "x", attachments = { "` + filepath.ToSlash(file) + `", { data = "Dear {{.n}}", filename = "{{.n}}.txt" }, { data = "<p>{{.n}}", filename = "x.html" } } }
			for _, p in ipairs(t:render{ n = "<1>" }:attachments()) do io.write(p.filename, "=", p:data(), " ") end`: "a.txt=file <1>.txt=Dear <1> x.html=<p>&lt;1&gt; ",
		`print(mime.template{ from = "a@b.example", to = "c@d.example", text = "x", priority = "{{.p}}" }:render{ p = "high" }.Importance)`:                                                "high",
		`print(mime.template{ from = "a@b.example", to = "c@d.example", html = "<script>var x = {{.x}}</script><p>{{.x}}" }:render{ x = "<" }:html())`:                                     "<script>var x = \"\\u003c\"</script><p>&lt;",
		`print(mime.template{ from = "a@b.example", to = "c@d.example", text = "{{.a}} {{.b}} {{.l}}" }:render{ a = 1e15, b = 1e-7, l = { 1, 2 } }:text())`:                                "1000000000000000 0.0000001 [1 2]",
		`print(mime.template{ from = "a@b.example", to = "c@d.example", text = "fixed" }:render():text())`:                                                                                 "fixed",
		`print(mime.template{ from = "a@b.example", to = "c@d.example", text = "x", attachments = { { data = "{{\0", filename = "x.bin" } } }:render():attachments()[1]:data() == "{{\0")`: "true",

		`mime.template{ from = "a@b.example", to = "c@d.example", subject = "{{.nmae}}" }:render{ name = 1 }`:                 `error: template subject: line 1: field "nmae" is missing`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "a\n{{.u.x}}" }:render{ u = {} }`:                    `error: template text: line 2: field "u.x" is missing`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "a\n{{.x" }`:                                         `error: template text: line 2: unclosed action`,
		`mime.template{ from = "a@b.example", to = "c@d.example", subject = "{{.s}}" }:render{ s = "a\r\nBcc: x@y.example" }`: `error: template:render: Subject: line break: "a\r\nBcc: x@y.example"`,
		`mime.template{ from = "a@b.example", to = "{{.s}} <x@y.example>" }:render{ s = "a\nb" }`:                             `error: template:render: To: line break: "a\nb"`,
		`mime.template{ from = "a@b.example", to = "u{{.s}}@y.example" }:render{ s = "a>, <b" }`:                              `error: template:render: To: the local part holds >, which must be quoted: "ua>, <b@y.example"`,
		`mime.template{ from = "a@b.example", to = "{{.s}}" }:render{ s = "nobody" }`:                                         `error: template:render: To: the address has no "@": nobody`,
		`mime.template{ from = "nobody", to = "{{.s}}" }`:                                                                     `error: mime.template: from: the address has no "@": nobody`,
		`mime.template{ form = "a@b.example" }`:                                                                               `error: mime.template: unknown option "form"; did you mean "from"?`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "{{.x}}" }:render("row")`:                            `error: mime.template:render: row must be a table, got a string`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "{{.x}}" }:render{ x = print }`:                      `error: mime.template:render: row.x must be plain data, got a function`,
		`mime.template{ from = "a@b.example" }.rendr()`:                                                                       `error: mime.Template has no field "rendr"; did you mean "render"?`,
		`mime.template{ from = "a@b.example", to = "c@d.example", attachments = { { data = "{{.x", filename = "a.txt" } } }`:  `error: template attachments.1.data: line 1: unclosed action`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "x", priority = "{{.p}}" }:render{ p = "hgih" }`:     `error: mime.template:render: option "priority" must be one of high, normal, low; got "hgih"`,
	}
	checkBinding(t, cases)
}
