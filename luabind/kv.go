package luabind

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

const spaceClassName = "kv.Space"

// kvModule is `kv`: durable values.
func kvModule(rt *Runtime) Module {
	own := func(*lua.LState) (*space, int) { return rt.ownSpace(), 1 }
	return Module{
		Name: "kv", Doc: "Values that outlive the script, in the store that `--store` or `MOONPOST_STORE` names; what was set is durable. Keys are the script's own, by its file name; `kv.open` shares them. " +
			"A value is a string, a number, a boolean or a table of these. A dry run, a check and `--redirect` keep what is set for themselves and forget it at the end.",
		Functions: append(spaceFunctions(rt, "kv.", "(", own),
			Function{"open", "(name: string): kv.Space", "Opens the values of that name, for scripts that share them. The functions of the module are its methods.",
				"local shared = kv.open(\"newsletter\")\nshared:set(\"issue\", 12)\nprint(shared:get(\"issue\")) --> 12", rt.kvOpen}),
		Classes: []Class{{
			Name: spaceClassName, Doc: "Durable values that several scripts share; what `kv.open` gives.",
			Methods: spaceFunctions(rt, "shared:", "(self: kv.Space, ", thisSpace),
			Fields:  []Field{{"name", "string", "the name under which it was opened"}},
			get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
				if key == lua.LString("name") {
					return lua.LString(self.(*space).name)
				}
				return nil
			},
		}},
		Types: []string{optionsClass("kv.Options", reflect.TypeFor[kvOptions]())},
	}
}

// spaceFunctions are those that the module has for the script's own values and the
// class as methods. call begins their calls in examples and sig their signatures;
// of finds the space, and the argument at which the key stands.
func spaceFunctions(rt *Runtime, call, sig string, of func(L *lua.LState) (*space, int)) []Function {
	bind := func(f func(L *lua.LState, s *space, at int) int) lua.LGFunction {
		return func(L *lua.LState) int {
			s, at := of(L)
			return f(L, s, at)
		}
	}
	return []Function{
		{"get", sig + "key: string, default?: any): any", "Gives the value of a key, or `default` where there is none.",
			"print(" + call + "get(\"last run\", \"never\")) --> never", bind(rt.kvGet)},
		{"set", sig + "key: string, value: any, options?: kv.Options)", "Keeps a value, in place of one that is there.",
			call + "set(\"last run\", { at = \"2026-10-05\", sent = 12 })\nprint(" + call + "get(\"last run\").sent) --> 12", bind(rt.kvSet)},
		{"delete", sig + "key: string): boolean", "Deletes a value, and tells whether there was one.",
			call + "set(\"token\", \"x\")\nprint(" + call + "delete(\"token\"), " + call + "delete(\"token\")) --> true\tfalse", bind(rt.kvDelete)},
		{"incr", sig + "key: string, n?: integer, options?: kv.Options): integer",
			"Adds n, else 1, to a number and gives the sum; where there is none it begins with 0. It is exact, however many processes count. `ttl` runs from the first: later ones leave the end as it is.",
			"print(" + call + "incr(\"mails\"), " + call + "incr(\"mails\", 10)) --> 1\t11", bind(rt.kvIncr)},
		{"update", sig + "key: string, change: (fun(old: any): any), options?: kv.Options): any",
			"Replaces a value by what a function makes of it (nil where there is none; nil deletes), and gives the new one. Where another process changed it meanwhile, the function is called again with what is there then. Without `ttl` the value keeps its end.",
			"local seen = " + call + "update(\"seen\", function(old)\n  old = old or {}\n  old[#old + 1] = row.email\n  return old\nend)\nprint(seen[1]) --> bob@example.org", bind(rt.kvUpdate)},
	}
}

// kvOptions are the options of what keeps a value.
type kvOptions struct {
	TTL *time.Duration `lua:"ttl" min:"1ms" doc:"how long the value is kept" default:"for ever"`
}

// until is the moment at which what is kept now ends.
func (o *kvOptions) until(now time.Time) time.Time {
	if o.TTL == nil {
		return time.Time{}
	}
	return now.Add(*o.TTL)
}

// ownSpace is the script's own.
func (rt *Runtime) ownSpace() *space {
	if rt.values == nil {
		rt.values = &space{name: baseName(rt.program.Script.Name), call: "kv."}
	}
	return rt.values
}

// baseName is the name of a script without its folder.
func baseName(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

func thisSpace(L *lua.LState) (*space, int) { return checkObject[*space](L, 1, spaceClassName), 2 }

func (rt *Runtime) kvOpen(L *lua.LState) int {
	name := kvName(L, "kv.open", 1, "name")
	L.Push(rt.newObject(L, spaceClassName, &space{name: name, call: "space:"}))
	return 1
}

// longestName bounds keys and names, in octets: they are looked up in an index.
const longestName = 1000

// kvName reads argument n as a key or the name of a space.
func kvName(L *lua.LState, call string, n int, what string) string {
	name := argString(L, call, n, what)
	switch {
	case name == "":
		raiseArgument(L, fmt.Sprintf("%s: %s is empty", call, what))
	case len(name) > longestName:
		raiseArgument(L, fmt.Sprintf("%s: %s has more than %d octets: %s", call, what, longestName, optQuote(name)))
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		raiseArgument(L, fmt.Sprintf("%s: %s must be UTF-8 without NUL, got %s", call, what, optQuote(name)))
	}
	return name
}

func (rt *Runtime) kvGet(L *lua.LState, s *space, at int) int {
	call := s.call + "get"
	key := kvName(L, call, at, "key")
	v, ok, err := rt.spaceGet(s, key)
	if err != nil {
		raise(L, err)
	}
	if !ok {
		v = L.Get(at + 1)
	}
	L.Push(v)
	return 1
}

func (rt *Runtime) kvSet(L *lua.LState, s *space, at int) int {
	call := s.call + "set"
	key := kvName(L, call, at, "key")
	if L.Get(at+1) == lua.LNil {
		raise(L, &argumentError{text: call + ": value is nothing", hint: s.call + "delete removes a value"})
	}
	var o kvOptions
	checkOptions(L, call, at+2, &o)
	text, err := rt.kvEncode(call, L.Get(at+1))
	if err == nil {
		err = rt.spaceSet(s, key, text, o)
	}
	if err != nil {
		raise(L, err)
	}
	return 0
}

func (rt *Runtime) kvDelete(L *lua.LState, s *space, at int) int {
	existed, err := rt.spaceDelete(s, kvName(L, s.call+"delete", at, "key"))
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LBool(existed))
	return 1
}

func (rt *Runtime) kvIncr(L *lua.LState, s *space, at int) int {
	call := s.call + "incr"
	key, n := kvName(L, call, at, "key"), lua.LNumber(1)
	if v := L.Get(at + 1); v != lua.LNil {
		given, ok := v.(lua.LNumber)
		if !ok || !optIsWhole(float64(given)) {
			raiseArgument(L, fmt.Sprintf("%s: n must be a whole number, got %s", call, shown(v)))
		}
		n = given
	}
	var o kvOptions
	checkOptions(L, call, at+2, &o)
	sum, err := rt.spaceChange(s, spaceEdit{call: call, key: key, ttl: o.TTL, change: func(old lua.LValue) (lua.LValue, error) {
		return kvSum(call, key, old, n)
	}})
	if err != nil {
		raise(L, err)
	}
	L.Push(sum)
	return 1
}

// kvSum adds n to what a key holds.
func kvSum(call, key string, old lua.LValue, n lua.LNumber) (lua.LValue, error) {
	if old == lua.LNil {
		return n, nil
	}
	count, ok := old.(lua.LNumber)
	if !ok {
		return nil, &argumentError{text: fmt.Sprintf("%s: %s holds no number but %s", call, optQuote(key), describe(old))}
	}
	if sum := count + n; math.Abs(float64(sum)) < 1<<53 {
		return sum, nil
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: %s would leave the whole numbers that Lua counts exactly, up to 2⁵³", call, optQuote(key))}
}

func (rt *Runtime) kvUpdate(L *lua.LState, s *space, at int) int {
	call := s.call + "update"
	key := kvName(L, call, at, "key")
	change, ok := L.Get(at + 1).(*lua.LFunction)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: change must be a function, got %s", call, describe(L.Get(at+1))))
	}
	var o kvOptions
	checkOptions(L, call, at+2, &o)
	fresh, err := rt.spaceChange(s, spaceEdit{call: call, key: key, ttl: o.TTL, renew: true, change: func(old lua.LValue) (lua.LValue, error) {
		L.Push(change)
		L.Push(old)
		L.Call(1, 1)
		fresh := L.Get(-1)
		L.Pop(1)
		return fresh, nil
	}})
	if err != nil {
		raise(L, err)
	}
	L.Push(fresh)
	return 1
}
