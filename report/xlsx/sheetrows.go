package xlsx

import (
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"moonpost/report"
)

// sheetRows is a sheet's rows as they stand in the workbook, compressed.
type sheetRows struct {
	sheet  *Sheet
	styles *bookStyles
	names  []string // of the columns: "A", "B"
	packed blocks
	flate  *flate.Writer
	line   []byte // of XML
	last   int    // the last row of the table, without totals
	total  bool   // there are totals below it
	ahead  []report.Value
	begun  error // what came instead of the first row
	widths []float64
	sums   []columnSum
	cached []*cachedColumn // of the columns that charts draw
}

// measuredRows is how many rows say how wide columns are.
const measuredRows = 1000

// write reads the rows to their end.
func (s *Sheet) write(styles *bookStyles) (*sheetRows, error) {
	if len(s.Columns) > maxSheetColumn {
		return nil, s.fault(0, "", fmt.Sprintf("there are %d columns; spreadsheet programs take %d", len(s.Columns), maxSheetColumn), "")
	}
	if err := s.checkCharts(); err != nil {
		return nil, err
	}
	r := &sheetRows{sheet: s, styles: styles, widths: make([]float64, len(s.Columns)), sums: make([]columnSum, len(s.Columns)), cached: s.cacheFor()}
	for i := range s.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		r.names = append(r.names, name)
	}
	var err error
	if r.flate, err = flate.NewWriter(&r.packed, flate.BestSpeed); err != nil {
		return nil, err
	}
	r.ahead, r.begun = s.Rows.Next() // says how the columns stand
	if !s.NoHeader {
		err = r.header()
	}
	if err == nil {
		err = r.rows()
	}
	if err == nil {
		err = r.totals()
	}
	if err != nil {
		return nil, err
	}
	r.bound()
	return r, r.flate.Close()
}

// copyTo writes the rows as XML.
func (r *sheetRows) copyTo(w io.Writer) error {
	_, err := io.Copy(w, flate.NewReader(&r.packed))
	return err
}

func (r *sheetRows) header() error {
	r.last = 1
	r.begin()
	for i := range r.sheet.Columns {
		c := &r.sheet.Columns[i]
		style := cellStyle{bold: true, align: r.headerAlign(i)}
		if err := r.add(0, i, cell{kind: 's', text: c.Heading()}, style); err != nil {
			return err
		}
		arrow := 0.0
		if r.sheet.Filter {
			arrow = 3
		}
		r.widths[i] = textWidth(c.Heading())*1.1 + arrow
	}
	return r.end()
}

// headerAlign puts the name of a column where its first value stands: numbers and dates stand right.
func (r *sheetRows) headerAlign(i int) report.Align {
	c := &r.sheet.Columns[i]
	if c.Align == report.AlignAuto && i < len(r.ahead) && cellOf(c, r.ahead[i], r.sheet.isText(i)).kind == 'n' {
		return report.AlignRight
	}
	return c.Align
}

// next is the next row, of which the first was read before the header.
func (r *sheetRows) next(n int) ([]report.Value, error) {
	if n == 1 {
		return r.ahead, r.begun
	}
	return r.sheet.Rows.Next()
}

func (r *sheetRows) rows() error {
	for n := 1; ; n++ {
		row, err := r.next(n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.last++; r.last > maxSheetRows {
			return r.sheet.fault(0, "", fmt.Sprintf("there are more rows than the %d that spreadsheet programs take", maxSheetRows),
				"split them over several sheets, or send them as CSV")
		}
		r.begin()
		for i, v := range row {
			if err := r.value(n, i, v); err != nil {
				return err
			}
		}
		if err := r.end(); err != nil {
			return err
		}
	}
}

func (r *sheetRows) value(n, i int, v report.Value) error {
	c := &r.sheet.Columns[i]
	out := cellOf(c, v, r.sheet.isText(i))
	if r.cached[i] != nil {
		if r.cached[i].values && out.kind != 0 && out.kind != 'n' {
			return r.sheet.fault(n, r.columnName(i), fmt.Sprintf("a chart draws it, so that it must be a number, got %q", report.Brief(report.Text(v))), report.NumberHint(report.Text(v)))
		}
		r.cached[i].add(c, n, v, out)
	}
	if out.kind == 0 {
		return nil
	}
	if c.Total && out.kind != 'n' {
		if err := r.checkSummand(n, i, out); err != nil {
			return err
		}
	}
	if c.Total && out.kind == 'n' {
		r.sums[i].Add(out.n)
		if len(out.code) > len(r.sums[i].code) && out.code != dateCode && out.code != momentCode {
			r.sums[i].code = out.code
		}
	}
	if n <= measuredRows {
		r.widths[i] = max(r.widths[i], cellWidth(c, out, v))
	}
	style := cellStyle{code: out.code, align: c.Align, wrap: out.kind == 's' && strings.ContainsAny(out.text, "\r\n")}
	return r.add(n, i, out, style)
}

func (r *sheetRows) begin() {
	r.line = append(append(append(r.line[:0], `<row r="`...), strconv.Itoa(r.last)...), `">`...)
}

func (r *sheetRows) end() error {
	r.line = append(r.line, "</row>"...)
	_, err := r.flate.Write(r.line)
	return err
}

// add adds a cell to the row, of which there may be nothing but its looks; n is what errors call the row.
func (r *sheetRows) add(n, i int, c cell, style cellStyle) error {
	id, err := r.styles.id(style)
	if err != nil {
		return err
	}
	if c.kind == 's' {
		if err := r.checkText(n, i, c.text); err != nil {
			return err
		}
	}
	r.open(i, c.kind, id)
	switch c.kind {
	case 0:
		r.line = append(r.line, "</c>"...)
		return nil
	case 's':
		r.line = append(r.line, "<is><t"...)
		if strings.TrimSpace(c.text) != c.text || strings.Contains(c.text, "\n") {
			r.line = append(r.line, ` xml:space="preserve"`...)
		}
		r.line = append(append(append(r.line, '>'), cellText(c.text)...), "</t></is></c>"...)
		return nil
	}
	r.line = append(append(append(r.line, "<v>"...), c.text...), "</v></c>"...)
	return nil
}

// open begins a cell.
func (r *sheetRows) open(i int, kind byte, style int) {
	r.line = append(append(append(r.line, `<c r="`...), r.names[i]...), strconv.Itoa(r.last)...)
	if style > 0 {
		r.line = strconv.AppendInt(append(r.line, `" s="`...), int64(style), 10)
	}
	switch kind {
	case 's': // never a formula, whatever it begins with
		r.line = append(r.line, `" t="inlineStr`...)
	case 'b':
		r.line = append(r.line, `" t="b`...)
	}
	r.line = append(r.line, `">`...)
}

// columnName is what errors call a column: its name, or its letters where it has none.
func (r *sheetRows) columnName(i int) string {
	if name := r.sheet.Columns[i].Name; name != "" {
		return name
	}
	return r.names[i]
}

func (r *sheetRows) checkText(n, i int, text string) error {
	column := r.columnName(i)
	if !utf8.ValidString(text) {
		return r.sheet.fault(n, column, "the text is not valid UTF-8", `read the file in its own charset, as in csv.rows(path, { charset = "windows-1252" })`)
	}
	if len(text) > maxCellText && len(utf16.Encode([]rune(text))) > maxCellText {
		return r.sheet.fault(n, column, fmt.Sprintf("the text has more than the %d characters that a cell takes", maxCellText), "cut it with sub, or leave the column out")
	}
	return nil
}

// dimension says how far the cells reach: programs that read row by row believe it.
func (r *sheetRows) dimension(f *excelize.File) error {
	last := r.last
	if r.total {
		last++
	}
	if len(r.names) == 0 || last == 0 {
		return nil
	}
	return f.SetSheetDimension(r.sheet.Name, fmt.Sprintf("A1:%s%d", r.names[len(r.names)-1], last))
}

// columns says how wide they are. The library would look at all columns for each of them.
func (r *sheetRows) columns() string {
	if len(r.widths) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<cols>")
	for i, width := range r.widths {
		fmt.Fprintf(&b, `<col min="%[1]d" max="%[1]d" width="%[2]s" customWidth="1"/>`, i+1, strconv.FormatFloat(width, 'f', 2, 64))
	}
	b.WriteString("</cols>")
	return b.String()
}

// bound gives columns the widths that were asked for, and the others one in which they can be read.
func (r *sheetRows) bound() {
	const least, most, padding = 6, 60, 1.5
	for i, width := range r.widths {
		r.widths[i] = min(max(width+padding, least), most)
		if i < len(r.sheet.Widths) && r.sheet.Widths[i] > 0 {
			r.widths[i] = min(r.sheet.Widths[i], maxWidth)
		}
	}
}
