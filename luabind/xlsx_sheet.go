package luabind

import (
	"context"
	"fmt"
	"io"
	"slices"

	"moonpost/report"
	"moonpost/report/xlsx"

	lua "github.com/yuin/gopher-lua"
)

// sheetOptions are one sheet of a workbook.
type sheetOptions struct {
	Name         string     `lua:"name" doc:"the sheet's name: 31 characters, none of [ ] : * ? / \\" default:"Sheet1, Sheet2 …"`
	Rows         lua.LValue `lua:"rows" required:"true" type:"table[]|fun(): table?" doc:"the rows: a list, or an iterator such as csv.rows"`
	tableOptions `lua:",embed"`

	Align         *lua.LTable `lua:"align" type:"table<string, \"left\"|\"right\"|\"center\">" doc:"how the cells of a column stand; else numbers right, all else left"`
	Widths        *lua.LTable `lua:"widths" type:"table<string, number>" doc:"width of columns in characters; else by the first thousand rows"`
	Text          []string    `lua:"text" one:"true" doc:"columns whose values stay texts: article numbers, phone numbers"`
	Totals        []string    `lua:"totals" one:"true" doc:"columns whose sum stands below the table, as a formula"`
	TotalLabel    string      `lua:"total_label" doc:"what stands before the totals" default:"Total"`
	Header        *bool       `lua:"header" doc:"whether the first row names the columns" default:"true"`
	Freeze        *int        `lua:"freeze" min:"0" max:"1000" doc:"rows at the top that stay in sight" default:"the header"`
	FreezeColumns int         `lua:"freeze_columns" min:"0" max:"100" doc:"columns at the left that stay in sight" default:"0"`
	Filter        bool        `lua:"filter" doc:"whether the header has the arrows of a filter"`
	Charts        *lua.LTable `lua:"charts" type:"xlsx.Chart[]" doc:"charts beside the table"`
}

// sheetChartOptions are a chart beside a table.
type sheetChartOptions struct {
	Type   string   `lua:"type" enum:"line,bar,stacked,area,pie,donut,scatter" doc:"kind of chart" default:"line"`
	X      string   `lua:"x" required:"true" doc:"column of the labels, or of the x axis"`
	Y      []string `lua:"y" one:"true" required:"true" doc:"columns that are drawn"`
	Right  []string `lua:"right" one:"true" doc:"columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines"`
	Lines  []string `lua:"lines" one:"true" doc:"columns, of y or besides, that are lines over the bars"`
	Title  string   `lua:"title" doc:"title of the chart"`
	Width  int      `lua:"width" min:"100" max:"4000" doc:"width in pixels" default:"640"`
	Height int      `lua:"height" min:"100" max:"4000" doc:"height in pixels" default:"320"`
}

// sheet reads one sheet's table. Its rows are read later, all but the first.
func (rt *Runtime) sheet(L *lua.LState, call string, i int, v lua.LValue, name string) (*xlsx.Sheet, error) {
	at := sheetCall(call, i, v)
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, &argumentError{text: fmt.Sprintf("%s must be a table, got %s", at, describe(v))}
	}
	o := sheetOptions{Name: name, TotalLabel: "Total"}
	if err := bindOptions(at, t, &o); err != nil {
		return nil, err
	}
	rows, err := rt.tableRows(L, at, o.Rows, &o.tableOptions)
	if err != nil {
		return nil, err
	}
	source := &sheetSource{ctx: L.Context(), rows: rows}
	if err := source.begin(); err != nil {
		return nil, err
	}
	s := &xlsx.Sheet{
		Name: o.Name, Columns: rows.columns, Rows: source, NoHeader: len(rows.names) == 0 || o.Header != nil && !*o.Header,
		FreezeColumns: o.FreezeColumns, Filter: o.Filter, TotalLabel: o.TotalLabel,
	}
	switch {
	case o.Freeze != nil:
		s.Freeze = *o.Freeze
	case !s.NoHeader:
		s.Freeze = 1
	}
	if err := o.columns(rows, s); err != nil {
		return nil, err
	}
	s.Charts, err = o.charts(rows)
	return s, err
}

// columns reads what is said of single columns.
func (o *sheetOptions) columns(rows *tableRows, s *xlsx.Sheet) error {
	if err := rows.describeCells(o.Totals, o.Align); err != nil {
		return err
	}
	if err := rows.checkNames("widths", o.Widths); err != nil {
		return err
	}
	for i, name := range o.Text {
		if err := rows.checkName(fmt.Sprintf("text[%d]", i+1), name); err != nil {
			return err
		}
	}
	s.Widths, s.AsText = make([]float64, len(s.Columns)), make([]bool, len(s.Columns))
	for i, name := range rows.names {
		s.AsText[i] = slices.Contains(o.Text, name)
		if s.Columns[i].Total && s.AsText[i] {
			return &OptionError{Call: rows.call, Key: "totals", What: fmt.Sprintf("option \"totals\" names %q, which is in \"text\"", name), hint: "texts have no sum"}
		}
		var err error
		if s.Widths[i], err = o.width(rows, name); err != nil {
			return err
		}
	}
	return nil
}

func (o *sheetOptions) width(rows *tableRows, name string) (float64, error) {
	if o.Widths == nil || o.Widths.RawGetString(name) == lua.LNil {
		return 0, nil
	}
	width, ok := o.Widths.RawGetString(name).(lua.LNumber)
	if !ok || width <= 0 || width > 255 {
		return 0, &OptionError{Call: rows.call, Key: "widths", What: fmt.Sprintf("option \"widths%s\" must be a number of characters up to 255", treeStep(name))}
	}
	return float64(width), nil
}

// charts reads the list of charts. Without a row that names columns there is nothing to draw.
func (o *sheetOptions) charts(rows *tableRows) ([]xlsx.SheetChart, error) {
	if o.Charts == nil {
		return nil, nil
	}
	if o.Charts.Len() == 0 {
		return nil, &OptionError{Call: rows.call, Key: "charts", What: `option "charts" must be a list of charts`, hint: "write charts = { { type = …, x = …, y = … } }"}
	}
	var charts []xlsx.SheetChart
	for i := 1; i <= o.Charts.Len(); i++ {
		at := fmt.Sprintf("%s: charts[%d]", rows.call, i)
		t, ok := o.Charts.RawGetInt(i).(*lua.LTable)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s must be a table, got %s", at, describe(o.Charts.RawGetInt(i)))}
		}
		c := sheetChartOptions{Type: "line"}
		if err := bindOptions(at, t, &c); err != nil {
			return nil, err
		}
		if len(rows.names) == 0 {
			continue
		}
		chart, err := c.engine(rows)
		if err != nil {
			return nil, err
		}
		charts = append(charts, chart)
	}
	return charts, nil
}

func (c *sheetChartOptions) engine(rows *tableRows) (xlsx.SheetChart, error) {
	chart := xlsx.SheetChart{Type: c.Type, Title: c.Title, Width: c.Width, Height: c.Height}
	var err error
	if chart.X, err = columnIndex(rows, c.X); err != nil {
		return chart, err
	}
	if chart.Y, err = columnIndexes(rows, c.Y); err != nil {
		return chart, err
	}
	if chart.Right, err = columnIndexes(rows, c.Right); err != nil {
		return chart, err
	}
	if chart.Lines, err = columnIndexes(rows, c.Lines); err != nil {
		return chart, err
	}
	for _, i := range slices.Concat(chart.Lines, chart.Right) {
		if !slices.Contains(chart.Y, i) {
			chart.Y = append(chart.Y, i)
		}
	}
	return chart, nil
}

func columnIndexes(rows *tableRows, names []string) (at []int, err error) {
	for _, name := range names {
		i, err := columnIndex(rows, name)
		if err != nil {
			return nil, err
		}
		at = append(at, i)
	}
	return at, nil
}

// columnIndex finds a column. Rows that are not there name none, and are no error.
func columnIndex(rows *tableRows, name string) (int, error) {
	if i := slices.Index(rows.names, name); i >= 0 || len(rows.names) == 0 {
		return i, nil
	}
	return 0, rows.noColumn(name, rows.names)
}

// sheetSource reads rows until the script's context ends. The first is read at once: rows that are lists say only then
// how many columns there are.
type sheetSource struct {
	ctx   context.Context
	rows  *tableRows
	first []report.Value
	begun error // what came instead of the first row
	n     int
}

func (s *sheetSource) begin() error {
	var row []report.Value
	row, s.begun = s.rows.Next()
	s.first = slices.Clone(row)
	if s.begun != nil && s.begun != io.EOF { //nolint:errorlint // Next gives it as it is
		return s.begun
	}
	return nil
}

// Next is the next row; io.EOF behind the last.
func (s *sheetSource) Next() ([]report.Value, error) {
	const between = 1 << 10 // looks at the context
	if s.n%between == 0 && s.ctx.Err() != nil {
		return nil, context.Cause(s.ctx)
	}
	s.n++
	if s.n == 1 || s.begun != nil {
		return s.first, s.begun
	}
	return s.rows.Next()
}
