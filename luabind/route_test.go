package luabind

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
	"moonpost/relay"
	"moonpost/smtp"
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
		{"odd weight", `route.pool("p", { { "a", weight = "3" } })`, `route.pool: members[1]: weight must be a whole number, got a string ("3")`},
		{"half a weight", `route.pool("p", { { "a", weight = 1.5 } })`, `route.pool: members[1]: weight must be a whole number, got a number (1.5)`},
		{"unknown key of a member", `route.pool("p", { { "a", wait = 3 } })`, `route.pool: members[1]: "wait" is no part of a member`},
		{"no members", `route.pool("p", {})`, `route.pool: "p" has no members`},
		{"members by name", `route.pool("p", { a = 3 })`, `route.pool: members must be a list, such as { { "ses", weight = 3 }, { "own", weight = 1 } }`},
		{"member without a name", `route.pool("p", { { weight = 3 } })`, `route.pool: members[1]: a member must begin with a relay, the name of one or of a pool, or a list of these, got nothing`},
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

// routeRun runs a script with a store of its own. A and B in it stand for the
// addresses of two servers.
func routeRun(t *testing.T, a, b smtptest.Config, code string) (printed string, first, second *smtptest.Server) {
	t.Helper()
	first, second = smtptest.NewServer(t, a), smtptest.NewServer(t, b)
	var out, log bytes.Buffer
	file := filepath.Join(t.TempDir(), "store.db")
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false },
		Logger:    slog.New(slog.NewTextHandler(&log, nil)),
		Store: func(ctx context.Context) (outbox.Store, error) {
			return sqlstore.Open(ctx, file, sqlstore.Options{Wall: time.Now})
		},
	}
	code = strings.NewReplacer("ADDR-A", first.Addr(), "ADDR-B", second.Addr()).Replace(`local route, batch = require "route", require "batch"
		function letter(to) return mime.message{ from = "Me <me@x.test>", to = to, subject = "Grüße", text = "t" } end
		function people(n, domain) local list = {} for i = 1, n do list[i] = "p" .. i .. "@" .. (domain or "y.test") end return list end
		route.relay("a", { host = "ADDR-A", tls = "none" }) route.relay("b", { host = "ADDR-B", tls = "none" })
		` + code)
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := host.Run(t.Context(), program); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	return strings.Join(strings.Fields(out.String()), " "), first, second
}

// TestRouteChoosesByDelivery: what the function is told of a mail.
func TestRouteChoosesByDelivery(t *testing.T) {
	code := `route.choose(function(d)
			print(d.from, d.to, d.domain, #d.recipients, d.size > 100, d:header("subject"), d:header("X-None"), d.attempts, d.batch, d.last, d.relay)
			return { "b", "a" }
		end)
		batch.run{ id = "news", source = { "Ann@Y.test" }, message = function(to) return letter{ to, "b@y.test" } end }`
	printed, a, b := routeRun(t, smtptest.Config{}, smtptest.Config{}, code)
	if printed != "me@x.test Ann@Y.test y.test 2 true Grüße nil 0 news nil nil" {
		t.Error(printed)
	}
	if len(a.Messages()) != 0 || len(b.Messages()) != 1 {
		t.Errorf("%d and %d messages", len(a.Messages()), len(b.Messages()))
	}
}

// TestRoutePoolSharesByWeight: and gives all to the other where one is down.
func TestRoutePoolSharesByWeight(t *testing.T) {
	const run = `route.pool("bulk", { { "a", weight = 3 }, "b" })
		local s = batch.run{ id = "news", source = people(40), message = letter, via = "bulk" } print(s.sent)`
	printed, a, b := routeRun(t, smtptest.Config{}, smtptest.Config{}, run)
	if printed != "40" || len(a.Messages()) != 30 || len(b.Messages()) != 10 {
		t.Errorf("%s sent, %d and %d", printed, len(a.Messages()), len(b.Messages()))
	}
	printed, a, b = routeRun(t, at("EHLO", "554 5.3.2 closed"), smtptest.Config{}, run)
	if printed != "40" || len(a.Messages()) != 0 || len(b.Messages()) != 40 {
		t.Errorf("%s sent, %d and %d", printed, len(a.Messages()), len(b.Messages()))
	}
}

// TestRouteOnDeferred: the next try goes another way.
func TestRouteOnDeferred(t *testing.T) {
	code := `route.on_deferred(function(d, reply)
			print(d.to, d.domain, d.attempts, d.relay, d.batch, d.last.code, reply.code, reply.enhanced)
			if d.attempts >= 2 then return { relay = "b" } end
		end)
		local s = batch.run{ id = "news", source = people(1), message = letter, via = "a", wait = "10s", retry = { first = "10ms", attempts = 5 } } print(s.sent)`
	printed, a, b := routeRun(t, at("RCPT", "450 4.2.0 later"), smtptest.Config{}, code)
	want := "p1@y.test y.test 1 a news 450 450 4.2.0 p1@y.test y.test 2 a news 450 450 4.2.0 1"
	if printed != want || len(a.Messages()) != 0 || len(b.Messages()) != 1 {
		t.Errorf("%s; %d and %d", printed, len(a.Messages()), len(b.Messages()))
	}
}

// TestRouteFailoverOn: a relay's own pattern sends what it refused to the next one.
func TestRouteFailoverOn(t *testing.T) {
	code := `route.relay("strict", { host = "ADDR-A", tls = "none", failover_on = "blocked" })
		local s = batch.run{ id = "news", source = people(2), message = letter, via = { "strict", "b" } } print(s.sent, s.failed)`
	printed, _, b := routeRun(t, at("MAIL", "550 5.7.1 blocked by us"), smtptest.Config{}, code)
	if printed != "2 0" || len(b.Messages()) != 2 {
		t.Error(printed)
	}
	printed, _, b = routeRun(t, at("MAIL", "550 5.7.1 spam"), smtptest.Config{}, code)
	if printed != "0 2" || len(b.Messages()) != 0 {
		t.Error(printed)
	}
}

// TestRouteChooseNonsense: an item fails with what was wrong with the answer.
func TestRouteChooseNonsense(t *testing.T) {
	const where = "batch.run: the function of route.choose (test.lua:5): "
	for answer, want := range map[string]string{
		`nil`:              where + `a way must be a relay, the name of one or of a pool, or a list of these, got nothing`,
		`"c"`:              where + `there is no relay "c"`,
		`{}`:               where + `via must be a relay, the name of one or of a pool, or a list of these, got a table`,
		`{ "a", 7 }`:       where + `via[2]: a way must be a relay, the name of one or of a pool, or a list of these, got a number (7)`,
		`error("no idea")`: `no idea`,
		`{ relay = "a" }`:  where + `via must be a relay, the name of one or of a pool, or a list of these, got a table`,
	} {
		code := `route.choose(function(d) return ` + answer + ` end)
			batch.run{ id = "b", source = people(1), message = letter, on_failed = function(item, reply) print(reply.text) end }`
		printed, a, b := routeRun(t, smtptest.Config{}, smtptest.Config{}, code)
		if !strings.Contains(printed, want) || len(a.Messages())+len(b.Messages()) > 0 {
			t.Errorf("%s: %s", answer, printed)
		}
	}
}

// TestRouteLimits: route.limit holds for all relays, presets for those with mx, and
// what a relay says itself comes first.
func TestRouteLimits(t *testing.T) {
	var d routeDesk
	if err := d.limit("route.limit", "GMail.com", relay.DomainLimits{Connections: 7, Rates: []relay.Rate{{Count: 1, Per: time.Second}}}, ""); err != nil {
		t.Fatal(err)
	}
	if domains, err := d.preset("route.preset", []string{"gmail", "yahoo"}, ""); err != nil || !slices.Contains(domains, "yahoo.com") {
		t.Fatal(domains, err)
	}
	own := map[string]relay.DomainLimits{"gmail.COM": {Connections: 9}}
	host := relay.Options{SMTP: smtp.Options{Host: "a.test"}, PerDomain: own}
	d.apply(&host)
	if got := host.PerDomain["gmail.com"]; len(host.PerDomain) != 1 || got.Connections != 9 || got.Rates[0].Count != 1 || got.MessagesPerConnection != 0 || host.SlowDownOn != nil {
		t.Errorf("%+v", host.PerDomain)
	}
	mx := relay.Options{MX: &relay.MX{}, PerDomain: own}
	d.apply(&mx)
	if got := mx.PerDomain["gmail.com"]; got.Connections != 9 || got.Rates[0].Count != 1 || got.MessagesPerConnection != 100 {
		t.Errorf("%+v", got)
	}
	if mx.PerDomain["yahoo.com"].MessagesPerConnection != 20 || !mx.SlowDownOn(smtp.Reply{Code: 451, Lines: []string{"4.7.0 [TSS04] deferred"}}) {
		t.Errorf("%+v", mx.PerDomain["yahoo.com"])
	}
}
