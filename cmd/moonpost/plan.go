package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"moonpost/outbox"
)

// asker shows what a batch is about to do and asks whether it shall.
type asker struct {
	ctx      context.Context // ends the wait for an answer; nil: the reader does
	in       *bufio.Reader
	out      io.Writer
	limit    int64
	quiet    func() (resume func()) // takes away what would tear the question; nil: nothing does
	declined bool                   // at least once
}

// asker is nil where nobody is to be asked: there is no terminal, the answer is known, or nothing leaves.
func (c *runCmd) asker(p *process, life *life, quiet func() func()) *asker {
	if !p.stdinTerminal || !p.terminal || c.Yes || c.DryRun || c.Sink || c.Redirect != "" {
		return nil
	}
	return &asker{ctx: life.ctx, in: bufio.NewReader(p.stdin), out: p.stderr, limit: int64(c.Limit), quiet: quiet}
}

// confirm is the host's question.
func (a *asker) confirm(plan *outbox.Plan) (bool, error) {
	if plan.ToSend == 0 {
		return true, nil
	}
	if a.quiet != nil {
		defer a.quiet()()
	}
	yes, err := a.ask(planText(plan, a.limit) + fmt.Sprintf("Send %s? [y/N] ", mails(limited(plan.ToSend, a.limit))))
	if err == nil && !yes {
		a.declined = true
		_, _ = fmt.Fprintln(a.out, "Nothing was sent.")
	}
	return yes, err
}

// ask waits for a line; all but yes is no.
func (a *asker) ask(question string) (bool, error) {
	if _, err := io.WriteString(a.out, question); err != nil {
		return false, err
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := a.in.ReadString('\n') // the end of the input is no answer, and that is no
		answer <- line
	}()
	var over <-chan struct{}
	if a.ctx != nil {
		over = a.ctx.Done()
	}
	select {
	case line := <-answer:
		if !strings.HasSuffix(line, "\n") {
			_, _ = fmt.Fprintln(a.out)
		}
		word := strings.ToLower(strings.TrimSpace(line))
		return word == "y" || word == "yes", nil
	case <-over:
		_, _ = fmt.Fprintln(a.out)
		return false, context.Cause(a.ctx)
	}
}

// limited is the smaller of the two, where there is a limit.
func limited(n, limit int64) int64 {
	if limit > 0 {
		return min(n, limit)
	}
	return n
}

func mails(n int64) string {
	if n == 1 {
		return "1 mail"
	}
	return fmt.Sprintf("%d mails", n)
}

// planText tells what a run is about to do.
func planText(plan *outbox.Plan, limit int64) string {
	var b strings.Builder
	line := func(n int64, what, note string) {
		if n == 0 {
			return
		}
		fmt.Fprintf(&b, "  %8d  %s", n, what)
		if note != "" {
			fmt.Fprintf(&b, " (%s)", visible(note))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s %s, %s:\n", batchName(plan.Batch.ID), map[bool]string{true: "goes on", false: "begins"}[plan.Resumed], throughText(plan.Through))
	line(limited(plan.ToSend, limit), "to be sent now", ofAll(plan.ToSend, limit))
	line(plan.Already-plan.Former, "sent already", "not again")
	line(plan.Former, "sent already, and not in the source any more", "")
	line(plan.Counts[outbox.Failed], "failed before", "--retry-failed tries them again")
	line(plan.Counts[outbox.InDoubt], "in doubt", "moonpost batch settle "+shellWord(plan.Batch.ID)+" decides")
	line(plan.Counts[outbox.Held], "held back", "")
	line(plan.Counts[outbox.Suppressed], "suppressed", "")
	line(plan.Gone, "to be sent, but not in the source any more", "not sent")
	line(plan.Changed, "of other content than when they were read last", "")
	line(plan.Duplicate, "with the key of another row", "mailed once: "+firstFew(plan.Duplicates, plan.Duplicate))
	line(plan.BadRows, "without a key", "left out: "+badRows(plan))
	return b.String()
}

// ofAll says of how many a limit has chosen.
func ofAll(n, limit int64) string {
	if limited(n, limit) == n {
		return ""
	}
	return fmt.Sprintf("of %d, by --limit", n)
}

func batchName(id string) string {
	if id == outbox.Queue {
		return "queued mail"
	}
	return "batch " + visible(id)
}

func throughText(relays []string) string {
	if len(relays) == 0 {
		return "through what the script chooses for each mail"
	}
	return "through " + visible(strings.Join(relays, ", "))
}

// shownFew bounds the examples of a line.
const shownFew = 3

// firstFew lists some of n names.
func firstFew(names []string, n int64) string {
	shown := names[:min(len(names), shownFew)]
	text := strings.Join(shown, ", ")
	if n > int64(len(shown)) {
		text += ", …"
	}
	return text
}

func badRows(plan *outbox.Plan) string {
	var rows []string
	for _, bad := range plan.Bad {
		rows = append(rows, fmt.Sprintf("row %d: %v", bad.Row, bad.Err))
	}
	return firstFew(rows, plan.BadRows)
}

// shellWord is an ID as it is typed.
func shellWord(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.@+:,%/=", r))
	})
	if plain < 0 && word != "" {
		return word
	}
	return quoteShell(word)
}
