package luabind

import (
	"context"

	lua "github.com/yuin/gopher-lua"
)

// tokenDesk is where the background connections of relays ask for tokens. A
// script's functions run on the script's own thread alone, while it is inside a
// call of a relay: there the questions are answered.
type tokenDesk struct {
	asks   chan tokenAsk
	asking bool // a token function is running
}

type tokenAsk struct {
	function *lua.LFunction
	answer   chan<- tokenAnswer // has room for it
}

type tokenAnswer struct {
	token string
	err   error
}

// relayTokenFunc asks the script's thread and waits for its answer.
func (rt *Runtime) relayTokenFunc(f *lua.LFunction) func(context.Context) (string, error) {
	if f == nil {
		return nil
	}
	if rt.desk == nil {
		rt.desk = &tokenDesk{asks: make(chan tokenAsk)}
	}
	asks := rt.desk.asks
	return func(ctx context.Context) (string, error) {
		answer := make(chan tokenAnswer, 1)
		select {
		case asks <- tokenAsk{f, answer}:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
		select {
		case a := <-answer:
			return a.token, a.err
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// inRelay makes a relay's call that may wait, and answers questions for tokens
// meanwhile.
func (rt *Runtime) inRelay(L *lua.LState, call func()) {
	if rt.desk == nil {
		call()
		return
	}
	if rt.desk.asking { // the answer could wait for itself
		raise(L, &argumentError{text: "a relay's token function must not use a relay"})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		call()
	}()
	for {
		select {
		case ask := <-rt.desk.asks:
			rt.answerToken(L, ask)
		case <-done:
			rt.answerTokens(L)
			return
		}
	}
}

// answerTokens answers what is asked at this moment.
func (rt *Runtime) answerTokens(L *lua.LState) {
	if rt.desk == nil || rt.desk.asking {
		return
	}
	for {
		select {
		case ask := <-rt.desk.asks:
			rt.answerToken(L, ask)
		default:
			return
		}
	}
}

func (rt *Runtime) answerToken(L *lua.LState, ask tokenAsk) {
	rt.desk.asking = true
	defer func() { rt.desk.asking = false }()
	token, err := rt.askToken(L, ask.function)
	ask.answer <- tokenAnswer{token, err}
}

// reviveTokens lets token functions run after os.exit: what was submitted before
// is still to be sent.
func (rt *Runtime) reviveTokens(ctx context.Context) {
	if rt.desk != nil && rt.exit != nil {
		rt.state.SetContext(ctx)
		rt.protected.idle = nil
	}
}
