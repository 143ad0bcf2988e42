package luabind

import (
	"fmt"
	"strings"
	"testing"
)

// TestNumbersInText writes numbers in every way in which they become text.
func TestNumbersInText(t *testing.T) {
	forms := map[string]string{
		"1234567.5": "1234567.5", "0.1 + 0.2": "0.3", "1 / 3": "0.33333333333333", "1e100": "1e+100", "2 ^ 53": "9007199254740992",
		"-7": "-7", "1 / 0": "inf", "-1 / 0": "-inf", "0 / 0": "nan", "-2.50": "-2.5",
	}
	places := []string{
		`print(x)`, `print(tostring(x))`, `print(x .. "")`, `print("" .. x)`, `io.write(x, "\n")`, `print(table.concat{ x })`, `print(("%s"):format(x))`,
		`print((("a"):gsub("a", x)))`, `print((("a"):gsub("a", { a = x })))`, `print(string.rep(x, 1))`, `print(string.sub(x, 1))`,
		`print((select(2, pcall(error, x))))`, `print(((select(2, pcall(function() error(x) end))):gsub("^test.lua:1: ", "")))`,
		`local f = io.tmpfile() f:write(x) f:seek("set") print(f:read("*a"))`,
	}
	for number, want := range forms {
		for _, place := range places {
			if stdout, logged, err := runBinding(t, fmt.Sprintf("local x = %s %s", number, place), ""); err != nil || stdout != want+"\n" {
				t.Errorf("%s: %s gives %q, want %q (%v %s)", number, place, stdout, want, err, logged)
			}
		}
	}
	for code, want := range map[string]string{
		`io.write(require("template").new("{{.x}}"):render{ x = 0.1 + 0.2 }, "\n")`:                                                "0.3\n",
		`io.write(require("csv").encode{ { 0.1 + 0.2, 1e15, 1234567.5 } })`:                                                        "0.3,1000000000000000,1234567.5\r\n",
		`print(require("json").encode{ 0.1 + 0.2 })`:                                                                               "[0.30000000000000004]\n",
		`print(mime.template{ from = "a@example.com", to = "b@example.com", text = "sum {{.x}}" }:render{ x = 0.1 + 0.2 }:text())`: "sum 0.3\n",
	} {
		if stdout, logged, err := runBinding(t, code, ""); err != nil || strings.TrimRight(stdout, "\r\n") != strings.TrimRight(want, "\r\n") {
			t.Errorf("%s gives %q, want %q (%v %s)", code, stdout, want, err, logged)
		}
	}
}

// TestConcat is about what stands to the left and right of "..".
func TestConcat(t *testing.T) {
	chain := "local a = 1.5 local s = a" + strings.Repeat(` .. "x" .. a`, 500) + " print(#s)"
	for code, want := range map[string]string{
		chain: fmt.Sprint(3*501+500) + "\n",
		`print("(concat)" .. 1, "(concat))" .. 2, ("(concat)"):upper())`:                                                          "(concat)1\t(concat))2\t(CONCAT)\n",
		`string = nil print("a" .. 1.5)`:                                                                                          "a1.5\n",
		`setfenv(1, { p = print }) p("a" .. 1.5)`:                                                                                 "a1.5\n",
		`print(pcall(function() local s = ("x"):rep(2^20) while true do s = s .. s end end))`:                                     "false\ttest.lua:1: resulting string too large\n",
		`local co = coroutine.wrap(function(a) local b = coroutine.yield("got " .. a) return a .. b end) print(co(1.5), co(2.5))`: "got 1.5\t1.52.5\n",
		`local o = setmetatable({}, { __concat = function() coroutine.yield() end })
			print(coroutine.resume(coroutine.create(function() return o .. "a" end)))`: "false\tattempt to yield across metamethod/C-call boundary\n",
		"local o = setmetatable({}, { __concat = function() return debug.traceback('t') end })\nprint(o .. 'a')":              "t\nstack traceback:\n\ttest.lua:1: in function <test.lua:1>\n\ttest.lua:2: in main chunk\n",
		"local o = setmetatable({}, { __concat = function() return debug.getinfo(2, 'l').currentline end })\nprint(o .. 'a')": "2\n",
		"local a\nprint(pcall(function() return 'x' ..\n'y' .. a ..\n'z' end))":                                               "false\ttest.lua:4: attempt to concatenate upvalue 'a' (a nil value)\n",
	} {
		if stdout, logged, err := runBinding(t, code, ""); err != nil || stdout != want {
			t.Errorf("%.100s\ngives %q, want %q (%v %s)", code, stdout, want, err, logged)
		}
	}
}

// BenchmarkConcat joins strings, and numbers with them.
func BenchmarkConcat(b *testing.B) {
	for name, chain := range map[string]string{"two strings": `x .. y`, "four strings": `x .. ", " .. y .. "!"`, "a number": `x .. i .. y`} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			code := fmt.Sprintf(`local x, y, s = "hello", "world" for i = 1, %d do s = %s end`, b.N, chain)
			if _, logged, err := runBinding(b, code, ""); err != nil {
				b.Fatal(err, logged)
			}
		})
	}
}
