package luabind

import (
	"strings"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

const deliveryClassName = "batch.Delivery"

// delivery is a mail of which a script says which way it goes.
type delivery struct {
	from  string
	to    []string
	item  *outbox.Item                     // nil: none yet
	batch string                           // outbox.Queue for mail that was put
	head  func(name string) (string, bool) // a field of the message, decoded
	size  func() (int64, error)            // octets of its 7-bit form
}

// deliveryClass is what via, route.choose and route.on_deferred get.
func deliveryClass() Class {
	return Class{
		Name: deliveryClassName, Doc: "A mail that is about to be sent, for the functions that say which way it goes.",
		Methods: []Function{{
			"header", "(self: batch.Delivery, name: string): string?", "Gives the decoded text of a field of the message, or nil.",
			"local function via(d)\n  return d:header(\"X-Stream\") == \"bulk\" and \"bulk\" or \"main\"\nend", deliveryHeader,
		}},
		Fields: []Field{
			{"from", "string", "envelope sender; \"\" is the null sender"},
			{"to", "string", "the recipient, the first of several"},
			{"recipients", "string[]", "all recipients"},
			{"domain", "string", "domain of `to`, in lower case"},
			{"size", "integer", "octets of the message"},
			{"attempts", "integer", "tries so far, those that were merely slowed down left out"},
			{"batch", "string?", "id of the batch; nil for mail that was put by itself"},
			{"last", "batch.Reply?", "what was said to the last try; nil before the first"},
			{"relay", "string?", "the relay of the last try; nil before the first"},
		},
		get: deliveryField,
	}
}

func deliveryHeader(L *lua.LState) int {
	d := checkObject[*delivery](L, 1, deliveryClassName)
	name := argString(L, "delivery:header", 2, "name")
	if d.head != nil {
		if text, ok := d.head(name); ok {
			L.Push(lua.LString(text))
			return 1
		}
	}
	L.Push(lua.LNil)
	return 1
}

func deliveryField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	d := self.(*delivery)
	item := d.item
	if item == nil {
		item = &outbox.Item{}
	}
	switch key.String() {
	case "from":
		return lua.LString(d.from)
	case "to":
		return lua.LString(firstOf(d.to))
	case "recipients":
		return luaList(L, d.to)
	case "domain":
		return lua.LString(domainOf(firstOf(d.to)))
	case "size":
		return d.octets(L)
	case "attempts":
		return lua.LNumber(item.Attempts)
	case "batch":
		return optionalString(d.batch)
	case "last":
		if item.Reply == (outbox.Reply{}) {
			return lua.LNil
		}
		return lastWords(L, item.Reply)
	case "relay":
		return optionalString(item.Relay)
	}
	return nil
}

func (d *delivery) octets(L *lua.LState) lua.LValue {
	if d.size == nil {
		return lua.LNumber(0)
	}
	n, err := d.size()
	if err != nil {
		raise(L, err)
	}
	return lua.LNumber(n)
}

// firstOf gives the first of some texts, or "".
func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// domainOf gives the domain of an address in lower case; "" for a local name.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	return strings.ToLower(address[at+1:])
}

// batchReplyClass is what a server said, as callbacks and deliveries have it.
const batchReplyClass = `---@class batch.Reply
---@field code integer three digits; 0 where no server said it
---@field enhanced? string enhanced status, such as "5.1.1"
---@field message string the server's words, or ours
---@field text string the same
---@field queue_id? string the server's name for the message, if it told one`

// lastWords gives a reply to the script.
func lastWords(L *lua.LState, r outbox.Reply) *lua.LTable {
	t := L.CreateTable(0, 5)
	t.RawSetString("code", lua.LNumber(r.Code))
	t.RawSetString("enhanced", optionalString(r.Enhanced))
	t.RawSetString("message", lua.LString(r.Text))
	t.RawSetString("text", lua.LString(r.Text))
	t.RawSetString("queue_id", optionalString(r.QueueID))
	return t
}
