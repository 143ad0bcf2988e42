package luabind

import (
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// TestRouteMistakes: each is told with its line and what would be right.
func TestRouteMistakes(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"unknown relay in a pool", `route.relay("ses", "smtp://a.test") route.pool("bulk", { { "sess", weight = 3 } })`, `route.pool: "sess" is neither a relay nor a pool; did you mean "ses"?`},
		{"pool within itself", `route.pool("bulk", { { "bulk" } })`, `route.pool: "bulk" has itself as a member: its mail would never leave`},
		{"loop of two pools", `route.pool("a", { "b" }) route.pool("b", { "a" })`, `route.pool: "b" is neither a relay nor a pool`},
		{"weight 0", `route.relay("a", "smtp://a.test") route.pool("p", { { "a", weight = 0 } })`, `route.pool: "a" has the weight 0; a weight is a whole number from 1 to 1000000`},
		{"negative weight", `route.relay("a", "smtp://a.test") route.pool("p", { { "a", weight = -2 } })`, `route.pool: "a" has the weight -2; a weight is a whole number from 1 to 1000000`},
		{"odd weight", `route.pool("p", { { "a", weight = "3" } })`, `route.pool: members[1]: weight must be a whole number, got a string (3)`},
		{"half a weight", `route.pool("p", { { "a", weight = 1.5 } })`, `route.pool: members[1]: weight must be a whole number, got a number (1.5)`},
		{"unknown key of a member", `route.pool("p", { { "a", wait = 3 } })`, `route.pool: members[1]: wait is no part of a member`},
		{"no members", `route.pool("p", {})`, `route.pool: "p" has no members`},
		{"members by name", `route.pool("p", { a = 3 })`, `route.pool: members must be a list, such as { { "ses", weight = 3 }, { "own", weight = 1 } }`},
		{"member without a name", `route.pool("p", { { weight = 3 } })`, `route.pool: members[1]: a member must begin with a relay, the name of one or of a pool, or a list of these, got nil`},
		{"twice in a pool", `route.relay("a", "smtp://a.test") route.pool("p", { "a", "a" })`, `route.pool: "a" is in the pool twice`},
		{"pool called as a relay", `route.relay("a", "smtp://a.test") route.pool("a", { "a" })`, `route.pool: "a" is a relay already`},
		{"relay called as a pool", `route.relay("a", "smtp://a.test") route.pool("p", { "a" }) route.relay("p", "smtp://b.test")`, `route.relay: "p" is a pool already`},
		{"two relays", `route.relay("a", "smtp://a.test") route.relay("a", "smtp://b.test")`, `route.relay: "a" is defined already, with another server`},
		{"smtp.relay of the name", `smtp.relay{ name = "a", host = "a.test" } route.relay("a", "smtp://b.test")`, `route.relay: "a" is defined already`},
		{"smtp.relay of a defined name", `route.relay("a", "smtp://a.test") smtp.relay{ name = "a", host = "b.test" }`, `smtp.relay: "a" is defined already, with another server`},
		{"two names", `route.relay("a", { name = "b", host = "a.test" })`, `route.relay: the relay is called "a", and its options call it "b"`},
		{"no name", `route.relay("", "smtp://a.test")`, `route.relay: name must not be empty`},
		{"unknown option", `route.relay("a", { host = "a.test", conections = 3 })`, `route.relay: unknown option "conections"; did you mean "connections"?`},
		{"bad pattern", `route.relay("a", { host = "a.test", slow_down_on = "[" })`, `route.relay: option "slow_down_on" is no pattern: malformed pattern (missing ']')`},
		{"domain", `route.limit("gmail com", { connections = 1 })`, `route.limit: "gmail com" is not a domain`},
		{"address", `route.limit("x@gmail.com", { connections = 1 })`, `route.limit: "x@gmail.com" is not a domain`},
		{"limit", `route.limit("gmail.com", { connection = 1 })`, `route.limit: unknown option "connection"; did you mean "connections"?`},
		{"rate", `route.limit("gmail.com", { rate = "fast" })`, `smtp: a rate is a number and s, m, h or d, such as 14/s or 5000/h: "fast"`},
		{"limit twice", `route.limit("gmail.com", { connections = 1 }) route.limit("GMAIL.com", { connections = 2 })`, `route.limit: gmail.com has limits already (test.lua:2)`},
		{"limit too late", `smtp.relay{ name = "a", host = "a.test" } route.limit("gmail.com", { connections = 1 })`, `route.limit: the relay "a" was made before (test.lua:2), without these limits`},
		{"preset", `route.preset("gmial")`, `route.preset: there is no preset "gmial"; did you mean "gmail"?`},
		{"choose", `route.choose("a")`, `route.choose: fn must be a function, got a string`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := runSession(t, "127.0.0.1:1", "local route = require \"route\"\n"+tt.code)
			if s.err == nil || s.err.Error() != tt.want {
				t.Errorf("%v, want %s", s.err, tt.want)
			}
		})
	}
}

// routed runs a batch of n mails through relays a and b, each with a server of its
// own, and tells who got how many.
func routed(t *testing.T, a, b smtptest.Config, code string) (s session, got [2]int) {
	t.Helper()
	first, second := smtptest.NewServer(t, a), smtptest.NewServer(t, b)
	prelude := `local route, outbox = require "route", require "outbox"
		route.relay("a", { host = "` + first.Addr() + `", tls = "none" }) route.relay("b", { host = "` + second.Addr() + `", tls = "none" })
		function mail(n, via, to) for i = 1, n do outbox.put(mime.message{ from = "me@x.test", to = to or "a@y.test", subject = "S" .. i, text = "t" }, { key = tostring(i), via = via }) end end `
	s = runSession(t, "", prelude+code)
	return s, [2]int{len(first.Messages()), len(second.Messages())}
}

// TestRouteChoosesByDelivery: what the function is told of a mail.
func TestRouteChoosesByDelivery(t *testing.T) {
	code := `local route, batch = require "route", require "batch"
		route.relay("a", { host = "ADDR", tls = "none" })
		route.choose(function(d)
			print(d.from, d.to, d.domain, #d.recipients, d.size > 100, d:header("subject"), d:header("X-None"), d.attempts, d.batch, d.last, d.relay)
			return { "a" }
		end)
		batch.run{ id = "b", source = { "Ann@Y.test" }, message = function(to) return mime.message{ from = "Me <me@x.test>", to = { to, "b@y.test" }, subject = "Grüße", text = "t" } end }`
	s := smtptest.NewServer(t, smtptest.Config{})
	wantBatch(t, s.Addr(), code, `me@x.test Ann@Y.test y.test 2 true Grüße nil 0 b nil nil`)
	if n := len(s.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestRouteChooseNonsense: an item fails with what was wrong with the answer.
func TestRouteChooseNonsense(t *testing.T) {
	for answer, want := range map[string]string{
		`nil`:               `batch.run: the function of route.choose (test.lua:3): a way must be a relay, the name of one or of a pool, or a list of these, got nil`,
		`"c"`:               `batch.run: the function of route.choose (test.lua:3): there is no relay "c"`,
		`{}`:                `batch.run: the function of route.choose (test.lua:3): via must be a relay, the name of one or of a pool, or a list of these, got a table`,
		`{ "a", 7 }`:        `batch.run: the function of route.choose (test.lua:3): via[2]: a way must be a relay, the name of one or of a pool, or a list of these, got a number (7)`,
		`error("no idea")`:  `no idea`,
		`{ relay = "a" }`:   `batch.run: the function of route.choose (test.lua:3): via must be a relay, the name of one or of a pool, or a list of these, got a table`,
	} {
		code := `local route, batch = require "route", require "batch"
			route.relay("a", { host = "ADDR", tls = "none" })
			route.choose(function(d) return ` + answer + ` end)
			batch.run{ id = "b", source = { "a@y.test" }, on_failed = function(item, reply) print(reply.text) end,
				message = function(to) return mime.message{ from = "me@x.test", to = to, text = "t" } end }`
		s := smtptest.NewServer(t, smtptest.Config{})
		got := runBatch(t, s.Addr(), code)
		if !strings.Contains(got.stdout, want) || len(s.Messages()) > 0 {
			t.Errorf("%s: %s%v", answer, got.stdout, got.err)
		}
	}
}
