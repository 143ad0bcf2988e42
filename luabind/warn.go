package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// warningLimit is how many different warnings a run gives: a batch with a fault in every message has said it by then.
const warningLimit = 100

// warn logs what is allowed but probably not meant, once for each place in the script.
func (rt *Runtime) warn(L *lua.LState, call string, warnings []string) {
	for _, text := range warnings {
		rt.host.check.warned(L.Where(1), call+": "+text)
		if text = fmt.Sprintf("%s %s: %s", L.Where(1), call, text); rt.first(text) {
			rt.host.Logger.Warn(text)
		}
	}
}

// first tells whether a warning is still to be given, and remembers it.
func (rt *Runtime) first(warning string) bool {
	if rt.warned[warning] || len(rt.warned) >= warningLimit {
		return false
	}
	if rt.warned == nil {
		rt.warned = map[string]bool{}
	}
	rt.warned[warning] = true
	return true
}
