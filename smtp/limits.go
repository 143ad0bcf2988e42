package smtp

import (
	"strconv"
	"strings"
)

// limit returns one of the numbers that a LIMITS keyword announces, 0 for none.
func (e extensions) limit(name string) int {
	for _, word := range strings.Fields(e["limits"]) {
		key, value, _ := strings.Cut(word, "=")
		if !strings.EqualFold(key, name) {
			continue
		}
		if n, err := strconv.Atoi(value); err == nil && n > 0 { // RFC 9422 §3
			return n
		}
	}
	return 0
}

// Spent reports whether the connection has carried as many transactions as the
// server allows in one session: the next message needs a new connection. It may
// be called at any time.
func (c *Client) Spent() bool {
	w, limit := c.link.Load(), c.session.Load().can.mails // RFC 9422 §4.1
	return w != nil && limit > 0 && w.mails.Load() >= int64(limit)
}

// nextBatch takes from the front of todo as many recipients as may share one
// transaction.
func (p *parcel) nextBatch(todo []int) []int {
	if p.limit > 0 {
		todo = todo[:min(p.limit, len(todo))]
	}
	if p.domainLimit == 0 {
		return todo
	}
	seen := map[string]bool{}
	for i, n := range todo {
		seen[p.domains[n]] = true
		if len(seen) > p.domainLimit { // RFC 9422 §4.3
			return todo[:i]
		}
	}
	return todo
}

// everybody lists the recipients by their position.
func (p *parcel) everybody() []int {
	if len(p.rcpt) == 1 {
		return p.alone[:]
	}
	all := make([]int, len(p.rcpt))
	for i := range all {
		all[i] = i
	}
	return all
}

// single reports that one transaction is meant to serve all recipients.
func (p *parcel) single() bool {
	if p.domainLimit == 0 {
		return p.limit == 0 || len(p.rcpt) <= p.limit
	}
	return len(p.nextBatch(p.everybody())) == len(p.rcpt)
}

// checkSingle refuses an all-or-nothing send that would need more.
func (p *parcel) checkSingle() error {
	if p.single() {
		return nil
	}
	err := argumentError("all or nothing needs a single transaction for all recipients", "")
	err.hint = "the server takes only the first " + strconv.Itoa(len(p.nextBatch(p.everybody()))) + " of these recipients in one transaction"
	return err
}
