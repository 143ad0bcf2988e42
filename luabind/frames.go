package luabind

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// The depths of Lua's stacks. PUC Lua 5.1 gives up at 16,380 nested calls, and
// at about 200 that go through C functions such as pcall.
const (
	maxFrames          = 16384
	maxNestedThreads   = 190
	coroutineFrames    = 4096
	coroutineRegisters = 256
)

// frameReader reads gopher-lua's call frames, which its API shows in part only.
//
// QUIRK: a yield in gopher-lua 1.1.2 that has to cross a metamethod, an
// iterator or a Go function corrupts the VM, and only the frames tell that it would.
type frameReader struct {
	current                     int // of the state
	parent, function, pc, index int // of a frame
	isGo, proto, code           int // of a function
}

// newFrameReader finds the fields once, since a search by name is slow.
func newFrameReader() frameReader {
	index := func(t reflect.Type, name string) int {
		f, _ := t.FieldByName(name)
		return f.Index[0]
	}
	state, function, proto := reflect.TypeFor[lua.LState](), reflect.TypeFor[lua.LFunction](), reflect.TypeFor[lua.FunctionProto]()
	current, _ := state.FieldByName("currentFrame")
	frame := current.Type.Elem()
	return frameReader{
		current: current.Index[0], index: index(frame, "Idx"),
		parent: index(frame, "Parent"), function: index(frame, "Fn"), pc: index(frame, "Pc"),
		isGo: index(function, "IsG"), proto: index(function, "Proto"), code: index(proto, "Code"),
	}
}

// onlyCalls tells whether all frames below the running Go function are Lua
// functions that called the next one by a call of the language.
func (r frameReader) onlyCalls(L *lua.LState) bool {
	frame := reflect.ValueOf(L).Elem().Field(r.current).Elem()
	for parent := frame.Field(r.parent); !parent.IsNil(); parent = frame.Field(r.parent) {
		frame = parent.Elem()
		function := frame.Field(r.function).Elem()
		if function.Field(r.isGo).Bool() {
			return false
		}
		code := function.Field(r.proto).Elem().Field(r.code)
		instruction := code.Index(int(frame.Field(r.pc).Int()) - 1).Uint()
		if op := int(instruction >> 26); op != lua.OP_CALL && op != lua.OP_TAILCALL {
			return false
		}
	}
	return true
}

// depth is how many frames stand on L's stack.
func (r frameReader) depth(L *lua.LState) int {
	frame := reflect.ValueOf(L).Elem().Field(r.current)
	if frame.IsNil() {
		return 0
	}
	return int(frame.Elem().Field(r.index).Int()) + 1
}

// enter is called before code runs on another Lua thread. Each has a stack of
// its own, but they share the process's: the sum of their depths is bounded.
func (rt *Runtime) enter(L *lua.LState) (leave func(), ok bool) {
	depth := rt.coroutines.frames.depth(L)
	if rt.nested >= maxNestedThreads || rt.frames+depth > maxFrames {
		return nil, false
	}
	rt.nested++
	rt.frames += depth
	return func() { rt.nested--; rt.frames -= depth }, true
}
