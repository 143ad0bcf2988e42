package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// envModule is the global `env`: the variables of the environment.
func envModule(rt *Runtime) Module {
	return Module{
		Name: "env", Doc: "Variables of the environment: `env.NAME` gives one and raises when it is not set.", Global: true,
		Extra: "---@field [string] string a variable of the environment",
		Functions: []Function{{
			Name: "get", Sig: "(name: string, default?: any): any",
			Doc:     "Gives a variable, or the default when it is not set. A variable that is set to nothing is \"\".",
			Example: "local port = tonumber(env.get(\"SMTP_PORT\", 25))\nprint(port, env.SMTP_URL) --> 25 smtp://mail.example.org",
			Fn:      rt.envGet,
		}},
		value: func(L *lua.LState, key string) lua.LValue {
			value, ok := rt.host.LookupEnv(key)
			if !ok {
				raise(L, &argumentError{text: fmt.Sprintf("env.%s is not set", key), hint: fmt.Sprintf("export %s=…, or write env.get(%q, default)", key, key)})
			}
			return lua.LString(value)
		},
	}
}

func (rt *Runtime) envGet(L *lua.LState) int {
	value, ok := rt.host.LookupEnv(argString(L, "env.get", 1, "name"))
	if !ok {
		L.Push(L.Get(2))
		return 1
	}
	L.Push(lua.LString(value))
	return 1
}
