package luabind

import (
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// batchItemClass is a mail of a batch as scripts have it.
const batchItemClass = `---@class batch.Item
---@field key string its key in the batch
---@field to? string the recipient, the first of several; nil while not known
---@field recipients string[] those still to be mailed, or that were
---@field row any the row, a fresh copy; nil where it cannot be read
---@field state string "pending", "ready", "sent", "deferred", "failed", "suppressed", "in_doubt", "held" …
---@field attempts integer tries so far, those that were merely slowed down left out
---@field relay? string the relay of the last try
---@field message_id? string without angle brackets
---@field due? integer when it is tried next, in seconds since 1970
---@field code integer of the last reply; 0 where no server said it
---@field enhanced? string its enhanced status
---@field text string its words, or ours`

// itemTable gives a mail to the script.
func (rt *Runtime) itemTable(L *lua.LState, it *outbox.Item) *lua.LTable {
	t := L.CreateTable(0, 13)
	t.RawSetString("key", lua.LString(it.Key))
	t.RawSetString("to", optionalString(firstOf(it.Recipients)))
	t.RawSetString("recipients", luaList(L, it.Recipients))
	row, err := rt.rowValue(it.Row)
	if err != nil {
		row = lua.LNil
	}
	t.RawSetString("row", row)
	t.RawSetString("state", lua.LString(it.State))
	t.RawSetString("attempts", lua.LNumber(it.Attempts))
	t.RawSetString("relay", optionalString(it.Relay))
	t.RawSetString("message_id", optionalString(it.MessageID))
	t.RawSetString("due", optionalMoment(it.Due))
	t.RawSetString("code", lua.LNumber(it.Reply.Code))
	t.RawSetString("enhanced", optionalString(it.Reply.Enhanced))
	t.RawSetString("text", lua.LString(it.Reply.Text))
	return t
}

// optionalMoment is a time as seconds since 1970; nil for none.
func optionalMoment(t time.Time) lua.LValue {
	if t.IsZero() {
		return lua.LNil
	}
	return lua.LNumber(t.Unix())
}
