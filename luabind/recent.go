package luabind

import (
	"reflect"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// recentErrors remembers where the last caught errors came from, so that one
// that is raised again still tells it. A text of Lua's own cannot carry it.
type recentErrors struct {
	list [8]recentError
	next int
}

// recentError is a value that a pcall or a coroutine's resumer was given.
type recentError struct {
	value lua.LValue
	calls []call // of the thread that failed
}

// add remembers a value. What was caught before and raised again keeps its
// first calls.
func (r *recentErrors) add(v lua.LValue, calls []call) {
	if first := r.find(v); first != nil {
		calls = append(append(append([]call{}, first...), call{}), calls...) // an empty one: they don't call each other
		calls = cutMiddle(calls)
	}
	r.list[r.next] = recentError{value: v, calls: calls}
	r.next = (r.next + 1) % len(r.list)
}

// find gives the calls of a value that was caught lately, or of one that a
// text ends with.
func (r *recentErrors) find(v lua.LValue) []call {
	for n := range r.list {
		i := (r.next - 1 - n + 2*len(r.list)) % len(r.list)
		if e := &r.list[i]; e.value != nil && sameError(e.value, v) {
			return e.calls
		}
	}
	return nil
}

// sameError tells whether v is the caught value itself, or a text made of it.
// Texts that are written alike at two places are not the same.
func sameError(caught, v lua.LValue) bool {
	old, ok := caught.(lua.LString)
	if !ok {
		return caught == v && caught.Type() != lua.LTNumber && caught.Type() != lua.LTBool && caught.Type() != lua.LTNil
	}
	text, ok := v.(lua.LString)
	if !ok || old == "" {
		return false
	}
	if len(old) == len(text) {
		return reflect.ValueOf(string(old)).Pointer() == reflect.ValueOf(string(text)).Pointer()
	}
	where, _ := splitWhere(string(old))
	return where != "" && strings.Contains(string(text), string(old))
}
