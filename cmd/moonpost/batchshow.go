package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"moonpost/outbox"
)

// batchShowCmd is `moonpost batch show`.
type batchShowCmd struct {
	storeFlag

	ID   string `arg:"" name:"batch" help:"The batch."`
	JSON bool   `name:"json" help:"Print a JSON object."`
}

func (c *batchShowCmd) run(p *process) int {
	return c.withBatch(p, c.ID, func(ctx context.Context, store outbox.Store, b *outbox.Batch) error {
		complaints, err := complaintsOf(ctx, store, c.ID)
		if err != nil {
			return err
		}
		sites, _, err := store.DueSites(ctx, c.ID, 0)
		if err != nil {
			return err
		}
		gone, err := goneOf(ctx, store, b)
		if err != nil {
			return err
		}
		if c.JSON {
			return printLines(p.stdout, []outbox.Batch{*b}, func(b *outbox.Batch) any { return shownJSON(b, gone, sites, complaints) })
		}
		_, err = fmt.Fprint(p.stdout, p.shownText(b, gone, sites, complaints))
		return err
	})
}

// complaint is an answer that several mails got.
type complaint struct {
	Text string       `json:"text"`
	N    int64        `json:"n"`
	As   outbox.State `json:"state"`
	Key  string       `json:"key"` // of the first
}

// addressInText is what makes answers differ that say the same.
var addressInText = regexp.MustCompile(`<?[^\s<>]+@[^\s<>]+>?`)

// complaintsOf counts why mails failed, wait or are in doubt, the most frequent first.
func complaintsOf(ctx context.Context, store outbox.Store, batch string) (list []complaint, err error) {
	at := map[string]int{}
	f := outbox.Filter{Batch: batch, States: []outbox.State{outbox.Failed, outbox.Deferred, outbox.InDoubt}}
	err = eachPage(ctx, store, f, func(items []outbox.Item) error {
		for i := range items {
			it := &items[i]
			text := addressInText.ReplaceAllString(replyText(it.Reply), "…@…")
			if text == "" {
				text = "the process died before it had noted the answer"
			}
			name := string(it.State) + " " + text
			n, known := at[name]
			switch {
			case known:
				list[n].N++
			case len(list) < mostComplaints:
				at[name] = len(list)
				list = append(list, complaint{Text: text, N: 1, As: it.State, Key: it.Key})
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b complaint) int { return cmp.Compare(b.N, a.N) })
	return list[:min(len(list), 2*shownComplaints)], err
}

// mostComplaints bounds the different answers that are counted.
const mostComplaints = 1000

// shownObject is a batch as programs read it, with what is due and what was answered.
type shownObject struct {
	batchObject

	Gone    int64       `json:"gone"` // of those to be sent: not in the source any more
	Due     []dueObject `json:"due"`
	Answers []complaint `json:"answers"`
}

// dueObject is mail that waits for a site.
type dueObject struct {
	Site string `json:"site"`
	N    int64  `json:"n"`
	Due  any    `json:"due"`
}

func shownJSON(b *outbox.Batch, gone int64, sites []outbox.SiteDue, complaints []complaint) shownObject {
	o := shownObject{batchObject: batchJSON(b), Gone: gone, Due: []dueObject{}, Answers: append([]complaint{}, complaints...)}
	for _, s := range sites {
		o.Due = append(o.Due, dueObject{Site: s.Site, N: s.N, Due: jsonTime(s.Due)})
	}
	return o
}

// shownText tells people where a batch stands.
func (p *process) shownText(b *outbox.Batch, gone int64, sites []outbox.SiteDue, complaints []complaint) string {
	var out strings.Builder
	now := p.wall()
	fmt.Fprintf(&out, "batch %s: %s\n", visible(b.ID), batchStateText(b, gone))
	fmt.Fprintf(&out, "  began %s, last change %s (%s)\n", moment(b.Created), moment(b.Updated), since(b.Updated, now))
	if b.Runs != nil {
		fmt.Fprintf(&out, "  run by process %d on %s since %s\n", b.Runs.Process, visible(b.Runs.Host), moment(b.Runs.Since))
	}
	if !b.Walked {
		out.WriteString("  its source has not been read to the end; run the script again\n")
	}
	fmt.Fprintf(&out, "  %s: %s\n", mails(b.Counts.Total()), countsText(b.Counts))
	if gone > 0 {
		fmt.Fprintf(&out, "  %d of those that were not sent yet are not in the source any more: the script leaves them out\n", gone)
	}
	if len(sites) > 0 && b.State == outbox.BatchOpen {
		out.WriteString("what is due:\n")
		for _, s := range sites[:min(len(sites), mostSites)] {
			first := map[bool]string{true: "the first "}[s.N > 1]
			fmt.Fprintf(&out, "  %6d  through %s, %s%s\n", s.N, visible(s.Site), first, dueText(s.Due, now))
		}
		if more := len(sites) - mostSites; more > 0 {
			fmt.Fprintf(&out, "  and at %d other places\n", more)
		}
	}
	if len(complaints) > 0 {
		out.WriteString("what was answered:\n")
		for _, c := range complaints {
			fmt.Fprintf(&out, "  %6d  %s: %s (%s)\n", c.N, stateWords(c.As), visible(c.Text), visible(c.Key))
		}
	}
	for _, step := range stepsFor(b, gone, sites) {
		fmt.Fprintf(&out, "→ %s\n", step)
	}
	return out.String()
}

// mostSites bounds the places that are shown.
const mostSites = 10

// stepsFor are the commands with which a person goes on.
func stepsFor(b *outbox.Batch, gone int64, sites []outbox.SiteDue) []string {
	if b.State == outbox.BatchCancelled || b.Runs != nil {
		return nil
	}
	s := &outbox.Summary{Batch: b.ID, Failed: b.Counts[outbox.Failed], InDoubt: b.Counts[outbox.InDoubt], Left: leftOf(b.Counts) - gone}
	if s.Left == b.Counts[outbox.Deferred] && len(sites) > 0 {
		s.Due = sites[0].Due
	}
	return nextSteps(s)
}

// goneOf counts what is still to be sent and was not in the source when it was read last.
func goneOf(ctx context.Context, store outbox.Store, b *outbox.Batch) (int64, error) {
	open := func(c outbox.Counts) int64 { return c.Of(outbox.Pending, outbox.Ready, outbox.Deferred) }
	if !b.Walked || open(b.Counts) == 0 {
		return 0, nil
	}
	walked, err := store.Counts(ctx, b.ID, b.Walk)
	return max(open(b.Counts)-open(walked), 0), err
}
