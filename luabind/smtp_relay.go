package luabind

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

const relayClassName = "smtp.Relay"

// relayOptions are those of smtp.connect and the pool's own.
type relayOptions struct {
	connectOptions        `lua:",embed"`
	Name                  string         `lua:"name" doc:"the relay's identity" default:"user@host:port"`
	Connections           int            `lua:"connections" min:"1" max:"1000" doc:"connections at most" default:"4"`
	MessagesPerConnection int            `lua:"messages_per_connection" min:"1" doc:"messages after which a connection is replaced"`
	Idle                  *time.Duration `lua:"idle" min:"1ms" doc:"how long an unused connection is kept" default:"30s"`
	Rate                  []string       `lua:"rate" one:"true" doc:"messages at most, such as \"14/s\" or { \"14/s\", \"50000/d\" }; evenly spaced"`
	Burst                 int            `lua:"burst" min:"1" doc:"messages that may go at once before the rate holds" default:"1"`
	OnResult              *lua.LFunction `lua:"on_result" doc:"called with each result during later calls, in place of results()"`
}

// luaRelay is a relay as a script holds it.
type luaRelay struct {
	rt       *Runtime
	relay    *relay.Relay
	onResult *lua.LFunction
	stop     func() // ends the progress display
	closed   bool
}

func relayClass(rt *Runtime) Class {
	return Class{
		Name: relayClassName, Doc: "A bounded pool of connections to one server. `send` waits for the reply, `submit` sends in the background.",
		Methods: []Function{
			{"send", "(self: smtp.Relay, message: mime.Part, options?: smtp.SendOptions): smtp.Result", "Sends one message and waits; tries once.", `local r = relay:send(msg)`, rt.relaySend},
			{"submit", "(self: smtp.Relay, message: mime.Part, options?: smtp.SendOptions)",
				"Sends in the background, as the message is at this moment; waits only while all connections are busy and the queue is full.", `relay:submit(msg, { tag = row.id })`, rt.relaySubmit},
			{"results", "(self: smtp.Relay): fun(): smtp.Outcome?",
				"Iterates over the results of what was submitted, as they come; ends when all is done.",
				"for r in relay:results() do\n  if not r.ok then print(r.tag, r.error) end\nend", rt.relayResults},
			{"stats", "(self: smtp.Relay): table<string, integer>", "Counts: submitted, sent, failed, cancelled, refused (recipients), in_flight, queued, connections.", `print(relay:stats().sent)`, rt.relayStats},
			{"close", "(self: smtp.Relay)", "Waits for all that was submitted, then closes the connections.", `relay:close()`, rt.relayClose},
		},
		Fields: []Field{{"name", "string", "the relay's identity"}},
		get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
			if key == lua.LString("name") {
				return lua.LString(self.(*luaRelay).relay.Name())
			}
			return nil
		},
	}
}

// smtpRelay makes a relay from an options table or a URL.
func (rt *Runtime) smtpRelay(L *lua.LState) int {
	const call = "smtp.relay"
	table, err := connectTable(L, call, 1)
	if err != nil {
		raise(L, err)
	}
	var o relayOptions
	if err := bindOptions(call, table, &o); err != nil {
		raise(L, err)
	}
	engine, err := rt.relayEngine(&o)
	if err != nil {
		raise(L, err)
	}
	r, err := relay.New(engine)
	if err != nil {
		raise(L, err)
	}
	lr := &luaRelay{rt: rt, relay: r, onResult: o.OnResult}
	rt.opened(lr)
	L.Push(rt.newObject(L, relayClassName, lr))
	return 1
}

// relayEngine turns the options into the pool's.
func (rt *Runtime) relayEngine(o *relayOptions) (relay.Options, error) {
	out := relay.Options{Name: o.Name, Connections: o.Connections, InFlight: o.InFlight, MessagesPerConnection: o.MessagesPerConnection, Burst: o.Burst, Mono: rt.host.Mono}
	var err error
	if out.SMTP, err = o.connectOptions.engine("smtp.relay"); err != nil {
		return out, err
	}
	if _, isFunction := o.Debug.(*lua.LFunction); isFunction {
		return out, &argumentError{text: `smtp.relay: option "debug" must be 0, 1 or 2: a relay's connections run in the background`}
	}
	token, _ := o.Token.(*lua.LFunction)
	out.SMTP.Credentials.TokenFunc = rt.relayTokenFunc(token)
	if o.Idle != nil {
		out.Idle = *o.Idle
	}
	for _, text := range o.Rate {
		rate, err := relay.ParseRate(text)
		if err != nil {
			return out, err
		}
		out.Rates = append(out.Rates, rate)
	}
	return out, rt.finishOptions("smtp.relay", &out.SMTP, o.Debug, nil)
}

func thisRelay(L *lua.LState) *luaRelay { return checkObject[*luaRelay](L, 1, relayClassName) }

func (rt *Runtime) relaySend(L *lua.LState) int {
	r := thisRelay(L)
	part := rt.checkPart(L, 2, "relay:send")
	options, _ := checkSendOptions(L, "relay:send", 3)
	message := part.outgoing()
	var res *smtp.Result
	var err error
	if rt.desk != nil { // a token function may change the message while it is sent
		if message, err = part.snapshot(); err != nil {
			raise(L, err)
		}
	}
	rt.inRelay(L, func() { res, err = r.relay.Send(rt.base, addressed{message, options}, options) })
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newResult(L, res))
	return 1
}

func (rt *Runtime) relaySubmit(L *lua.LState) int {
	r := thisRelay(L)
	options, tag := checkSendOptions(L, "relay:submit", 3)
	snapshot, err := rt.checkPart(L, 2, "relay:submit").snapshot()
	if err != nil {
		raise(L, err)
	}
	if r.stop == nil && rt.host.Progress != nil {
		r.stop = rt.host.Progress.Track(r.relay.Name(), r.counts)
	}
	rt.inRelay(L, func() {
		err = r.relay.Submit(rt.base, relay.Job{Message: addressed{snapshot, options}, Options: options, Tag: tag})
	})
	if err != nil {
		raise(L, err)
	}
	r.deliver(L)
	return 0
}

// counts is what the progress display shows.
func (r *luaRelay) counts() Counts {
	s := r.relay.Stats()
	return Counts{Submitted: s.Submitted, Sent: s.Sent, Failed: s.Failed}
}

// deliver calls on_result for what has come back meanwhile.
func (r *luaRelay) deliver(L *lua.LState) {
	if r.onResult == nil {
		return
	}
	for {
		outcome, ok := r.relay.Poll()
		if !ok {
			return
		}
		L.Push(r.onResult)
		L.Push(r.rt.newObject(L, outcomeClassName, newOutcome(r.rt, outcome)))
		L.Call(1, 0)
	}
}

func (rt *Runtime) relayResults(L *lua.LState) int {
	r := thisRelay(L)
	L.Push(L.NewFunction(guard("smtp.Relay:results", func(L *lua.LState) int {
		var outcome relay.Outcome
		var ok bool
		rt.inRelay(L, func() { outcome, ok = r.relay.Next(rt.base) })
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(rt.newObject(L, outcomeClassName, newOutcome(rt, outcome)))
		return 1
	})))
	return 1
}

func (rt *Runtime) relayStats(L *lua.LState) int {
	rt.answerTokens(L)
	s := thisRelay(L).relay.Stats()
	t := L.NewTable()
	for name, n := range map[string]int64{
		"submitted": s.Submitted, "sent": s.Sent, "failed": s.Failed, "cancelled": s.Cancelled, "refused": s.Refused,
		"in_flight": s.InFlight, "queued": s.Queued, "connections": s.Connections,
	} {
		t.RawSetString(name, lua.LNumber(n))
	}
	L.Push(t)
	return 1
}

func (rt *Runtime) relayClose(L *lua.LState) int {
	r := thisRelay(L)
	err := r.shut(rt.base, L)
	r.deliver(L)
	if err != nil {
		raise(L, err)
	}
	return 0
}

// shut waits for all that was submitted and closes the connections.
func (r *luaRelay) shut(ctx context.Context, L *lua.LState) (err error) {
	if r.closed {
		return nil
	}
	r.closed = true
	r.rt.inRelay(L, func() { err = r.relay.Close(ctx) })
	if r.stop != nil {
		r.stop()
	}
	return err
}

// finish ends the relay with the script: what nobody read is printed when it
// failed, and counted. After an interrupt one line says how far it came.
func (r *luaRelay) finish(ctx context.Context) (failed int) {
	r.rt.reviveTokens(ctx)
	if err := r.shut(ctx, r.rt.state); err != nil && !interrupted(err) {
		r.rt.host.Logger.Error("closing relay", "relay", r.relay.Name(), "error", err)
	}
	var unsent, doubtful int
	for {
		outcome, ok := r.relay.Poll()
		if !ok {
			break
		}
		switch {
		case outcome.Err == nil:
		case inDoubt(outcome.Err):
			doubtful++
			r.rt.host.Logger.Error(fmt.Sprintf("in doubt: %v", outcome.Err), tagged(outcome)...)
		case interrupted(outcome.Err):
			unsent++
		default:
			failed++
			r.rt.host.Logger.Error(fmt.Sprintf("not sent: %v", outcome.Err), tagged(outcome)...)
		}
	}
	if unsent > 0 || doubtful > 0 && ctx.Err() != nil {
		stats := r.relay.Stats()
		r.rt.host.Logger.Warn(fmt.Sprintf("%s: %d sent, %d failed, %d in doubt, %d not sent", r.relay.Name(), stats.Sent, int(stats.Failed)-doubtful, doubtful, stats.Cancelled))
	}
	return failed + doubtful
}

// inDoubt tells that nobody knows whether the server took the message.
func inDoubt(err error) bool {
	var e smtp.Error
	return errors.As(err, &e) && e.Delivered() == smtp.Unknown
}

// tagged gives the tag of an outcome to the log, where the script set one.
func tagged(o relay.Outcome) []any {
	if tag, ok := o.Tag.(lua.LValue); ok && tag != lua.LNil {
		return []any{"tag", tag.String()}
	}
	return nil
}

func (r *luaRelay) abort() {}
