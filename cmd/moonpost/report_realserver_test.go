package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const askForReport = `
local id = arg[1]
local msg = mime.message{ from = "sender@example.org", to = "Reader <reader+" .. id .. "@example.org>", subject = "report me", text = "Hello\n", message_id = id .. "@example.org" }
smtp.with(arg[2], function(conn)
  conn:send_message(msg, { dsn = { notify = { "success", "failure" }, ret = "headers", envid = "run " .. id, required = true } }):check()
end)`

const findReport = `
local mailbox = require "mailbox"
for msg, meta in mailbox.read(arg[2]) do
  local r = msg:delivery_report()
  if r and r.message_id == "<" .. arg[1] .. "@example.org>" then
    local x = r.recipients[1]
    print(r.type, #r.recipients, x.address, x.action, x.status, r.envelope_id, msg:is_automatic(), meta.sender, meta.new)
  end
end`

// TestReports lets real servers report a delivery and reads the report in their maildirs.
func TestReports(t *testing.T) {
	for _, server := range []string{"POSTFIX", "EXIM"} {
		t.Run(server, func(t *testing.T) { testReport(t, "MOONPOST_TEST_"+server) })
	}
}

func testReport(t *testing.T, server string) {
	env := requireEnv(t, server, server+"_MAILDIR")
	id := "r" + strconv.FormatInt(time.Now().UnixNano(), 36)
	run := func(code string, args ...string) string {
		script := filepath.Join(t.TempDir(), "script.lua")
		if err := os.WriteFile(script, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		p, stdout, stderr := testProcess(append([]string{"run", script}, args...)...)
		if status := p.main(); status != statusDone {
			t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
		}
		return stdout.String()
	}
	run(askForReport, id, "smtp://"+env[0])
	want := "delivered\t1\treader+" + id + "@example.org\tdelivered\t2.0.0\trun " + id + "\ttrue\tnil\ttrue\n"
	deadline := time.Now().Add(30 * time.Second)
	for {
		got := ""
		if _, err := os.Stat(filepath.Join(env[1], "new")); err == nil { // the first mail makes it
			got = run(findReport, id, env[1])
		}
		if got == want {
			return
		}
		if time.Now().After(deadline) || strings.Contains(got, id) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
