package luabind

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/smtp/smtptest"
)

// batchRun is one run of a script with a store.
type batchRun struct {
	t    testing.TB
	dir  string // of the store and of the script's files
	addr string // what ADDR stands for
	edit func(h *Host)
	ctx  context.Context
}

func newBatchRun(t testing.TB, config smtptest.Config) (*batchRun, *smtptest.Server) {
	t.Helper()
	s := smtptest.NewServer(t, config)
	return &batchRun{t: t, dir: t.TempDir(), addr: s.Addr(), ctx: t.Context()}, s
}

// batchHead makes what the scripts of these tests begin with.
const batchHead = `local batch, json, time = require "batch", require "json", require "time"
relay = smtp.relay{ host = "ADDR", name = "main" }
function hello(row) return mime.message{ from = "news@x.test", to = row.email or row, subject = "Hi " .. (row.name or ""), text = "Hello" } end
people = { { email = "ann@x.test", name = "Ann" }, { email = "bob@x.test", name = "Bob" }, { email = "cem@x.test", name = "Cem" } }
`

func (r *batchRun) run(code string) (session, Outcome) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, 30*time.Second)
	defer cancel()
	var out, log bytes.Buffer
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false },
		Logger:    slog.New(slog.NewTextHandler(&log, nil)),
		Store:     storeIn(r.dir),
	}
	if r.edit != nil {
		r.edit(host)
	}
	code = strings.ReplaceAll(strings.ReplaceAll(batchHead, "\n", " ")+code, "ADDR", r.addr)
	program, err := Compile(Script{Name: "test.lua", Dir: r.dir, Source: []byte(code)})
	if err != nil {
		r.t.Fatal(err)
	}
	outcome, err := host.Run(ctx, program)
	return session{out.String(), "", log.String(), err}, outcome
}

// want runs a script that must succeed and compares what it prints; white space counts as space only.
func (r *batchRun) want(code, want string) Outcome {
	r.t.Helper()
	s, outcome := r.run(code)
	if s.err != nil {
		r.t.Fatalf("%v\n%s", s.err, s.logged)
	}
	if got := strings.Join(strings.Fields(s.stdout), " "); got != strings.Join(strings.Fields(want), " ") {
		r.t.Errorf("printed\n%s\nwant\n%s\n%s", s.stdout, want, s.logged)
	}
	return outcome
}

// takenBy counts what a server took by recipient.
func takenBy(s *smtptest.Server) map[string]int {
	n := map[string]int{}
	for _, m := range s.Messages() {
		for _, to := range m.To {
			n[strings.Trim(to, "<>")]++
		}
	}
	return n
}

// TestBatchTwice: the second run of a batch mails nobody whom the first has mailed.
func TestBatchTwice(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	const code = `s = batch.run{ id = "news", source = people, key = "email", message = hello, via = relay } print(s.sent, s.already, s.failed, s.stopped, s.rate > 0 or s.sent == 0)`
	outcome := r.want(code, "3 0 0 nil true")
	if len(outcome.Batches) != 1 || outcome.Batches[0].Sent != 3 {
		t.Errorf("%+v", outcome.Batches)
	}
	ids := messageIDs(server)
	r.want(strings.Replace(code, `source = people`, `source = people`, 1)+` print(s.errors[1])`, "0 3 0 nil true nil")
	if got := takenBy(server); len(got) != 3 || got["ann@x.test"] != 1 {
		t.Error(got)
	}
	for _, id := range ids {
		if len(id) != len("Message-ID: <@x.test>")+32 || !strings.HasSuffix(id, "@x.test>") {
			t.Error(id)
		}
	}
	other, again := newBatchRun(t, smtptest.Config{}) // another store: the identifiers are the same
	other.want(code, "3 0 0 nil true")
	if got := messageIDs(again); strings.Join(got, " ") != strings.Join(ids, " ") {
		t.Error(got, ids)
	}
}

// messageIDs are the Message-ID fields that a server saw, in the order of recipients.
func messageIDs(s *smtptest.Server) (ids []string) {
	byRecipient := map[string]string{}
	for _, m := range s.Messages() {
		for line := range strings.Lines(string(m.Data)) {
			if strings.HasPrefix(line, "Message-ID: ") {
				byRecipient[m.To[0]] = strings.TrimSpace(line)
			}
		}
	}
	for _, name := range []string{"<ann@x.test>", "<bob@x.test>", "<cem@x.test>"} {
		if id, ok := byRecipient[name]; ok {
			ids = append(ids, id)
		} else {
			ids = append(ids, byRecipient[strings.Trim(name, "<>")])
		}
	}
	return ids
}

// TestBatchRows: whatever is wrong with a row, the rest goes on.
func TestBatchRows(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	r.want(`told = {} local s = batch.run{ id = "rows", message = function(row) if row.name == "skip" then return nil end if row.name == "boom" then error("no name") end
			if row.name == "text" then return "a text" end return hello(row) end,
		source = { people[1], {}, { email = "" }, { email = {} }, 7, { email = "ann@x.test", name = "again" }, { email = "broken" }, { email = "f@x.test", f = print },
			{ email = "skip@x.test", name = "skip" }, { email = "boom@x.test", name = "boom" }, { email = "text@x.test", name = "text" } },
		key = "email", on_failed = function(item, reply) assert(item.state == "failed" and reply.code == 0) told[#told + 1] = item.key end }
		for item in batch.items("rows", { state = "failed" }) do print(item.key, item.state, item.code, item.text) end
		table.sort(told) print(#told, s.sent, s.failed, s.skipped, s.duplicate, s.bad_rows)`,
		`broken failed 0 test.lua:1: mime.message: to: the address has no "@": broken
		f@x.test failed 0 row.f must be plain data, got a function
		boom@x.test failed 0 test.lua:1: no name
		text@x.test failed 0 the message function must return a mime part or nil, got a string ("a text")
		4 1 4 1 1 4`)
	if got := takenBy(server); len(got) != 1 {
		t.Error(got)
	}
}

// TestBatchKeysAndAddresses reads keys and addresses as scripts give them.
func TestBatchKeysAndAddresses(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	r.want(`local s = batch.run{ id = "texts", source = { "ann@x.test", " bob@x.test " }, message = hello } print(s.sent)
		local n = 0
		s = batch.run{ id = "iterator", source = function() n = n + 1 if n < 4 then return people[n], n * 10 end end, key = function(row, number) return number end, to = function(row) return { name = row.name, address = row.email } end, message = hello }
		print(s.sent) for item in batch.items("iterator") do print(item.key, item.to, item.state, item.row.name, item.message_id ~= nil, item.relay) end
		s = batch.run{ id = "to", source = { { id = 1, to = "nobody@" }, { id = 2, to = "ann@x.test" }, { id = 3 } }, key = "id", to = "to", message = function(row) return hello(row.to) end }
		print(s.sent, s.failed) for item in batch.items("to", { state = "failed" }) do print(item.key, item.text) end
		for _, source in ipairs{ 5, "people", { email = "ann@x.test" }, relay } do print(select(2, pcall(batch.run, { id = "x", source = source, message = hello })).message) end
		s = batch.run{ id = "large", source = { { id = 1234567890123456 }, { id = 1234567890123457 }, { id = 2^53 }, { id = 0/0 } }, key = "id", message = function(row) return hello("ann@x.test") end } print(s.sent, s.bad_rows)
		s = batch.run{ id = "nokey", source = people, message = hello } print(s.bad_rows, s.sent)
		s = batch.run{ id = "near", source = { { emial = "x" } }, key = "email", message = hello } print(s.bad_rows)
		print(batch.run{ id = "none", source = { columns = { "a" } }, key = "a", message = hello }.sent)`,
		`2
		3 10 ann@x.test sent Ann true main 20 bob@x.test sent Bob true main 30 cem@x.test sent Cem true main
		1 2 1 mime: to: the address lacks one of its halves: "nobody@" 3 the row has no "to"
		batch.run: option "source" must be a list of rows or an iterator, such as csv.rows gives, got a number (5)
		batch.run: option "source" must be a list of rows or an iterator, such as csv.rows gives, got a string ("people")
		batch.run: option "source" must be a list of rows, got a table with named keys
		batch.run: option "source" must be a list of rows or an iterator, such as csv.rows gives, got an object
		2 2 3 0 1 0`)
	if n := takenBy(server)["ann@x.test"]; n != 5 {
		t.Error(takenBy(server))
	}
}

// TestBatchSourceFails: a source that fails half-way mails nobody, and raises its own error with its line.
func TestBatchSourceFails(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	s, _ := r.run(`local n = 0
		batch.run{ id = "half", key = "email", message = hello, source = function() n = n + 1
			if n == 3 then error("the line is broken") end return people[n] end }`)
	if s.err == nil || !strings.Contains(s.err.Error(), "the line is broken") || len(server.Messages()) > 0 {
		t.Errorf("%v, %d messages", s.err, len(server.Messages()))
	}
	r.want(`print(batch.run{ id = "half", source = people, key = "email", message = hello }.sent)`, "3")
}

// TestBatchRefuses: wrong options are named before anything is done.
func TestBatchRefuses(t *testing.T) {
	r, _ := newBatchRun(t, smtptest.Config{})
	for options, want := range map[string]string{
		`id = ""`:                          `option "id" must not be empty`,
		`id = "a\nb"`:                      `option "id" must be text without line breaks and control characters, got "a\nb"`,
		`id = " a"`:                        `option "id" must not begin or end with a blank, got " a"`,
		`id = ("x"):rep(300)`:              `option "id" has at most 200 octets`,
		`source = false`:                   `must be a list of rows or an iterator`,
		`key = 5`:                          `option "key" must be the name of a column or a function, got a number (5)`,
		`key = ""`:                         `option "key" must be the name of a column or a function, got an empty string`,
		`message = mime.text("x")`:         `option "message" must be a function that makes a message, or a mime.template, got an object`,
		`mesage = hello`:                   `unknown option "mesage"; did you mean "message"?`,
		`via = "mian"`:                     `batch.run: there is no relay "mian"; did you mean "main"?`,
		`via = {}`:                         `batch.run: via must be a relay, the name of one or of a pool, or a list of these, got a table`,
		`via = { "main", 5 }`:              `batch.run: via[2]: a way must be a relay, the name of one or of a pool, or a list of these, got a number (5)`,
		`in_doubt = "hodl"`:                `option "in_doubt" must be one of hold, resend, skip or a function; got "hodl"`,
		`in_doubt = 5`:                     `option "in_doubt" must be one of hold, resend, skip or a function; got a number (5)`,
		`stop_if = { failed = "5" }`:       `option "stop_if.failed" must be a number from 1 or a share such as "5%", got a string ("5")`,
		`stop_if = { after = 5 }`:          `option "stop_if.failed" is missing`,
		`hours = { days = "mon-fry" }`:     `option "hours.days": "mon-fry" names no days`,
		`hours = { from = "8" }`:           `option "hours.from": "8" is no time of day such as "08:00"`,
		`hours = { tz = "Europe/Berlim" }`: `option "hours.tz": unknown time zone "Europe/Berlim"; did you mean "Europe/Berlin"?`,
		`retry = { attempt = 5 }`:          `unknown option "retry.attempt"; did you mean "retry.attempts"?`,
		`retry = { first = 0 }`:            `option "retry.first" must be greater than 0`,
		`rate = "fast"`:                    `fast`,
		`not_before = "soon"`:              `option "not_before" must be a date such as "2026-10-05 08:00", or a duration such as "2h", got a string ("soon")`,
		`suppress_on = "%"`:                `option "suppress_on" is no pattern: malformed pattern (ends with '%')`,
		`states = 0`:                       `option "states" must be between 1 and 64, got 0`,
	} {
		s, _ := r.run(`local o = { id = "x", source = people, key = "email", message = hello, via = relay, ` + options + ` }
			local ok, e = pcall(batch.run, o) print(ok, e.kind, e.message)`)
		if s.err != nil || !strings.HasPrefix(s.stdout, "false\targument\t") || !strings.Contains(s.stdout, want) {
			t.Errorf("%s: %v %s want %s", options, s.err, s.stdout, want)
		}
	}
}

// TestBatchWithin: a batch is refused in a function of another, and runs in coroutines and pcalls.
func TestBatchWithin(t *testing.T) {
	r, _ := newBatchRun(t, smtptest.Config{})
	r.want(`local function news(id, message) return batch.run{ id = id, source = people, key = "email", message = message or hello } end
		print(coroutine.wrap(function() coroutine.yield(news("co").sent) end)())
		print(select(2, pcall(news, "protected")).sent)
		local s = news("outer", function(row) news("inner") end) print(s.failed, s.errors[1].text)
		print(news("outer2", function(row) coroutine.yield() end).errors[1].text)
		print(news("after").sent)`,
		`3 3 3 test.lua:1: batch.run: the batch "outer" is running: a batch can't be run by a function of another attempt to yield across metamethod/C-call boundary 3`)
}

// TestBatchCallbacks: what they get, and that what they raise ends the run with its line.
func TestBatchCallbacks(t *testing.T) {
	r, _ := newBatchRun(t, at("RCPT", ""))
	r.edit = func(h *Host) {
		h.Sleep = func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
	}
	r.want(`local s = batch.run{ id = "told", source = { people[1] }, key = "email", message = hello,
			on_sent = function(item, reply) print(item.key, item.to, item.row.name, item.relay, item.attempts, #item.message_id > 32, item.state, reply.code, reply.text == reply.message) end }`,
		`ann@x.test ann@x.test Ann main 1 true sent 250 true`)
	s, _ := r.run(`
		batch.run{ id = "raises", source = people, key = "email", message = hello, on_sent = function(item)
			error("not so") end }`)
	if s.err == nil || !strings.Contains(fmt.Sprint(s.err), "not so") {
		t.Error(s.err)
	}
	r.want(`local calls = {} local s = batch.run{ id = "raises", source = people, key = "email", message = hello, on_sent = function(item) calls[#calls + 1] = item.key end }
		print(s.sent + s.already, #calls)`, "3 3")
}

// TestBatchVia asks a function for the way of each mail.
func TestBatchVia(t *testing.T) {
	r, first := newBatchRun(t, smtptest.Config{})
	second := smtptest.NewServer(t, smtptest.Config{})
	r.want(`local other = smtp.relay{ host = "`+second.Addr()+`", name = "other" }
		local s = batch.run{ id = "via", source = people, key = "email", message = hello, via = function(d)
			if d.to == "ann@x.test" then print(d.from, d.domain, d.recipients[1], d.batch, d.attempts, d.last, d.relay, d:header("subject"), d.size > 200) return other end
			if d.to == "bob@x.test" then return { "main", other } end return "mian" end }
		print(s.sent, s.errors[1].text)
		print(select(2, pcall(batch.run, { id = "two", source = people, key = "email", message = hello })).message)`,
		`news@x.test x.test ann@x.test via 0 nil nil Hi Ann true
		2 batch.run: the function of via: there is no relay "mian"; did you mean "main"?
		batch.run: via is missing, and the script has 2 relays`)
	if len(first.Messages()) != 1 || len(second.Messages()) != 1 {
		t.Error(len(first.Messages()), len(second.Messages()))
	}
}

// TestBatchTemplate fills a template without Lua, and one that needs it.
func TestBatchTemplate(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	r.want(`people[4] = { email = "dee@x.test", name = "Dee", n = 1, list = { 1, x = 2 } } people[5] = { email = "eve@x.test", name = { "x" } }
		local plain = mime.template{ from = "news@x.test", to = "{{.name}} <{{.email}}>", subject = "Hi {{.name}}", text = "{{.n | default \"none\"}}" }
		local odd = mime.template{ from = "news@x.test", to = "{{.email}}", subject = "Hi", text = "x", attachments = { { data = "for {{.name}}", filename = "a.txt" } } }
		local s = batch.run{ id = "plain", source = people, key = "email", message = plain } print(s.sent, s.failed) for _, e in ipairs(s.errors) do print(e.text) end
		print(batch.run{ id = "odd", source = { people[1], people[2] }, key = "email", message = odd, via = function() return relay end }.sent)
		print(batch.run{ id = "via", source = { people[1], people[2] }, key = "email", message = plain, via = function(d) return d:header("Subject") == "Hi Ann" and relay or "none" end }.sent)
		print(batch.run{ id = "texts", source = { "a@x.test" }, message = plain }.errors[1].text)`,
		`4 1 mime.template: the row has a table with both elements and named values
		2 1 mime.template: a row must be a table to fill a template`)
	for _, m := range server.Messages() {
		if !bytes.Contains(m.Data, []byte("Hi")) {
			t.Errorf("%s", m.Data)
		}
	}
}

// TestBatchChanged: another script or template is refused while mail is left.
func TestBatchChanged(t *testing.T) {
	r, _ := newBatchRun(t, at("RCPT", "451 later"))
	const code = `local page = require("template").new("PAGE") local s = batch.run{ id = "changed", source = people, key = "email", message = hello } print(s.deferred)`
	r.want(strings.ReplaceAll(code, "PAGE", "one"), "3")
	s, _ := r.run(strings.ReplaceAll(code, "PAGE", "two"))
	var changed *outbox.ChangedError
	if !errors.As(s.err, &changed) || changed.Left != 3 {
		t.Error(s.err)
	}
	r.edit = func(h *Host) { h.Batch.AcceptChanges = true }
	r.want(strings.ReplaceAll(code, "PAGE", "two"), "3")
}

// TestBatchStates renders in several states; what they print and send is nothing.
func TestBatchStates(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	t.Chdir(r.dir) // the script writes a file
	if err := os.WriteFile(filepath.Join(r.dir, "letter.lua"), []byte(`print("a module") return { subject = "from a module" }`), 0o600); err != nil {
		t.Fatal(err)
	}
	const code = `print("loaded") local letter = require "letter" relay:send(hello("direct@x.test"))
		local first = batch.run{ id = "first", source = { "first@x.test" }, message = hello } print(first.sent)
		local rows = {} for i = 1, 200 do rows[i] = { email = "u" .. i .. "@x.test", name = letter.subject } end
		local s = batch.run{ id = "states", source = rows, key = "email", states = 3, via = function() return relay end,
			prepare = function() print("prepared") end, message = function(row) if row.email == "u7@x.test" then error("seven") end return hello(row) end }
		print(s.sent, s.failed, s.errors[1].text)`
	r.want(code, "loaded a module 1 prepared 199 1 test.lua:5: seven")
	if got := takenBy(server); len(got) != 201 || got["direct@x.test"] != 1 || got["u1@x.test"] != 1 {
		t.Error(len(got))
	}
	for options, want := range map[string]string{
		`local id = tostring({}):match("0x%x+")`:                  "it came to the batch",
		`local id = "x" fs = require "fs" fs.write("x.txt", "x")`: `fs.write "x.txt" would be done once more by each of the states`,
		`n = (n or 0) local id = "x" if io.read() == nil then _G.again = true end local f = io.open("mark") if f then f:close() error("broken") end`: "",
	} {
		s, _ := r.run(options + ` batch.run{ id = id, source = people, key = "email", message = hello, states = 2 }`)
		if want == "" && s.err != nil || want != "" && (s.err == nil || !strings.Contains(s.err.Error(), want)) {
			t.Errorf("%s: %v", options, s.err)
		}
	}
}

// TestBatchRehearsed: a dry run and a redirected one leave the batch as it is.
func TestBatchRehearsed(t *testing.T) {
	r, server := newBatchRun(t, smtptest.Config{})
	const code = `local s = batch.run{ id = "news", source = people, key = "email", message = hello, on_sent = function() print("told") end } print(s.sent, s.already)
		local n = 0 for item in batch.items("news") do n = n + 1 end print(n)`
	var shown bytes.Buffer
	dry := func(h *Host) { h.Outbound.Dry, h.Preview = true, &shown }
	r.edit = func(h *Host) { dry(h); h.Store = func(context.Context) (outbox.Store, error) { return nil, nil } }
	r.want(code, "3 0 0")
	if text := shown.String(); !strings.HasPrefix(text, "batch news: the first mail, ann@x.test, from <news@x.test> to <ann@x.test>:\n\nFrom: news@x.test\n") || strings.Contains(text, "\r") || strings.Count(text, "Subject:") != 1 {
		t.Error(text)
	}
	r.edit = func(h *Host) { h.Batch.Limit = 1 }
	r.want(code, "told 1 0 3")
	r.edit = dry
	r.want(code, "2 1 3")
	r.edit = func(h *Host) { h.Outbound.Redirect = "me@x.test" }
	r.want(code, "2 1 3")
	if got := takenBy(server); got["me@x.test"] != 2 || got["ann@x.test"] != 1 || len(got) != 2 {
		t.Error(got)
	}
	r.edit = nil
	r.want(code, "told told 2 1 3")
}

// TestBatchTokens: a relay's token function is asked while the script waits for the batch.
func TestBatchTokens(t *testing.T) {
	r, _ := newBatchRun(t, smtptest.Config{Tokens: map[string]string{"t": "u"}, Mechanisms: []string{"XOAUTH2"}})
	s, _ := r.run(`local asked = 0
		local r = smtp.relay{ host = "ADDR", name = "token", user = "u", allow_insecure_auth = true, connections = 1, token = function() asked = asked + 1 return "t" end }
		local s = batch.run{ id = "news", source = people, key = "email", message = hello, via = r } print(s.sent, asked)`)
	if s.err != nil || s.stdout != "3\t1\n" {
		t.Errorf("%v\n%s%s", s.err, s.stdout, s.logged)
	}
}

// TestBatchEnds: an interrupt and os.exit end a batch; what was sent stays so.
func TestBatchEnds(t *testing.T) {
	r, _ := newBatchRun(t, smtptest.Config{})
	s, outcome := r.run(`batch.run{ id = "exit", source = people, key = "email", message = function(row) if row.name == "Bob" then os.exit(3) end return hello(row) end } print("after")`)
	if s.err != nil || outcome.Exit == nil || *outcome.Exit != 3 || s.stdout != "" {
		t.Errorf("%v %+v %q", s.err, outcome, s.stdout)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	var once sync.Once
	r.ctx = ctx
	r.edit = func(h *Host) {
		h.LookupEnv = func(string) (string, bool) { once.Do(func() { cancel(errRehearsalTime) }); return "", true }
	}
	s, _ = r.run(`pcall(batch.run, { id = "interrupt", source = people, key = "email", message = function(row) if row.name == "Bob" then return env.X end return hello(row) end }) print("after")`)
	if s.err == nil || s.err.Error() != errRehearsalTime.Error() || s.stdout != "" {
		t.Errorf("%v %q", s.err, s.stdout)
	}
}

// TestBatchPeople: what scripts ask the store, and decide.
func TestBatchPeople(t *testing.T) {
	r, _ := newBatchRun(t, smtptest.Config{Reply: func(line string) string {
		if strings.HasPrefix(line, "RCPT TO:<bob") {
			return "550 5.1.1 no such user"
		}
		return ""
	}})
	r.want(`local function news() return batch.run{ id = "news", source = people, key = "email", message = hello } end
		print(news().failed)
		for item in batch.items("news", { key = { "bob@x.test", "ann@x.test" }, state = { "failed" } }) do print(item.key, item.code, item.enhanced, item.text) end
		for _, b in ipairs(batch.list()) do print(b.id, b.state, b.total, b.counts.sent, b.counts.failed, b.created > 0) end
		print(batch.retry("news", "ann@x.test"), batch.retry("news", { "bob@x.test" }), batch.get("news").counts.failed, news().failed)
		print(batch.settle("news", { as = "resend" }), batch.cancel("news"), batch.get("none"))
		print(select(2, pcall(batch.items, "nwes")).message, select(2, pcall(batch.items, "news", { state = "faild" })).message)
		batch.forget("news") print(#batch.list())`,
		`1 bob@x.test 550 5.1.1 no such user
		news open 3 2 1 true
		0 1 0 1
		0 0 nil
		there is no batch "nwes" batch.items: there is no state "faild"; did you mean "failed"? 0`)
}
