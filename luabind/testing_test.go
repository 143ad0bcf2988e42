package luabind

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// runTests runs a file of tests; t:run doesn't start anything and succeeds.
func runTests(t *testing.T, source string, testing Testing) ([]TestResult, error) {
	t.Helper()
	program, err := Compile(Script{Name: "x_test.lua", Dir: ".", Source: []byte(source)})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	testing.TempDir = func(string) (string, error) { return os.MkdirTemp(t.TempDir(), "case") }
	testing.Rehearse = func(_ context.Context, r Rehearsal) (*Rehearsed, error) {
		return &Rehearsed{Stdout: fmt.Sprintf("%s %q %s %s", r.Name, r.Args, r.Now.Format(time.RFC3339), r.Files["a"])}, nil
	}
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false },
		Logger:    slog.New(slog.NewTextHandler(&out, nil)), Outbound: Outbound{Local: true}, Testing: &testing,
	}
	file, err := host.LoadTests(t.Context(), program)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var results []TestResult
	for i := range file.Cases() {
		results = append(results, file.Run(i))
	}
	return results, nil
}

func TestCompareValues(t *testing.T) {
	tests := []struct{ got, want, text string }{
		{`1`, `1`, ""},
		{`nil`, `nil`, ""},
		{`0/0`, `0/0`, ""},
		{`{ 1, 2, a = { b = true } }`, `{ 1, 2, a = { b = true } }`, ""},
		{`{}`, `{}`, ""},
		{`true`, `false`, "got true, want false"},
		{`{}`, `"x"`, `got {}, want "x" (a string)`},
		{`{ 1, 2, 3 }`, `{ 1, 3 }`, "differs in:\n  [2]: got 2, want 3\n  [3]: got 3, want nil"},
		{`{ ["a b"] = { c = 1 } }`, `{ ["a b"] = { c = 2 } }`, `["a b"].c: got 1, want 2`},
		{`{ x = { 1, "two" } }`, `{ x = 5 }`, `.x: got { 1, "two" }, want 5 (a number)`},
		{`print`, `tostring`, "got a function (a function), want a function (a function)"},
		{`("a"):rep(300) .. "x" .. ("b"):rep(300)`, `("a"):rep(300) .. "y" .. ("b"):rep(300)`,
			`got "…` + strings.Repeat("a", 20) + "x" + strings.Repeat("b", 39) + `…", want "…` + strings.Repeat("a", 20) + "y" + strings.Repeat("b", 39) + `…"`},
		{`"a\nb"`, `"a\nc"`, "the texts differ:\n  (- want, + got)\n   a\n  -c\n  +b"},
		{`"tab\t \n"`, `"\255\n"`, "the texts differ:\n  (- want, + got)\n  -\\xff\n  +tab\t\\x20\n   "},
	}
	L := lua.NewState()
	defer L.Close()
	for _, tt := range tests {
		if err := L.DoString("return " + tt.got + ", " + tt.want); err != nil {
			t.Fatal(err)
		}
		text := compareValues(L, L.Get(-2), L.Get(-1))
		if strings.Join(strings.Fields(text), " ") != strings.Join(strings.Fields(tt.text), " ") {
			t.Errorf("%s, %s:\n%s\nwant\n%s", tt.got, tt.want, text, tt.text)
		}
		L.SetTop(0)
	}
}

func TestCompareValuesIsBounded(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	if err := L.DoString(`
		local function loop() local t = {} t.t = { t } return t end
		local function deep(n) local t = {} for _ = 1, n do t = { t } end return t end
		local function wide(x) local t = {} for i = 1, 10000 do t[i] = x end return t end
		return loop(), loop(), deep(100000), deep(100001), wide(1), wide(2)`); err != nil {
		t.Fatal(err)
	}
	if text := compareValues(L, L.Get(1), L.Get(2)); text != "" {
		t.Error(text)
	}
	if text := compareValues(L, L.Get(3), L.Get(4)); !strings.HasSuffix(text, "nests too deep to be compared") {
		t.Error(text)
	}
	if text := compareValues(L, L.Get(5), L.Get(6)); strings.Count(text, "\n") != shownDifferences+1 {
		t.Error(text)
	}
	begin := time.Now()
	text := lineDiff(strings.Repeat("a\n", 100000), strings.Repeat("b\n", 100000))
	if took := time.Since(begin); took > 5*time.Second || strings.Count(text, "\n") > diffLines+2 {
		t.Errorf("%v, %d lines", took, strings.Count(text, "\n"))
	}
}

// A failure is read by people: what is long is cut to where it differs.
func TestFailuresAreShort(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	text := lineDiff("x\n"+long+"got"+long+"\nx", "x\n"+long+"want"+long+"\nx")
	if len(text) > 3*diffOctets || !strings.Contains(text, "agota") || !strings.Contains(text, "awanta") {
		t.Errorf("%.2000s", text)
	}
	if text := withoutMiddle("begin" + long + "end"); len(text) > shownOutput+100 || !strings.HasPrefix(text, "begin") || !strings.HasSuffix(text, "end") {
		t.Errorf("%d octets", len(text))
	}
	results, err := runTests(t, `
		local test, time, json = require "test", require "time", require "json"
		test.case("times", function(t) t:equal({ d = time.parse("2026-01-01T00:00Z") }, { d = time.parse("2026-01-02T00:00Z") }) end)
		test.case("null", function(t) t:equal(json.null, nil) end)
		test.case("no function", function(t) t:raises("attempt to call", 5) end)`, Testing{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		".d: got time 2026-01-01T00:00:00Z, want time 2026-01-02T00:00:00Z", "got json.null, want nil",
		"t:raises: what is called must be a function, got a number",
	} {
		if got := results[i].Failures; len(got) != 1 || got[0].Text != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
}

func TestMaskMail(t *testing.T) {
	drawn := func(c string) string { return strings.Repeat(c, drawnLength) }
	in := "DKIM-Signature: v=1;\n b=abc\nDate: today\nMessage-Id: <1@x>\nSubject: Date: x\nContent-Type: multipart/related;\n boundary=\"=_" + drawn("a") +
		"\"\n\nDate: stays\n--=_" + drawn("a") + "\nContent-ID: <" + drawn("b") + "@x>\n\n<img src=\"cid:" + drawn("b") + "@x\"> " + drawn("c") + "\n"
	want := "DKIM-Signature: (masked)\nDate: (masked)\nMessage-Id: (masked)\nSubject: Date: x\nContent-Type: multipart/related;\n boundary=\"=_(id-1)" +
		"\"\n\nDate: stays\n--=_(id-1)\nContent-ID: <(id-2)@x>\n\n<img src=\"cid:(id-2)@x\"> " + drawn("c") + "\n"
	if got := maskMail(in); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestRehearsalOptions(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.lua", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	results, err := runTests(t, `
		local test = require "test"
		test.case("a", function(t)
			t:equal(t:run("a.lua", { args = { "x" }, files = { a = "text" }, now = "2026-10-05" }).stdout, 'a.lua ["x"] 2026-10-05T00:00:00Z text')
			t:equal(t:run("a.lua", { now = "2026-10-05T10:00" }).stdout, 'a.lua [] 2026-10-05T10:00:00Z ')
			t:equal(t:run("a.lua", { now = "2026-10-05 10:00:07" }).stdout, 'a.lua [] 2026-10-05T10:00:07Z ')
			t:equal(t:run("a.lua", { now = "2026-10-05T10:00+02:00" }).stdout, 'a.lua [] 2026-10-05T10:00:00+02:00 ')
			t:equal(t:run("a.lua", { now = 1800000000 }).stdout, 'a.lua [] 2027-01-15T08:00:00Z ')
			t:equal(t:run("@a").stdout, '@a [] 2026-01-01T12:00:00Z ')
			t:raises("argument", t.run, t, "a.lua", { now = "soon" })
			t:raises("io", t.run, t, ".")
		end)`, Testing{})
	if err != nil || len(results) != 1 || len(results[0].Failures) != 0 {
		t.Errorf("%v %+v", err, results)
	}
}
