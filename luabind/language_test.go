package luabind

import (
	"strings"
	"testing"
)

// TestLanguage runs snippets that stock gopher-lua gets wrong, and compares
// what they print.
func TestLanguage(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"a counter survives caught errors", `
			local n = 0
			local function inc() n = n + 1 end
			pcall(error, "x") inc()
			pcall(function() local t = nil; t.x = 1 end) inc()
			xpcall(function() error("y") end, function() end) inc()
			print(n)`, "3\n"},
		{"a closure made by a failed function keeps its locals", `
			local saved
			pcall(function() local x = 5; saved = function() x = x + 1 return x end; error("e") end)
			local function noise(a, b, c) return a + b + c end
			noise(1, 2, 3)
			print(saved(), saved())`, "6\t7\n"},
		{"pcall within pcall", `
			local depth = 0
			local function dive(n) depth = depth + 1 if n > 0 then pcall(dive, n - 1) end error("up") end
			print(pcall(dive, 50), depth)`, "false\t51\n"},
		{"results and arguments of pcall", `
			print(pcall(function(...) return select("#", ...), ... end, 1, nil, 3))
			print(pcall(function() end))
			print(xpcall(function(a) return a end, print, "passed on"))
			print(select("#", pcall(error)))`, "true\t3\t1\tnil\t3\ntrue\ntrue\tpassed on\n2\n"},
		{"the handler of xpcall sees the error", `
			print(xpcall(function() error({ code = 7 }) end, function(e) return e.code end))
			print(select(2, xpcall(function() error("here") end, debug.traceback)):match("here") )`, "false\t7\nhere\n"},
		{"pcall in a coroutine", `
			local co = coroutine.wrap(function() for i = 1, 3 do pcall(error, i) coroutine.yield(i) end end)
			print(co(), co(), co())`, "1\t2\t3\n"},
		{"a coroutine in pcall", `
			print(pcall(function()
				local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) error("in " .. b) end)
				print(coroutine.resume(co, 1))
				return coroutine.resume(co, "co")
			end))`, "true\t2\ntrue\tfalse\ttest.lua:3: in co\n"},
		{"a closure made under a handler keeps its locals", `
			local saved
			xpcall(function() local x = 5; saved = function() x = x + 1 return x end; error("e") end, function(m) return m end)
			local function noise(a, b, c) return a + b + c end
			noise(1, 2, 3)
			print(saved(), saved())`, "6\t7\n"},
		{"values are computed before they are assigned", `
			local a, b, c = 1, 2, 3 a, b, c = c, a, b print(a, b, c)
			local i, t = 1, {} i, t[i] = i + 1, 20 print(i, t[1], t[2])
			local o = { x = 1 } o, o.x = nil, 2 print(o)
			local x, y = 1, 2 local function swap() x, y = y, x end swap() print(x, y)
			gx, gy = 1, 2 gx, gy = gy, gx print(gx, gy)
			local p, q = (function() return 1, 2 end)() p, q = q, p, error print(p, q)`, "3\t1\t2\n2\t20\tnil\nnil\n2\t1\n2\t1\n2\t1\n"},
		{"the old value of a name in its new function", `
			local print = function(...) print("log:", ...) end print(1)
			local f = function() return f end print(f())
			local function g() return g ~= nil end print(g())`, "log:\t1\nlog:\tnil\nlog:\ttrue\n"},
		{"loops over lists of values", `
			for k, v in next, { 10, 20 } do io.write(k, "=", v, " ") end
			local t, n = { 7 }, 0
			for k in next, t do io.write(k, " ") end
			for k in function(s, c) n = n + 1 if n < 3 then return tostring(s) .. tostring(c) end end do io.write(k, " ") end
			for i, v in (function() return ipairs{ 8 } end)() do io.write(i, v, " ") end print()`, "1=10 2=20 1 nilnil nilnilnil 18 \n"},
		{"a large table of data", `
			local s = {} for i = 1, 70000 do s[i] = i end
			local t = loadstring("return {" .. table.concat(s, ",") .. ", x = 1, { 2, 'a' }, -1 }")()
			print(#t, t[70000], t.x, t[70001][2], t[70002])`, "70002\t70000\t1\ta\t-1\n"},
		{"deep recursion", `
			local depth = 0
			local function dive(n) depth = n return 1 + dive(n + 1) end
			print(pcall(dive, 1)) print(depth > 16000)
			local function nest() depth = depth + 1 return pcall(nest) end
			depth = 0 nest() print(depth)
			local deep = setmetatable({}, { __index = function(t, k) return t[k + 1] end })
			print(pcall(function() return deep[1] end))
			local function tail(n) if n == 0 then return "end" end return tail(n - 1) end
			print(tail(1e6), select("#", unpack({}, 1, 2e5)))
			local function wrapped() return coroutine.wrap(wrapped)() end
			print(pcall(wrapped))`, "false\tstack overflow\ntrue\n191\nfalse\tstack overflow\nend\t200000\nfalse\tC stack overflow\n"},
		{"yields that cannot be", `
			local function try(f) print(coroutine.resume(coroutine.create(f))) end
			print(pcall(coroutine.yield))
			try(function() return pcall(coroutine.yield) end)
			try(function() table.sort({ 2, 1 }, function() coroutine.yield() end) end)
			try(function() return setmetatable({}, { __index = function() coroutine.yield() end }).x end)
			try(function() for _ in function() coroutine.yield(1) end do end end)`,
			"false\tattempt to yield across metamethod/C-call boundary\ntrue\tfalse\tattempt to yield across metamethod/C-call boundary\n" +
				strings.Repeat("false\tattempt to yield across metamethod/C-call boundary\n", 3)},
		{"yields in every place that may be", `
			local co = coroutine.create(function(...)
				local a, b, c = coroutine.yield(...) print(a, b, c)
				print(coroutine.yield(), "x") print((coroutine.yield(1, 2)))
				return coroutine.yield(#{ coroutine.yield() })
			end)
			print(coroutine.resume(co, 1, nil)) coroutine.resume(co) coroutine.resume(co) coroutine.resume(co, 5, 6)
			print(coroutine.resume(co, 7, 8)) print(coroutine.resume(co, 9)) print(coroutine.status(co), coroutine.resume(co))`,
			"true\t1\tnil\nnil\tnil\tnil\nnil\tx\n5\ntrue\t2\ntrue\t9\ndead\tfalse\tcannot resume dead coroutine\n"},
		{"what a coroutine is", `
			local co, inner
			co = coroutine.create(function()
				print(coroutine.resume(co))
				inner = coroutine.create(function() print(coroutine.status(co), coroutine.status(inner)) print(coroutine.resume(co)) end)
				coroutine.resume(inner)
				pcall(function() print(coroutine.status(co), coroutine.running() == co, coroutine.status(inner)) end)
			end)
			coroutine.resume(co)
			print(coroutine.status(co), coroutine.running(), pcall(coroutine.create, print))
			local e = {} print(select(2, pcall(coroutine.wrap(function() error(e) end))) == e, pcall(coroutine.wrap(function() error("m", 0) end)))`,
			"false\tcannot resume running coroutine\nnormal\trunning\nfalse\tcannot resume normal coroutine\nrunning\ttrue\tdead\n" +
				"dead\tnil\tfalse\tbad argument #1 to 'create' (Lua function expected)\ntrue\tfalse\tm\n"},
		{"what is no function", `print(pcall(nil)) print(pcall(42))`,
			"false\tattempt to call a nil value\nfalse\tattempt to call a number value\n"},
		{"a loop over a method of something computed", `
			local function f() return "a b" end
			local t, out = { f = f }, {}
			for w in (f() .. " c"):gmatch("%a") do out[#out + 1] = w end
			for w in t.f():upper():gmatch("%a") do out[#out + 1] = w end
			for w in ({ gmatch = string.gmatch }).gmatch("p q", "%a") do out[#out + 1] = w end
			print(table.concat(out))`, "abcABpq\n"},
		{"a loop over a called call", `
			local function module() return { rows = function() return ipairs{ "a", "b" } end } end
			for _, v in module().rows() do if v == "b" then break end print(v) end
			local f = function() for _, v in module().rows() do print("in", v) return end end
			f()`, "a\nin\ta\n"},
		{"a call as the last named field", `
			local function two() return "a", "b" end
			local function count(t) return #t end
			local t = { 1, x = two() }
			print(#t, t.x, count{ 1, 2, x = ("z"):rep(2) }, #{ x = two() }, #{ two(), x = two() }, #{ 1, two() })
			print((function(...) return #{ 0, x = ... } end)(5, 6), -#{ 1, x = two() } + #{ 1, x = two() }, not ({ { 1, x = two() } })[1][2])
			if #{ 1, x = two() } == 1 then for i = #{ 1, x = two() }, 1 do print("i", i) end end
			print(assert(loadstring('return #{ 1, x = tostring(2) }'))(), type(load(function() end)), (select(2, loadstring("x x", "=here"))))`,
			"1\ta\t2\t0\t1\t3\n1\t0\ttrue\ni\t1\n1\tfunction\there:1:3: '=' expected near 'x'\n"},
		{"assert raises its message as it is", `
			local t = {}
			print(select(2, pcall(assert, false, t)) == t, assert(1, 2))
			print(pcall(assert, nil))`, "true\t1\t2\nfalse\tassertion failed!\n"},
		{"os.exit cannot be caught", `pcall(os.exit, 0) print("on")`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stdout, logged, err := runBinding(t, tt.code, "")
			if err != nil {
				t.Fatalf("%v\n%s", err, logged)
			}
			if stdout != tt.want {
				t.Errorf("printed\n%swant\n%s", stdout, tt.want)
			}
		})
	}
}

// TestHostileSources compiles what would end the process in stock gopher-lua.
func TestHostileSources(t *testing.T) {
	for name, source := range map[string]string{
		"nested braces": "return " + strings.Repeat("{", 300000),
		"huge":          strings.Repeat("-- x\n", 1<<20),
	} {
		if _, err := Compile(Script{Name: name, Source: []byte(source)}); err == nil || !strings.HasPrefix(err.Error(), name+":1: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
