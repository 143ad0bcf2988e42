package crashtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"moonpost/outbox"
)

// copyOf names the second recipient of a key's mail.
func copyOf(key string) string { return key + " copy" }

// TestLMTPShort kills a small batch over LMTP, where each recipient has a reply.
func TestLMTPShort(t *testing.T) {
	b := &table{title: "moment, LMTP"}
	for _, m := range []outbox.Moment{outbox.AfterIntent, outbox.AfterReply, outbox.InsideCommit} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			killLMTP(t, b, 60, m, 9)
		})
	}
}

// TestLMTPMatrix kills at every moment, early, in the middle and late.
func TestLMTPMatrix(t *testing.T) {
	wantLong(t)
	b := &table{title: "moment, LMTP"}
	defer b.print(t)
	c := newLMTP(t, 500)
	c.finish()
	c.check()
	counts := c.moments()
	for _, m := range outbox.Moments() {
		for _, n := range occasions(counts[string(m)]) {
			t.Run(fmt.Sprintf("%s/%d", m, n), func(t *testing.T) { killLMTP(t, b, 500, m, n) })
		}
	}
}

// newLMTP is a campaign of which one copy in ten is refused for now: then that one alone is to be sent again.
func newLMTP(t *testing.T, recipients int) *campaign {
	c := newCampaign(t, shape{recipients, 4, 1, false, true}, "")
	var mu sync.Mutex
	refused := map[string]bool{}
	c.server.behave(func(line string) string {
		mu.Lock()
		defer mu.Unlock()
		if !strings.HasPrefix(line, ". <") || !strings.HasSuffix(line, "7@copy.example.net>") || refused[line] {
			return ""
		}
		refused[line] = true
		return "452 4.2.2 mailbox is being compacted"
	})
	return c
}

func killLMTP(t *testing.T, b *table, recipients int, m outbox.Moment, n int) {
	c := newLMTP(t, recipients)
	p := c.start(order(fmt.Sprintf("kill %s %d", m, n)))
	if status := p.wait(t); status != statusDone && !p.killed() {
		t.Fatalf("the run ended with status %d:\n%s", status, p.output.String())
	}
	c.mayDoubt += c.doubt()
	c.finish()
	b.add(string(m), p.killed(), c.check(), t.Failed())
}

// judgeCopies is the oracle for second recipients: once where the mail is sent, at most once where it is in doubt.
func (c *campaign) judgeCopies() {
	c.t.Helper()
	store := c.open()
	defer func() { _ = store.Close() }()
	ledger := c.server.ledger()
	for key, it := range c.items(store) {
		switch n := len(ledger[copyOf(key)]); {
		case n > 1, n == 0 && it.State == outbox.Sent:
			c.t.Errorf("%s is %s, and its copy was mailed %d times", key, it.State, n)
		}
	}
}

// settleCopies mails what is in doubt once more: everybody has it then, only those in doubt twice, and nobody of whom
// the server had said before that it has the mail.
func (c *campaign) settleCopies(v verdict) {
	c.t.Helper()
	before := c.server.ledger()
	doubtful := map[string]bool{}
	store := c.open()
	for key, it := range c.items(store) {
		for _, address := range it.Recipients {
			name := key
			if strings.Contains(address, "@copy.") {
				name = copyOf(key)
			}
			doubtful[name] = it.State == outbox.InDoubt
		}
	}
	_ = store.Close()
	c.finish("--in-doubt", "resend")
	after := c.server.ledger()
	for _, key := range c.keys() {
		for _, name := range []string{key, copyOf(key)} {
			more := len(after[name]) - len(before[name])
			if len(after[name]) == 0 || len(after[name]) > 2 || more > 1 || more == 1 && !doubtful[name] {
				c.t.Errorf("%s was mailed %d times, and then %d times (in doubt: %v)", name, len(before[name]), more, doubtful[name])
			}
		}
	}
	store = c.open()
	defer func() { _ = store.Close() }()
	if counts, err := store.Counts(c.t.Context(), c.batch, 0); err != nil || counts[outbox.Sent] != int64(c.recipients) {
		c.t.Errorf("of %d in doubt, after the resend the store counts %v (%v)", v.inDoubt, counts, err)
	}
}
