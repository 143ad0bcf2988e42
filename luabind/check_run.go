package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// rehearsalTime is how long a script may run in a check.
const rehearsalTime = 10 * time.Second

// checkedMX stands for the mail hosts of the recipients' domains, which a check doesn't look up.
const checkedMX = "mx.invalid"

// keptMails bounds how many messages of one way are kept.
const keptMails = 10000

// Causes that end a script which is checked.
var (
	errRehearsalEffect = errors.New("a check does no such thing")
	errRehearsalTime   = errors.New("the check's time is over")
)

// rehearsal is the run of a script that is checked. Messages come from many goroutines.
type rehearsal struct {
	host    *Host // a copy that lets nothing out
	script  Script
	timeout time.Duration

	large atomic.Int64 // messages above inspectionSize

	mu       sync.Mutex
	findings []Finding
	static   []Finding
	modules  []string
	ways     []CheckedWay
	where    string // the line of the script that sent last: "script.lua:12:"
	last     string // the line at which an error ended it
	ran      bool
	stopped  string
	exit     int
	asked    bool // standard input was read, which is empty here
}

// newRehearsal makes a host of which nothing gets out.
func newRehearsal(h *Host, s Script, o CheckOptions) *rehearsal {
	host := *h
	r := &rehearsal{host: &host, script: s, timeout: o.Timeout}
	if r.timeout <= 0 {
		r.timeout = rehearsalTime
	}
	host.check, host.env = r, nil
	host.Stdin = emptyInput{r}
	if !o.Print {
		host.Stdout, host.Stderr, host.Logger = io.Discard, io.Discard, slog.New(slog.DiscardHandler)
	}
	host.LookupEnv = func(name string) (string, bool) {
		if v, ok := o.Env[name]; ok {
			return v, true
		}
		return h.LookupEnv(name)
	}
	host.Outbound = Outbound{Dry: true, caught: r.caught}
	host.Trace, host.Progress, host.Final = Trace{}, nil, nil
	host.Effect = r.effect
	host.Store, host.Confirm, host.Watch, host.Summarise, host.Preview = nil, nil, nil, nil, nil
	host.Sleep = func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
	return r
}

// overtime is how long a call that does not look at the context is waited for.
const overtime = time.Second

// run runs the script. What has not come back by then goes on without anybody listening.
func (r *rehearsal) run(ctx context.Context, p *Program) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeout, errRehearsalTime)
	defer cancel()
	type end struct {
		outcome Outcome
		err     error
	}
	ended := make(chan end, 1)
	go func() {
		outcome, err := r.host.Run(ctx, p)
		ended <- end{outcome, err}
	}()
	late := time.NewTimer(r.timeout + overtime)
	defer late.Stop()
	select {
	case e := <-ended:
		return r.conclude(e.outcome, e.err)
	case <-late.C:
		return r.conclude(Outcome{}, errRehearsalTime)
	}
}

// conclude notes how the run ended; an error is one of the command line, or an interrupt.
func (r *rehearsal) conclude(outcome Outcome, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran = true
	if outcome.Exit != nil {
		r.exit = *outcome.Exit
	}
	var usage *UsageError
	var script *ScriptError
	switch {
	case r.stopped != "", err == nil:
		return nil
	case errors.Is(err, errRehearsalTime):
		r.stopped = fmt.Sprintf("%s: %v are over", r.upTo(r.place(r.last)), r.timeout)
		return nil
	case errors.As(err, &usage) && len(r.script.Args) == 0:
		r.ran = false
		r.stopped = "not run: " + strings.TrimPrefix(usage.Message, r.script.Name+": ")
		return nil
	case errors.As(err, &script):
		r.raised(script)
		return nil
	}
	return err
}

// raised makes a finding of an uncaught error, unless the text told of it already.
func (r *rehearsal) raised(e *ScriptError) {
	where, text := e.Where, e.Error()
	if where == "" {
		where = firstPlace.FindString(text)
		text = strings.TrimSpace(strings.TrimPrefix(text, where))
	}
	if where == "" {
		where = r.last
	}
	file, line := r.place(where)
	spot := e.Spot
	if spot.Line == 0 {
		spot.File, spot.Line = file, line
	}
	if r.asked { // a run would have got something
		r.stopped = fmt.Sprintf("%s, as standard input is empty in a check: %s", r.upTo(file, line), text)
		return
	}
	told := func(f Finding) bool {
		return !f.Note && f.File == spot.File && (f.Line == line || f.Line == spot.Line)
	}
	if !slices.ContainsFunc(r.static, told) {
		r.findings = append(r.findings, Finding{File: spot.File, Line: spot.Line, Column: spot.Column, Message: text, Hint: e.Hint()})
	}
	r.stopped = r.upTo(file, line) + ": it ends there with an error"
}

// firstPlace is the place with which a message or a line of a traceback begins.
var firstPlace = regexp.MustCompile(`^\s*[^\s:]+:\d+:`)

// place takes "script.lua:12:" apart.
func (r *rehearsal) place(where string) (file string, line int) {
	where = strings.TrimSuffix(strings.TrimSpace(where), ":")
	at := strings.LastIndexByte(where, ':')
	if at < 0 {
		return r.script.Name, 0
	}
	line, _ = strconv.Atoi(where[at+1:])
	return where[:at], line
}

// upTo says how far the script ran.
func (r *rehearsal) upTo(file string, line int) string {
	switch {
	case line == 0:
		return "not checked to its end"
	case file == r.script.Name:
		return fmt.Sprintf("checked up to line %d", line)
	}
	return fmt.Sprintf("checked up to line %d of %s", line, file)
}

// effect ends the script at the first thing that it does beyond mail.
func (r *rehearsal) effect(e Effect) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	what := map[EffectKind]string{EffectCommand: "would run", EffectWrite: "would write", EffectNetwork: "would ask", EffectDatabase: "would open"}[e.Kind]
	if r.stopped == "" {
		r.stopped = fmt.Sprintf("%s: %s %s %q", r.upTo(r.place(e.Where)), e.Call, what, e.Target)
	}
	return errRehearsalEffect
}

// at remembers the line of the script that sends. All methods of a nil rehearsal do nothing.
func (r *rehearsal) at(L *lua.LState) {
	if r == nil {
		return
	}
	where := whereabouts(L)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.where = where
}

// warned takes what a run would warn of.
func (r *rehearsal) warned(where, text string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(where, text)
}

func (r *rehearsal) note(where, text string) {
	file, line := r.place(where)
	r.add(Finding{File: file, Line: line, Note: true, Message: text})
}

// add adds a finding once.
func (r *rehearsal) add(f Finding) {
	if !slices.Contains(r.findings, f) && len(r.findings) < 1000 {
		r.findings = append(r.findings, f)
	}
}
