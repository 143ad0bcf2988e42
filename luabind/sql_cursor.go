package luabind

import (
	"errors"
	"io"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// sqlCursor is the iterator that db:rows gives.
//
// Lua 5.1 tells no iterator that its loop was left. A connection that carries one answer at a time would have to read
// all the rest of it before the next statement; so the cursor looks whether its loop still runs.
type sqlCursor struct {
	rt       *Runtime
	rows     *data.SQLRows
	columns  []string
	number   int
	iterator *lua.LFunction
	state    *lua.LTable // what a loop hands to its iterator
	loop     *lua.LState // the thread whose for loop asks for rows; nil: something else does
	left     bool        // the loop was left
}

var errLoopLeft = errors.New("the loop over these rows was left, and another statement was run since")

// next is the iterator: a row and its number, or nil at the end.
func (c *sqlCursor) next(L *lua.LState) int {
	if c.left {
		raise(L, callFault("db:rows", errLoopLeft))
	}
	if c.number == 0 && L.Get(1) == c.state && c.calledByLoop(L) {
		c.loop = L
	}
	row, err := c.rows.Next()
	if errors.Is(err, io.EOF) {
		L.Push(lua.LNil)
		return 1
	}
	if err != nil {
		raise(L, sqlFault(L, "db:rows", err))
	}
	c.number++
	L.Push(c.rt.sqlRow(L, c.columns, row))
	L.Push(lua.LNumber(c.number))
	return 2
}

// calledByLoop looks for what a for loop has before the function that it calls: iterator, state and control.
func (c *sqlCursor) calledByLoop(L *lua.LState) bool {
	caller, ok := L.GetStack(1)
	if !ok {
		return false
	}
	var last [3]lua.LValue
	for i := 1; ; i++ {
		name, v := L.GetLocal(caller, i)
		if name == "" {
			return last[0] == c.iterator
		}
		last = [3]lua.LValue{last[1], last[2], v}
	}
}

// abandoned holds when the loop that asked for the rows was left before the last one.
func (c *sqlCursor) abandoned() bool {
	c.left = c.loop != nil && !c.loops()
	return c.left
}

// loops looks for the iterator on the thread's stack, where its loop has it until it ends. (That the loop's variable has
// a name says nothing: the VM thinks it gone during the body's last instruction.)
func (c *sqlCursor) loops() bool {
	for level := 0; level <= maxFrames; level++ {
		frame, ok := c.loop.GetStack(level)
		if !ok {
			return false
		}
		for i := 1; ; i++ {
			name, v := c.loop.GetLocal(frame, i)
			if name == "" {
				break
			}
			if v == c.iterator {
				return true
			}
		}
	}
	return false
}
