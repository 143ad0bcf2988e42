package luabind

import (
	"errors"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// fullStack is what gopher-lua says of it.
const fullStack = "lua callstack overflow"

// overflow tells whether err is a full call stack, which is no error of Lua's
// but a panic in gopher-lua, and leaves no room for a handler. It gives the
// error as Lua words it, and the calls as far as gopher-lua wrote them down.
func overflow(err error) (message string, frames []Frame, ok bool) {
	var raised *lua.ApiError
	if !errors.As(err, &raised) || raised.Object == nil || raised.Object.String() != fullStack {
		return "", nil, false
	}
	frames = framesOfText(raised.StackTrace)
	message = "stack overflow"
	if len(frames) > 0 {
		message = frames[0].place() + message
	}
	return message, frames, true
}

// firstPlace is the position of the innermost function of a script.
func firstPlace(calls []call) string {
	for _, f := range framesOf(calls) {
		if f.Line > 0 {
			return f.place()
		}
	}
	return ""
}

// framesOfText reads a traceback that gopher-lua wrote.
func framesOfText(text string) []Frame {
	var frames []Frame
	_, text, _ = strings.Cut(text, "stack traceback:")
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "..." {
			frames = append(frames, Frame{Hidden: callStackSize - 2*7})
			continue
		}
		where, function, ok := strings.Cut(line, ": in ")
		file, number, found := cutLast(where, ":")
		n, err := strconv.Atoi(number)
		if !ok || !found || err != nil {
			continue
		}
		function = strings.Trim(strings.TrimPrefix(function, "function "), "'")
		frames = append(frames, Frame{File: file, Line: n, Function: function})
	}
	return frames
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
