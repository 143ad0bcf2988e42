package luabind

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"moonpost/luabind/lua51"
	"moonpost/mime"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// errorClass is the metatable's name of error objects.
const errorClass = "moonpost.error"

// ScriptError is a raised value on its way between Go and Lua: the Go error
// that an engine returned, or a value that Lua code raised.
type ScriptError struct {
	Err       error  // what the engine returned; nil for a value of Lua's own
	Text      string // the message of a value of Lua's own
	Where     string // "script.lua:12:" or empty
	Call      string // "mime.image", for an engine's error that doesn't name the call; or empty
	Host      string // the server that the error is about, where the engine's error doesn't tell
	Traceback string
	Frames    []Frame // the same, for programs
	Plain     string  // the text without positions, of one that ended the script
	innermost string  // "script.lua:12:", the last position before Plain, or empty
	Spot      Spot    // where it is in the script, as far as that is known
	Advice    string  // what to do about it, where Err doesn't tell
}

// Error is one readable line, without the position.
func (e *ScriptError) Error() string {
	if e.Err == nil {
		return e.Text
	}
	text := e.Err.Error()
	if _, ok := e.Err.(*mime.Error); ok && e.Call != "" { //nolint:errorlint // what wraps one begins otherwise
		return e.Call + ": " + strings.TrimPrefix(text, "mime: ")
	}
	return text
}

// nameCall tells an error that is on its way out of a binding which one that
// was. Of nested ones the innermost counts.
func nameCall(raised *lua.ApiError, call string) {
	if ud, ok := raised.Object.(*lua.LUserData); ok {
		if e, ok := ud.Value.(*ScriptError); ok && e.Call == "" && !strings.Contains(call, ".__") {
			e.Call = shortCall(call)
		}
	}
}

// shortCall writes "mime.Part:attach" as "part:attach".
func shortCall(call string) string {
	class, method, ok := strings.Cut(call, ":")
	if !ok {
		return call
	}
	return strings.ToLower(class[strings.LastIndexByte(class, '.')+1:]) + ":" + method
}

// whereabouts is the line of the script that runs, as "script.lua:12:"; the
// Go functions between it and the one that asks, such as tostring, don't count.
func whereabouts(L *lua.LState) string {
	for level := 1; level < 10; level++ {
		if where := L.Where(level); where != "[G]:" {
			return where
		}
	}
	return ""
}

// Unwrap lets errors.As reach the engine's error.
func (e *ScriptError) Unwrap() error { return e.Err }

// Kind names the family of the error, as lua-api calls it: one of smtplib's
// nine, one of moonpost's own, or "script" for what Lua code raised.
func (e *ScriptError) Kind() string {
	var kinded interface{ Kind() string }
	var pathErr *fs.PathError
	switch {
	case e.Err == nil:
		return "script"
	case errors.As(e.Err, &kinded):
		return kinded.Kind()
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		return "cancelled"
	case errors.As(e.Err, &pathErr):
		return "io"
	}
	return "io"
}

// Hint says what to do about the error, or is empty.
func (e *ScriptError) Hint() string {
	var hinted interface{ Hint() string }
	if errors.As(e.Err, &hinted) && hinted.Hint() != "" {
		return hinted.Hint()
	}
	return e.Advice
}

// setTrace notes the calls by which the script came to the error.
func (e *ScriptError) setTrace(frames []Frame) {
	e.Frames, e.Traceback = frames, tracebackText(frames)
}

// argumentError is a wrong argument of a binding.
type argumentError struct{ text, hint string }

func (e *argumentError) Error() string { return e.text }
func (e *argumentError) Kind() string  { return "argument" }
func (e *argumentError) Hint() string  { return e.hint }

// raise ends the running Lua function with err as a typed error object. It
// does not return.
func raise(L *lua.LState, err error) {
	L.Error(errorObject(L, err), 1)
}

// raiseArgument raises an error of kind argument with the given text.
func raiseArgument(L *lua.LState, text string) {
	raise(L, &argumentError{text: text})
}

// raiseFrom is raise with the server that an engine's error is about.
func raiseFrom(L *lua.LState, err error, host string) {
	var fromEngine smtp.Error
	var travelled *ScriptError
	if errors.As(err, &travelled) || !errors.As(err, &fromEngine) || fromEngine.Stage() == smtp.StageNone {
		raise(L, err)
	}
	e := &ScriptError{Err: err, Host: host, Where: whereabouts(L)}
	e.setTrace(trace(L))
	raise(L, e)
}

// errorObject makes the userdata that Lua code sees for err. An error that
// already travelled through Lua keeps its first position and traceback.
func errorObject(L *lua.LState, err error) *lua.LUserData {
	var e *ScriptError
	if !errors.As(err, &e) {
		e = &ScriptError{Err: err, Where: whereabouts(L)}
		e.setTrace(trace(L))
	}
	var syntax *SyntaxError // which has a place of its own
	if e.Where == "" && !errors.As(e.Err, &syntax) {
		e.Where = whereabouts(L) // it was raised by an iterator of ours that no Lua code called
	}
	ud := L.NewUserData()
	ud.Value = e
	ud.Metatable = L.GetTypeMetatable(errorClass)
	return ud
}

// Unwrap gives the Go error behind a value that Lua code raised: the engine's
// own error where there is one, so that errors.As works in the host.
func Unwrap(v lua.LValue) error {
	if ud, ok := v.(*lua.LUserData); ok {
		if e, ok := ud.Value.(*ScriptError); ok {
			return e
		}
	}
	return &ScriptError{Text: lua.LVAsString(toText(v))}
}

// toText is what an uncaught value of Lua's own prints as.
func toText(v lua.LValue) lua.LValue {
	return lua.LString(lua51.Plain(v))
}

// openErrors makes the metatable of error objects.
func openErrors(L *lua.LState) {
	mt := L.NewTypeMetatable(errorClass)
	mt.RawSetString("__index", L.NewFunction(errorIndex))
	mt.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(errorLine(checkError(L, 1))))
		return 1
	}))
	mt.RawSetString("__concat", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(lua51.ToString(L, L.Get(1)).String() + lua51.ToString(L, L.Get(2)).String()))
		return 1
	}))
	mt.RawSetString("__eq", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LBool(checkError(L, 1) == checkError(L, 2)))
		return 1
	}))
}

// errorLine is the error as one line with its position in the script.
func errorLine(e *ScriptError) string {
	line := strings.ReplaceAll(e.Error(), "\n", " ")
	if e.Where != "" {
		return e.Where + " " + line
	}
	return line
}

func checkError(L *lua.LState, n int) *ScriptError {
	if ud, ok := L.Get(n).(*lua.LUserData); ok {
		if e, ok := ud.Value.(*ScriptError); ok {
			return e
		}
	}
	return &ScriptError{Text: lua51.ToString(L, L.Get(n)).String()}
}
