package smtp

import (
	"errors"
	"slices"
)

// transaction is one MAIL and what belongs to it, for some of a message's
// recipients.
type transaction struct {
	*transmission
	batch    []int // recipients by position
	mail     Reply
	answered int   // RCPTs that have a reply, in the recipients' results
	data     Reply // zero: DATA has not been answered
	accepted []int // recipients that the content is for
	one      [1]Reply
}

// transact makes one transaction for the recipients in batch and returns those
// of them that need another one. A refusal of the message as a whole is an error,
// unless an earlier transaction delivered: then it is these recipients' reply.
func (t *transmission) transact(batch []int) (rest []int, err error) {
	a := &transaction{transmission: t, batch: batch}
	if a.fitsTogether() {
		return a.together()
	}
	if err := a.judge(a.offer()); err != nil || len(a.accepted) == 0 {
		return nil, err
	}
	if ready, err := a.ready(); err != nil || !ready {
		return nil, err
	}
	carried, err := a.carry(nil, nil)
	if err != nil {
		return nil, err
	}
	rest = a.overLimit()
	if !carried {
		return rest, nil
	}
	return rest, a.collect()
}

// groups reports that commands may be sent without waiting for replies.
func (t *transmission) groups() bool {
	return t.c.opts.Pipelining != Off && t.c.session.Load().can.pipelining
}

// offer sends the envelope. DATA goes along in a group, except where a refused
// recipient has to stop it: after a 354 a dot would deliver an empty message.
func (a *transaction) offer() error {
	if !a.groups() {
		return a.lockStep()
	}
	if err := a.w.inStep(StageMail); err != nil {
		return err
	}
	group := a.appendGroup(make([]byte, 0, a.envelopeSize()))
	written := a.w.writeGroup(group)
	return a.w.joinGroup(written, a.readGroup())
}

// withData reports whether DATA is part of the group.
func (a *transaction) withData() bool { return !a.options.AllOrNothing && !a.chunked }

// judge looks at the replies to the envelope, of which err ended the reading.
// With an empty list of accepted recipients the transaction is over.
func (a *transaction) judge(err error) error {
	if err != nil {
		return a.earlyEnd(err)
	}
	if !a.mail.Positive() {
		a.withdraw()
		return a.refuse(a.batch, a.mail, StageMail)
	}
	if err := a.hangup(); err != nil {
		return err
	}
	a.divide()
	all := len(a.accepted) == len(a.batch)
	if len(a.accepted) > 0 && (all || !a.options.AllOrNothing) {
		return nil
	}
	a.accepted = nil
	a.withdraw()
	if a.options.AllOrNothing {
		return a.allRefused(refusedOf(a.result.Recipients))
	}
	return nil
}

// earlyEnd prefers the server's refusal to the fact that it then hung up.
func (a *transaction) earlyEnd(err error) error {
	var lost *DisconnectedError
	if !errors.As(err, &lost) || a.delivered {
		return err
	}
	r, stage := a.refusal()
	switch {
	case stage == StageMail:
		return a.senderRefused(r)
	case stage == StageRcpt && !slices.ContainsFunc(a.result.Recipients, RecipientResult.Accepted):
		return a.allRefused(a.result.Recipients)
	}
	lost.Last = r
	return err
}

// refusal returns the first negative reply, if there is one.
func (a *transaction) refusal() (Reply, Stage) {
	if a.mail.Code >= 400 {
		return a.mail, StageMail
	}
	for _, n := range a.batch[:a.answered] {
		if r := a.result.Recipients[n].Reply; r.Code >= 400 {
			return r, StageRcpt
		}
	}
	return Reply{}, StageNone
}

// hangup reports a 421 among the replies to RCPT.
func (a *transaction) hangup() error {
	for _, n := range a.batch[:a.answered] {
		if r := a.result.Recipients[n].Reply; r.Code == 421 { // RFC 5321 §3.8
			return &ResponseError{detail: detail{stage: StageRcpt}, Reply: r, Verb: "RCPT"}
		}
	}
	return nil
}

// divide finds the recipients that were accepted.
func (a *transaction) divide() {
	refused := func(n int) bool { return !a.result.Recipients[n].Accepted() }
	if !slices.ContainsFunc(a.batch, refused) {
		a.accepted = a.batch
		return
	}
	a.accepted = slices.DeleteFunc(slices.Clone(a.batch), refused)
}

// overLimit picks the recipients that were one too many for a transaction that
// took others.
func (a *transaction) overLimit() (rest []int) {
	if len(a.accepted) == len(a.batch) {
		return nil
	}
	for _, n := range a.batch {
		if one := a.result.Recipients[n]; one.Stage == StageRcpt && !one.Accepted() && overLimit(one.Reply) {
			rest = append(rest, n)
		}
	}
	return rest
}

// withdraw leaves the transaction. After a 354 only a lone dot does, and only
// when it cannot deliver an empty message to somebody.
func (a *transaction) withdraw() {
	somebody := func(n int) bool { return a.result.Recipients[n].Reply.Positive() }
	switch {
	case a.w.broken.Load():
	case a.data.Code != 354:
		a.reset()
	case slices.ContainsFunc(a.batch[:a.answered], somebody) || a.c.opts.Protocol == LMTP:
		a.w.abandon()
	default:
		_, _ = a.w.roundTrip(StageFinal, finalDot) // RFC 2920 §3.1
	}
}

// reset sends RSET. A server that cannot reset gets no other message on this
// connection; what was already decided about this one stands.
func (a *transaction) reset() {
	if r, err := a.w.roundTrip(StageReset, "RSET\r\n"); err != nil || !r.Positive() {
		a.w.abandon()
	}
}

// ready brings the transaction to the point where the content may follow: it
// sends DATA, if it wasn't yet. false means that the transaction is over.
func (a *transaction) ready() (ok bool, err error) {
	if a.chunked {
		return true, nil
	}
	if a.data.Code == 0 {
		if a.data, err = a.w.roundTrip(StageData, dataLine); err != nil {
			return false, err
		}
	}
	if a.data.Code == 354 { // RFC 5321 §4.1.1.4
		return true, nil
	}
	if !a.w.broken.Load() {
		a.reset()
	}
	return false, a.refuse(a.accepted, a.data, StageData)
}

// carry sends the content up to its end, with head before and tail behind it in
// the same flight.
// A refusal that came in the midst of it is applied; no reply is due then.
func (a *transaction) carry(head, tail []byte) (carried bool, err error) {
	err = a.w.transfer(a.ctx, &a.parcel, head, tail)
	if early := earlyRefusal(err); early.Code != 0 {
		return false, a.refuse(a.accepted, early, StageBody)
	}
	if err != nil {
		a.unanswered(a.accepted)
	}
	return err == nil, err
}

// collect reads the replies to the content and gives each accepted recipient
// its own. After a refused chunk the state of the transaction is anybody's guess.
func (a *transaction) collect() error {
	replies := 1
	if a.c.opts.Protocol == LMTP {
		replies = len(a.accepted)
	}
	finals, err := a.w.readFinals(a.one[:0], replies)
	settled := a.settle(a.accepted, finals)
	if err != nil {
		return err
	}
	if a.chunked && !a.w.broken.Load() && slices.ContainsFunc(finals, func(r Reply) bool { return !r.Positive() }) {
		a.reset() // RFC 3030 §2
	}
	return settled
}
