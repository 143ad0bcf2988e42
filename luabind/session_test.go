package luabind

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// newTestSession makes a session that prints into out; `env.SMTP` is the
// address of a recording server.
func newTestSession(t *testing.T) (s *Session, out *bytes.Buffer) {
	t.Helper()
	out = &bytes.Buffer{}
	server := smtptest.NewServer(t, smtptest.Config{})
	clock := func() time.Time { return time.Unix(1_800_000_000, 0).UTC() }
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Wall: clock, Mono: time.Now,
		LookupEnv: func(name string) (string, bool) { return server.Addr(), name == "SMTP" },
		Logger:    slog.New(slog.NewTextHandler(out, nil)),
	}
	s, err := host.NewSession(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return s, out
}

// typeLines evaluates chunks one after another and gives what the last showed.
func typeLines(t *testing.T, s *Session, chunks ...string) string {
	t.Helper()
	var shown []string
	for _, chunk := range chunks {
		var err error
		if shown, err = s.Eval(context.Background(), chunk); err != nil {
			return "error: " + err.Error()
		}
	}
	return strings.Join(shown, "\n")
}

func TestSessionEval(t *testing.T) {
	tests := []struct {
		name   string
		chunks []string
		want   string
	}{
		{"an expression", []string{"1 + 1"}, "2"},
		{"with an equals sign", []string{" = 1 + 1"}, "2"},
		{"several values", []string{"1, 'a', nil"}, "1\n\"a\"\nnil"},
		{"a statement has no value", []string{"x = 1"}, ""},
		{"a call may be both", []string{"tostring(1)"}, `"1"`},
		{"locals live on", []string{"local a, b = 1, 2", "a + b"}, "3"},
		{"and change", []string{"local a = 1", "a = a + 1", "local function f() return a end", "a = 5", "f()"}, "5"},
		{"and are no globals", []string{"local a = 1", "rawget(_G, 'a')"}, "nil"},
		{"nor those of blocks", []string{"do local a = 1 end", "a"}, "nil"},
		{"a local without a value", []string{"local a", "a = 3", "a, rawget(_G, 'a')"}, "3\nnil"},
		{"a local function calls itself", []string{"local function f(n) if n == 0 then return 'end' end return f(n - 1) end", "f(9)"}, `"end"`},
		{"globals are globals", []string{"g = 1", "_G.g"}, "1"},
		{"the last value", []string{"6 * 7", "_ + 1"}, "43"},
		{"an error leaves the state", []string{"x = 1", "x"}, "1"},
		{"a comment", []string{"-- nothing"}, ""},
		{"an error", []string{"error('no')"}, "error: repl:1: no"},
		{"a syntax error", []string{"x = = 1"}, "error: repl:1:5: unexpected symbol near '='"},
		{"a syntax error of an expression", []string{"=x x"}, "error: repl:1:10: '<eof>' expected near 'x'"},
		{"a coroutine of an earlier line", []string{"co = coroutine.wrap(function() coroutine.yield(1) return 2 end)", "co()", "co()"}, "2"},
		{"an error through pcall", []string{"n = 0", "pcall(function() n = n + 1 error('x') end)", "n"}, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := newTestSession(t)
			if got := typeLines(t, s, tt.chunks...); got != tt.want {
				t.Errorf("%q\n got %s\nwant %s", tt.chunks, got, tt.want)
			}
		})
	}
}

func TestSessionShows(t *testing.T) {
	s, _ := newTestSession(t)
	tests := []struct{ chunk, want string }{
		{`{}`, `{}`},
		{`{ 1, "a", true, x = { y = 2 } }`, `{ 1, "a", true, x = { y = 2 } }`},
		{`{ b = 1, a = 2, [10] = 3, ["a b"] = 4, ["end"] = 5, [true] = 6 }`, `{ [10] = 3, a = 2, ["a b"] = 4, b = 1, ["end"] = 5, [true] = 6 }`},
		{`"a\0b\n\"\\ü\255"`, `"a\000b\n\"\\ü\255"`},
		{`("x"):rep(5000)`, `"` + strings.Repeat("x", 2000) + `"… (5000 octets)`},
		{`(function() local t = {} t.self = t return t end)()`, `{ self = <this table again> }`},
		{`{ { { { { 1 } } } } }`, `{ { { { {…} } } } }`},
		{`setmetatable({}, { __tostring = function() return "mine" end })`, `mine`},
		{`function(a, b, ...) end`, `function(a, b, ...) at repl:1`},
		{`string.format`, `function string.format`},
		{`smtp.quoteaddr`, `function smtp.quoteaddr(address: string): string`},
		{`smtp.connect(env.SMTP).noop`, `function smtp.Conn:noop(): integer, string`},
		{`{ smtp, string, _G, env }`, `{ <smtp>, <string>, <_G>, <env> }`},
		{`{ first = ("x"):rep(40), second = ("y"):rep(40), third = { 1, 2 } }`,
			"{\n  first = \"" + strings.Repeat("x", 40) + "\",\n  second = \"" + strings.Repeat("y", 40) + "\",\n  third = { 1, 2 },\n}"},
		{`{ a = { first = ("x"):rep(40), second = ("y"):rep(40) } }`,
			"{\n  a = {\n    first = \"" + strings.Repeat("x", 40) + "\",\n    second = \"" + strings.Repeat("y", 40) + "\",\n  },\n}"},
		{`mime.message{ from = "a@x.example", to = "b@x.example", subject = "Hi", text = "x", html = "<p>x" }:body("html")`, `text/html`},
		{`select(2, pcall(smtp.connect, "127.0.0.1:1", { }))`, ``},
		{`{ select(2, pcall(error, smtp.error("no"))) }`, `{ <error script: no> }`},
	}
	for _, tt := range tests {
		if got := typeLines(t, s, tt.chunk); got != tt.want && tt.want != "" {
			t.Errorf("%s\n got %s\nwant %s", tt.chunk, got, tt.want)
		} else if tt.want == "" {
			t.Log(got)
		}
	}
	for _, bad := range []string{
		`(function() local t = {} for i = 1, 1e5 do t[i] = { i, tostring(i) } end return t end)()`,
		`(function() local t = {} for i = 1, 1e5 do t["k" .. i] = t end return t end)()`,
		`(function() local t = {} for i = 1, 1e4 do t = { t } end return t end)()`,
		`setmetatable({}, { __index = function() error("x") end })`, `_G`,
	} {
		if got := typeLines(t, s, bad); len(got) > 100000 || strings.HasPrefix(got, "error") {
			t.Errorf("%s shows %d octets: %.200s", bad, len(got), got)
		}
	}
	if got := typeLines(t, s, `setmetatable({}, { __tostring = function() error("mine", 0) end })`); got != "error: mine" {
		t.Errorf("a failing __tostring shows %s", got)
	}
}

func TestIncomplete(t *testing.T) {
	for chunk, want := range map[string]bool{
		"for i = 1, 2 do": true, "smtp.connect{": true, "x = ": true, "1 +": true, "=1 +": true, "x = [[a": true, "--[[ a": true, "local": true,
		"function f()\n": true, "if x then\n\n": true, "f(": true, "return": false, "": false,
		"1": false, "x = 1": false, `"abc`: false, `x = "abc`: false, "x = = 1": false, "end": false, "f()": false, "-- a": false, "x = 1 }": false, "=x": false,
	} {
		if got := Incomplete(chunk); got != want {
			t.Errorf("Incomplete(%q) = %v", chunk, got)
		}
	}
}

// TestSessionInterrupt ends a chunk and goes on.
func TestSessionInterrupt(t *testing.T) {
	s, _ := newTestSession(t)
	stop := errors.New("stop")
	typeLines(t, s, "conn = smtp.connect(env.SMTP)", "co = coroutine.wrap(function() coroutine.yield(1) return 2 end)", "co()")
	for _, chunk := range []string{"while true do end", "while true do pcall(error) end", "setmetatable({}, { __tostring = function() while true do end end })"} {
		ctx, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(20*time.Millisecond, func() { cancel(stop) })
		if _, err := s.Eval(ctx, chunk); !errors.Is(err, stop) {
			t.Errorf("%s ends with %v", chunk, err)
		}
		if got := typeLines(t, s, "conn:noop()"); !strings.HasPrefix(got, "250") {
			t.Errorf("after %s: %s", chunk, got)
		}
	}
	if got := typeLines(t, s, "co()"); got != "2" {
		t.Errorf("the coroutine gives %s", got)
	}
	var exit *ExitError
	if _, err := s.Eval(context.Background(), "pcall(os.exit, 3)"); !errors.As(err, &exit) || exit.Status != 3 {
		t.Errorf("os.exit gives %v", err)
	}
}

// TestSessionLoad keeps a script's locals.
func TestSessionLoad(t *testing.T) {
	s, out := newTestSession(t)
	script := "#!/usr/bin/env moonpost\nlocal a = ...\nlocal twice = 1\nlocal function f() return twice end\nlocal twice = 2\nprint(a, f(), twice)\n"
	if err := s.Load(context.Background(), "x.lua", []byte(script), "word"); err != nil {
		t.Fatal(err)
	}
	if out.String() != "word\t1\t2\n" {
		t.Errorf("prints %q", out)
	}
	if got := typeLines(t, s, "a, f(), twice"); got != "\"word\"\n1\nnil" {
		t.Errorf("then %s", got)
	}
}

func TestComplete(t *testing.T) {
	s, _ := newTestSession(t)
	typeLines(t, s, "conn = smtp.connect(env.SMTP)", "local mine = { first = 1, second = function() end }", "relay = smtp.relay{ url = 'smtp://' .. env.SMTP }")
	tests := []struct{ text, want string }{
		{"conn:se", "send|send_message|sendmail|set_debuglevel"},
		{"x = conn:send_", "send_message"},
		{"conn.esm", "esmtp_features"},
		{"conn.esmtp_features.pip", "pipelining"},
		{"smtp.conn", "connect"},
		{"mime.address.", "format|parse"},
		{"min", "mine"},
		{"mine.", "first|second"},
		{"mine:", "second"},
		{`("x"):up`, "upper"},
		{"string.f", "find|format"},
		{"loc", "local"},
		{`require "cs`, "csv"},
		{`require("mai`, "mailbox"},
		{"smtp.connect{ ho", "host = "},
		{"smtp.connect{ host = 'x', po", "port = "},
		{"smtp.connect{ host = 'x', ho", ""},
		{"smtp.connect({ time", "timeout = |timeouts = "},
		{"smtp.connect{ timeouts = { gre", "greeting = "},
		{`smtp.connect{ tls = "st`, "starttls"},
		{"conn:send_message(msg, { requ", "require_tls = "},
		{"relay:submit(m, { al", "all_or_nothing = |allow_long_lines = "},
		{"smtp.with('x', function(conn)\n  conn:send_", "send_message"},
		{"csv.ro", "rows"},
		{"-- conn:se", ""},
		{"function f(parameter) return para", "parameter"},
		{"f().se", ""},
		{"conn:noop().", ""},
	}
	for _, tt := range tests {
		start, words := s.Complete(tt.text)
		if got := strings.Join(words, "|"); got != tt.want {
			t.Errorf("Complete(%q) = %d %q, want %q", tt.text, start, got, tt.want)
		}
		for _, w := range words {
			if !strings.HasPrefix(w, tt.text[start:]) {
				t.Errorf("Complete(%q) offers %q for %q", tt.text, w, tt.text[start:])
			}
		}
	}
}
