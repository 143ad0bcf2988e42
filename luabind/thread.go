package luabind

import (
	"context"
	"errors"
	"sync"

	"moonpost/relay"

	lua "github.com/yuin/gopher-lua"
)

// thread lets the outbox call functions of the script, which run on the script's own thread alone, while that waits in
// a call of the outbox.
type thread struct {
	rt    *Runtime
	L     *lua.LState // what runs the call that waits
	calls chan scriptCall
	over  chan struct{}           // closed when the work has ended
	gone  chan struct{}           // closed when nobody listens any more
	end   context.CancelCauseFunc // ends the work when the script calls os.exit; nil: nothing does
}

type scriptCall struct {
	f    func()
	done chan<- struct{} // has room for it
}

// errThreadOver is returned for what is asked of the script after its call has come back.
var errThreadOver = errors.New("the script has gone on")

// while does work on a goroutine of its own. Until it has ended, the script's thread runs what thread.do brings, and
// answers relays' questions for tokens. It raises where a token function itself waits for relays.
func (rt *Runtime) while(L *lua.LState, work func(t *thread)) {
	if rt.desk != nil && rt.desk.asking {
		raise(L, &argumentError{text: "a relay's token function must not use a relay"})
	}
	t := &thread{rt: rt, L: L, calls: make(chan scriptCall), over: make(chan struct{}), gone: make(chan struct{})}
	go func() {
		defer close(t.over)
		work(t)
	}()
	defer func() { // whatever unwinds the script waits for the work
		close(t.gone)
		<-t.over
	}()
	for {
		select {
		case c := <-t.calls:
			c.run()
			if rt.exit != nil && t.end != nil {
				t.end(errExit)
			}
		case ask := <-rt.tokenAsks():
			rt.answerToken(L, ask)
		case <-t.over:
			rt.answerTokens(L)
			return
		}
	}
}

// tokenAsks is where relays ask for tokens; nil while none has a token function.
func (rt *Runtime) tokenAsks() <-chan tokenAsk {
	if rt.desk == nil {
		return nil
	}
	return rt.desk.asks
}

// do runs f on the script's thread and waits for it. It must not be called from there.
func (t *thread) do(f func()) error {
	done := make(chan struct{}, 1)
	select {
	case t.calls <- scriptCall{f, done}:
		<-done
		return nil
	case <-t.gone:
		return errThreadOver
	}
}

// run answers a call even where the function unwinds the script.
func (c scriptCall) run() {
	defer func() { c.done <- struct{}{} }()
	c.f()
}

// invoke calls a function of the script, wherever the caller is. make gives its arguments and take gets its first
// result, both on the script's thread.
func (t *thread) invoke(f *lua.LFunction, arguments func(L *lua.LState) []lua.LValue, take func(v lua.LValue) error) (err error) {
	gone := t.do(func() {
		v, failed := t.rt.invoke(t.L, f, arguments(t.L)...)
		if err = failed; err == nil {
			err = take(v)
		}
	})
	return errors.Join(gone, err)
}

// threadRelays finds the script's relays for the outbox, on whatever goroutine that asks.
type threadRelays struct {
	thread *thread
	dry    bool // they don't wait for rates
	mu     sync.Mutex
	known  map[string]*relay.Relay
}

// Relay implements outbox.Relays.
func (r *threadRelays) Relay(name string) (found *relay.Relay, err error) {
	r.mu.Lock()
	found = r.known[name]
	r.mu.Unlock()
	if found != nil {
		return found, nil
	}
	find := r.thread.rt.relayNamed
	if r.dry {
		find = r.thread.rt.dryRelay
	}
	if gone := r.thread.do(func() { found, err = find(name) }); gone != nil || err != nil {
		return nil, errors.Join(gone, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]*relay.Relay{}
	}
	r.known[name] = found
	return found, nil
}
