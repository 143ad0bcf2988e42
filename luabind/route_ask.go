package luabind

import (
	"fmt"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// chooser names the function that says which way a mail goes.
func (rt *Runtime) chooser(f *lua.LFunction) string {
	if f != rt.routes.choose {
		return "the function of via"
	}
	return fmt.Sprintf("the function of route.choose (%s)", rt.routes.placeOf("choose"))
}

// onDeferred asks the script's function of route.on_deferred; nil where there is none.
func (rt *Runtime) onDeferred(t *thread) func(it *outbox.Item, r outbox.Reply) ([]string, error) {
	f := rt.routes.deferred
	if f == nil {
		return nil
	}
	return func(it *outbox.Item, r outbox.Reply) (names []string, err error) {
		err = t.invoke(f, func(L *lua.LState) []lua.LValue {
			d := &delivery{from: it.Sender, to: it.Recipients, item: it, batch: it.Batch}
			return []lua.LValue{rt.newObject(L, deliveryClassName, d), lastWords(L, r)}
		}, func(v lua.LValue) (err error) {
			names, err = rt.anotherWay(t.L, v)
			return err
		})
		return names, err
	}
}

// anotherWay reads what the function of route.on_deferred returned: nil, a way, or
// { relay = way }.
func (rt *Runtime) anotherWay(L *lua.LState, v lua.LValue) (names []string, err error) {
	if v == lua.LNil {
		return nil, nil
	}
	if t, ok := v.(*lua.LTable); ok && t.Len() == 0 {
		if v, err = onlyRelay(t); err != nil {
			return nil, err
		}
	}
	if names, err = rt.viaNames(L, v); err == nil {
		err = rt.checkWays(names)
	}
	if err != nil {
		return nil, fmt.Errorf("the function of route.on_deferred (%s): %w", rt.routes.placeOf("on_deferred"), err)
	}
	return rt.resolveWays(names), nil
}

// onlyRelay takes the way out of { relay = way }.
func onlyRelay(t *lua.LTable) (lua.LValue, error) {
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if key != lua.LString("relay") {
			return nil, &argumentError{text: fmt.Sprintf("the function of route.on_deferred returned a table with %s; write { relay = … }", optPlain(key))}
		}
	}
	return t.RawGetString("relay"), nil
}
