package luabind

import (
	"errors"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// TestTraceback looks at the way to an error through everything that may lie
// between: each line is "line function".
func TestTraceback(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"calls", "local function a()\nerror('x')\nend\nlocal function b()\na()\nend\nb()", "2 a|5 b|7 main chunk"},
		{"a field and a method", "local t = {}\nfunction t.f()\nerror('x')\nend\nfunction t:m()\nself.f()\nend\nt:m()", "3 f|6 m|8 main chunk"},
		{"a tail call", "local function a()\nerror('x')\nend\nlocal function b()\nreturn a()\nend\nb()", "2 <test.lua:1>|(tail call)|7 main chunk"},
		{"coroutine.wrap", "local w = coroutine.wrap(function()\nerror('x')\nend)\nlocal function f()\nw()\nend\nf()", "2 <test.lua:1>|5 f|7 main chunk"},
		{"coroutine.resume, raised again", "local co = coroutine.create(function()\nerror('x')\nend)\nlocal ok, e = coroutine.resume(co)\nerror(e, 0)", "2 <test.lua:1>|5 main chunk"},
		{"a coroutine in a coroutine", "local inner = coroutine.wrap(function()\nerror('x')\nend)\nlocal outer = coroutine.wrap(function()\ninner()\nend)\nouter()",
			"2 <test.lua:1>|5 <test.lua:4>|7 main chunk"},
		{"after a yield", "local w = coroutine.wrap(function()\ncoroutine.yield(1)\nerror('x')\nend)\nw()\nw()", "3 <test.lua:1>|6 main chunk"},
		{"pcall, raised again", "local function f()\nerror('x')\nend\nlocal ok, e = pcall(f)\nerror(e)", "2 <test.lua:1>|5 main chunk"},
		{"pcall in pcall", "local function f()\nerror('x')\nend\nlocal function g()\nlocal ok, e = pcall(f)\nerror(e, 0)\nend\nlocal ok, e = pcall(g)\nerror(e, 0)",
			"2 <test.lua:1>|6 <test.lua:4>|9 main chunk"},
		{"with words before", "local ok, e = pcall(function()\nerror('x')\nend)\nerror('no settings: ' .. e)", "2 <test.lua:1>|4 main chunk"},
		{"within pcall, not caught there", "pcall(function()\nlocal ok, e = pcall(error, 'x')\nend)\nlocal t = nil\nt.x = 1", "5 main chunk"},
		{"assert(pcall())", "local function f()\nlocal t\nt.x = 1\nend\nassert(pcall(f))", "3 <test.lua:1>|5 main chunk"},
		{"a table raised again", "local t = {}\nlocal ok, e = pcall(function()\nerror(t)\nend)\nerror(e)", "3 <test.lua:2>|5 main chunk"},
		{"sort", "table.sort({ 1, 2, 3 }, function(a, b)\nerror('x')\nend)", "2 <test.lua:1>|1 main chunk"},
		{"gsub", "local s = ('a'):gsub('a', function()\nerror('x')\nend)", "2 <test.lua:1>|1 main chunk"},
		{"an iterator", "local function each()\nerror('x')\nend\nfor x in each do end", "2 <test.lua:1>|4 main chunk"},
		{"a metamethod", "local t = setmetatable({}, { __index = function()\nerror('x')\nend })\nlocal x = t.y", "2 <test.lua:1>|4 main chunk"},
		{"load", "local f = loadstring('\\nerror(\"x\")', '=made')\nf()", "2 main chunk|2 main chunk"},
		{"an error object through pcall", "local function f()\nenv.NOPE()\nend\nlocal ok, e = pcall(f)\nerror(e)", "2 <test.lua:1>|4 main chunk"},
		{"an error object through a coroutine", "local w = coroutine.wrap(function()\nenv.NOPE()\nend)\nw()", "2 <test.lua:1>|4 main chunk"},
		{"an xpcall handler that fails", "local ok, e = xpcall(function() error('x') end, function() error('y') end)\nerror('z')", "2 main chunk"},
		{"with", "smtp.with('smtp://ADDR', function()\nerror('x')\nend)", "2 <test.lua:1>|1 main chunk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := "127.0.0.1:1"
			if strings.Contains(tt.code, "ADDR") {
				addr = smtptest.NewServer(t, smtptest.Config{}).Addr()
			}
			got := runSession(t, addr, tt.code)
			var e *ScriptError
			if !errors.As(got.err, &e) {
				t.Fatalf("%v", got.err)
			}
			if way := wayOf(e.Frames); way != tt.want {
				t.Errorf("got  %s\nwant %s\n%v", way, tt.want, e)
			}
		})
	}
}

// wayOf writes a traceback in one line.
func wayOf(frames []Frame) string {
	var parts []string
	for _, f := range frames {
		text := f.String()
		if f.Line > 0 {
			text = strings.TrimPrefix(strings.Replace(text, ": in", "", 1), f.File+":")
			text = strings.ReplaceAll(strings.Replace(text, " function", "", 1), "'", "")
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "|")
}

// TestDeepTraceback cuts the middle out of a recursion.
func TestDeepTraceback(t *testing.T) {
	for name, code := range map[string]string{
		"an error":        "local function f(n)\nif n == 0 then error('x') end\nreturn 1 + f(n - 1)\nend\nf(3000)",
		"a full stack":    "local function f(n)\nreturn 1 + f(n + 1)\nend\nf(0)",
		"a coroutine":     "local function f(n)\nreturn 1 + f(n + 1)\nend\ncoroutine.wrap(f)(0)",
		"pcalls":          "local function f(n)\nlocal ok, e = pcall(f, n + 1)\nerror(e, 0)\nend\nf(0)",
		"many coroutines": "local function f(n)\nif n == 0 then error('x') end\ncoroutine.wrap(f)(n - 1)\nend\nf(150)",
	} {
		got := runSession(t, "127.0.0.1:1", code)
		var e *ScriptError
		if !errors.As(got.err, &e) || len(e.Frames) > maxTrace || len(e.Frames) < 5 || !strings.Contains(e.Traceback, " more") {
			t.Errorf("%s: %v\n%s", name, got.err, e.Traceback)
		}
	}
}
