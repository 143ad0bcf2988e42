package luabind

import (
	"reflect"
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// outboxModule is `outbox`: durable mail.
func outboxModule(rt *Runtime) Module {
	return Module{
		Name: "outbox", Doc: "Durable mail: what `outbox.put` has taken is in the store and is delivered once by a worker (`moonpost work`), whatever ends the process in between. " +
			"A dry run and a check put nothing; `--redirect` sends what would be put as a test mail at once.",
		Functions: append([]Function{
			{"put", "(message: mime.Part, options: outbox.PutOptions): integer, \"queued\"|\"duplicate\"|\"dry\"|\"redirected\"",
				"Puts a message into the queue and gives its number. When it returns, the message is durable. A key that was put before gives \"duplicate\" and the number of the first, and nothing is queued; if that says something else, a warning is logged. Date, Message-ID and boundaries may differ.",
				"print(outbox.put(msg, { key = \"order-4711\", via = \"bulk\", expires = \"3d\" })) --> 1\tqueued\nprint(outbox.put(msg, { key = \"order-4711\", via = \"bulk\" })) --> 1\tduplicate", rt.outboxPut},
			{"send", "(message: mime.Part, options: outbox.SendOptions): outbox.Queued", "Puts a message and delivers it at once, in this process: `state` is \"sent\", or \"duplicate\" where the key was sent before. Without success the message stays in the queue for the next run with the same key, or for a worker, and the script ends with a batch's exit status: 5 if it is tried again later, 6 if it failed, 7 if it is in doubt.",
				"local r = outbox.send(msg, { key = \"report-2026-10\", via = relay, wait = \"1h\" })\nprint(r.state, r.code) --> sent 250", rt.outboxSend},
			{"worker", "(options: outbox.WorkerOptions)", "Says how `moonpost work SCRIPT` delivers the queue after the script's top level: retries, what becomes of mail in doubt, and functions to be told. Mail goes through the script's relays by the names that it was put with.",
				"smtp.relay{ name = \"bulk\", url = env.SMTP_URL }\noutbox.worker{\n  retry = { attempts = 8, give_up = \"3d\" },\n  on_failed = function(item, reply) print(item.key, reply.text) end,\n}", rt.outboxWorker},
			{"get", "(key: string): outbox.Queued?", "Tells what became of the message with a key; nil where none was put.",
				"outbox.put(msg, { key = \"order-4711\", via = \"bulk\" })\nprint(outbox.get(\"order-4711\").state, outbox.get(\"order-4712\")) --> ready\tnil", rt.outboxGet},
			{"cancel", "(key: string): boolean", "Withdraws a message from the queue: true if nothing of it had left. The key stays taken.",
				"outbox.put(msg, { key = \"order-4711\", via = \"bulk\" })\nprint(outbox.cancel(\"order-4711\"), outbox.get(\"order-4711\").state) --> true\tcancelled", rt.outboxCancel},
		}, suppressionFunctions(rt)...),
		Types: append(deliveryTypes(),
			optionsClass("outbox.PutOptions", reflect.TypeFor[putOptions]()), queuedClass,
			optionsClass("outbox.SuppressOptions", reflect.TypeFor[suppressOptions]()), suppressionClass,
		),
	}
}

// queuedClass is what outbox.get gives.
const queuedClass = `---@class outbox.Queued
---@field id integer the store's number for it
---@field key string that it was put with
---@field state "duplicate"|"ready"|"claimed"|"intent"|"sent"|"deferred"|"failed"|"suppressed"|"in_doubt"|"held"|"cancelled" of several parts that of the one that is farthest from its end
---@field code? integer of the last reply; nil before the first, and where no server said it
---@field enhanced? string the reply's status code, such as 4.2.1
---@field text? string the last reply, or ours
---@field due? integer when it is tried next, in seconds since 1970; nil: at once, or never
---@field expires? integer after which it is not sent any more
---@field attempts integer tries that count for the schedule
---@field relay? string through which it went last
---@field recipients string[] those still to be tried
---@field message_id? string the same in every attempt
---@field created integer when it was put, in seconds since 1970
---@field parts integer mail to several sites is cut into so many
---@field dry? boolean of outbox.send: true in a dry run`

func (rt *Runtime) outboxGet(L *lua.LState) int {
	items, err := rt.queuedItems(kvName(L, "outbox.get", 1, "key"))
	if err != nil {
		raise(L, err)
	}
	if len(items) == 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(rt.queuedTable(L, items))
	return 1
}

// queuedItems are the parts of the queued message with a key.
func (rt *Runtime) queuedItems(key string) ([]outbox.Item, error) {
	if items := rt.rehearsedPuts[key]; items != nil {
		return items, nil
	}
	store, err := rt.storeToRead(rt.base)
	if err != nil || store == nil {
		return nil, err
	}
	return store.Items(rt.base, outbox.Filter{Batch: outbox.Queue, Keys: []string{key}})
}

// queuedTable tells of the part that is farthest from its end, and of the recipients of all.
func (rt *Runtime) queuedTable(L *lua.LState, items []outbox.Item) *lua.LTable {
	it, left := &items[0], []string{}
	for i := range items {
		if queueRank(items[i].State) < queueRank(it.State) {
			it = &items[i]
		}
		if items[i].State.Unsettled() {
			left = append(left, items[i].Recipients...)
		}
	}
	t := L.NewTable()
	t.RawSetString("id", lua.LNumber(items[0].ID))
	t.RawSetString("key", lua.LString(it.Key))
	t.RawSetString("state", lua.LString(it.State))
	rt.setReply(t, it.Reply)
	if it.State.Open() {
		t.RawSetString("due", momentNumber(it.Due))
	}
	t.RawSetString("expires", momentNumber(it.Expires))
	t.RawSetString("attempts", lua.LNumber(it.Attempts))
	t.RawSetString("relay", optionalString(it.Relay))
	t.RawSetString("recipients", luaList(L, left))
	t.RawSetString("message_id", optionalString(it.MessageID))
	t.RawSetString("created", momentNumber(it.Created))
	t.RawSetString("parts", lua.LNumber(len(items)))
	return t
}

// momentNumber is a time as seconds since 1970; nil for none.
func momentNumber(t time.Time) lua.LValue {
	if t.IsZero() {
		return lua.LNil
	}
	return lua.LNumber(t.Unix())
}

// setReply tells the last reply, where there is one.
func (rt *Runtime) setReply(t *lua.LTable, r outbox.Reply) {
	if r.Code != 0 {
		t.RawSetString("code", lua.LNumber(r.Code))
	}
	t.RawSetString("enhanced", optionalString(r.Enhanced))
	t.RawSetString("text", optionalString(r.Text))
}

// queueRank orders states by how far they are from the end that was wanted.
func queueRank(s outbox.State) int {
	switch s {
	case outbox.InDoubt:
		return 0
	case outbox.Pending, outbox.Ready, outbox.Claimed, outbox.Intent, outbox.Deferred, outbox.Held:
		return 1
	case outbox.Failed:
		return 2
	case outbox.Cancelled:
		return 3
	case outbox.Suppressed:
		return 4
	}
	return 5
}

func (rt *Runtime) outboxCancel(L *lua.LState) int {
	key := kvName(L, "outbox.cancel", 1, "key")
	if rt.rehearsing() {
		L.Push(lua.LBool(rt.rehearsedPuts.cancel(key)))
		return 1
	}
	store, err := rt.store(rt.base)
	if err != nil {
		raise(L, err)
	}
	n, err := store.Change(rt.base, outbox.Change{
		Batch: outbox.Queue, Keys: []string{key}, Now: rt.host.Wall(),
		From: []outbox.State{outbox.Pending, outbox.Ready, outbox.Deferred, outbox.Held}, To: outbox.Cancelled,
	})
	items, itemsErr := rt.queuedItems(key)
	if err == nil {
		err = itemsErr
	}
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LBool(n > 0 && n == int64(len(items))))
	return 1
}
