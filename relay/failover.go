package relay

import (
	"context"
	"errors"
	"slices"

	"moonpost/smtp"
)

// failOver sends the message to one server after the other, while the outcome
// allows it and there are any. The outcome is the last server's. The connection
// may be to another server already, for a message before this one.
func (w *worker) failOver(ctx context.Context, l *landed) {
	tried := []host{*l.host}
	for w.mayTry(len(tried)) && w.relay.wantsAnother(l.result, l.err) && ctx.Err() == nil {
		if isHosts(l.err) {
			w.site.remember(ctx, tried[len(tried)-1], l.err, true)
		}
		if !w.ready() || among(tried, *w.host) {
			w.hangUp()
			client, next, err := w.site.dial(ctx, tried)
			if err != nil || w.begin(client, next) != nil {
				return
			}
		}
		tried = append(tried, *w.host)
		l.result, l.err = w.send(ctx, l.job)
	}
}

func among(list []host, one host) bool {
	return slices.ContainsFunc(list, func(other host) bool { return other.address == one.address })
}

// mayTry tells whether another server may get the message after n did.
func (w *worker) mayTry(n int) bool {
	if w.relay.o.MX == nil {
		return n < len(w.site.hosts.list)
	}
	w.relay.mu.Lock()
	defer w.relay.mu.Unlock()
	return n < min(len(w.site.hosts.list), mxSessions)
}

// outranked tells whether the connection goes to a server that stood in for one
// that can be tried again.
func (w *worker) outranked() bool {
	if w.client == nil || w.host.rank == 0 {
		return false
	}
	w.relay.mu.Lock()
	defer w.relay.mu.Unlock()
	return w.site.hosts.better(*w.host, w.relay.o.Mono())
}

// wantsAnother tells whether another server may take what this one didn't: it
// said "later" to the whole message, or was lost before it could have it, or said
// what the options take for no more than its own opinion.
func (r *Relay) wantsAnother(result *smtp.Result, err error) bool {
	if err == nil {
		return false
	}
	var e smtp.Error
	if result != nil || !errors.As(err, &e) || e.Delivered() != smtp.No || !e.Temporary() && !r.failsOver(err) {
		return false
	}
	var over *smtp.CancelledError
	return !errors.As(err, &over)
}

// FailsOver tells whether a refusal for good may be otherwise elsewhere, as
// Options.FailoverOn says.
func (r *Relay) FailsOver(reply smtp.Reply) bool {
	return reply.Permanent() && r.o.FailoverOn != nil && r.o.FailoverOn(reply)
}

// failsOver asks about all the replies in an error.
func (r *Relay) failsOver(err error) bool {
	var all *smtp.RecipientsRefusedError
	if errors.As(err, &all) {
		return len(all.Refused) > 0 && !slices.ContainsFunc(all.Refused, func(one smtp.RecipientResult) bool {
			return !one.Reply.Temporary() && !r.FailsOver(one.Reply)
		})
	}
	var response *smtp.ResponseError
	return errors.As(err, &response) && r.FailsOver(response.Reply)
}

// isHosts tells whether such a failure is the server's rather than a recipient's.
func isHosts(err error) bool {
	var refused *smtp.RecipientsRefusedError
	return !errors.As(err, &refused)
}
