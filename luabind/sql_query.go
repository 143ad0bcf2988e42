package luabind

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// sqlStatement reads the arguments of a method that runs a statement.
func (rt *Runtime) sqlStatement(L *lua.LState, call string) (d *database, text string, args []any) {
	d = thisDatabase(L)
	text = argString(L, call, 2, "text")
	for i := 3; i <= L.GetTop(); i++ {
		v, err := sqlParameter(L.Get(i), 0)
		if err != nil {
			raiseArgument(L, fmt.Sprintf("%s: parameter %d %v", call, i-2, err))
		}
		args = append(args, v)
	}
	return d, text, args
}

func (rt *Runtime) sqlQuery(L *lua.LState) int {
	const call = "db:query"
	d, text, args := rt.sqlStatement(L, call)
	answer, err := d.Query(L.Context(), text, args)
	if err != nil {
		raise(L, sqlFault(L, call, err))
	}
	defer answer.Close()
	columns := answer.Columns()
	rows := L.NewTable()
	for {
		row, err := answer.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			raise(L, sqlFault(L, call, err))
		}
		rows.Append(rt.sqlRow(L, columns, row))
	}
	rows.RawSetString("columns", luaList(L, columns))
	L.Push(rows)
	return 1
}

func (rt *Runtime) sqlExec(L *lua.LState) int {
	const call = "db:exec"
	d, text, args := rt.sqlStatement(L, call)
	rt.effect(L, EffectWrite, call, d.Name())
	r, err := d.Exec(L.Context(), text, args)
	if err != nil {
		raise(L, sqlFault(L, call, err))
	}
	L.Push(lua.LNumber(r.Rows))
	if !r.HasID {
		return 1
	}
	L.Push(lua.LNumber(r.LastID))
	return 2
}

func (rt *Runtime) sqlRows(L *lua.LState) int {
	const call = "db:rows"
	d, text, args := rt.sqlStatement(L, call)
	answer, err := d.Query(L.Context(), text, args)
	if err != nil {
		raise(L, sqlFault(L, call, err))
	}
	c := &sqlCursor{rt: rt, rows: answer, columns: answer.Columns()}
	c.self = rt.newObject(L, sqlRowsName, c)
	answer.Abandoned = c.abandoned
	L.Push(c.self)
	return 1
}

func (rt *Runtime) sqlTransaction(L *lua.LState) int {
	const call = "db:transaction"
	d := thisDatabase(L)
	body, ok := L.Get(2).(*lua.LFunction)
	if !ok {
		raise(L, &argumentError{text: call + ": body must be a function, got " + describe(L.Get(2)), hint: "write db:transaction(function() … end)"})
	}
	rt.effect(L, EffectWrite, call, d.Name())
	if err := d.Begin(L.Context()); err != nil {
		raise(L, sqlFault(L, call, err))
	}
	kept := false
	defer func() {
		if !kept {
			d.Rollback(L.Context())
		}
	}()
	L.SetTop(0)
	L.Push(body)
	L.Call(0, lua.MultRet)
	if err := d.Commit(L.Context()); err != nil {
		raise(L, sqlFault(L, call, err))
	}
	kept = true
	return L.GetTop()
}

// sqlRow makes a row's table; what is NULL isn't in it.
func (rt *Runtime) sqlRow(L *lua.LState, columns []string, values []any) *lua.LTable {
	t := L.CreateTable(0, len(columns))
	for i, v := range values {
		if v != nil {
			t.RawSetString(columns[i], rt.sqlValue(L, v))
		}
	}
	return t
}

func (rt *Runtime) sqlValue(L *lua.LState, v any) lua.LValue {
	switch v := v.(type) {
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case string:
		return lua.LString(v)
	case data.SQLNull:
		return rt.sqlNull()
	case []any:
		list := L.CreateTable(len(v), 0)
		for i, element := range v {
			list.RawSetInt(i+1, rt.sqlValue(L, element))
		}
		return list
	}
	return lua.LNil
}

// sqlNull is the run's NULL.
func (rt *Runtime) sqlNull() *lua.LUserData {
	if rt.null == nil {
		L := rt.state
		meta := L.NewTable()
		meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int { L.Push(lua.LString("NULL")); return 1 }))
		rt.null = L.NewUserData()
		rt.null.Value, rt.null.Metatable = data.SQLNull{}, meta
	}
	return rt.null
}

func (rt *Runtime) sqlBlob(L *lua.LState) int {
	L.Push(rt.newObject(L, "sql.Blob", data.SQLBlob(argString(L, "sql.blob", 1, "bytes"))))
	return 1
}

// sqlDepth bounds lists within lists; PostgreSQL's arrays have six dimensions at most.
const sqlDepth = 6

// sqlParameter makes the engine's value of a parameter. Errors begin with a verb: "is a table …".
func sqlParameter(v lua.LValue, depth int) (any, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LBool:
		return bool(v), nil
	case lua.LString:
		return string(v), nil
	case lua.LNumber:
		const exact = 1 << 53
		if f := float64(v); f != math.Trunc(f) || math.Abs(f) > exact {
			return f, nil
		}
		return int64(v), nil
	case *lua.LTable:
		return sqlList(v, depth)
	case *lua.LUserData:
		switch object := v.Value.(type) {
		case data.SQLNull, jsonNull:
			return nil, nil
		case data.SQLBlob, time.Time:
			return object, nil
		}
	}
	return nil, fmt.Errorf("is %s; parameters are strings, numbers, booleans, times, lists of these, or sql.null", describe(v))
}

func sqlList(t *lua.LTable, depth int) (any, error) {
	n := t.Len()
	if key, _ := optAfter(t, n); key != lua.LNil || depth >= sqlDepth {
		return nil, errors.New("is a table that is no list; json.encode makes a text of it")
	}
	list := make([]any, n)
	for i := range list {
		v, err := sqlParameter(t.RawGetInt(i+1), depth+1)
		if err != nil {
			return nil, fmt.Errorf("has an element [%d] that %w", i+1, err)
		}
		list[i] = v
	}
	return list, nil
}
