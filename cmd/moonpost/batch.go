package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
)

// batchCmd is `moonpost batch`.
type batchCmd struct {
	List   batchListCmd   `cmd:"" help:"List the batches, the newest first."`
	Show   batchShowCmd   `cmd:"" help:"Tell where a batch stands, and what to do next."`
	Items  batchItemsCmd  `cmd:"" help:"List the mails of a batch, one a line."`
	Export batchExportCmd `cmd:"" help:"Write the rows of a batch with what became of each."`
	Retry  batchRetryCmd  `cmd:"" help:"Open mails again that failed or are deferred; the next run sends them."`
	Settle batchSettleCmd `cmd:"" help:"Decide on mails in doubt: resend them, or take them for sent."`
	Cancel batchCancelCmd `cmd:"" help:"End a batch: nothing that is left of it is sent."`
	Forget batchForgetCmd `cmd:"" help:"Delete a batch: its keys may be mailed again."`
	Prune  batchPruneCmd  `cmd:"" help:"Forget what came to its end long ago."`
}

// batchListCmd is `moonpost batch list`.
type batchListCmd struct {
	storeFlag

	JSON  bool `name:"json" help:"Print a JSON object a line."`
	Names bool `help:"Print the names alone."`
}

func (c *batchListCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		list, err := store.ListBatches(ctx)
		switch {
		case err != nil:
			return err
		case c.Names:
			return printNames(p.stdout, list)
		case c.JSON:
			return printLines(p.stdout, list, func(b *outbox.Batch) any { return batchJSON(b) })
		case len(list) == 0:
			_, err := fmt.Fprintf(p.stdout, "There are no batches in %s.\n", store.Name())
			return err
		}
		t := p.listing("BATCH", "STATE", "SENT", "FAILED", "IN DOUBT", "LEFT", "BEGAN", "LAST CHANGE")
		for i := range list {
			b := &list[i]
			gone, err := goneOf(ctx, store, b)
			if err != nil {
				return err
			}
			t.row(b.ID, batchStateText(b, gone), number(b.Counts[outbox.Sent]), number(b.Counts[outbox.Failed]), number(b.Counts[outbox.InDoubt]),
				number(leftOf(b.Counts)-gone), moment(b.Created), moment(b.Updated))
		}
		return t.end()
	})
}

func printNames(w io.Writer, list []outbox.Batch) error {
	for i := range list {
		if _, err := fmt.Fprintln(w, list[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// printLines writes a JSON object a line.
func printLines[T any](w io.Writer, list []T, object func(*T) any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range list {
		if err := encoder.Encode(object(&list[i])); err != nil {
			return err
		}
	}
	return nil
}

// batchStateText says where the batch stands: running, in work, done.
func batchStateText(b *outbox.Batch, gone int64) string {
	switch {
	case b.State == outbox.BatchCancelled:
		return "cancelled"
	case b.Runs != nil:
		return "running"
	case b.Counts[outbox.InDoubt] > 0:
		return "to be settled"
	case leftOf(b.Counts) > gone:
		return "unfinished"
	case !b.Walked:
		return "not read"
	}
	return "done"
}

// leftOf counts what is still to be sent.
func leftOf(c outbox.Counts) int64 {
	return c.Of(outbox.Pending, outbox.Ready, outbox.Claimed, outbox.Intent, outbox.Deferred, outbox.Held)
}

func number(n int64) string { return fmt.Sprint(n) }

// batchObject is a batch as programs read it.
type batchObject struct {
	Batch   string           `json:"batch"`
	State   string           `json:"state"`
	Running *workerObject    `json:"running"`
	Read    bool             `json:"read"` // the source came to its end
	Total   int64            `json:"total"`
	Counts  map[string]int64 `json:"counts"`
	Created any              `json:"created"`
	Updated any              `json:"updated"`
}

// workerObject is a process as programs read it.
type workerObject struct {
	Host    string `json:"host"`
	Process int    `json:"process"`
	Since   any    `json:"since"`
}

func batchJSON(b *outbox.Batch) batchObject {
	o := batchObject{
		Batch: b.ID, State: string(b.State), Read: b.Walked, Total: b.Counts.Total(), Counts: map[string]int64{},
		Created: jsonTime(b.Created), Updated: jsonTime(b.Updated),
	}
	for _, s := range outbox.States() {
		o.Counts[string(s)] = b.Counts[s]
	}
	if b.Runs != nil {
		o.Running = &workerObject{Host: b.Runs.Host, Process: b.Runs.Process, Since: jsonTime(b.Runs.Since)}
	}
	return o
}

// findBatch gives a batch, or an error that names the nearest.
func findBatch(ctx context.Context, store outbox.Store, id string) (outbox.Batch, error) {
	b, err := store.Batch(ctx, id)
	if id != outbox.Queue && (err == nil || !isMissing(err)) {
		return b, err
	}
	list, err := store.ListBatches(ctx)
	if err != nil {
		return b, err
	}
	var names []string
	for i := range list {
		names = append(names, list[i].ID)
	}
	text := fmt.Sprintf("there is no batch %q in %s", id, store.Name())
	if near := luabind.Nearest(id, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return b, &luabind.UsageError{Message: text, Help: "moonpost batch list lists them; --store FILE.db or " + storeVariable + " names another store"}
}

// chosenItems are items of one batch that a command line names.
type chosenItems struct {
	ID    string   `arg:"" name:"batch" help:"The batch."`
	State []string `placeholder:"STATE" help:"Only mails in this state: pending, ready, claimed, intent, sent, deferred, failed, suppressed, in_doubt, held or cancelled; may be repeated."`
	Key   []string `sep:"none" placeholder:"KEY" help:"Only the mail with this key; may be repeated."`
}

// filter reads the command line. The batch and its keys must be there.
func (c *chosenItems) filter(ctx context.Context, store outbox.Store) (outbox.Filter, error) {
	states, err := parseStates(c.State)
	f := outbox.Filter{Batch: c.ID, States: states, Keys: c.Key}
	if err == nil {
		_, err = findBatch(ctx, store, c.ID)
	}
	if err == nil {
		err = knownKeys(ctx, store, c.ID, c.Key)
	}
	return f, err
}

func parseStates(words []string) (states []outbox.State, err error) {
	for _, word := range words {
		s, ok := outbox.ParseState(strings.ReplaceAll(strings.ReplaceAll(word, " ", "_"), "-", "_"))
		if !ok {
			return nil, &luabind.UsageError{Message: fmt.Sprintf("there is no state %q%s", word, nearState(word)), Help: "states are " + strings.Join(stateNames(), ", ")}
		}
		states = append(states, s)
	}
	return states, nil
}

func nearState(word string) string {
	if near := luabind.Nearest(word, stateNames()); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

func stateNames() (names []string) {
	for _, s := range outbox.States() {
		names = append(names, string(s))
	}
	return names
}

// pageSize is how many items are read at once.
const pageSize = 500

// eachPage calls f with all that the filter finds, in order.
func eachPage(ctx context.Context, store outbox.Store, f outbox.Filter, body func([]outbox.Item) error) error {
	f.N = pageSize
	for {
		items, err := store.Items(ctx, f)
		if err != nil || len(items) == 0 {
			return err
		}
		if err := body(items); err != nil {
			return err
		}
		f.After = items[len(items)-1].ID
	}
}

// knownKeys refuses keys that the batch doesn't have.
func knownKeys(ctx context.Context, store outbox.Store, batch string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	states, err := store.Lookup(ctx, batch, keys)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, ok := states[key]; ok {
			continue
		}
		text := fmt.Sprintf("%s has no mail with the key %q", batchName(batch), key)
		if near := nearestKey(ctx, store, batch, key); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		return &luabind.UsageError{Message: text}
	}
	return nil
}

// lookedThrough bounds the keys among which a misspelt one's nearest is looked for.
const lookedThrough = 5000

func nearestKey(ctx context.Context, store outbox.Store, batch, key string) string {
	items, err := store.Items(ctx, outbox.Filter{Batch: batch, N: lookedThrough})
	if err != nil {
		return ""
	}
	var keys []string
	for i := range items {
		keys = append(keys, items[i].Key)
	}
	slices.Sort(keys)
	return luabind.Nearest(key, slices.Compact(keys))
}

// since is how long ago something was, in words.
func since(t, now time.Time) string {
	if d := now.Sub(t); !t.IsZero() && d >= time.Second {
		return roughly(d) + " ago"
	}
	return "now"
}
