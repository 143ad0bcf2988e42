package luabind

import (
	"context"
	"errors"
	"fmt"

	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

const relayClassName = "smtp.Relay"

// luaRelay is a relay as a script holds it.
type luaRelay struct {
	rt       *Runtime
	relay    *relay.Relay
	onResult *lua.LFunction
	swift    *relay.Relay // of a dry run: the same without rates, for batches; else nil
	stop     func()       // ends the progress display
	closed   bool
}

func relayClass(rt *Runtime) Class {
	return Class{
		Name: relayClassName, Doc: "A bounded pool of connections to one server and those that stand in for it, or to the mail hosts of the recipients' domains. `send` waits for the reply, `submit` sends in the background.",
		Methods: []Function{
			{"send", "(self: smtp.Relay, message: mime.Part, options?: smtp.SendOptions): smtp.Result", "Sends one message and waits; tries once.", "local r = relay:send(msg)\nprint(r.code, #r.accepted) --> 250 1", rt.relaySend},
			{"submit", "(self: smtp.Relay, message: mime.Part, options?: smtp.SendOptions)",
				"Sends in the background, as the message is at this moment; waits only while all connections are busy and the queue is full.", "for _, row in ipairs(rows) do\n  relay:submit(mime.message{ from = \"me@example.org\", to = row.email, subject = \"Hi\", text = \"Hello\" }, { tag = row.id })\nend", rt.relaySubmit},
			{"results", "(self: smtp.Relay): fun(): smtp.Outcome?",
				"Iterates over the results of what was submitted, as they come; ends when all is done. Where results for more than a thousand recipients were left unread, the later ones of messages that all recipients were accepted for have tag, ok and code only.",
				"relay:submit(msg, { tag = \"first\" })\nfor r in relay:results() do\n  print(r.tag, r.ok, r.error) --> first true nil\nend", rt.relayResults},
			{"stats", "(self: smtp.Relay): smtp.RelayStats", "Counts: submitted, sent, failed, cancelled, refused (recipients), in_flight, queued, connections; with mx also by domain, as sites. Where a server has asked for less mail, rate is what is let through.", "relay:send(msg)\nlocal counts = relay:stats()\nprint(counts.sent, counts.failed) --> 1 0", rt.relayStats},
			{"close", "(self: smtp.Relay)", "Waits for all that was submitted, then closes the connections.", "relay:submit(msg)\nrelay:close() -- waits for it\nprint(relay:stats().sent) --> 1", rt.relayClose},
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
	engine, err := rt.relayEngine(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	lr, err := rt.makeRelay(call, engine)
	if err != nil {
		raise(L, err)
	}
	rt.routes.place("relay "+lr.relay.Name(), whereabouts(L))
	if o.OnResult != nil {
		lr.onResult = o.OnResult
	}
	L.Push(rt.newObject(L, relayClassName, lr))
	return 1
}

// makeRelay checks the options and gives the relay of their name: the one that is
// there already, where both agree.
func (rt *Runtime) makeRelay(call string, o relay.Options) (*luaRelay, error) {
	given := o
	rt.routes.apply(&o)
	meant, err := relay.New(o) // before a sink makes all hosts the same
	if err != nil {
		return nil, err
	}
	if p := rt.routes.find(meant.Name()); p != nil {
		if err := rt.makePlanned(meant.Name()); err != nil {
			return nil, err
		}
	}
	o.MX = rt.host.Outbound.mx(o.MX)
	nameWays(&o, meant.Name())
	r, err := relay.New(o)
	if err != nil {
		return nil, err
	}
	if err := relayAllowed(&o); err != nil {
		return nil, err
	}
	for _, c := range rt.open {
		known, ok := c.(*luaRelay)
		if !ok || known.closed || known.relay.Name() != r.Name() {
			continue
		}
		if limit := relay.Difference(known.relay, r); limit != "" {
			return nil, &argumentError{text: fmt.Sprintf("%s: %q is defined already, with another %s", call, r.Name(), limit), hint: "give one of them a name of its own"}
		}
		return known, nil
	}
	lr := &luaRelay{rt: rt, relay: r}
	if rt.host.Outbound.Dry {
		lr.swift, err = relay.New(unhurried(o))
	}
	rt.opened(lr)
	rt.routes.noteRelay(r, given)
	return lr, err
}

func thisRelay(L *lua.LState) *luaRelay {
	r := checkObject[*luaRelay](L, 1, relayClassName)
	r.rt.host.check.at(L)
	return r
}

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
	rt.inRelay(L, func() { res, err = r.relay.Send(rt.base, addressed(message, options), options) })
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newResult(L, res))
	return 1
}

func (rt *Runtime) relaySubmit(L *lua.LState) int {
	r := thisRelay(L)
	options, tag := &rt.plainSend, lua.LNil
	if L.GetTop() > 2 {
		options, tag = checkSendOptions(L, "relay:submit", 3)
	}
	snapshot, err := rt.checkPart(L, 2, "relay:submit").snapshot()
	if err != nil {
		raise(L, err)
	}
	if r.stop == nil && rt.host.Progress != nil {
		r.stop = rt.host.Progress.Track(r.relay.Name(), r.counts)
	}
	job := relay.Job{Message: addressed(snapshot, options), Options: options}
	if tag != lua.LNil {
		job.Tag = tag
	}
	rt.inRelay(L, func() { err = r.relay.Submit(rt.base, job) })
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
	r := thisRelay(L).relay
	s := r.Stats()
	t := countTable(L, map[string]int64{
		"submitted": s.Submitted, "sent": s.Sent, "failed": s.Failed, "cancelled": s.Cancelled, "refused": s.Refused,
		"in_flight": s.InFlight, "queued": s.Queued, "connections": s.Connections,
	})
	showRate(t, s.Rate)
	if sites := r.Sites(); sites != nil {
		list := L.NewTable()
		for domain, c := range sites {
			one := countTable(L, map[string]int64{"sent": c.Sent, "failed": c.Failed, "queued": c.Queued, "connections": c.Connections, "window": c.Window})
			showRate(one, c.Rate)
			list.RawSetString(domain, one)
		}
		t.RawSetString("sites", list)
	}
	L.Push(t)
	return 1
}

func countTable(L *lua.LState, counts map[string]int64) *lua.LTable {
	t := L.CreateTable(0, len(counts)+1)
	for name, n := range counts {
		t.RawSetString(name, lua.LNumber(n))
	}
	return t
}

// showRate tells the rate to which a server has slowed mail down, if it has.
func showRate(t *lua.LTable, rate float64) {
	if rate > 0 {
		t.RawSetString("rate", lua.LNumber(rate))
	}
}

// relayStatsClass is what relay:stats gives.
const relayStatsClass = `---@class smtp.RelayStats
---@field submitted integer messages taken
---@field sent integer messages of which somebody was accepted
---@field failed integer messages that ended with an error
---@field cancelled integer messages that were not sent because the script was ended
---@field refused integer recipients that were refused
---@field in_flight integer messages that have a connection or wait for a rate
---@field queued integer messages that wait
---@field connections integer open connections
---@field rate? number messages a second to which the server has slowed the relay down
---@field sites? table<string, table<string, number>> with mx, by domain: sent, failed, queued, connections, window (connections that its answers allow) and rate`

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
	r.rt.inRelay(L, func() {
		err = r.relay.Close(ctx)
		if r.swift != nil {
			err = errors.Join(err, r.swift.Close(ctx))
		}
	})
	if r.stop != nil {
		r.stop()
	}
	return err
}

func (r *luaRelay) abort() {}
