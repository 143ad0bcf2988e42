package luabind

import (
	"context"
	"errors"
	"io/fs"
	"strings"

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
	Host      string // the server that the error is about, where the engine's error doesn't tell
	Traceback string
}

// Error is one readable line, without the position.
func (e *ScriptError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Text
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
	if errors.As(e.Err, &hinted) {
		return hinted.Hint()
	}
	return ""
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
	raise(L, &ScriptError{Err: err, Host: host, Where: L.Where(1), Traceback: traceback(L)})
}

// errorObject makes the userdata that Lua code sees for err. An error that
// already travelled through Lua keeps its first position and traceback.
func errorObject(L *lua.LState, err error) *lua.LUserData {
	var e *ScriptError
	if !errors.As(err, &e) {
		e = &ScriptError{Err: err, Where: L.Where(1), Traceback: traceback(L)}
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
	if v.Type() == lua.LTString || v.Type() == lua.LTNumber {
		return v
	}
	return lua.LString(v.String())
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
		L.Push(lua.LString(L.ToStringMeta(L.Get(1)).String() + L.ToStringMeta(L.Get(2)).String()))
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
	return &ScriptError{Text: L.ToStringMeta(L.Get(n)).String()}
}

// errorFields lists the fields of an error object, for reading and for the
// documentation.
var errorFields = []Field{
	{"kind", "string", "family of the error, such as \"auth\", \"recipients_refused\", \"timeout\", \"argument\" or \"script\""},
	{"code", "integer?", "the server's reply code"},
	{"enhanced", "string?", "the enhanced status code (RFC 3463), such as \"5.1.1\""},
	{"message", "string", "the server's words verbatim, else the error's text"},
	{"stage", "string?", "the stage of the session in which it happened"},
	{"temporary", "boolean?", "true when trying again later may help"},
	{"delivered", "boolean|string|nil", "false, true, or \"unknown\" when the final reply was lost"},
	{"sender", "string?", "the envelope sender"},
	{"recipients", "table<string, smtp.Refusal>?", "refused recipients with code, enhanced and message"},
	{"mechanism", "string?", "the authentication mechanism tried last"},
	{"attempts", "smtp.Attempt[]?", "every mechanism tried, with code, enhanced and message"},
	{"host", "string?", "the server as host:port, or the path of its socket"},
	{"path", "string?", "the file"},
	{"hint", "string?", "what to do about it"},
	{"traceback", "string?", "where in the script it was raised"},
}

// errorIndex reads one field of an error object.
func errorIndex(L *lua.LState) int {
	e := checkError(L, 1)
	key := L.CheckString(2)
	L.Push(errorField(L, e, key))
	return 1
}

func errorField(L *lua.LState, e *ScriptError, key string) lua.LValue {
	switch key {
	case "kind":
		return lua.LString(e.Kind())
	case "hint":
		return optionalString(e.Hint())
	case "traceback":
		return optionalString(e.Traceback)
	case "path":
		var pathErr *fs.PathError
		if errors.As(e.Err, &pathErr) {
			return lua.LString(pathErr.Path)
		}
		return lua.LNil
	}
	if v := replyField(e, key); v != nil {
		return v
	}
	if v := smtpErrorField(L, e.Err, key); v != nil {
		return v
	}
	switch key {
	case "message":
		return lua.LString(e.Error())
	case "host":
		return optionalString(e.Host)
	}
	return lua.LNil
}

// replyField reads what came from the server's reply; nil when there is none.
func replyField(e *ScriptError, key string) lua.LValue {
	var resp *smtp.ResponseError
	if !errors.As(e.Err, &resp) {
		return nil
	}
	switch key {
	case "code":
		return lua.LNumber(resp.Reply.Code)
	case "enhanced":
		return optionalString(resp.Reply.Enhanced.String())
	case "message":
		return lua.LString(resp.Reply.Text())
	}
	return nil
}

// smtpErrorField reads the fields of the engine's typed errors; nil when the
// error has no such field.
func smtpErrorField(L *lua.LState, err error, key string) lua.LValue {
	var (
		smtpErr   smtp.Error
		sender    *smtp.SenderRefusedError
		rcpts     *smtp.RecipientsRefusedError
		data      *smtp.DataError
		auth      *smtp.AuthError
		connect   *smtp.ConnectError
		tlsFailed *smtp.TLSError
	)
	switch {
	case key == "stage" && errors.As(err, &smtpErr):
		return optionalString(smtpErr.Stage().String())
	case key == "temporary" && errors.As(err, &smtpErr):
		return lua.LBool(smtpErr.Temporary())
	case key == "delivered" && errors.As(err, &smtpErr):
		return deliveredValue(smtpErr.Delivered())
	case key == "sender" && errors.As(err, &sender):
		return lua.LString(sender.Sender)
	case key == "sender" && errors.As(err, &rcpts):
		return lua.LString(rcpts.Sender)
	case key == "recipients" && errors.As(err, &rcpts):
		return refusedTable(L, rcpts.Refused)
	case key == "recipients" && errors.As(err, &data) && len(data.Refused) > 0:
		return refusedTable(L, data.Refused)
	case key == "mechanism" && errors.As(err, &auth):
		return optionalString(auth.Mechanism)
	case key == "attempts" && errors.As(err, &auth):
		return attemptList(L, auth.Attempts)
	case key == "host" && errors.As(err, &connect):
		return optionalString(connect.Host)
	case key == "host" && errors.As(err, &tlsFailed):
		return optionalString(tlsFailed.Host)
	}
	return nil
}

// deliveredValue is false, true or "unknown".
func deliveredValue(d smtp.Delivered) lua.LValue {
	switch d {
	case smtp.Yes:
		return lua.LTrue
	case smtp.Unknown:
		return lua.LString("unknown")
	default:
		return lua.LFalse
	}
}

func optionalString(s string) lua.LValue {
	if s == "" {
		return lua.LNil
	}
	return lua.LString(s)
}
