package luabind

import (
	"errors"
	"io/fs"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// errorFields lists the fields of an error object, for reading and for the
// documentation.
var errorFields = []Field{
	{"kind", "string", "family of the error, such as \"auth\", \"recipients_refused\", \"timeout\", \"argument\" or \"script\""},
	{"code", "integer|string|nil", "the server's reply code; of a database its SQLSTATE (PostgreSQL) or number"},
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
	if v := sqlField(e.Err, key); v != nil {
		return v
	}
	if v := smtpErrorField(L, e.Err, key); v != nil {
		return v
	}
	if v := httpErrorField(e.Err, key); v != nil {
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
