package xlsx

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"moonpost/report"
)

// What spreadsheet programs take.
const (
	maxSheetName   = 31 // UTF-16 units
	maxSheetRows   = 1048576
	maxSheetColumn = 16384
	maxCellText    = 32767 // UTF-16 units
	maxWidth       = 255   // of a column, in characters
)

// Sheet is one table of a workbook.
type Sheet struct {
	Name          string
	Columns       []report.Column
	Rows          report.Rows
	NoHeader      bool
	Freeze        int // rows at the top that stay in sight
	FreezeColumns int // columns at the left that stay in sight
	Filter        bool
	Widths        []float64 // by column, in characters; 0: by its content
	AsText        []bool    // by column: whether values that look like numbers or dates stay texts
	TotalLabel    string    // what stands beside the totals, where the first column has none
	Charts        []SheetChart
}

// checkNames wants names that spreadsheet programs take.
func (b *Book) checkNames() error {
	if len(b.Sheets) == 0 {
		return &BookError{What: "a workbook needs a sheet"}
	}
	var names []string
	for _, s := range b.Sheets {
		if what := sheetNameFault(s.Name); what != "" {
			return &BookError{Sheet: s.Name, What: what, hint: `a name has at most 31 characters and none of [ ] : * ? / \`}
		}
		lower := strings.ToLower(s.Name)
		if slices.Contains(names, lower) {
			return &BookError{Sheet: s.Name, What: "there are two sheets of that name; capitals make no difference"}
		}
		names = append(names, lower)
	}
	return nil
}

// sheetNameFault says what is wrong with a name, "" for nothing.
func sheetNameFault(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "a sheet needs a name"
	case len(utf16.Encode([]rune(name))) > maxSheetName:
		return fmt.Sprintf("the name has more than %d characters", maxSheetName)
	case strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'"):
		return "the name begins or ends with an apostrophe"
	case strings.EqualFold(name, "history"):
		return "the name is taken by Excel itself"
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return strings.ContainsRune(`[]:*?/\`, r) || forbidden(r) || r < ' ' }); i >= 0 {
		return fmt.Sprintf("the name has the character %q", []rune(name[i:])[0])
	}
	return ""
}

// fault is an error about the sheet.
func (s *Sheet) fault(row int, column, what, hint string) *BookError {
	return &BookError{Sheet: s.Name, Row: row, Column: column, What: what, hint: hint}
}

// firstRow is the row of the sheet on which the first of the rows stands.
func (s *Sheet) firstRow() int {
	if s.NoHeader {
		return 1
	}
	return 2
}

// isText tells whether a column's values stay texts.
func (s *Sheet) isText(column int) bool { return column < len(s.AsText) && s.AsText[column] }

func (s *Sheet) freeze(f *excelize.File) error {
	rows, columns := max(s.Freeze, 0), max(s.FreezeColumns, 0)
	if rows+columns == 0 {
		return nil
	}
	corner, err := excelize.CoordinatesToCellName(columns+1, rows+1)
	if err != nil {
		return s.fault(0, "", "so many rows or columns can't be frozen", "")
	}
	pane := "bottomRight"
	switch {
	case columns == 0:
		pane = "bottomLeft"
	case rows == 0:
		pane = "topRight"
	}
	return f.SetPanes(s.Name, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: rows, TopLeftCell: corner, ActivePane: pane})
}

// filter puts the arrows of a filter beside the header's cells.
func (s *Sheet) filter(f *excelize.File, i int, rows *sheetRows) error {
	if !s.Filter || s.NoHeader || len(s.Columns) == 0 {
		return nil
	}
	corner, err := excelize.CoordinatesToCellName(len(s.Columns), max(rows.last, 1))
	if err != nil {
		return err
	}
	if err := f.AutoFilter(s.Name, "A1:"+corner, nil); err != nil {
		return err
	}
	// The library doesn't double the apostrophes of the name.
	for n := range f.WorkBook.DefinedNames.DefinedName {
		name := &f.WorkBook.DefinedNames.DefinedName[n]
		if name.LocalSheetID != nil && *name.LocalSheetID == i {
			name.Data = strings.Replace(name.Data, "'"+s.Name+"'", s.quoted(), 1)
		}
	}
	return nil
}

// quoted is the sheet's name as formulas have it.
func (s *Sheet) quoted() string { return "'" + strings.ReplaceAll(s.Name, "'", "''") + "'" }

// area is the cells of a column from one row to another, as formulas of other sheets have it.
func (s *Sheet) area(column, from, to int) (string, error) {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return "", err
	}
	if from == to {
		return fmt.Sprintf("%s!$%s$%d", s.quoted(), name, from), nil
	}
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", s.quoted(), name, from, name, to), nil
}
