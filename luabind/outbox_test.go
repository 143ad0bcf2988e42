package luabind

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/sink"
)

const putCode = `local function msg(text) return mime.message{ from = "a@x.test", to = "b@y.test", subject = "Hi", text = text or "Hello", html = "<p>Hello" } end `

func TestOutboxPut(t *testing.T) {
	k := newKeeper(t)
	for _, step := range []struct{ code, want string }{
		{`print(outbox.put(msg(), { key = "k1", via = "bulk" }))`, "1\tqueued"},
		{`print(outbox.put(msg(), { key = "k1", via = "bulk" }))`, "1\tduplicate"},
		{`print(outbox.put(msg("Other"), { key = "k1", via = "bulk" }))`, "1\tduplicate"},
		{`outbox.put(msg("Other"), { key = "k1", via = "bulk", strict = true })`, `error: outbox.put: key "k1" was put before with another message`},
		{`local q = outbox.get("k1"); print(q.id, q.key, q.state, q.code, q.due, q.recipients[1], q.parts, #q.message_id > 32, outbox.get("k2"))`, "1\tk1\tready\tnil\tnil\tb@y.test\t1\ttrue\tnil"},
		{`outbox.put(msg(), { key = "k2", via = { "bulk", "backup" }, not_before = "2h", expires = "3d", to = { "c@z.test", { address = "d@z.test" } }, from = "" })`, ""},
		{`local q = outbox.get("k2"); print(q.due - q.created, q.expires - q.created, table.concat(q.recipients, " "))`, "7200\t259200\tc@z.test d@z.test"},
		{`print(outbox.cancel("k2"), outbox.cancel("k2"), outbox.cancel("k3"), outbox.get("k2").state, outbox.put(msg(), { key = "k2", via = "bulk" }))`, "true\tfalse\tfalse\tcancelled\t2\tduplicate"},
		{`outbox.put(msg(), { key = "k4" })`, "error: outbox.put: via is missing, and the script has no relay"},
		{`outbox.put(msg(), { key = " ", via = "bulk" })`, `error: outbox.put: a key is not blank: " "`},
		{`outbox.put(msg(), { key = "k4", via = "bulk", expires = "2001-01-01" })`, `error: outbox.put: the message has expired already: "2001-01-01 00:00:00"`},
		{`outbox.put(msg(), { key = "k4", via = "bulk", expires = "soon" })`, `error: outbox.put: option "expires" must be a date such as "2026-10-05 08:00", or a duration such as "2h", got a string ("soon")`},
		{`outbox.put(msg(), { keys = "k4" })`, `error: outbox.put: unknown option "keys"; did you mean "key"?`},
		{`outbox.put("text", { key = "k4" })`, "error: outbox.put: message must be a mime part, got a string"},
		{`outbox.put(mime.message{ from = "a@x.test", subject = "s", text = "x" }, { key = "k4", via = "bulk" })`, "error: mime: To: the message has no recipients"},
		{`print(outbox.put(msg(), { via = function(d) return { d:header("Subject") .. d.domain, "b" } end }))`, "3\tqueued"},
	} {
		if got := k.run(t, "test.lua", putCode+step.code); got != step.want {
			t.Errorf("%s\n got %s\nwant %s", step.code, got, step.want)
		}
	}
	if n := strings.Count(k.log.String(), "was put before with another message; this one is left out"); n != 1 {
		t.Errorf("%d warnings\n%s", n, k.log.String())
	}
}

// TestOutboxKeyTTL: a key that has had its time may be used again.
func TestOutboxKeyTTL(t *testing.T) {
	k := newKeeper(t)
	code := putCode + `print(select(2, outbox.put(msg(), { key = "k", via = "bulk", key_ttl = "1d" })))`
	for i, want := range []string{"queued", "duplicate", "queued"} {
		if got := k.run(t, "test.lua", code); got != want {
			t.Errorf("%d: %s", i, got)
		}
		k.now = k.now.Add(13 * time.Hour)
		if i == 0 {
			k.run(t, "test.lua", `outbox.cancel("k")`)
		}
	}
}

func TestOutboxRehearsed(t *testing.T) {
	k := newKeeper(t)
	k.Outbound = Outbound{Dry: true}
	if got := k.run(t, "test.lua", putCode+`print(outbox.put(msg(), { key = "k", via = "bulk" })); print(outbox.suppress("a@x.test"), outbox.suppressed("a@x.test")); print(outbox.get("k").state, outbox.cancel("k"), outbox.get("k").state, outbox.cancel("other"))`); got != "0\tdry\n1\tnil\nready\ttrue\tcancelled\tfalse" {
		t.Error(got)
	}
	if got := k.run(t, "test.lua", putCode+`outbox.put(msg(), { key = "", via = "bulk", to = "a b" })`); !strings.HasPrefix(got, "error: outbox.put: ") {
		t.Error(got)
	}
	k.Outbound = Outbound{}
	if got := k.run(t, "test.lua", `print(outbox.get("k"), outbox.suppressed("a@x.test"))`); got != "nil\tnil" {
		t.Error(got)
	}
}

func TestSuppression(t *testing.T) {
	k := newKeeper(t)
	for _, step := range []struct{ code, want string }{
		{`print(outbox.suppress("Ann <Ann@X.test>", { reason = "complaint" }), outbox.suppress{ "b@x.test", { address = "c@x.test" }, { email = "D@Bücher.test" } })`, "1\t3"},
		{`local s = outbox.suppressed("ANN@x.TEST"); print(s.address, s.scope, s.reason, s.source, s.expires, s.created)`, "ann@x.test\t*\tcomplaint\ttest.lua\tnil\t1800000000"},
		{`print(outbox.suppressed("d@xn--bcher-kva.test").address, outbox.suppressed("e@x.test"))`, "d@xn--bcher-kva.test\tnil"},
		{`for s in outbox.suppressions() do print(s.address) end`, "ann@x.test\nb@x.test\nc@x.test\nd@xn--bcher-kva.test"},
		{`local n = 0; outbox.suppress(function() n = n + 1; return n <= 2500 and { email = n .. "@y.test" } or nil end, { scope = "news", expires = "1h" }); local m = 0; for s in outbox.suppressions("news") do m = m + 1 end; print(m)`, "2500"},
		{`print(outbox.suppressed("7@y.test"), outbox.suppressed("7@y.test", "news").scope, outbox.suppressed("b@x.test", "news").scope)`, "nil\tnews\t*"},
		{`print(outbox.unsuppress("B@x.test"), outbox.unsuppress({ "1@y.test", "2@y.test", "z@y.test" }, "news"), outbox.suppressed("b@x.test"))`, "1\t2\tnil"},
		{`outbox.suppress{ "a@x.test", "no address" }`, `error: outbox.suppress: who[2] is not an address: "no address"`},
		{`outbox.suppress({ { mail = "a@x.test" } })`, `error: outbox.suppress: who[1] must be an address or a row with a column email or address, got nothing`},
		{`outbox.suppress(5)`, `error: outbox.suppress: who must be an address or a row with a column email or address, got a number`},
	} {
		if got := k.run(t, "test.lua", step.code); got != step.want {
			t.Errorf("%s\n got %s\nwant %s", step.code, got, step.want)
		}
	}
	k.now = k.now.Add(2 * time.Hour)
	if got := k.run(t, "test.lua", `print(outbox.suppressed("7@y.test", "news"))`); got != "nil" {
		t.Error(got)
	}
}

// catching gives the host a sink in the place of all servers.
func (k *keeper) catching(t *testing.T) *sink.Sink {
	t.Helper()
	s, err := sink.Start(sink.Options{Address: "127.0.0.1:0", Dir: t.TempDir(), NoSync: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k.Outbound = Outbound{Sink: &Sink{SMTP: s.Addr()}}
	return s
}

const sendCode = putCode + `local tx = smtp.relay{ name = "tx", host = "mail.x.test" } local function send(key, to, o) o = o or {}; o.key, o.via, o.to = key, tx, to; return outbox.send(msg(o.text), (function() o.text = nil; return o end)()) end `

func TestOutboxSend(t *testing.T) {
	k := newKeeper(t)
	s := k.catching(t)
	var done []outbox.Summary
	k.Summarise = func(s outbox.Summary) { done = append(done, s) }
	for _, step := range []struct {
		after            time.Duration
		code, want, told string
	}{
		{0, `local r = send("k1", "a@x.test"); print(r.state, r.code, r.id, r.key, r.dry)`, "sent\t250\t1\tk1\tnil", "1 0 0 0"},
		{0, `local r = send("k1", "a@x.test"); print(r.state, r.code, r.id)`, "duplicate\t250\t1", ""},
		{0, `local r = send("k2", "550@x.test"); print(r.state, r.code, r.due)`, "failed\t550\tnil", "0 1 0 0"},
		{0, `local r = send("k2", "550@x.test"); print(r.state)`, "duplicate", ""},
		{0, `local r = send("k3", "451@x.test", { retry = { first = "2m" } }); print(r.state, r.code, r.due - r.created > 100)`, "deferred\t451\ttrue", "0 0 1 0"},
		{time.Minute, `local r = send("k3", "451@x.test"); print(r.state, r.attempts)`, "deferred\t1", "0 0 1 0"},
		{time.Hour, `local r = send("k3", "451@x.test", { retry = { attempts = 2 } }); print(r.state, r.attempts)`, "failed\t2", "0 1 0 0"},
		{0, `send("k4", "b@x.test", { on_sent = function(item, reply) print(item.key, item.to, reply.code) end })`, "k4\tb@x.test\t250", "1 0 0 0"},
		{0, `outbox.suppress("C@x.test"); print(send("k5", "c@X.test").state)`, "suppressed", "0 0 0 0"},
		{0, `print(send(nil, "d@x.test").state, #send(nil, "d@x.test").key)`, "sent\t32", "2 0 0 0"},
		{0, `outbox.send(msg(), { key = "k6", via = "bulk" })`, `error: there is no relay "bulk"`, ""},
		{0, `send("k6", "e@x.test", { in_doubt = "holt" })`, `error: outbox.send: option "in_doubt" must be one of hold, resend, skip or a function; got "holt"`, ""},
		{0, `print(send("k7", "f@x.test", { not_before = "1h" }).state, send("k8", "f@x.test", { not_before = "1h", expires = "2h" }).state)`, "ready\tready", "0 0 0 0"},
	} {
		done = nil
		k.now = k.now.Add(step.after)
		if got := k.run(t, "test.lua", sendCode+step.code); got != step.want {
			t.Errorf("%s\n got %s\nwant %s", step.code, got, step.want)
		}
		told := ""
		for _, s := range done {
			told = fmt.Sprint(s.Sent, s.Failed, s.Deferred, s.InDoubt)
		}
		if told != step.told {
			t.Errorf("%s\ntold %q, want %q", step.code, told, step.told)
		}
	}
	if n := s.Count(); n != 4 {
		t.Errorf("%d messages", n)
	}
}

// TestOutboxSendRehearsed: a dry run sends and keeps nothing; test mails go to one address, and are kept by nobody.
func TestOutboxSendRehearsed(t *testing.T) {
	k := newKeeper(t)
	s := k.catching(t)
	through := k.Outbound
	k.Outbound = Outbound{Dry: true}
	if got := k.run(t, "test.lua", sendCode+`local r = send("k1", "a@x.test"); print(r.state, r.code, r.dry)`); got != "sent\t250\ttrue" {
		t.Error(got)
	}
	k.Outbound = through
	k.Outbound.Redirect = "me@x.test"
	if got := k.run(t, "test.lua", sendCode+`print(send("k1", "a@x.test").state, outbox.put(msg(), { key = "k2", via = tx })); print(outbox.put(msg(), { key = "k2", via = "bulk" }))`); got != "sent\t0\tredirected\n0\tredirected" {
		t.Error(got)
	}
	if s.Count() != 2 || !strings.Contains(k.log.String(), `this script has no relay \"bulk\"`) {
		t.Errorf("%d messages\n%s", s.Count(), k.log.String())
	}
	k.Outbound = through
	if got := k.run(t, "test.lua", `print(outbox.get("k1"), outbox.get("k2"))`); got != "nil\tnil" {
		t.Error(got)
	}
}

// TestOutboxWorker: put by one script, delivered by another's relays after its top level.
func TestOutboxWorker(t *testing.T) {
	k := newKeeper(t)
	s := k.catching(t)
	k.run(t, "put.lua", putCode+`for i = 1, 3 do outbox.put(msg(), { key = "k" .. i, via = "tx", to = i == 2 and "550@x.test" or "a@x.test" }) end outbox.put(msg(), { key = "other", via = "other" })`)
	k.Worker = &Worker{Once: true}
	got := k.run(t, "work.lua", `smtp.relay{ name = "tx", host = "mail.x.test", connections = 1 }
		outbox.worker{ on_sent = function(item, reply) print(item.key, reply.code) end, on_failed = function(item, reply) print(item.key, reply.code, kv.incr("failed")) end }
		print("ready")`)
	lines := strings.Split(got, "\n")
	if lines[0] != "ready" || len(lines) != 4 || !strings.Contains(got, "k2\t550\t1") || s.Count() != 2 {
		t.Error(got, s.Count())
	}
	if !strings.Contains(k.log.String(), "mail waits for a relay that this worker lacks") {
		t.Error(k.log.String())
	}
	for code, want := range map[string]string{
		`print("nothing")`:                    "error: the script has no relay: it can't deliver anything",
		`outbox.worker{} outbox.worker{}`:     "error: outbox.worker: the script has said already how it works",
		`outbox.worker{ on_send = print }`:    `error: outbox.worker: unknown option "on_send"; did you mean "on_sent"?`,
		`outbox.worker()`:                     "error: outbox.worker: options must be a table, got nothing",
		`smtp.relay{ host = "x" } os.exit(3)`: "",
	} {
		if got := k.run(t, "work.lua", code); got != want {
			t.Errorf("%s: %s", code, got)
		}
	}
	k.run(t, "put.lua", putCode+`outbox.put(msg(), { key = "k9", via = "tx" })`)
	if got := k.run(t, "work.lua", `smtp.relay{ name = "tx", host = "x" } outbox.worker{ on_sent = function() error("no", 0) end }`); got != "error: no" {
		t.Error(got)
	}
	if got := k.run(t, "work.lua", `smtp.relay{ name = "tx", host = "x" } outbox.worker{ on_sent = function(item) print("told of " .. item.key) end }`); got != "told of k9" {
		t.Error(got)
	}
}

// TestOutboxPool: mail that was put for a pool goes through its relays.
func TestOutboxPool(t *testing.T) {
	k := newKeeper(t)
	s := k.catching(t)
	k.run(t, "put.lua", putCode+`for i = 1, 4 do outbox.put(msg(), { key = "k" .. i, via = "bulk" }) end`)
	k.Worker = &Worker{Once: true}
	got := k.run(t, "work.lua", `local route = require "route"
		route.relay("one", { host = "a.x.test" }); route.relay("two", { host = "b.x.test" })
		route.pool("bulk", { { "one", weight = 1 }, { "two", weight = 1 } })
		outbox.worker{ on_sent = function(item) kv.incr(item.relay) end }`)
	if got != "" || s.Count() != 4 {
		t.Error(got, s.Count())
	}
	k.Worker = nil
	if got := k.run(t, "work.lua", `print(kv.get("one", 0) + kv.get("two", 0))`); got != "4" {
		t.Error(got)
	}
}
