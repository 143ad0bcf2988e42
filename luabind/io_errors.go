package luabind

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

// causeText is a file error's cause in the C library's words, and its number;
// 0 for what is no error of the system.
func causeText(err error) (text string, number int) {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	} else if errors.As(err, &linkErr) {
		err = linkErr.Err
	}
	text = err.Error()
	var code syscall.Errno
	if errors.As(err, &code) {
		number = int(code)
		if text != "" {
			text = strings.ToUpper(text[:1]) + text[1:]
		}
	}
	return text, number
}

// namedError is a file error as Lua words it.
func namedError(name string, err error) (string, int) {
	text, number := causeText(err)
	if name != "" {
		text = name + ": " + text
	}
	return text, number
}

// pushFailure is what Lua's io and os functions give when they could not do
// their work: nil, a text, an error number. The end of the script is raised.
func pushFailure(L *lua.LState, name string, err error) int {
	if ctx := L.Context(); ctx != nil && ctx.Err() != nil {
		raise(L, context.Cause(ctx))
	}
	text, number := namedError(name, err)
	L.Push(lua.LNil)
	L.Push(lua.LString(text))
	L.Push(lua.LNumber(number))
	return 3
}

// pushSuccess gives true, or what pushFailure gives.
func pushSuccess(L *lua.LState, name string, err error) int {
	if err != nil {
		return pushFailure(L, name, err)
	}
	L.Push(lua.LTrue)
	return 1
}
