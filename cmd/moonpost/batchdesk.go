package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"moonpost/luabind"
	"moonpost/outbox"
)

// batchDesk is where a run's batches ask, and tell what they did.
type batchDesk struct {
	p     *process
	cmd   *runCmd
	out   io.Writer // for people
	asker *asker    // nil: nobody is asked

	mu   sync.Mutex
	done []outbox.Summary
}

func (c *runCmd) batchDesk(p *process, life *life, screen *screen) *batchDesk {
	return &batchDesk{p: p, cmd: c, out: screen.writer(p.stderr), asker: c.asker(p, life, screen.quiet)}
}

// serve gives the host its store and the command line's wishes.
func (d *batchDesk) serve(host *luabind.Host) {
	host.Store, host.Batch, host.Summarise = d.store, d.cmd.flags(), d.summarise
	if d.cmd.DryRun && !d.cmd.JSON {
		host.Preview = d.out
	}
	if d.asker != nil {
		host.Confirm = d.asker.confirm
	}
}

func (d *batchDesk) store(ctx context.Context) (outbox.Store, error) {
	return d.cmd.openFor(ctx, d.p, d.cmd.DryRun)
}

// openFor opens the store of a run. A dry run makes none.
func (f storeFlag) openFor(ctx context.Context, p *process, dry bool) (outbox.Store, error) {
	place, err := f.place(p)
	if err != nil || dry && place.missing() {
		return nil, err
	}
	return place.open(ctx, p)
}

// summarise notes what a batch did and tells it.
func (d *batchDesk) summarise(s outbox.Summary) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, s)
	if d.cmd.JSON || s.Stopped == outbox.StoppedDeclined {
		return
	}
	text := summaryText(&s, rehearsed{dry: d.cmd.DryRun, redirect: d.cmd.Redirect, sink: d.cmd.Sink && d.cmd.Store == ""})
	if !d.cmd.quiet() || strings.Count(text, "\n") > 1 || s.Failed+s.Refused+s.Deferred+s.InDoubt > 0 {
		_, _ = fmt.Fprint(d.out, text)
	}
}

// quiet tells whether only faults are told, as a crontab wants it: cron mails all that is said.
func (c *runCmd) quiet() bool { return c.LogLevel == "warn" || c.LogLevel == "error" }

// all is what the batches did, as far as they came to an end.
func (d *batchDesk) all() []outbox.Summary {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done
}

// finish reports how the run ended and gives the exit status.
func (d *batchDesk) finish(outcome luabind.Outcome, err error) int {
	done := d.all()
	if len(done) == 0 {
		done = outcome.Batches
	}
	if d.cmd.JSON && !d.p.printSummaries(done) {
		return statusScript
	}
	if errors.Is(err, errInterrupted) || errors.Is(err, errTimeout) {
		return d.p.endedIn(err, outcome.Where, done)
	}
	status := d.p.finish(outcome, err)
	switch {
	case err != nil && status == statusScript && refused(err) && nothingSent(done):
		return statusRefused
	case err != nil, outcome.Exit != nil:
		return status
	case d.asker != nil && d.asker.declined:
		return statusRefused
	case len(done) == 0 && d.cmd.choosing() != "":
		return d.p.usage(errNoBatch(d.cmd.choosing()))
	}
	return max(status, batchStatus(done))
}

// errNoBatch is that a flag for batches was given to a script without one.
func errNoBatch(flag string) error {
	return fmt.Errorf("run: %s is for batches, and the script runs none", flag)
}

func nothingSent(list []outbox.Summary) bool {
	for _, s := range list {
		if s.Sent > 0 {
			return false
		}
	}
	return true
}

// endedIn reports an interrupt or a timeout, and how many mails are in doubt since.
func (p *process) endedIn(err error, where string, done []outbox.Summary) int {
	status := p.ended(err, where)
	for i := range done {
		s := &done[i]
		if s.InDoubt == 0 || p.json {
			continue
		}
		hint := "moonpost batch items " + shellWord(s.Batch) + " --state in_doubt    lists them"
		if s.Batch == outbox.Queue {
			hint = "moonpost outbox list --state in_doubt    lists them"
		}
		p.complain(fmt.Sprintf("%s: %s in doubt", batchName(s.Batch), mails(s.InDoubt)), hint)
	}
	return status
}

// batchRunJSON is what programs read of a batch's run.
type batchRunJSON struct {
	Batch      string  `json:"batch"`
	Sent       int64   `json:"sent"`
	Already    int64   `json:"already"`
	Failed     int64   `json:"failed"`
	Refused    int64   `json:"refused"`
	Deferred   int64   `json:"deferred"`
	InDoubt    int64   `json:"in_doubt"`
	Suppressed int64   `json:"suppressed"`
	Skipped    int64   `json:"skipped"`
	Duplicate  int64   `json:"duplicate"`
	Changed    int64   `json:"changed"`
	Gone       int64   `json:"gone"`
	BadRows    int64   `json:"bad_rows"`
	Left       int64   `json:"left"`
	Stopped    *string `json:"stopped"`
	Why        string  `json:"why,omitempty"`
	Seconds    float64 `json:"seconds"`

	Errors []batchErrorJSON `json:"errors"`
}

// batchErrorJSON is a reason for failures.
type batchErrorJSON struct {
	N    int64  `json:"n"`
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
	Key  string `json:"key,omitempty"`
}

func summaryJSON(s *outbox.Summary) batchRunJSON {
	j := batchRunJSON{
		Batch: s.Batch, Sent: s.Sent, Already: s.Already, Failed: s.Failed, Refused: s.Refused, Deferred: s.Deferred, InDoubt: s.InDoubt,
		Suppressed: s.Suppressed, Skipped: s.Skipped, Duplicate: s.Duplicate, Changed: s.Changed, Gone: s.Gone, BadRows: s.BadRows,
		Left: s.Left, Why: s.Why, Seconds: s.Elapsed.Seconds(), Errors: []batchErrorJSON{},
	}
	if s.Stopped != "" {
		j.Stopped = &s.Stopped
	}
	for _, c := range s.Errors {
		j.Errors = append(j.Errors, batchErrorJSON{N: c.N, Text: c.Text, Hint: c.Hint, Key: c.Key})
	}
	return j
}

// printSummaries prints an object a line for each batch, below all that the script printed.
func (p *process) printSummaries(list []outbox.Summary) (ok bool) {
	err := printLines(p.stdout, list, func(s *outbox.Summary) any { return summaryJSON(s) })
	if err != nil {
		p.complainOf("io", "the summary could not be printed: "+err.Error(), "")
	}
	return err == nil
}
