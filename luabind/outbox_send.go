package luabind

import (
	"encoding/hex"
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// outboxSendOptions are the options of outbox.send.
type outboxSendOptions struct {
	letterOptions   `lua:",embed"`
	Wait            time.Duration `lua:"wait" doc:"how long the call waits for tries that are due later" default:"0"`
	deliveryOptions `lua:",embed"`
}

// outboxSend puts a message and delivers it.
func (rt *Runtime) outboxSend(L *lua.LState) int {
	const call = "outbox.send"
	part := rt.checkPart(L, 1, call)
	var o outboxSendOptions
	rt.letterTable(L, call, 2, &o)
	d, err := rt.delivering(call, &o.deliveryOptions)
	if err != nil {
		raise(L, err)
	}
	l, err := rt.letter(L, call, part, &o.letterOptions)
	if err == nil {
		err = rt.checkWays(l.Relays)
	}
	if err != nil {
		raise(L, err)
	}
	if rt.rehearsing() {
		L.Push(rt.rehearseSend(L, call, l))
		return 1
	}
	if l.Key == "" {
		l.Key = hex.EncodeToString(rt.randomOctets(L, 16))
	}
	t, err := rt.putAndSend(L, call, d, l, &o)
	if err != nil {
		raise(L, err)
	}
	L.Push(t)
	return 1
}

// putAndSend puts the letter and delivers what has its key. One that was put before and never got away is sent now.
func (rt *Runtime) putAndSend(L *lua.LState, call string, d *delivering, l *outbox.Letter, o *outboxSendOptions) (*lua.LTable, error) {
	_, state, err := rt.put(L, call, l, o.Strict)
	if err != nil {
		return nil, err
	}
	items, err := rt.queuedItems(l.Key)
	if err != nil {
		return nil, err
	}
	if state == "duplicate" && !rt.mayLeave(items) {
		t := rt.queuedTable(L, items)
		t.RawSetString("state", lua.LString(state))
		return t, nil
	}
	summary, err := d.work(L, func(duty *outbox.Duty) {
		duty.Once, duty.Wait, duty.Keys = true, o.Wait, []string{l.Key}
	})
	rt.queueDone(&summary)
	if err != nil {
		return nil, err
	}
	if items, err = rt.queuedItems(l.Key); err != nil {
		return nil, err
	}
	return rt.queuedTable(L, items), nil
}

// mayLeave tells whether there is anything that this run could send.
func (rt *Runtime) mayLeave(items []outbox.Item) bool {
	for i := range items {
		s := items[i].State
		if s.Open() || s == outbox.Claimed || s == outbox.Intent || s == outbox.InDoubt || s == outbox.Failed && rt.host.Batch.RetryFailed {
			return true
		}
	}
	return false
}

// rehearseSend sends in a dry run, or as a test mail, and keeps nothing.
func (rt *Runtime) rehearseSend(L *lua.LState, call string, l *outbox.Letter) *lua.LTable {
	if _, err := l.Mail(rt.host.Wall()); err != nil {
		raise(L, letterFault(call, err))
	}
	way, err := rt.dryRelay(rt.resolveWays(l.Relays)[0])
	if err != nil {
		raise(L, err)
	}
	rt.host.check.at(L)
	t := L.NewTable()
	rt.inRelay(L, func() {
		r, failed := way.Send(rt.base, l.Message, nil)
		if err = failed; err == nil {
			t.RawSetString("code", lua.LNumber(r.Reply.Code))
			t.RawSetString("text", lua.LString(r.Reply.Text()))
		}
	})
	if err != nil {
		raise(L, err)
	}
	t.RawSetString("key", optionalString(l.Key))
	t.RawSetString("state", lua.LString(outbox.Sent))
	t.RawSetString("dry", lua.LBool(rt.host.Outbound.Dry))
	return t
}
