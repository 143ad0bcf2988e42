package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// mailboxCode runs a script with `mailbox`, `dir` and a message.
func mailboxCode(t testing.TB, dir, code, stdin string) (string, error) {
	t.Helper()
	head := fmt.Sprintf("local mailbox, dir = require \"mailbox\", %q\n", dir+"/") +
		`local msg = mime.message{ from = "Ann <ann@example.org>", to = "bob@example.org", subject = "Hi", text = "From me\nGrüße\n", message_id = "1@example.org" } ` + "\n"
	out, _, err := runBinding(t, head+code, stdin)
	return out, err
}

func TestMailboxMbox(t *testing.T) {
	dir := t.TempDir()
	out, err := mailboxCode(t, dir, `
		local path = dir .. "inbox.mbox"
		print(mailbox.append(path, msg, { flags = "SR", date = 1000000000 }) == path)
		mailbox.append(path, "Subject: raw\n\nFrom a string\n", { sender = "raw@example.org", date = "2026-11-25T08:09:10Z" })
		for m, meta in mailbox.read(path) do
			print(meta.flags, meta.date, meta.sender, meta.path, #tostring(m))
		end
		for m in mailbox.read(path) do print(tostring(m):find("Subject: Hi", 1, true) ~= nil, tostring(m):find("\nFrom a string", 1, true) ~= nil) end`, "")
	if want := "true\nRS\t1000000000\tann@example.org\tnil\t"; err != nil || !strings.HasPrefix(out, want) ||
		!strings.Contains(out, "\t1795594150\traw@example.org\tnil\t") || !strings.Contains(out, "true\tfalse\nfalse\ttrue\n") {
		t.Errorf("%v\n%s", err, out)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestMailboxStandardInput(t *testing.T) {
	out, err := mailboxCode(t, t.TempDir(), `for m, meta in mailbox.read("-") do print(meta.sender, m.Subject, m:text()) end`,
		"From x@example.org Wed Nov 25 08:09:10 2026\nSubject: 1\n\none\n")
	if err != nil || out != "x@example.org\t1\tone\n\n" && out != "x@example.org\t1\tone\r\n\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestMailboxMaildir(t *testing.T) {
	dir := t.TempDir()
	out, err := mailboxCode(t, dir, `
		local box = dir .. "Maildir/"
		local fresh = mailbox.append(box, msg)
		local seen = mailbox.append(dir .. "Maildir", msg, { flags = "SF", date = 1000000000 })
		print(fresh:match("Maildir.new"), seen:match("2,FS$"))
		local count = 0
		for m, meta in mailbox.read(box) do
			count = count + 1
			print(meta.flags, meta.new, meta.path == fresh or meta.path == seen, tostring(m) == tostring(msg))
		end
		print(count)`, "")
	if err != nil || !strings.Contains(out, "Maildir/new\t2,FS\n") || !strings.Contains(out, "\ttrue\ttrue\ttrue\n") || !strings.Contains(out, "FS\tfalse\ttrue\ttrue\n") || !strings.HasSuffix(out, "2\n") {
		t.Errorf("%v\n%s", err, out)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "Maildir", "cur", "*"))
	if len(files) != 1 {
		t.Fatalf("in cur: %v", files)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.ModTime().Unix() != 1000000000 || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "Maildir", "tmp", "*")); len(left) > 0 {
		t.Errorf("in tmp: %v", left)
	}
}

func TestMailboxErrors(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"letter.eml": "Subject: 1\n\none\n", "held.mbox": "", "held.mbox.lock": "1\n", "big.mbox": "From x\nS: 1\n\n" + strings.Repeat("x\n", 99)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for code, want := range map[string]string{
		`mailbox.read(dir .. "missing.mbox")`:                             "cannot read .*missing.mbox: no such file",
		`mailbox.read(dir .. "letter.eml")()`:                             "letter.eml: mailbox: not an mbox.*mime.parse",
		`mailbox.read(dir .. "big.mbox", { max_size = 50 })()`:            "big.mbox: mailbox: a message is larger than the limit",
		`mailbox.read(dir .. "big.mbox", { format = "mbx" })`:             `option "format" must be one of`,
		`mailbox.read(dir)()`:                                             "mailbox: new: cannot be read",
		`mailbox.append(dir, msg)`:                                        "not a Maildir",
		`mailbox.append(dir .. "x.mbox", msg, { flags = "SX" })`:          "there is no flag X",
		`mailbox.append(dir .. "x.mbox", 7)`:                              "must be a mime part, got a number",
		`mailbox.append(dir .. "held.mbox", msg, { lock_timeout = 0.1 })`: "held.mbox: mailbox: another program holds the lock.*remove .*held.mbox.lock",
		`mailbox.append(dir .. "no/such/x.mbox", msg)`:                    "no such file",
		`mailbox.append(dir .. "x.mbox", mime.message{ from = "x@y.example", text = "", attachments = { mime.multipart{} } })`: "the multipart has no parts",
	} {
		out, err := mailboxCode(t, dir, `local ok, e = pcall(function() `+code+` end); print(ok, e, e.hint)`, "")
		if err != nil || !strings.HasPrefix(out, "false") || !regexp.MustCompile("(?s)"+want).MatchString(out) {
			t.Errorf("%s\n%v: %s", code, err, out)
		}
	}
	if held, err := os.ReadFile(filepath.Join(dir, "held.mbox")); err != nil || len(held) > 0 {
		t.Errorf("a locked mailbox was written: %q, %v", held, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.mbox")); err == nil {
		t.Error("a failed append left an mbox")
	}
}

// TestMailboxParallel appends from several scripts at once: no message is lost or torn.
func TestMailboxParallel(t *testing.T) {
	dir := t.TempDir()
	done := make(chan error)
	const scripts, each = 4, 15
	for range scripts {
		go func() {
			_, err := mailboxCode(t, dir, fmt.Sprintf(`for i = 1, %d do mailbox.append(dir .. "inbox.mbox", msg) end`, each), "")
			done <- err
		}()
	}
	for range scripts {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	out, err := mailboxCode(t, dir, `
		local count = 0
		for m in mailbox.read(dir .. "inbox.mbox") do
			assert(tostring(m) == tostring(msg) or tostring(m):gsub("\r\nDate:[^\r]*", "") == tostring(msg):gsub("\r\nDate:[^\r]*", ""), "torn")
			count = count + 1
		end
		print(count)`, "")
	if err != nil || out != fmt.Sprintln(scripts*each) {
		t.Errorf("%v, %s", err, out)
	}
}

// TestMailboxCopies moves odd mail from an mbox to a Maildir and back: it stays what it was, octet by octet.
func TestMailboxCopies(t *testing.T) {
	const mail = "bcc: hidden@example.org\nSubject:   two  blanks\nX-Broken\nContent-Type: text/plain; charset=nonsense\n\n>>From me\nFrom \xff here  \n.\n\n\n"
	dir := t.TempDir()
	out, err := mailboxCode(t, dir, `
		for m, meta in mailbox.read("-") do
			local file = mailbox.append(dir .. "box/", m, { date = meta.date, flags = meta.flags })
			mailbox.append(dir .. "one.mbox", m, { sender = meta.sender, date = meta.date })
			print(mime.parse{ path = file }.Subject)
		end`, "From x@example.org Wed Nov 25 08:09:10 2026\n"+strings.ReplaceAll(strings.ReplaceAll(mail, ">>From", ">>>From"), "\nFrom", "\n>From")+"\n")
	if err != nil || out != "two  blanks\n" {
		t.Fatalf("%q, %v", out, err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "box", "new", "*"))
	if len(files) != 1 {
		t.Fatalf("%q", files)
	}
	if b, err := os.ReadFile(files[0]); err != nil || string(b) != mail {
		t.Errorf("in the Maildir %q, %v", b, err)
	}
	want := "From x@example.org Wed Nov 25 08:09:10 2026\n" + strings.ReplaceAll(strings.ReplaceAll(mail, ">>From", ">>>From"), "\nFrom", "\n>From") + "\n"
	if b, err := os.ReadFile(filepath.Join(dir, "one.mbox")); err != nil || string(b) != want {
		t.Errorf("in the mbox\ngot  %q\nwant %q, %v", b, want, err)
	}
}
