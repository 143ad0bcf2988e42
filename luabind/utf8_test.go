package luabind

import (
	"strings"
	"testing"
)

// TestLanguageModulesExamples runs the examples of utf8 and bit; all of them
// tell what they print.
func TestLanguageModulesExamples(t *testing.T) {
	for _, m := range []Module{utf8Module(), bitModule()} {
		for name, f := range rowsOf(m) {
			stdout, logged, err := runBinding(t, f.Example, "")
			_, want, told := strings.Cut(f.Example, "--> ")
			if err != nil || logged != "" || !told || want != strings.TrimSpace(stdout) {
				t.Errorf("%s: %v %s\n%s\nprints %s", name, err, logged, f.Example, stdout)
			}
		}
	}
}

// TestOwnLibraries runs what the host adds to or puts over gopher-lua's
// libraries, as scripts meet it.
func TestOwnLibraries(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"the modules are global and required", `
			print(utf8 == require "utf8", bit == require "bit", utf8.charpattern == "[\0-\127\194-\244][\128-\191]*")
			for c in ("aä€"):gmatch(utf8.charpattern) do io.write(#c, " ") end print()`, "true\ttrue\ttrue\n1 2 3 \n"},
		{"a frontier", `print((("the cat"):gsub("%f[%a]%a", string.upper)))`, "The Cat\n"},
		{"numbers have one form", `
			local x = 0.1 + 0.2
			print(x, x .. "", tostring(x), ("%s"):format(x), table.concat{ x }, (("x"):gsub("x", x)))`,
			strings.Repeat("0.3\t", 5) + "0.3\n"},
		{"infinity", `print(math.huge == 1 / 0, -math.huge < -1e308)`, "true\ttrue\n"},
		{"errors name the line and the function", `print(pcall(function() return ("x"):rep({}) end))`,
			"false\ttest.lua:1: bad argument #1 to 'rep' (number expected, got table)\n"},
		{"a missing value raises", `print(pcall(function() return ("%d items"):format() end))`,
			"false\ttest.lua:1: bad argument #1 to 'format' (no value)\n"},
		{"error objects in a format", `
			local ok, e = pcall(smtp.connect, { hots = "x" })
			print((("%s"):format(e):match("unknown option")))`, "unknown option\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stdout, logged, err := runBinding(t, tt.code, "")
			if err != nil || stdout != tt.want {
				t.Errorf("%v %s\nprinted\n%swant\n%s", err, logged, stdout, tt.want)
			}
		})
	}
}
