package luabind

import (
	"context"
	"errors"
	"time"

	"moonpost/mime/sign"
	"moonpost/outbox"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// UsageError is a wrong call of a script: an unknown flag, a missing value.
// Nothing of the script that follows has run.
type UsageError struct{ Message, Help string }

func (e *UsageError) Error() string { return e.Message }

// Outcome is how a run ended when it did not end by an error.
type Outcome struct {
	Exit   *int // the argument of os.exit, when it was called
	Failed int  // submitted messages whose failure nobody looked at
	// Batches is what the batches and the durable sends of the script did, in their order.
	Batches []outbox.Summary
	// Where is the line of the script that ran when the context ended: "script.lua:12:"; empty where that is not known.
	Where string
}

// errExit cancels the script's context when it called os.exit, so that no
// pcall can go on after it.
var errExit = errors.New("os.exit was called")

// Runtime is one run of a script: its Lua state and what it opened.
type Runtime struct {
	host           *Host
	program        *Program
	state          *lua.LState
	base           context.Context         // ends with signals and time-outs, for engine calls
	cancel         context.CancelCauseFunc // ends the Lua code alone, for os.exit
	protected      protected
	sources        sources          // what was compiled, for error messages
	overflown      *ScriptError     // the error of a full stack
	plainSend      smtp.SendOptions // of messages submitted without options; never changed
	exit           *int
	metas          map[string]*lua.LTable // metatables of the classes
	open           []closer               // connections and relays, in the order of opening
	stdio          *stdio
	io             *ioLibrary
	coroutines     *coroutines
	nested, frames int       // Lua threads that run within each other, and the depth of their stacks
	started        time.Time // by the host's Mono
	ended          bool      // the script's top level is over
	usage          *UsageError
	notices        []notice
	desk           *tokenDesk // nil: no relay has a token function
	bodies         sign.BodyHashes
	warned         map[string]bool // what was told already
	json           *jsonMarks      // made with the first use
	values         *space          // of kv, the script's own
	null           *lua.LUserData  // of sql, made with the first use
	shadow         *shadowValues   // what a rehearsal keeps by kv
	worker         *delivering     // what outbox.worker said; nil: nothing
	delivered      *outbox.Summary // of the queue; nil: nothing
	bench          *testBench      // nil: not a run of `moonpost test`
	rehearsedPuts  rehearsedPuts
	kept           outbox.Store // nil: not opened yet; see store
	routes         routeDesk
	web            *webDesk // nil: nothing was asked by http
	batch          batchDesk

	// readRows are iterators of rows that were read to their end.
	readRows map[any]bool
}

// closer is something that the end of the script must close. finish ends it
// in good order (QUIT, all that was submitted is sent); abort at once.
type closer interface {
	finish(ctx context.Context) (failed int)
	abort()
}

// notice is a refusal that the script may not have looked at.
type notice interface{ unseen() string }

// Run runs the program until it ends, fails or ctx is done. Its errors are
// *ScriptError, *UsageError, or the context's cause.
func (h *Host) Run(ctx context.Context, p *Program) (Outcome, error) {
	if text := p.helpText(); text != "" {
		_, err := h.Stdout.Write([]byte(text))
		return Outcome{}, err
	}
	if err := p.checkArgs(h.HostFlags); err != nil {
		return Outcome{}, err
	}
	if h.Final != nil {
		ctx = smtp.WithFinal(ctx, h.Final)
	}
	release, err := h.confine(&p.Script)
	if err != nil {
		return Outcome{}, err
	}
	defer release()
	scriptCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if h.MaxMemory > 0 {
		go h.watchMemory(scriptCtx, cancel)
	}
	rt := newRuntime(scriptCtx, h, p, cancel)
	rt.base = ctx
	defer rt.state.Close()

	err = rt.main()
	if h.Worker != nil && err == nil && rt.exit == nil {
		err = rt.atEnd(rt.serveQueue)
	}
	h.check.ended(err)
	rt.tellQueue()
	h.asked.ask(rt)
	failed := rt.close(ctx)
	rt.printNotices()
	switch {
	case rt.exit != nil:
		return Outcome{Exit: rt.exit, Failed: failed, Batches: rt.batch.summaries}, nil
	case ctx.Err() != nil:
		return Outcome{Failed: failed, Batches: rt.batch.summaries, Where: innermostOf(err)}, context.Cause(ctx)
	case rt.usage != nil:
		return Outcome{}, rt.usage
	case err != nil:
		return Outcome{Failed: failed, Batches: rt.batch.summaries}, err
	}
	return Outcome{Failed: failed, Batches: rt.batch.summaries}, nil
}

// main runs the script's top level.
func (rt *Runtime) main() error {
	L := rt.state
	L.Push(L.NewFunction(rt.topLevel))
	L.Push(L.NewFunctionFromProto(rt.program.proto))
	for _, arg := range rt.program.Script.Args {
		L.Push(lua.LString(arg))
	}
	err := L.PCall(1+len(rt.program.Script.Args), 0, L.NewFunction(uncaught))
	if err == nil {
		return nil
	}
	return rt.explained(rt.raisedError(err))
}

// atEnd runs what follows the script's top level, in its state.
func (rt *Runtime) atEnd(f lua.LGFunction) error {
	L := rt.state
	L.Push(L.NewFunction(f))
	err := L.PCall(0, 0, L.NewFunction(uncaught))
	if err == nil {
		return nil
	}
	return rt.explained(rt.raisedError(err))
}

// close ends what the script left open: in good order after a script that
// ended by itself, at once after an interrupt. It gives the number of
// submitted messages that failed unseen.
func (rt *Runtime) close(ctx context.Context) (failed int) {
	rt.ended = true
	rt.io.files.closeAll(ctx)
	for i := len(rt.open) - 1; i >= 0; i-- {
		failed += rt.open[i].finish(ctx)
	}
	for _, c := range rt.open {
		c.abort()
	}
	return failed
}

// printNotices warns of every refusal that the script never looked at.
func (rt *Runtime) printNotices() {
	for _, n := range rt.notices {
		if text := n.unseen(); text != "" {
			rt.host.Logger.Warn(text)
		}
	}
}

// quitTime bounds how long the end of a script waits for a QUIT's answer.
const quitTime = 5 * time.Second
