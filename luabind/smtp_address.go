package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// addressClass is an address in its long form.
const addressClass = `---@class smtp.Address
---@field address string the address alone
---@field name? string the display name, which is not part of the envelope`

// Types of arguments that are addresses, as signatures have them.
const (
	oneAddress    = "string|smtp.Address"
	someAddresses = "string|smtp.Address|string[]|smtp.Address[]"
)

// pathAddress reads one envelope address: a string, or a table with address.
func pathAddress(call, what string, v lua.LValue) (string, error) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), nil
	case *lua.LTable:
		if address, ok := v.RawGetString("address").(lua.LString); ok {
			return string(address), nil
		}
	}
	return "", &argumentError{text: fmt.Sprintf("%s: %s must be an address, got %s", call, what, describe(v))}
}

// pathAddresses reads one envelope address or a list of them.
func pathAddresses(call, what string, v lua.LValue) ([]string, error) {
	t, isTable := v.(*lua.LTable)
	if !isTable || t.RawGetString("address") != lua.LNil {
		one, err := pathAddress(call, what, v)
		return []string{one}, err
	}
	list := make([]string, 0, t.Len())
	for i := 1; i <= t.Len(); i++ {
		one, err := pathAddress(call, fmt.Sprintf("%s[%d]", what, i), t.RawGetInt(i))
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// plainAddresses gives send options in which from and to are strings.
func plainAddresses(L *lua.LState, call string, t *lua.LTable) (*lua.LTable, error) {
	from, _ := t.RawGetString("from").(*lua.LTable)
	to, _ := t.RawGetString("to").(*lua.LTable)
	if from == nil && to == nil {
		return t, nil
	}
	plain := L.NewTable()
	t.ForEach(plain.RawSet)
	if from != nil {
		address, err := pathAddress(call, "from", from)
		if err != nil {
			return nil, err
		}
		plain.RawSetString("from", lua.LString(address))
	}
	if to != nil {
		list, err := pathAddresses(call, "to", to)
		if err != nil {
			return nil, err
		}
		plain.RawSetString("to", luaList(L, list))
	}
	return plain, nil
}

// sendOptionsTable checks what stands where send options do.
func sendOptionsTable(L *lua.LState, call string, n int) (*lua.LTable, error) {
	t, ok := L.Get(n).(*lua.LTable)
	switch {
	case !ok:
		return nil, &argumentError{
			text: fmt.Sprintf("%s: options must be a table, got %s", call, describe(L.Get(n))),
			hint: "write { from = …, to = … }",
		}
	case t.Len() > 0 || L.GetTop() > n:
		return nil, &argumentError{
			text: call + ": options are one table with names",
			hint: "write { mail_options = { … }, rcpt_options = { … } }",
		}
	}
	return plainAddresses(L, call, t)
}
