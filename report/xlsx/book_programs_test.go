package xlsx

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"moonpost/report"
)

// inPrograms is a book whose cells read alike everywhere.
func inPrograms(t *testing.T) (octets []byte, want [][]string) {
	t.Helper()
	s := &Sheet{
		Name: "All's well", Filter: true, Freeze: 1,
		Columns: []report.Column{
			{Name: "day"}, {Name: "n", Total: true}, {Name: "sum", Format: mustFormat(t, "#,##0.00"), Total: true},
			{Name: "at", Format: mustFormat(t, "d mmm yyyy hh:mm")}, {Name: "text"}, {Name: "ok"}, {Name: "big"},
		},
		Rows: rowsOf(
			[]report.Value{"2026-10-05", 1.0, "1234.50", "2026-10-05T09:30:00+02:00", "=1+2", true, "12345678901234567.89"},
			[]report.Value{"2026-10-06", 0.25, "-0.05", nil, "_x0041_ <&> \x01 销售\nline", false, "1899-12-31"},
			[]report.Value{"2024-02-29", nil, nil, nil, " 007 ", nil, nil},
		),
		TotalLabel: "Total", Charts: []SheetChart{{Type: "bar", X: 0, Y: []int{1}, Title: "N"}},
	}
	return written(t, &Book{Sheets: []*Sheet{s}}), [][]string{
		{"day", "n", "sum", "at", "text", "ok", "big"},
		{"2026-10-05", "1", "1,234.50", "5 Oct 2026 09:30", "=1+2", "TRUE", "12345678901234567.89"},
		{"2026-10-06", "0.25", "-0.05", "", "_x0041_ <&> \uFFFD 销售\nline", "FALSE", "1899-12-31"},
		{"2024-02-29", "", "", "", " 007 ", "", ""},
		{"Total", "1.25", "1,234.45", "", "", "", ""},
	}
}

// TestBookInLibreOffice converts a workbook to CSV and compares it with the rows.
func TestBookInLibreOffice(t *testing.T) {
	soffice := os.Getenv("MOONPOST_TEST_SOFFICE") // it takes seconds to start
	if soffice == "" {
		t.Skip("SKIPPED: MOONPOST_TEST_SOFFICE names no LibreOffice (soffice); excelize alone read the workbook back")
	}
	dir := t.TempDir()
	octets, want := inPrograms(t)
	path := filepath.Join(dir, "book.xlsx")
	if err := os.WriteFile(path, octets, 0o600); err != nil {
		t.Fatal(err)
	}
	// Field and text separators, UTF-8, from the first line; cells as they are shown, texts not quoted.
	command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true", "--outdir", dir, path)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := os.Open(filepath.Join(dir, "book.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compareRows(t, got, want)
}

func compareRows(t *testing.T, got, want [][]string) {
	t.Helper()
	for i, row := range want {
		if i >= len(got) || strings.Join(got[i], "|") != strings.Join(row, "|") {
			t.Errorf("row %d: want %q in\n%q", i+1, row, got)
		}
	}
}

// TestBookInPython reads a workbook with openpyxl, which knows nothing of ours.
func TestBookInPython(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.CommandContext(t.Context(), python, "-c", "import openpyxl").Run(); err != nil {
		t.Skip("SKIPPED: no python3 with openpyxl ; excelize alone read the workbook back")
	}
	octets, _ := inPrograms(t)
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, octets, 0o600); err != nil {
		t.Fatal(err)
	}
	const program = `
import openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1])
sheet = book.active
for row in sheet.iter_rows(values_only=True):
    print(repr(row))
print(sheet.title, sheet.freeze_panes, sheet.auto_filter.ref, len(sheet._charts), sheet["C2"].number_format)
print(openpyxl.load_workbook(sys.argv[1], read_only=True).active.calculate_dimension())
print([c.value for c in openpyxl.load_workbook(sys.argv[1], data_only=True).active[5]][:3])
`
	out, err := exec.CommandContext(t.Context(), python, "-c", program, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"(datetime.datetime(2026, 10, 5, 0, 0), 1, 1234.5, datetime.datetime(2026, 10, 5, 9, 30), '=1+2', True, '12345678901234567.89')",
		"(datetime.datetime(2024, 2, 29, 0, 0), None, None, None, ' 007 ', None, None)",
		"('Total', '=SUM(B2:B4)', '=SUM(C2:C4)', None", "All's well A2 A1:G4 1 #,##0.00", "A1:G5", "['Total', 1.25, 1234.45]",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("want %s in\n%s", want, out)
		}
	}
}
