package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// coroutines are coroutine.create, resume and wrap over gopher-lua's own: an
// error is looked at while the calls of the failed coroutine still stand.
type coroutines struct{ create, resume lua.LGFunction }

// replaceCoroutines puts them into the library.
func (rt *Runtime) replaceCoroutines() {
	lib := rt.state.GetGlobal(lua.CoroutineLibName).(*lua.LTable)
	own := &rt.threads
	own.create = lib.RawGetString("wrap").(*lua.LFunction).GFunction
	own.resume = lib.RawGetString("resume").(*lua.LFunction).GFunction
	for name, f := range map[string]lua.LGFunction{"create": rt.coCreate, "resume": rt.coResume, "wrap": rt.coWrap} {
		lib.RawSetString(name, rt.state.NewFunction(f))
	}
}

// newCoroutine makes a thread of argument 1. It shares the script's context
// instead of having one below it, which an abandoned coroutine would leave
// behind.
func (rt *Runtime) newCoroutine(L *lua.LState) *lua.LState {
	L.CheckFunction(1)
	ctx := L.RemoveContext()
	rt.threads.create(L)
	L.SetContext(ctx)
	th := L.Get(-1).(*lua.LFunction).Upvalues[0].Value().(*lua.LState)
	L.Pop(1)
	th.SetContext(ctx)
	return th
}

// coCreate is coroutine.create.
func (rt *Runtime) coCreate(L *lua.LState) int {
	L.Push(rt.newCoroutine(L))
	return 1
}

// coResume is coroutine.resume.
func (rt *Runtime) coResume(L *lua.LState) int {
	L.CheckThread(1)
	n, err := rt.continueThread(L)
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(raisedValue(err))
		return 2
	}
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

// coWrap is coroutine.wrap.
func (rt *Runtime) coWrap(L *lua.LState) int {
	th := rt.newCoroutine(L)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		L.Insert(th, 1)
		n, err := rt.continueThread(L)
		if err != nil {
			v := raisedValue(err)
			if text, ok := v.(lua.LString); ok {
				if where := L.Where(1); where != "" && where != "[G]:" {
					v = lua.LString(where + " " + string(text))
				}
			}
			L.Error(v, 0)
		}
		return n
	}))
	return 1
}

// continueThread runs the coroutine that is argument 1 up to its next yield
// or its end and leaves n results on the stack.
func (rt *Runtime) continueThread(L *lua.LState) (n int, err error) {
	th := L.CheckThread(1)
	if status := threadStatus(L, th); status != "suspended" {
		return 0, &lua.ApiError{Object: lua.LString("cannot resume " + status + " coroutine")}
	}
	throw := L.Panic
	defer func() {
		L.Panic = throw
		if r := recover(); r != nil {
			raised, ok := r.(*lua.ApiError)
			if !ok || th.Parent != L {
				panic(r)
			}
			th.Dead, th.Parent = true, nil
			L.G.CurrentThread = L
			err = raised
		}
	}()
	L.Panic = func(failed *lua.LState) {
		if failed != th {
			throw(failed)
		}
		panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: rt.noted(th, 0, th.Get(-1))})
	}
	return rt.threads.resume(L), nil
}

func threadStatus(L, th *lua.LState) string {
	switch {
	case th.Dead:
		return "dead"
	case L == th || L.G.CurrentThread == th:
		return "running"
	case th.Parent != nil:
		return "normal"
	}
	return "suspended"
}
