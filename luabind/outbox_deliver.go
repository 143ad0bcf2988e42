package luabind

import (
	"context"
	"reflect"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// deliveryOptions say how mail of the queue is delivered; they mean what they do in batch.run.
type deliveryOptions struct {
	Retry       *retryOptions  `lua:"retry" doc:"schedule of further tries"`
	InDoubt     lua.LValue     `lua:"in_doubt" type:"\"hold\"|\"resend\"|\"skip\"|function" doc:"what becomes of mails of which nobody knows whether a server took them: who has taken a mail for delivery may not lose it, so it is sent again with the same Message-ID; hold leaves it to a person" default:"resend"`
	Suppression []string       `lua:"suppression" one:"true" doc:"scopes of the suppression list, besides \"*\""`
	SuppressOn  string         `lua:"suppress_on" doc:"a Lua pattern: a recipient whose refusal (\"5.1.1 no such user\", \"550 …\") it matches is suppressed from then on"`
	FailoverOn  string         `lua:"failover_on" doc:"a Lua pattern: a refusal for good that it matches is tried with the next relay too"`
	OnSent      *lua.LFunction `lua:"on_sent" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"called after a mail was sent and that is on disk, at least once"`
	OnFailed    *lua.LFunction `lua:"on_failed" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"the same for one that failed for good"`
	OnDeferred  *lua.LFunction `lua:"on_deferred" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"the same for one that is tried again later"`
}

// Worker makes a run a worker: once the script's top level is over it delivers the queue.
type Worker struct {
	Once bool // ends when nothing is due
}

// delivering is a duty that a script has described.
type delivering struct {
	*batch // of which the options and what is read of them are used
}

// delivering reads the options.
func (rt *Runtime) delivering(call string, o *deliveryOptions) (*delivering, error) {
	b := &batch{rt: rt, options: batchOptions{
		Retry: o.Retry, InDoubt: o.InDoubt, SuppressOn: o.SuppressOn, FailoverOn: o.FailoverOn, Suppression: o.Suppression,
		OnSent: o.OnSent, OnFailed: o.OnFailed, OnDeferred: o.OnDeferred,
	}}
	if err := b.doubtful(call); err != nil {
		return nil, err
	}
	return &delivering{b}, b.patterns(call)
}

// duty is what the outbox is told. t is there for the script's functions.
func (d *delivering) duty(t *thread, store outbox.Store) outbox.Duty {
	host, o := d.rt.host, &d.options
	duty := outbox.Duty{
		Relays: &threadRelays{thread: t}, Ways: d.rt.resolveWays,
		Retry: o.Retry.engine(), Doubt: d.doubt(t), Scopes: o.Suppression, SuppressOn: d.job.SuppressOn, Failover: d.job.Failover,
		OnDeferred: d.rt.onDeferred(t), Flags: outbox.Flags{Doubt: host.Batch.Doubt, RetryFailed: host.Batch.RetryFailed},
		Tell: outbox.Callbacks{Sent: d.teller(t, o.OnSent), Failed: d.teller(t, o.OnFailed), Deferred: d.teller(t, o.OnDeferred)},
		Env: outbox.Env{
			Store: store, Wall: host.Wall, Mono: host.Mono, Sleep: host.Sleep, Log: host.Logger, Final: host.Final,
		},
	}
	if duty.Env.Sleep == nil {
		duty.Env.Sleep = wait
	}
	return duty
}

// work delivers while the script waits; change makes the duty what is wanted.
func (d *delivering) work(L *lua.LState, change func(duty *outbox.Duty)) (summary outbox.Summary, err error) {
	rt := d.rt
	store, err := rt.store(rt.base)
	if err != nil {
		return summary, err
	}
	ctx, end := context.WithCancelCause(rt.base)
	defer end(nil)
	rt.while(L, func(t *thread) {
		t.end = end
		duty := d.duty(t, store)
		change(&duty)
		summary, err = outbox.Work(ctx, duty)
	})
	return summary, err
}

// outboxWorker is `outbox.worker`.
func (rt *Runtime) outboxWorker(L *lua.LState) int {
	const call = "outbox.worker"
	var o deliveryOptions
	argTable(L, call, 1, "options")
	checkOptions(L, call, 1, &o)
	if rt.worker != nil {
		raise(L, &argumentError{text: call + ": the script has said already how it works", hint: "put all options into one call"})
	}
	d, err := rt.delivering(call, &o)
	if err != nil {
		raise(L, err)
	}
	rt.worker = d
	return 0
}

// serveQueue is what a worker does after the script's top level.
func (rt *Runtime) serveQueue(L *lua.LState) int {
	d := rt.worker
	if d == nil {
		d = &delivering{&batch{rt: rt}}
	}
	if len(rt.relayNames()) == 0 {
		raise(L, &argumentError{text: "the script has no relay: it can't deliver anything", hint: "smtp.relay{ name = \"tx\", url = … } takes what was put with via = \"tx\""})
	}
	summary, err := d.work(L, func(duty *outbox.Duty) { duty.Once = rt.host.Worker.Once })
	rt.queueDone(&summary)
	if err != nil {
		raise(L, err)
	}
	return 0
}

// queueDone adds what was done for the queue to what the run tells at its end.
func (rt *Runtime) queueDone(s *outbox.Summary) {
	if rt.delivered == nil {
		rt.delivered = &outbox.Summary{Batch: outbox.Queue}
	}
	sum := rt.delivered
	sum.Sent, sum.Failed, sum.Deferred, sum.InDoubt, sum.Suppressed = sum.Sent+s.Sent, sum.Failed+s.Failed, sum.Deferred+s.Deferred, sum.InDoubt+s.InDoubt, sum.Suppressed+s.Suppressed
	sum.Refused += s.Refused
	sum.Left, sum.Elapsed, sum.Errors = sum.Left+s.Left, sum.Elapsed+s.Elapsed, append(sum.Errors, s.Errors...)
}

// tellQueue puts what was done for the queue behind what the batches did.
func (rt *Runtime) tellQueue() {
	if rt.delivered == nil {
		return
	}
	rt.batch.summaries = append(rt.batch.summaries, *rt.delivered)
	if rt.host.Summarise != nil {
		rt.host.Summarise(*rt.delivered)
	}
}

// deliveryTypes are the types of the options.
func deliveryTypes() []string {
	return []string{optionsClass("outbox.WorkerOptions", reflect.TypeFor[deliveryOptions]()), optionsClass("outbox.SendOptions", reflect.TypeFor[outboxSendOptions]())}
}
