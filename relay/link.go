package relay

import (
	"context"
	"errors"

	"moonpost/smtp"
)

// ready tells whether the connection can take another message.
func (w *worker) ready() bool { return w.client != nil && w.client.Alive() }

// send makes one attempt and keeps the connection only if it is beyond doubt.
func (w *worker) send(ctx context.Context, j *job) (*smtp.Result, error) {
	var result *smtp.Result
	var outcome error
	err := w.stream.Submit(ctx, j.Message, j.Options, func(r *smtp.Result, e error) { result, outcome = r, e })
	if err == nil {
		_ = w.stream.Flush()
		err = outcome
	}
	w.count(j)
	if !w.client.Alive() || err != nil && inDoubt(err) {
		w.drop()
	}
	return result, err
}

// count keeps account of what the connection carried.
func (w *worker) count(j *job) {
	w.sent++
	for _, p := range j.gates {
		if limit := p.gate.limits.MessagesPerConnection; limit > 0 {
			if w.carried == nil {
				w.carried = map[*gate]int{}
			}
			w.carried[p.gate]++
			w.worn = w.worn || w.carried[p.gate] >= limit
		}
	}
}

// wornOut tells whether the connection has carried as many messages as it may, or
// is too old.
func (w *worker) wornOut() bool {
	o := &w.relay.o
	return w.worn || w.client != nil && w.client.Spent() || o.MessagesPerConnection > 0 && w.sent >= o.MessagesPerConnection ||
		o.Lifetime > 0 && w.client != nil && o.Mono().Sub(w.since) >= o.Lifetime
}

// inDoubt tells whether a failure leaves the connection unfit for the next
// message.
func inDoubt(err error) bool {
	var e smtp.Error
	if errors.As(err, &e) && e.Delivered() == smtp.Unknown {
		return true
	}
	return smtp.ScopeOf(err) >= smtp.ScopeSession
}

// stale tells whether a connection from the pool failed at its first command, so
// that the message can't have gone anywhere.
func stale(result *smtp.Result, err error) bool {
	if err == nil {
		return false
	}
	var e smtp.Error
	if result != nil || !errors.As(err, &e) || e.Delivered() != smtp.No {
		return false
	}
	if e.Stage() != smtp.StageMail && e.Stage() != smtp.StageNone {
		return false
	}
	var lost *smtp.DisconnectedError
	var reply *smtp.ResponseError
	return errors.As(err, &lost) || errors.As(err, &reply) && reply.Reply.Code == 421 // RFC 5321 §3.8
}

// connect opens a connection, unless that failed a moment ago. Where others have
// connections the job is left to them: a server that allows fewer than we want
// is no reason to fail.
func (w *worker) connect(ctx context.Context, j *job) error {
	w.drop()
	err := w.site.shunned()
	j.untried = err != nil
	if err == nil {
		var client *smtp.Client
		var to host
		takeBack := w.lend()
		client, to, err = w.site.dial(ctx, nil)
		if takeBack(); err == nil {
			return w.begin(client, to)
		}
	}
	if ctx.Err() == nil && w.site.putBack(j) {
		return errPutBack
	}
	return err
}

// begin takes over a new connection.
func (w *worker) begin(client *smtp.Client, to host) (err error) {
	w.client, w.host, w.since = client, &to, w.relay.o.Mono()
	w.sent, w.carried, w.worn = 0, nil, false
	w.stream, err = client.Stream(smtp.StreamOptions{InFlight: w.relay.o.InFlight})
	return err
}

// hangUp ends the session with QUIT, drop without.
func (w *worker) hangUp() {
	if w.ready() {
		w.stream.Close()
		_, _ = w.client.Quit(w.relay.stop)
	}
	w.drop()
}

func (w *worker) drop() {
	if w.client == nil {
		return
	}
	_ = w.client.Close()
	if w.stream != nil {
		w.stream.Close()
	}
	w.client, w.stream = nil, nil
	w.relay.mu.Lock()
	defer w.relay.mu.Unlock()
	w.site.open--
}
