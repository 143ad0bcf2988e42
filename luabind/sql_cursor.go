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
	rt      *Runtime
	rows    *data.SQLRows
	columns []string
	number  int
	self    *lua.LUserData
	loop    *lua.LState // the thread whose for loop asks for rows; nil: something else does
	left    bool        // the loop was left
}

const sqlRowsName = "sql.Rows"

// sqlRowsClass is *sqlCursor.
func sqlRowsClass() Class {
	return Class{
		Name:  sqlRowsName,
		Doc:   "Rows that are read one at a time; what `db:rows` gives. It is an iterator: called, it gives the next row and its number, or nil; a for loop calls it, and all that takes rows (`batch.run`, `csv.encode`, `report.table` …).",
		Extra: "---@operator call: table<string, any>?",
		Methods: []Function{
			{"close", "(self: sql.Rows)", "Drops the rows that were not read. The end of the rows, the next statement after a loop that was left, and the script's end do it too.",
				"local rows = db:rows(\"select * from sales\")\nprint(rows().region) --> north\nrows:close()", func(L *lua.LState) int {
					checkObject[*sqlCursor](L, 1, sqlRowsName).rows.Close()
					return 0
				}},
		},
		Fields: []Field{{"columns", "string[]", "the names of the columns in their order"}},
		get: func(L *lua.LState, self any, key lua.LValue) lua.LValue {
			if c, ok := self.(*sqlCursor); ok && key == lua.LString("columns") {
				return luaList(L, c.columns)
			}
			return nil
		},
		meta: map[string]lua.LGFunction{"__call": func(L *lua.LState) int { return checkObject[*sqlCursor](L, 1, sqlRowsName).next(L) }},
	}
}

var errLoopLeft = errors.New("the loop over these rows was left, and another statement was run since")

// next is the iterator: a row and its number, or nil at the end.
func (c *sqlCursor) next(L *lua.LState) int {
	if c.left {
		raise(L, callFault("db:rows", errLoopLeft))
	}
	if c.number == 0 && L.GetTop() == 3 && c.calledByLoop(L) {
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

// calledByLoop looks for what a for loop has before what it calls: iterator, state and control.
func (c *sqlCursor) calledByLoop(L *lua.LState) bool {
	caller, ok := L.GetStack(1)
	if !ok {
		return false
	}
	var last [3]lua.LValue
	for i := 1; ; i++ {
		name, v := L.GetLocal(caller, i)
		if name == "" {
			return last[0] == c.self
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
			if v == c.self {
				return true
			}
		}
	}
	return false
}
