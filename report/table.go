package report

// Align is how the cells of a column stand.
type Align int

// The zero value leaves it to the values: numbers stand right, all else left.
const (
	AlignAuto Align = iota
	AlignLeft
	AlignRight
	AlignCenter
)

// Column is one column of a table.
type Column struct {
	Name   string // in the rows
	Title  string // what the header says; empty: the name
	Format Format
	Align  Align
	Total  bool // whether its sum stands below
}

// Heading is what the header says of a column.
func (c *Column) Heading() string {
	if c.Title != "" {
		return c.Title
	}
	return c.Name
}

// Rows give a table's values one row after the other, each with a value for every column. Next returns io.EOF behind
// the last; the row is the callee's again with the next call.
type Rows interface {
	Next() ([]Value, error)
}

// Table is rows that are there as a whole, as pages and charts need them.
type Table struct {
	Columns []Column
	Rows    [][]Value
}

// Right tells whether a column stands right: it is told to, or holds nothing but numbers.
func (t *Table) Right(column int) bool {
	if c := t.Columns[column]; c.Align != AlignAuto {
		return c.Align == AlignRight
	}
	found := false
	for _, row := range t.Rows {
		switch v := row[column].(type) {
		case nil:
		case float64:
			found = true
		case string:
			if !IsDecimal(v) || t.Columns[column].Format.Kind != NumberFormat {
				return false
			}
			found = true
		default:
			return false
		}
	}
	return found
}
