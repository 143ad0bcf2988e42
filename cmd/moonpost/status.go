package main

import (
	"context"
	"errors"
	"fmt"

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
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, errTimeout):
		return p.ended(err, outcome.Where)
	case errors.As(err, &usage):
		p.failed(err)
		return statusUsage
	case err != nil:
		p.failed(err)
		return statusScript
	case outcome.Exit != nil:
		return *outcome.Exit
	case outcome.Failed > 0:
		p.complain(fmt.Sprintf("%s not sent", plural(outcome.Failed, "message")), "")
		return statusFailed
	}
	return statusDone
}

// ended reports an interrupt or a timeout, and the line of the script that ran then, where that is known.
func (p *process) ended(err error, where string) int {
	if errors.Is(err, errTimeout) {
		p.report(luabind.Complaint("timeout", err.Error(), "").At(where))
		return statusTimeout
	}
	p.report(luabind.Complaint("cancelled", err.Error(), "").At(where))
	return statusInterrupted
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// isCause tells whether ctx ended by cause.
func isCause(ctx context.Context, cause error) bool { return errors.Is(context.Cause(ctx), cause) }
