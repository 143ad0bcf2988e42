package report

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Grid is a table as a page shows it: some of its rows, and the sums of all.
type Grid struct {
	Columns []Column
	caption string
	Zebra   bool // every second row stands on a darker ground
	limit   int
	rows    [][]Value
	links   [][]string // by row and column, empty for none; nil without
	sums    []Sum
	left    []leftOut // by column: what its sum leaves out
	total   bool      // whether any column is summed up
	more    int       // rows that aren't shown
}

// Bounds of what a page shows of a table: columns beside each other, and cells in all.
const (
	MaxColumns = 100
	MaxCells   = 100_000
)

// NewGrid makes a table that keeps as many rows as limit says. Errors are *ColumnsError or *TextError.
func NewGrid(columns []Column, limit int) (*Grid, error) {
	g := &Grid{limit: limit}
	return g, g.setColumns(columns)
}

// ColumnsError is a table that is too wide for a page.
type ColumnsError struct{ N int }

func (e *ColumnsError) Error() string {
	return fmt.Sprintf("the rows have %d columns; a page shows %d at most", e.N, MaxColumns)
}

// Kind is that of a wrong argument.
func (e *ColumnsError) Kind() string { return "argument" }

// Hint says how to show less.
func (e *ColumnsError) Hint() string {
	return "choose with columns = { … }, or attach them all as a workbook"
}

// CellsError is a table that is too long for a page.
type CellsError struct{ Rows int }

func (e *CellsError) Error() string {
	return fmt.Sprintf("a page shows %d cells at most, which are %d of these rows", MaxCells, e.Rows)
}

// Kind is that of a wrong argument.
func (e *CellsError) Kind() string { return "argument" }

// Hint says how to show less.
func (e *CellsError) Hint() string { return "show fewer with limit, or attach them all as a workbook" }

func (g *Grid) setColumns(columns []Column) error {
	if len(columns) > MaxColumns {
		return &ColumnsError{len(columns)}
	}
	g.Columns, g.sums = columns, append(g.sums, make([]Sum, len(columns)-len(g.sums))...)
	g.left = append(g.left, make([]leftOut, len(columns)-len(g.left))...)
	for i := range columns {
		g.total = g.total || columns[i].Total
		if err := checkText(fmt.Sprintf("the title of column %d", i+1), columns[i].Heading()); err != nil {
			return err
		}
	}
	return nil
}

// Add takes the next row. Columns that lists without names have brought along since NewGrid are given again; links are
// those of its cells, nil for none. Errors are as those of NewGrid, or a *CellsError.
func (g *Grid) Add(columns []Column, row []Value, links []string) error {
	if len(columns) != len(g.Columns) {
		if err := g.setColumns(columns); err != nil {
			return err
		}
	}
	n := len(g.rows) + g.more + 1
	for i, v := range row {
		if text, ok := v.(string); ok && !utf8.ValidString(text) {
			return checkText(fmt.Sprintf("row %d, column %q", n, g.name(i)), text)
		}
		if g.Columns[i].Total {
			g.sum(n, i, v)
		}
	}
	if len(g.rows) == g.limit {
		g.more++
		return nil
	}
	if (len(g.rows)+1)*len(g.Columns) > MaxCells {
		return &CellsError{len(g.rows)}
	}
	g.rows = append(g.rows, append([]Value(nil), row...))
	if links != nil {
		g.links = append(g.links, links)
	}
	return nil
}

// SetCaption puts a title above the table. The error is a *TextError.
func (g *Grid) SetCaption(text string) error {
	g.caption = cleanLine(text)
	return checkText("the caption", text)
}

// Full tells whether further rows aren't shown, so that their links need not be made.
func (g *Grid) Full() bool { return len(g.rows) == g.limit }

func (g *Grid) name(column int) string {
	if name := g.Columns[column].Name; name != "" {
		return name
	}
	return strconv.Itoa(column + 1)
}

// face is a table in the texts that readers see.
type face struct {
	head  []string // nil where columns have no names
	cells [][]string
	total []string // nil without sums
	align []Align  // AlignAuto: where lines begin
	short []bool   // columns whose texts aren't broken
	note  string   // below the rows
	// labelled: the first of total is a word for it.
	labelled bool
}

// shortText is how many columns a text may take that is never broken, such as a date.
const shortText = 12

func (g *Grid) face(words *Words) *face {
	f := &face{align: make([]Align, len(g.Columns)), short: make([]bool, len(g.Columns))}
	table := Table{Columns: g.Columns, Rows: g.rows}
	for i := range g.Columns {
		f.align[i], f.short[i] = g.Columns[i].Align, true
		if table.Right(i) {
			f.align[i] = AlignRight
		}
		if g.Columns[i].Name != "" {
			f.head = append(f.head, cleanLine(g.Columns[i].Heading()))
		}
	}
	for _, row := range g.rows {
		f.cells = append(f.cells, f.row(g.Columns, row))
	}
	if g.total && len(g.rows)+g.more > 0 {
		f.total, f.labelled = g.totals(words), !g.Columns[0].Total
	}
	switch {
	case g.more > 0:
		f.note = words.moreRows(g.more)
	case len(g.rows) == 0:
		f.note = words.NoData
	}
	return f
}

func (f *face) row(columns []Column, row []Value) []string {
	texts := make([]string, len(columns))
	for i, v := range row {
		texts[i] = Clean(columns[i].Format.Text(v))
		_, isNumber := Number(v)
		f.short[i] = f.short[i] && (isNumber || isShort(texts[i]))
	}
	return texts
}

func isShort(s string) bool {
	n := 0
	for _, r := range s {
		if n++; n > shortText || r == '\n' {
			return false
		}
	}
	return true
}

// totals are the sums as they are shown, behind a word in the first column if that has no sum itself.
func (g *Grid) totals(words *Words) []string {
	texts := make([]string, len(g.Columns))
	for i := range g.Columns {
		switch {
		case g.Columns[i].Total:
			sum := g.sums[i].Value()
			if g.Columns[i].Format.Kind == PlainFormat {
				sum = g.sums[i].Plain()
			}
			texts[i] = cleanLine(g.Columns[i].Format.Text(sum))
		case i == 0:
			texts[i] = words.Total
		}
	}
	return texts
}
