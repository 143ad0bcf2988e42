package luabind

import (
	"errors"
	"strings"

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
	idle []*lua.LState
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

// give takes a thread back whose function came to its end. One that failed
// is not reused: its registers still belong to the closures it made.
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
	leave, ok := rt.enter(L)
	if !ok {
		L.Push(lua.LFalse)
		L.Push(lua.LString("C stack overflow"))
		return 2
	}
	defer leave()
	t := rt.protected.take(rt.state)
	t.SetContext(L.Context()) // a session's chunks have one each
	for _, v := range values {
		t.Push(v)
	}
	before := L.G.CurrentThread
	L.G.CurrentThread = t
	err := t.PCall(len(values)-1, lua.MultRet, closing(t, handler))
	L.G.CurrentThread = before
	L.SetTop(0)
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(placed(L, unplaced(values[0], raisedValue(err))))
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

// closing is a message handler that runs the given one, if any, and then lets
// the closures which the failed function made keep their locals.
//
// QUIRK: gopher-lua 1.1.2 does not close upvalues when there is a message
// handler, but clears the registers that they point to; without one it makes a
// traceback, in time that grows with the square of the depth.
func closing(t *lua.LState, handler *lua.LFunction) *lua.LFunction {
	return t.NewFunction(func(L *lua.LState) int {
		raised := L.Get(1)
		if handler != nil {
			L.Push(handler)
			L.Push(raised)
			L.Call(1, 1)
			raised = L.Get(-1)
		}
		closeUpvalues(L)
		L.Push(raised)
		return 1
	})
}

// closeUpvalues closes all of a thread's: raising does that while no message
// handler is set, and the end of a protected call unsets it.
func closeUpvalues(L *lua.LState) {
	top := L.GetTop()
	L.Push(L.NewFunction(func(*lua.LState) int { return 0 }))
	if err := L.PCall(0, 0, nil); err != nil {
		return
	}
	defer L.SetTop(top)
	defer func() { recover() }() //nolint:errcheck // what is raised here
	L.Error(lua.LNil, 0)
}

// placed gives an error the line of the pcall where it has none, because one of
// our own functions was called without a Lua function around.
func placed(L *lua.LState, v lua.LValue) lua.LValue {
	if e := caught(v); e != nil && e.Err != nil && e.Where == "" {
		e.Where, e.Traceback = L.Where(1), traceback(L)
	}
	return v
}

// unplaced takes away the blank that gopher-lua leaves between a message and a
// place that isn't there: that of Lua code which called f, a Go function.
func unplaced(f, raised lua.LValue) lua.LValue {
	text, isText := raised.(lua.LString)
	if fn, ok := f.(*lua.LFunction); ok && fn.IsG && isText && strings.HasPrefix(string(text), " ") {
		return text[1:]
	}
	return raised
}

// raisedValue is the value that was raised, as PCall reports it.
func raisedValue(err error) lua.LValue {
	var raised *lua.ApiError
	if errors.As(err, &raised) && raised.Object != nil {
		if raised.Object == lua.LString("lua callstack overflow") {
			return lua.LString("stack overflow") // as Lua calls it
		}
		return raised.Object
	}
	return lua.LString(err.Error())
}
