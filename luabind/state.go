package luabind

import (
	"context"

	"moonpost/luabind/lua51"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// newRuntime makes the Lua state with its libraries, guards and modules.
func newRuntime(ctx context.Context, h *Host, p *Program, cancel context.CancelCauseFunc) *Runtime {
	L := lua.NewState(lua.Options{
		SkipOpenLibs:        true,
		RegistrySize:        1024,
		RegistryMaxSize:     1 << 20,
		RegistryGrowStep:    8192,
		CallStackSize:       maxFrames,
		MinimizeStackMemory: true,
	})
	if h.env == nil {
		h.env = mime.NewEnv(h.Wall, h.Rand)
	}
	rt := &Runtime{
		host: h, program: p, state: L, cancel: cancel,
		metas:   map[string]*lua.LTable{},
		stdio:   newStdio(ctx, h),
		started: h.Mono(),
	}
	rt.setRuntime()
	openLibraries(L)
	lua51.Open(L)
	openErrors(L)
	rt.protected.onError, rt.protected.wrapError = L.NewFunction(rt.caught), L.NewFunction(rt.wrapError)
	rt.sources.add(p.Script.Name, p.Script.Source)
	rt.openBase(L)
	rt.replaceBase()
	rt.openCoroutines(L)
	rt.openIO(L)
	rt.openOS(L)
	rt.openDebug(L)
	rt.replaceLoaders()
	rt.register()
	rt.setArgs()
	L.SetContext(ctx) // not before: one that is over would break what is set up
	return rt
}

// openLibraries opens Lua 5.1's own libraries; gopher-lua's channel library
// stays out, because a script has one thread.
func openLibraries(L *lua.LState) {
	for _, lib := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable},
		{lua.StringLibName, lua.OpenString}, {lua.MathLibName, lua.OpenMath}, {lua.DebugLibName, lua.OpenDebug}, {lua.CoroutineLibName, lua.OpenCoroutine},
	} {
		L.Push(L.NewFunction(lib.open))
		L.Push(lua.LString(lib.name))
		L.Call(1, 0)
	}
}

// setArgs fills the global table arg as the lua command does: the script's
// name at 0, its arguments from 1.
func (rt *Runtime) setArgs() {
	arg := rt.state.NewTable()
	arg.RawSetInt(0, lua.LString(rt.program.Script.Name))
	for i, a := range rt.program.Script.Args {
		arg.RawSetInt(i+1, lua.LString(a))
	}
	rt.state.SetGlobal("arg", arg)
}
