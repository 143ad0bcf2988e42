package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openPackage puts require, module and what belongs to them into the place of
// gopher-lua's. Modules in C cannot be loaded, and package.loadlib says so.
func (rt *Runtime) openPackage(L *lua.LState) {
	pkg := L.GetGlobal("package").(*lua.LTable)
	loaders := pkg.RawGetString("loaders").(*lua.LTable)
	loaders.RawSetInt(1, L.NewFunction(preloadLoader))
	setFunctions(L, pkg, map[string]lua.LGFunction{"seeall": seeAll, "loadlib": loadLib})
	loadedModules(L).RawSetString("package", pkg)
	sentinel := L.NewUserData()
	L.SetGlobal("require", L.NewFunction(func(L *lua.LState) int { return require(L, sentinel) }))
	L.SetGlobal("module", L.NewFunction(luaModule))
}

// loadedModules is package.loaded, which lives on when a script replaces it.
func loadedModules(L *lua.LState) *lua.LTable {
	return L.GetField(L.Get(lua.RegistryIndex), "_LOADED").(*lua.LTable)
}

// require gives a loaded module, or runs what the first loader finds. The
// sentinel stands for a module while it is loaded, and stays when that failed.
func require(L *lua.LState, sentinel *lua.LUserData) int {
	name := wantString(L, 1, "require")
	loaded := loadedModules(L)
	if v := L.GetField(loaded, name); lua.LVAsBool(v) {
		if v == sentinel {
			raiseText(L, "loop or previous error loading module '%s'", name)
		}
		L.Push(v)
		return 1
	}
	L.Push(findLoader(L, name))
	L.SetField(loaded, name, sentinel)
	L.Push(lua.LString(name))
	L.Call(1, 1)
	if v := L.Get(-1); v != lua.LNil {
		L.SetField(loaded, name, v)
	}
	if L.GetField(loaded, name) == sentinel {
		L.SetField(loaded, name, lua.LTrue)
	}
	L.Push(L.GetField(loaded, name))
	return 1
}

// findLoader asks the loaders in their order.
func findLoader(L *lua.LState, name string) lua.LValue {
	loaders, ok := L.GetField(L.GetField(L.Get(lua.GlobalsIndex), "package"), "loaders").(*lua.LTable)
	if !ok {
		raiseText(L, "'package.loaders' must be a table")
	}
	var tried strings.Builder
	for i := 1; ; i++ {
		loader := loaders.RawGetInt(i)
		if loader == lua.LNil {
			raiseText(L, "module '%s' not found:%s", name, tried.String())
		}
		L.Push(loader)
		L.Push(lua.LString(name))
		L.Call(1, 1)
		v := L.Get(-1)
		L.Pop(1)
		switch v := v.(type) {
		case *lua.LFunction:
			return v
		case lua.LString:
			tried.WriteString(string(v))
		}
	}
}

func preloadLoader(L *lua.LState) int {
	name := wantString(L, 1, "preload")
	preload, ok := L.GetField(L.GetField(L.Get(lua.GlobalsIndex), "package"), "preload").(*lua.LTable)
	if !ok {
		raiseText(L, "'package.preload' must be a table")
	}
	v := L.GetField(preload, name)
	if v == lua.LNil {
		v = lua.LString("\n\tno field package.preload['" + name + "']")
	}
	L.Push(v)
	return 1
}

func loadLib(L *lua.LState) int {
	L.Push(lua.LNil)
	L.Push(lua.LString("modules written in C cannot be loaded"))
	L.Push(lua.LString("absent"))
	return 3
}

func seeAll(L *lua.LState) int {
	t := wantTable(L, 1, "seeall")
	mt, ok := t.Metatable.(*lua.LTable)
	if !ok {
		mt = L.NewTable()
		t.Metatable = mt
	}
	mt.RawSetString("__index", L.Get(lua.GlobalsIndex))
	return 0
}

// luaModule makes the global table of a module the environment of the
// function that calls it.
func luaModule(L *lua.LState) int {
	name := wantString(L, 1, "module")
	loaded := loadedModules(L)
	module, ok := L.GetField(loaded, name).(*lua.LTable)
	if !ok {
		if module, ok = L.FindTable(L.Get(lua.GlobalsIndex).(*lua.LTable), name, 1).(*lua.LTable); !ok {
			raiseText(L, "name conflict for module '%s'", name)
		}
		L.SetField(loaded, name, module)
	}
	if L.GetField(module, "_NAME") == lua.LNil {
		L.SetField(module, "_M", module)
		L.SetField(module, "_NAME", lua.LString(name))
		L.SetField(module, "_PACKAGE", lua.LString(name[:strings.LastIndexByte(name, '.')+1]))
	}
	caller := functionAt(L, 1)
	if caller == nil || caller.IsG {
		raiseText(L, "'module' not called from a Lua function")
	}
	caller.Env = module
	for i := 2; i <= L.GetTop(); i++ {
		option := L.Get(i)
		L.Push(option)
		L.Push(module)
		L.Call(1, 0)
	}
	return 0
}
