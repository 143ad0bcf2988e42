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

// Right tells whether a column stands right: it is told to, has a format of numbers or a sum, or holds nothing but
// numbers. Digits behind a zero are a code, such as those of a letter's town.
func (t *Table) Right(column int) bool {
	c := t.Columns[column]
	switch {
	case c.Align != AlignAuto:
		return c.Align == AlignRight
	case c.Total, c.Format.Kind == NumberFormat:
		return true
	}
	found := false
	for _, row := range t.Rows {
		switch v := row[column].(type) {
		case nil:
		case float64:
			found = true
		case string:
			if v != "" && (!IsDecimal(v) || isCode(v)) {
				return false
			}
			found = found || v != ""
		default:
			return false
		}
	}
	return found
}

func isCode(digits string) bool { return len(digits) > 1 && digits[0] == '0' && digits[1] != '.' }
