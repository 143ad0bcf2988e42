package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// EffectKind is the kind of something that a script does outside its own
// state and mail.
type EffectKind uint8

// The kinds of effects.
const (
	EffectCommand  EffectKind = iota // a program is started
	EffectWrite                      // a file or folder is made, changed or removed
	EffectNetwork                    // something other than mail goes over the network
	EffectDatabase                   // a database is opened
)

// Effect is one thing that a script is about to do outside its own state and
// mail.
type Effect struct {
	Kind   EffectKind
	Call   string // the Lua function: "os.execute", "fs.write"
	Target string // the command, the file, the URL
	Where  string // "script.lua:12:"
}

// effect asks the host whether the script may do what it is about to do, and
// raises the refusal.
func (rt *Runtime) effect(L *lua.LState, kind EffectKind, call, target string) {
	if err := rt.host.Sandbox.effect(kind, call, target); err != nil {
		raise(L, err)
	}
	if rt.host.Effect == nil {
		return
	}
	where := whereabouts(L)
	for t := rt.waiting(L); where == "" && t != nil; t = rt.waiting(t) { // pcall(os.remove, name) has no line on its own thread
		where = whereabouts(t)
	}
	if err := rt.host.Effect(Effect{Kind: kind, Call: call, Target: target, Where: where}); err != nil {
		if rt.host.check != nil { // no pcall goes on after it
			rt.cancel(err)
		}
		raise(L, err)
	}
}
