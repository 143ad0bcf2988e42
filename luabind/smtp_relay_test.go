package luabind

import (
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// at answers one command line.
func at(verb, reply string) smtptest.Config {
	return smtptest.Config{Reply: func(line string) string {
		if line == verb || strings.HasPrefix(line, verb+" ") {
			return reply
		}
		return ""
	}}
}

// TestRelayInDoubtForSome: of a message to three domains one server took it, one
// said later, and one hung up before it told; nobody is lost, and nobody is told
// to try again where that could make a second copy.
func TestRelayInDoubtForSome(t *testing.T) {
	good := smtptest.NewServer(t, smtptest.Config{})
	later := smtptest.NewServer(t, at("MAIL", "451 4.3.0 later"))
	drops := smtptest.NewServer(t, at(".", "drop"))
	code := `local relay = smtp.relay{ mx = { ["a.test"] = "` + good.Addr() + `", ["b.test"] = "` + later.Addr() + `", ["c.test"] = "` + drops.Addr() + `" } }
		relay:submit(mime.message{ from = "me@x.test", to = { "1@c.test", "2@a.test", "3@b.test" }, text = "t" }, { tag = "m" })
		for r in relay:results() do
			print(r.tag, r.ok, r.error.kind, r.error.delivered, table.concat(r.accepted, " "))
			for _, row in ipairs(r.results) do print(row.address, row.code, row.enhanced, row.delivered) end
		end
		local s = relay:stats() print(s.failed, s.refused, s.sites["a.test"].sent, s.sites["b.test"].failed, s.sites["c.test"].failed)`
	wantOutput(t, good.Addr(), code, `m false disconnected unknown 2@a.test
		1@c.test 0 nil unknown
		2@a.test 250 2.1.5 nil
		3@b.test 451 4.3.0 nil
		1 2 1 1 1`)
}

// TestRelayDefinedTwice: with the same limits it is one relay, with one pool and
// one bucket; after close the name is free again.
func TestRelayDefinedTwice(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	code := `local function define(o) o.host, o.name = "ADDR", "eu" return smtp.relay(o) end
		local msg = mime.message{ from = "me@x.test", to = "a@y.test", text = "t" }
		local a, b = define{ rate = "1000/s" }, define{ rate = { "1000/s" } }
		a:send(msg) b:send(msg) print(a:stats().sent, b:stats().sent)
		for _, o in ipairs{ { rate = "10/s" }, { rate = "1000/s", burst = 2 }, { rate = "1000/s", connections = 3 }, { rate = "1000/s", lifetime = 3 }, { rate = "1000/s", user = "u", password = "p", allow_insecure_auth = true },
			{ rate = "1000/s", fallback = "smtp://b.test" }, { rate = "1000/s", per_domain = { ["a.test"] = { connections = 1 } } }, { rate = "1000/s", recipient_rate = "1/s" } } do
			local ok, e = pcall(define, o) print(ok, e.kind, e.message:match("another (.*)$"))
		end
		a:close() print(pcall(function() b:send(msg) end))
		print(define{ rate = "10/s" }:send(msg).code)`
	wantOutput(t, s.Addr(), code, `2 2
		false argument rate
		false argument burst
		false argument connections
		false argument lifetime
		false argument server
		false argument server
		false argument per_domain
		false argument recipient_rate
		false test.lua:9: relay: closed
		250`)
}

// TestRelayOnResult: results come during later calls, and none are left unread.
func TestRelayOnResult(t *testing.T) {
	s := smtptest.NewServer(t, at("RCPT", ""))
	code := `local seen = {}
		local relay = smtp.relay{ host = "ADDR", recipient_rate = "1000/s", burst = { 5 }, on_result = function(r) seen[#seen + 1] = r.tag .. tostring(r.ok) end }
		for i = 1, 3 do relay:submit(mime.message{ from = "me@x.test", to = "a@y.test", text = "t" }, { tag = i }) end
		relay:close() table.sort(seen) print(table.concat(seen, " "))`
	wantOutput(t, s.Addr(), code, "1true 2true 3true")
}
