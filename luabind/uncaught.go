package luabind

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// uncaught is the message handler of the script's top level: it runs while
// the failed calls still stand and so can tell where the error came from.
func uncaught(L *lua.LState) int {
	rt, value := runtimeOf(L), L.Get(1)
	if err := stopped(L.Context()); err != nil {
		value = errorObject(L, err)
	}
	return rt.pushError(L, rt.noted(L, 1, value))
}

// wrapError is the same for a function that the host calls by pcall.
func (rt *Runtime) wrapError(L *lua.LState) int { return rt.pushError(L, L.Get(1)) }

// pushError makes an error object of what was raised and noted.
func (rt *Runtime) pushError(L *lua.LState, v lua.LValue) int {
	if caught(v) != nil {
		L.Push(v)
		return 1
	}
	e := rt.describedValue(L, v)
	calls := rt.protected.recent.find(v)
	if calls == nil {
		calls = callStack(L)
	}
	e.setTrace(cutFrames(append(framesOf(calls), trace(rt.waiting(L))...)))
	if v.Type() != lua.LTString && v.Type() != lua.LTNumber && len(e.Frames) > 0 {
		e.Where = strings.TrimSuffix(e.Frames[0].place(), " ")
	}
	ud := L.NewUserData()
	ud.Value = e
	L.Push(ud)
	return 1
}

// innermostOf is the line of the innermost call that an error knows: "script.lua:12:".
func innermostOf(err error) string {
	var e *ScriptError
	if !errors.As(err, &e) {
		return ""
	}
	for _, f := range e.Frames {
		if f.Line > 0 {
			return strings.TrimSuffix(f.place(), " ")
		}
	}
	return e.Where
}

// raisedError is the error behind what PCall returned at the top level.
func (rt *Runtime) raisedError(err error) error {
	if isOverflow(err) && rt.overflown != nil {
		return rt.overflown
	}
	return Unwrap(raisedValue(err))
}

// errorOf makes the error object of a caught value: it remembers where that
// was raised.
func (rt *Runtime) errorOf(L *lua.LState, v lua.LValue) *ScriptError {
	e := rt.describedValue(L, v)
	frames := trace(L)
	if calls := rt.protected.recent.find(v); calls != nil {
		frames = append(framesOf(calls), frames...)
	}
	e.setTrace(cutFrames(frames))
	return e
}
