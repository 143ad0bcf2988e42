package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// killTime is how long a script may run that never ends by itself.
const killTime = 500 * time.Millisecond

// killers are scripts that ended the process, or never ended, somewhere: in
// gopher-lua as it comes, in a binding that walks tables, in a compiler that
// recurses. Each prints what want is found in, raises it, or is ended by its
// time where want is "timeout".
var killers = []struct{ name, code, want string }{
	// Tables into bindings.
	{"cyclic options", `local t = {} t.host = t smtp.connect(t)`, `option "host" must be a string, got a table`},
	{"cyclic row", `local t = {} t.x = t require("template").new("{{.x}}"):render(t)`, "holds itself"},
	{"cyclic list", `local t = {} t[1] = t require("json").encode(t)`, "itself"},
	{"deep table", `local t = {} for i = 1, 1e5 do t = { t } end require("json").encode(t)`, "deep"},
	{"deep row", `local t = {} for i = 1, 1e5 do t = { x = t } end require("template").new("{{.x}}"):render(t)`, "deep"},
	{"cyclic message", `local t = {} t.headers = t mime.message(t)`, "mime.message"},
	{"mixed table", `require("template").new("{{.x}}"):render{ 1, 2, x = 3 }`, "both elements and named values"},
	{"sparse table", `local t = {} t[1e6] = 1 require("json").encode(t)`, ""},
	{"empty key", `smtp.connect{ [""] = 1 }`, `unknown option ""`},
	{"huge integer key", `smtp.connect{ [2^53] = 1 }`, "a value without a name is no option"},
	{"huge port", `smtp.connect{ host = "localhost", port = 1e300 }`, "must be a whole number"},
	{"NaN key", `local t = {} t[0/0] = 1`, "NaN"},
	{"NaN port", `smtp.connect{ host = "localhost", port = 0/0 }`, "must be a whole number"},
	{"2 MB key", `smtp.connect{ [("k"):rep(2^21)] = 1 }`, "unknown option"},
	{"2 MB header", `mime.text{ "x", headers = { [("K"):rep(2^21)] = "x" } }`, "mime.text"},
	{"customer number", `local t = {} t[20000000] = 1 print(t[20000000], #t)`, "1\t0"},
	{"list of 300,000", `local t = {} for i = 1, 300000 do t[i] = i end print(#t)`, "300000"},
	{"print of a cyclic table", `local t = {} t.t = t print(type(t), tostring(t):sub(1, 5))`, "table\ttable"},

	// Metatables.
	{"__index is itself", `local t = {} setmetatable(t, { __index = t }) print(t.x)`, "gettable"},
	{"__index cycle", `local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) print(a.x)`, "gettable"},
	{"__newindex cycle", `local a, b = {}, {} setmetatable(a, { __newindex = b }) setmetatable(b, { __newindex = a }) a.x = 1`, "settable"},
	{"__index recursion", `local t = setmetatable({}, { __index = function(t, k) return t[k] end }) print(t.x)`, "overflow"},
	{"__newindex recursion", `local t = setmetatable({}, { __newindex = function(t, k, v) t[k] = v end }) t.x = 1`, "overflow"},
	{"__call is itself", `local t = {} setmetatable(t, { __call = t }) t()`, "call"},
	{"__tostring recursion", `tostring(setmetatable({}, { __tostring = function(t) return tostring(t) end }))`, "overflow"},
	{"__tostring prints itself", `print(setmetatable({}, { __tostring = function(t) print(t) return "" end }))`, "overflow"},
	{"__concat recursion", `print(setmetatable({}, { __concat = function(a, b) return a .. b end }) .. "x")`, "overflow"},
	{"__eq recursion", `local m = { __eq = function(a, b) return a == b end } print(setmetatable({}, m) == setmetatable({}, m))`, "overflow"},
	{"__lt recursion", `local m = { __lt = function(a, b) return a < b end } print(setmetatable({}, m) < setmetatable({}, m))`, "overflow"},
	{"__len recursion", `print(#setmetatable({}, { __len = function(t) return #t end }))`, "overflow"},
	{"__tostring raises in an uncaught error", `error(setmetatable({}, { __tostring = function() error("again") end }))`, "__tostring failed"},
	{"__tostring recurses in an uncaught error", `error(setmetatable({}, { __tostring = function(t) return tostring(t) end }))`, ""},
	{"hostile options", `smtp.connect(setmetatable({}, { __index = function() error("x") end, __len = function() error("y") end }))`, ""},
	{"hostile row", `require("template").new("{{.x}}"):render(setmetatable({}, { __index = function() error("x") end }))`, "x"},

	// Errors.
	{"handler raises", `print(xpcall(function() error("x") end, function() error("again") end))`, "false"},
	{"handler within handler", `local function h() return xpcall(function() error("y") end, h) end print(xpcall(function() error("x") end, h))`, "false"},
	{"pcall recursion", `local n = 0 local function f() n = n + 1 return pcall(f) end f() print("ends", n)`, "ends"},
	{"xpcall recursion", `local n = 0 local function f() n = n + 1 return xpcall(f, print) end f() print("ends", n)`, "ends"},
	{"recursion", `local function f(n) return 1 + f(n + 1) end f(1)`, "overflow"},
	{"tail calls without end", `local function f() return f() end f()`, "timeout"},
	{"require recursion", `package.preload.a = function() return require "b" end package.preload.b = function() return require "a" end require "a"`, "loop"},
	{"cyclic error object", `local t = {} t.t = t error(t)`, ""},

	// Callbacks.
	{"gsub recursion", `local function f() return (("x"):gsub("x", f)) end f()`, "overflow"},
	{"gmatch recursion", `local function f() for _ in ("a b"):gmatch("%w") do f() end end f()`, "overflow"},
	{"sort comparator says yes", `local t = {} for i = 1, 1000 do t[i] = i end pcall(table.sort, t, function() return true end) print "ends"`, "ends"},
	{"sort comparator takes away", `local t = {} for i = 1, 100 do t[i] = i end pcall(table.sort, t, function() for i = 1, #t do t[i] = nil end return true end) print "ends"`, "ends"},
	{"sort comparator adds", `local t = { 3, 2, 1 } pcall(table.sort, t, function(a, b) t[#t + 1] = 1 return a < b end) print "ends"`, "ends"},
	{"sort comparator sorts", `local function f() table.sort({ 1, 2, 3 }, f) return true end table.sort({ 1, 2, 3 }, f)`, "overflow"},
	{"exit in a callback", `("x"):gsub("x", function() os.exit(3) end) print "not reached"`, "exit 3"},
	{"exit in pcall", `pcall(os.exit, 3) print "not reached"`, "exit 3"},
	{"exit in a comparator", `table.sort({ 3, 2, 1 }, function() os.exit(3) end) print "not reached"`, "exit 3"},
	{"exit in a coroutine", `coroutine.wrap(function() pcall(os.exit, 3) end)() print "not reached"`, "exit 3"},

	// Coroutines.
	{"coroutine resumes itself", `local co co = coroutine.create(function() return coroutine.resume(co) end) print(coroutine.resume(co))`, "cannot resume"},
	{"wrap calls itself", `local f f = coroutine.wrap(function() return f() end) f()`, "cannot resume"},
	{"100,000 wraps deep", `local function f(n) if n == 0 then return 0 end return coroutine.wrap(function() return f(n - 1) end)() end f(100000)`, "overflow"},
	{"yield in a metamethod", `local t = setmetatable({}, { __index = function() coroutine.yield(1) end }) coroutine.wrap(function() return t.x end)()`, "yield"},
	{"yield in a comparator", `coroutine.wrap(function() table.sort({ 3, 2, 1 }, function() coroutine.yield() end) end)()`, "yield"},
	{"yield on the main thread", `coroutine.yield(1)`, "yield"},

	// Strings.
	{"rep without end", `("x"):rep(1e18)`, "too large"},
	{"captures without end", `("x"):find(("("):rep(1e5))`, "captures"},
	{"pattern that goes back", `print(("a"):rep(100000):find((".-"):rep(8) .. "b"))`, "timeout"},
	{"pattern of many brackets", `("("):rep(1e6):find("%b()")`, "timeout"},
	{"format of a huge width", `("%999999999d"):format(1)`, "format"},
	{"concat of a hole", `table.concat({ [1] = "a", [3] = "b" }, "", 1, 1e9)`, "concat"},
	{"unpack of millions", `unpack({}, 1, 1e8)`, "unpack"},
	{"collectgarbage", `for _, o in ipairs{ "collect", "count", "stop", "restart", "step" } do collectgarbage(o) end print "ends"`, "ends"},

	// What never ends.
	{"while", `while true do end`, "timeout"},
	{"goto", `::a:: goto a`, "timeout"},
	{"pcall hides nothing", `while true do pcall(function() while true do end end) end`, "timeout"},
	{"pcall of errors", `repeat pcall(error, "x") until false`, "timeout"},
	{"loop in a coroutine", `coroutine.wrap(function() while true do end end)()`, "timeout"},
	{"loop in a comparator", `table.sort({ 1, 2, 3 }, function() while true do end end)`, "timeout"},
	{"loop in gsub", `("x"):gsub("x", function() while true do end end)`, "timeout"},
	{"loop in a metamethod", `print(setmetatable({}, { __index = function() while true do end end }).x)`, "timeout"},
}

func TestKillers(t *testing.T) {
	for _, k := range killers {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			wantEnd(t, k.code, k.want)
		})
	}
}

// wantEnd runs a script that tries to kill the process.
func wantEnd(t *testing.T, code, want string) {
	t.Helper()
	limit := 60 * time.Second
	if want == "timeout" {
		limit = killTime
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errors.New("timeout"))
	defer cancel()
	var out strings.Builder
	h := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, Wall: time.Now, Mono: time.Now, Outbound: Outbound{Dry: true},
		LookupEnv: func(string) (string, bool) { return "", false }, Logger: slog.New(slog.DiscardHandler),
	}
	program, err := Compile(Script{Name: "killer.lua", Source: []byte(code)})
	if err == nil {
		var o Outcome
		if o, err = h.Run(ctx, program); o.Exit != nil {
			fmt.Fprintf(&out, "exit %d", *o.Exit)
		}
	}
	if err != nil {
		out.WriteString(err.Error())
	}
	text := out.String()
	if bugSigns.MatchString(text) || !strings.Contains(text, want) || strings.Contains(text, "not reached") {
		t.Errorf("%.300s\nwant %s", text, want)
	}
}

// nested are texts that nest: open, middle, close.
var nested = map[string][3]string{
	"braces": {"{", "", "}"}, "parentheses": {"(", "1", ")"}, "brackets": {"t[", "1", "]"}, "functions": {"function() return ", "1", " end "},
	"calls": {"f(", "", ")"}, "not": {"not ", "x", ""}, "minus": {"- ", "x", ""}, "length": {"#", "x", ""}, "mixture": {"{(-not ", "1", ")}"},
	"concat": {"a..", "a", ""}, "power": {"a^", "a", ""}, "sum": {"a+", "a", ""}, "and": {"a and ", "a", ""}, "comparison": {"a==", "a", ""},
	"fields": {"", "a", ".b"}, "called": {"", "f", "()"}, "methods": {"", "f", ":m()"}, "strings": {"", "f", "''"}, "tables": {"", "f", "{}"}, "indexed": {"", "a", "[1]"},
}

// nestedStatements are statements that nest.
var nestedStatements = map[string][3]string{
	"if": {"if x then ", "", " end "}, "do": {"do ", "", " end "}, "while": {"while x do ", "", " end "}, "for": {"for i = 1, 2 do ", "", " end "},
	"for in": {"for i in f do ", "", " end "}, "repeat": {"repeat ", "", " until x "}, "function": {"function f() ", "", " end "}, "else if": {"if a then else ", "", " end "},
	"elseif": {"if a then ", "", "elseif a then "}, "open braces": {"x = {", "", ""},
}

// TestNestingWithoutEnd: three million of anything is a syntax error with its
// line, whoever compiles it.
func TestNestingWithoutEnd(t *testing.T) {
	texts := map[string]string{}
	for _, n := range []int{20_000, 3_000_000} {
		for name, p := range nested {
			texts[fmt.Sprintf("%d %s", n, name)] = "return " + repeated(p, n)
		}
		for name, p := range nestedStatements {
			texts[fmt.Sprintf("%d %s", n, name)] = repeated(p, n)
		}
	}
	for name, text := range texts {
		var syntax *SyntaxError
		if _, err := Compile(Script{Name: "deep.lua", Source: []byte(text)}); !errors.As(err, &syntax) || syntax.Line != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantEnd(t, `print(loadstring("return " .. ("{"):rep(3000000)))`, "brackets nest deeper than")
	wantEnd(t, `local n = 0 print(load(function() n = n + 1 return n < 1000 and ("("):rep(3000) or nil end))`, "brackets nest deeper than")
}

// repeated writes what opens and what closes n times, four million octets at most.
func repeated(p [3]string, n int) string {
	n = min(n, (maxSource-100)/max(len(p[0]+p[2]), 1))
	return strings.Repeat(p[0], n) + p[1] + strings.Repeat(p[2], n)
}

// TestNestingThatIsRight compiles: what people and programs write.
func TestNestingThatIsRight(t *testing.T) {
	texts := map[string]string{
		"sum of 3,000":              "return 1" + strings.Repeat(" + 1", 3000),
		"calls one after the other": strings.Repeat("print(a .. b .. c)\n", 20000),
		"calls without brackets":    strings.Repeat("print 'x'\n", 20000),
		"list of 50,000":            "return {" + strings.Repeat("{ name = 'x', n = -1, t = not x },\n", 50000) + "}",
		"list without commas":       "return {" + strings.Repeat("f'x';\n", 20000) + "}",
		"functions":                 strings.Repeat("function f(x) if x then return x elseif not x then return -x else for i = 1, 2 do f(i) end end end\n", 5000),
		"elseif of 1,000":           "if a then " + strings.Repeat("elseif a == 1 then f()\n", 1000) + "end",
		"100 blocks":                strings.Repeat("do ", 100) + strings.Repeat("end ", 100),
		"brackets in a text":        "return [[" + strings.Repeat("(", 100000) + "]] -- " + strings.Repeat("{", 100000),
		"a chain of methods":        "return a" + strings.Repeat(":b(1)\n", 500),
	}
	for name, text := range texts {
		if _, err := Compile(Script{Name: "fine.lua", Source: []byte(text)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
