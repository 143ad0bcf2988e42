package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// savedBook runs a script that saves a workbook at the path PATH, and opens it.
func savedBook(t *testing.T, code string) *excelize.File {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.xlsx")
	code = fmt.Sprintf("local xlsx, PATH = require \"xlsx\", %q\n", path) + code
	if _, _, err := runBinding(t, code, ""); err != nil {
		t.Fatalf("%v\n%s", err, code)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("the folder has %v, %v", files, err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestXLSXSources(t *testing.T) {
	people := csvFile(t, "name,zip,sum\nAnn,01234,1.50\nBob,99,2\n")
	const want = "name|zip|sum\nAnn|01234|1.50\nBob|99|2"
	for name, rows := range map[string]string{
		"list":               `{ { name = "Ann", zip = "01234", sum = "1.50" }, { name = "Bob", zip = "99", sum = 2 } }`,
		"list that names":    `{ columns = { "name", "zip", "sum" }, { "Ann", "01234", "1.50" }, { "Bob", "99", 2 } }`,
		"iterator of a file": fmt.Sprintf(`require("csv").rows(%q)`, people),
		"iterator": `(function() local i, all = 0, { { "Ann", "01234", "1.50" }, { "Bob", "99", 2 } }
			return function() i = i + 1 return all[i] end end)()`,
	} {
		t.Run(name, func(t *testing.T) {
			f := savedBook(t, `xlsx.book{ { name = "P", columns = { "name", "zip", "sum" }, text = "zip", rows = `+rows+` } }:save(PATH)`)
			if got := sheetText(t, f, "P"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if kind, err := f.GetCellType("P", "B3"); kind != excelize.CellTypeInlineString || err != nil {
				t.Errorf("a text is of type %v, %v", kind, err)
			}
		})
	}
}

func sheetText(t *testing.T, f *excelize.File, sheet string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	return strings.Join(lines, "\n")
}

func TestXLSXOptions(t *testing.T) {
	f := savedBook(t, `local rows = { { day = "2026-10-05", n = 2, p = 0.5 }, { day = "2026-10-06", n = 3 } }
		xlsx.book{ title = "T", author = "A",
			{ name = "One", rows = rows, columns = { "day", "n", "p" }, titles = { n = "Orders" }, formats = { p = "0%", day = "d.m.yyyy" }, totals = { "n" }, total_label = "Sum",
			  align = { day = "center" }, widths = { day = 40 }, freeze = 0, freeze_columns = 1, filter = true, charts = { { x = "day", y = "n" }, { type = "scatter", x = "n", y = { "p" }, title = "P", width = 300 } } },
			{ rows = rows, columns = { "n" }, header = false },
			{ rows = {}, columns = { "a" }, totals = "a", charts = { { x = "a", y = "a" } } },
			{ rows = { { 1, 2 }, { 3, 4 } } },
		}:save(PATH)`)
	for sheet, want := range map[string]string{
		"One": "day|Orders|p\n5.10.2026|2|50%\n6.10.2026|3\nSum|5", "Sheet2": "2\n3", "Sheet3": "a", "Sheet4": "1|2\n3|4",
	} {
		if got := sheetText(t, f, sheet); got != want {
			t.Errorf("%s: got %q, want %q", sheet, got, want)
		}
	}
	panes, err := f.GetPanes("One")
	if err != nil || panes.YSplit != 0 || panes.XSplit != 1 {
		t.Errorf("%+v, %v", panes, err)
	}
	if panes, err := f.GetPanes("Sheet3"); err != nil || panes.YSplit != 1 {
		t.Errorf("the header moves: %+v, %v", panes, err)
	}
	if width, err := f.GetColWidth("One", "A"); width != 40 || err != nil {
		t.Errorf("%v wide, %v", width, err)
	}
	if p, err := f.GetDocProps(); err != nil || p.Title != "T" || p.Creator != "A" || p.Created != "2027-01-15T08:00:00Z" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestXLSXErrors(t *testing.T) {
	const rows = `{ { day = "2026-10-05", n = 2 } }`
	for code, want := range map[string]string{
		`{}`:                              `a value is missing: the sheets`,
		`{ rows = ` + rows + ` }`:         `a sheet stands in braces of its own`,
		`{ "x" }`:                         `xlsx.book: sheet 1 must be a table, got a string`,
		`{ { name = "S" } }`:              `xlsx.book: sheet "S": option "rows" is missing`,
		`{ { rows = 5 } }`:                `xlsx.book: sheet 1: rows must be a list of tables or an iterator, got a number`,
		`{ { rows = { 5 } } }`:            `xlsx.book: sheet 1: row 1 must be a table, got a number`,
		`{ { rows = { { n = {} } } } }`:   `sheet 1: row 1: field "n" must be a string, number, boolean, time or nil, got a table`,
		`{ { name = "a:b", rows = {} } }`: `sheet "a:b": the name has the character ':'`,
		`{ { name = "A", rows = {} }, { name = "a", rows = {} } }`:                        `sheet "a": there are two sheets of that name`,
		`{ { name = "S", rows = { { t = "x" }, { t = "\255" } } } }`:                      `sheet "S": row 2: column "t": the text is not valid UTF-8`,
		`{ { rows = ` + rows + `, columns = { "day", "n" }, totals = { "nn" } }}`:         `sheet 1: option "totals[1]" names "nn", which is no column; did you mean "n"?`,
		`{ { rows = ` + rows + `, align = { n = "middle" } } }`:                           `option "align.n" must be one of left, right, center; got "middle"`,
		`{ { rows = ` + rows + `, align = { m = "left" } } }`:                             `option "align" names "m", which is no column`,
		`{ { rows = ` + rows + `, widths = { n = 300 } } }`:                               `option "widths.n" must be a number of characters up to 255`,
		`{ { rows = ` + rows + `, formats = { n = "0.0x" } } }`:                           `option "formats.n"`,
		`{ { rows = ` + rows + `, text = "n", totals = "n" } }`:                           `option "totals" names "n", which is in "text"`,
		`{ { rows = ` + rows + `, charts = { type = "line" } } }`:                         `option "charts" must be a list of charts`,
		`{ { rows = ` + rows + `, charts = { { x = "day", y = "m" } } } }`:                `the rows have no column "m"`,
		`{ { rows = ` + rows + `, charts = { { type = "pies", x = "day", y = "n" } } } }`: `charts[1]: option "type" must be one of line`,
		`{ { rows = function() error("the source is gone") end } }`:                       `the source is gone`,
		`{ { rows = ` + rows + `, colums = { "n" } } }`:                                   `unknown option "colums"; did you mean "columns"?`,
	} {
		out, _, err := runBinding(t, `local xlsx = require "xlsx"; print(xlsx.book`+code+`)`, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v %s\nwant %s", code, err, out, want)
		}
	}
}

// TestXLSXSheetNames: a sheet without a name takes none that another has.
func TestXLSXSheetNames(t *testing.T) {
	f := savedBook(t, `xlsx.book{ { rows = {} }, { name = "SHEET1", rows = {} }, { rows = {} }, { name = "Sheet3", rows = {} } }:save(PATH)`)
	if names := strings.Join(f.GetSheetList(), ", "); names != "Sheet2, SHEET1, Sheet4, Sheet3" {
		t.Error(names)
	}
}

// TestXLSXNames: a workbook that no program would open is told of.
func TestXLSXNames(t *testing.T) {
	for name, want := range map[string]bool{"sales": true, "sales.xls": true, "sales.xlsx": false, "Sales.XLSX": false} {
		_, logged, err := runBinding(t, fmt.Sprintf(`require("xlsx").book{ { rows = {} } }:part(%q)`, name), "")
		if err != nil || strings.Contains(logged, "doesn't end in .xlsx") != want {
			t.Errorf("%s: %v\n%s", name, err, logged)
		}
	}
}

// TestXLSXPart sends a workbook as an attachment.
func TestXLSXPart(t *testing.T) {
	out, _, err := runBinding(t, `local xlsx, mime = require "xlsx", require "mime"
		local book = xlsx.book{ { rows = { { a = 1 } } } }
		local msg = mime.message{ from = "a@x.example", to = "b@x.example", text = "Hi", attachments = { book:part("Zahlen für Ann.xlsx") } }
		local p = msg:attachments()[1]
		print(p.content_type, p.filename, p:data() == book:bytes(), msg:tree())`, "")
	const want = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\tZahlen für Ann.xlsx\ttrue\tmultipart/mixed"
	if err != nil || !strings.HasPrefix(out, want) {
		t.Errorf("%q, %v", out, err)
	}
}

// TestXLSXInterrupted: neither an iterator without end nor a long list keeps a script alive.
func TestXLSXInterrupted(t *testing.T) {
	for name, rows := range map[string]string{"iterator": `function() n = n + 1; if n == 5000 then print("far") end; return { n } end`, "list": `list`} {
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("interrupted")
		host := &Host{
			Stdin: strings.NewReader(""), Stderr: io.Discard, Wall: time.Now, Mono: time.Now, Logger: slog.New(slog.DiscardHandler),
			Stdout:    writerFunc(func(b []byte) (int, error) { cancel(stop); return len(b), nil }),
			LookupEnv: func(string) (string, bool) { return "", false },
		}
		program, err := Compile(Script{Name: "test.lua", Source: []byte(`n, list = 0, {}
			for i = 1, 3000 do list[i] = { i } end
			if "` + name + `" == "list" then print("far") end
			require("xlsx").book{ { rows = ` + rows + ` } }`)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := host.Run(ctx, program); !errors.Is(err, stop) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// writerFunc is what is done with what a script prints.
type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
