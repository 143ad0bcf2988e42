package luabind

import (
	"fmt"
	"strings"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

const resultClassName = "smtp.Result"

// result is the outcome of one message as a script holds it.
type result struct {
	*smtp.Result
	dry  bool
	seen bool // the script looked at the refusals
}

func (rt *Runtime) newResult(L *lua.LState, r *smtp.Result) *lua.LUserData {
	res := &result{Result: r, dry: rt.host.Outbound.Dry}
	if len(r.Refused()) > 0 {
		rt.notices = append(rt.notices, res)
	}
	return rt.newObject(L, resultClassName, res)
}

// unseen is the warning for refusals that nobody looked at.
func (r *result) unseen() string {
	if r.seen {
		return ""
	}
	var parts []string
	for _, refused := range r.Refused() {
		what := refused.Reply.String()
		if what == "" && refused.Err != nil {
			what = refused.Err.Error()
		}
		parts = append(parts, fmt.Sprintf("<%s>: %s", refused.Address, what))
	}
	return "refused and not looked at by the script: " + strings.Join(parts, "; ")
}

func resultClass(rt *Runtime) Class {
	return Class{
		Name: resultClassName, Doc: "What became of one message: who was accepted, who was refused, and the server's final reply.",
		Methods: []Function{{"check", "(self: smtp.Result): smtp.Result",
			"Raises `recipients_refused` when anyone was refused; gives the result otherwise.", "local r = conn:send_message(msg):check() -- raises when anyone was refused\nprint(r.code, r.accepted[1]) --> 250 bob@example.org", rt.resultCheck}},
		Fields: []Field{
			{"accepted", "string[]", "the recipients that were accepted"},
			{"refused", "table<string, smtp.Refusal>", "the refused ones with code, enhanced and message; empty when all were accepted"},
			{"results", "smtp.RecipientResult[]", "address, code, enhanced and message for each recipient in the order given"},
			{"code", "integer", "the code of the final reply"},
			{"message", "string", "the text of the final reply"},
			{"queue_id", "string?", "the server's name for the message, where its reply tells"},
			{"bytes", "integer", "octets of content sent"},
			{"seconds", "number", "how long it took"},
			{"dsn", "boolean", "true when delivery status notifications were asked for"},
			{"dry", "boolean", "true in a dry run: nothing was sent"},
		},
		get: resultField,
	}
}

func resultField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	r := self.(*result)
	switch key.String() {
	case "accepted":
		return luaList(L, r.Accepted())
	case "refused":
		r.seen = true
		return refusedTable(L, r.Refused())
	case "results":
		r.seen = true
		return recipientList(L, r.Recipients)
	case "code":
		return lua.LNumber(r.Reply.Code)
	case "message":
		return lua.LString(r.Reply.Text())
	case "queue_id":
		return optionalString(r.QueueID)
	case "bytes":
		return lua.LNumber(r.Bytes)
	case "seconds":
		return lua.LNumber(r.Elapsed.Seconds())
	case "dsn":
		return lua.LBool(r.DSNSent)
	case "dry":
		return lua.LBool(r.dry)
	}
	return nil
}

func (rt *Runtime) resultCheck(L *lua.LState) int {
	r := checkObject[*result](L, 1, resultClassName)
	r.seen = true
	if err := r.Check(); err != nil {
		raise(L, err)
	}
	L.Push(L.Get(1))
	return 1
}

// refusedTable maps each refused address to its reply.
func refusedTable(L *lua.LState, refused []smtp.RecipientResult) *lua.LTable {
	t := L.NewTable()
	for _, r := range refused {
		t.RawSetString(r.Address, rowTable(L, r))
	}
	return t
}

// recipientList lists the recipients with their replies in the order given.
func recipientList(L *lua.LState, recipients []smtp.RecipientResult) *lua.LTable {
	list := L.CreateTable(len(recipients), 0)
	for i, r := range recipients {
		row := rowTable(L, r)
		row.RawSetString("address", lua.LString(r.Address))
		list.RawSetInt(i+1, row)
	}
	return list
}

// rowTable is a recipient's reply, or what happened where no server gave one.
func rowTable(L *lua.LState, r smtp.RecipientResult) *lua.LTable {
	t := replyTable(L, r.Reply)
	if r.Err != nil && r.Reply.Code == 0 {
		t.RawSetString("message", lua.LString(r.Err.Error()))
		if inDoubt(r.Err) {
			t.RawSetString("delivered", lua.LString("unknown"))
		}
	}
	return t
}

// replyTable is a reply as code, enhanced and message.
func replyTable(L *lua.LState, r smtp.Reply) *lua.LTable {
	t := L.CreateTable(0, 4)
	t.RawSetString("code", lua.LNumber(r.Code))
	t.RawSetString("enhanced", optionalString(r.Enhanced.String()))
	t.RawSetString("message", lua.LString(r.Text()))
	return t
}
