package luabind

import (
	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

func (rt *Runtime) batchRetry(L *lua.LState) int {
	const call = "batch.retry"
	keys, err := stringList(call, "keys", L.Get(2))
	if err != nil {
		raise(L, err)
	}
	return rt.batchChange(L, argString(L, call, 1, "id"), outbox.Change{Keys: keys, From: []outbox.State{outbox.Failed}, To: outbox.Ready, Fresh: true})
}

func (rt *Runtime) batchSettle(L *lua.LState) int {
	const call = "batch.settle"
	var o settleOptions
	if err := bindOptions(call, argTable(L, call, 2, "options"), &o); err != nil {
		raise(L, err)
	}
	to := map[string]outbox.State{"sent": outbox.Sent, "resend": outbox.Ready, "failed": outbox.Failed}[o.As]
	return rt.batchChange(L, argString(L, call, 1, "id"), outbox.Change{Keys: o.Keys, From: []outbox.State{outbox.InDoubt}, To: to})
}

// batchChange changes mails and pushes their number. A rehearsal only counts them.
func (rt *Runtime) batchChange(L *lua.LState, id string, c outbox.Change) int {
	store := rt.batchStore(L, id)
	var n int64
	var err error
	switch {
	case store == nil:
	case rt.rehearses():
		var counts outbox.Counts
		if counts, err = store.Counts(rt.base, id, 0); err == nil {
			n = counts.Of(c.From...)
		}
		if c.Keys != nil && err == nil {
			var items []outbox.Item
			items, err = store.Items(rt.base, outbox.Filter{Batch: id, States: c.From, Keys: c.Keys, N: len(c.Keys)})
			n = int64(len(items))
		}
	default:
		c.Batch, c.Now = id, rt.host.Wall()
		n, err = store.Change(rt.base, c)
	}
	return pushCount(L, n, err)
}

func (rt *Runtime) batchCancel(L *lua.LState) int {
	id := argString(L, "batch.cancel", 1, "id")
	store := rt.batchStore(L, id)
	var n int64
	var err error
	switch {
	case store == nil:
	case rt.rehearses():
		var counts outbox.Counts
		counts, err = store.Counts(rt.base, id, 0)
		n = counts.Of(outbox.Pending, outbox.Ready, outbox.Deferred)
	default:
		n, err = store.CancelBatch(rt.base, id)
	}
	return pushCount(L, n, err)
}

func (rt *Runtime) batchForget(L *lua.LState) int {
	id := argString(L, "batch.forget", 1, "id")
	if store := rt.batchStore(L, id); store != nil && !rt.rehearses() {
		if err := store.ForgetBatch(rt.base, id); err != nil {
			raise(L, err)
		}
	}
	return 0
}

// pushCount gives how many items were changed.
func pushCount(L *lua.LState, n int64, err error) int {
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(n))
	return 1
}
