package luabind

import (
	"errors"
	"fmt"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// batchStoreFunctions are what scripts ask the store about batches, and decide.
func batchStoreFunctions(rt *Runtime) []Function {
	return []Function{
		{"items", "(id: string, options?: batch.ItemsOptions): fun(): batch.Item?", "Iterates over the mails of a batch, as the store has them.",
			"batch.run{ id = \"hello\", source = { \"ann@example.org\" }, via = relay, message = hello }\nfor item in batch.items(\"hello\", { state = \"sent\" }) do\n  print(item.key, item.to, item.state) --> ann@example.org ann@example.org sent\nend", rt.batchItems},
		{"list", "(): batch.Record[]", "Lists the batches of the store, the newest first.",
			"batch.run{ id = \"hello\", source = { \"ann@example.org\" }, via = relay, message = hello }\nfor _, b in ipairs(batch.list()) do print(b.id, b.counts.sent) end --> hello 1", rt.batchList},
		{"get", "(id: string): batch.Record?", "Gives what the store knows of a batch, or nil.", "print(batch.get(\"none\")) --> nil", rt.batchGet},
		{"retry", "(id: string, keys?: string|string[]): integer", "Opens mails again that failed, all or those of some keys, and gives their number: the next run of the batch tries them afresh.",
			"batch.run{ id = \"hello\", source = { \"550@example.org\" }, via = relay, message = hello }\nprint(batch.retry(\"hello\")) --> 1", rt.batchRetry},
		{"settle", "(id: string, options: batch.SettleOptions): integer", "Decides about mails in doubt, all or those of some keys, and gives their number.",
			"batch.run{ id = \"hello\", source = { \"ann@example.org\" }, via = relay, message = hello }\nprint(batch.settle(\"hello\", { as = \"sent\" })) --> 0", rt.batchSettle},
		{"cancel", "(id: string): integer", "Ends a batch: what was still to be sent is not. Gives the number of those mails.",
			"batch.run{ id = \"hello\", source = { \"ann@example.org\" }, via = relay, message = hello }\nprint(batch.cancel(\"hello\")) --> 0", rt.batchCancel},
		{"forget", "(id: string)", "Deletes a batch with all its mails from the store: their keys can be mailed again.",
			"batch.run{ id = \"hello\", source = { \"ann@example.org\" }, via = relay, message = hello }\nbatch.forget(\"hello\")\nprint(batch.get(\"hello\")) --> nil", rt.batchForget},
	}
}

// itemsOptions choose mails.
type itemsOptions struct {
	State []string `lua:"state" one:"true" doc:"only those in one of these states: sent, deferred, failed, suppressed, in_doubt, pending, ready, held, cancelled"`
	Key   []string `lua:"key" one:"true" doc:"only those of these keys"`
}

// settleOptions decide about mails in doubt.
type settleOptions struct {
	As   string   `lua:"as" required:"true" enum:"sent,resend,failed" doc:"they were sent; or they are sent again, by the next run; or they are given up"`
	Keys []string `lua:"keys" one:"true" doc:"only those of these keys"`
}

// batchRecordClass is a batch as the store knows it.
const batchRecordClass = `---@class batch.Record
---@field id string its id
---@field state string "open" or "cancelled"
---@field created integer when it began, in seconds since 1970
---@field updated integer when something of it changed last
---@field total integer mails that it knows
---@field counts table<string, integer> mails by state: sent, deferred, failed, in_doubt …`

// itemsAtOnce is how many mails are read from the store at once.
const itemsAtOnce = 500

func (rt *Runtime) batchItems(L *lua.LState) int {
	const call = "batch.items"
	id := argString(L, call, 1, "id")
	var o itemsOptions
	checkOptions(L, call, 2, &o)
	filter := outbox.Filter{Batch: id, Keys: o.Key, N: itemsAtOnce}
	for _, name := range o.State {
		state, ok := outbox.ParseState(name)
		if !ok {
			raise(L, unknownState(call, name))
		}
		filter.States = append(filter.States, state)
	}
	store := rt.batchStore(L, id)
	var page []outbox.Item
	ended := store == nil
	L.Push(L.NewFunction(guard(call, func(L *lua.LState) int {
		if len(page) == 0 && !ended {
			var err error
			if page, err = store.Items(rt.base, filter); err != nil {
				raise(L, err)
			}
			ended = len(page) < itemsAtOnce
		}
		if len(page) == 0 {
			L.Push(lua.LNil)
			return 1
		}
		item := page[0]
		page, filter.After = page[1:], item.ID
		L.Push(rt.itemTable(L, &item))
		return 1
	})))
	return 1
}

func unknownState(call, name string) error {
	var names []string
	for _, s := range outbox.States() {
		names = append(names, string(s))
	}
	text := fmt.Sprintf("%s: there is no state %s", call, optQuote(name))
	if near := Nearest(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return &argumentError{text: text}
}

// batchStore gives the store for questions about one batch, which must be there; nil in a rehearsal that knows none.
func (rt *Runtime) batchStore(L *lua.LState, id string) outbox.Store {
	if !rt.rehearses() {
		store, err := rt.store(rt.base)
		if err == nil {
			_, err = store.Batch(rt.base, id)
		}
		if err != nil {
			raise(L, err)
		}
		return store
	}
	store, err := rt.storeToRead(rt.base)
	if store != nil {
		_, err = store.Batch(rt.base, id)
	}
	switch {
	case isNotFound(err):
		return nil
	case err != nil:
		raise(L, err)
	}
	return store
}

func isNotFound(err error) bool {
	var e *outbox.NotFoundError
	return errors.As(err, &e)
}

func (rt *Runtime) batchList(L *lua.LState) int {
	store, err := rt.readStore()
	t := L.NewTable()
	if store != nil {
		var list []outbox.Batch
		list, err = store.ListBatches(rt.base)
		for i := range list {
			t.Append(recordTable(L, &list[i]))
		}
	}
	if err != nil {
		raise(L, err)
	}
	L.Push(t)
	return 1
}

// readStore gives the store; nil in a rehearsal that has none.
func (rt *Runtime) readStore() (outbox.Store, error) {
	if rt.rehearses() {
		return rt.storeToRead(rt.base)
	}
	return rt.store(rt.base)
}

func (rt *Runtime) batchGet(L *lua.LState) int {
	id := argString(L, "batch.get", 1, "id")
	store, err := rt.readStore()
	var out lua.LValue = lua.LNil
	if store != nil {
		var b outbox.Batch
		if b, err = store.Batch(rt.base, id); err == nil {
			out = recordTable(L, &b)
		}
	}
	if err != nil && !isNotFound(err) {
		raise(L, err)
	}
	L.Push(out)
	return 1
}

func recordTable(L *lua.LState, b *outbox.Batch) *lua.LTable {
	t, counts := L.CreateTable(0, 6), L.NewTable()
	for _, state := range outbox.States() {
		counts.RawSetString(string(state), lua.LNumber(b.Counts[state]))
	}
	t.RawSetString("id", lua.LString(b.ID))
	t.RawSetString("state", lua.LString(b.State))
	t.RawSetString("created", optionalMoment(b.Created))
	t.RawSetString("updated", optionalMoment(b.Updated))
	t.RawSetString("total", lua.LNumber(b.Counts.Total()))
	t.RawSetString("counts", counts)
	return t
}
