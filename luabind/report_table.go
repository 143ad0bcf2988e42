package luabind

import (
	"errors"
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
	options := argTable(L, call, 1, "options")
	if options.Len() > 0 && options.RawGetString("rows") == lua.LNil {
		raise(L, &argumentError{text: call + ": the rows are an option", hint: "write report.table{ rows = rows }"})
	}
	if err := bindOptions(call, options, &o); err != nil {
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
	if err := rows.describeCells(o.Totals, o.Align); err != nil {
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
	if err := links.check(rows); err != nil {
		return nil, err
	}
	warnings, err := grid.CheckSums()
	rt.warn(L, call, append(warnings, links.warnings...))
	return grid, inCall(call, err)
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
