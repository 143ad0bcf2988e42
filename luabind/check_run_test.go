package luabind

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// checkText checks a script and writes the result as lines.
func checkText(t *testing.T, source string, o CheckOptions, args ...string) []string {
	t.Helper()
	r, err := testHost().Check(t.Context(), Script{Name: "s.lua", Dir: t.TempDir(), Source: []byte(source), Args: args}, o)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, f := range r.Findings {
		lines = append(lines, fmt.Sprintf("%s:%d: %s", map[bool]string{true: "note", false: "error"}[f.Note], f.Line, f.Message))
	}
	if r.Stopped != "" {
		lines = append(lines, r.Stopped)
	}
	if r.Exit != 0 {
		lines = append(lines, fmt.Sprintf("exit %d", r.Exit))
	}
	for _, w := range r.Ways {
		lines = append(lines, fmt.Sprintf("%s %d %d", w.Through, w.Messages, w.Recipients))
		for _, m := range w.Mails {
			lines = append(lines, fmt.Sprintf("  %s > %s %q", m.From, strings.Join(m.To, " "), m.Subject))
		}
	}
	return lines
}

// oneMail is a script's line that sends one message.
const oneMail = `smtp.connect("mail.x.test:587"):send_message(mime.message{ from = "a@x.test", to = "b@x.test", subject = "Hi", text = "x" })` + "\n"

const oneMailSent = `mail.x.test:587 1 1`

func TestCheckRun(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string
	}{
		{"direct", oneMail, []string{oneMailSent, `  a@x.test > b@x.test "Hi"`}},
		{
			"relays and LMTP", `
local relay = smtp.relay{ url = "smtps://u:p@out.x.test", connections = 1 }
for _, to in ipairs{ "a@x.test", "b@x.test" } do
  relay:submit(mime.message{ from = "n@x.test", to = to, bcc = "c@x.test", subject = "Nr", text = "." })
end
relay:close()
smtp.lmtp("/run/lmtp"):sendmail("n@x.test", { "d@x.test", "e@x.test" }, "From: n@x.test\nDate: Thu, 1 Oct 2026 10:00:00 +0000\nSubject: =?utf-8?q?=C3=BC?=\n\n.dot\n")
smtp.relay{ mx = true, local_hostname = "x.test" }:send(mime.message{ from = "n@x.test", to = "f@y.test", text = "x" })`,
			[]string{
				"out.x.test:465 2 4", `  n@x.test > a@x.test c@x.test "Nr"`, `  n@x.test > b@x.test c@x.test "Nr"`,
				"/run/lmtp 1 2", `  n@x.test > d@x.test e@x.test "ü"`,
				"the recipients' mail hosts 1 1", `  n@x.test > f@y.test ""`,
			},
		},
		{"login and STARTTLS", `
local conn = smtp.new("mail.x.test")
conn:connect(); conn:ehlo()
assert(conn:has_extn("starttls") and conn:has_extn("size") and conn:has_extn("smtputf8") and conn:has_extn("chunking"))
conn:starttls(); conn:ehlo(); conn:login("any", "body")
conn:sendmail("", "b@x.test", mime.message{ from = "a@x.test", text = ("x\n.\n"):rep(3) })`, []string{"mail.x.test:25 1 1", `   > b@x.test ""`}},
		{"part:save", oneMail + "mime.message{ text = 'x' }:save('no.eml')\nsmtp.connect('later')", []string{`checked up to line 2: part:save would write "no.eml"`, oneMailSent, `  a@x.test > b@x.test "Hi"`}},
		{"pcall does not go on", "pcall(function() mime.message{ text = 'x' }:save('no.eml') end)\n" + oneMail, []string{`checked up to line 1: part:save would write "no.eml"`}},
		{"submitted before the end", `
local relay = smtp.relay{ host = "r.x.test", connections = 1 }
for i = 1, 50 do relay:submit(mime.message{ from = "a@x.test", to = "b@x.test", subject = "S", text = "x" }) end
require("fs").write("x.txt", "x")`, append([]string{`checked up to line 4: fs.write would write "x.txt"`, "r.x.test:25 50 50"}, strings.Split(strings.Repeat(`  a@x.test > b@x.test "S"`+"\n", 49)+`  a@x.test > b@x.test "S"`, "\n")...)},
		{"pcall itself", "local f = coroutine.wrap(function()\n  pcall(pcall, os.remove, 'x')\nend)\nf()", []string{`checked up to line 2: os.remove would write "x"`}},
		{"exec", "print(require('exec').run{ 'true' })", []string{`checked up to line 1: exec.run would run "true"`}},
		{"raised", oneMail + "error('no')\n" + oneMail, []string{"error:2: no", "checked up to line 2: it ends there with an error", oneMailSent, `  a@x.test > b@x.test "Hi"`}},
		{"once, statically", "smtp.connect{ prot = 1 }", []string{`error:1: smtp.connect: unknown option "prot"; did you mean "port"?`, "checked up to line 1: it ends there with an error"}},
		{"in a table of several lines", "local m = mime.message{\n  text = 'x',\n  ['body'] = 'y',\n}", []string{`error:3: mime.message: unknown option "body"; did you mean "text"?`, "checked up to line 1: it ends there with an error"}},
		{"only when run", "local k = 'po' .. 'rt'\nsmtp.connect{ [k] = 'x' }", []string{`error:2: smtp.connect: option "port" must be a whole number, got a string ("x")`, "checked up to line 2: it ends there with an error"}},
		{"address", "mime.message{ to = 'a b c', text = 'x' }", []string{`error:1: mime.message: to: the address has no "@": a b c`, "checked up to line 1: it ends there with an error"}},
		{"missing file", "local n = ('gone'):lower()\nrequire('csv').rows(n .. '.csv')", []string{"error:2: cannot read CWD/gone.csv: no such file or directory", "checked up to line 2: it ends there with an error"}},
		{"silenced", "error('no') -- check: ignore", []string{"checked up to line 1: it ends there with an error"}},
		{"failures that nobody reads", `smtp.relay{ host = "r.x.test" }:submit(mime.message{ from = "a@x.test", text = "x" })`, []string{"error:1: a message that was submitted cannot be sent: mime: To: the message has no recipients"}},
		{"exit", oneMail + "os.exit(3)", []string{"exit 3", oneMailSent, `  a@x.test > b@x.test "Hi"`}},
		{"standard input", "local who = io.read()\nmime.message{ to = who or error('nobody', 0) }", []string{"checked up to line 2, as standard input is empty in a check: nobody"}},
		{"sleep", "require('time').sleep('1h')\n" + oneMail, []string{oneMailSent, `  a@x.test > b@x.test "Hi"`}},
		{"broken content", `smtp.connect("h"):sendmail("a@x.test", "b@x.test", "From: a@x.test\nDate: Thu, 1 Oct 2026 10:00:00 +0000\nContent-Type: text/plain; charset=nonsense\n\nü\n")`, []string{
			"error:1: the message is not well-formed: octets beyond ASCII in a part that claims to have none",
			`error:1: the message is not well-formed: the charset is unknown, missing, or not that of the text: "nonsense"`, "h:25 1 1", `  a@x.test > b@x.test ""`,
		}},
		{"lacks", `smtp.connect("h"):sendmail("a@x.test", "b@x.test", "Subject: x\n\nx\n")`, []string{"note:1: the message has no From field", "note:1: the message has no Date field", "h:25 1 1", `  a@x.test > b@x.test "x"`}},
		{"no text", `smtp.connect("h"):send_message(mime.message{ from = "a@x.test", to = "b@x.test", attachments = { { data = "x", filename = "x.bin" } } })`, []string{"note:1: the message has no text", "h:25 1 1", `  a@x.test > b@x.test ""`}},
		{"clipped", `smtp.connect("h"):send_message(mime.message{ from = "a@x.test", to = "b@x.test", html = ("<p>word word</p>\n"):rep(8000) })`, []string{"note:1: the HTML has 140 KB; Gmail shows only the first 102", "h:25 1 1", `  a@x.test > b@x.test ""`}},
	}
	cwd, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := checkText(t, test.source, CheckOptions{})
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], cwd, "CWD")
			}
			if diff := cmp.Diff(append([]string{}, test.want...), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckTime(t *testing.T) {
	got := checkText(t, "local n = 0\nwhile true do\n  pcall(function() n = n + 1 end)\nend", CheckOptions{Timeout: 50 * time.Millisecond})
	if len(got) != 1 || !regexp.MustCompile(`^checked up to line [1-4]: 50ms are over$`).MatchString(got[0]) {
		t.Error(got)
	}
}

func TestCheckScriptFlags(t *testing.T) {
	const source = `local opt = require("flags").parse{ issue = { required = true }, dry = { default = false } }` + "\n" + `print(opt.issue)`
	if got := checkText(t, source, CheckOptions{}); !cmp.Equal(got, []string{`not run: flag "--issue" is required`}) {
		t.Error(got)
	}
	if got := checkText(t, source, CheckOptions{}, "--issue", "1"); len(got) != 0 {
		t.Error(got)
	}
	_, err := testHost().Check(t.Context(), Script{Name: "s.lua", Source: []byte(source), Args: []string{"--isue", "1"}}, CheckOptions{})
	var usage *UsageError
	if !errors.As(err, &usage) {
		t.Error(err)
	}
}

func TestCheckEnv(t *testing.T) {
	const source = `if env.TO ~= "b@x.test" then error(env.TO) end`
	if got := checkText(t, source, CheckOptions{}); !cmp.Equal(got, []string{"error:1: env.TO is not set", "checked up to line 1: it ends there with an error"}) {
		t.Error(got)
	}
	if got := checkText(t, source, CheckOptions{Env: map[string]string{"TO": "b@x.test"}}); len(got) != 0 {
		t.Error(got)
	}
}

// TestCheckWritesNothing runs what writes past the functions that ask.
func TestCheckWritesNothing(t *testing.T) {
	dir := t.TempDir()
	r := newRehearsal(testHost(), Script{Name: "s.lua"}, CheckOptions{})
	d := r.host.disk()
	if _, err := d.OpenFile(filepath.Join(dir, "x"), os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		t.Error("opened for writing")
	}
	for _, err := range []error{d.MkdirAll(filepath.Join(dir, "y"), 0o700), d.Rename(dir, dir+"2"), d.Remove(dir), d.RemoveAll(dir), d.Chtimes(dir, time.Time{}, time.Time{})} {
		if err == nil {
			t.Error("changed the disk")
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Error(entries, err)
	}
}
