package luabind

import (
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// openOS makes Lua's os library on the host's clock, environment and disk.
func (rt *Runtime) openOS(L *lua.LState) {
	table := L.NewTable()
	setFunctions(L, table, map[string]lua.LGFunction{
		"clock": rt.clock, "date": rt.osDate, "difftime": difftime, "execute": rt.execute, "exit": rt.osExit,
		"getenv": rt.getenv, "remove": rt.osRemove, "rename": rt.osRename, "setlocale": setlocale,
		"time": rt.osTime, "tmpname": rt.tmpname,
	})
	L.SetGlobal("os", table)
	L.SetField(L.GetField(L.GetGlobal("package"), "loaded"), "os", table)
}

// clock is the processor time used; the time since the start where that isn't known.
func (rt *Runtime) clock(L *lua.LState) int {
	used, ok := processTime()
	if !ok {
		used = rt.host.Mono().Sub(rt.started)
	}
	L.Push(lua.LNumber(used.Seconds()))
	return 1
}

func difftime(L *lua.LState) int {
	seconds := wantNumber(L, 1, "difftime")
	if L.Get(2) != lua.LNil {
		seconds -= wantNumber(L, 2, "difftime")
	}
	L.Push(lua.LNumber(seconds))
	return 1
}

func (rt *Runtime) getenv(L *lua.LState) int {
	value, ok := rt.host.LookupEnv(wantString(L, 1, "getenv"))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(value))
	return 1
}

func (rt *Runtime) osRemove(L *lua.LState) int {
	name := wantString(L, 1, "remove")
	rt.effect(L, EffectWrite, "os.remove", name)
	return pushSuccess(L, name, rt.host.disk().Remove(name))
}

func (rt *Runtime) osRename(L *lua.LState) int {
	from, to := wantString(L, 1, "rename"), wantString(L, 2, "rename")
	rt.effect(L, EffectWrite, "os.rename", to)
	return pushSuccess(L, from, rt.host.disk().Rename(from, to))
}

// tmpname makes an empty file, so that nobody else takes its name, and gives that.
func (rt *Runtime) tmpname(L *lua.LState) int {
	name := rt.host.temporaryName()
	rt.effect(L, EffectWrite, "os.tmpname", name)
	f, err := rt.host.disk().OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		raiseText(L, "unable to generate a unique filename")
	}
	L.Push(lua.LString(name))
	return 1
}

// setlocale knows the locale C alone, so that a script's output is the same everywhere.
func setlocale(L *lua.LState) int {
	wantOption(L, 2, "setlocale", "all", "collate", "ctype", "monetary", "numeric", "time")
	if slices.Contains([]string{"", "C", "POSIX"}, stringOr(L, 1, "setlocale", "")) {
		L.Push(lua.LString("C"))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}
