package lua51

import (
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// pucTimer runs a function until 0.3 seconds of its process's time are over,
// and prints the seconds of the fastest round.
const pucTimer = `
local best, begin = math.huge, os.clock()
repeat
	local start = os.clock()
	body()
	best = math.min(best, os.clock() - start)
until os.clock() - begin > 0.3
print(string.format("%.9f", best))`

// workloads are Lua functions whose time is compared with PUC's.
var workloads = []struct{ name, code string }{
	{"gsub 40000 in 240 KB", `local s = ("abcde,"):rep(40000) function body() return s:gsub(",", ";") end`},
	{"gsub 40000 by a function", `local s = ("abcde,"):rep(40000) function body() return s:gsub("%a+", function(w) return w end) end`},
	{"gsub 40000 by a table", `local s, t = ("abcde,"):rep(40000), { abcde = "x" } function body() return s:gsub("%a+", t) end`},
	{"concat 400000", `local t = {} for i = 1, 400000 do t[i] = "item" end function body() return table.concat(t, ",") end`},
	{"concat 10000 numbers", `local t = {} for i = 1, 10000 do t[i] = i end function body() return table.concat(t, ",") end`},
	{"gmatch 10000", `local s = ("word "):rep(10000) function body() local n = 0 for w in s:gmatch("%a+") do n = n + 1 end return n end`},
	{"find plain, 100 KB", `local s = ("x"):rep(100000) .. "needle" function body() return s:find("needle", 1, true) end`},
	{"find class, 100 KB", `local s = ("x"):rep(100000) .. "1" function body() return s:find("%d") end`},
	{"find short x 1000", `local s = "Subject: hello" function body() for i = 1, 1000 do s:find("^(%a+): *(.*)$") end end`},
	{"match address x 1000", `local s = "ann.example@mail.example.org" function body() for i = 1, 1000 do s:match("^([%w._-]+)@([%w.-]+)$") end end`},
	{"backtracking", `local s = ("a"):rep(100) function body() return s:match(".-.-b") end`},
	{"format %d %s x 1000", `local f = string.format function body() for i = 1, 1000 do f("%d: %s", i, "x") end end`},
	{"format %.2f x 1000", `local f = string.format function body() for i = 1, 1000 do f("%10.2f", i / 7) end end`},
	{"tonumber x 1000", `local f = tonumber function body() for i = 1, 1000 do f("12345") f("1.5e3") end end`},
	{"tostring x 1000", `local f = tostring function body() for i = 1, 1000 do f(i) end end`},
	{"sub, byte, rep x 1000", `local s = "hello world" function body() for i = 1, 1000 do s:sub(2, 5) s:byte(3) s:rep(3) end end`},
	{"upper 240 KB", `local s = ("abcDE,"):rep(40000) function body() return s:upper() end`},
	{"sort 5000", `local t = {} for i = 1, 5000 do t[i] = i * 7919 % 5003 end function body() table.sort({ unpack(t) }) end`},
	{"insert at 1, 1000", `function body() local t = {} for i = 1, 1000 do table.insert(t, 1, i) end end`},
	{"insert and remove at the end, 5000", `function body() local t = {} for i = 1, 5000 do table.insert(t, i) end for i = 1, 5000 do table.remove(t) end end`},
}

// BenchmarkPUC gives for each workload how many times longer it takes than in
// PUC's Lua 5.1, as x-puc: the fastest rounds of both are compared, because
// that is what a busy machine changes least. Ours runs under a context, as
// every script does.
func BenchmarkPUC(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			L := newState(b.Context(), io.Discard)
			defer L.Close()
			if err := L.DoString(w.code); err != nil {
				b.Fatal(err)
			}
			body := L.GetGlobal("body")
			best := math.Inf(1)
			for b.Loop() {
				start := time.Now()
				if err := L.CallByParam(lua.P{Fn: body, NRet: 0, Protect: true}); err != nil {
					b.Fatal(err)
				}
				best = min(best, time.Since(start).Seconds())
			}
			if puc := pucSeconds(b, w.code); puc > 0 {
				b.ReportMetric(best/puc, "x-puc")
			}
		})
	}
}

// pucSeconds is what one round takes in PUC's Lua 5.1, or 0 where that isn't
// installed.
func pucSeconds(b *testing.B, code string) float64 {
	b.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		b.Log("lua5.1 is not installed: no x-puc")
		return 0
	}
	out, err := exec.CommandContext(b.Context(), path, "-e", code+pucTimer).Output()
	if err != nil {
		b.Fatalf("lua5.1: %v", err)
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		b.Fatal(err)
	}
	return seconds
}
