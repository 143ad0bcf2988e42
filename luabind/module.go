// Package luabind lets Lua scripts use moonpost's engines. It is the only
// room that knows gopher-lua: each Lua module is one file that checks its
// arguments, calls one engine function and pushes the results.
package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Module is one row of the binding table: a Lua module with everything that
// registration, `moonpost doc`, docs/lua.md and the editor stubs are made of.
type Module struct {
	Name      string
	Doc       string
	Global    bool // also a global variable, not only got by require
	Functions []Function
	Values    []Field // plain values of the module's table
	Classes   []Class
	Types     []string // further LuaCATS classes, such as those of options
	Extra     string   // a LuaCATS line more of the module's table, such as an indexer
	// value reads a plain value by name, or gives nil for a name that is none.
	value func(L *lua.LState, key string) lua.LValue
	// refused is why this run can't have the module; require raises it.
	refused error
}

// Function is one function of a module or one method of a class.
type Function struct {
	Name    string
	Sig     string // LuaCATS: "(options: smtp.ConnectOptions, port?: integer): smtp.Conn"
	Doc     string
	Example string
	Fn      lua.LGFunction
}

// Field is a readable value of a module or of an object.
type Field struct {
	Name string
	Type string // LuaCATS
	Doc  string
}

// Class is the type of an object that scripts hold.
type Class struct {
	Name    string // "smtp.Conn"
	Doc     string
	Methods []Function
	Fields  []Field
	Extra   string // a LuaCATS line more, such as an ---@operator or an indexer
	// get reads a field of the object, or nil for a name that is none.
	get func(L *lua.LState, self any, key lua.LValue) lua.LValue
	// meta are further metamethods, by name.
	meta map[string]lua.LGFunction
}

// modules lists the binding table. With a nil runtime it serves the
// documentation alone.
func modules(rt *Runtime) []Module {
	return []Module{
		smtpModule(rt), mimeModule(rt), envModule(rt), scriptModule(rt),
		flagsModule(rt), csvModule(rt), templateModule(rt), logModule(rt), mailboxModule(rt),
		jsonModule(rt), batchModule(rt), timeModule(rt), fsModule(rt), execModule(rt), hashModule(rt), urlModule(rt), httpModule(rt), yamlModule(rt),
		testModule(rt), sinkModule(rt), routeModule(rt), outboxModule(rt), kvModule(rt), sqlModule(rt),
		reportModule(rt),
		xlsxModule(rt), calendarModule(rt),
		chartModule(rt),
		utf8Module(), bitModule(),
	}
}

// register makes every module of the table available: by require, and as a
// global where the module says so.
func (rt *Runtime) register() {
	L := rt.state
	preload := L.GetField(L.GetField(L.Get(lua.EnvironIndex), "package"), "preload").(*lua.LTable)
	for _, m := range modules(rt) {
		table := rt.moduleTable(m)
		for i := range m.Classes {
			rt.registerClass(&m.Classes[i])
		}
		preload.RawSetString(m.Name, L.NewFunction(func(L *lua.LState) int {
			if m.refused != nil {
				raise(L, m.refused)
			}
			L.Push(table)
			return 1
		}))
		if m.Global {
			L.SetGlobal(m.Name, table)
		}
	}
}

// moduleTable builds the table that require returns. Dotted names
// ("address.parse") make tables within it.
func (rt *Runtime) moduleTable(m Module) *lua.LTable {
	L := rt.state
	table := L.NewTable()
	for _, f := range m.Functions {
		holder, name := subTable(L, table, f.Name)
		holder.RawSetString(name, rt.named(m.Name+"."+f.Name, L.NewFunction(guard(m.Name+"."+f.Name, f.Fn))))
	}
	meta := L.NewTable()
	meta.RawSetString("__index", L.NewFunction(guard(m.Name, valueOrUnknown(m))))
	L.SetMetatable(table, meta)
	for inner, names := range dottedNames(m) {
		meta := L.NewTable()
		meta.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
			raiseArgument(L, unknownText(m.Name+"."+inner, "function", L.Get(2).String(), names))
			return 0
		}))
		L.SetMetatable(table.RawGetString(inner), meta)
	}
	return table
}

// dottedNames lists the functions of the tables within a module by table.
func dottedNames(m Module) map[string][]string {
	names := map[string][]string{}
	for _, f := range m.Functions {
		if inner, name, ok := strings.Cut(f.Name, "."); ok {
			names[inner] = append(names[inner], name)
		}
	}
	return names
}

// subTable walks a dotted name down from table and returns the table that
// holds the last element, and that element.
func subTable(L *lua.LState, table *lua.LTable, name string) (holder *lua.LTable, last string) {
	for i := 0; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		sub, ok := table.RawGetString(name[:i]).(*lua.LTable)
		if !ok {
			sub = L.NewTable()
			table.RawSetString(name[:i], sub)
		}
		return subTable(L, sub, name[i+1:])
	}
	return table, name
}

// valueOrUnknown reads a plain value of the module, and makes a misspelt name
// an error where it is used, instead of a nil that is called somewhere else.
func valueOrUnknown(m Module) lua.LGFunction {
	var names []string
	for _, f := range m.Functions {
		names = append(names, f.Name)
	}
	for _, f := range m.Values {
		names = append(names, f.Name)
	}
	return func(L *lua.LState) int {
		key, ok := L.Get(2).(lua.LString)
		if !ok {
			return 0
		}
		if m.value != nil {
			if v := m.value(L, string(key)); v != nil {
				L.Push(v)
				return 1
			}
		}
		raiseArgument(L, unknownText(m.Name, "function", string(key), names))
		return 0
	}
}

// guard turns a Go panic inside a binding into a Lua error that names the
// function: gopher-lua alone shows the bare panic text without a position.
// Errors that the binding raises learn its name.
func guard(name string, fn lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if raised, isLua := r.(*lua.ApiError); isLua {
				nameCall(raised, name)
				panic(r)
			}
			L.RaiseError("%s: internal error: %v", name, r)
		}()
		return fn(L)
	}
}
