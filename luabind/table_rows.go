package luabind

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// tableOptions are what all that writes tables takes alike: csv.encode, report.table, xlsx.book.
type tableOptions struct {
	Columns []string    `lua:"columns" doc:"the columns in order; else those that the rows name"`
	Titles  *lua.LTable `lua:"titles" type:"table<string, string>" doc:"what the header says for a column, instead of its name"`
	Formats *lua.LTable `lua:"formats" type:"table<string, string>" doc:"how a column's values are shown: \"0.00\", \"#,##0\", \"0%\", \"#.##0,00 €\", \"yyyy-mm-dd\""`
}

// tableRows reads a script's rows one after the other: a list of tables, or an iterator as csv.rows gives it.
type tableRows struct {
	rt      *Runtime
	L       *lua.LState
	call    string
	columns []report.Column
	names   []string // of the columns; none where rows are lists without names
	known   bool     // the rows have said which columns there are
	// A column of which no row has a value is an error, though rows don't say which columns they have: a chart of
	// it would be empty. Tables may have such a column.
	strict bool
	seen   []bool // by column: whether a row had a value
	unseen []namedColumn
	list   *lua.LTable
	next   lua.LValue
	ahead  lua.LValue // the first row, read to learn its columns
	n      int
	row    []report.Value
	source *lua.LTable // of row, as the script gave it
}

// tableRows begins to read rows. Errors name the call, the row and the column.
func (rt *Runtime) tableRows(L *lua.LState, call string, rows lua.LValue, o *tableOptions) (*tableRows, error) {
	t := &tableRows{rt: rt, L: L, call: call}
	switch v := rows.(type) {
	case *lua.LTable:
		if t.list = v; isOneRow(v) {
			return nil, &argumentError{text: fmt.Sprintf("%s: rows must be a list of rows, and is a row itself", call), hint: "put a single row into another pair of braces: rows = { row }"}
		}
	case *lua.LFunction, *lua.LUserData:
		t.next = v
	default:
		return nil, &argumentError{text: fmt.Sprintf("%s: rows must be a list of tables or an iterator, got %s", call, describe(rows))}
	}
	if err := t.nameColumns(o); err != nil {
		return nil, err
	}
	return t, t.describeColumns(o)
}

// isOneRow tells a row from a list of none.
func isOneRow(t *lua.LTable) bool {
	if t.Len() > 0 {
		return false
	}
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if name, ok := key.(lua.LString); ok && name != "columns" && name != "n" {
			return true
		}
	}
	return false
}

// Next is the next row's values; io.EOF behind the last.
func (t *tableRows) Next() ([]report.Value, error) {
	v := t.ahead
	t.ahead = nil
	if v == nil {
		var err error
		if v, err = t.read(); err != nil {
			return nil, err
		}
	}
	if v == lua.LNil {
		return nil, t.end()
	}
	t.n++
	row, err := t.table(v, t.n)
	if err != nil {
		return nil, err
	}
	t.source = row
	t.sawRow(row)
	return t.values(row)
}

// read is the next row as the script gives it, nil behind the last.
func (t *tableRows) read() (lua.LValue, error) {
	if t.list != nil {
		return t.list.RawGetInt(t.n + 1), nil
	}
	row, _, err := t.rt.invokeTwo(t.L, t.next)
	return row, err
}

func (t *tableRows) table(v lua.LValue, n int) (*lua.LTable, error) {
	row, ok := v.(*lua.LTable)
	if !ok {
		return nil, &argumentError{text: fmt.Sprintf("%s: row %d must be a table, got %s", t.call, n, describe(v))}
	}
	return row, nil
}

func (t *tableRows) values(row *lua.LTable) ([]report.Value, error) {
	n := row.Len()
	if len(t.names) == 0 && len(t.columns) < n && t.n == 1 {
		t.columns = make([]report.Column, n)
	}
	if width := len(t.columns); n > width {
		return nil, &argumentError{text: fmt.Sprintf("%s: row %d has %d values for %d columns", t.call, t.n, n, width)}
	}
	if n > 0 && slices.ContainsFunc(t.names, func(name string) bool { return row.RawGetString(name) != lua.LNil }) {
		return nil, &argumentError{text: fmt.Sprintf("%s: row %d has values with names and values without", t.call, t.n)}
	}
	t.row = t.row[:0]
	for i := range t.columns {
		v, name := row.RawGetInt(i+1), strconv.Itoa(i+1)
		if n == 0 && len(t.names) > 0 {
			v, name = row.RawGetString(t.names[i]), strconv.Quote(t.names[i])
		}
		value, ok := reportValue(v)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s: row %d: field %s must be a string, number, boolean, time or nil, got %s", t.call, t.n, name, describe(v))}
		}
		if t.columns[i].Total && !report.Summand(value) {
			return nil, t.noSummand(name, report.Text(value))
		}
		if i < len(t.seen) && v != lua.LNil {
			t.seen[i] = true
		}
		t.row = append(t.row, value)
	}
	return t.row, nil
}

func (t *tableRows) noSummand(column, text string) error {
	what := fmt.Sprintf("%s: row %d: column %s must be a number to be added up, got %s", t.call, t.n, column, optQuote(text))
	return &argumentError{text: what, hint: report.NumberHint(text)}
}

// reportValue is a Lua value as a cell holds it.
func reportValue(v lua.LValue) (value report.Value, ok bool) {
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, true
	case lua.LString:
		return string(v), true
	case lua.LBool:
		return bool(v), true
	case lua.LNumber:
		return float64(v), true
	case *lua.LUserData:
		if t, isTime := v.Value.(time.Time); isTime {
			return t, true
		}
	}
	return nil, isNull(v)
}

func (t *tableRows) end() error {
	if err := t.noteEnd(); err != nil {
		return err
	}
	if t.strict && !t.known && t.n > 0 {
		for i, seen := range t.seen {
			if !seen {
				return t.noColumn(t.names[i], t.others())
			}
		}
	}
	if err := t.checkUnseen(); err != nil {
		return err
	}
	return io.EOF
}

// others are the names that the rows have, as far as that can be told.
func (t *tableRows) others() (names []string) {
	for i, seen := range t.seen {
		if seen {
			names = append(names, t.names[i])
		}
	}
	if t.source == nil {
		return names
	}
	return appendNames(names, t.source) // the last row; they are alike
}

// reportTable reads all rows. Lists that are too long for a page are the caller's to refuse.
func (t *tableRows) reportTable() (*report.Table, error) {
	var rows [][]report.Value
	for {
		row, err := t.Next()
		if err == io.EOF { //nolint:errorlint // Next gives it as it is
			return &report.Table{Columns: t.columns, Rows: rows}, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, slices.Clone(row))
	}
}
