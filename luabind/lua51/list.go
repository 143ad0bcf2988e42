package lua51

import (
	"reflect"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// arrayField is where gopher-lua keeps the list in a table.
var arrayField = sync.OnceValue(func() int { return fieldIndex(reflect.TypeFor[lua.LTable](), "array") }) //nolint:gochecknoglobals // found once, since a search by name is slow

// fieldIndex is a field's place in a struct; -1 where there is none of that name.
func fieldIndex(t reflect.Type, name string) int {
	if f, ok := t.FieldByName(name); ok && len(f.Index) == 1 {
		return f.Index[0]
	}
	return -1
}

// slots is how many elements the table's list has room for, those included
// that are nil now; -1 where this cannot be known.
func slots(t *lua.LTable) int {
	field := arrayField()
	if field < 0 {
		return -1
	}
	return reflect.ValueOf(t).Elem().Field(field).Len()
}

// trimSteps bounds how many nils Trim takes from a list's end.
const trimSteps = 64

// Trim takes nils from the end of a table's list, after element key became nil.
//
// QUIRK: gopher-lua 1.1.2 leaves them there, and walks over all of them for
// each #list: a stack that is emptied by stack[#stack] = nil takes the square
// of its height.
func Trim(t *lua.LTable, key lua.LValue) {
	n, ok := key.(lua.LNumber)
	last := slots(t)
	if !ok || last < 1 || n != lua.LNumber(last) {
		return
	}
	for steps := 0; steps < trimSteps && last > 0 && t.RawGetInt(last) == lua.LNil; steps++ {
		t.Remove(last)
		last--
	}
}

// Next is the function next without the checks of its arguments. Elements may
// become nil on the way, and the list shorter.
func Next(t *lua.LTable, key lua.LValue) (lua.LValue, lua.LValue) {
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n < lua.LNumber(lua.MaxArrayIndex) && n == lua.LNumber(int(n)) {
		switch last := slots(t); {
		case last == 0:
			return t.Next(lua.LNil)
		case last > 0 && int(n) > last:
			return t.Next(lua.LNumber(last))
		}
	}
	return t.Next(key)
}
