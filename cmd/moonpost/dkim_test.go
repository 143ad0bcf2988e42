package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// dkimScript sends signed messages of several kinds to one server.
const dkimScript = `
local signers = {
  mime.dkim{ domain = "example.org", selector = "2026", key_file = "../../examples/data/dkim-example.pem" },
  mime.dkim{ domain = "example.org", selector = "2026", key_file = "../../examples/data/dkim-example.pem", canonicalization = "simple/simple" },
}
local relay = smtp.relay{ url = env.SERVER, tls = "none" }
local function send(fields)
  fields.from, fields.to, fields.subject, fields.dkim = "News <news@example.org>", "ann@example.org", "Grüße " .. env.WORD, signers
  relay:submit(mime.message(fields))
end
send{ text = "Dear Ann,\n\n.dot\n..\n  two  blanks  \nBye \n\n\n" }
send{ text = "Grüße aus Köln.\n", html = "<p>Grüße</p>\n", list = { unsubscribe = "https://example.org/u", one_click = true } }
send{ text = ("ü"):rep(600) .. "\n", attachments = { "../../examples/data/brochure.pdf" }, headers = { ["X-Long"] = ("word "):rep(60) } }
send{ text = "" }
local letter = mime.template{ from = "news@example.org", to = "{{.to}}", subject = "{{.word}}", text = "Dear {{.to}},\n\nGrüße\n", dkim = signers }
relay:submit(letter:render{ to = "ann@example.org", word = env.WORD })
for r in relay:results() do assert(r.ok, r.error) end
print(select(2, signers[1]:dns()))
`

// TestDKIMThroughPostfix verifies what a real server has taken, changed as servers do, and delivered.
func TestDKIMThroughPostfix(t *testing.T) {
	server := requireEnv(t, "MOONPOST_TEST_POSTFIX", "MOONPOST_TEST_POSTFIX_MAILDIR")
	word := "dkim" + strconv.FormatInt(time.Now().UnixNano(), 36)
	script := filepath.Join(t.TempDir(), "send.lua")
	writeTestFile(t, script, []byte(dkimScript))
	p, stdout, stderr := testProcess("run", script)
	p.lookupEnv = func(name string) (string, bool) {
		value, ok := map[string]string{"SERVER": "smtp://" + server[0], "WORD": word}[name]
		return value, ok
	}
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	record, _, _ := strings.Cut(strings.TrimSpace(stdout.String()), "\t")
	for _, octets := range deliveredWith(t, server[1], word, 5) {
		list, err := dkim.VerifyWithOptions(bytes.NewReader(octets), &dkim.VerifyOptions{LookupTXT: func(string) ([]string, error) { return []string{record}, nil }})
		if err != nil || len(list) != 2 || list[0].Err != nil || list[1].Err != nil {
			t.Errorf("%v %+v\n%s", err, list, octets)
		}
	}
}

// deliveredWith waits for n mails with a word in them, and gives them with the line ends that they had on the wire.
func deliveredWith(t *testing.T, maildir, word string, n int) [][]byte {
	t.Helper()
	var found [][]byte
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		found = nil
		for _, path := range delivered(t, maildir) {
			if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(word)) {
				found = append(found, bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
			}
		}
		if len(found) == n {
			return found
		}
	}
	t.Fatalf("%d mails arrived, not %d", len(found), n)
	return nil
}
