package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"moonpost/luabind"

	"github.com/alecthomas/kong"
)

// checkCmd is `moonpost check`.
type checkCmd struct {
	Static  bool              `help:"Read the scripts, don't run them."`
	Timeout span              `placeholder:"TIME" help:"How long a script may run (default 10s)."`
	Env     map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"Set a variable of the environment for the check; may be repeated."`
	Print   bool              `help:"Let through what the scripts print and log."`
	Verbose bool              `help:"List every message that would be sent, not only the first three."`
	JSON    bool              `name:"json" help:"Print findings and results as JSON, an object a line."`

	Words []string `arg:"" optional:"" name:"script" help:"Scripts and folders, then the script's own words and flags."`

	scripts []string // as split found them
	words   []string // what is the scripts'
	passed  int      // how many of words stood after --
}

// Help is shown below the flags.
func (c *checkCmd) Help() string {
	return "Reads each script and the modules that it requires, then runs it with every way out answered in memory: nothing is sent, no program is started, " +
		"no file is written. SCRIPT is a file, @name for a script in the binary, - for standard input, or a folder: every .lua file below it, " +
		"of which those that end in _test.lua are only read. What follows and is neither is the script's, as is all after --. Exit status 4 when anything is wrong."
}

// split sorts the words after `check`: moonpost's own flags, scripts, and what is the scripts' own.
func (c *checkCmd) split(parser *kong.Kong, words []string) ([]string, error) {
	flags := checkFlags(parser)
	host := []string{"check"}
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" {
			c.words = append(c.words, words[i+1:]...)
			c.passed = len(words) - i - 1
			break
		}
		flag := matchFlag(flags, word, len(c.scripts) > 0)
		switch {
		case flag != nil:
			taken := withValue(flag, words[i:])
			host = append(host, taken...)
			i += len(taken) - 1
		case len(c.words) == 0 && isScript(word, len(c.scripts) == 0):
			c.scripts = append(c.scripts, word)
		case len(c.scripts) == 0:
			return nil, unknownFlag("check", flags, word)
		default:
			c.words = append(c.words, word)
		}
	}
	return host, nil
}

// isScript tells scripts and folders from the words of a script. The first word is one in any case, if it is no flag.
func isScript(word string, first bool) bool {
	switch {
	case word == "-", strings.HasPrefix(word, "@"):
		return true
	case strings.HasPrefix(word, "-"):
		return false
	case first, strings.HasSuffix(word, ".lua"):
		return true
	}
	info, err := os.Stat(word)
	return err == nil && info.IsDir()
}

func checkFlags(parser *kong.Kong) []*kong.Flag { return commandFlags(parser, "check") }

// run checks every script and gives the exit status.
func (c *checkCmd) run(p *process) int {
	scripts, err := c.expand(p)
	if err != nil {
		return p.usage(err)
	}
	out := &checkPrinter{p: p, json: c.JSON, verbose: c.Verbose, seen: map[luabind.Finding]bool{}}
	life := p.live(0, time.Second)
	defer life.stop()
	for _, name := range scripts {
		static := c.Static || isTest(name)
		result, err := c.check(p, life, name, static)
		var usage *luabind.UsageError
		switch {
		case errors.As(err, &usage):
			p.complain(usage.Message, usage.Help)
			return statusUsage
		case errors.Is(err, errInterrupted):
			return p.ended(err, "")
		case err != nil:
			return p.usage(err)
		}
		out.result(name, result, static)
	}
	return out.end(len(scripts))
}

// expand lists the scripts, those of folders by name. What others require is read with them, and no script.
func (c *checkCmd) expand(p *process) ([]string, error) {
	if len(c.scripts) == 0 {
		return nil, errors.New("check: which script? usage: moonpost check [flags] SCRIPT… [arguments]")
	}
	var scripts []string
	for _, name := range c.scripts {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() { // what cannot be read is told when it is
			scripts = append(scripts, name)
			continue
		}
		found, err := scriptsBelow(name)
		if err != nil {
			return nil, fmt.Errorf("check: %w", err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("check: there is no .lua file below %s", name)
		}
		scripts = append(scripts, c.withoutModules(p, found)...)
	}
	return scripts, nil
}

// withoutModules leaves out the files that others require.
func (c *checkCmd) withoutModules(p *process, files []string) []string {
	modules := map[string]bool{}
	for _, name := range files {
		script, err := (&runCmd{scriptWords: scriptWords{script: name}}).load(p)
		if err != nil {
			continue
		}
		result, err := c.host(p).Check(context.Background(), script, luabind.CheckOptions{Static: true})
		if err != nil {
			continue
		}
		for _, file := range result.Modules {
			modules[filepath.Clean(file)] = true
		}
	}
	return slices.DeleteFunc(files, func(name string) bool { return modules[filepath.Clean(name)] })
}

// scriptsBelow lists the .lua files of a folder; hidden folders are left out.
func scriptsBelow(folder string) (scripts []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case !entry.IsDir() && strings.HasSuffix(path, ".lua"):
			scripts = append(scripts, path)
		}
		return nil
	})
	return scripts, err
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.lua") }

// host is what a check takes from its surroundings.
func (c *checkCmd) host(p *process) *luabind.Host {
	stdout := p.stdout
	if c.JSON {
		stdout = p.stderr
	}
	return &luabind.Host{
		Stdout: stdout, Stderr: p.stderr, LookupEnv: p.lookupEnv, Wall: p.wall, Mono: p.mono, Rand: p.rand,
		Logger: p.logger(p.stderr, c.JSON), HostFlags: (&runCmd{}).flagNames(p),
	}
}

// check checks one script.
func (c *checkCmd) check(p *process, life *life, name string, static bool) (luabind.CheckResult, error) {
	source := runCmd{scriptWords: scriptWords{script: name, words: c.words, passed: c.passed}}
	script, err := source.load(p)
	if err != nil {
		return luabind.CheckResult{}, err
	}
	host := c.host(p)
	options := luabind.CheckOptions{Static: static, Timeout: time.Duration(c.Timeout), Env: c.Env, Print: c.Print}
	done := make(chan luabind.CheckResult, 1)
	_, err = life.wait(func(ctx context.Context) (luabind.Outcome, error) {
		result, err := host.Check(ctx, script, options)
		done <- result
		return luabind.Outcome{}, err
	})
	if err != nil {
		return luabind.CheckResult{}, err
	}
	return <-done, nil
}
