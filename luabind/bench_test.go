package luabind

import (
	"fmt"
	"testing"
)

// BenchmarkMessage is the part of a mail merge that runs in Lua: a template is
// filled and a message is made and encoded, once for each iteration.
func BenchmarkMessage(b *testing.B) {
	b.ReportAllocs()
	code := fmt.Sprintf(`
		local page = require("template").new(("Dear {{.n}},\nsome text on a line\n"):rep(40))
		for i = 1, %d do
			mime.message{ from = "Example News <news@example.com>", to = '"User ' .. i .. '" <user' .. i .. '@example.net>',
				subject = "Order " .. i .. " has shipped", text = page:render{ n = i } }:size()
		end`, b.N)
	if _, logged, err := runBinding(b, code, ""); err != nil {
		b.Fatal(err, logged)
	}
}

// BenchmarkPcall compares a pcall that succeeds with one that fails.
func BenchmarkPcall(b *testing.B) {
	for name, f := range map[string]string{"succeeds": "function() end", "fails": "function() error(1) end"} {
		b.Run(name, func(b *testing.B) {
			code := fmt.Sprintf("local f = %s for i = 1, %d do pcall(f) end", f, b.N)
			if _, _, err := runBinding(b, code, ""); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkTemplate is the same by mime.template: what Lua does for one mail is a table and a call.
func BenchmarkTemplate(b *testing.B) {
	for name, loop := range map[string]string{
		"table only":      "local row = { n = i }",
		"rendered":        "t:render{ n = i }",
		"rendered, sized": "t:render{ n = i }:size()",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			code := fmt.Sprintf(`
				local t = mime.template{ from = "Example News <news@example.com>", to = '"User {{.n}}" <user{{.n}}@example.net>', message_id = "<{{.n}}.bench@example.com>",
					subject = "Order {{.n}} has shipped", text = ("Dear {{.n}},\nsome text on a line\n") .. ("some more text on a line\n"):rep(80) .. "{{.n}}\n" }
				for i = 1, %d do %s end`, b.N, loop)
			if _, logged, err := runBinding(b, code, ""); err != nil {
				b.Fatal(err, logged)
			}
		})
	}
}
