package luabind

import lua "github.com/yuin/gopher-lua"

// listLimit bounds the part of a table that is an array: a list may have that
// many elements, and a table of one high number costs 16 octets for each below
// it, 268 MB at most. gopher-lua's own bound is four times that. Beyond the
// bound # and ipairs don't see what is there, so it must not be much lower:
// t[20000000] = x, a customer's number, is taken for a key now, and a list of
// sixteen million addresses is still one.
const listLimit = 1 << 24

// It is set before any Lua state can be made, because the states read it
// without a lock.
var _ = limitLists()

func limitLists() int {
	lua.MaxArrayIndex = listLimit
	return listLimit
}
