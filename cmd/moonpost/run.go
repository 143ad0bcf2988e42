package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"moonpost/luabind"
	"moonpost/scripts"
)

// runCmd is `moonpost run`.
type runCmd struct {
	Eval     *string `short:"e" placeholder:"CODE" help:"Run this code instead of a script."`
	DryRun   bool    `help:"Do everything but send: every command is answered in memory."`
	Redirect string  `placeholder:"ADDRESS" help:"Send everything to this address instead."`
	Sink     bool    `help:"Send everything into a sink on loopback and say what was caught."`
	SinkDir  string  `placeholder:"DIR" type:"path" help:"Maildir of --sink (default: a new folder of the temporary directory)."`
	Timeout  span    `placeholder:"TIME" help:"End the script after this time, e.g. 90s, 10m, 2h (exit status 124)."`
	Grace    span    `default:"1s" placeholder:"TIME" help:"How long replies to final dots are awaited after Ctrl-C or --timeout (default 1s)."`
	Trace    string  `placeholder:"smtp[,auth][,data]" help:"Write transcripts to stderr; secrets and content masked unless auth and data are named."`
	JSON     bool    `name:"json" help:"Log as JSON lines, and tell what each batch did as a JSON object at the end of standard output."`
	LogLevel string  `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"Leave out what is logged below this level: debug, info (default), warn or error. With these two a batch that went well says nothing."`

	confinement
	batchFlags

	Words []string `arg:"" optional:"" name:"script" help:"The script, then its own words and flags."`

	scriptWords
}

// Help is shown below the flags.
func (c *runCmd) Help() string {
	return "SCRIPT is a file, @name for a script in the binary (" + strings.Join(scripts.Names(), ", ") + "), or - for standard input. " +
		"moonpost's own flags may stand after SCRIPT too, up to --. `moonpost run SCRIPT --help` shows the script's own flags."
}

// run compiles and runs the script and gives the exit status.
func (c *runCmd) run(p *process) int {
	program, trace, status := c.prepare(p)
	if program == nil {
		return status
	}
	if flag := c.choosing(); flag != "" && !program.Script.Mentions("batch") {
		return p.usage(errNoBatch(flag))
	}
	life := p.live(time.Duration(c.Timeout), time.Duration(c.Grace))
	defer life.stop()
	screen := newScreen(p)
	host := c.host(p, life, screen, trace)
	desk := c.batchDesk(p, life, screen)
	desk.serve(host)
	if !c.quiet() {
		host.Watch = screen.watch
	}
	p.rehearsal.lead(host)
	caught, err := c.openSink(p, host)
	if err != nil {
		p.complain(err.Error(), "")
		return statusRefused
	}
	outcome, err := life.wait(func(ctx context.Context) (luabind.Outcome, error) { return host.Run(ctx, program) })
	caught.close(p)
	p.rehearsal.tell(err, desk.all())
	return desk.finish(outcome, err)
}

// prepare reads the script and the flags about it; without a program it gives the exit status.
func (c *runCmd) prepare(p *process) (*luabind.Program, luabind.Trace, int) {
	script, err := c.load(p)
	if err != nil {
		p.rehearsal.tell(err, nil)
		p.complain(err.Error(), "")
		return nil, luabind.Trace{}, statusUsage
	}
	program, err := luabind.Compile(script)
	if err != nil {
		p.failed(err)
		p.rehearsal.tell(err, nil)
		return nil, luabind.Trace{}, statusUsage
	}
	trace, err := c.trace()
	if err == nil {
		err = c.confinement.check()
	}
	if err != nil {
		return nil, trace, p.usage(err)
	}
	return program, trace, statusDone
}

// host gives the script what it may touch.
func (c *runCmd) host(p *process, life *life, screen *screen, trace luabind.Trace) *luabind.Host {
	return &luabind.Host{
		Stdin: p.stdin, Stdout: screen.writer(p.stdout), Stderr: screen.writer(p.stderr),
		LookupEnv: p.lookupEnv, Wall: p.wall, Mono: p.mono, Rand: p.rand,
		Logger:   p.loggerFrom(c.LogLevel, screen.writer(p.stderr), c.JSON),
		Outbound: luabind.Outbound{Dry: c.DryRun, Redirect: c.Redirect},
		Sleep:    p.sleep,
		Trace:    trace, Progress: screen.progress(), Final: life.final,
		HostFlags: c.flagNames(p), Sandbox: c.sandbox(), MaxMemory: c.MaxMemory.of(p),
		Web: luabind.Web{Agent: userAgent()},
	}
}

// load reads the script's source.
func (c *runCmd) load(p *process) (luabind.Script, error) {
	s := luabind.Script{Name: c.script, Args: c.words, Passed: c.passed, Confined: c.Sandbox}
	var err error
	switch {
	case c.Eval != nil:
		s.Name, s.Source = "-e", []byte(*c.Eval)
	case c.script == "":
		return s, fmt.Errorf("run: which script? usage: moonpost run [flags] SCRIPT [arguments]")
	case c.script == "-":
		s.Source, err = io.ReadAll(p.stdin)
	case strings.HasPrefix(c.script, "@"):
		s.Library = scripts.Files()
		s.Source, err = scripts.Source(c.script[1:])
	default:
		s.Dir = filepath.Dir(c.script)
		if p.rehearsal != nil {
			s.Name = p.rehearsal.Name
		}
		s.Source, err = os.ReadFile(c.script)
	}
	if err != nil {
		return s, unreadable(c.script, err)
	}
	return s, nil
}

// trace reads --trace.
func (c *runCmd) trace() (luabind.Trace, error) {
	var t luabind.Trace
	if c.Trace == "" {
		return t, nil
	}
	for _, word := range strings.Split(c.Trace, ",") {
		switch word {
		case "smtp":
			t.SMTP = true
		case "auth":
			t.SMTP, t.Auth = true, true
		case "data":
			t.SMTP, t.Data = true, true
		default:
			return t, fmt.Errorf("--trace: %q is none of smtp, auth, data", word)
		}
	}
	return t, nil
}

// flagNames lists moonpost's own flags, which no script may declare.
func (c *runCmd) flagNames(p *process) []string {
	parser, err := p.parser(&cli{}, func(int) {})
	if err != nil {
		return nil
	}
	return flagNames(runFlags(parser))
}

// span is a duration in the spelling of scripts: 90s, 10m, 2h30m, 3d.
type span time.Duration

// UnmarshalText reads the duration of a flag.
func (s *span) UnmarshalText(text []byte) error {
	d, err := luabind.ParseDuration(string(text))
	if err == nil && d <= 0 {
		err = fmt.Errorf("must be greater than 0")
	}
	*s = span(d)
	return err
}
