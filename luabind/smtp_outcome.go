package luabind

import (
	"errors"

	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

const outcomeClassName = "smtp.Outcome"

// outcome is the result of one submitted message.
type outcome struct {
	tag    lua.LValue
	result *result
	err    error
	raised *ScriptError // err as an error object, the same each time
}

func newOutcome(rt *Runtime, o relay.Outcome) *outcome {
	out := &outcome{tag: lua.LNil, err: o.Err, raised: &ScriptError{Err: o.Err}}
	if tag, ok := o.Tag.(lua.LValue); ok {
		out.tag = tag
	}
	if o.Result != nil {
		out.result = &result{Result: o.Result, dry: rt.host.Outbound.Dry, seen: true}
	}
	return out
}

func outcomeClass(*Runtime) Class {
	return Class{
		Name: outcomeClassName, Doc: "The result of one submitted message: all of smtp.Result, and how it went.",
		Fields: append([]Field{
			{"tag", "any", "what was given as tag"},
			{"ok", "boolean", "true when at least one recipient was accepted"},
			{"error", "moonpost.Error?", "why it failed"},
		}, resultClass(nil).Fields...),
		get: outcomeField,
	}
}

func outcomeField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	o := self.(*outcome)
	switch key.String() {
	case "tag":
		return o.tag
	case "ok":
		return lua.LBool(o.err == nil)
	case "error":
		if o.err == nil {
			return lua.LNil
		}
		return errorObject(L, o.raised)
	}
	if o.result != nil {
		return resultField(L, o.result, key)
	}
	return failedField(L, o.err, key)
}

// failedField reads a result's field of a message that failed.
func failedField(L *lua.LState, err error, key lua.LValue) lua.LValue {
	var rcpts *smtp.RecipientsRefusedError
	switch key.String() {
	case "refused":
		if errors.As(err, &rcpts) {
			return refusedTable(L, rcpts.Refused)
		}
		return L.NewTable()
	case "accepted", "results":
		return L.NewTable()
	case "code", "message", "queue_id", "bytes", "seconds", "dsn", "dry":
		return errorField(L, &ScriptError{Err: err}, key.String())
	}
	return nil
}
