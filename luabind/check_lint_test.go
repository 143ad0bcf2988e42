package luabind

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lintText gives what the linter finds in a script, one finding a line: "line:column: message", notes marked, hints after " | ".
func lintText(t *testing.T, dir, source string) []string {
	t.Helper()
	result, err := testHost().Check(t.Context(), Script{Name: "s.lua", Dir: dir, Source: []byte(source)}, CheckOptions{Static: true})
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, f := range result.Findings {
		line := fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Message)
		if f.File != "s.lua" {
			line = filepath.Base(f.File) + ":" + line
		}
		if f.Note {
			line = "note " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// TestLint holds one wrong script for each kind of mistake, with exactly what is found.
func TestLint(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string
	}{
		{"unknown global", `prnt("x")`, []string{`1:1: unknown global "prnt"; did you mean "print"?`}},
		{"unknown global in a branch", "local recipient = 'a'\nif recpient then print(recipient) end", []string{`2:4: unknown global "recpient"; did you mean "recipient"?`}},
		{"asked for", "if jit then print(jit.version) elseif not setfenv2 then print(1) else setfenv2(1) end\nprint(rawlen and rawlen({}), table.move and table.move({}), utf9 ~= nil and utf9.x, not gone or gone(1))\nif type(unpack2) == 'function' then unpack2() end", nil},
		{"asked for, in the wrong branch", "if not jit then print(jit.version) end\nprint(rawlen or rawlen({}))", []string{`1:23: unknown global "jit"; did you mean "bit"?`, `2:17: unknown global "rawlen"; did you mean "rawget"?`}},
		{"function before its definition", "local function a() return b() end\nlocal function b() return 1 end\nprint(a(), b())", []string{`1:27: unknown global "b"`}},
		{"module that was not required", `for row in csv.rows("people.csv") do print(row) end`, []string{`1:12: unknown global "csv"`}},
		{"misspelt global set", "local count = 0\nfor i = 1, 3 do coutn = i end\nprint(count)", []string{`note 2:17: nobody reads the global "coutn"; did you mean "count"?`}},
		{"global of its own", "function helper() end\nhelper()\nstate = 1\nprint(state)", nil},
		{"module", `smtp.conect("localhost")`, []string{`1:6: smtp has no function "conect"; did you mean "connect"?`}},
		{"module through require", "local csv = require 'csv'\nfor row in csv.row('people.csv') do print(row) end", []string{`2:16: csv has no function "row"; did you mean "rows"?`}},
		{"table within a module", `print(mime.base64.encod("x"))`, []string{`1:19: mime.base64 has no function "encod"; did you mean "encode"?`}},
		{"alias", "local connect = smtp.connect\nconnect{ hots = 'x' }", []string{`2:10: smtp.connect: unknown option "hots"; did you mean "host"?`}},
		{"local that changes", "local connect = smtp.connect\nconnect = print\nconnect{ hots = 'x' }", nil},
		{"Lua's own library", `print(string.fmt("%d", 1))`, []string{`1:14: string has no function "fmt"; did you mean "format"?`}},
		{"library with additions", "function string.split(s) return s end\nprint(string.split('x'), ('x'):split())", nil},
		{"method of a string", "local s = 'x'\nprint(s:uper())", []string{`2:9: strings have no method "uper"; did you mean "upper"?`}},
		{"method", "local conn = smtp.connect('h')\nconn:send_mesage(1)", []string{`2:6: smtp.Conn has no field "send_mesage"; did you mean "send_message"?`}},
		{"method in smtp.with", "smtp.with('h', function(conn)\n  conn:qiut()\nend)", []string{`2:8: smtp.Conn has no field "qiut"; did you mean "quit"?`}},
		{"field of a result", "local r = smtp.connect('h'):sendmail('a@x.test', 'b@x.test', 'x')\nprint(r.accpted)", []string{`2:9: smtp.Result has no field "accpted"; did you mean "accepted"?`}},
		{"field in a loop", "local relay = smtp.relay{ host = 'h' }\nfor r in relay:results() do print(r.okay) end", []string{`2:37: smtp.Outcome has no field "okay"`}},
		{"element of a list", "local m = mime.parse('x')\nfor _, p in ipairs(m:attachments()) do print(p.filname) end", []string{`2:48: mime.Part has no field "filname"; did you mean "filename"?`}},
		{"header field", "local m = mime.parse('x')\nm.Subject = 'y'\nprint(m['X-Any'], m.Subject)", nil},
		{"colon and dot", "smtp:connect('h')\nlocal c = smtp.connect('h')\nc.quit()", []string{`1:6: smtp.connect is called with a dot`, `3:1: conn:quit is called with a colon`}},
		{"method with a dot and arguments", "local c = smtp.connect('h')\nc.send_message(mime.message{ text = 'x' })\nprint(pcall(c.quit, c), c.quit(c))", []string{`2:1: conn:send_message is called with a colon`}},
		{"option of other libraries", "smtp.connect{ hostname = 'h' }\nmime.message{ body = 'x', zzz = 1 }", []string{`1:15: smtp.connect: unknown option "hostname"; did you mean "host"?`, `2:15: mime.message: unknown option "body"; did you mean "text"?`, `2:27: mime.message: unknown option "zzz"`}},
		{"module in a branch", "local p = arg[1] and require 'gone'\nprint(p)", []string{`note 1:31: module "gone" not found`}},
		{"columns are characters", `print("äöü", prnt)`, []string{`1:14: unknown global "prnt"; did you mean "print"?`}},
		{"module of old style", "local m = require 'old'\nprint(m, old.hello())", nil},
		{"unknown option", "smtp.connect{ host = 'h', prot = 25 }", []string{`1:27: smtp.connect: unknown option "prot"; did you mean "port"?`}},
		{"type of an option", "smtp.connect{ host = 'h', port = 'x' }", []string{`1:27: smtp.connect: option "port" must be a whole number, got a string ("x")`}},
		{"word of an option", "smtp.connect{ tls = 'startls' }", []string{`1:15: smtp.connect: option "tls" must be one of auto, none, opportunistic, starttls, implicit; got "startls"`}},
		{"duration", "smtp.connect{ timeout = '30 parsecs' }", []string{`1:15: smtp.connect: option "timeout": "30 parsecs" is no duration: unknown unit " parsecs"; units are ms, s, m, h, d, w, from large to small`}},
		{"nested option", "smtp.connect{ timeouts = { conect = 3 } }", []string{`1:28: smtp.connect: unknown option "timeouts.conect"; did you mean "timeouts.connect"?`}},
		{"option by domain", "smtp.relay{ host = 'h', per_domain = { ['x.test'] = { rte = '1/s' } } }", []string{`1:55: smtp.relay: unknown option "per_domain.x.test.rte"; did you mean "per_domain.x.test.rate"?`}},
		{"option missing", "mime.dkim{ domain = 'x.test', key = 'k' }", []string{`1:6: mime.dkim: option "selector" is missing`}},
		{"secret", "smtp.connect{ password = 42 }", []string{`1:15: smtp.connect: option "password" must be a string, got a number`}},
		{"options in a variable", "local o = { hots = 'h' }\nsmtp.connect(o)", []string{`1:13: smtp.connect: unknown option "hots"; did you mean "host"?`}},
		{"attachment's options", "mime.message{ text = 'x', attachments = { { data = 'x', filname = 'a' } } }", []string{`1:57: mime.message: attachments[1]: unknown option "filname"; did you mean "filename"?`}},
		{"argument missing", "mime.parse()", []string{`1:6: mime.parse: message is missing`}},
		{"argument too many", "print(mime.html_to_text('x', 'y'))", []string{`1:12: mime.html_to_text takes 1 argument, got 2`}},
		{"type of an argument", "local c = smtp.connect('h')\nc:send_message{ from = 'x' }", []string{`2:0: conn:send_message: message must be a mime.Part, got a table`}},
		{"through pcall", "print(pcall(smtp.connect, { prot = 1 }))", []string{`1:29: smtp.connect: unknown option "prot"; did you mean "port"?`}},
		{"files", "mime.message{ attachments = { 'a.pdf', script.path('data.csv'), 'data.csv' } }\nrequire('template').load('page' .. '.html')",
			[]string{`1:0: cannot read CWD/data.csv: no such file or directory`, `1:32: cannot read CWD/a.pdf: no such file or directory`, `2:0: cannot read CWD/page.html: no such file or directory`}},
		{"file that the script makes", "mime.message{ text = 'x' }:save('out.eml')\nmime.parse{ path = 'out.eml' }", nil},
		{"unset variable", "print(env.NOT_SET, env.get('OTHER', 1), pcall(function() return env.ALSO end))", []string{`1:7: env.NOT_SET is not set`}},
		{"unset variable in a branch", "if arg[1] then print(env.NOT_SET) end", []string{`note 1:22: env.NOT_SET is not set`}},
		{"require", "require 'cvs'", []string{`1:10: module "cvs" not found; did you mean "csv"?`}},
		{"module beside the script", "local m = require 'helper'\nprint(m)", []string{`helper.lua:2:20: unknown global "prnt"; did you mean "print"?`}},
		{"field of a module beside the script", "local lib = require 'lib'\nlib.wriet()\nlib.gone()\nprint(lib.write(), lib.number, lib.nothing, lib.nmber)\nlib.own = 1\nlib.own()",
			[]string{`2:5: module "lib" has no "wriet"; did you mean "write"?`, `3:5: module "lib" has no "gone"`, `4:49: module "lib" has no "nmber"; did you mean "number"?`}},
		{"module that others extend", "local open = require 'open'\nopen.anything()", nil},
		{"broken module", "require 'broken'", []string{`broken.lua:2:`}},
		{"flags", "local opt = require('flags').parse{ issue = { default = '1' } }\nprint(opt.isue, opt.issue, opt[1])", []string{`2:11: flags.parse declares no flag "isue"; did you mean "issue"?`}},
		{"option of a flag", "require('flags').parse{ issue = { defualt = '1' } }", []string{`1:35: flags.parse: unknown option "issue.defualt"; did you mean "issue.default"?`}},
		{"silenced", "prnt('x') -- check: ignore\nprnt('y')", []string{`2:1: unknown global "prnt"; did you mean "print"?`}},
		{"setfenv", "setfenv(1, { x = 1 })\nprint(x)", nil},
		{"deeper than is looked", "local a = 1\nprint(" + strings.Repeat("a + ", 3500) + "a)", nil},
		{"syntax", "local x = 1\nlocal y = = 2", []string{`2:`}},
	}
	dir := t.TempDir()
	write(t, dir, "data.csv", "a\n1\n")
	write(t, dir, "helper.lua", "local M = {}\nreturn prnt and M, prnt(1)\n")
	write(t, dir, "lib.lua", "local M = { number = 1 }\nfunction M.write() return M.number end\nreturn M\n")
	write(t, dir, "open.lua", "local M = {}\nsetmetatable(M, { __index = string })\nreturn M\n")
	write(t, dir, "old.lua", "module('old', package.seeall)\nfunction hello() return 1 end\n")
	write(t, dir, "broken.lua", "local x\nx = = 1\n")
	cwd, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := lintText(t, dir, test.source)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], cwd, "CWD")
				if i < len(test.want) && strings.HasSuffix(test.want[i], ":") { // the parser's words are not ours
					got[i] = got[i][:min(len(got[i]), len(test.want[i]))]
				}
			}
			if diff := cmp.Diff(append([]string{}, test.want...), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// testHost touches nothing of this process.
func testHost() *Host {
	return &Host{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Wall: time.Now, Mono: time.Now, Rand: rand.Reader,
		Logger: slog.New(slog.DiscardHandler), LookupEnv: func(string) (string, bool) { return "", false },
	}
}
