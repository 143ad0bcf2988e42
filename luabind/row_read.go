package luabind

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// rowError is a row of the store that cannot be read.
type rowError struct{ err error }

func (e *rowError) Error() string {
	return fmt.Sprintf("the row in the store cannot be read: %v", e.err)
}
func (e *rowError) Kind() string  { return "store" }
func (e *rowError) Unwrap() error { return e.err }

// errRowForm is returned for a "$" form that nobody wrote.
var errRowForm = errors.New(`a name that begins with "$" has no such value`)

// rowValue gives a row as the script had it: fresh tables every time.
func (rt *Runtime) rowValue(row []byte) (lua.LValue, error) {
	if row == nil {
		return lua.LNil, nil
	}
	r := rowReading{rt: rt, marks: rt.jsonMarks()}
	v, err := data.ParseJSON(string(row), data.JSONOptions{Numbers: data.JSONFloats}, r.maker())
	if err == nil {
		err = r.err
	}
	if err != nil {
		return lua.LNil, &rowError{err}
	}
	return v, nil
}

// rowReading makes Lua values of one row's JSON.
type rowReading struct {
	rt    *Runtime
	marks *jsonMarks
	err   error
}

func (r *rowReading) maker() data.JSONMaker[lua.LValue] {
	return data.JSONMaker[lua.LValue]{
		Null:   r.marks.null,
		Bool:   func(b bool) lua.LValue { return lua.LBool(b) },
		Number: func(n float64) lua.LValue { return lua.LNumber(n) },
		Text:   func(s string) lua.LValue { return lua.LString(s) },
		Array:  r.list,
		Object: r.fields,
	}
}

func (r *rowReading) list(elements []lua.LValue) lua.LValue {
	t := r.rt.state.CreateTable(len(elements), 0)
	for _, v := range elements {
		t.Append(v)
	}
	if len(elements) == 0 {
		t.Metatable = r.marks.array
	}
	return t
}

func (r *rowReading) fields(keys []string, values []lua.LValue) lua.LValue {
	if name, ok := rowForm(keys); ok {
		v, err := r.form(name, values[0])
		if err != nil {
			r.err = err
		}
		return v
	}
	t := r.rt.state.CreateTable(0, len(keys))
	for i, key := range keys {
		t.RawSetString(strings.TrimPrefix(key, "$"), values[i])
	}
	return t
}

// rowForm tells whether an object stands for what JSON lacks.
func rowForm(keys []string) (name string, ok bool) {
	if len(keys) != 1 || !strings.HasPrefix(keys[0], "$") || strings.HasPrefix(keys[0], "$$") {
		return "", false
	}
	return keys[0], true
}

func (r *rowReading) form(name string, v lua.LValue) (lua.LValue, error) {
	if name == formTable || name == formObject {
		list, ok := v.(*lua.LTable)
		if !ok {
			return lua.LNil, errRowForm
		}
		t, err := r.pairs(list)
		if name == formObject && err == nil {
			t.Metatable = r.marks.object
		}
		return t, err
	}
	text, ok := v.(lua.LString)
	if !ok {
		return lua.LNil, errRowForm
	}
	switch plain, err := rowPlain(name, string(text)); plain := plain.(type) {
	case string:
		return lua.LString(plain), err
	case float64:
		return lua.LNumber(plain), err
	case time.Time:
		return r.rt.newObject(r.rt.state, timeClassName, plain), err
	default:
		return lua.LNil, err
	}
}

// pairs makes a table of any keys.
func (r *rowReading) pairs(list *lua.LTable) (*lua.LTable, error) {
	t := r.rt.state.CreateTable(0, list.Len())
	for i := 1; i <= list.Len(); i++ {
		pair, ok := list.RawGetInt(i).(*lua.LTable)
		if !ok || pair.Len() != 2 {
			return t, errRowForm
		}
		key := pair.RawGetInt(1)
		if n, isNumber := key.(lua.LNumber); isNumber && math.IsNaN(float64(n)) {
			return t, errRowForm
		}
		switch key.(type) {
		case lua.LString, lua.LNumber, lua.LBool:
			t.RawSet(key, pair.RawGetInt(2))
		default:
			return t, errRowForm
		}
	}
	return t, nil
}

// rowPlain gives what a form with a text stands for: a string, a float64 or a time.Time.
func rowPlain(name, text string) (any, error) {
	switch name {
	case formBytes:
		octets, err := base64.StdEncoding.DecodeString(text)
		return string(octets), err
	case formNumber:
		switch text {
		case "nan":
			return math.NaN(), nil
		case "inf":
			return math.Inf(1), nil
		case "-inf":
			return math.Inf(-1), nil
		}
	case formTime:
		return readRowTime(text)
	}
	return nil, errRowForm
}

// readRowTime reads a time with the name of its zone behind it, if it has one.
func readRowTime(text string) (time.Time, error) {
	moment, zone, named := strings.Cut(text, "[")
	t, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil || !named {
		return t, err
	}
	loc, err := time.LoadLocation(strings.TrimSuffix(zone, "]"))
	if err != nil { // the machine that wrote it knew more zones
		return t, nil //nolint:nilerr // the moment is right
	}
	return t.In(loc), nil
}
