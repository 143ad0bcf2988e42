package luabind

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// run runs the batch, or rehearses it, while the script waits.
func (b *batch) run(L *lua.LState) (summary outbox.Summary, err error) {
	rt := b.rt
	run, rehearses := outbox.Run, rt.rehearses()
	if rehearses {
		run = outbox.Rehearse
		b.job.Env.Store, err = rt.storeToRead(rt.base)
	} else {
		b.job.Env.Store, err = rt.store(rt.base)
	}
	if err != nil {
		return summary, err
	}
	ctx, end := context.WithCancelCause(rt.base)
	defer end(nil)
	rt.while(L, func(t *thread) {
		t.end = end
		stop, failed := b.complete(t)
		defer stop()
		if rehearses {
			b.rehearse()
		}
		if err = failed; err == nil {
			summary, err = run(ctx, b.job)
		}
	})
	rt.host.check.batchChecked(L, &summary)
	return summary, err
}

// rehearses tells whether nothing is to be sent, or nothing for real.
func (rt *Runtime) rehearses() bool {
	return rt.host.Outbound.Dry || rt.host.Outbound.Redirect != ""
}

// complete gives the job what works by the script's functions. stop ends further states.
func (b *batch) complete(t *thread) (stop func(), err error) {
	job, host := &b.job, b.rt.host
	job.Fingerprint = b.rt.fingerprint(b.text)
	job.Source = newBatchSource(b, t)
	job.Relays = &threadRelays{thread: t, dry: host.Outbound.Dry}
	job.Doubt = b.doubt(t)
	job.Tell = outbox.Callbacks{Sent: b.teller(t, b.options.OnSent), Failed: b.teller(t, b.options.OnFailed), Deferred: b.teller(t, b.options.OnDeferred)}
	job.OnDeferred = b.rt.onDeferred(t)
	if f := b.options.Prepare; f != nil {
		job.Prepare = func(context.Context) error {
			return t.invoke(f, func(*lua.LState) []lua.LValue { return nil }, func(lua.LValue) error { return nil })
		}
	}
	job.Flags = host.Batch
	env := &job.Env
	env.Wall, env.Mono, env.Log, env.Final, env.Watch = host.Wall, host.Mono, host.Logger, host.Final, host.Watch
	if env.Sleep = host.Sleep; env.Sleep == nil {
		env.Sleep = wait
	}
	if host.Confirm != nil {
		env.Confirm = func(p *outbox.Plan) (bool, error) {
			p.Through = b.ways
			return host.Confirm(p)
		}
	}
	return b.renderers(t)
}

// wait is the real wait.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// fingerprint is what the batch was begun with: the script with its modules, and its templates.
func (rt *Runtime) fingerprint(text *luaTemplate) outbox.Fingerprint {
	script := sha256.New()
	script.Write(rt.program.Script.Source)
	for _, m := range rt.batch.modules {
		script.Write(m[:])
	}
	f := outbox.Fingerprint{Script: hex.EncodeToString(script.Sum(nil))}
	if text != nil || rt.batch.templates != ([32]byte{}) {
		f.Template = hex.EncodeToString(rt.batch.templates[:])
	}
	return f
}

// noteModule adds a module to what the script is known by.
func (rt *Runtime) noteModule(source []byte) {
	if rt.batch.running == "" { // what is loaded later belongs to no beginning
		rt.batch.modules = append(rt.batch.modules, sha256.Sum256(source))
	}
}

// noteTemplate adds a template to what batches are known by.
func (rt *Runtime) noteTemplate(text string) {
	if rt.batch.running == "" {
		rt.batch.templates = sha256.Sum256(append(rt.batch.templates[:], text...))
	}
}

// doubt settles mails in doubt.
func (b *batch) doubt(t *thread) outbox.Doubt {
	d := outbox.Doubt{Policy: b.policy}
	f, ok := b.options.InDoubt.(*lua.LFunction)
	if !ok {
		return d
	}
	d.Decide = func(it *outbox.Item) (p outbox.Policy, err error) {
		err = t.invoke(f, func(L *lua.LState) []lua.LValue { return []lua.LValue{b.rt.itemTable(L, it)} }, func(v lua.LValue) error {
			name, ok := v.(lua.LString)
			if v != lua.LNil && !ok {
				return &argumentError{text: "batch.run: the function of in_doubt must return \"hold\", \"resend\" or \"skip\", got " + optShown(v)}
			}
			p, err = policyOf("batch.run", "in_doubt", string(name))
			return err
		})
		if p == "" {
			p = outbox.Hold
		}
		return p, err
	}
	return d
}

// teller calls a callback of the script.
func (b *batch) teller(t *thread, f *lua.LFunction) func(e *outbox.Event) error {
	if f == nil {
		return nil
	}
	return func(e *outbox.Event) error {
		return t.invoke(f, func(L *lua.LState) []lua.LValue {
			item := e.Item
			item.State, item.Relay = e.State, e.Relay
			return []lua.LValue{b.rt.itemTable(L, &item), lastWords(L, e.Reply)}
		}, func(lua.LValue) error { return nil })
	}
}
