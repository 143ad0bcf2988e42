package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
)

// isMissing tells that there is no such thing.
func isMissing(err error) bool {
	var missing *outbox.NotFoundError
	return errors.As(err, &missing)
}

// sure asks before something that cannot be undone, where there is a person to ask.
type sure struct {
	Yes bool `short:"y" help:"Don't ask."`
}

var errNotDone = &refusal{text: "nothing was changed"}

// ask gives errNotDone for a no.
func (s *sure) ask(ctx context.Context, p *process, question string) error {
	if s.Yes || !p.stdinTerminal || !p.terminal {
		return nil
	}
	yes, err := (&asker{ctx: ctx, in: bufio.NewReader(p.stdin), out: p.stderr}).ask(question + " [y/N] ")
	if err == nil && !yes {
		return errNotDone
	}
	return err
}

// batchRetryCmd is `moonpost batch retry`.
type batchRetryCmd struct {
	storeFlag

	ID    string   `arg:"" name:"batch" help:"The batch."`
	Keys  []string `arg:"" optional:"" name:"key" help:"Only the mails with these keys."`
	State string   `default:"failed" enum:"failed,deferred" placeholder:"STATE" help:"Which mails: failed (default) or deferred."`
}

func (c *batchRetryCmd) run(p *process) int {
	what := outbox.Change{Batch: c.ID, Keys: c.Keys, From: []outbox.State{outbox.State(c.State)}, To: outbox.Ready, Fresh: true}
	return c.changeBatch(p, what, "to be tried again when the script runs next")
}

// changeBatch moves items to another state and tells how many.
func (f storeFlag) changeBatch(p *process, c outbox.Change, done string) int {
	return f.withStore(p, func(ctx context.Context, store outbox.Store) error { return changeItems(ctx, p, store, c, done) })
}

// batchSettleCmd is `moonpost batch settle`.
type batchSettleCmd struct {
	storeFlag
	sure

	ID     string   `arg:"" name:"batch" help:"The batch."`
	Keys   []string `arg:"" optional:"" name:"key" help:"Only the mails with these keys (default: all in doubt)."`
	Resend bool     `xor:"way" help:"Send them again: who has got the mail gets it twice."`
	Sent   bool     `xor:"way" help:"Take them for sent: who hasn't got the mail won't."`
}

func (c *batchSettleCmd) run(p *process) int {
	if !c.Resend && !c.Sent {
		return p.storeStatus(&luabind.UsageError{
			Message: "batch settle: say what shall become of the mails in doubt: --resend or --sent",
			Help:    "moonpost batch items " + shellWord(c.ID) + " --state in_doubt    lists them",
		})
	}
	what := outbox.Change{Batch: c.ID, Keys: c.Keys, From: []outbox.State{outbox.InDoubt}, To: outbox.Ready, Fresh: true}
	if c.Sent {
		what.To, what.Fresh = outbox.Sent, false
		what.Reply = &outbox.Reply{Text: "taken for sent by a person"}
		return c.changeBatch(p, what, "taken for sent")
	}
	return c.withBatch(p, c.ID, func(ctx context.Context, store outbox.Store, b *outbox.Batch) error {
		n := b.Counts[outbox.InDoubt]
		if len(c.Keys) > 0 {
			n = min(n, int64(len(c.Keys)))
		}
		if n > 0 {
			if err := c.ask(ctx, p, fmt.Sprintf("Whoever has got one of these (%s) gets it twice. Resend?", mails(n))); err != nil {
				return err
			}
		}
		return changeItems(ctx, p, store, what, "to be sent again when the script runs next")
	})
}

// changeItems moves items from one state to another, and says how many or why none.
func changeItems(ctx context.Context, p *process, store outbox.Store, c outbox.Change, done string) error {
	if c.Batch != outbox.Queue {
		if _, err := findBatch(ctx, store, c.Batch); err != nil {
			return err
		}
	}
	if err := knownKeys(ctx, store, c.Batch, c.Keys); err != nil {
		return err
	}
	if err := inState(ctx, store, c); err != nil {
		return err
	}
	c.Now = p.wall()
	n, err := store.Change(ctx, c)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s: %s %s.", holderName(c.Batch), mails(n), done)
	if n == 0 {
		text = fmt.Sprintf("%s: there is no mail in the state %s.", holderName(c.Batch), orWords(c.From))
	}
	_, err = fmt.Fprintln(p.stdout, text)
	return err
}

// holderName is the batch or the queue at the begin of a sentence.
func holderName(batch string) string {
	if batch == outbox.Queue {
		return "The queue"
	}
	return "Batch " + visible(batch)
}

// inState refuses keys of mails that are in another state.
func inState(ctx context.Context, store outbox.Store, c outbox.Change) error {
	if len(c.Keys) == 0 {
		return nil
	}
	states, err := store.Lookup(ctx, c.Batch, c.Keys)
	if err != nil {
		return err
	}
	for _, key := range c.Keys {
		switch s := states[key]; {
		case s == c.To:
			return &refusal{text: fmt.Sprintf("the mail %s is %s already", visible(key), stateWords(s)), tip: "nothing was changed"}
		case !slices.Contains(c.From, s):
			return &refusal{text: fmt.Sprintf("the mail %s is %s, not %s", visible(key), stateWords(s), orWords(c.From)), tip: otherTip(c, s)}
		}
	}
	return nil
}

// otherTip tells what may be done about a mail in another state.
func otherTip(c outbox.Change, s outbox.State) string {
	if s == outbox.Deferred && c.To == outbox.Ready && slices.Contains(c.From, outbox.Failed) {
		return "it is tried again by itself; --state deferred does so with the next run, whenever it is due. Nothing was changed"
	}
	return "nothing was changed"
}

func orWords(states []outbox.State) string {
	var words []string
	for _, s := range states {
		words = append(words, stateWords(s))
	}
	return strings.Join(words, " or ")
}

// batchCancelCmd is `moonpost batch cancel`.
type batchCancelCmd struct {
	storeFlag
	sure

	ID string `arg:"" name:"batch" help:"The batch."`
}

func (c *batchCancelCmd) run(p *process) int {
	return c.withBatch(p, c.ID, func(ctx context.Context, store outbox.Store, b *outbox.Batch) error {
		if err := c.ask(ctx, p, fmt.Sprintf("Batch %s: %s. Cancel what is left?", visible(c.ID), countsText(b.Counts))); err != nil {
			return err
		}
		n, err := store.CancelBatch(ctx, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "Batch %s is cancelled: %s will not be sent.\n", visible(c.ID), mails(n))
		return err
	})
}

// batchForgetCmd is `moonpost batch forget`.
type batchForgetCmd struct {
	storeFlag
	sure

	ID string `arg:"" name:"batch" help:"The batch."`
}

func (c *batchForgetCmd) run(p *process) int {
	return c.withBatch(p, c.ID, func(ctx context.Context, store outbox.Store, b *outbox.Batch) error {
		question := fmt.Sprintf("Batch %s: %s. Forget it, with who has got its mail? Run again, the script would mail everybody again. Forget?", visible(c.ID), countsText(b.Counts))
		if err := c.ask(ctx, p, question); err != nil {
			return err
		}
		if err := store.ForgetBatch(ctx, c.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "Batch %s is forgotten, with %s.\n", visible(c.ID), mails(b.Counts.Total()))
		return err
	})
}

// batchPruneCmd is `moonpost batch prune`.
type batchPruneCmd struct {
	storeFlag
	sure

	Keep span `required:"" placeholder:"TIME" help:"Keep what came to its end within this time, e.g. 90d, 12w."`
}

func (c *batchPruneCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		before := p.wall().Add(-time.Duration(c.Keep))
		if err := c.ask(ctx, p, fmt.Sprintf("Forget batches and queued mail that came to their end before %s?", moment(before))); err != nil {
			return err
		}
		batches, items, err := store.Prune(ctx, before)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "%s and %s forgotten.\n", batchesText(int(batches)), mails(items))
		return err
	})
}

func batchesText(n int) string {
	if n == 1 {
		return "1 batch"
	}
	return fmt.Sprintf("%d batches", n)
}
