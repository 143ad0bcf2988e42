package luabind

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"moonpost/data"
	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportTableOptions are the options of report.table.
type reportTableOptions struct {
	tableOptions `lua:",embed"`

	Rows    lua.LValue  `lua:"rows" type:"table[]|fun(): table?" required:"true" doc:"the rows: a list of tables, or an iterator"`
	Totals  []string    `lua:"totals" one:"true" doc:"columns whose sums stand below"`
	Align   *lua.LTable `lua:"align" type:"table<string, \"left\"|\"right\"|\"center\">" doc:"how columns stand, where not by their values"`
	Links   *lua.LTable `lua:"links" type:"table<string, string|fun(row: table): string?>" doc:"where the cells of a column lead: the column with the address, a template of one (\"https://example.org/{{.id}}\"), or a function of the row"`
	Zebra   *bool       `lua:"zebra" doc:"a darker ground for every second row" default:"true"`
	Limit   *int        `lua:"limit" min:"0" max:"10000" doc:"how many rows are shown; of the others there is the number" default:"100"`
	Caption string      `lua:"caption" doc:"a title above the table"`
}

// reportLimit keeps a usual table's page below what Gmail shows.
const reportLimit = 100

func (rt *Runtime) reportTablePart(L *lua.LState) int {
	const call = "report.table"
	var o reportTableOptions
	if err := bindOptions(call, argTable(L, call, 1, "options"), &o); err != nil {
		raise(L, err)
	}
	grid, err := rt.grid(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	return rt.pushBlock(L, call, grid, nil)
}

// grid reads the rows.
func (rt *Runtime) grid(L *lua.LState, call string, o *reportTableOptions) (*report.Grid, error) {
	rows, err := rt.tableRows(L, call, o.Rows, &o.tableOptions)
	if err != nil {
		return nil, err
	}
	if err := rows.describeCells(o); err != nil {
		return nil, err
	}
	links, err := rows.cellLinks(o.Links)
	if err != nil {
		return nil, err
	}
	limit := reportLimit
	if o.Limit != nil {
		limit = *o.Limit
	}
	grid, err := report.NewGrid(rows.columns, limit)
	if err == nil {
		err = grid.SetCaption(o.Caption)
	}
	if err != nil {
		return nil, inCall(call, err)
	}
	grid.Zebra = o.Zebra == nil || *o.Zebra
	if err := rows.fill(grid, links); err != nil {
		return nil, err
	}
	rt.warn(L, call, links.warnings)
	return grid, links.check(rows)
}

func (t *tableRows) fill(grid *report.Grid, links *cellLinks) error {
	var fields []string // of the first row
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return t.checkSpelling(fields)
		}
		if err != nil {
			return err
		}
		if t.n == 1 {
			fields = appendNames(nil, t.source)
		}
		var targets []string
		if !grid.Full() {
			if targets, err = links.of(t); err != nil {
				return err
			}
		}
		if err := grid.Add(t.columns, row, targets); err != nil {
			return inCall(t.call, err)
		}
	}
}

// checkSpelling refuses a column that no row has while they have one of nearly that name. One that nothing is like may
// be there and empty today.
func (t *tableRows) checkSpelling(fields []string) error {
	others := slices.DeleteFunc(fields, func(name string) bool { return slices.Contains(t.names, name) })
	for i, seen := range t.seen {
		if !seen && !t.known && data.Nearest(t.names[i], others) != "" {
			return t.noColumn(t.names[i], others)
		}
	}
	return nil
}

// describeCells reads what the options say of columns beyond tableOptions.
func (t *tableRows) describeCells(o *reportTableOptions) error {
	for i, name := range o.Totals {
		n := slices.Index(t.names, name)
		if n < 0 && len(t.names) > 0 {
			return t.noSuchColumn(fmt.Sprintf("totals[%d]", i+1), name)
		}
		if n >= 0 {
			t.columns[n].Total = true
		}
	}
	for _, option := range []struct {
		key   string
		table *lua.LTable
	}{{"align", o.Align}, {"links", o.Links}} {
		if err := t.checkNames(option.key, option.table); err != nil {
			return err
		}
	}
	for i, name := range t.names {
		align, err := t.option("align", o.Align, name)
		if err != nil {
			return err
		}
		aligns := map[string]report.Align{"": report.AlignAuto, "left": report.AlignLeft, "right": report.AlignRight, "center": report.AlignCenter}
		value, ok := aligns[align]
		if !ok {
			return &OptionError{Call: t.call, Key: "align", What: fmt.Sprintf("option \"align%s\" must be one of left, right, center; got %s", treeStep(name), optQuote(align))}
		}
		t.columns[i].Align = value
	}
	return nil
}

func (t *tableRows) noSuchColumn(key, name string) error {
	e := &OptionError{Call: t.call, Key: key, What: fmt.Sprintf("option %q names %q, which is no column", key, name)}
	if near := data.Nearest(name, t.names); near != "" {
		e.What += fmt.Sprintf("; did you mean %q?", near)
	}
	return e
}
