package luabind

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"moonpost/data"
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// csvEncodeOptions are the options of csv.encode.
type csvEncodeOptions struct {
	Columns []string    `lua:"columns" doc:"the columns in order"`
	Titles  *lua.LTable `lua:"titles" type:"table<string, string>" doc:"what the header says for a column, instead of its name"`
	Header  *bool       `lua:"header" doc:"whether to write a header" default:"true"`
}

func csvEncode(L *lua.LState) int {
	const call = "csv.encode"
	rows, ok := L.Get(1).(*lua.LTable)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: rows must be a list of tables, got %s", call, describe(L.Get(1))))
	}
	var o csvEncodeOptions
	checkOptions(L, call, 2, &o)
	text, err := csvText(call, rows, &o)
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}

func csvText(call string, rows *lua.LTable, o *csvEncodeOptions) (string, error) {
	list, err := csvRowTables(call, rows)
	if err != nil {
		return "", err
	}
	columns := csvColumns(rows, list, o)
	values := make([][]string, len(list))
	for i, row := range list {
		if values[i], err = csvValues(fmt.Sprintf("%s: row %d", call, i+1), row, columns); err != nil {
			return "", err
		}
	}
	header, err := csvHeader(call, columns, o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = data.EncodeCSV(&b, header, values)
	return b.String(), err
}

func csvRowTables(call string, rows *lua.LTable) ([]*lua.LTable, error) {
	var list []*lua.LTable
	for i := 1; i <= rows.Len(); i++ {
		row, ok := rows.RawGetInt(i).(*lua.LTable)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s: row %d must be a table, got %s", call, i, describe(rows.RawGetInt(i)))}
		}
		list = append(list, row)
	}
	return list, nil
}

// csvColumns gives the columns that were asked for, else those that the rows
// carry in their field columns, else the names in order of appearance. Rows
// that are lists have none.
func csvColumns(rows *lua.LTable, list []*lua.LTable, o *csvEncodeOptions) []string {
	if len(o.Columns) > 0 {
		return o.Columns
	}
	if own, err := stringList("", "", rows.RawGetString("columns")); err == nil && len(own) > 0 {
		return own
	}
	var columns []string
	seen := map[string]bool{}
	for _, row := range list {
		for key, _ := row.Next(lua.LNil); key != lua.LNil; key, _ = row.Next(key) {
			if name, ok := key.(lua.LString); ok && !seen[string(name)] {
				seen[string(name)] = true
				columns = append(columns, string(name))
			}
		}
	}
	return columns
}

// csvValues gives the fields of one row: by name, or by number for a list.
func csvValues(where string, row *lua.LTable, columns []string) ([]string, error) {
	n := row.Len()
	width := len(columns)
	if width == 0 {
		width = n
	}
	if n > width {
		return nil, &argumentError{text: fmt.Sprintf("%s has %d values for %d columns", where, n, width)}
	}
	values := make([]string, width)
	for i := range values {
		v, name := row.RawGetInt(i+1), strconv.Itoa(i+1)
		if n == 0 && len(columns) > 0 {
			v, name = row.RawGetString(columns[i]), strconv.Quote(columns[i])
		}
		text, ok := csvField(v)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s: field %s must be a string, number, boolean, time or nil, got %s", where, name, describe(v))}
		}
		values[i] = text
	}
	return values, nil
}

// csvField writes a value so that other programs read it: numbers without an
// exponent as far as that is exact.
func csvField(v lua.LValue) (text string, ok bool) {
	switch v := v.(type) {
	case *lua.LNilType:
		return "", true
	case lua.LString:
		return string(v), true
	case lua.LBool:
		return v.String(), true
	case lua.LNumber:
		if math.Abs(float64(v)) < 1e21 {
			return data.DecimalText(float64(v)), true
		}
		return lua51.Plain(v), true
	case *lua.LUserData:
		switch v := v.Value.(type) {
		case jsonNull:
			return "", true
		case time.Time:
			return data.ISOTime(v), true
		}
	}
	return "", false
}

// wordText writes a value as csvField does, where nothing is no value.
func wordText(v lua.LValue) (text string, ok bool) {
	if ud, isObject := v.(*lua.LUserData); v == lua.LNil || isObject && ud.Value == (jsonNull{}) {
		return "", false
	}
	return csvField(v)
}

// csvHeader gives the titles of the columns, or nil where no header is
// wanted.
func csvHeader(call string, columns []string, o *csvEncodeOptions) ([]string, error) {
	if o.Header != nil && !*o.Header {
		return nil, nil
	}
	if o.Titles == nil {
		return columns, nil
	}
	titles := make([]string, len(columns))
	for i, name := range columns {
		switch title := o.Titles.RawGetString(name).(type) {
		case lua.LString:
			titles[i] = string(title)
		case *lua.LNilType:
			titles[i] = name
		default:
			return nil, &OptionError{Call: call, Key: "titles", What: fmt.Sprintf("option \"titles%s\" must be a string, got %s", treeStep(name), describe(title))}
		}
	}
	return titles, nil
}
