package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moonpost/luabind"

	"github.com/alecthomas/kong"
)

// workCmd is `moonpost work`.
type workCmd struct {
	Once        bool   `help:"End when nothing is due, instead of waiting for more."`
	RetryFailed bool   `help:"Try mail again that has failed for good."`
	InDoubt     string `default:"" enum:",hold,resend,skip" placeholder:"WHAT" help:"What becomes of mail of which nobody knows whether it arrived: resend it (default), hold it for a decision, or skip it as sent."`
	Grace       span   `default:"10s" placeholder:"TIME" help:"How long replies to final dots are awaited after a signal (default 10s)."`
	Trace       string `placeholder:"smtp[,auth][,data]" help:"Write transcripts to stderr; secrets and content masked unless auth and data are named."`
	JSON        bool   `name:"json" help:"Log as JSON lines."`
	LogLevel    string `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"Leave out what is logged below this level: debug, info (default), warn or error."`
	storeFlag
	confinement

	Words []string `arg:"" optional:"" name:"script" help:"The script, then its own words and flags."`

	scriptWords
}

// Help is shown below the flags.
func (c *workCmd) Help() string {
	return "Runs SCRIPT, which makes relays and says by outbox.worker how mail is delivered; then delivers what outbox.put and `moonpost outbox put` have queued for these relays, until a signal comes (exit status 0). " +
		"Any number of workers may share a store. With --once: 0 all is sent, 5 some is tried again later, 6 some has failed, 7 some is in doubt."
}

// split sorts the words after `work`.
func (c *workCmd) split(parser *kong.Kong, words []string) (host []string, err error) {
	host, c.scriptWords, err = splitWords("work", commandFlags(parser, "work"), words)
	return host, err
}

// asRun is the same script under `run`.
func (c *workCmd) asRun() *runCmd {
	return &runCmd{
		Grace: c.Grace, Trace: c.Trace, JSON: c.JSON, LogLevel: c.LogLevel, confinement: c.confinement, scriptWords: c.scriptWords,
		batchFlags: batchFlags{storeFlag: c.storeFlag, RetryFailed: c.RetryFailed, InDoubt: c.InDoubt, Yes: true},
	}
}

// run works and gives the exit status.
func (c *workCmd) run(p *process) int {
	if c.script == "" {
		return p.usage(errors.New("work: which script? usage: moonpost work [flags] SCRIPT [arguments]"))
	}
	script := c.asRun()
	program, trace, status := script.prepare(p)
	if program == nil {
		return status
	}
	life := p.live(0, time.Duration(c.Grace))
	defer life.stop()
	screen := newScreen(p)
	host := script.host(p, life, screen, trace)
	host.HostFlags = append(host.HostFlags, "once")
	host.Worker = &luabind.Worker{Once: c.Once}
	desk := script.batchDesk(p, life, screen)
	desk.serve(host)
	p.rehearsal.lead(host)
	outcome, err := life.wait(func(ctx context.Context) (luabind.Outcome, error) { return host.Run(ctx, program) })
	p.rehearsal.tell(err, desk.all())
	if !c.Once && errors.Is(err, errInterrupted) {
		_, _ = fmt.Fprintln(p.stderr, "worker stopped")
		return statusDone
	}
	return desk.finish(outcome, err)
}
