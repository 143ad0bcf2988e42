package sqlstore

import (
	"database/sql"
	"encoding/json"
	"errors"

	"moonpost/outbox"
)

// attempts records outcomes of items that the worker holds, or that are in doubt
// by it: an answer that came late is still the answer.
func (c *committing) attempts() error {
	if len(c.g.Attempts) == 0 {
		return nil
	}
	var r rows
	for i := range c.g.Attempts {
		attempt(&r, &c.g.Attempts[i])
	}
	// Nearly all are first tries, and then there is nothing to be asked.
	n, err := c.t.exec(recordAttempts+`and item.tries = 0`, &r, c.g.Worker)
	if err != nil {
		return err
	}
	tries := make(map[int64]int, r.n)
	if int(n) == r.n {
		for i := range c.g.Attempts {
			tries[c.g.Attempts[i].ID] = 1
		}
		return c.number(tries)
	}
	err = c.t.each(recordAttempts+`and item.tries > 0 and (item.state <> r.s or item.updated <> r.at) and not exists (select 1 from event e where e.item = item.id and e.try = item.tries
			and e.worker = item.worker and e.at = r.at and e.state = r.s and e.relay = r.relay and e.code = r.code and e.text = r.text)
		returning id, tries`, func(scan scan) error {
		var id int64
		var n int
		err := scan(&id, &n)
		tries[id] = n
		return err
	}, &r, c.g.Worker)
	if err != nil {
		return err
	}
	return c.number(tries)
}

const recordAttempts = `update item set state = r.s, taken = 0, attempts = item.attempts + r.counts, tries = item.tries + 1, due = r.due,
		relay = case when r.relay = '' then item.relay else r.relay end, code = r.code, enhanced = r.enhanced, text = r.text, queue_id = r.queue_id,
		rcpts = case when r.rcpts = '' then item.rcpts else r.rcpts end, updated = r.at, room = ''
	from {rows r: i int, s text, counts int, due int, relay text, rcpts text, at int, code int, enhanced text, text text, queue_id text}
	where item.id = r.i and +item.worker = $2 and item.state in ('claimed', 'intent', 'in_doubt') `

func attempt(r *rows, a *outbox.Attempt) {
	r.begin()
	r.int(a.ID)
	r.text(string(a.State))
	r.bool(a.Counts)
	r.int(milli(a.Due))
	r.text(clean(a.Relay))
	r.text(list(remaining(a)))
	r.int(milli(a.At))
	r.reply(a.Reply)
}

// remaining are the recipients to whom a further try would go: never those that
// have the mail.
func remaining(a *outbox.Attempt) []string {
	if a.Recipients != nil || a.State == outbox.Sent || a.State == outbox.Suppressed {
		return a.Recipients
	}
	var left []string
	for i := range a.Outcomes {
		if s := a.Outcomes[i].State; s != outbox.Sent && s != outbox.Suppressed {
			left = append(left, a.Outcomes[i].Address)
		}
	}
	return left
}

// number fills in the verdict and records what an item alone cannot tell. An
// attempt that isn't among tries was recorded as a first one just now or by an
// earlier call, or the store knows better.
func (c *committing) number(tries map[int64]int) error {
	var events, outcomes, rest rows
	for i := range c.g.Attempts {
		a := &c.g.Attempts[i]
		try, recorded := tries[a.ID]
		if !recorded {
			var err error
			if try, err = c.recorded(a); err != nil {
				return err
			}
		}
		c.v.Tries = append(c.v.Tries, try)
		if try == 0 {
			c.v.Ignored = append(c.v.Ignored, a.ID)
			continue
		}
		if a.Tell || a.State != outbox.Sent || try > 1 {
			event(&events, a, try)
		}
		if a.Outcomes == nil && try > 1 {
			rest.begin()
			rest.int(a.ID)
			rest.text(string(a.State))
			rest.reply(a.Reply)
		}
		fates(&outcomes, a)
	}
	return c.details(&events, &outcomes, &rest)
}

// recorded is the number of an attempt that the store has: an item or an event
// tells of it in the same words.
func (c *committing) recorded(a *outbox.Attempt) (try int, err error) {
	err = c.t.one(`select tries from item where id = $1 and worker = $2 and state = $3 and updated = $4 and code = $5 and text = $6 and tries > 0
		union all select try from event where item = $1 and worker = $2 and state = $3 and at = $4 and code = $5 and text = $6`, []any{&try},
		a.ID, c.g.Worker, string(a.State), milli(a.At), a.Reply.Code, clean(a.Reply.Text))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return try, err
}

func event(r *rows, a *outbox.Attempt, try int) {
	r.begin()
	r.int(a.ID)
	r.int(int64(try))
	r.text(string(a.State))
	r.text(clean(a.Relay))
	r.int(milli(a.At))
	r.bool(!a.Tell)
	r.reply(a.Reply)
}

func fates(r *rows, a *outbox.Attempt) {
	for i := range a.Outcomes {
		r.begin()
		r.int(a.ID)
		r.text(a.Outcomes[i].Address)
		r.text(string(a.Outcomes[i].State))
		r.reply(a.Outcomes[i].Reply)
	}
}

func (c *committing) details(events, outcomes, rest *rows) error {
	if events.n > 0 {
		_, err := c.t.exec(`insert into event (item, try, state, relay, code, enhanced, text, queue_id, worker, at, told)
			select r.i, r.t, r.s, r.relay, r.code, r.enhanced, r.text, r.queue_id, cast($2 as bigint), r.at, r.told
			from {rows r: i int, t int, s text, relay text, at int, told int, code int, enhanced text, text text, queue_id text}
			where r.i is not null on conflict (item, try) do nothing`, events, c.g.Worker)
		if err != nil {
			return err
		}
	}
	if outcomes.n > 0 {
		_, err := c.t.exec(`insert into rcpt_outcome (item, address, state, code, enhanced, text, queue_id)
			select r.i, r.a, r.s, r.code, r.enhanced, r.text, r.queue_id
			from {rows r: i int, a text, s text, code int, enhanced text, text text, queue_id text} where r.i is not null
			on conflict (item, address) do update set state = excluded.state, code = excluded.code, enhanced = excluded.enhanced,
			text = excluded.text, queue_id = excluded.queue_id`, outcomes)
		if err != nil {
			return err
		}
	}
	if rest.n == 0 {
		return nil
	}
	// A try that went alike for all decides for those who were still to be tried.
	_, err := c.t.exec(`update rcpt_outcome set state = r.s, code = r.code, enhanced = r.enhanced, text = r.text, queue_id = r.queue_id
		from {rows r: i int, s text, code int, enhanced text, text text, queue_id text}
		where rcpt_outcome.item = r.i and rcpt_outcome.state in ('deferred', 'in_doubt')`, rest)
	return err
}

func (c *committing) sites() error {
	if len(c.g.Sites) == 0 {
		return nil
	}
	now := milli(c.t.s.wall())
	for i := range c.g.Sites {
		site := &c.g.Sites[i]
		budgets, err := json.Marshal(site.Budgets)
		if err != nil {
			return err
		}
		_, err = c.t.exec(`insert into site (name, connections, cohorts, next, budgets, updated) values ($1, $2, $3, $4, $5, $6)
			on conflict (name) do update set connections = excluded.connections, cohorts = excluded.cohorts, next = excluded.next,
			budgets = excluded.budgets, updated = excluded.updated`,
			clean(site.Name), site.Window, site.Cohorts, milli(site.Next), string(budgets), now)
		if err != nil {
			return err
		}
	}
	return nil
}
