package luabind

import (
	"path/filepath"

	lua "github.com/yuin/gopher-lua"
)

// scriptModule is the global `script`: where the running program lies.
func scriptModule(rt *Runtime) Module {
	return Module{
		Name: "script", Doc: "The running script: its name, and files that lie beside it.", Global: true,
		Values: []Field{
			{"dir", "string", "the folder of the script, or the working directory for `-e`, `-` and scripts in the binary"},
			{"name", "string", "the script as it was named on the command line"},
		},
		Functions: []Function{{
			Name: "path", Sig: "(name: string): string",
			Doc:     "Gives the path of a file beside the script.",
			Example: "local template = require \"template\"\nlocal page = template.load(script.path(\"news.html\"))\nprint(page:render{ name = \"Ann\" }) --> <p>Hello Ann</p>",
			Fn:      rt.scriptPath,
		}},
		value: func(_ *lua.LState, key string) lua.LValue {
			switch key {
			case "dir":
				return lua.LString(rt.scriptDir())
			case "name":
				return lua.LString(rt.program.Script.Name)
			}
			return nil
		},
	}
}

func (rt *Runtime) scriptDir() string {
	if rt.program.Script.Dir == "" {
		return "."
	}
	return rt.program.Script.Dir
}

func (rt *Runtime) scriptPath(L *lua.LState) int {
	name := argString(L, "script.path", 1, "name")
	if !filepath.IsAbs(name) {
		name = filepath.Join(rt.scriptDir(), name)
	}
	L.Push(lua.LString(name))
	return 1
}
