package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"moonpost/outbox"
)

// batchItemsCmd is `moonpost batch items`.
type batchItemsCmd struct {
	storeFlag
	chosenItems

	JSON bool `name:"json" xor:"form" help:"Print a JSON object a line."`
	CSV  bool `name:"csv" xor:"form" help:"Print CSV with a header."`
}

func (c *batchItemsCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		f, err := c.filter(ctx, store)
		if err != nil {
			return err
		}
		return p.printItems(ctx, store, f, form{json: c.JSON, csv: c.CSV})
	})
}

// form is how items are printed; neither is for people.
type form struct{ json, csv bool }

func (p *process) printItems(ctx context.Context, store outbox.Store, f outbox.Filter, how form) error {
	switch {
	case how.csv:
		return p.printCSV(ctx, store, f, itemColumns())
	case how.json:
		encoder := json.NewEncoder(p.stdout)
		encoder.SetEscapeHTML(false)
		return eachItem(ctx, store, f, func(o *itemObject) error { return encoder.Encode(o) })
	}
	return p.printTable(ctx, store, f)
}

// printTable prints items for people, some hundred at a time.
func (p *process) printTable(ctx context.Context, store outbox.Store, f outbox.Filter) error {
	found := false
	err := eachPage(ctx, store, f, func(items []outbox.Item) error {
		found = true
		t := p.listing("KEY", "TO", "STATE", "TRIES", "DUE", "RELAY", "ANSWER")
		for i := range items {
			it := &items[i]
			to, err := recipientsOf(ctx, store, it)
			if err != nil {
				return err
			}
			t.row(it.Key, strings.Join(to, ", "), stateWords(it.State), number(int64(it.Tries)), p.dueOf(it), it.Relay, replyText(it.Reply))
		}
		return t.end()
	})
	if err == nil && !found {
		_, err = fmt.Fprintln(p.stdout, "There are none.")
	}
	return err
}

// dueOf is when an item that is open is sent.
func (p *process) dueOf(it *outbox.Item) string {
	if !it.State.Open() || it.Due.IsZero() {
		return ""
	}
	return dueText(it.Due, p.wall())
}

// recipientsOf are those still to be tried, or those that have an outcome.
func recipientsOf(ctx context.Context, store outbox.Store, it *outbox.Item) ([]string, error) {
	if len(it.Recipients) > 0 || it.State == outbox.Pending {
		return it.Recipients, nil
	}
	outcomes, err := store.Outcomes(ctx, it.ID)
	var to []string
	for _, o := range outcomes {
		to = append(to, o.Address)
	}
	return to, err
}

// itemObject is an item as programs read it.
type itemObject struct {
	Key       string       `json:"key"`
	To        []string     `json:"to"`
	State     outbox.State `json:"state"`
	Attempts  int          `json:"attempts"`
	Due       any          `json:"due"`
	Relay     string       `json:"relay"`
	Code      int          `json:"code"`
	Enhanced  string       `json:"enhanced"`
	Text      string       `json:"text"`
	MessageID string       `json:"message_id"`

	item *outbox.Item
}

func eachItem(ctx context.Context, store outbox.Store, f outbox.Filter, body func(*itemObject) error) error {
	return eachPage(ctx, store, f, func(items []outbox.Item) error {
		for i := range items {
			it := &items[i]
			to, err := recipientsOf(ctx, store, it)
			if err != nil {
				return err
			}
			o := &itemObject{
				Key: it.Key, To: append([]string{}, to...), State: it.State, Attempts: it.Attempts, Due: jsonTime(it.Due), Relay: it.Relay,
				Code: it.Reply.Code, Enhanced: it.Reply.Enhanced, Text: it.Reply.Text, MessageID: it.MessageID, item: it,
			}
			if err := body(o); err != nil {
				return err
			}
		}
		return nil
	})
}
