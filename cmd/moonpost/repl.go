package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"moonpost/luabind"
)

// replCmd is `moonpost repl`.
type replCmd struct {
	runCmd

	NoHistory bool `help:"Neither read nor write the file of earlier lines."`
}

// Help is shown below the flags.
func (c *replCmd) Help() string {
	return "Reads Lua line by line and prints what it gives; :help lists the commands. SCRIPT and --eval run first, and what they define stays. " +
		"--timeout bounds each input. Without a terminal it reads all lines of standard input, prints the values alone and ends at the first error (exit status 1)."
}

// Prompts of the session, of the lines after the first, and in a rehearsal.
const (
	promptReady = "> "
	promptMore  = ">> "
	promptDry   = "dry> "
	promptSink  = "sink> "
)

// repl is a session with a person, or with a pipe.
type repl struct {
	p           *process
	cmd         *replCmd
	session     *luabind.Session
	host        *luabind.Host
	in          lineInput
	out, err    io.Writer // wait while the person types
	hold        *holder
	interactive bool
	history     *history
	sink        *replSink
	typing      chan typedLine // the prompt that is waiting; nil: none
	chunk       []string       // lines of the input so far, for completion
	line        evaluation
	over        error // why the session has to end
	desk        *batchDesk
}

func (c *replCmd) run(p *process) int {
	r := &repl{p: p, cmd: c, interactive: p.stdinTerminal && p.stdoutTerminal}
	r.hold = &holder{}
	r.out, r.err = r.hold.writer(p.stdout), r.hold.writer(p.stderr)
	if r.interactive {
		r.history = openHistory(p, c.NoHistory)
		r.in = newTerminal(r.complete, r.history)
	} else {
		r.in = newPipe(p.stdin)
	}
	defer r.in.close()
	return r.main()
}

// main sets the session up, runs what comes before the prompt, and talks.
func (r *repl) main() int {
	program, err := r.program()
	if err != nil {
		r.report(err)
		return statusUsage
	}
	if err := r.open(program); err != nil {
		r.report(err)
		return statusUsage
	}
	status := statusDone
	if err := r.before(program); err != nil {
		r.report(err)
		if !r.interactive {
			r.over, status = err, statusScript
		}
	}
	if r.over == nil {
		r.greet()
		status = r.talk()
	}
	return r.close(status)
}

// program compiles the script that comes first, or none.
func (r *repl) program() (*luabind.Program, error) {
	c := r.cmd
	if len(c.Words) == 0 {
		return luabind.Compile(luabind.Script{Name: luabind.SessionName, Confined: c.Sandbox})
	}
	eval := c.Eval
	c.script, c.words, c.Eval = c.Words[0], c.Words[1:], nil
	script, err := c.load(r.p)
	c.Eval = eval
	if err != nil {
		return nil, err
	}
	return luabind.Compile(script)
}

// open makes the host and the session.
func (r *repl) open(program *luabind.Program) error {
	trace, err := r.cmd.trace()
	if err != nil {
		return err
	}
	if err := r.cmd.confinement.check(); err != nil {
		return err
	}
	host := r.cmd.host(r.p, &life{final: context.Background()}, newScreen(r.p), trace)
	host.Progress = nil // a bar would tear the prompt; relay:stats() tells
	host.Stdin, host.Stdout, host.Stderr = &scriptInput{r: r}, r.out, r.err
	host.Logger = r.p.logger(r.err, r.cmd.JSON)
	r.host = host
	r.serveBatches()
	if r.cmd.Sink {
		if err := r.startSink(); err != nil {
			return err
		}
		host.Outbound.Sink = r.sink.address()
	}
	r.session, err = host.NewSession(context.Background(), program)
	return err
}

// before runs the script and the code of the command line.
func (r *repl) before(program *luabind.Program) error {
	if len(r.cmd.Words) > 0 {
		s := program.Script
		if err := r.evaluate(func(ctx context.Context) error { return r.session.Load(ctx, s.Name, s.Source, s.Args...) }); err != nil {
			return err
		}
	}
	if r.cmd.Eval == nil {
		return nil
	}
	return r.evaluate(func(ctx context.Context) error { return r.session.Load(ctx, "-e", []byte(*r.cmd.Eval)) })
}

func (r *repl) greet() {
	if !r.interactive {
		return
	}
	_, _ = fmt.Fprintf(r.out, "moonpost %s, Lua 5.1. :help lists the commands, Tab completes, Ctrl-D leaves.\n", buildVersion())
}

// talk reads and evaluates until the input ends, and gives the exit status.
func (r *repl) talk() int {
	for r.over == nil {
		text, err := r.read()
		switch {
		case errors.Is(err, errDropped):
			continue
		case errors.Is(err, io.EOF) && text == "":
			return statusDone
		case err != nil && !errors.Is(err, io.EOF):
			r.over = err
			continue
		}
		if err := r.obey(text); err != nil {
			r.report(err)
			if !r.interactive {
				return statusScript
			}
		}
	}
	return statusDone
}

// obey runs one input: a command or a chunk.
func (r *repl) obey(text string) error {
	text = strings.TrimSpace(text)
	r.history.add(text)
	switch {
	case text == "":
		return nil
	case isCommand(text):
		return r.command(text)
	}
	return r.eval(text)
}

// eval runs a chunk and prints its values.
func (r *repl) eval(text string) error {
	r.session.Width = r.p.columns()
	var shown []string
	err := r.evaluate(func(ctx context.Context) (err error) {
		shown, err = r.session.Eval(ctx, text)
		return err
	})
	for _, value := range shown {
		_, _ = fmt.Fprintln(r.out, value)
	}
	return err
}

// report prints why an input failed.
func (r *repl) report(err error) {
	var exit *luabind.ExitError
	switch {
	case errors.As(err, &exit):
	case errors.Is(err, errInterrupted), errors.Is(err, errTimeout):
		_, _ = fmt.Fprintln(r.err, err)
	default:
		r.p.failed(err)
	}
}

// close ends the session and gives the exit status. Why it ended wins over
// what failed on the way.
func (r *repl) close(status int) int {
	failed := 0
	ended := r.over
	r.over = nil
	if !errors.Is(ended, errStuck) {
		_ = r.evaluate(func(ctx context.Context) error {
			if errors.Is(ended, errTerminated) {
				stopped, stop := context.WithCancelCause(ctx)
				stop(errTerminated)
				ctx = stopped
			}
			failed = r.session.Close(ctx)
			return nil
		})
	}
	r.sink.close(r)
	r.hold.release()
	var exit *luabind.ExitError
	switch {
	case errors.As(ended, &exit):
		return exit.Status
	case errors.Is(ended, errTerminated), errors.Is(ended, errStuck):
		return statusInterrupted
	case status == statusDone && failed > 0:
		r.p.complain(fmt.Sprintf("%s not sent", plural(failed, "message")), "")
		return statusFailed
	case status == statusDone && !r.interactive:
		return batchStatus(r.desk.all())
	}
	return status
}

// stateDir is the user's folder for what programs remember.
func stateDir(p *process) (string, bool) {
	home := ".local/state"
	if runtime.GOOS == "darwin" {
		home = "Library/Application Support"
	}
	for _, place := range [][2]string{{"XDG_STATE_HOME", ""}, {"LOCALAPPDATA", ""}, {"HOME", home}} {
		if dir, ok := p.lookupEnv(place[0]); ok && filepath.IsAbs(dir) {
			return filepath.Join(dir, filepath.FromSlash(place[1]), "moonpost"), true
		}
	}
	return "", false
}

// readSource reads the file of :load.
func readSource(name string) ([]byte, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return source, nil
}
