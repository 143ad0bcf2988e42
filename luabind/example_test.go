package luabind

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rowsOf lists the functions and methods of a module by their full names.
func rowsOf(m Module) map[string]Function {
	rows := map[string]Function{}
	for _, f := range m.Functions {
		rows[m.Name+"."+f.Name] = f
	}
	for _, c := range m.Classes {
		for _, f := range c.Methods {
			rows[c.Name+":"+f.Name] = f
		}
	}
	return rows
}

// TestExamplesCompile compiles the example of every row of the binding table.
func TestExamplesCompile(t *testing.T) {
	for _, m := range modules(nil) {
		for name, f := range rowsOf(m) {
			if _, _, err := compile([]byte(f.Example), name); err != nil {
				t.Errorf("%v\n%s", err, f.Example)
			}
		}
	}
}

// exampleFiles are the files that examples name, and what is in them.
var exampleFiles = map[string]string{
	"logo.png": "logo.png", "call.mp3": "call.wav", "report.pdf": "brochure.pdf", "in.eml": "invoice.eml", "inbox.mbox": "inbox.mbox",
	"dkim.pem": "dkim-example.pem", "me.crt": "ann-example.pem", "me.key": "ann-example.pem",
	"ann.crt": "ann-example.pem", "bob.crt": "bob-example.crt", "ann.asc": "bob-example.asc",
}

// examplePrelude gives the names that examples use.
const examplePrelude = `
	logo = mime.image{ path = "logo.png", cid = "logo" }
	root, img = mime.text([[<img src="cid:logo">]], "html"), logo
	msg = mime.message{ from = "ann@example.org", to = "bob@example.org", subject = "Hi", text = "Hello\n", html = "<p>Hello", attachments = { "report.pdf" } }
	m, p, original = mime.multipart(), msg:attachments()[1], mime.parse{ path = "in.eml" }
	letter = mime.template{ from = "me@example.org", to = "{{.name}} <{{.email}}>", text = "Hello" }
	signer = mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" }
	me, user = mime.smime{ cert_file = "me.crt" }, "ann"
	mailbox = require "mailbox"
	conn = { docmd = function(self, command) assert(command == "YW5u") end }
	function answer(message) assert(message == msg) end
`

// TestMimeExamplesRun runs the examples of the modules mime and mailbox; "-->"
// tells what they print.
func TestMimeExamplesRun(t *testing.T) {
	data, err := filepath.Abs(filepath.Join("..", "examples", "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, source := range exampleFiles {
		octets, err := os.ReadFile(filepath.Join(data, source))
		if err == nil {
			err = os.WriteFile(name, octets, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, m := range []Module{mimeModule(nil), mailboxModule(nil)} {
		for name, f := range rowsOf(m) {
			ran++
			stdout, logged, err := runBinding(t, examplePrelude+f.Example, "")
			if err != nil || logged != "" {
				t.Errorf("%s: %v\n%s\n%s", name, err, f.Example, logged)
			}
			if _, want, told := strings.Cut(f.Example, "--> "); told && want != strings.TrimSpace(stdout) {
				t.Errorf("%s\nprints %s", f.Example, stdout)
			}
		}
	}
	if ran < 40 {
		t.Errorf("only %d examples", ran)
	}
}
