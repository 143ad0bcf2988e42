package smtp

import (
	"context"
	"slices"
	"time"
)

// transmission is one message on its way: as many transactions as its
// recipients need.
type transmission struct {
	parcel
	c         *Client
	w         *wire
	ctx       context.Context
	start     time.Time
	result    *Result
	delivered bool // an earlier transaction reached somebody
	words     int  // octets of text in the recipients' replies
}

func newResult(p *parcel, recipients int) *Result {
	small := &struct {
		Result
		one [1]RecipientResult
	}{Result: Result{Sender: p.sender, Bytes: p.content.Size(), DSNSent: p.dsn}}
	if small.Recipients = small.one[:]; recipients != 1 {
		small.Recipients = make([]RecipientResult, recipients)
	}
	return &small.Result
}

// run makes transactions until nobody is left.
func (t *transmission) run(todo []int) error {
	for len(todo) > 0 {
		batch := t.nextBatch(todo)
		rest, err := t.transact(batch)
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
	t.result.Elapsed = t.c.opts.Mono().Sub(t.start)
	if err != nil {
		if t.delivered {
			return t.result, err
		}
		return nil, err
	}
	if !slices.ContainsFunc(t.result.Recipients, RecipientResult.Accepted) {
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

// settle applies the replies to the content: with LMTP each recipient has its
// own, by position; with SMTP one is for all. Those without a reply get a zero
// one.
func (t *transmission) settle(accepted []int, finals []Reply) error {
	if t.c.opts.Protocol == LMTP { // RFC 2033 §4.2
		for i, r := range finals {
			t.final(accepted[i], r)
			t.done(r)
		}
		t.unanswered(accepted[len(finals):])
		return nil
	}
	if len(finals) == 0 {
		t.unanswered(accepted)
		return nil
	}
	if !finals[0].Positive() {
		return t.refuse(accepted, finals[0], StageFinal)
	}
	t.done(finals[0])
	return nil
}

func (t *transmission) final(n int, r Reply) {
	t.result.Recipients[n].Reply, t.result.Recipients[n].Stage = r, StageFinal
}

func (t *transmission) unanswered(recipients []int) {
	for _, n := range recipients {
		t.final(n, Reply{})
	}
}

func (t *transmission) done(r Reply) {
	if r.Positive() {
		t.delivered, t.result.Reply = true, r
	}
}
