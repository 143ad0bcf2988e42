package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moonpost/luabind"
)

// Exit statuses, as the documentation promises them.
const (
	statusDone        = 0
	statusScript      = 1   // uncaught script error
	statusUsage       = 2   // usage or syntax
	statusRefused     = 4   // refused before anything was sent
	statusFailed      = 6   // some messages failed for good
	statusTimeout     = 124 // --timeout
	statusInterrupted = 130
)

// Causes that end a script from outside.
var (
	errInterrupted = errors.New("interrupted")
	errTimeout     = errors.New("timed out")
)

// finish reports how a run ended and gives the exit status. 1, 2, 124 and
// 130 win over os.exit, and that over the failures of relays.
func (p *process) finish(outcome luabind.Outcome, err error) int {
	var usage *luabind.UsageError
	var script *luabind.ScriptError
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, errTimeout):
		return p.ended(err)
	case errors.As(err, &usage):
		p.complain(usage.Message, usage.Help)
		return statusUsage
	case errors.As(err, &script):
		p.scriptError(script)
		return statusScript
	case err != nil:
		p.complain(err.Error(), "")
		return statusScript
	case outcome.Exit != nil:
		return *outcome.Exit
	case outcome.Failed > 0:
		p.complain(fmt.Sprintf("%s not sent", plural(outcome.Failed, "message")), "")
		return statusFailed
	}
	return statusDone
}

// ended reports an interrupt or a timeout.
func (p *process) ended(err error) int {
	p.complain(err.Error(), "")
	if errors.Is(err, errTimeout) {
		return statusTimeout
	}
	return statusInterrupted
}

// scriptError prints an uncaught error: one line, its hint, the traceback.
func (p *process) scriptError(e *luabind.ScriptError) {
	line := e.Error()
	if e.Where != "" {
		line = e.Where + " " + line
	}
	p.complain(line, e.Hint())
	if e.Traceback != "" {
		_, _ = fmt.Fprintln(p.stderr, e.Traceback)
	}
}

// complain writes an error and what to do about it.
func (p *process) complain(text, hint string) {
	_, _ = fmt.Fprintf(p.stderr, "moonpost: %s\n", text)
	if hint != "" {
		_, _ = fmt.Fprintf(p.stderr, "  hint: %s\n", strings.ReplaceAll(hint, "\n", "\n        "))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// isCause tells whether ctx ended by cause.
func isCause(ctx context.Context, cause error) bool { return errors.Is(context.Cause(ctx), cause) }
