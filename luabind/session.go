package luabind

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// SessionName is what errors call the chunks of a session.
const SessionName = "repl"

// Session is a Lua state that takes one chunk after another, as a person types
// them. Globals, top-level locals and open connections live on from chunk to
// chunk. It is for one goroutine at a time.
type Session struct {
	Width int // columns that shown values may fill; 0: 80

	rt        *Runtime
	release   func() // gives the sandbox's folder back
	scope     *scope
	table     *bindingTable
	libraries map[*lua.LTable]string // Lua's own and moonpost's, by name
}

// ExitError says that a chunk called os.exit.
type ExitError struct{ Status int }

func (e *ExitError) Error() string { return fmt.Sprintf("os.exit(%d) was called", e.Status) }

// NewSession makes the state in which chunks run. The program gives `arg` and
// `script` their values and is not run; nil is none. Its errors are *UsageError.
// The context is the one of all that happens between two chunks.
func (h *Host) NewSession(ctx context.Context, p *Program) (*Session, error) {
	if p == nil {
		var err error
		if p, err = Compile(Script{Name: SessionName}); err != nil {
			return nil, err
		}
	}
	if err := p.checkArgs(h.HostFlags); err != nil {
		return nil, err
	}
	release, err := h.confine(&p.Script)
	if err != nil {
		return nil, err
	}
	scriptCtx, cancel := context.WithCancelCause(ctx)
	h.functions = functionNames{}
	rt := newRuntime(scriptCtx, h, p, cancel)
	rt.base = ctx
	s := &Session{rt: rt, release: release, scope: newScope(rt.state), table: newBindingTable(modules(rt))}
	s.nameLibraries()
	return s, nil
}

// Load runs a whole script in the session; its top-level locals stay visible,
// but those that it declares twice. The errors are those of Eval.
func (s *Session) Load(ctx context.Context, name string, source []byte, args ...string) error {
	s.rt.sources.replace(name, source)
	proto, err := compileSession(source, name, keepTwice)
	if err != nil {
		return err
	}
	values := make([]lua.LValue, len(args))
	for i, a := range args {
		values[i] = lua.LString(a)
	}
	_, err = s.call(ctx, proto, values, false)
	return err
}

// Eval runs one chunk and gives the values that it returned, ready to be
// shown; the last line's value is `_` afterwards. A chunk may be an expression,
// with or without "=" before it. When ctx ends, the chunk ends, and the session
// goes on. Errors are *SyntaxError, *ScriptError, *UsageError, *ExitError, or the
// context's cause.
func (s *Session) Eval(ctx context.Context, chunk string) (shown []string, err error) {
	chunk, wantsValue := expression(chunk)
	s.rt.sources.replace(SessionName, []byte(chunk))
	proto, err := compileSession([]byte("return "+chunk), SessionName, moveAll)
	if err != nil && !wantsValue {
		proto, err = compileSession([]byte(chunk), SessionName, moveAll)
	}
	if err != nil {
		return nil, err
	}
	return s.call(ctx, proto, nil, true)
}

// expression takes the "=" off a chunk that asks for a value.
func expression(chunk string) (rest string, wantsValue bool) {
	return strings.CutPrefix(strings.TrimLeft(chunk, " \t\n"), "=")
}

// Incomplete tells whether more lines could make a chunk of what doesn't
// compile yet.
func Incomplete(chunk string) bool {
	chunk, _ = expression(chunk)
	for _, form := range []string{"return " + chunk, chunk} {
		if parseChunk(form) == nil {
			return false
		}
	}
	return endsEarly(parseChunk("return "+chunk)) || endsEarly(parseChunk(chunk))
}

// call runs a chunk under ctx and shows what it returned.
func (s *Session) call(ctx context.Context, proto *lua.FunctionProto, args []lua.LValue, show bool) ([]string, error) {
	L := s.rt.state
	s.enter(ctx)
	f := L.NewFunctionFromProto(proto)
	f.Env = s.scope.env
	L.SetTop(0)
	L.Push(f)
	for _, a := range args {
		L.Push(a)
	}
	err := L.PCall(len(args), lua.MultRet, L.NewFunction(uncaught))
	var shown []string
	if err == nil && show {
		shown, err = s.show(stackValues(L))
	}
	L.SetTop(0)
	return shown, s.outcome(ctx, err)
}

// enter makes ctx the context of all that follows.
func (s *Session) enter(ctx context.Context) {
	rt := s.rt
	if rt.host.Final != nil {
		ctx = smtp.WithFinal(ctx, rt.host.Final)
	}
	scriptCtx, cancel := context.WithCancelCause(ctx)
	rt.base, rt.cancel = ctx, cancel
	rt.state.SetContext(scriptCtx)
	rt.protected.idle = nil // they have the context of an earlier chunk
}

// outcome says how a chunk ended.
func (s *Session) outcome(ctx context.Context, err error) error {
	rt := s.rt
	var raised *lua.ApiError
	switch {
	case rt.usage != nil:
		usage := rt.usage
		rt.usage = nil
		return usage
	case rt.exit != nil:
		return &ExitError{*rt.exit}
	case ctx.Err() != nil && err != nil:
		return context.Cause(ctx)
	case errors.As(err, &raised):
		return withoutOneFrame(rt.explained(rt.raisedError(err)))
	}
	return err
}

// withoutOneFrame drops a traceback that tells nothing but the typed line.
func withoutOneFrame(err error) error {
	var e *ScriptError
	if errors.As(err, &e) && strings.Count(e.Traceback, "\n") < 2 {
		e.Traceback = ""
	}
	return err
}

// show writes values as a person reads them, the last of them becomes `_`.
// Metamethods may run, so that it is a call like any other.
func (s *Session) show(values []lua.LValue) (shown []string, err error) {
	if len(values) == 0 {
		return nil, nil
	}
	L := s.rt.state
	s.scope.set("_", values[0])
	L.SetTop(0)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		for _, v := range values {
			shown = append(shown, newShower(s, L).text(v))
		}
		return 0
	}))
	err = L.PCall(0, 0, L.NewFunction(uncaught))
	return shown, err
}

// Close ends the session: connections are closed in good order, what was
// submitted is sent, as long as ctx lasts. It gives the number of submitted
// messages that failed unseen.
func (s *Session) Close(ctx context.Context) (failed int) {
	s.enter(ctx)
	failed = s.rt.close(ctx)
	s.rt.printNotices()
	s.rt.state.Close()
	s.release()
	return failed
}
