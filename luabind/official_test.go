package luabind

import (
	"bytes"
	"context"
	"errors"
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

// officialEdit changes a line of a file of Lua's own test suite before it runs.
type officialEdit struct {
	pattern string // a regular expression, in which ^ and $ are those of a line
	with    string
	reason  string
}

// officialSuites are folders within gopher-lua's module, which carries a copy
// of the suite of Lua 5.1 and tests of its own. The copy is run from there, if
// it is there; nothing of it lies in this repository.
const (
	officialSuite = "_lua5.1-tests"
	gopherSuite   = "_glua-tests"
)

// TestOfficialSuite runs the files of Lua's own test suite that apply.
func TestOfficialSuite(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/gopher-lua").Output()
	dir := strings.TrimSpace(string(out))
	if _, statErr := os.Stat(filepath.Join(dir, officialSuite)); err != nil || dir == "" || statErr != nil {
		t.Skip("SKIPPED: the module cache has no copy of Lua's test suite: ", err, statErr)
	}
	whole := 0
	for _, file := range officialFiles {
		t.Run(file.name, func(t *testing.T) { runOfficial(t, filepath.Join(dir, file.name), file.edits) })
		if len(file.edits) == 0 {
			whole++
		}
	}
	t.Logf("%d files, %d of them whole", len(officialFiles), whole)
}

// runOfficial runs one file in a folder of its own, beside the others.
func runOfficial(t *testing.T, path string, edits []officialEdit) {
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		changed := regexp.MustCompile(`(?m)`+e.pattern).ReplaceAllLiteral(source, []byte(e.with))
		if bytes.Equal(changed, source) {
			t.Errorf("nothing matches %s (%s)", e.pattern, e.reason)
		}
		source = changed
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	var printed bytes.Buffer
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &printed, Stderr: io.Discard, Wall: time.Now, Mono: time.Now,
		LookupEnv: os.LookupEnv, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	program, err := Compile(Script{Name: filepath.Base(path), Source: source})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = host.Run(ctx, program)
	var raised *ScriptError
	if errors.As(err, &raised) {
		t.Fatalf("%v\n%s", err, raised.Traceback)
	} else if err != nil {
		t.Fatal(err)
	}
}

// officialFiles are the files that run, with what has to be changed in them.
//
// These do not run: api, code and checktable need PUC's test build; main needs
// its command line; all only runs the others. big makes strings of 4 GB.
// gc counts what PUC's collector frees. db is
// about hooks. Those of gopher-lua's own tests that are about its wording of
// errors, or about what moonpost replaced, don't run either.
var officialFiles = []struct {
	name  string
	edits []officialEdit
}{
	{officialSuite + "/attrib.lua", nil},
	{officialSuite + "/calls.lua", nil},
	{officialSuite + "/closure.lua", nil},
	{officialSuite + "/constructs.lua", nil},
	{officialSuite + "/errors.lua", []officialEdit{
		{`:%d: \.- near`, ":%d:%%d+: .- near", "errors of syntax have a column"},
		{`"<eof>", 3\)`, `"<eof>", 1)`, "the end of a chunk is where its text ends"},
		{`^checksyntax\("break label".*$`, "", "break is followed by anything, as in Lua 5.2"},
		{`^assert\(doit"(;|a=1;;)"\)$`, "", "a semicolon may stand alone, as in Lua 5.2"},
		{`^assert\(doit"a=math.sin\\n\(3\)"\)$`, "", "a call's bracket may stand on the next line, as in Lua 5.2"},
		{`^checkmessage\("getmetatable\(io.stdin\).__gc\(\)".*$`, "", "there are no finalizers"},
		{`^assert\(lineerror"\\n\\n for k,v in.*$`, "", "the line of a loop is that of its for"},
		{`(?s)^C = 0\nlocal l = debug.*?^assert\(i > 15\)$`, "", "an overflow that is caught has no line, and its traceback no middle"},
		{`^assert\(string.find\(b, "line [23]"\)\)$`, "", "a chunk without its end is told first"},
		{`^assert\(not res and type\(msg\) == .string.\)$`, "", "an error in a handler is raised as it is"},
		{`(?s)^testrep\("a=", "\{"\).*?"a\^"\)$`, "", "what nests may nest deeper than 200"},
	}},
	{officialSuite + "/events.lua", nil},
	{officialSuite + "/files.lua", nil},
	{officialSuite + "/literals.lua", nil},
	{officialSuite + "/locals.lua", nil},
	{officialSuite + "/math.lua", nil},
	{officialSuite + "/nextvar.lua", []officialEdit{
		{`^for i=0,50 do a`, "for i=0,20 do a", "gopher-lua keeps keys below 2^26 in an array"},
		{`for i="10","1","-2" do`, `for i=10,1,-2 do`, "the values of a numeric for must be numbers"},
		{`^    collectgarbage\(\)$`, "", "10,000 collections take Go half a minute"},
	}},
	{officialSuite + "/pm.lua", nil},
	{officialSuite + "/sort.lua", nil},
	{officialSuite + "/strings.lua", nil},
	{officialSuite + "/vararg.lua", nil},
	{officialSuite + "/verybig.lua", nil},
	{gopherSuite + "/goto.lua", nil},
	{gopherSuite + "/table.lua", nil},
	{gopherSuite + "/vm.lua", []officialEdit{{`and string\.find\(msg, "[^"]*"\)`, "", "texts of errors are PUC's"}}},
}
