package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// kvEncode writes a value as the store has it: JSON in the form of rows.
func (rt *Runtime) kvEncode(call string, v lua.LValue) ([]byte, error) {
	w := rowWriter{marks: rt.json, left: rowNodes}
	if err := w.value(v); err != nil {
		return nil, treeRoot(call+": value", err)
	}
	return w.buf, nil
}

// kvDecode reads a value of the store.
func (rt *Runtime) kvDecode(call string, text []byte) (lua.LValue, error) {
	v, err := rt.rowValue(text)
	if err != nil {
		return nil, callFault(call, err)
	}
	return v, nil
}
