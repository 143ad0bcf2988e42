package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// errStateOver ends a further state.
var errStateOver = errors.New("the batch is over")

// furtherState is a Lua state that loads the script once more, to render beside the script's own. It ends at the call
// of batch.run at which the script waits, and makes messages there, on a goroutine of its own.
type furtherState struct {
	before []batchResult // what the calls before gave
	id     string
	asks   chan renderAsk
	loaded chan error // told once: nil when it has come to its batch.run
	over   <-chan struct{}
	cancel context.CancelCauseFunc
	told   bool
}

type renderAsk struct {
	it     *outbox.Item
	answer chan<- renderAnswer // has room for it
}

type renderAnswer struct {
	mail *outbox.Mail
	err  error
}

// furtherStates starts the states that render besides the script's own.
func (b *batch) furtherStates() (stop func(), err error) {
	ctx, cancel := context.WithCancelCause(b.rt.base)
	var started []*furtherState
	var ended []<-chan struct{}
	stop = func() {
		cancel(errStateOver)
		for _, end := range ended {
			<-end
		}
	}
	for range b.options.States - 1 {
		s, end := b.startState(ctx)
		started, ended = append(started, s), append(ended, end)
	}
	for _, s := range started {
		if err := <-s.loaded; err != nil {
			return stop, fmt.Errorf("batch.run: a further Lua state cannot load the script: %w", err)
		}
		b.job.Renderers = append(b.job.Renderers, s)
	}
	return stop, nil
}

// startState loads the script in a state of its own; end is closed when that is gone.
func (b *batch) startState(ctx context.Context) (*furtherState, <-chan struct{}) {
	host := b.rt.mutedHost()
	stateCtx, cancel := context.WithCancelCause(ctx)
	s := &furtherState{before: b.rt.batch.results[:len(b.rt.batch.results):len(b.rt.batch.results)], id: b.options.ID, asks: make(chan renderAsk), loaded: make(chan error, 1), over: stateCtx.Done(), cancel: cancel}
	end := make(chan struct{})
	go func() {
		defer close(end)
		defer cancel(errStateOver)
		rt := newRuntime(stateCtx, host, b.rt.program, cancel)
		rt.base, rt.batch.further = stateCtx, s
		defer rt.state.Close()
		err := rt.main()
		rt.close(stateCtx)
		switch {
		case s.told:
		case ctx.Err() != nil:
			s.loaded <- context.Cause(ctx)
		case err != nil:
			s.loaded <- plainError(err)
		default:
			s.loaded <- &argumentError{text: "it did not come to this batch.run", hint: "the lines before batch.run must do the same each time the script is loaded"}
		}
	}()
	return s, end
}

// mutedHost is the script's host without output, input and effects.
func (rt *Runtime) mutedHost() *Host {
	host := *rt.host
	host.Stdin, host.Stdout, host.Stderr, host.Logger = strings.NewReader(""), io.Discard, io.Discard, slog.New(slog.DiscardHandler)
	host.Outbound = Outbound{Dry: true}
	host.Trace, host.Progress, host.Watch, host.Summarise, host.Confirm, host.Preview = Trace{}, nil, nil, nil, nil, nil
	host.Effect = func(e Effect) error {
		if e.Kind == EffectNetwork || e.Kind == EffectDatabase {
			return nil
		}
		return &argumentError{
			text: fmt.Sprintf("%s %q would be done once more by each of the states", e.Call, e.Target),
			hint: "batch.run calls prepare once; what is done there, or after batch.run, is done in one state",
		}
	}
	host.Store = func(context.Context) (outbox.Store, error) {
		if rt.kept == nil {
			return nil, nil
		}
		return sharedStore{rt.kept}, nil
	}
	return &host
}

// sharedStore is a store that somebody else closes.
type sharedStore struct{ outbox.Store }

func (sharedStore) Close() error { return nil }

// serve is what the call of batch.run does at which a further state ends: it renders until the batch is over, and does
// not come back.
func (s *furtherState) serve(L *lua.LState, b *batch) {
	if b.options.ID != s.id {
		s.tell(&argumentError{text: fmt.Sprintf("it came to the batch %q instead of %q", b.options.ID, s.id), hint: "the lines before batch.run must do the same each time the script is loaded"})
	} else {
		s.tell(nil)
		s.renderAll(L, b)
	}
	s.cancel(errStateOver)
	raise(L, errStateOver)
}

func (s *furtherState) tell(err error) {
	s.told = true
	s.loaded <- err
}

func (s *furtherState) renderAll(L *lua.LState, b *batch) {
	for {
		select {
		case ask := <-s.asks:
			m, err := b.render(L, ask.it)
			ask.answer <- renderAnswer{m, err}
		case <-s.over:
			return
		}
	}
}

// Render implements outbox.Renderer.
func (s *furtherState) Render(ctx context.Context, it *outbox.Item) (*outbox.Mail, error) {
	answer := make(chan renderAnswer, 1)
	select {
	case s.asks <- renderAsk{it, answer}:
	case <-s.over:
		return nil, errStateOver
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	select {
	case a := <-answer:
		return a.mail, a.err
	case <-s.over:
		return nil, errStateOver
	}
}
