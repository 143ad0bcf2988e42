package luabind

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// Of a deep recursion the first and the last calls are kept.
const (
	keptInner = 8
	keptOuter = 6
)

// call is a function that is under way.
type call struct {
	fn     *lua.LFunction
	pc     int // the instruction that runs; of a Go function meaningless
	tails  int // calls that tail calls replaced
	level  int // as debug.getinfo counts them
	raw    int // as gopher-lua counts them, those of concatFunction too
	hidden int // this many calls were left out here; the other fields are empty
}

// frameFields are the places of what is read from gopher-lua's own record of a
// call, which has no public face: which instruction runs, and what called it.
// They are only ever read; see docs/decisions/018-names-in-errors.md.
type frameFields struct{ pc, tails, parent, fn, isGo int }

// callStack lists the calls of a thread, innermost first.
func callStack(L *lua.LState) []call {
	frame, at, ok := currentFrame(L)
	if !ok {
		return nil
	}
	var all []call
	operators := 0
	for level := 0; !frame.IsNil(); frame = frame.Elem().Field(at.parent) {
		if at.isConcat(frame) {
			operators++
			continue
		}
		c := call{pc: int(frame.Elem().Field(at.pc).Int()) - 1, level: level, raw: level + operators, tails: at.tailsOf(frame)}
		level += 1 + c.tails
		all = append(all, c)
	}
	all = cutMiddle(all)
	for i := range all {
		all[i].fn = functionOf(L, all[i].raw)
	}
	return all
}

// rawLevel is what gopher-lua calls a level of a script's: "..", which is a
// function to it, is none to the script.
func rawLevel(L *lua.LState, level int) int {
	frame, at, ok := currentFrame(L)
	if !ok {
		return level
	}
	operators := 0
	for seen := 0; seen <= level && !frame.IsNil(); frame = frame.Elem().Field(at.parent) {
		if at.isConcat(frame) {
			operators++
			continue
		}
		seen += 1 + at.tailsOf(frame)
	}
	return level + operators
}

// currentFrame gives the innermost call of L.
func currentFrame(L *lua.LState) (frame reflect.Value, at frameFields, ok bool) {
	dbg, ok := L.GetStack(0)
	if !ok {
		return frame, at, false
	}
	frame = reflect.ValueOf(dbg).Elem().FieldByName("frame")
	if !frame.IsValid() || frame.Kind() != reflect.Pointer || frame.IsNil() {
		return frame, at, false
	}
	at, ok = fieldsOf(frame.Type().Elem())
	return frame, at, ok
}

func fieldsOf(frame reflect.Type) (at frameFields, ok bool) {
	ok = true
	index := func(of reflect.Type, name string) int {
		f, found := of.FieldByName(name)
		if !found {
			ok = false
			return 0
		}
		return f.Index[0]
	}
	at = frameFields{pc: index(frame, "Pc"), tails: index(frame, "TailCall"), parent: index(frame, "Parent"), fn: index(frame, "Fn")}
	at.isGo = index(reflect.TypeFor[lua.LFunction](), "IsG")
	return at, ok
}

// isConcat tells the call of concatFunction, which is an operator to the script.
func (at frameFields) isConcat(frame reflect.Value) bool {
	return frame.Elem().Field(at.fn).Pointer() == reflect.ValueOf(concatFunction).Pointer()
}

// tailsOf is how many calls a frame's function replaced by tail calls.
func (at frameFields) tailsOf(frame reflect.Value) int {
	f := frame.Elem()
	if f.Field(at.fn).Elem().Field(at.isGo).Bool() {
		return 0
	}
	return int(f.Field(at.tails).Int())
}

func cutMiddle(all []call) []call {
	if len(all)-keptInner-keptOuter <= 1 {
		return all
	}
	hidden := 0
	for _, c := range all[keptInner : len(all)-keptOuter] {
		hidden += max(1, c.hidden)
	}
	outer := all[len(all)-keptOuter:]
	return append(append(all[:keptInner:keptInner], call{hidden: hidden}), outer...)
}

func functionOf(L *lua.LState, level int) *lua.LFunction {
	dbg, ok := L.GetStack(level)
	if !ok {
		return nil
	}
	v, err := L.GetInfo("f", dbg, lua.LNil)
	if err != nil {
		return nil
	}
	fn, _ := v.(*lua.LFunction)
	return fn
}

// isLua tells a function of a script from one of ours.
func (c *call) isLua() bool { return c.fn != nil && !c.fn.IsG }

// line is the line that runs, or 0.
func (c *call) line() int {
	if !c.isLua() || c.pc < 0 || c.pc >= len(c.fn.Proto.DbgSourcePositions) {
		return 0
	}
	return c.fn.Proto.DbgSourcePositions[c.pc]
}
