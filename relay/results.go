package relay

import (
	"context"

	"moonpost/smtp"
)

// fullResults is for how many recipients outcomes are kept as they are. Of what
// nobody has read beyond that, messages that everybody was accepted for keep tag and
// code only: a caller that submits a million messages and never looks has no use for
// more.
const fullResults = 1_000

// kept is an outcome that waits to be read.
type kept struct {
	tag    any
	err    error
	result *smtp.Result // nil: all were accepted, by a reply with this code
	code   int
	more   int // so many more of the same, without tags
}

// keep stores an outcome. r is locked.
func (r *Relay) keep(out Outcome) {
	k := kept{tag: out.Tag, err: out.Err, result: out.Result}
	if r.full(&k) && out.Err == nil && out.Result != nil && len(out.Result.Refused()) == 0 {
		k.result, k.code = nil, out.Result.Reply.Code
		if last := r.lastKept(); k.tag == nil && last.tag == nil && last.result == nil && last.err == nil && last.code == k.code {
			last.more++
			return
		}
	}
	r.results = append(r.results, k)
}

// full counts the recipients of an outcome and tells whether there are enough.
func (r *Relay) full(k *kept) bool {
	if len(r.results) == 0 {
		r.unreadRecipients = 0
	}
	if k.result == nil {
		return false
	}
	before := r.unreadRecipients
	r.unreadRecipients += len(k.result.Recipients)
	return before > 0 && r.unreadRecipients > fullResults
}

// lastKept returns the latest outcome, or an empty one.
func (r *Relay) lastKept() *kept {
	if len(r.results) == 0 {
		return &kept{}
	}
	return &r.results[len(r.results)-1]
}

// take returns the oldest outcome. r is locked.
func (r *Relay) take() (Outcome, bool) {
	if len(r.results) == 0 {
		return Outcome{}, false
	}
	k := r.results[0]
	if k.more > 0 {
		r.results[0].more--
	} else if r.results[0], r.results = (kept{}), r.results[1:]; len(r.results) == 0 {
		r.results = nil
	}
	if k.result == nil && k.code != 0 {
		k.result = &smtp.Result{Reply: smtp.Reply{Code: k.code}}
	}
	return Outcome{Tag: k.tag, Result: k.result, Err: k.err}, true
}

// Next returns the next outcome of Submit, in the order of completion. It waits
// while there is none and something is still undone; false means that all
// outcomes were read, or that ctx ended before there was another. Where those
// for a thousand recipients wait to be read, the later ones of messages that everybody was
// accepted for have the code of the final reply and no other detail.
func (r *Relay) Next(ctx context.Context) (Outcome, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.results) == 0 && r.unread > 0 {
		stop := context.AfterFunc(ctx, r.wake)
		defer stop()
		for len(r.results) == 0 && r.unread > 0 && ctx.Err() == nil {
			r.changed.Wait()
		}
	}
	return r.take()
}

// Poll returns an outcome as Next does if there is one, without waiting.
func (r *Relay) Poll() (Outcome, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take()
}

func (r *Relay) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed.Broadcast()
}
