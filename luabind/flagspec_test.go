package luabind

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// sampleFlags has a flag of every type.
func sampleFlags() []flagDecl {
	return []flagDecl{
		{Name: "issue", Default: "2026-10", Short: "i", Help: "issue to send"},
		{Name: "people", Type: "path", Help: "who gets it"},
		{Name: "first_only", Type: "integer"},
		{Name: "share", Default: 0.5},
		{Name: "verbose", Type: "boolean", Short: "v"},
		{Name: "quiet", Default: true, Short: "q"},
		{Name: "wait", Type: "duration", Default: "10m"},
		{Name: "limit", Type: "size"},
		{Name: "rate", Type: "rate"},
		{Name: "attach", Type: "list", Short: "a"},
	}
}

func TestParseFlags(t *testing.T) {
	preset := map[string]any{"issue": "2026-10", "share": 0.5, "verbose": false, "quiet": true, "wait": 10 * time.Minute, "attach": []string{}}
	for line, want := range map[string]struct {
		changed map[string]any
		rest    []string
	}{
		"":                               {},
		"--issue x":                      {changed: map[string]any{"issue": "x"}},
		"--issue=x=y":                    {changed: map[string]any{"issue": "x=y"}},
		"--issue=":                       {changed: map[string]any{"issue": ""}},
		"-i x":                           {changed: map[string]any{"issue": "x"}},
		"-ix":                            {changed: map[string]any{"issue": "x"}},
		"-i=x":                           {changed: map[string]any{"issue": "x"}},
		"--verbose=ON --quiet=0":         {changed: map[string]any{"verbose": true, "quiet": false}},
		"--issue a --issue b":            {changed: map[string]any{"issue": "b"}},
		"--people -":                     {changed: map[string]any{"people": "-"}},
		"--first-only 5":                 {changed: map[string]any{"first_only": int64(5)}},
		"--first_only -5":                {changed: map[string]any{"first_only": int64(-5)}},
		"--share 1.25":                   {changed: map[string]any{"share": 1.25}},
		"--verbose":                      {changed: map[string]any{"verbose": true}},
		"--verbose word":                 {changed: map[string]any{"verbose": true}, rest: []string{"word"}},
		"--verbose=no":                   {},
		"--no-quiet":                     {changed: map[string]any{"quiet": false}},
		"-v -q=false":                    {changed: map[string]any{"verbose": true, "quiet": false}},
		"-vi x":                          {changed: map[string]any{"verbose": true, "issue": "x"}},
		"--wait 2h30m":                   {changed: map[string]any{"wait": 150 * time.Minute}},
		"--wait 90":                      {changed: map[string]any{"wait": 90 * time.Second}},
		"--limit 25MB":                   {changed: map[string]any{"limit": int64(25e6)}},
		"--rate 14/s":                    {changed: map[string]any{"rate": "14/s"}},
		"--attach a -a b --attach=c":     {changed: map[string]any{"attach": []string{"a", "b", "c"}}},
		"one --issue x two -- --issue y": {changed: map[string]any{"issue": "x"}, rest: []string{"one", "two", "--issue", "y"}},
		"- -5 -.5":                       {rest: []string{"-", "-5", "-.5"}},
		"-- --help":                      {rest: []string{"--help"}},
	} {
		values, rest, help, err := parseFlags(sampleFlags(), strings.Fields(line))
		full := map[string]any{}
		for k, v := range preset {
			full[k] = v
		}
		for k, v := range want.changed {
			full[k] = v
		}
		if diff := cmp.Diff(full, values); err != nil || help || diff != "" {
			t.Errorf("%q: %v help=%t (-want +got)\n%s", line, err, help, diff)
		}
		if diff := cmp.Diff(want.rest, rest); diff != "" {
			t.Errorf("%q: rest (-want +got)\n%s", line, diff)
		}
	}
}

func TestParseFlagsErrors(t *testing.T) {
	for line, want := range map[string]string{
		"--isue x":             `unknown flag "--isue"; did you mean "--issue"?`,
		"--isue=x":             `unknown flag "--isue"; did you mean "--issue"?`,
		"--first-onyl 3":       `unknown flag "--first-onyl"; did you mean "--first-only"?`,
		"--frobnicate":         `unknown flag "--frobnicate"`,
		"--no-issue":           `unknown flag "--no-issue"; did you mean "--issue"?`,
		"-x":                   `unknown flag "-x"`,
		"-vx":                  `unknown flag "-vx"`,
		"--issue":              `flag "--issue" needs a value`,
		"--issue --verbose":    `flag "--issue" needs a value`,
		"--people -v":          `flag "--people" needs a value`,
		"-i":                   `flag "-i" needs a value`,
		"--first-only x":       `flag "--first-only" must be a whole number, got "x"`,
		"--first-only 1.5":     `flag "--first-only" must be a whole number, got "1.5"`,
		"--share nan":          `flag "--share" must be a number, got "nan"`,
		"--verbose=maybe":      `flag "--verbose" must be true or false, got "maybe"`,
		"--no-verbose=x":       `flag "--no-verbose" takes no value`,
		"--wait 5x":            `flag "--wait" must be a duration: "5x" is no duration: unknown unit "x"; units are ms, s, m, h, d, w, from large to small`,
		"--limit 5PB":          `flag "--limit" must be a size: "5PB" is no size: unknown unit "pb"; units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB`,
		"--people=":            `flag "--people" must be a path, got ""`,
		"word --verbose --bad": `unknown flag "--bad"`,
	} {
		_, _, _, err := parseFlags(sampleFlags(), strings.Fields(line))
		var wrong *flagError
		if !errors.As(err, &wrong) || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", line, err, want)
		} else if wrong.Unknown != strings.HasPrefix(want, "unknown") {
			t.Errorf("%q: Unknown = %t", line, wrong.Unknown)
		}
	}
}

func TestParseFlagsRequired(t *testing.T) {
	decls := []flagDecl{{Name: "a", Required: true}, {Name: "b", Required: true}}
	for line, want := range map[string]string{
		"": `flags "--a", "--b" are required`, "--a x": `flag "--b" is required`, "--a x --b=": "<nil>",
	} {
		if _, _, _, err := parseFlags(decls, strings.Fields(line)); strings.TrimSpace(errorText(err)) != want {
			t.Errorf("%q: %v; want %s", line, err, want)
		}
	}
	for _, line := range []string{"--help", "-h", "--bad --help", "--a -h"} {
		if _, _, help, err := parseFlags(decls, strings.Fields(line)); !help || err != nil {
			t.Errorf("%q: help=%t, %v", line, help, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}

func TestCheckFlags(t *testing.T) {
	for want, decls := range map[string][]flagDecl{
		`flag "" needs a name of letters, digits, '-' and '_' that begins with a letter`:    {{}},
		`flag "a b" needs a name of letters, digits, '-' and '_' that begins with a letter`: {{Name: "a b"}},
		`flag "help" takes the place of --help or -h, which every script has`:               {{Name: "help"}},
		`flag "x" takes the place of --help or -h, which every script has`:                  {{Name: "x", Short: "h"}},
		`flag "x" has the short form "xy"; it must be one letter`:                           {{Name: "x", Short: "xy"}},
		`flag "x" has the unknown type "integr"; did you mean "integer"?`:                   {{Name: "x", Type: "integr"}},
		`flag "x" is required and has a default; give one of the two`:                       {{Name: "x", Default: "y", Required: true}},
		`flag "x" has a default that does not fit: must be a whole number, got "abc"`:       {{Name: "x", Type: "integer", Default: "abc"}},
		`flag "x" has a default that does not fit: must be a boolean, got "yes"`:            {{Name: "x", Type: "boolean", Default: "yes"}},
		`flag "x" has a default that does not fit: must be a list of strings, got 1 in it`:  {{Name: "x", Default: []any{1.0}}},
		`flag "a_b": "--a-b" is declared twice`:                                             {{Name: "a-b"}, {Name: "a_b"}},
		`flag "b": "-x" is declared twice`:                                                  {{Name: "a", Short: "x"}, {Name: "b", Short: "x"}},
	} {
		if err := checkFlags(decls); errorText(err) != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestFlagsHelp(t *testing.T) {
	decls := append([]flagDecl{{Name: "to", Required: true, Help: "who gets it"}}, sampleFlags()...)
	decls = append(decls, flagDecl{Name: "a_name_that_takes_the_whole_line", Help: "first\nsecond"})
	want := `Usage: moonpost run news.lua --to TEXT [flags] [words]

Sends the news.

Flags:
      --to TEXT       who gets it (required)
  -i, --issue TEXT    issue to send (default 2026-10)
      --people FILE   who gets it
      --first-only N
      --share N       (default 0.5)
  -v, --[no-]verbose
  -q, --[no-]quiet    (default yes)
      --wait TIME     (default 10m)
      --limit SIZE
      --rate RATE
  -a, --attach TEXT   (may be repeated)
      --a-name-that-takes-the-whole-line TEXT
                      first
                      second
  -h, --help          show this text
`
	if diff := cmp.Diff(want, flagsHelp("news.lua", "Sends the news.", decls)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFlagDefaults(t *testing.T) {
	for _, c := range []struct {
		decl  flagDecl
		value any
		note  string
	}{
		{flagDecl{Type: "duration", Default: 90.0}, 90 * time.Second, "(default 90)"},
		{flagDecl{Type: "size", Default: "1kB"}, int64(1000), "(default 1kB)"},
		{flagDecl{Type: "integer", Default: 5.0}, int64(5), "(default 5)"},
		{flagDecl{Default: 1e6}, 1e6, "(default 1000000)"},
		{flagDecl{Type: "list", Default: "a"}, []string{"a"}, "(may be repeated, default a)"},
		{flagDecl{Default: []string{"a", "b"}}, []string{"a", "b"}, "(may be repeated, default a, b)"},
		{flagDecl{Default: []any{"a", "b"}}, []string{"a", "b"}, "(may be repeated, default a, b)"},
		{flagDecl{Type: "list"}, []string{}, "(may be repeated)"},
		{flagDecl{Default: true}, true, "(default yes)"},
		{flagDecl{Default: false}, false, ""},
		{flagDecl{Default: ""}, "", ""},
	} {
		c.decl.Name = "x"
		values, _, _, err := parseFlags([]flagDecl{c.decl}, nil)
		if diff := cmp.Diff(map[string]any{"x": c.value}, values); err != nil || diff != "" {
			t.Errorf("%+v: %v (-want +got)\n%s", c.decl, err, diff)
		}
		if note := c.decl.note(); note != c.note {
			t.Errorf("%+v: note %q; want %q", c.decl, note, c.note)
		}
	}
	if _, _, _, err := parseFlags([]flagDecl{{Name: "x", Type: "boolean", Default: 1.0}}, nil); errorText(err) != `flag "x" has a default that does not fit: must be a boolean, got 1` {
		t.Errorf("got %v", err)
	}
	if _, _, help, err := parseFlags([]flagDecl{{Name: ""}}, []string{"--help"}); help || err == nil {
		t.Error("a wrong declaration passes with --help")
	}
}

func TestFlagOrder(t *testing.T) {
	names := func(decls []flagDecl) string {
		var list []string
		for _, d := range decls {
			list = append(list, d.Name)
		}
		return strings.Join(list, " ")
	}
	decls := []flagDecl{{Name: "b"}, {Name: "z", Required: true}, {Name: "a"}}
	if flagOrder(decls, nil); names(decls) != "z a b" {
		t.Errorf("unknown order: %s", names(decls))
	}
	if flagOrder(decls, []flagDecl{{Name: "b"}, {Name: "a"}, {Name: "z"}}); names(decls) != "b a z" {
		t.Errorf("order of declaration: %s", names(decls))
	}
}

func TestScanFlags(t *testing.T) {
	issue := flagDecl{Name: "issue", Default: "x"}
	for code, want := range map[string]struct {
		spec           []flagDecl
		found, literal bool
	}{
		`print(1)`: {},
		`local flags = require "flags"; local o = flags.parse{ issue = { default = "x" } }`:                     {[]flagDecl{issue}, true, true},
		`local o = require("flags").parse{ issue = { default = "x" } }`:                                         {[]flagDecl{issue}, true, true},
		`local p = require("flags").parse; local o = p({ issue = { default = "x" } })`:                          {[]flagDecl{issue}, true, true},
		`flags = require "flags"; function main() return flags.parse{ ["issue"] = { default = "x" } } end`:      {[]flagDecl{issue}, true, true},
		`local a, flags = 1, require "flags"; if a then for i = 1, 2 do flags.parse{} end end`:                  {nil, true, true},
		`local flags = require "flags"; local f = flags; f.parse{ about = "Hello", issue = { default = "x" } }`: {[]flagDecl{issue}, true, true},
		`local flags = require "flags"; local o = flags.parse{ b = { type = "path", required = true, short = "b", help = "h" }, a = { default = -1 }, c = { default = { "x" } }, d = { default = true } }`: {
			[]flagDecl{{Name: "b", Type: "path", Required: true, Short: "b", Help: "h"}, {Name: "a", Default: -1.0}, {Name: "c", Default: []string{"x"}}, {Name: "d", Default: true}}, true, true},
		`local flags = require "flags"; flags.parse{ issue = { default = os.date("%Y") } }`:                  {[]flagDecl{{Name: "issue"}}, true, false},
		`local flags = require "flags"; flags.parse{ issue = { type = "string", default = os.date("%Y") } }`: {[]flagDecl{{Name: "issue", Type: "string"}}, true, true},
		`local flags = require "flags"; flags.parse{ issue = { default = os.date("%Y"), type = "string" } }`: {[]flagDecl{{Name: "issue", Type: "string"}}, true, true},
		`local flags = require "flags"; flags.parse{ issue = { help = "x" .. y } }`:                          {[]flagDecl{{Name: "issue"}}, true, true},
		`local flags = require "flags"; flags.parse{ [name] = { default = "x" } }`:                           {nil, true, false},
		`local flags = require "flags"; flags.parse{ issue = spec }`:                                         {nil, true, false},
		`local flags = require "flags"; flags.parse(spec)`:                                                   {nil, true, false},
		`local flags = require "flags"; flags.parse{}; flags.parse{}`:                                        {nil, true, false},
		`do local flags = require "flags"; repeat flags.parse{ issue = { default = "x" } } until true end`:   {[]flagDecl{issue}, true, true},
		`for _, o in pairs(require("flags").parse{ issue = { default = "x" } }) do end`:                      {[]flagDecl{issue}, true, true},
		`local flags = require "flags"; if not (-flags.parse{ issue = { default = "x" } }) then end`:         {[]flagDecl{issue}, true, true},
		`local flags = require "flags"; flags.parse{ issue = { default = false, [1] = 2 } }`:                 {[]flagDecl{{Name: "issue", Default: false}}, true, false},
		`local flags = require "flags"; flags.parse{ issue = { default = { 5 } } }`:                          {[]flagDecl{{Name: "issue"}}, true, false},
		`local flags = require "flags"; use(flags)`:                                                          {nil, true, false},
		`local other = require "other"; other.parse{ issue = {} }`:                                           {},
		`local o = { f = function() return require("flags").parse{ issue = { default = "x" } } end }`:        {[]flagDecl{issue}, true, true},
		`while not (1 + 2 < 3 and #require("flags").parse{ issue = { default = "x" } } .. "x") do break end`: {[]flagDecl{issue}, true, true},
	} {
		chunk, err := parse.Parse(strings.NewReader(code), "test.lua")
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		spec, found, literal := scanFlags(chunk)
		if diff := cmp.Diff(want.spec, spec); diff != "" || found != want.found || literal != want.literal {
			t.Errorf("%s\nfound=%t literal=%t (-want +got)\n%s", code, found, literal, diff)
		}
	}
}

func TestFlagFromLua(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	for code, want := range map[string]flagDecl{
		`{}`: {Name: "x"},
		`{ default = 5, help = "h", short = "s" }`: {Name: "x", Default: 5.0, Help: "h", Short: "s"},
		`{ type = "list", default = { "a" } }`:     {Name: "x", Type: "list", Default: []any{"a"}},
		`{ type = "list", default = {} }`:          {Name: "x", Type: "list", Default: []any{}},
		`{ required = true, type = "path" }`:       {Name: "x", Type: "path", Required: true},
	} {
		got, err := flagFromLua("x", luaValue(t, L, code))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", code, err, diff)
		}
	}
	for code, want := range map[string]string{
		`"2026-10"`:                           `flags.parse: flag "x" must be a table, got a string`,
		`{ requird = true }`:                  `flags.parse: unknown option "x.requird"; did you mean "x.required"?`,
		`{ type = "integr" }`:                 `flags.parse: option "x.type" must be one of string, number, integer, boolean, path, duration, size, rate, date, list; got "integr"`,
		`{ default = print }`:                 `flags.parse: option "x.default" must be plain data, got a function`,
		`{ type = "integer", default = "a" }`: `flags.parse: flag "x" has a default that does not fit: must be a whole number, got "a"`,
		`{ default = { a = 1 } }`:             `flags.parse: flag "x" has a default that does not fit: must be a string, got a table`,
	} {
		if _, err := flagFromLua("x", luaValue(t, L, code)); errorText(err) != want {
			t.Errorf("%s\ngot  %v\nwant %s", code, err, want)
		}
	}
}

func FuzzParseFlags(f *testing.F) {
	for _, seed := range []string{"--issue x word", "-vqi=x -- --help", "--no-quiet --share=1", "-\n--", "--=\n-=", "--wait\n5m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "\n")
		values, rest, help, err := parseFlags(sampleFlags(), args)
		var wrong *flagError
		switch {
		case err != nil && !errors.As(err, &wrong):
			t.Fatalf("untyped error %v", err)
		case err != nil && strings.ContainsAny(err.Error(), "\r\n"):
			t.Fatalf("error of two lines: %q", err)
		case err == nil && !help && (len(values) < 6 || len(rest) > len(args)):
			t.Fatalf("%q: %v %v", args, values, rest)
		}
	})
}

func FuzzScanFlags(f *testing.F) {
	f.Add(`local flags = require "flags"; flags.parse{ a = { default = -(-1) } }`)
	f.Add(`x = ` + strings.Repeat("-", 600) + `1`)
	f.Fuzz(func(t *testing.T, code string) {
		chunk, err := parse.Parse(strings.NewReader(code), "fuzz.lua")
		if err != nil {
			return
		}
		if spec, found, literal := scanFlags(chunk); !found && (literal || spec != nil) {
			t.Errorf("%q: literal or declared, and not found", code)
		}
	})
}
