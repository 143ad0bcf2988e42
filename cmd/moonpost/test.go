package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"moonpost/luabind"
)

// testCmd is `moonpost test`.
type testCmd struct {
	Paths     []string `arg:"" optional:"" name:"path" help:"Files, or folders with files named *_test.lua (default: the working directory)."`
	Only      string   `name:"run" placeholder:"PATTERN" help:"Only cases whose name matches this regular expression."`
	List      bool     `help:"List the cases and run none."`
	Verbose   bool     `short:"v" help:"Show what passing cases print, too."`
	Update    bool     `help:"Write golden files anew."`
	FailFast  bool     `help:"Stop at the first failure."`
	Timeout   span     `default:"1m" placeholder:"TIME" help:"How long a case may take (default 1m)."`
	MaxMemory octets   `placeholder:"SIZE" help:"Stop a case when it uses more memory, e.g. 512MB, 2GiB; none: never (default: half of the machine's)."`
	JUnit     string   `name:"junit" placeholder:"FILE" type:"path" help:"Write the results as JUnit XML, too."`
	JSON      bool     `name:"json" help:"Print the results as JSON lines."`
}

// Help is shown below the flags.
func (c *testCmd) Help() string {
	return "Runs the cases that files named *_test.lua declare by test.case. Exit status: 0 all passed, 4 some failed, " +
		"2 no tests found or wrong usage, 130 interrupted."
}

var errNoTests = errors.New("no tests found")

// withUpdate lets `moonpost test` take -update, as Go's tests do.
func withUpdate(args []string) []string {
	if len(args) == 0 || args[0] != "test" {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "-update" {
			args[i] = "--update"
		}
	}
	return args
}

// run runs the tests and gives the exit status.
func (c *testCmd) run(p *process) int {
	only, err := regexp.Compile(c.Only)
	if err != nil {
		return p.usage(fmt.Errorf("test: --run: %w", err))
	}
	files, err := c.files()
	if err != nil {
		p.complain("test: "+err.Error(), "tests are files named *_test.lua; moonpost init writes one")
		return statusUsage
	}
	life := p.live(0, time.Second)
	defer life.stop()
	return p.finish(life.wait(func(ctx context.Context) (luabind.Outcome, error) {
		t := &testRun{cmd: c, p: p, life: life, only: only, began: p.mono()}
		status, err := t.all(ctx, files)
		return luabind.Outcome{Exit: &status}, err
	}))
}

// files finds the files of tests.
func (c *testCmd) files() ([]string, error) {
	paths := c.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, cannotRead(path, err)
		case !info.IsDir():
			files = append(files, filepath.Clean(path))
		default:
			found, err := testsBelow(path)
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%w in %s", errNoTests, strings.Join(paths, ", "))
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// cannotRead says so in plain words.
func cannotRead(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fmt.Errorf("cannot read %s: %w", path, err)
}

// testsBelow walks a folder; hidden folders and testdata are left out.
func testsBelow(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return filepath.SkipDir
		case !entry.IsDir() && strings.HasSuffix(entry.Name(), "_test.lua"):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// testRun is one run of tests.
type testRun struct {
	cmd     *testCmd
	p       *process
	life    *life
	only    *regexp.Regexp
	began   time.Time
	results []testResult
}

// testResult is what became of one case, or of a file that could not be loaded.
type testResult struct {
	luabind.TestResult
	File   string
	Output string
}

// outcome is "passed", "failed" or "skipped".
func (r *testResult) outcome() string {
	switch {
	case len(r.Failures) > 0:
		return "failed"
	case r.Skipped:
		return "skipped"
	}
	return "passed"
}

// all runs the files and reports. Its error is the cause of an end from outside.
func (t *testRun) all(ctx context.Context, files []string) (status int, err error) {
	for _, file := range files {
		t.file(ctx, file)
		if ctx.Err() != nil || t.cmd.FailFast && t.count("failed") > 0 {
			break
		}
	}
	if t.cmd.List && t.count("failed") == 0 && ctx.Err() == nil {
		return statusDone, nil
	}
	if len(t.results) == 0 && ctx.Err() == nil {
		t.p.complain(fmt.Sprintf("test: %v: no case matches --run %s", errNoTests, t.cmd.Only), "moonpost test --list lists the cases")
		return statusUsage, nil
	}
	t.summary()
	switch err := t.junit(); {
	case err != nil:
		t.p.complain("test: "+err.Error(), "")
		status = statusScript
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case t.count("failed") > 0:
		status = statusRefused
	}
	return status, nil
}

func (t *testRun) count(outcome string) (n int) {
	for i := range t.results {
		if t.results[i].outcome() == outcome {
			n++
		}
	}
	return n
}

// file runs the cases of one file in order. After a case that broke the file's state the rest runs in a new one.
func (t *testRun) file(ctx context.Context, path string) {
	output := &boundedBuffer{}
	loaded := t.load(ctx, path, output)
	if loaded == nil {
		return
	}
	defer func() {
		if loaded != nil {
			loaded.Close()
		}
	}()
	for n, name := range loaded.Cases() {
		switch {
		case !t.only.MatchString(name):
			continue
		case t.cmd.List:
			t.listed(path, name)
			continue
		}
		if loaded.Broken() {
			loaded.Close()
			if loaded = t.load(ctx, path, output); loaded == nil || n >= len(loaded.Cases()) {
				return
			}
		}
		result := loaded.Run(n)
		if ctx.Err() != nil {
			return
		}
		t.add(testResult{result, path, output.take()})
		if t.cmd.FailFast && len(result.Failures) > 0 {
			return
		}
	}
}

// load runs the top level of a file; nil when that failed, which is reported.
func (t *testRun) load(ctx context.Context, path string, output *boundedBuffer) *luabind.TestFile {
	source, err := os.ReadFile(path)
	var program *luabind.Program
	if err == nil {
		program, err = luabind.Compile(luabind.Script{Name: path, Dir: filepath.Dir(path), Source: source})
	}
	var loaded *luabind.TestFile
	if err == nil {
		loaded, err = t.host(output).LoadTests(ctx, program)
	}
	if err != nil && ctx.Err() == nil {
		result := luabind.TestResult{Failures: []luabind.TestFailure{luabind.FailureOf(err)}}
		t.add(testResult{result, path, output.take()})
	}
	if err != nil {
		return nil
	}
	return loaded
}

// host gives a file's script what it may touch: no mail leaves this machine.
func (t *testRun) host(output *boundedBuffer) *luabind.Host {
	p := t.p
	return &luabind.Host{
		Stdin: strings.NewReader(""), Stdout: output, Stderr: output,
		LookupEnv: p.lookupEnv, Wall: p.wall, Mono: p.mono, Rand: p.rand,
		Logger:   p.logger(output, false),
		Outbound: luabind.Outbound{Local: true},
		Final:    t.life.final, MaxMemory: t.cmd.MaxMemory.of(p),
		Testing: &luabind.Testing{
			Rehearse: p.startRehearsal, TempDir: p.tempDir, Update: t.cmd.Update, Timeout: time.Duration(t.cmd.Timeout),
		},
	}
}
