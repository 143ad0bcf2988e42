package luabind

import (
	"errors"

	lua "github.com/yuin/gopher-lua"
)

// maxIdleThreads bounds how many threads are kept for later pcalls.
const maxIdleThreads = 16

// protected runs the functions of pcall and xpcall, each on a Lua thread of
// its own.
//
// QUIRK: gopher-lua 1.1.2 closes all open upvalues of a thread when an error
// is raised in it, those of the frames below the pcall too: a local that a
// closure counts up stands still after the first caught error. On a thread of
// its own nothing but the failed function's frames can be closed. See
// docs/decisions/001-pcall-on-its-own-thread.md.
type protected struct {
	idle               []*lua.LState
	running            []activation
	onError, wrapError *lua.LFunction // message handlers, made once
	recent             recentErrors
}

// activation is one protected call that is under way.
type activation struct {
	thread, caller *lua.LState
	handler        *lua.LFunction // of xpcall
	seen           bool           // the error passed our hands: the thread can be used again
}

// take gives a thread with an empty stack. All descend from the main state:
// a thread made by a coroutine would die with it.
func (p *protected) take(main *lua.LState) *lua.LState {
	if n := len(p.idle); n > 0 {
		t := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return t
	}
	return withoutContext(main, func() *lua.LState {
		t, _ := main.NewThread()
		return t
	})
}

// give takes a thread back whose function came to its end, or failed with
// nothing left that belongs to the closures it made.
func (p *protected) give(t *lua.LState) {
	t.SetTop(0)
	if len(p.idle) < maxIdleThreads {
		p.idle = append(p.idle, t)
	}
}

// pcall is Lua's pcall.
func (rt *Runtime) pcall(L *lua.LState) int {
	wantAny(L, 1, "pcall")
	return rt.call(L, stackValues(L), nil)
}

// xpcall is Lua's xpcall; as in LuaJIT and later Luas, what follows the
// handler is passed to the function.
func (rt *Runtime) xpcall(L *lua.LState) int {
	wantAny(L, 2, "xpcall")
	handler := wantFunction(L, 2, "xpcall")
	values := stackValues(L)
	return rt.call(L, append(values[:1:1], values[2:]...), handler)
}

// call runs values[0] with the rest as arguments and pushes true and its
// results, or false and what was raised.
func (rt *Runtime) call(L *lua.LState, values []lua.LValue, handler *lua.LFunction) int {
	if f := values[0]; f.Type() != lua.LTFunction && L.GetMetaField(f, "__call") == lua.LNil {
		L.Push(lua.LFalse)
		L.Push(lua.LString("attempt to call a " + f.Type().String() + " value"))
		return 2
	}
	t, err := rt.protect(L, values, lua.MultRet, handler)
	L.SetTop(0)
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(placed(L, raisedValue(err)))
		return 2
	}
	L.Push(lua.LTrue)
	n := t.GetTop()
	for i := 1; i <= n; i++ {
		L.Push(t.Get(i))
	}
	rt.protected.give(t)
	return n + 1
}

// protect calls values[0] with the rest on a thread of its own. After success
// the results are on that thread, which the caller gives back.
func (rt *Runtime) protect(L *lua.LState, values []lua.LValue, results int, handler *lua.LFunction) (*lua.LState, error) {
	p := &rt.protected
	leave, ok := rt.enter(L)
	if !ok {
		return nil, &lua.ApiError{Object: lua.LString("C stack overflow")}
	}
	defer leave()
	t := p.take(rt.state)
	t.SetContext(L.Context()) // a session's chunks have one each
	for _, v := range values {
		t.Push(v)
	}
	depth := len(p.running)
	p.running = append(p.running, activation{thread: t, caller: L, handler: handler})
	before := L.G.CurrentThread
	L.G.CurrentThread = t
	err := t.PCall(len(values)-1, results, p.onError)
	L.G.CurrentThread = before
	seen := p.running[depth].seen
	p.running = p.running[:depth]
	if err != nil && seen {
		p.give(t)
	}
	return t, err
}

// caught is called with what was raised in a protected call, while the failed
// calls still stand.
func (rt *Runtime) caught(L *lua.LState) int {
	v := rt.noted(L, 1, L.Get(1))
	closeUpvalues(L)
	var handler *lua.LFunction
	for i := len(rt.protected.running) - 1; i >= 0; i-- {
		if a := &rt.protected.running[i]; a.thread == L {
			handler, a.seen = a.handler, true
			break
		}
	}
	if handler == nil {
		L.Push(v)
		return 1
	}
	L.Push(handler)
	L.Push(v)
	L.Call(1, 1)
	return 1
}

// noted improves the message of what was raised in L and remembers where that
// was. The call that failed stands at the level: 1 in a handler.
func (rt *Runtime) noted(L *lua.LState, level int, v lua.LValue) lua.LValue {
	if caught(v) != nil {
		return v
	}
	if text, ok := v.(lua.LString); ok {
		if text == fullStack {
			text = lua.LString(placeOf(framesOf(callStack(L))) + string(text))
		}
		if better := rt.blame(L, level, string(text)); better != string(text) {
			v = lua.LString(better)
		}
	}
	if v.Type() == lua.LTString || v.Type() == lua.LTTable || v.Type() == lua.LTUserData {
		rt.protected.recent.add(v, callStack(L))
	}
	return v
}

// closeUpvalues makes the closures of all calls of L independent of its stack.
//
// gopher-lua does that before an error is thrown in a thread without error
// handler, and offers no other way: so an error is raised and not thrown.
func closeUpvalues(L *lua.LState) {
	throw := L.Panic
	L.Panic = func(*lua.LState) {}
	L.Error(lua.LNil, 0)
	L.Panic = throw
	L.Pop(1)
}

// placed gives an error the line of the pcall where it has none, because one of
// our own functions was called without a Lua function around.
func placed(L *lua.LState, v lua.LValue) lua.LValue {
	if e := caught(v); e != nil && e.Err != nil && e.Where == "" {
		e.Where = L.Where(1)
		e.setTrace(trace(L))
	}
	return v
}

// raisedValue is the value that was raised, as PCall reports it.
func raisedValue(err error) lua.LValue {
	var raised *lua.ApiError
	if isOverflow(err) {
		return lua.LString("stack overflow")
	}
	if errors.As(err, &raised) && raised.Object != nil {
		return raised.Object
	}
	return lua.LString(err.Error())
}
