package luabind

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// authCase is a script that runs against a server with one user, u, whose
// password and token is s3cret-word. ADDR in the code is the server's address.
type authCase struct {
	name, code, want string
	offered          []string
	forge            smtptest.Forgery
	commands         string // what the server must have seen after EHLO, "" for anything
}

func (c authCase) run(t *testing.T) {
	t.Helper()
	server := smtptest.NewServer(t, smtptest.Config{
		Users: map[string]string{"u": "s3cret-word", "jürgen%": "pä ss"}, Tokens: map[string]string{"s3cret-word": "u"}, Mechanisms: c.offered, Forge: c.forge,
	})
	stdout, logged, err := runBinding(t, strings.ReplaceAll(c.code, "ADDR", server.Addr()), "")
	if err != nil {
		stdout += "error: " + err.Error()
	}
	if got := strings.TrimSpace(stdout); got != c.want {
		t.Errorf("printed\n%s\nwant\n%s\n%s", got, c.want, logged)
	}
	if strings.Contains(stdout+logged, "s3cret") {
		t.Errorf("the secret is in\n%s%s", stdout, logged)
	}
	var commands []string
	for _, line := range server.Transcript() {
		if said, ok := strings.CutPrefix(line, "C: "); ok && !strings.HasPrefix(said, "EHLO") && said != "QUIT" {
			commands = append(commands, said)
		}
	}
	if c.commands != "" && !slices.Equal(commands, strings.Split(c.commands, "|")) {
		t.Errorf("the server saw %q", commands)
	}
}

const (
	plainAuth    = "AUTH PLAIN AHUAczNjcmV0LXdvcmQ="
	plainPayload = "AHUAczNjcmV0LXdvcmQ="
	connectToken = `local conn = smtp.connect{ host = "ADDR", user = "u", token = `
)

func TestLogin(t *testing.T) {
	xoauth2 := []string{"XOAUTH2", "PLAIN"}
	tests := []authCase{
		{name: "a token", code: connectToken + `"s3cret-word" } print(conn:noop())`, want: "250\t2.0.0 ok", offered: xoauth2},
		{name: "a wrong token", code: `local ok, e = pcall(smtp.connect, { host = "ADDR", user = "u", token = "x" })
			print(e.kind, e.mechanism, e.code, #e.attempts, e.attempts[1].detail, e.attempts[1].mechanism, e.hint ~= nil)`,
			want: "auth\tXOAUTH2\t535\t1\t{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}\tXOAUTH2\ttrue", offered: xoauth2},
		{name: "a function", code: connectToken + `function(...) return select("#", ...) == 0 and "s3" .. "cret-word" end } print(conn:noop())`, want: "250\t2.0.0 ok", offered: xoauth2},
		{name: "a function that is asked again", code: `local list = { "old", "s3cret-word", "x" }
			local conn = smtp.connect{ host = "ADDR", user = "u", token = function() return table.remove(list, 1) end } print(#list)`, want: "1", offered: xoauth2},
		{name: "a function that fails", code: `local mine = {}
			local ok, e = pcall(smtp.connect, { host = "ADDR", user = "u", token = function() error("no network") end }) print(e.kind, e, e.traceback ~= nil)
			local ok, e = pcall(smtp.connect, { host = "ADDR", user = "u", token = function() smtp.connect{ prot = 1 } end }) print(e.kind)`,
			want: "script\ttest.lua:2: no network\ttrue\nargument", offered: xoauth2},
		{name: "a function that gives no string", code: `smtp.connect{ host = "ADDR", user = "u", token = function() return 42 end }`,
			want: "error: smtp: auth: no token: the token function must return a string, got a number", offered: xoauth2},
		{name: "a function that yields", code: `print(coroutine.resume(coroutine.create(function()
			local ok, e = pcall(smtp.connect, { host = "ADDR", user = "u", token = function() coroutine.yield("x") return "s3cret-word" end }) return ok, e.kind end)))`,
			want: "true\tfalse\tscript", offered: xoauth2},
		{name: "neither string nor function", code: `smtp.connect{ host = "ADDR", token = 42 }`, want: `error: smtp.connect: option "token" must be a string or a function, got a number`},
		{name: "a line end in the token", code: `print(select(2, pcall(smtp.connect, { host = "ADDR", token = "s3cret\n" })).kind)`, want: "argument"},
		{name: "in pcall in a coroutine", code: `local n = 0
			print(coroutine.wrap(function() return pcall(function()
				return smtp.connect{ host = "ADDR", user = "u", token = function() n = n + 1 return "s3cret-word" end }:noop() end) end)(), n)`, want: "true\t1", offered: xoauth2},
		{name: "the connection's own", code: `local conn = smtp.new{ host = "ADDR", user = "u", password = "s3cret-word", auth = "LOGIN" }
			conn:connect() print(conn:login())`, want: "235\t2.7.0 welcome", commands: "AUTH LOGIN|dQ==|czNjcmV0LXdvcmQ="},
		{name: "the connection's own function", code: `local conn = smtp.new{ host = "ADDR", user = "u", token = function() return "s3cret-word" end }
			conn:connect() print(pcall(conn.login, conn))`, want: "true\t235\t2.7.0 welcome", offered: xoauth2},
		{name: "login", code: `local conn = smtp.connect("ADDR") print(conn:login("u", "s3cret-word"))`, want: "235\t2.7.0 welcome", commands: plainAuth},
		{name: "login with a list", code: `local conn = smtp.connect("ADDR") print(conn:login("u", "s3cret-word", { auth = { "login", "plain" } }))`, want: "235\t2.7.0 welcome",
			commands: "AUTH LOGIN|dQ==|czNjcmV0LXdvcmQ="},
		{name: "login without initial response", code: `local conn = smtp.connect("ADDR") print(conn:login("u", "s3cret-word", { initial_response_ok = false }))`, want: "235\t2.7.0 welcome",
			commands: "AUTH PLAIN|" + plainPayload},
		{name: "login with a token", code: `local conn = smtp.connect("ADDR") print(conn:login("u", nil, { token = function() return "s3cret-word" end }))
			print(conn:login("u", nil, { token = "s3cret-word" }))`, want: "235\t2.7.0 welcome\n235\t2.7.0 welcome", offered: xoauth2},
		{name: "login without anything", code: `smtp.connect("ADDR"):login("u")`, want: "error: conn:login: password must be a string, got nothing"},
		{name: "login with an unknown option", code: `smtp.connect("ADDR"):login("u", "p", { tokn = "x" })`, want: `error: conn:login: unknown option "tokn"; did you mean "token"?`},
		{name: "login with an unknown mechanism", code: `local ok, e = pcall(smtp.connect, { host = "ADDR", user = "u", password = "p", auth = "PLIAN" }) print(e.kind, e.hint:match("PLAIN"))`, want: "argument\tPLAIN"},
		{name: "the connection is busy while it asks", code: `local conn = smtp.connect("ADDR")
			print(select(2, pcall(conn.login, conn, "u", nil, { token = function() conn:noop() end })).kind)`, want: "argument", offered: xoauth2},
		{name: "URL", code: `print(smtp.connect("smtp://j%C3%BCrgen%25:p%C3%A4%20ss@ADDR?auth=LOGIN"):noop()) print(smtp.connect("smtp://jürgen%25:pä%20ss@ADDR"):noop())`,
			want: "250\t2.0.0 ok\n250\t2.0.0 ok", commands: "AUTH LOGIN|asO8cmdlbiU=|cMOkIHNz|NOOP|AUTH PLAIN AGrDvHJnZW4lAHDDpCBzcw==|NOOP"},
		{name: "transcript", code: `local conn = smtp.connect{ host = "ADDR", user = "u", password = "s3cret-word", auth = "LOGIN", debug = function(d, line) if line:match("^334") or d == "C" then print(d, line) end end }
			conn:close()`, want: "C\tEHLO " + "NAME\nC\tAUTH LOGIN\nS\t334 ****\nC\t****\nS\t334 ****\nC\t****"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.code = strings.ReplaceAll(tt.code, "debug = function", `local_hostname = "NAME", debug = function`)
			tt.run(t)
		})
	}
}

func TestAuthByScript(t *testing.T) {
	tests := []authCase{
		{name: "with initial response", code: `local conn = smtp.connect("ADDR") print(conn:auth("plain", function(c) return c == nil and "\0u\0s3cret-word" end))`,
			want: "235\t2.7.0 welcome", commands: plainAuth},
		{name: "no answer", code: `local conn = smtp.connect("ADDR") print(conn:auth("PLAIN", function() end))`,
			want: "error: smtp: auth PLAIN: conn:auth: the function must return a string, got nothing: 501 5.7.0 cancelled"},
		{name: "asked for it", code: `local conn = smtp.connect("ADDR") print(conn:auth("PLAIN", function(c) if c then return "\0u\0s3cret-word" end end))`,
			want: "235\t2.7.0 welcome", commands: "AUTH PLAIN|" + plainPayload},
		{name: "initial_response_ok", code: `local conn = smtp.connect("ADDR") print(conn:auth("PLAIN", function(c) return "\0u\0s3cret-word" end, { initial_response_ok = false }))`,
			want: "235\t2.7.0 welcome", commands: "AUTH PLAIN|" + plainPayload},
		{name: "several challenges", code: `local conn, asked = smtp.connect("ADDR"), {}
			print(conn:auth("LOGIN", function(c) asked[#asked + 1] = c return c and (c:match("^User") and "u" or "s3cret-word") end)) print(table.concat(asked, " "))`,
			want: "235\t2.7.0 welcome\nUsername: Password:", commands: "AUTH LOGIN|dQ==|czNjcmV0LXdvcmQ="},
		{name: "refused", code: `local conn = smtp.connect("ADDR")
			local ok, e = pcall(conn.auth, conn, "PLAIN", function() return "\0u\0mistaken" end) print(e.kind, e.code, e.mechanism, e.message, conn:noop())`,
			want: "auth\t535\tPLAIN\t5.7.8 wrong credentials\t250\t2.0.0 ok"},
		{name: "an error of the function cancels", code: `local conn, mine = smtp.connect("ADDR"), { "mine" }
			local ok, e = pcall(conn.auth, conn, "PLAIN", function(c) if c then error("changed my mind") end end) print(e.kind, e, conn:noop())`,
			want: "script\ttest.lua:2: changed my mind\t250\t2.0.0 ok", commands: "AUTH PLAIN|*|NOOP"},
		{name: "no function", code: `smtp.connect("ADDR"):auth("PLAIN", "x")`, want: `error: conn:auth: respond must be a function, got a string`},
		{name: "no mechanism", code: `print(select(2, pcall(function() smtp.connect("ADDR"):auth("PLAIN\r\nNOOP", function() end) end)).kind)`, want: "argument"},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.run)
	}
}

const relayToken = `local asked = 0
	local relay = smtp.relay{ host = "ADDR", user = "u", connections = 3, token = function() asked = asked + 1 return asked > 1 and "s3cret-word" or "old" end }
	local msg = mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", text = "t" }
	`

func TestRelayAsksForTokens(t *testing.T) {
	xoauth2 := []string{"XOAUTH2"}
	tests := []authCase{
		{name: "send", code: relayToken + `print(relay:send(msg).code, relay:send(msg).code, asked)`, want: "250\t250\t2"},
		{name: "submit and results", code: relayToken + `for i = 1, 100 do relay:submit(msg) end
			local n = 0 for r in relay:results() do n = n + (r.ok and 1 or 0) end print(n, asked >= 2, asked <= 7)`, want: "100\ttrue\ttrue"},
		{name: "close", code: relayToken + `relay:submit(msg) relay:close() print(relay:stats().sent, asked)`, want: "1\t2"},
		{name: "stats", code: relayToken + `relay:submit(msg) while relay:stats().sent == 0 do end print(asked)`, want: "2"},
		{name: "the script's end", code: `local relay = smtp.relay{ host = "ADDR", user = "u", token = function() print("asked") return "s3cret-word" end }
			relay:submit(mime.message{ from = "a@x.example", to = "b@x.example", text = "t" })`, want: "asked"},
		{name: "os.exit", code: `local relay = smtp.relay{ host = "ADDR", user = "u", token = function() print("asked") return "s3cret-word" end }
			relay:submit(mime.message{ from = "a@x.example", to = "b@x.example", text = "t" }) pcall(os.exit, 0)`, want: "asked"},
		{name: "an error of the function", code: `local relay = smtp.relay{ host = "ADDR", user = "u", token = function() error("no network") end }
			local msg = mime.message{ from = "a@x.example", to = "b@x.example", text = "t" }
			print(select(2, pcall(relay.send, relay, msg)).kind) relay:submit(msg) for r in relay:results() do print(r.ok, r.error.kind, r.error) end`,
			want: "script\nfalse\tauth\ttest.lua:3: smtp: auth: no token: test.lua:1: no network"},
		{name: "the relay itself in the function", code: `local relay local msg = mime.message{ from = "a@x.example", to = "b@x.example", text = "t" }
			relay = smtp.relay{ host = "ADDR", user = "u", token = function() relay:send(msg) end }
			print(select(2, pcall(relay.send, relay, msg)).message)`, want: "a relay's token function must not use a relay"},
		{name: "another connection in the function", code: `local msg = mime.message{ from = "a@x.example", to = "b@x.example", text = "t" }
			local relay = smtp.relay{ host = "ADDR", user = "u", token = function() assert(smtp.connect("ADDR"):noop() == 250) return "s3cret-word" end }
			print(relay:send(msg).code)`, want: "250"},
		{name: "two relays", code: relayToken + `local other = smtp.relay{ host = "ADDR", name = "other", user = "u", token = function() return "s3cret-word" end }
			relay:submit(msg) other:submit(msg) for r in other:results() do print(r.ok) end for r in relay:results() do print(r.ok) end`, want: "true\ntrue"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.offered = xoauth2; tt.run(t) })
	}
}

// TestTokenFunctionAfterAnInterrupt ends while a worker waits for a token that
// nobody will give.
func TestTokenFunctionAfterAnInterrupt(t *testing.T) {
	server := smtptest.NewServer(t, smtptest.Config{Mechanisms: []string{"XOAUTH2"}})
	code := `local relay = smtp.relay{ host = "` + server.Addr() + `", user = "u", token = function() while true do end end }
		relay:submit(mime.message{ from = "a@x.example", to = "b@x.example", text = "t" }) relay:close()`
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	var out bytes.Buffer
	host := &Host{Stdout: &out, Stderr: &out, Wall: time.Now, Mono: time.Now, Logger: slog.New(slog.DiscardHandler), LookupEnv: func(string) (string, bool) { return "", false }}
	start := time.Now()
	if _, err := host.Run(ctx, program); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}
