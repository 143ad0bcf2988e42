package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"moonpost/luabind"
	"moonpost/outbox"
)

// outboxCmd is `moonpost outbox`.
type outboxCmd struct {
	Put     outboxPutCmd     `cmd:"" help:"Put a message from standard input into the queue; a worker sends it."`
	List    outboxListCmd    `cmd:"" help:"List the mails of the queue, one a line."`
	Show    outboxShowCmd    `cmd:"" help:"Tell all about a mail of the queue."`
	Hold    outboxHoldCmd    `cmd:"" help:"Keep mails back until they are released."`
	Release outboxReleaseCmd `cmd:"" help:"Let held mails go."`
	Cancel  outboxCancelCmd  `cmd:"" help:"Withdraw mails that have not left."`
}

// outboxListCmd is `moonpost outbox list`.
type outboxListCmd struct {
	storeFlag

	State []string `placeholder:"STATE" help:"Only mails in this state: ready, claimed, intent, sent, deferred, failed, suppressed, in_doubt, held or cancelled; may be repeated (default: all that have not left)."`
	All   bool     `help:"Those that were sent or cancelled, too."`
	JSON  bool     `name:"json" xor:"form" help:"Print a JSON object a line."`
	CSV   bool     `name:"csv" xor:"form" help:"Print CSV with a header."`
}

func (c *outboxListCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		states, err := parseStates(c.State)
		if err != nil {
			return err
		}
		if states == nil && !c.All {
			for _, s := range outbox.States() {
				if s.Unsettled() || s == outbox.Failed {
					states = append(states, s)
				}
			}
		}
		return p.printItems(ctx, store, outbox.Filter{Batch: outbox.Queue, States: states}, form{json: c.JSON, csv: c.CSV})
	})
}

// outboxShowCmd is `moonpost outbox show`.
type outboxShowCmd struct {
	storeFlag

	Name string `arg:"" name:"mail" help:"Its key, or its number."`
	Body bool   `help:"Print the message as it is sent, and nothing else."`
	JSON bool   `name:"json" help:"Print a JSON object a line."`
}

func (c *outboxShowCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		items, err := findMail(ctx, store, c.Name)
		switch {
		case err != nil:
			return err
		case c.Body:
			return p.printBody(ctx, store, &items[0])
		case c.JSON:
			return p.printItems(ctx, store, outbox.Filter{Batch: outbox.Queue, Keys: []string{items[0].Key}}, form{json: true})
		}
		for i := range items {
			if err := p.showItem(ctx, store, &items[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *process) printBody(ctx context.Context, store outbox.Store, it *outbox.Item) error {
	if it.Body == "" {
		return &refusal{text: fmt.Sprintf("the message of mail %s is not kept any more", visible(it.Key))}
	}
	body, err := store.Body(ctx, it.Body)
	if err == nil {
		_, err = p.stdout.Write(body)
	}
	return err
}

// showItem tells all about an item.
func (p *process) showItem(ctx context.Context, store outbox.Store, it *outbox.Item) error {
	outcomes, err := store.Outcomes(ctx, it.ID)
	if err != nil {
		return err
	}
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-11s %s\n", name, visible(value))
		}
	}
	fmt.Fprintf(&b, "mail %s: %s\n", visible(it.Key), stateWords(it.State))
	line("number", number(it.ID))
	line("from", angled(it.Sender))
	line("to", strings.Join(it.Recipients, ", "))
	line("through", strings.Join(it.Relays, ", then "))
	line("message id", it.MessageID)
	line("put", moment(it.Created))
	line("changed", moment(it.Updated))
	line("due", p.dueOf(it))
	line("expires", moment(it.Expires))
	line("tries", number(int64(it.Tries)))
	line("last relay", it.Relay)
	line("answer", replyText(it.Reply))
	line("named there", it.Reply.QueueID)
	for _, o := range outcomes {
		line("", fmt.Sprintf("%s: %s %s", o.Address, stateWords(o.State), replyText(o.Reply)))
	}
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

func angled(address string) string { return "<" + address + ">" }

// findMail finds queued mail by key or number: all parts of it.
func findMail(ctx context.Context, store outbox.Store, name string) ([]outbox.Item, error) {
	items, err := store.Items(ctx, outbox.Filter{Batch: outbox.Queue, Keys: []string{name}})
	if err != nil || len(items) > 0 {
		return items, err
	}
	if id, err := strconv.ParseInt(name, 10, 64); err == nil && id > 0 {
		items, err := store.Items(ctx, outbox.Filter{Batch: outbox.Queue, After: id - 1, N: 1})
		if err != nil || len(items) > 0 && items[0].ID == id {
			return items, err
		}
	}
	text := fmt.Sprintf("there is no mail %q in the queue", name)
	if near := nearestKey(ctx, store, outbox.Queue, name); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, &luabind.UsageError{Message: text, Help: "moonpost outbox list --all lists them"}
}

// queued are mails of the queue that a command line names.
type queued struct {
	Mails []string `arg:"" optional:"" name:"mail" help:"Their keys or numbers."`
	All   bool     `help:"All of the queue."`
}

// keys gives the keys of the mails; nil for all.
func (q *queued) keys(ctx context.Context, store outbox.Store, command string) (keys []string, err error) {
	switch {
	case len(q.Mails) == 0 && !q.All:
		return nil, &luabind.UsageError{Message: command + ": which mails? name their keys, or say --all"}
	case len(q.Mails) > 0 && q.All:
		return nil, &luabind.UsageError{Message: command + ": --all is for all mails; name none with it"}
	}
	for _, name := range q.Mails {
		items, err := findMail(ctx, store, name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, items[0].Key)
	}
	return keys, nil
}

// change moves the mails to another state and tells it.
func (q *queued) change(p *process, flag storeFlag, command, done string, c outbox.Change) int {
	return flag.withStore(p, func(ctx context.Context, store outbox.Store) (err error) {
		c.Batch = outbox.Queue
		if c.Keys, err = q.keys(ctx, store, command); err != nil {
			return err
		}
		return changeItems(ctx, p, store, c, done)
	})
}

// outboxHoldCmd is `moonpost outbox hold`.
type outboxHoldCmd struct {
	storeFlag
	queued
}

func (c *outboxHoldCmd) run(p *process) int {
	return c.change(p, c.storeFlag, "outbox hold", "held back", outbox.Change{From: []outbox.State{outbox.Pending, outbox.Ready, outbox.Deferred}, To: outbox.Held})
}

// outboxReleaseCmd is `moonpost outbox release`.
type outboxReleaseCmd struct {
	storeFlag
	queued
}

func (c *outboxReleaseCmd) run(p *process) int {
	return c.change(p, c.storeFlag, "outbox release", "released", outbox.Change{From: []outbox.State{outbox.Held}, To: outbox.Ready})
}

// outboxCancelCmd is `moonpost outbox cancel`.
type outboxCancelCmd struct {
	storeFlag
	sure
	queued
}

func (c *outboxCancelCmd) run(p *process) int {
	if c.All {
		if err := c.ask(context.Background(), p, "Withdraw all mails of the queue that have not left?"); err != nil {
			return p.storeStatus(err)
		}
	}
	from := []outbox.State{outbox.Pending, outbox.Ready, outbox.Deferred, outbox.Held}
	return c.change(p, c.storeFlag, "outbox cancel", "cancelled", outbox.Change{From: from, To: outbox.Cancelled})
}
