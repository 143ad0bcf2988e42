package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"moonpost/report"
)

// listRows are rows that are there as a whole.
type listRows struct {
	rows [][]report.Value
	at   int
}

func (l *listRows) Next() ([]report.Value, error) {
	if l.at == len(l.rows) {
		return nil, io.EOF
	}
	l.at++
	return l.rows[l.at-1], nil
}

func rowsOf(rows ...[]report.Value) report.Rows { return &listRows{rows: rows} }

func mustFormat(t *testing.T, code string) report.Format {
	t.Helper()
	f, err := report.ParseFormat(code)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// written gives the octets of a workbook after a look at each of its files: all are XML.
func written(t *testing.T, b *Book) []byte {
	t.Helper()
	var octets bytes.Buffer
	n, err := b.WriteTo(&octets)
	if err != nil || n != int64(octets.Len()) {
		t.Fatalf("%d of %d octets, %v", n, octets.Len(), err)
	}
	archive, err := zip.NewReader(bytes.NewReader(octets.Bytes()), n)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(r)
		for err == nil {
			_, err = decoder.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", file.Name, err)
		}
	}
	return octets.Bytes()
}

// fileIn reads a file of a workbook.
func fileIn(t *testing.T, octets []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(octets), int64(len(octets)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.ReadFile(archive, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func reopened(t *testing.T, octets []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestCells looks at what a value becomes: its type, what is stored, and what a reader sees.
func TestCells(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	tests := []struct {
		name   string
		format string
		value  report.Value
		asText bool
		kind   excelize.CellType
		raw    string
		shown  string
	}{
		{"nothing", "", nil, false, excelize.CellTypeUnset, "", ""},
		{"empty text", "", "", false, excelize.CellTypeUnset, "", ""},
		{"integer", "", 42.0, false, excelize.CellTypeUnset, "42", "42"},
		{"large integer shows all digits", "", 4006381333931.0, false, excelize.CellTypeUnset, "4006381333931", "4006381333931"},
		{"fraction", "", 0.1, false, excelize.CellTypeUnset, "0.1", "0.1"},
		{"formatted number", "#,##0.00", 1234.5, false, excelize.CellTypeUnset, "1234.5", "1,234.50"},
		{"currency", "€ #,##0.00", 7.0, false, excelize.CellTypeUnset, "7", "€ 7.00"},
		{"percent", "0.0%", 0.125, false, excelize.CellTypeUnset, "0.125", "12.5%"},
		{"no number", "", math.Inf(1), false, excelize.CellTypeInlineString, "+Inf", "+Inf"},
		{"true", "", true, false, excelize.CellTypeBool, "1", "TRUE"},
		{"false", "", false, false, excelize.CellTypeBool, "0", "FALSE"},
		{"decimal text keeps its decimals", "", "12.50", false, excelize.CellTypeUnset, "12.50", "12.50"},
		{"negative decimal text", "", "-0.5", false, excelize.CellTypeUnset, "-0.5", "-0.5"},
		{"formatted decimal text", "#,##0.0", "1234.56", false, excelize.CellTypeUnset, "1234.56", "1,234.6"},
		{"15 digits", "", "123456789012345", false, excelize.CellTypeUnset, "123456789012345", "123456789012345"},
		{"16 digits", "", "1234567890123456", false, excelize.CellTypeInlineString, "1234567890123456", "1234567890123456"},
		{"16 digits with decimals", "0.00", "12345678901234.56", false, excelize.CellTypeInlineString, "12345678901234.56", "12345678901234.56"},
		{"leading zero", "", "01234", false, excelize.CellTypeInlineString, "01234", "01234"},
		{"leading zero in a column of numbers", "0", "01234", false, excelize.CellTypeUnset, "1234", "1234"},
		{"number that stays a text", "", "99", true, excelize.CellTypeInlineString, "99", "99"},
		{"date that stays a text", "", "2026-10-05", true, excelize.CellTypeInlineString, "2026-10-05", "2026-10-05"},
		{"date", "", "2026-10-05", false, excelize.CellTypeUnset, "46300", "2026-10-05"},
		{"formatted date", "d mmm yyyy", "2026-10-05", false, excelize.CellTypeUnset, "46300", "5 Oct 2026"},
		{"moment on its own clock", "", "2026-10-05T18:00:00+02:00", false, excelize.CellTypeUnset, "46300.75", "2026-10-05 18:00:00"},
		{"time", "", time.Date(2026, 10, 5, 6, 0, 0, 0, berlin), false, excelize.CellTypeUnset, "46300.25", "2026-10-05 06:00:00"},
		{"far future", "", "9999-12-31", false, excelize.CellTypeUnset, "2958465", "9999-12-31"},
		{"before Excel's calendar", "", "1899-12-31", false, excelize.CellTypeInlineString, "1899-12-31", "1899-12-31"},
		{"before it, in a format", "d mmm yyyy", "1899-12-31", false, excelize.CellTypeInlineString, "31 Dec 1899", "31 Dec 1899"},
		{"no date", "", "2026-13-05", false, excelize.CellTypeInlineString, "2026-13-05", "2026-13-05"},
		{"date in a column of numbers", "0", "2026-10-05", false, excelize.CellTypeInlineString, "2026-10-05", "2026-10-05"},
		{"formula", "", "=1+2", false, excelize.CellTypeInlineString, "=1+2", "=1+2"},
		{"command", "", "@SUM(1)", false, excelize.CellTypeInlineString, "@SUM(1)", "@SUM(1)"},
		{"sign", "", "+49 30 1", false, excelize.CellTypeInlineString, "+49 30 1", "+49 30 1"},
		{"markup", "", `<b>"&"</b>`, false, excelize.CellTypeInlineString, `<b>"&"</b>`, `<b>"&"</b>`},
		{"blanks", "", "  a\tb ", false, excelize.CellTypeInlineString, "  a\tb ", "  a\tb "},
		{"lines", "", "a\r\nb\rc", false, excelize.CellTypeInlineString, "a\nb\nc", "a\nb\nc"},
		{"control characters", "", "a\x00b\x1Bc\uFFFF", false, excelize.CellTypeInlineString, "a\uFFFDb\uFFFDc\uFFFD", "a\uFFFDb\uFFFDc\uFFFD"},
		{"escape of Excel's", "", "_x0041_ _x00_", false, excelize.CellTypeInlineString, "_x0041_ _x00_", "_x0041_ _x00_"},
		{"ideographs", "", "销售 📈", false, excelize.CellTypeInlineString, "销售 📈", "销售 📈"},
	}
	s := &Sheet{Name: "S"}
	var row []report.Value
	for _, tt := range tests {
		s.Columns = append(s.Columns, report.Column{Name: tt.name, Format: mustFormat(t, tt.format)})
		s.AsText, row = append(s.AsText, tt.asText), append(row, tt.value)
	}
	s.Rows = rowsOf(row)
	f := reopened(t, written(t, &Book{Sheets: []*Sheet{s}}))
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, nameErr := excelize.CoordinatesToCellName(i+1, 2)
			kind, err := f.GetCellType("S", at)
			raw, rawErr := f.GetCellValue("S", at, excelize.Options{RawCellValue: true})
			shown, shownErr := f.GetCellValue("S", at)
			formula, formulaErr := f.GetCellFormula("S", at)
			if err := errors.Join(nameErr, err, rawErr, shownErr, formulaErr); err != nil {
				t.Fatal(err)
			}
			if kind != tt.kind || raw != tt.raw || shown != tt.shown || formula != "" {
				t.Errorf("type %v, stored %q, shown %q, formula %q; want %v, %q, %q", kind, raw, shown, formula, tt.kind, tt.raw, tt.shown)
			}
		})
	}
}

// sales is a book with all that a sheet can have.
func sales(t *testing.T) *Book {
	t.Helper()
	return &Book{
		Title: "Q3", Author: "Desk", Created: time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC),
		Sheets: []*Sheet{
			{
				Name: "It's sales", Freeze: 1, FreezeColumns: 1, Filter: true, TotalLabel: "Total", Widths: []float64{0, 30},
				Columns: []report.Column{
					{Name: "day", Title: "Day"}, {Name: "orders", Total: true, Align: report.AlignCenter},
					{Name: "revenue", Title: "Revenue in euros", Format: mustFormat(t, "#,##0.00"), Total: true}, {Name: "note"},
				},
				Rows: rowsOf(
					[]report.Value{"2026-10-05", 3.0, "0.10", strings.Repeat("long ", 50)},
					[]report.Value{"2026-10-06", 4.0, "0.20", "x"},
					[]report.Value{"2026-10-07", nil, nil, nil},
				),
				Charts: []SheetChart{{Type: "line", X: 0, Y: []int{1, 2}, Title: "Sales"}, {Type: "pie", X: 0, Y: []int{1}, Width: 300, Height: 300}},
			},
			{Name: "Nothing", Columns: []report.Column{{Name: "a", Total: true}}, Rows: rowsOf(), Charts: []SheetChart{{Type: "bar", Y: []int{0}}}},
			{Name: "Bare", NoHeader: true, Columns: make([]report.Column, 2), Rows: rowsOf([]report.Value{1.0, "a"}, []report.Value{2.0, "b"})},
		},
	}
}

func TestBook(t *testing.T) {
	octets := written(t, sales(t))
	f := reopened(t, octets)
	if names := strings.Join(f.GetSheetList(), ", "); names != "It's sales, Nothing, Bare" {
		t.Error(names)
	}
	rows, err := f.GetRows("It's sales")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Day", "orders", "Revenue in euros", "note"},
		{"2026-10-05", "3", "0.10", strings.Repeat("long ", 50)}, {"2026-10-06", "4", "0.20", "x"}, {"2026-10-07"},
		{"Total", "7", "0.30"},
	}
	for i, row := range want {
		if strings.Join(rows[i], "|") != strings.Join(row, "|") {
			t.Errorf("row %d: %q, want %q", i+1, rows[i], row)
		}
	}
	if formula, err := f.GetCellFormula("It's sales", "C5"); formula != "SUM(C2:C4)" || err != nil {
		t.Errorf("the total is %q, %v", formula, err)
	}
	if sum, err := f.CalcCellValue("It's sales", "C5"); sum != "0.30" || err != nil {
		t.Errorf("the formula gives %q, %v", sum, err)
	}
	checkLooks(t, f)
	chart := strings.ReplaceAll(fileIn(t, octets, "xl/charts/chart1.xml"), "&#39;", "'")
	for _, part := range []string{"'It''s sales'!$A$2:$A$4", "'It''s sales'!$C$2:$C$4", "'It''s sales'!$C$1", "<a:t>Sales</a:t>"} {
		if !strings.Contains(chart, part) {
			t.Errorf("the chart lacks %s:\n%s", part, chart)
		}
	}
	if bare, err := f.GetRows("Bare"); err != nil || len(bare) != 2 || bare[0][1] != "a" {
		t.Errorf("%q, %v", bare, err)
	}
	if empty, err := f.GetRows("Nothing"); err != nil || len(empty) != 1 {
		t.Errorf("%q, %v", empty, err)
	}
	if again := written(t, sales(t)); !bytes.Equal(octets, again) {
		t.Error("the same rows give other octets")
	}
}

func checkLooks(t *testing.T, f *excelize.File) {
	t.Helper()
	panes, err := f.GetPanes("It's sales")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 1 || panes.TopLeftCell != "B2" {
		t.Errorf("%+v, %v", panes, err)
	}
	for column, want := range map[string]float64{"A": 11.5, "B": 30, "D": 60} {
		if width, err := f.GetColWidth("It's sales", column); width != want || err != nil {
			t.Errorf("column %s is %v wide, want %v (%v)", column, width, want, err)
		}
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].RefersTo != "'It''s sales'!$A$1:$D$4" {
		t.Errorf("the filter is %+v", names)
	}
	for cell, bold := range map[string]bool{"A1": true, "A2": false, "C5": true} {
		id, err := f.GetCellStyle("It's sales", cell)
		style, styleErr := f.GetStyle(id)
		if err != nil || styleErr != nil || (style.Font != nil && style.Font.Bold) != bold {
			t.Errorf("%s: %+v, %v, %v", cell, style, err, styleErr)
		}
	}
	if p, err := f.GetDocProps(); err != nil || p.Creator != "Desk" || p.Title != "Q3" || p.Created != "2026-10-05T09:00:00Z" {
		t.Errorf("%+v, %v", p, err)
	}
}

// failing gives a row, then an error.
type failing struct{ n int }

var errLost = errors.New("the database is gone")

func (f *failing) Next() ([]report.Value, error) {
	if f.n++; f.n > 1 {
		return nil, errLost
	}
	return []report.Value{1.0}, nil
}

// endless gives n rows of nothing.
type endless struct{ n int }

func (e *endless) Next() ([]report.Value, error) {
	if e.n--; e.n < 0 {
		return nil, io.EOF
	}
	return []report.Value{nil}, nil
}

func TestBookErrors(t *testing.T) {
	one := func(name string, rows report.Rows) []*Sheet {
		return []*Sheet{{Name: name, Columns: []report.Column{{Name: "v"}}, Rows: rows}}
	}
	tests := []struct {
		sheets []*Sheet
		want   string
	}{
		{nil, "a workbook needs a sheet"},
		{one(" ", rowsOf()), `sheet " ": a sheet needs a name`},
		{one(strings.Repeat("é", 32), rowsOf()), "more than 31 characters"},
		{one(strings.Repeat("📈", 16), rowsOf()), "more than 31 characters"},
		{one("a/b", rowsOf()), `the name has the character '/'`},
		{one("a\nb", rowsOf()), `the name has the character '\n'`},
		{one("'a", rowsOf()), "apostrophe"},
		{one("History", rowsOf()), "taken by Excel"},
		{append(one("Sales", rowsOf()), one("SALES", rowsOf())...), "two sheets of that name"},
		{one("S", rowsOf([]report.Value{"ok"}, []report.Value{"\xff"})), `sheet "S": row 2: column "v": the text is not valid UTF-8`},
		{[]*Sheet{{Name: "S", Columns: []report.Column{{Name: "v", Total: true}}, Rows: rowsOf([]report.Value{"1"}, []report.Value{"12345678901234567.89"})}}, `sheet "S": row 2: column "v": 12345678901234567.89 has more than the 15 digits`},
		{one("S", rowsOf([]report.Value{strings.Repeat("x", maxCellText+1)})), "32767 characters"},
		{one("S", &endless{n: maxSheetRows}), "more rows than the 1048576"},
		{one("S", &failing{}), errLost.Error()},
		{[]*Sheet{{Name: "S", Columns: make([]report.Column, maxSheetColumn+1), Rows: rowsOf()}}, "16385 columns"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		_, err := (&Book{Sheets: tt.sheets}).WriteTo(&out)
		if err == nil || !strings.Contains(err.Error(), tt.want) || out.Len() > 0 {
			t.Errorf("%v after %d octets, want %q", err, out.Len(), tt.want)
		}
	}
	var fits bytes.Buffer
	if _, err := (&Book{Sheets: one(strings.Repeat("x", 31), rowsOf([]report.Value{strings.Repeat("é", maxCellText)}))}).WriteTo(&fits); err != nil {
		t.Errorf("what fits is refused: %v", err)
	}
}

func FuzzCellText(f *testing.F) {
	for _, s := range []string{"a&b<c>", "_x0041_", "\r\n\x00", "\xff", "]]>", "_x005F_x0041_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got struct {
			Text string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte("<t>"+cellText(s)+"</t>"), &got); err != nil {
			t.Errorf("%q gives no XML: %v", s, err)
		}
	})
}

func FuzzTextCell(f *testing.F) {
	for _, s := range []string{"12.50", "-0", "007", "2026-10-05", "2026-10-05T10:00:00.5Z", "1e5", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := textCell(&report.Column{}, s)
		if c.kind == 's' || c.code == dateCode || c.code == momentCode {
			return
		}
		was, ok := report.Number(s)
		is, same := report.Number(c.text)
		if !ok || !same || was.Cmp(is) != 0 {
			t.Errorf("%q becomes the number %s", s, c.text)
		}
		format, err := report.ParseFormat(c.code)
		if shown := format.Text(c.text); err != nil || shown != s && shown != strings.TrimPrefix(s, "-") {
			t.Errorf("%q is shown as %q by %q, %v", s, shown, c.code, err)
		}
	})
}

// manyRows are n rows that are made as they are read.
type manyRows struct {
	n   int
	row []report.Value
}

func (m *manyRows) Next() ([]report.Value, error) {
	if m.n--; m.n < 0 {
		return nil, io.EOF
	}
	m.row = append(m.row[:0], float64(m.n), "2026-10-05", fmt.Sprintf("Customer number %d", m.n), float64(m.n%17), fmt.Sprintf("%d.%02d", m.n*37%99991, m.n%100), "a note")
	return m.row, nil
}

// TestBookMemory bounds what a row takes: the XML of these would be nine megabytes.
func TestBookMemory(t *testing.T) {
	const rows, most = 30_000, 8 << 20
	var before, after runtime.MemStats
	columns := make([]report.Column, 6)
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := &Sheet{Name: "S", Columns: columns, Rows: &manyRows{n: rows}}
	written, err := s.write(&bookStyles{file: excelize.NewFile(), ids: map[cellStyle]int{}})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > most || written.last != rows+1 {
		t.Errorf("%d rows are kept in %d octets", written.last, grown)
	}
	runtime.KeepAlive(written)
}

// BenchmarkBook writes 200,000 rows of 6 columns.
func BenchmarkBook(b *testing.B) {
	for b.Loop() {
		var out bytes.Buffer
		book := &Book{Sheets: []*Sheet{{Name: "S", Columns: make([]report.Column, 6), Rows: &manyRows{n: 200_000}}}}
		if _, err := book.WriteTo(&out); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len()), "octets")
	}
	b.ReportAllocs()
}
