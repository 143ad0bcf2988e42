package sqlstore

import (
	"context"

	"moonpost/outbox"
)

// Commit makes a group durable. A caller that cannot know whether an earlier
// call's commit took place (the connection broke in it) calls again with the same
// group: an intent that is this worker's already is granted again; what was parked
// or returned isn't claimed any more, and stays; an attempt is recognised by its
// item, worker, time and reply, gets the number that it got, and is recorded
// once, even if the worker has claimed the item again in between; ticks and sites
// are set to what they are.
func (s *store) Commit(ctx context.Context, g *outbox.Group) (v *outbox.Verdict, err error) {
	if err := checkGroup(g); err != nil {
		return nil, s.fail(ctx, "commit", err)
	}
	err = s.update(ctx, "commit", "", func(t *tx) error {
		v = &outbox.Verdict{}
		c := committing{t: t, g: g, v: v}
		for _, step := range []func() error{c.intents, c.parked, c.returned, c.attempts, c.told, c.sites} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

func checkGroup(g *outbox.Group) error {
	for _, list := range [][]outbox.Parked{g.Intents, g.Parked} {
		for i := range list {
			if err := checkParked(&list[i]); err != nil {
				return err
			}
		}
	}
	for i := range g.Attempts {
		a := &g.Attempts[i]
		if err := checkTexts("recipient", a.Recipients...); err != nil {
			return err
		}
		for j := range a.Outcomes {
			if err := checkTexts("recipient", a.Outcomes[j].Address); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkParked(p *outbox.Parked) error {
	if err := checkTexts("sender", p.Sender); err != nil {
		return err
	}
	if err := checkTexts("recipient", p.Recipients...); err != nil {
		return err
	}
	if err := checkTexts("site, Message-ID or relay", append([]string{p.Site, p.MessageID, p.Relay}, p.Relays...)...); err != nil {
		return err
	}
	for _, part := range p.Rest {
		if err := checkPart(part); err != nil {
			return err
		}
	}
	return nil
}

func checkPart(p outbox.MailPart) error {
	if err := checkTexts("recipient", p.Recipients...); err != nil {
		return err
	}
	return checkTexts("site or relay", append([]string{p.Site}, p.Relays...)...)
}

// committing is one group on its way in.
type committing struct {
	t *tx
	g *outbox.Group
	v *outbox.Verdict
}

// intents are of items that this worker still holds.
func (c *committing) intents() error {
	if len(c.g.Intents) == 0 {
		return nil
	}
	var r rows
	for i := range c.g.Intents {
		place(&r, &c.g.Intents[i])
	}
	now := milli(c.t.s.wall())
	n, err := c.t.exec(`update item set state = 'intent', `+placed+` and +item.worker = $2 and item.state in ('claimed', 'intent')`, &r, c.g.Worker, now, c.t.s.room(roomForReply))
	if err == nil && int(n) < r.n {
		err = c.refuse()
	}
	if err != nil {
		return err
	}
	return c.rest(c.g.Intents, now)
}

func (c *committing) parked() error {
	if len(c.g.Parked) == 0 {
		return nil
	}
	var r rows
	for i := range c.g.Parked {
		place(&r, &c.g.Parked[i])
	}
	now := milli(c.t.s.wall())
	_, err := c.t.exec(`update item set state = 'ready', taken = 0, `+placed+` and +item.worker = $2 and item.state = 'claimed'`, &r, c.g.Worker, now, c.t.s.room(roomForReply))
	if err != nil {
		return err
	}
	return c.rest(c.g.Parked, now)
}

// placed is what rendering fixes.
const placed = `sender = r.sender, rcpts = r.rcpts, relays = r.relays, site = r.site, message_id = r.mid,
		relay = case when r.relay = '' then item.relay else r.relay end, updated = cast($3 as bigint), room = $4
	{each r: i int, sender text, rcpts text, relays text, site text, mid text, relay text} where item.id = r.i `

// refuse looks for the intents that were not granted.
func (c *committing) refuse() error {
	var r rows
	for i := range c.g.Intents {
		r.begin()
		r.int(c.g.Intents[i].ID)
	}
	granted := make(map[int64]bool, r.n)
	err := c.t.each(`select id from item where id in (select r.i from {rows r: i int}) and +worker = $2 and state = 'intent'`, func(scan scan) error {
		var id int64
		err := scan(&id)
		granted[id] = true
		return err
	}, &r, c.g.Worker)
	for i := range c.g.Intents {
		if id := c.g.Intents[i].ID; !granted[id] {
			c.v.Refused = append(c.v.Refused, id)
		}
	}
	return err
}

func place(r *rows, p *outbox.Parked) {
	r.begin()
	r.int(p.ID)
	r.text(p.Sender)
	r.text(array(p.Recipients))
	r.text(list(p.Relays))
	r.text(p.Site)
	r.text(p.MessageID)
	r.text(p.Relay)
}

// rest makes the further parts of mails whose first part was placed: then they
// are the worker's, or were.
func (c *committing) rest(list []outbox.Parked, now int64) error {
	var r rows
	for i := range list {
		parts(&r, &list[i])
	}
	if r.n == 0 {
		return nil
	}
	const from = ` from {rows r: i int, p int, rcpts text, relays text, site text} join item f on f.id = r.i and f.worker = $2 and f.state in ('intent', 'ready') `
	_, err := c.t.exec(`insert into item (batch, key, part, state, walk, site, relays, sender, rcpts, message_id, due, expires, body, key_until, created, updated)
		select f.batch, f.key, r.p, 'ready', f.walk, r.site, r.relays, f.sender, r.rcpts, f.message_id, f.due, f.expires, f.body, f.key_until,
			cast($3 as bigint), cast($3 as bigint)`+from+`where r.i is not null on conflict (batch, key, part) do nothing`, &r, c.g.Worker, now)
	if err != nil {
		return err
	}
	_, err = c.t.exec(`insert into source_row (item, json) select n.id, w.json`+from+`join item n on n.batch = f.batch and n.key = f.key and n.part = r.p
		join source_row w on w.item = f.id where r.i is not null on conflict (item) do nothing`, &r, c.g.Worker)
	return err
}

func parts(r *rows, p *outbox.Parked) {
	for i, part := range p.Rest {
		r.begin()
		r.int(p.ID)
		r.int(int64(i + 1))
		r.text(array(part.Recipients))
		r.text(list(part.Relays))
		r.text(part.Site)
	}
}

func (c *committing) returned() error {
	if len(c.g.Returned) == 0 {
		return nil
	}
	var r rows
	for _, id := range c.g.Returned {
		r.begin()
		r.int(id)
	}
	_, err := c.t.exec(`update item set state = `+asBefore+`, taken = 0, updated = cast($3 as bigint) where id in (select r.i from {rows r: i int})
		and +worker = $2 and state = 'claimed'`, &r, c.g.Worker, milli(c.t.s.wall()))
	return err
}

func (c *committing) told() error {
	if len(c.g.Told) == 0 {
		return nil
	}
	var r rows
	for _, told := range c.g.Told {
		r.begin()
		r.int(told.Item)
		r.int(int64(told.Try))
	}
	_, err := c.t.exec(`update event set told = 1 from {rows r: i int, t int} where event.item = r.i and event.try = r.t`, &r)
	return err
}
