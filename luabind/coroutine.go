package luabind

import (
	"context"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// coroutines is Lua's coroutine library over gopher-lua's threads. It knows
// which coroutines have resumed each other, which gopher-lua doesn't once a
// pcall lies between them, and refuses the yields that would break its VM.
type coroutines struct {
	rt             *Runtime
	active         []*lua.LState // that resumed each other; the last one runs
	create, resume lua.LGFunction
	frames         frameReader
}

// yieldSource is coroutine.yield in Lua, around the Go function that suspends.
//
// QUIRK: gopher-lua 1.1.2 does not fit what resume passes to the number of
// values that the yield's caller wants, and loses a thread that yields by a
// tail call. Within this function neither happens.
const yieldSource = "local suspend, pass = ... return function(...) return pass(suspend(...)) end"

const acrossBoundary = "attempt to yield across metamethod/C-call boundary"

// openCoroutines puts the library's functions into the place of gopher-lua's.
func (rt *Runtime) openCoroutines(L *lua.LState) {
	table := L.GetGlobal("coroutine").(*lua.LTable)
	c := &coroutines{
		rt: rt, frames: newFrameReader(),
		create: table.RawGetString("wrap").(*lua.LFunction).GFunction,
		resume: table.RawGetString("resume").(*lua.LFunction).GFunction,
	}
	rt.coroutines = c
	setFunctions(L, table, map[string]lua.LGFunction{
		"create": c.luaCreate, "resume": c.luaResume, "wrap": c.luaWrap,
		"status": c.luaStatus, "running": c.luaRunning,
	})
	L.Push(rt.load(L, []byte(yieldSource), "[G]"))
	L.Push(L.NewFunction(c.suspend))
	L.Push(L.NewFunction(func(L *lua.LState) int { return L.GetTop() }))
	L.Call(2, 1)
	table.RawSetString("yield", L.Get(-1))
	L.Pop(1)
}

// withoutContext runs f while L has no context of its own.
//
// QUIRK: gopher-lua 1.1.2 gives each new thread a child of its parent's
// context, which stays there when the thread is forgotten. A thread that is
// made without one and then given the parent's leaves nothing behind.
func withoutContext(L *lua.LState, f func() *lua.LState) *lua.LState {
	ctx := L.RemoveContext()
	if ctx == nil {
		ctx = context.Background()
	}
	thread := f()
	L.SetContext(ctx)
	thread.SetContext(ctx)
	return thread
}

func (c *coroutines) luaCreate(L *lua.LState) int {
	L.Push(c.make(L, "create"))
	return 1
}

// make makes a coroutine of the function that is the first argument.
func (c *coroutines) make(L *lua.LState, call string) *lua.LState {
	body, ok := L.Get(1).(*lua.LFunction)
	if !ok || body.IsG {
		badArgument(L, 1, call, "Lua function expected")
	}
	return withoutContext(L, func() *lua.LState {
		options := L.Options
		L.Options.CallStackSize, L.Options.RegistrySize = coroutineFrames, coroutineRegisters
		c.create(L)
		L.Options = options
		return L.Get(-1).(*lua.LFunction).Upvalues[0].Value().(*lua.LState)
	})
}

// status is what coroutine.status tells.
func (c *coroutines) status(co *lua.LState) string {
	if co.Dead {
		return "dead"
	}
	for i, a := range c.active {
		switch {
		case a == co && i == len(c.active)-1:
			return "running"
		case a == co:
			return "normal"
		}
	}
	return "suspended"
}

func (c *coroutines) luaStatus(L *lua.LState) int {
	L.Push(lua.LString(c.status(wantCoroutine(L, "status"))))
	return 1
}

func wantCoroutine(L *lua.LState, call string) *lua.LState {
	co, ok := L.Get(1).(*lua.LState)
	if !ok {
		badArgument(L, 1, call, "coroutine expected")
	}
	return co
}

func (c *coroutines) luaRunning(L *lua.LState) int {
	if len(c.active) == 0 {
		L.Push(lua.LNil)
	} else {
		L.Push(c.active[len(c.active)-1])
	}
	return 1
}

func (c *coroutines) luaResume(L *lua.LState) int {
	return c.run(L, wantCoroutine(L, "resume"))
}

// run resumes co with the arguments from the second on, and pushes what
// coroutine.resume gives.
func (c *coroutines) run(L *lua.LState, co *lua.LState) int {
	fail := func(text string) int {
		L.Push(lua.LFalse)
		L.Push(lua.LString(text))
		return 2
	}
	if status := c.status(co); status != "suspended" {
		return fail("cannot resume " + status + " coroutine")
	}
	leave, ok := c.rt.enter(L)
	if !ok {
		return fail("C stack overflow")
	}
	defer leave()
	before := L.G.CurrentThread
	co.SetContext(L.Context()) // a session's chunks have one each
	c.active = append(c.active, co)
	defer func() {
		c.active = c.active[:len(c.active)-1]
		L.G.CurrentThread = before
	}()
	return c.watched(L, co)
}

// watched resumes co and looks at an error while the failed calls still stand.
//
// gopher-lua lets the resumer see them if co was made by its wrap; so all are.
func (c *coroutines) watched(L, co *lua.LState) (n int) {
	throw := L.Panic
	defer func() {
		L.Panic = throw
		if r := recover(); r != nil {
			raised, ok := r.(*lua.ApiError)
			if !ok || co.Parent != L {
				panic(r)
			}
			co.Dead, co.Parent = true, nil
			L.Push(lua.LFalse)
			L.Push(raised.Object)
			n = 2
		}
	}()
	L.Panic = func(failed *lua.LState) {
		if failed != co {
			throw(failed)
		}
		panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: c.rt.noted(co, 0, co.Get(-1))})
	}
	n = c.resume(L)
	L.Insert(lua.LTrue, L.GetTop()-n+1)
	return n + 1
}

// luaWrap raises an error of the coroutine as it is; PUC Lua 5.1 puts the
// place of the call in front of a text.
func (c *coroutines) luaWrap(L *lua.LState) int {
	co := c.make(L, "wrap")
	L.Push(L.NewFunction(func(L *lua.LState) int {
		suspended := c.status(co) == "suspended"
		L.Insert(co, 1)
		n := c.run(L, co)
		if L.Get(-n) != lua.LFalse {
			return n - 1
		}
		if !suspended {
			raiseText(L, "%s", lua51.Plain(L.Get(-1)))
		}
		L.Error(L.Get(-1), 0)
		return 0
	}))
	return 1
}

// suspend suspends the running coroutine, if nothing but calls of Lua
// functions lies between its body and here.
func (c *coroutines) suspend(L *lua.LState) int {
	if len(c.active) == 0 || c.active[len(c.active)-1] != L || !c.frames.onlyCalls(L) {
		L.Error(lua.LString(acrossBoundary), 0)
	}
	return -1
}
