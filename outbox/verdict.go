package outbox

import (
	"errors"
	"slices"
	"time"

	"moonpost/smtp"
)

// judge knows what is to be done about outcomes.
type judge struct {
	retry  Retry
	policy Policy             // for those in doubt
	slow   func(r Reply) bool // whether the reply only asks for patience, as 421 and 454 do; nil: no
	now    time.Time
}

// attempt says what became of an item. suppressed are recipients that were left
// out of it.
func (j judge) attempt(it *Item, a *attempted, suppressed []RecipientOutcome) Attempt {
	outcomes := j.recipients(a)
	if j.policy == Skip {
		move(outcomes, InDoubt, Sent)
	}
	out := Attempt{ID: it.ID, Relay: a.relay, At: j.now, Counts: true, State: wholeState(outcomes)}
	out.Reply = replyIn(outcomes, out.State, a.reply())
	if out.State == Deferred || out.State == InDoubt && j.policy == Resend {
		j.again(it, a, &out, outcomes)
	}
	if len(suppressed) > 0 || !uniform(outcomes) {
		out.Outcomes = append(outcomes, suppressed...)
	}
	return out
}

// recipients judges them one by one.
func (j judge) recipients(a *attempted) []RecipientOutcome {
	whole := RecipientOutcome{State: stateOfWhole(a), Reply: a.reply()}
	list := make([]RecipientOutcome, len(a.to))
	for i, address := range a.to {
		list[i] = whole
		list[i].Address = address
	}
	for i, one := range a.refused() {
		at := i
		if at >= len(list) || list[at].Address != one.Address {
			at = slices.IndexFunc(list, func(o RecipientOutcome) bool { return o.Address == one.Address })
		}
		if at >= 0 {
			list[at].State, list[at].Reply = stateOf(one, whole.State), replyOf(one, whole.Reply)
			if one.Accepted() && a.result.Reply.Positive() && one.Stage != smtp.StageFinal {
				list[at].Reply = ownWords(a.result.Reply, a.result.QueueID)
			}
		}
	}
	return list
}

// stateOfWhole is the state of those of whom nothing else is said.
func stateOfWhole(a *attempted) State {
	var e smtp.Error
	switch {
	case a.err == nil:
		return Sent
	case errors.As(a.err, &e) && e.Delivered() == smtp.Unknown:
		return InDoubt
	case a.temporary():
		return Deferred
	}
	return Failed
}

func stateOf(r smtp.RecipientResult, whole State) State {
	var e smtp.Error
	switch {
	case r.Accepted():
		return Sent
	case r.Reply.Temporary():
		return Deferred
	case r.Reply.Permanent():
		return Failed
	case errors.As(r.Err, &e) && e.Delivered() == smtp.Unknown:
		return InDoubt
	case whole == Sent: // no answer, and no reason for it
		return Deferred
	}
	return whole
}

// wholeState is the item's: what is open counts before what is settled.
func wholeState(outcomes []RecipientOutcome) State {
	for _, s := range []State{InDoubt, Deferred, Sent} {
		if slices.ContainsFunc(outcomes, func(o RecipientOutcome) bool { return o.State == s }) {
			return s
		}
	}
	return Failed
}

// replyIn is that of the first recipient in a state.
func replyIn(outcomes []RecipientOutcome, s State, otherwise Reply) Reply {
	i := slices.IndexFunc(outcomes, func(o RecipientOutcome) bool { return o.State == s })
	if i < 0 {
		return otherwise
	}
	return outcomes[i].Reply
}

// again arranges another try for those who may still get the mail, or gives up.
func (j judge) again(it *Item, a *attempted, out *Attempt, outcomes []RecipientOutcome) {
	open := out.State
	if open == Deferred {
		out.Counts = !a.placeFailed() && !j.asksForPatience(outcomes)
	}
	n := it.Attempts
	switch {
	case out.Counts:
		n++
	case a.placeFailed():
		n = max(n, it.Tries+1) // the longer it is away, the longer it is left alone
	}
	due, ok := j.retry.due(it, n, out.Counts, j.now)
	switch {
	case !ok && open == Deferred:
		move(outcomes, Deferred, Failed)
		out.State = wholeState(outcomes)
		out.Reply = replyIn(outcomes, out.State, out.Reply)
		return
	case !ok:
		return // nobody knows, and nobody tries any more
	}
	move(outcomes, open, Deferred)
	out.State, out.Due = Deferred, due
	for _, o := range outcomes {
		if o.State == Deferred {
			out.Recipients = append(out.Recipients, o.Address)
		}
	}
}

// move takes those in one state to another.
func move(outcomes []RecipientOutcome, from, to State) {
	for i := range outcomes {
		if outcomes[i].State == from {
			outcomes[i].State = to
		}
	}
}

// asksForPatience tells whether all that is open is so because we were too fast.
func (j judge) asksForPatience(outcomes []RecipientOutcome) bool {
	for _, o := range outcomes {
		if o.State == Deferred && !j.slowsDown(o.Reply) {
			return false
		}
	}
	return true
}

func (j judge) slowsDown(r Reply) bool {
	return r.Code == 421 || r.Code == 454 || j.slow != nil && r.Code != 0 && j.slow(r)
}

// uniform tells whether all fared alike.
func uniform(outcomes []RecipientOutcome) bool {
	for _, o := range outcomes {
		if o.State != outcomes[0].State || o.Reply != outcomes[0].Reply {
			return false
		}
	}
	return true
}

// triesNext tells whether another relay may get the message at once. failover is
// asked about refusals for good.
func triesNext(a *attempted, failover func(Reply) bool) bool {
	if a.err == nil || a.result != nil || a.delivered() != smtp.No || a.cancelled() {
		return false
	}
	if a.temporary() {
		return true
	}
	reply := a.reply()
	return failover != nil && reply.Code/100 == 5 && failover(reply)
}
