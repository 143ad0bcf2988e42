package lua51

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestLimits runs what would take all memory or all of Lua's stack, and what
// is only large.
func TestLimits(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"rep without end", `("x"):rep(1e11)`, "error: resulting string too large\n"},
		{"rep that overflows", `("xy"):rep(2^63)`, "error: resulting string too large\n"},
		{"rep of nothing", `print(#(""):rep(1e18))`, "0\n"},
		{"concat without end", `local s, t = ("x"):rep(2^20), {} for i = 1, 300 do t[i] = s end table.concat(t)`, "error: resulting string too large\n"},
		{"concat of separators", `local t = {} for i = 1, 300 do t[i] = "" end table.concat(t, ("x"):rep(2^20))`, "error: resulting string too large\n"},
		{"gsub without end", `local s = ("x"):rep(1e8); ("xxx"):gsub("x", s)`, "error: resulting string too large\n"},
		{"format without end", `local s = ("x"):rep(1e8); ("%s%s%s"):format(s, s, s)`, "error: resulting string too large\n"},
		{"all bytes of 100 KB", `print(select("#", ("x"):rep(100000):byte(1, -1)))`, "100000\n"},
		{"all bytes of 2 MB", `("x"):rep(2000000):byte(1, -1)`, "error: string slice too long\n"},
		{"unpack of 200,000", `local t = {} for i = 1, 200000 do t[i] = i end print(select("#", unpack(t)), (select(200000, unpack(t))))`, "200000\t200000\n"},
		{"unpack without end", `unpack({}, 1, 1e8)`, "error: too many results to unpack\n"},
		{"unpack that overflows", `unpack({}, -2^63, 2^63)`, "error: too many results to unpack\n"},
		{"a deep pattern", `("a"):rep(100000):match(("a?"):rep(100000))`, "error: pattern too complex\n"},
		{"many captures", `print(pcall(string.find, "a", ("()"):rep(100000)))`, "false\ttoo many captures\n"},
		{"a long run", `print(#("a"):rep(1e6):match("^(a*)$"), ("a"):rep(1e6):find("^a-$"))`, "1000000\t1\t1000000\n"},
		{"concat of 400,000", `local t = {} for i = 1, 400000 do t[i] = "x" end print(#table.concat(t, ", "))`, "1199998\n"},
		{"an order that contradicts itself", `local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function() return true end) table.sort(t, function(a, b) return a % 3 <= b % 3 end) print(#t)`, "1000\n"},
		{"an order that changes the table", `local t = { 3, 2, 1 } table.sort(t, function(a, b) t[1], t[4] = nil, 5 return a < b end) print(t[1], t[2], t[3])`, "1\t2\t3\n"},
		{"an error leaves the table as it was", `local t = { 3, 2, 1 } pcall(table.sort, t, function() error("x") end) print(unpack(t))`, "3\t2\t1\n"},
		{"numbers that are none", `local n = 0 / 0 local t = { 3, n, 1, n, 2 } table.sort(t) print(#t)`, "5\n"},
		{"gsub within gsub", `local function f(n) return n == 0 and "x" or (("a"):gsub("a", function() return f(n - 1) end)) end print(f(100))`, "x\n"},
		{"methods of strings", `print(("x").len == string.len, string.__index, ("x").nothing)`, "true\tnil\tnil\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := runOurs(t.Context(), tt.code); got != tt.want {
				t.Errorf("printed %.200q, want %q", got, tt.want)
			}
		})
	}
}

// TestContextEnds runs calls that would take minutes or for ever, under a
// context that ends soon.
func TestContextEnds(t *testing.T) {
	for _, code := range []string{
		`("a"):rep(28):match(("a?"):rep(28) .. ("a"):rep(28) .. "b")`,
		`("a"):rep(1e5):find(".-.-.-b")`,
		`("("):rep(1e7):find("%b()")`,
		`("a"):rep(1e6):gsub(("a*"):rep(5) .. "b", "")`,
		`for w in ("a"):rep(1e5):gmatch("(a+)+(a+)%2b") do end`,
		`("x"):rep(1e6):match("[" .. ("a"):rep(1e6) .. "]*$")`,
		`local s = ("ab"):rep(1e5) s:find("(.*)%1%1%1")`,
		`table.insert({}, -1e12, 1)`,
		`table.concat({}, "", -1e12, 1e12)`,
		`local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) while true do end end)`,
		`pcall(function() ("a"):rep(1e5):find(".-.-.-b") end) while true do pcall(string.find, ("a"):rep(1e5), ".-.-.-b") end`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		got := runOurs(ctx, code)
		cancel()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", code, took)
		}
		if !strings.Contains(got, "context deadline exceeded") && !strings.Contains(got, "invalid value (nil)") {
			t.Errorf("%s printed %.200q", code, got)
		}
	}
}
