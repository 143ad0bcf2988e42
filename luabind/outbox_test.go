package luabind

import (
	"strings"
	"testing"
	"time"
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
	if got := k.run(t, "test.lua", putCode+`print(outbox.put(msg(), { key = "k", via = "bulk" })); print(outbox.suppress("a@x.test"), outbox.suppressed("a@x.test"), outbox.cancel("k"))`); got != "0\tdry\n1\tnil\tfalse" {
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
