package luabind

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// reportOf runs a script that fails, and gives its report.
func reportOf(t testing.TB, code string) *Report {
	t.Helper()
	_, logged, err := runBinding(t, code, "")
	if err == nil {
		t.Fatalf("no error: %s %s", code, logged)
	}
	return Describe(err)
}

// TestReportText looks at the form of what is printed.
func TestReportText(t *testing.T) {
	long := strings.Repeat("local a = 1 ", 30)
	tests := []struct{ name, code, want string }{
		{"a tab before", "\tprnt()", "moonpost: test.lua:1: attempt to call global 'prnt' (a nil value)\n   1 |     prnt()\n     |     ^~~~\n  hint: did you mean \"print\"?\n"},
		{"wide characters before", "local s = '日本' prnt()", "moonpost: test.lua:1: attempt to call global 'prnt' (a nil value)\n   1 | local s = '日本' prnt()\n     |                  ^~~~\n  hint: did you mean \"print\"?\n"},
		{"accents before", "local s = 'e\u0301é' prnt()", "moonpost: test.lua:1: attempt to call global 'prnt' (a nil value)\n   1 | local s = 'e\u0301é' prnt()\n     |                ^~~~\n  hint: did you mean \"print\"?\n"},
		{"a long line", long + "prnt() " + long, "moonpost: test.lua:1: attempt to call global 'prnt' (a nil value)\n   1 | …"},
		{"a message of several lines", "error('one\\ntwo\\n')", "moonpost: test.lua:1: one\n  two\n   1 | error('one\\ntwo\\n')\n     | ^~~~~\n"},
		{"a message that would move the cursor", "error('a\\27[2Jb\\rc\\bd')", "moonpost: test.lua:1: a\\027[2Jb\\rc\\008d\n   1 | error('a\\27[2Jb\\rc\\bd')\n     | ^~~~~\n"},
		{"a source that would", "error('\x1b[2J\u202e')", "moonpost: test.lua:1: \\027[2J\\u{202E}\n   1 | error('\ufffd[2J\ufffd')\n     | ^~~~~\n"},
		{"no position", "error('just this', 0)", "moonpost: just this\n   1 | error('just this', 0)\n     | ^~~~~\n  traceback:\n    test.lua:1: in main chunk\n"},
		{"a number", "error(42)", "moonpost: test.lua:1: 42\n   1 | error(42)\n     | ^~~~~\n"},
		{"nil", "error()", "moonpost: test.lua:1: error object is a nil value\n   1 | error()\n     | ^~~~~\n  hint: error needs a text: error(\"what went wrong\")\n"},
		{"a boolean", "error(true)", "moonpost: test.lua:1: error object is a boolean value\n   1 | error(true)\n     | ^~~~~\n"},
		{"__tostring", "error(setmetatable({}, { __tostring = function() return 'mine' end }))", "moonpost: test.lua:1: mine\n"},
		{"a __tostring that fails", "error(setmetatable({}, { __tostring = function() error('y') end }))", "moonpost: test.lua:1: error object is a table value (and its __tostring failed)\n"},
		{"a __tostring that gives no text", "error(setmetatable({}, { __tostring = function() return {} end }))", "moonpost: test.lua:1: error object is a table value (and its __tostring failed)\n"},
		{"a big table", "local t = {} for i = 1, 100 do t[i] = i end error(t)", "moonpost: test.lua:1: error object is a table value\n"},
		{"another's position", "error('people.csv:12: no address')", "moonpost: test.lua:1: people.csv:12: no address\n   1 | "},
		{"a level", "local function f()\nerror('x', 2)\nend\nf()", "moonpost: test.lua:4: x\n   4 | f()\n  traceback:\n    test.lua:2: in function 'f'\n    test.lua:4: in main chunk\n"},
		{"a long message", "error(('x'):rep(100000), 0)", "moonpost: " + strings.Repeat("x", maxMessage) + "… (96,000 more octets)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := reportOf(t, tt.code).Text(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestReportLineIsBounded keeps what is shown of a line short.
func TestReportLineIsBounded(t *testing.T) {
	code := "local s = '" + strings.Repeat("日", 5000) + "' prnt() " + strings.Repeat("a = 1 ", 5000)
	for _, line := range strings.Split(reportOf(t, code).Text(), "\n") {
		if n := len([]rune(line)); n > 130 {
			t.Errorf("%d characters", n)
		}
	}
}

// TestSourceIsKept shows the line as it was when the script was compiled, also
// of texts that were never a file; not of two that have one name.
func TestSourceIsKept(t *testing.T) {
	for code, want := range map[string]string{
		`loadstring("\nlocal t t.x = 1", "=made")()`:                                  "   2 | local t t.x = 1\n",
		`loadstring("local a = 1", "=two")() loadstring("local t t.x = 1", "=two")()`: "moonpost: two:1: attempt to index",
	} {
		if got := reportOf(t, code).Text(); !strings.Contains(got, want) {
			t.Errorf("%s\n%s", code, got)
		}
	}
	if got := reportOf(t, `loadstring("local a = 1", "=two")() loadstring("local t t.x = 1", "=two")()`); got.Source != "" {
		t.Errorf("%q is shown of two sources", got.Source)
	}
}

// TestReportJSON is what --json prints.
func TestReportJSON(t *testing.T) {
	for code, want := range map[string]string{
		"local t\nt.x = 1": `{"level":"error","kind":"script","message":"attempt to index local 't' (a nil value)","file":"test.lua","line":2,"column":1,"end_column":2,"source":"t.x = 1",` +
			`"hint":"t is nil here: is its name right, and was it set? Where it may be missing, write if t then … end","traceback":[{"file":"test.lua","line":2,"function":"main chunk"}]}`,
		`smtp.connect{ password = "hunter2", prot = 1 }`: `{"level":"error","kind":"argument","message":"smtp.connect: unknown option \"prot\"; did you mean \"port\"?","file":"test.lua","line":1,"column":37,"end_column":41,` +
			`"traceback":[{"file":"test.lua","line":1,"function":"main chunk"}]}`,
	} {
		got, err := json.Marshal(reportOf(t, code))
		if text := strings.ReplaceAll(string(got), `\u003c`, "<"); err != nil || text != want {
			t.Errorf("got  %s\nwant %s", text, want)
		}
	}
}

// BenchmarkCaughtError is the cost of one pcall whose function fails.
func BenchmarkCaughtError(b *testing.B) {
	for name, body := range map[string]string{
		"error":       `error("x")`,
		"nil index":   "local conn; return conn.host",
		"deep":        "local function f(n) if n == 0 then error('x') end return 1 + f(n - 1) end f(50)",
		"coroutine":   `coroutine.wrap(function() error("x") end)()`,
		"a binding's": `mime.text{ "x", nope = 1 }`,
	} {
		b.Run(name, func(b *testing.B) {
			code := fmt.Sprintf("local function f() %s end for i = 1, %d do pcall(f) end", body, b.N)
			if _, logged, err := runBinding(b, code, ""); err != nil {
				b.Fatal(err, logged)
			}
		})
	}
}
