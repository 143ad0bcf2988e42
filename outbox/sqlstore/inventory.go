package sqlstore

import (
	"context"
	"encoding/json"
	"strconv"

	"moonpost/outbox"
)

// defaultPage is how many items Items returns if it isn't told.
const defaultPage = 1000

func (s *store) Items(ctx context.Context, f outbox.Filter) (items []outbox.Item, err error) {
	c := conditions{args: []any{f.Batch, f.After}}
	c.text = "item.id > $2 and {batch} = $1"
	if f.Keys != nil {
		c.text = "item.id > $2 and item.batch = $1"
		c.in("item.key", f.Keys)
	}
	c.states("item.state", f.States)
	if f.Walk != 0 {
		c.and("item.walk = ", f.Walk)
	}
	n := f.N
	if n <= 0 {
		n = defaultPage
	}
	query := "select " + itemColumns + " from item where " + c.text + " order by item.id limit " + c.arg(n)
	err = s.ask(ctx, "list items", query, func(scan scan) error {
		it, err := scanItem(scan)
		items = append(items, it)
		return err
	}, c.args...)
	return items, err
}

// conditions collects what a question asks for.
type conditions struct {
	text string
	args []any
}

func (c *conditions) arg(value any) string {
	c.args = append(c.args, value)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *conditions) and(text string, value any) { c.text += " and " + text + c.arg(value) }

func (c *conditions) in(column string, texts []string) {
	c.text += " and " + column + " in {texts " + c.arg(array(cleaned(texts))) + "}"
}

func (c *conditions) states(column string, states []outbox.State) {
	if states == nil {
		return
	}
	names := make([]string, len(states))
	for i, state := range states {
		names[i] = string(state)
	}
	c.in(column, names)
}

// cleaned are texts to look for: one that no store keeps is found nowhere.
func cleaned(texts []string) []string {
	kept := make([]string, 0, len(texts))
	for _, text := range texts {
		if isText(text) {
			kept = append(kept, text)
		}
	}
	return kept
}

func (s *store) Counts(ctx context.Context, batch string, walk int64) (outbox.Counts, error) {
	c := conditions{text: "{batch} = $1", args: []any{batch}}
	if walk != 0 {
		c.and("walk = ", walk)
	}
	counts := outbox.Counts{}
	err := s.ask(ctx, "count", "select state, count(*) from item where "+c.text+" group by state", func(scan scan) error {
		var state string
		var n int64
		err := scan(&state, &n)
		counts[outbox.State(state)] = n
		return err
	}, c.args...)
	return counts, err
}

func (s *store) Outcomes(ctx context.Context, item int64) (list []outbox.RecipientOutcome, err error) {
	err = s.ask(ctx, "list outcomes", `select address, state, code, enhanced, text, queue_id from rcpt_outcome where item = $1 order by address`,
		func(scan scan) error {
			var o outbox.RecipientOutcome
			var state string
			err := scan(&o.Address, &state, &o.Reply.Code, &o.Reply.Enhanced, &o.Reply.Text, &o.Reply.QueueID)
			o.State = outbox.State(state)
			list = append(list, o)
			return err
		}, item)
	return list, err
}

// Change leaves items with an intent alone: nobody knows yet what becomes of
// them. A claimed item that is moved is its worker's no more, and its intent is
// refused.
func (s *store) Change(ctx context.Context, change outbox.Change) (n int64, err error) {
	from := make([]outbox.State, 0, len(change.From))
	for _, state := range change.From {
		if state != outbox.Intent {
			from = append(from, state)
		}
	}
	now := milli(change.Now)
	c := conditions{text: "{batch} = $1", args: []any{change.Batch, string(change.To), now}}
	if change.Keys != nil {
		c.text = "batch = $1"
		c.in("key", change.Keys)
	}
	c.states("state", from)
	set := `state = case when $2 = 'ready' and rcpts = '' then 'pending' else $2 end, taken = 0, updated = $3`
	if change.Fresh {
		set += ", attempts = 0, due = 0"
	}
	if p := change.Reply; p != nil {
		set += ", code = " + c.arg(p.Code) + ", enhanced = " + c.arg(clean(p.Enhanced)) + ", text = " + c.arg(clean(p.Text)) + ", queue_id = " + c.arg(clean(p.QueueID))
	}
	err = s.update(ctx, "change", "", func(t *tx) (err error) {
		n, err = t.exec("update item set "+set+" where "+c.text, c.args...)
		return err
	})
	return n, err
}

// Lookup tells of a mail in several parts that it is sent when all parts are.
func (s *store) Lookup(ctx context.Context, batch string, keys []string) (map[string]outbox.State, error) {
	states := make(map[string]outbox.State, len(keys))
	err := s.ask(ctx, "look up", `select key, state from item where batch = $1 and key in {texts $2} order by part`, func(scan scan) error {
		var key, state string
		err := scan(&key, &state)
		if before, ok := states[key]; !ok || before == outbox.Sent {
			states[key] = outbox.State(state)
		}
		return err
	}, batch, array(cleaned(keys)))
	return states, err
}

func (s *store) Untold(ctx context.Context, batch string, n int) (list []outbox.Event, err error) {
	err = s.ask(ctx, "list untold", "select e.try, e.state, e.code, e.enhanced, e.text, e.queue_id, e.relay, e.at, "+itemColumns+
		` from event e join item on item.id = e.item where e.told = 0 and {batch} = $1 order by e.at, e.item, e.try limit $2`, func(scan scan) error {
		var e outbox.Event
		var state string
		var at int64
		it, err := scanItem(func(into ...any) error {
			return scan(append([]any{&e.Try, &state, &e.Reply.Code, &e.Reply.Enhanced, &e.Reply.Text, &e.Reply.QueueID, &e.Relay, &at}, into...)...)
		})
		e.Item, e.State, e.At = it, outbox.State(state), fromMilli(at)
		list = append(list, e)
		return err
	}, batch, n)
	return list, err
}

func (s *store) SiteStates(ctx context.Context, names []string) (list []outbox.SiteState, err error) {
	err = s.ask(ctx, "read sites", `select name, connections, cohorts, next, budgets from site where name in {texts $1} order by name`, func(scan scan) error {
		var one outbox.SiteState
		var next int64
		var budgets string
		if err := scan(&one.Name, &one.Window, &one.Cohorts, &next, &budgets); err != nil {
			return err
		}
		one.Next = fromMilli(next)
		list = append(list, one)
		return json.Unmarshal([]byte(budgets), &list[len(list)-1].Budgets)
	}, array(cleaned(names)))
	return list, err
}
