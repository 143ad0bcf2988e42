package luabind

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moonpost/luabind/lint"
)

// TestMimeMistakes makes the mistakes of newcomers: each error is one line that
// names the script's line, the call, and what is wrong, with the advice in brackets.
func TestMimeMistakes(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	head := `local dir = "` + dir + `/" local function with(f) f.from = f.from or "a@b.example" return mime.message(f) end local msg = with{ to = "c@d.example", text = "x", subject = "s" } `
	for code, want := range map[string]string{
		`mime.part()`:                         `mime.part: options must be a table, got nothing`,
		`mime.message("x")`:                   `mime.message: fields must be a table, got a string`,
		`mime.reply(msg)`:                     `mime.reply: options must be a table, got nothing`,
		`mime.image(dir .. "a.txt")`:          `mime.image: image: the content is of no known image type (give the subtype; a file is named by path = "…")`,
		`mime.image{ path = dir .. "a.txt" }`: `mime.image: ` + dir + `/a.txt: the content is of no known image type (give the subtype)`,
		`mime.address.pars("x")`:              `mime.address has no function "pars"; did you mean "parse"?`,
		`mime.address.format()`:               `mime.address.format: address must be an address or a list of addresses, got nothing`,
		`mime.base64.encode("x", 76)`:         `mime.base64.encode: options must be a table, got a number`,
		`mime.message_id("a b")`:              `mime.message_id: "a b" is no domain`,
		`msg:clone("x")`:                      `part:clone: changes must be a table, got a string`,
		`msg:headers("x")`:                    `part:headers: fields must be a table, got a string`,
		`msg:bytes(true)`:                     `part:bytes: options must be a table, got a boolean`,
		`msg:save(dir)`:                       `part:save: cannot write ` + dir + `: is a folder`,
		`msg:save(dir .. "no/x.eml")`:         `part:save: cannot write ` + dir + `/no/x.eml: no such file or directory`,
		`msg:save("")`:                        `part:save: path is empty`,
		`print(msg.subject)`:                  `mime.Part has no field "subject" (` + lint.HeaderHint + `)`,
		`msg.envelope = {}`:                   `the envelope of a message can't be set (give it to mime.message as envelope = { from = …, to = … }, or from and to to the call that sends)`,
		`print(tostring(mime.multipart()))`:   `mime: multipart/mixed: the multipart has no parts`,
		`mime.part{ content = "x" }`:          `mime.part: unknown option "content"; did you mean "data"?`,
		`with{ attachments = { { data = "x", name = "a" } } }`: `mime.message: attachments[1]: unknown option "name"; did you mean "filename"?`,
		`with{ to = "x" }`:                               `mime.message: to: the address has no "@": x`,
		`with{ to = { "x@y.example", name = "X" } }`:     `mime.message: to is a list, which has no key "name": a string (write one address as { name = …, address = … })`,
		`with{ envelope = { to = {} } }`:                 `mime.message: option "envelope.to" is an empty list (leave it out to mail those whom the header names)`,
		`with{ attachments = "a.pdf" }`:                  `mime.message: attachments must be a list, got a string (put it into braces)`,
		`with{ attachments = { "a.pdf", data = "x" } }`:  `mime.message: attachments must be a list, which has no key "data"; put one attachment's table into another pair of braces`,
		`require("mailbox").append(dir .. "a.txt", msg)`: dir + `/a.txt: mailbox: not an mbox: it does not begin with "From " (name another file; a message by itself is written by msg:save)`,
		`require("mailbox").read("")`:                    `mailbox.read: path is empty`,
	} {
		_, _, err := runBinding(t, head+code, "")
		var fault *ScriptError
		if !errors.As(err, &fault) {
			t.Errorf("%s: no error but %v", code, err)
			continue
		}
		got := fault.Error()
		if hint := fault.Hint(); hint != "" {
			got += " (" + hint + ")"
		}
		if got != want || fault.Where != "test.lua:1:" || strings.Contains(fault.Error(), "\n") {
			t.Errorf("%s\ngot  %s %s\nwant %s", code, fault.Where, got, want)
		}
	}
}

// TestAddressesInTables gives clone and headers what an assignment takes.
func TestAddressesInTables(t *testing.T) {
	stdout, _, err := runBinding(t, `
		local msg = mime.message{ from = "a@b.example", to = "c@d.example" }
		local list = { "x@y.example", { name = "Groß, J", address = "j@y.example" } }
		print(msg:clone{ To = list }.To, msg.To)
		msg:headers{ Cc = { address = "z@y.example" }, ["X-N"] = 5 }
		print(msg.Cc, msg["X-N"])
		print((pcall(msg.clone, msg, { To = { "nobody" } })))`, "")
	want := "x@y.example, \"Groß, J\" <j@y.example>\tc@d.example\nz@y.example\t5\nfalse\n"
	if err != nil || stdout != want {
		t.Errorf("%v\n%s", err, stdout)
	}
}
