package lua51

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// quoted writes s as a string of Lua, in digits alone.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\%03d`, c)
	}
	return b.String() + `"`
}

// agree fails where the snippet prints something else on PUC's Lua.
func agree(t *testing.T, puc *pucProcess, code, about string) {
	t.Helper()
	ours := runOurs(t.Context(), code)
	if puc == nil {
		return
	}
	if want := puc.run(t, code); ours != want {
		t.Errorf("%s\nours: %q\nPUC:  %q", about, ours, want)
	}
}

// FuzzPattern compares short patterns with PUC's Lua where that is installed,
// and wants an end of all others.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"hello world", "(%w+) (%w+)"}, {"key = value", "^(%w+)%s*=%s*(.-)$"}, {"f(a(b)c)", "%b()"}, {"THE (quick) fox", "%f[%a]%a+"},
		{"abcabc", "(abc)%1"}, {"a]b", "[]^-]+"}, {"", "()"}, {"aaa", "a-()a*"}, {"x", "[%"}, {"x", "%"}, {"a\x00b", "%z"}, {"aXb", "[A-Z%d_]?"},
	} {
		f.Add(seed[0], seed[1], 1)
	}
	puc := startPUC(f)
	f.Fuzz(func(t *testing.T, subject, pattern string, init int) {
		s, p := quoted(subject), quoted(pattern)
		code := fmt.Sprintf(`
			print(pcall(string.find, %[1]s, %[2]s, %[3]d))
			print(pcall(string.match, %[1]s, %[2]s, %[3]d))
			print(pcall(string.gsub, %[1]s, %[2]s, "<%%0%%1>"))
			print(pcall(function() for a, b, c in string.gmatch(%[1]s, %[2]s) do print(a, b, c) end end))`, s, p, init%100)
		if len(subject) > 20 || len(pattern) > 12 || strings.Contains(pattern, "\x00") {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			runOurs(ctx, code)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%q in %q took %v", pattern, subject, took)
			}
			return
		}
		agree(t, puc, code, fmt.Sprintf("%q in %q from %d", pattern, subject, init%100))
	})
}

// FuzzFormat compares formats of numbers and texts with PUC's Lua where that
// is installed.
func FuzzFormat(f *testing.F) {
	for _, format := range []string{
		"%d", "%5.2f|", "%-10s|", "%+.3e", "%#x", "%08.3f", "%g", "%q", "%c", "%%", "%5", "%.", "%123d", "% d", "%#o", "%.0f", "%#.0g", "%05s", "%i%u%X%E%G", "%5.3c|", "%.3q",
	} {
		f.Add(format, 3.75, "text")
	}
	puc := startPUC(f)
	f.Fuzz(func(t *testing.T, format string, n float64, text string) {
		code := fmt.Sprintf(`print(pcall(function() local s = string.format(%s, %s, %s, %[2]s) return s end))`, quoted(format), fmt.Sprintf("tonumber(%q)", fmt.Sprintf("%.17g", n)), quoted(text))
		if !isAlike(format, n, text) {
			runOurs(t.Context(), code)
			return
		}
		agree(t, puc, code, fmt.Sprintf("%q with %v and %q", format, n, text))
	})
}

// FuzzNumber compares tonumber with PUC's Lua where that is installed.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"10", " 1e3 ", "0x1F", "0x.8p1", "1e", "-.5", "z9", "1 2", "0x", "+ 1", "1e+400"} {
		f.Add(s, 16)
	}
	puc := startPUC(f)
	f.Fuzz(func(t *testing.T, s string, base int) {
		if len(s) > 400 {
			return
		}
		code := fmt.Sprintf(`
			local function show(n) if n then return ("%%.14g"):format(n) end return "nil" end
			print(show(tonumber(%[1]s)))
			print(#%[1]s > 10 or %[3]t or show(tonumber(%[1]s, %[2]d)))`, quoted(s), 2+uint(base)%35, strings.Contains(s, "-"))
		if strings.ContainsAny(s, "\x00iInN") { // zeros, and inf and nan, which strtod takes
			runOurs(t.Context(), code)
			return
		}
		agree(t, puc, code, fmt.Sprintf("%q in base %d", s, 2+uint(base)%35))
	})
}

// isAlike tells whether no difference is intended: those are about zeros,
// numbers without an integer, and how a number is written as text.
func isAlike(format string, n float64, text string) bool {
	switch {
	case strings.Contains(format+text, "\x00"), n != n, math.Abs(n) >= 1<<31, n == 0 && math.Signbit(n):
		return false
	case strings.ContainsAny(format, "sq") && n != math.Trunc(n):
		return false
	case strings.Contains(format, "c") && int(n)&255 == 0:
		return false
	}
	_, isNumber := parseNumber(text)
	return !isNumber && !strings.ContainsAny(text, "iInN") // which strtod may take for inf or nan
}
