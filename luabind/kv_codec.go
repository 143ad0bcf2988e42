package luabind

import (
	"fmt"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// mostValue bounds what one key holds, in octets.
const mostValue = 16 << 20

// kvEncode writes a value as the store has it.
func (rt *Runtime) kvEncode(call string, v lua.LValue) ([]byte, error) {
	w := jsonWalk{marks: rt.jsonMarks(), sort: true, left: jsonNodes, ctx: rt.base}
	if err := w.value(v); err != nil {
		return nil, treeRoot(call+": value", err)
	}
	text := []byte(w.out.String())
	if len(text) > mostValue {
		return nil, &argumentError{text: fmt.Sprintf("%s: the value takes %d octets; at most %d are kept under one key", call, len(text), mostValue)}
	}
	return text, nil
}

// kvDecode reads a value of the store.
func (rt *Runtime) kvDecode(call string, text []byte) (lua.LValue, error) {
	v, err := data.ParseJSON(string(text), data.JSONOptions{Numbers: data.JSONFloats}, rt.jsonMaker())
	if err != nil {
		return nil, callFault(call, err)
	}
	return v, nil
}
