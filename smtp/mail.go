package smtp

import (
	"context"
	"errors"
	"slices"
)

// SendMail sends content from one address to recipients: EHLO if needed, MAIL,
// RCPTs, DATA. Refused recipients do not stop the others and are no error as
// long as one was accepted. from "" is the null sender.
//
// The error is a *SenderRefusedError, *RecipientsRefusedError (nobody was
// accepted), *DataError, *NotSupportedError, *SizeError, or one of arguments,
// transport and protocol. A Result comes with an error only if a transaction
// failed after another one of the same call had delivered to some recipients;
// those without an answer then have a zero Reply.
func (c *Client) SendMail(ctx context.Context, from string, to []string, content Encoded, o *SendOptions) (*Result, error) {
	j, err := newJob(from, to, o)
	if err != nil {
		return nil, err
	}
	j.encode = func(bool, bool) (Encoded, error) { return content, nil }
	return c.send(ctx, j)
}

// SendMessage is SendMail with envelope and content from a Message, which is
// encoded as this server can take it. Errors of the Message are returned as they
// are.
func (c *Client) SendMessage(ctx context.Context, m Message, o *SendOptions) (*Result, error) {
	from, to, utf8, err := m.Envelope()
	if err != nil {
		return nil, err
	}
	j, err := newJob(from, to, o)
	if err != nil {
		return nil, err
	}
	j.utf8, j.encode = utf8, m.Encode
	return c.send(ctx, j)
}

func (c *Client) send(ctx context.Context, j *job) (*Result, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	start := c.opts.Mono()
	if err := c.helloIfNeeded(w); err != nil {
		return nil, err
	}
	if c.opts.Pipelining == On && !c.HasExtn("PIPELINING") {
		return nil, notOffered("PIPELINING", "the option pipelining")
	}
	p, err := c.pack(j)
	if err != nil {
		return nil, err
	}
	t := &transmission{c: c, w: w, parcel: p, result: newResult(p)}
	err = t.run(ctx)
	t.result.Elapsed = c.opts.Mono().Sub(start)
	return t.conclude(err)
}

func newResult(p *parcel) *Result {
	r := &Result{Sender: p.sender, Bytes: p.content.Size(), DSNSent: p.dsn, Recipients: make([]RecipientResult, len(p.names))}
	for i, name := range p.names {
		r.Recipients[i].Address = name
	}
	return r
}

// transmission is one call of SendMail: as many transactions as its recipients
// need.
type transmission struct {
	*parcel
	c         *Client
	w         *wire
	result    *Result
	delivered bool // an earlier transaction reached somebody
}

// run makes transactions until nobody is left.
func (t *transmission) run(ctx context.Context) error {
	todo := make([]int, len(t.rcpt))
	for i := range todo {
		todo[i] = i
	}
	for len(todo) > 0 {
		batch := t.nextBatch(todo)
		rest, err := t.transact(ctx, batch)
		if err != nil {
			t.unsettle(batch)
			return err
		}
		todo = append(rest, todo[len(batch):]...)
	}
	return nil
}

// unsettle takes back the replies to RCPT of a transaction that failed: being
// accepted there came to nothing.
func (t *transmission) unsettle(batch []int) {
	for _, n := range batch {
		if one := &t.result.Recipients[n]; one.Stage == StageRcpt && one.Accepted() {
			one.Reply = Reply{}
		}
	}
}

// conclude turns what happened to the recipients into the call's outcome.
func (t *transmission) conclude(err error) (*Result, error) {
	if err != nil {
		if t.delivered {
			return t.result, err
		}
		return nil, err
	}
	if len(t.result.Accepted()) == 0 {
		return nil, t.allRefused(t.result.Recipients)
	}
	t.result.QueueID = queueID(t.result.Reply.Text())
	return t.result, nil
}

func (t *transmission) allRefused(refused []RecipientResult) error {
	e := &RecipientsRefusedError{detail: detail{stage: StageRcpt}, Sender: t.sender, Refused: slices.Clone(refused)}
	if len(refused) > 0 {
		e.stage = refused[0].Stage
		e.hint = replyHint(e.stage, refused[0].Reply)
	}
	return e
}

// transact makes one transaction for the recipients in batch and returns those
// of them that need another one. A refusal of the message as a whole is an error,
// unless an earlier transaction delivered: then it is these recipients' reply.
func (t *transmission) transact(ctx context.Context, batch []int) (rest []int, err error) {
	x, err := t.offer(batch)
	t.record(batch, x)
	if err != nil {
		return nil, t.earlyEnd(x, err)
	}
	if !x.mail.Positive() {
		t.withdraw(x)
		return nil, t.refuse(batch, x.mail, StageMail)
	}
	if err := t.hangup(x); err != nil {
		return nil, err
	}
	accepted, refused := t.divide(batch)
	if len(accepted) == 0 || t.options.AllOrNothing && len(refused) > 0 {
		t.withdraw(x)
		if t.options.AllOrNothing {
			return nil, t.allRefused(refusedOf(t.result.Recipients))
		}
		return nil, nil
	}
	if err := t.content(ctx, x, accepted); err != nil {
		return nil, err
	}
	return t.overLimit(refused), nil
}

// offer sends the envelope. DATA goes along in a group, except where a refused
// recipient has to stop it: after a 354 a dot would deliver an empty message.
func (t *transmission) offer(batch []int) (*exchange, error) {
	lines := make([]string, len(batch))
	for i, n := range batch {
		lines[i] = t.rcpt[n]
	}
	if t.c.opts.Pipelining != Off && t.c.HasExtn("PIPELINING") {
		return t.w.grouped(t.mail, lines, !t.options.AllOrNothing)
	}
	return t.w.lockStep(t.mail, lines)
}

// record notes the replies to RCPT.
func (t *transmission) record(batch []int, x *exchange) {
	for i, r := range x.rcpt {
		t.result.Recipients[batch[i]].Reply = r
		t.result.Recipients[batch[i]].Stage = StageRcpt
	}
}

// earlyEnd prefers the server's refusal to the fact that it then hung up.
func (t *transmission) earlyEnd(x *exchange, err error) error {
	var lost *DisconnectedError
	if !errors.As(err, &lost) || t.delivered {
		return err
	}
	r, stage := x.refusal()
	switch {
	case stage == StageMail:
		return t.senderRefused(r)
	case stage == StageRcpt && len(t.result.Accepted()) == 0:
		return t.allRefused(t.result.Recipients)
	}
	lost.Last = r
	return err
}

func (t *transmission) senderRefused(r Reply) error {
	return &SenderRefusedError{detail: detail{stage: StageMail, hint: replyHint(StageMail, r)}, Sender: t.sender, Reply: r}
}

// refuse applies a reply that concerns the whole message.
func (t *transmission) refuse(batch []int, r Reply, stage Stage) error {
	if !t.delivered {
		if stage == StageMail {
			return t.senderRefused(r)
		}
		return &DataError{detail: detail{stage: stage, hint: replyHint(stage, r)}, Reply: r, Refused: refusedOf(t.result.Recipients)}
	}
	for _, n := range batch {
		t.result.Recipients[n].Reply, t.result.Recipients[n].Stage = r, stage
	}
	if r.Code == 421 {
		return &ResponseError{detail: detail{stage: stage}, Reply: r, Verb: stage.Verb()}
	}
	return nil
}

// hangup reports a 421 among the replies to RCPT.
func (t *transmission) hangup(x *exchange) error {
	for _, r := range x.rcpt {
		if r.Code == 421 { // RFC 5321 §3.8
			return &ResponseError{detail: detail{stage: StageRcpt}, Reply: r, Verb: "RCPT"}
		}
	}
	return nil
}

// divide splits a batch by the replies to RCPT.
func (t *transmission) divide(batch []int) (accepted, refused []int) {
	for _, n := range batch {
		if t.result.Recipients[n].Accepted() {
			accepted = append(accepted, n)
		} else {
			refused = append(refused, n)
		}
	}
	return accepted, refused
}

// overLimit picks the recipients that were one too many for a transaction that
// took others.
func (t *transmission) overLimit(refused []int) (rest []int) {
	for _, n := range refused {
		if overLimit(t.result.Recipients[n].Reply) {
			rest = append(rest, n)
		}
	}
	return rest
}

// withdraw leaves the transaction. After a 354 only a lone dot does, and only
// when it cannot deliver an empty message to somebody.
func (t *transmission) withdraw(x *exchange) {
	switch {
	case t.w.broken.Load():
	case x.data.Code != 354:
		t.reset()
	case slices.ContainsFunc(x.rcpt, Reply.Positive) || t.c.opts.Protocol == LMTP:
		t.w.abandon()
	default:
		_, _ = t.w.roundTrip(StageFinal, finalDot) // RFC 2920 §3.1
	}
}

// reset sends RSET. A server that cannot reset gets no other message on this
// connection; what was already decided about this one stands.
func (t *transmission) reset() {
	if r, err := t.w.roundTrip(StageReset, "RSET\r\n"); err != nil || !r.Positive() {
		t.w.abandon()
	}
}

// content sends DATA, if it wasn't yet, and the content, and gives each accepted
// recipient its reply.
func (t *transmission) content(ctx context.Context, x *exchange, accepted []int) (err error) {
	if x.data.Code == 0 {
		if x.data, err = t.w.roundTrip(StageData, dataLine); err != nil {
			return err
		}
	}
	if x.data.Code != 354 { // RFC 5321 §4.1.1.4
		if !t.w.broken.Load() {
			t.reset()
		}
		return t.refuse(accepted, x.data, StageData)
	}
	replies := 1
	if t.c.opts.Protocol == LMTP {
		replies = len(accepted)
	}
	finals, err := t.w.transfer(ctx, t.parcel.content, t.options, replies)
	if early := earlyRefusal(err); early.Code != 0 {
		return t.refuse(accepted, early, StageBody)
	}
	settled := t.settle(accepted, finals)
	if err != nil {
		return err
	}
	return settled
}

// settle applies the replies to the content: with LMTP each recipient has its
// own, by position; with SMTP one is for all.
func (t *transmission) settle(accepted []int, finals []Reply) error {
	if t.c.opts.Protocol == LMTP { // RFC 2033 §4.2
		for i, r := range finals {
			n := accepted[i]
			t.result.Recipients[n].Reply, t.result.Recipients[n].Stage = r, StageFinal
			t.done(r)
		}
		for _, n := range accepted[len(finals):] {
			t.result.Recipients[n].Reply, t.result.Recipients[n].Stage = Reply{}, StageFinal
		}
		return nil
	}
	if len(finals) == 0 {
		for _, n := range accepted {
			t.result.Recipients[n].Reply, t.result.Recipients[n].Stage = Reply{}, StageFinal
		}
		return nil
	}
	if !finals[0].Positive() {
		return t.refuse(accepted, finals[0], StageFinal)
	}
	t.done(finals[0])
	return nil
}

func (t *transmission) done(r Reply) {
	if r.Positive() {
		t.delivered, t.result.Reply = true, r
	}
}
