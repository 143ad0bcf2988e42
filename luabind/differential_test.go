package luabind

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// luaSnippet is a piece of Lua that runs on moonpost and on PUC's Lua 5.1.
// A reason means that the results differ on purpose; ours is what we give then.
type luaSnippet struct {
	file   string
	line   int
	code   string
	reason string
	ours   string
}

// readSnippets reads a file of testdata/differential. Each line is a snippet;
// lines that begin with a blank go on with the one before. "--! reason" and
// then the lines of our output, each after "--> ", stand before a snippet
// whose result differs.
func readSnippets(t *testing.T, name string) []luaSnippet {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all []luaSnippet
	var next luaSnippet
	open := false // a long string or comment goes on
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "--! "):
			next.reason = line[len("--! "):]
		case strings.HasPrefix(line, "--> "):
			next.ours += line[len("--> "):] + "\n"
		case open || line == "" || line[0] == ' ' || line[0] == '\t':
			last := &all[len(all)-1]
			last.code += "\n" + line
			open = strings.Count(last.code, "[[") > strings.Count(last.code, "]]")
		default:
			next.file, next.line, next.code = filepath.Base(name), i+1, line
			open = strings.Count(line, "[[") > strings.Count(line, "]]") || strings.HasSuffix(line, "[==[") || strings.HasSuffix(line, `\`)
			all = append(all, next)
			next = luaSnippet{}
		}
	}
	return all
}

// snippetDriver runs on PUC's Lua 5.1: it reads snippets, each after its
// length, and writes what they print in the same way.
const snippetDriver = `
local write, exit = io.write, os.exit
local stdout, format, concat, select, tostring, load, try = io.stdout, string.format, table.concat, select, tostring, loadstring, pcall
local output, input = io.output, io.input
local function run(code)
	local out = {}
	local globals = {}
	for k, v in pairs(_G) do globals[k] = v end
	function print(...)
		local line = {}
		for i = 1, select("#", ...) do line[i] = tostring((select(i, ...))) end
		out[#out + 1] = concat(line, "\t") .. "\n"
	end
	io.write = function(...)
		if output() ~= stdout then return write(...) end
		for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end
		return stdout
	end
	local ok, err = load(code, "=snippet")
	if ok then ok, err = try(ok) end
	if not ok then out[#out + 1] = "error: " .. tostring(err) .. "\n" end
	for k in pairs(_G) do if globals[k] == nil then _G[k] = nil end end
	return concat(out)
end
while true do
	local n = io.stdin:read("*n")
	if not n then break end
	io.stdin:read(1)
	local text = run(io.stdin:read(n))
	stdout:write(#text, "\n", text)
end
`

// runOnPUC gives what each snippet prints on PUC's Lua 5.1, run in one process.
func runOnPUC(t *testing.T, codes []string) []string {
	t.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("SKIPPED: lua5.1 is not installed, so nothing was compared with PUC's Lua (apt-get install lua5.1)")
	}
	var in strings.Builder
	for _, code := range codes {
		fmt.Fprintf(&in, "%d\n%s", len(code), code)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, path, "-e", snippetDriver)
	command.Stdin = strings.NewReader(in.String())
	command.Env = append(os.Environ(), "TZ=UTC")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("lua5.1: %v", err)
	}
	results := make([]string, len(codes))
	reader := bufio.NewReader(bytes.NewReader(out))
	for i := range results {
		var n int
		if _, err := fmt.Fscanf(reader, "%d\n", &n); err != nil {
			t.Fatalf("lua5.1 gave %d results of %d: %v", i, len(codes), err)
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(reader, text); err != nil {
			t.Fatal(err)
		}
		results[i] = string(text)
	}
	return results
}

// runOnMoonpost gives what a snippet prints here.
func runOnMoonpost(t *testing.T, code string) string {
	t.Helper()
	var out bytes.Buffer
	wall := func() time.Time { return time.Now().UTC() }
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, Wall: wall, Mono: time.Now,
		LookupEnv: os.LookupEnv, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	program, err := Compile(Script{Name: "snippet", Source: []byte(code)})
	if err == nil {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err = host.Run(ctx, program)
	}
	if err != nil {
		fmt.Fprintf(&out, "error: %v\n", err)
	}
	return out.String()
}

// addresses differ from run to run.
var addresses = regexp.MustCompile(`0x[0-9a-f]{6,}`)

// TestDifferential runs snippets on moonpost and on PUC's Lua 5.1 and compares
// what they print, the texts of errors with their lines included. Every
// difference is listed with its reason, and must still be one.
func TestDifferential(t *testing.T) {
	files, err := filepath.Glob("testdata/differential/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var snippets []luaSnippet
	for _, file := range files {
		snippets = append(snippets, readSnippets(t, file)...)
	}
	codes := func(dir string) (all []string) {
		for _, s := range snippets {
			all = append(all, fmt.Sprintf("local dir = %q %s", dir, s.code))
		}
		return all
	}
	there, here := t.TempDir()+"/", t.TempDir()+"/"
	clean := func(text, dir string) string {
		return addresses.ReplaceAllString(strings.ReplaceAll(text, dir, "DIR/"), "0x")
	}
	puc, equal, intended := runOnPUC(t, codes(there)), 0, 0
	for i, code := range codes(here) {
		s, want := snippets[i], clean(puc[i], there)
		got := clean(runOnMoonpost(t, code), here)
		switch {
		case s.reason == "" && got == want:
			equal++
		case s.reason == "":
			t.Errorf("%s:%d: %s\nours:\n%sPUC:\n%s", s.file, s.line, s.code, got, want)
		case got == want:
			t.Errorf("%s:%d: no difference any more: %s", s.file, s.line, s.reason)
		case got != s.ours:
			t.Errorf("%s:%d: %s (%s)\nours:\n%swant:\n%s", s.file, s.line, s.code, s.reason, got, s.ours)
		default:
			intended++
		}
	}
	t.Logf("%d snippets, %d equal, %d intended differences", len(snippets), equal, intended)
}
