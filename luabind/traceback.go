package luabind

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Frame is one line of a traceback: a place of the script and the function
// that it belongs to.
type Frame struct {
	File     string
	Line     int    // 0: a call that a tail call replaced, or calls that were left out
	Function string // "open", "main chunk", "<news.lua:10>" where it has no name
	Hidden   int    // this many calls were left out here
}

// String writes the frame as Lua's debug.traceback does.
func (f Frame) String() string {
	switch {
	case f.Hidden > 0:
		return fmt.Sprintf("… %s more", thousands(f.Hidden))
	case f.Line == 0:
		return "(tail call)"
	case f.Function == mainChunk:
		return fmt.Sprintf("%s:%d: in main chunk", f.File, f.Line)
	case strings.HasPrefix(f.Function, "<"):
		return fmt.Sprintf("%s:%d: in function %s", f.File, f.Line, f.Function)
	}
	return fmt.Sprintf("%s:%d: in function '%s'", f.File, f.Line, f.Function)
}

// place is the frame's position as it begins a message.
func (f Frame) place() string { return fmt.Sprintf("%s:%d: ", f.File, f.Line) }

// hostChunk names the Lua code that is the host's own.
const hostChunk = "[G]"

// mainChunk is what the top level of a file is called.
const mainChunk = "main chunk"

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// traceback is the way by which the script came here, as one text.
func traceback(L *lua.LState) string { return tracebackText(trace(L)) }

func tracebackText(frames []Frame) string {
	if len(frames) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("stack traceback:")
	for _, f := range frames {
		b.WriteString("\n\t")
		b.WriteString(f.String())
	}
	return b.String()
}

// trace lists the calls of L and of the threads that wait for it: a coroutine
// waits in its resumer, a protected function in its pcall. The host's own
// functions are left out.
func trace(L *lua.LState) []Frame {
	if L == nil {
		return nil
	}
	rt := runtimeOf(L)
	var frames []Frame
	for depth := 0; L != nil && depth < maxThreads; depth++ {
		frames = append(frames, framesOf(callStack(L))...)
		L = rt.waiting(L)
	}
	return cutFrames(frames)
}

// maxThreads bounds how many threads that wait for each other are followed.
const maxThreads = 200

// maxTrace bounds a traceback.
const maxTrace = 40

func cutFrames(frames []Frame) []Frame {
	if len(frames) <= maxTrace {
		return frames
	}
	hidden := 0
	for _, f := range frames[keptInner : len(frames)-keptOuter] {
		hidden += max(1, f.Hidden)
	}
	outer := frames[len(frames)-keptOuter:]
	return append(append(frames[:keptInner:keptInner], Frame{Hidden: hidden}), outer...)
}

// framesOf names the calls of one thread.
func framesOf(calls []call) []Frame {
	frames := make([]Frame, 0, len(calls))
	for i := range calls {
		c := &calls[i]
		if c.hidden > 0 {
			frames = append(frames, Frame{Hidden: c.hidden})
			continue
		}
		if !c.isLua() || c.fn.Proto.SourceName == hostChunk {
			continue
		}
		var caller *call
		if i+1 < len(calls) {
			caller = &calls[i+1]
		}
		name := functionName(c, caller)
		if caller != nil && caller.hidden > 0 && i > 0 && calls[i-1].fn == c.fn && calls[i-1].tails == 0 {
			name = frames[len(frames)-1].Function // of a recursion whose caller was left out
		}
		frames = append(frames, Frame{File: c.fn.Proto.SourceName, Line: c.line(), Function: name})
		for range min(c.tails, 3) {
			frames = append(frames, Frame{})
		}
	}
	return frames
}

// functionName is how the caller calls the function, or where it was written.
func functionName(c, caller *call) string {
	if c.fn.Proto.LineDefined == 0 {
		return mainChunk
	}
	if caller != nil && caller.isLua() && c.tails == 0 {
		for _, at := range caller.fn.Proto.DbgCalls {
			if at.Pc == caller.pc && at.Name != "?" && !strings.HasPrefix(at.Name, "(") {
				return at.Name
			}
		}
	}
	return fmt.Sprintf("<%s:%d>", c.fn.Proto.SourceName, c.fn.Proto.LineDefined)
}

// runtimeKey is where a Lua state keeps its Runtime.
const runtimeKey = "moonpost.runtime"

// setRuntime lets functions that are given a Lua state alone find its Runtime.
func (rt *Runtime) setRuntime() {
	ud := rt.state.NewUserData()
	ud.Value = rt
	rt.state.G.Registry.RawSetString(runtimeKey, ud)
}

// runtimeOf finds the Runtime of a state; nil for one that has none.
func runtimeOf(L *lua.LState) *Runtime {
	if ud, ok := L.G.Registry.RawGetString(runtimeKey).(*lua.LUserData); ok {
		if rt, ok := ud.Value.(*Runtime); ok {
			return rt
		}
	}
	return nil
}

// waiting is the thread that waits for L to come back, or nil.
func (rt *Runtime) waiting(L *lua.LState) *lua.LState {
	if L == nil {
		return nil
	}
	if L.Parent != nil {
		return L.Parent
	}
	if rt == nil {
		return nil
	}
	for i := len(rt.protected.running) - 1; i >= 0; i-- {
		if a := rt.protected.running[i]; a.thread == L {
			return a.caller
		}
	}
	return nil
}
