package luabind

import (
	"fmt"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// everywhere is the scope that holds for all mail.
const everywhere = "*"

func suppressionFunctions(rt *Runtime) []Function {
	return []Function{
		{"suppress", "(who: string|table|(fun(): any), options?: outbox.SuppressOptions): integer",
			"Puts addresses on the list of those who are not mailed, and gives their number: one, a list, or rows with a column `email` or `address`, also as an iterator. `Ann@X.org` and `ann@x.org` are one; a newer entry replaces an older one.",
			"outbox.suppress(\"Ann@Example.org\", { reason = \"complaint\" })\nprint(outbox.suppressed(\"ann@example.org\").reason) --> complaint", rt.outboxSuppress},
		{"suppressed", "(address: string, scope?: string): outbox.Suppression?", "Tells why an address is not mailed: everywhere, or in a scope. Nil if it is.",
			"outbox.suppress(rows, { scope = \"news\" })\nprint(outbox.suppressed(\"bob@example.org\"), outbox.suppressed(\"bob@example.org\", \"news\").scope) --> nil\tnews", rt.outboxSuppressed},
		{"unsuppress", "(who: string|table|(fun(): any), scope?: string): integer", "Takes addresses off the list of a scope, else off that which holds everywhere, and gives how many were on it.",
			"outbox.suppress{ \"ann@example.org\", \"bob@example.org\" }\nprint(outbox.unsuppress(\"Ann@example.org\"), outbox.suppressed(\"ann@example.org\")) --> 1\tnil", rt.outboxUnsuppress},
		{"suppressions", "(scope?: string): fun(): outbox.Suppression?", "Iterates over the list of a scope, else over that which holds everywhere, in order of address.",
			"outbox.suppress{ \"bob@example.org\", \"ann@example.org\" }\nfor s in outbox.suppressions() do\n  print(s.address)\nend --> ann@example.org bob@example.org", rt.outboxSuppressions},
	}
}

// suppressOptions are the options of outbox.suppress.
type suppressOptions struct {
	Reason string     `lua:"reason" doc:"why, for people: \"complaint\", \"5.1.1 no such user\""`
	Scope  string     `lua:"scope" doc:"where it holds: mail that names the scope" default:"*, everywhere"`
	End    lua.LValue `lua:"expires" type:"number|string|time.Time" doc:"until when: a date, or a time from now such as \"30d\"" default:"for ever"`
}

// suppressionClass is an entry of the list.
const suppressionClass = `---@class outbox.Suppression
---@field address string in lower case
---@field scope string "*" holds everywhere
---@field reason? string why, for people
---@field source? string the script or batch that put it there
---@field expires? integer in seconds since 1970
---@field created integer when it was put there, in seconds since 1970`

// suppressGroup is how many addresses are put on the list, or taken off it, at once.
const suppressGroup = 1000

func (rt *Runtime) outboxSuppress(L *lua.LState) int {
	const call = "outbox.suppress"
	var o suppressOptions
	checkOptions(L, call, 2, &o)
	now := rt.host.Wall()
	until, err := momentOf(call, "expires", o.End, now)
	if err != nil {
		raise(L, err)
	}
	entry := outbox.Suppression{Scope: scopeOr(o.Scope), Reason: o.Reason, Source: baseName(rt.program.Script.Name), Until: until, Created: now}
	n, err := rt.eachPerson(L, call, L.Get(1), func(store outbox.Store, people []string) (int64, error) {
		list := make([]outbox.Suppression, len(people))
		for i, address := range people {
			list[i] = entry
			list[i].Address = address
		}
		return int64(len(list)), store.Suppress(rt.base, list)
	})
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(n))
	return 1
}

func (rt *Runtime) outboxUnsuppress(L *lua.LState) int {
	const call = "outbox.unsuppress"
	scope := scopeOr(optString(L, call, 2, "scope"))
	n, err := rt.eachPerson(L, call, L.Get(1), func(store outbox.Store, people []string) (int64, error) {
		return store.Unsuppress(rt.base, people, scope)
	})
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(n))
	return 1
}

func scopeOr(scope string) string {
	if scope == "" {
		return everywhere
	}
	return scope
}

// eachPerson reads addresses, and gives them to do in groups, each once. A rehearsal reads them only.
func (rt *Runtime) eachPerson(L *lua.LState, call string, who lua.LValue, do func(outbox.Store, []string) (int64, error)) (total int64, err error) {
	var store outbox.Store
	if !rt.rehearsing() {
		if store, err = rt.store(rt.base); err != nil {
			return 0, err
		}
	}
	var group []string
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		n := int64(len(group))
		if store != nil {
			if n, err = do(store, group); err != nil {
				return err
			}
		}
		total, group = total+n, group[:0]
		return nil
	}
	err = eachAddress(L, call, who, func(address string) error {
		group = append(group, address)
		if len(group) < suppressGroup {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return total, err
}

// eachAddress reads one address, a list, rows, or an iterator of either.
func eachAddress(L *lua.LState, call string, who lua.LValue, take func(person string) error) error {
	next, ok := who.(*lua.LFunction)
	if !ok {
		list, isTable := who.(*lua.LTable)
		if !isTable || rowAddress(list) != lua.LNil {
			return onePerson(call, "who", who, take)
		}
		for i := 1; i <= list.Len(); i++ {
			if err := onePerson(call, fmt.Sprintf("who[%d]", i), list.RawGetInt(i), take); err != nil {
				return err
			}
		}
		return nil
	}
	for i := 1; ; i++ {
		L.Push(next)
		L.Call(0, 1)
		v := L.Get(-1)
		L.Pop(1)
		if v == lua.LNil {
			return nil
		}
		if err := onePerson(call, fmt.Sprintf("row %d", i), v, take); err != nil {
			return err
		}
	}
}

// rowAddress is the address in a row, or nil.
func rowAddress(row *lua.LTable) lua.LValue {
	if v := row.RawGetString("address"); v != lua.LNil {
		return v
	}
	return row.RawGetString("email")
}

func onePerson(call, what string, v lua.LValue, take func(person string) error) error {
	if row, ok := v.(*lua.LTable); ok {
		v = rowAddress(row)
	}
	text, ok := v.(lua.LString)
	if !ok {
		return &argumentError{text: fmt.Sprintf("%s: %s must be an address or a row with a column email or address, got %s", call, what, describe(v))}
	}
	person, err := outbox.PersonOf(string(text))
	if err != nil {
		return &argumentError{text: fmt.Sprintf("%s: %s is not an address: %s", call, what, optQuote(string(text)))}
	}
	return take(person)
}

func (rt *Runtime) outboxSuppressed(L *lua.LState) int {
	const call = "outbox.suppressed"
	var found []outbox.Suppression
	scope := optString(L, call, 2, "scope")
	err := onePerson(call, "address", L.Get(1), func(person string) error {
		store, err := rt.storeToRead(rt.base)
		if err != nil || store == nil {
			return err
		}
		var scopes []string
		if scope != "" {
			scopes = []string{scope}
		}
		found, err = store.Suppressed(rt.base, []string{person}, scopes, rt.host.Wall())
		return err
	})
	if err != nil {
		raise(L, err)
	}
	if len(found) == 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(suppressionTable(L, &found[0]))
	return 1
}

func (rt *Runtime) outboxSuppressions(L *lua.LState) int {
	const call = "outbox.suppressions"
	scope, after := scopeOr(optString(L, call, 1, "scope")), ""
	var page []outbox.Suppression
	ended := false
	L.Push(L.NewFunction(guard(call, func(L *lua.LState) int {
		if len(page) == 0 && !ended {
			store, err := rt.storeToRead(rt.base)
			if err == nil && store != nil {
				page, err = store.ListSuppressed(rt.base, scope, after, suppressGroup)
			}
			if err != nil {
				raise(L, err)
			}
			ended = len(page) < suppressGroup
		}
		if len(page) == 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(suppressionTable(L, &page[0]))
		after, page = page[0].Address, page[1:]
		return 1
	})))
	return 1
}

func suppressionTable(L *lua.LState, s *outbox.Suppression) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("address", lua.LString(s.Address))
	t.RawSetString("scope", lua.LString(s.Scope))
	t.RawSetString("reason", optionalString(s.Reason))
	t.RawSetString("source", optionalString(s.Source))
	t.RawSetString("expires", momentNumber(s.Until))
	t.RawSetString("created", momentNumber(s.Created))
	return t
}
