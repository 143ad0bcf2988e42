package luabind

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"moonpost/luabind/lua51"
	"moonpost/sink"

	lua "github.com/yuin/gopher-lua"
)

func (rt *Runtime) sinkCount(L *lua.LState) int {
	L.Push(lua.LNumber(thisSink(L).trial.Count()))
	return 1
}

func (rt *Runtime) sinkMessages(L *lua.LState) int {
	s := thisSink(L)
	messages := s.trial.Messages()
	L.Push(L.NewFunction(guard("sink.Server:messages", func(L *lua.LState) int {
		if len(messages) == 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(s.message(L, &messages[0]))
		messages = messages[1:]
		return 1
	})))
	return 1
}

func (rt *Runtime) sinkFind(L *lua.LState) int {
	s := thisSink(L)
	q := checkQuery(L, "sink:find")
	left := max(1, q.Nth)
	for _, m := range s.trial.Messages() {
		if !q.fits(&m) {
			continue
		}
		if left--; left == 0 {
			L.Push(s.message(L, &m))
			return 1
		}
	}
	L.Push(lua.LNil)
	return 1
}

func (rt *Runtime) sinkAll(L *lua.LState) int {
	s := thisSink(L)
	q := checkQuery(L, "sink:all")
	list := L.NewTable()
	for _, m := range s.trial.Messages() {
		if q.fits(&m) {
			list.Append(s.message(L, &m))
		}
	}
	L.Push(list)
	return 1
}

func checkQuery(L *lua.LState, call string) *sinkQuery {
	var q sinkQuery
	checkOptions(L, call, 2, &q)
	return &q
}

func (q *sinkQuery) fits(m *sink.Caught) bool {
	return sink.Match(q.From, m.From) && sink.Match(q.Subject, m.Subject) && sink.Match(q.Relay, m.Way.Relay) &&
		(q.To == "" || slices.ContainsFunc(m.To, func(to string) bool { return sink.Match(q.To, to) }))
}

// defaultSinkWait is how long sink:wait waits by itself.
const defaultSinkWait = 10 * time.Second

func (rt *Runtime) sinkWait(L *lua.LState) int {
	const call = "sink:wait"
	s := thisSink(L)
	count, ok := L.Get(2).(lua.LNumber)
	if !ok || count < 0 || !optIsWhole(float64(count)) {
		raiseArgument(L, call+": count must be a whole number, got "+inspect(L.Get(2)))
	}
	n, limit := int(count), defaultSinkWait
	if v := L.Get(3); v != lua.LNil {
		d, err := durationOf(call, "timeout", v)
		if err != nil {
			raise(L, err)
		}
		limit = d
	}
	late := &waitError{want: n, limit: limit}
	ctx, cancel := context.WithTimeoutCause(rt.base, limit, late)
	defer cancel()
	if err := s.trial.Wait(ctx, n); err != nil {
		late.got = s.trial.Count()
		raise(L, err)
	}
	return 0
}

// waitError tells that messages didn't come in time.
type waitError struct {
	got, want int
	limit     time.Duration
}

func (e *waitError) Error() string {
	return fmt.Sprintf("sink:wait: %d of %d messages came within %v", e.got, e.want, e.limit)
}

// Kind is "timeout".
func (e *waitError) Kind() string { return "timeout" }

func (rt *Runtime) sinkTranscript(L *lua.LState) int {
	L.Push(lua.LString(thisSink(L).trial.Transcript()))
	return 1
}

func (rt *Runtime) sinkClear(L *lua.LState) int {
	thisSink(L).trial.Clear()
	return 0
}

func (rt *Runtime) sinkClose(L *lua.LState) int {
	thisSink(L).trial.Close()
	return 0
}

// caughtEnvelope is m.envelope of a caught message.
func caughtEnvelope(L *lua.LState, m *sink.Caught) lua.LValue {
	t := L.NewTable()
	t.RawSetString("from", lua.LString(m.From))
	t.RawSetString("to", luaList(L, m.To))
	t.RawSetString("relay", optionalString(m.Way.Relay))
	t.RawSetString("host", optionalString(m.Way.Host))
	t.RawSetString("user", optionalString(m.AuthUser))
	t.RawSetString("tls", lua.LBool(m.TLS))
	return t
}

// durationOf reads a duration that is an argument of its own.
func durationOf(call, what string, v lua.LValue) (time.Duration, error) {
	if v.Type() != lua.LTNumber && v.Type() != lua.LTString {
		return 0, &argumentError{text: fmt.Sprintf("%s: %s must be seconds or a duration such as \"30s\", got %s", call, what, describe(v))}
	}
	n, err := optQuantity(optDuration, v)
	if err == nil && n <= 0 {
		err = errors.New("must be greater than 0")
	}
	if err != nil {
		return 0, &argumentError{text: fmt.Sprintf("%s: %s: %v", call, what, err)}
	}
	return time.Duration(n), nil
}

// textMap reads a table from strings to strings.
func textMap(call, what string, t *lua.LTable) (map[string]string, error) {
	out := map[string]string{}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		name, named := key.(lua.LString)
		text, isText := value.(lua.LString)
		if n, ok := value.(lua.LNumber); ok {
			text, isText = lua.LString(lua51.Plain(n)), true
		}
		switch {
		case !named:
			return nil, &OptionError{Call: call, Key: what, What: fmt.Sprintf("option %q has %s for a name", what, describe(key))}
		case !isText:
			return nil, &OptionError{Call: call, Key: what, What: fmt.Sprintf("option \"%s%s\" must be a string, got %s", what, treeStep(string(name)), describe(value))}
		}
		out[string(name)] = string(text)
	}
	return out, nil
}

func isPrintableLine(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
