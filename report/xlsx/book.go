package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"
)

// BookType is the media type of a workbook.
const BookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Book is a workbook as spreadsheet programs open it (.xlsx).
type Book struct {
	Title, Author string    // of its properties; empty: none
	Created       time.Time // stands in its properties; the same time and rows give the same octets
	Sheets        []*Sheet
}

// BookError is a workbook that can't be made: a sheet's name, a value or an amount that spreadsheet programs refuse.
type BookError struct {
	Sheet  string // empty: it is about the whole workbook
	Row    int    // of the rows, from 1; 0: it is about no row
	Column string
	What   string
	hint   string
}

// Error names the sheet, the row and the column.
func (e *BookError) Error() string {
	text := e.What
	if e.Column != "" {
		text = fmt.Sprintf("column %q: %s", e.Column, text)
	}
	if e.Row > 0 {
		text = fmt.Sprintf("row %d: %s", e.Row, text)
	}
	if e.Sheet != "" {
		text = fmt.Sprintf("sheet %q: %s", e.Sheet, text)
	}
	return text
}

// Kind returns "argument".
func (e *BookError) Kind() string { return "argument" }

// Hint says what to do, or is empty.
func (e *BookError) Hint() string { return e.hint }

// WriteTo reads the rows of all sheets, one after the other, and writes the workbook. Nothing is written before the
// last row was read. Rows are kept compressed: no file is used, and memory grows by a few octets a cell. Errors are
// *BookError, those of the rows, and those of w.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	if err := b.checkNames(); err != nil {
		return 0, err
	}
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it has no file
	styles := &bookStyles{file: f, ids: map[cellStyle]int{}}
	var rows []*sheetRows
	charts := 0
	for i, s := range b.Sheets {
		written, err := s.write(styles)
		if err != nil {
			return 0, err
		}
		rows = append(rows, written)
		if err := b.layOut(f, i, written, &charts); err != nil {
			return 0, err
		}
	}
	if err := b.describe(f); err != nil {
		return 0, err
	}
	dropPictureTypes(f)
	frame, err := f.WriteToBuffer()
	if err != nil {
		return 0, err
	}
	return joinBook(w, frame.Bytes(), rows)
}

// layOut makes the sheet with all but its rows.
func (b *Book) layOut(f *excelize.File, i int, rows *sheetRows, charts *int) error {
	s := b.Sheets[i]
	if i == 0 {
		if err := f.SetSheetName("Sheet1", s.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(s.Name); err != nil {
		return err
	}
	if err := rows.dimension(f); err != nil {
		return err
	}
	if err := s.freeze(f); err != nil {
		return err
	}
	if err := s.filter(f, i, rows); err != nil {
		return err
	}
	return s.addCharts(f, rows, charts)
}

// describe writes the properties: without it, they would be those of the library's author.
func (b *Book) describe(f *excelize.File) error {
	created := b.Created.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Title: b.Title, Creator: b.Author, Created: created, Modified: created}); err != nil {
		return err
	}
	return f.SetAppProps(&excelize.AppProperties{Application: "moonpost"})
}

// dropPictureTypes takes away what the library says of pictures, each time in another order, as soon as there is a
// chart: there is no picture.
func dropPictureTypes(f *excelize.File) {
	kept := f.ContentTypes.Defaults[:0]
	for _, d := range f.ContentTypes.Defaults {
		if d.Extension == "rels" || d.Extension == "xml" {
			kept = append(kept, d)
		}
	}
	f.ContentTypes.Defaults = kept
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// joinBook copies the archive that has everything but rows, and puts the rows of each sheet into their place.
func joinBook(w io.Writer, frame []byte, rows []*sheetRows) (int64, error) {
	from, err := zip.NewReader(bytes.NewReader(frame), int64(len(frame)))
	if err != nil {
		return 0, err
	}
	if buffer, ok := w.(interface{ Grow(n int) }); ok { // else it would be copied again and again
		size := len(frame)
		for _, r := range rows {
			size += r.packed.size()
		}
		buffer.Grow(size)
	}
	count := &counter{w: w}
	to := zip.NewWriter(count)
	for _, file := range from.File {
		if err := joinFile(to, file, rows); err != nil {
			return count.n, err
		}
	}
	err = to.Close()
	return count.n, err
}

// plainFilter writes a filter as Excel does: the library says that rows are filtered out, and has dollars in the range.
func plainFilter(sheet []byte) []byte {
	sheet = bytes.Replace(sheet, []byte(`<sheetPr filterMode="true"></sheetPr>`), nil, 1)
	const begin = `<autoFilter ref="`
	before, rest, found := bytes.Cut(sheet, []byte(begin))
	ref, after, closed := bytes.Cut(rest, []byte(`"`))
	if !found || !closed {
		return sheet
	}
	return slices.Concat(before, []byte(begin), bytes.ReplaceAll(ref, []byte("$"), nil), []byte(`"`), after)
}

func joinFile(to *zip.Writer, file *zip.File, rows []*sheetRows) error {
	var n int
	if _, err := fmt.Sscanf(file.Name, "xl/worksheets/sheet%d.xml", &n); err != nil || n < 1 || n > len(rows) {
		return to.Copy(file)
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	sheet, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	head, tail, found := bytes.Cut(plainFilter(sheet), []byte("<sheetData></sheetData>"))
	if !found {
		return fmt.Errorf("%s has no place for rows", file.Name)
	}
	out, err := to.Create(file.Name)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s%s<sheetData>", head, rows[n-1].columns()); err != nil {
		return err
	}
	if err := rows[n-1].copyTo(out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "</sheetData>%s", tail)
	return err
}
