package luabind

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// fullStack is what gopher-lua says of a full call stack. It is no error of
// Lua's but a panic in gopher-lua, and leaves no room for a handler.
const fullStack = "lua callstack overflow"

// isOverflow tells whether err is that.
func isOverflow(err error) bool {
	var raised *lua.ApiError
	return errors.As(err, &raised) && raised.Object == lua.LString(fullStack)
}

// topLevel calls the script's main function. A full stack is looked at here,
// while the calls still stand.
func (rt *Runtime) topLevel(L *lua.LState) int {
	defer func() {
		r := recover()
		if r == fullStack {
			frames := trace(L)
			rt.overflown = &ScriptError{Text: placeOf(frames) + "stack overflow"}
			rt.overflown.setTrace(frames)
		}
		if r != nil {
			panic(r)
		}
	}()
	L.Call(L.GetTop()-1, 0)
	return 0
}

// placeOf is the position of the innermost function of a script.
func placeOf(frames []Frame) string {
	for _, f := range frames {
		if f.Line > 0 {
			return f.place()
		}
	}
	return ""
}

func cutAtLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
