package crashtest

import (
	"os"
	"slices"
	"strings"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
)

// verdict is what the oracle found.
type verdict struct {
	inDoubt   int // items
	delivered int // of these: the server has the mail
}

// open looks into the store.
func (c *campaign) open() outbox.Store {
	c.t.Helper()
	s, err := sqlstore.Open(c.t.Context(), c.store, sqlstore.Options{Wall: time.Now})
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// items are all of the batch, by key.
func (c *campaign) items(s outbox.Store) map[string]outbox.Item {
	c.t.Helper()
	all := map[string]outbox.Item{}
	filter := outbox.Filter{Batch: c.batch}
	for {
		page, err := s.Items(c.t.Context(), filter)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, it := range page {
			if _, twice := all[it.Key]; twice {
				c.t.Errorf("%s is there twice", it.Key)
			}
			all[it.Key], filter.After = it, it.ID
		}
		if len(page) == 0 {
			return all
		}
	}
}

// judge is the oracle. Every key is there; what the store calls sent the server has once, what it calls in doubt not
// more than once; there are no more in doubt than could be on the way; and nobody is left, or else in one of the
// given states, and was not mailed.
func (c *campaign) judge(others ...outbox.State) verdict {
	c.t.Helper()
	store := c.open()
	defer func() { _ = store.Close() }()
	var v verdict
	items, ledger, told := c.items(store), c.server.ledger(), c.told()
	for _, key := range c.keys() {
		it, known := items[key]
		switch n := len(ledger[key]); {
		case !known:
			c.t.Errorf("%s is missing", key)
		case it.State == outbox.InDoubt && n <= 1:
			v.inDoubt++
			v.delivered += n
		case slices.Contains(others, it.State) && n == 0:
		case it.State != outbox.Sent:
			c.t.Errorf("%s is %s, and was mailed %d times", key, it.State, n)
		case n == 2 && c.mayTwice > 0:
			c.mayTwice--
		case n != 1:
			c.t.Errorf("%s is %s, and was mailed %d times", key, it.State, n)
		case told[key] == 0:
			c.t.Errorf("%s is sent, and the callback never heard of it", key)
		}
	}
	if len(items) != c.recipients {
		c.t.Errorf("%d items for %d keys", len(items), c.recipients)
	}
	if v.inDoubt > c.mayDoubt {
		c.t.Errorf("%d items are in doubt, %d may be, with %s", v.inDoubt, c.mayDoubt, c.shape)
	}
	c.judgeStore(store, items, ledger)
	return v
}

// judgeStore compares what the store says in different places.
func (c *campaign) judgeStore(s outbox.Store, items map[string]outbox.Item, ledger map[string][]string) {
	c.t.Helper()
	counted := outbox.Counts{}
	for _, it := range items {
		counted[it.State]++
		if it.State == outbox.Sent && (it.Tries < 1 || it.Attempts < 1 || it.MessageID == "") {
			c.t.Errorf("%s is sent after %d tries and %d attempts with the Message-ID %q", it.Key, it.Tries, it.Attempts, it.MessageID)
		}
		for _, id := range ledger[it.Key] {
			if id != it.MessageID {
				c.t.Errorf("%s was mailed as <%s> and is recorded as <%s>", it.Key, id, it.MessageID)
			}
		}
	}
	counts, err := s.Counts(c.t.Context(), c.batch, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, state := range outbox.States() {
		if counts[state] != counted[state] {
			c.t.Errorf("the store counts %d %s, and has %d", counts[state], state, counted[state])
		}
	}
	untold, err := s.Untold(c.t.Context(), c.batch, c.recipients)
	if err != nil {
		c.t.Fatal(err)
	}
	if len(untold) > 0 {
		c.t.Errorf("%d events wait for their callback after the last run", len(untold))
	}
}

// told counts how often the callback heard of each key.
func (c *campaign) told() map[string]int {
	counts := map[string]int{}
	text, err := os.ReadFile(c.file("told"))
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	for _, key := range strings.Fields(string(text)) {
		counts[key]++
	}
	return counts
}

// settle mails what is in doubt once more: afterwards everybody has it, and only those in doubt may have it twice.
func (c *campaign) settle(v verdict, flags ...string) {
	c.t.Helper()
	before := c.server.ledger()
	c.finish(append(flags, "--in-doubt", "resend")...)
	twice, after := 0, c.server.ledger()
	for _, key := range c.keys() {
		ids := after[key]
		switch more := len(ids) - len(before[key]); {
		case len(ids) == 0:
			c.t.Errorf("%s was never mailed", key)
		case more == 0, more == 1 && len(ids) == 1:
		case len(ids) == 2 && more == 1 && ids[0] == ids[1]:
			twice++
		default:
			c.t.Errorf("%s was mailed as %q", key, ids)
		}
	}
	if twice != v.delivered {
		c.t.Errorf("%d of those in doubt were delivered, and %d were mailed twice", v.delivered, twice)
	}
	store := c.open()
	defer func() { _ = store.Close() }()
	counts, err := store.Counts(c.t.Context(), c.batch, 0)
	if err != nil || counts[outbox.Sent] != int64(c.recipients) {
		c.t.Errorf("after the resend the store counts %v (%v)", counts, err)
	}
}

// check is the whole examination of a campaign that was finished.
func (c *campaign) check() verdict {
	c.t.Helper()
	v := c.judge()
	if c.lmtp {
		c.judgeCopies()
	}
	switch {
	case v.inDoubt == 0 || c.t.Failed():
	case c.lmtp:
		c.settleCopies(v)
	default:
		c.settle(v)
	}
	return v
}
